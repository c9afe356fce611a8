//! Settings over HTTP, as a browser without scripts sends them: people, passwords, sessions, preferences.

use crate::app::{PASSWORD, TestApp};
use parcelwire::tracking::people::Role;

const OTHER: &str = "another long password";

#[tokio::test]
async fn an_admin_adds_people_gives_roles_and_takes_access_away() {
    let app = TestApp::start().await;
    let admin = app.cookie(Role::Admin).await;
    let add = [("name", "bo"), ("password", PASSWORD), ("role", "viewer")];
    assert_eq!(app.send_form(&admin, "add_user", &add).await, (302, "/settings?done=user".into()));
    let (_, again) = app.send_form(&admin, "add_user", &add).await;
    assert!(again.contains("__err="), "a name is taken once: {again}");
    assert!(app.page(&admin, "/settings").await.contains("Role of bo"));

    let bo = session_of(&app, "bo", PASSWORD).await;
    assert_eq!(app.send_form(&bo, "replay_delivery", &[("id", "x")]).await.0, 403, "a viewer only looks");
    app.send_form(&admin, "set_user_role", &[("name", "bo"), ("role", "operator")]).await;
    assert_ne!(app.send_form(&bo, "replay_delivery", &[("id", "x")]).await.0, 403, "from the next request on");

    let reset = [("name", "bo"), ("password", OTHER)];
    assert_eq!(app.send_form(&admin, "reset_user_password", &reset).await, (302, "/settings?done=reset".into()));
    assert_eq!(app.send_form(&bo, "set_theme", &[("theme", "dark")]).await.0, 401, "signed out everywhere");
    let bo = session_of(&app, "bo", OTHER).await;
    app.send_form(&admin, "set_user_disabled", &[("name", "bo"), ("disabled", "true")]).await;
    assert_eq!(app.send_form(&bo, "set_theme", &[("theme", "dark")]).await.0, 401);
    assert_eq!(app.sign_in("bo", OTHER).await.status(), 401);
    app.stop().await;
}

#[tokio::test]
async fn the_last_admin_cannot_be_taken_away_in_any_way() {
    let app = TestApp::start().await;
    let admin = app.cookie(Role::Admin).await;
    for (function, fields) in [
        ("set_user_role", [("name", "the-admin"), ("role", "viewer")]),
        ("set_user_disabled", [("name", "the-admin"), ("disabled", "true")]),
    ] {
        let (_, to) = app.send_form(&admin, function, &fields).await;
        assert!(to.contains("__err="), "{function}: {to}");
    }
    let text = app.page(&admin, "/settings").await;
    assert!(text.contains("Everybody’s sessions"), "still an admin");
    app.stop().await;
}

#[tokio::test]
async fn ones_own_password_needs_the_present_one_and_ends_other_sessions() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.cookie(Role::Viewer).await, app.cookie(Role::Viewer).await);
    let (_, wrong) = app.send_form(&here, "change_password", &[("current", "not this one"), ("password", OTHER)]).await;
    assert!(wrong.contains("__err="), "{wrong}");
    let (_, short) = app.send_form(&here, "change_password", &[("current", PASSWORD), ("password", "short")]).await;
    assert!(short.contains("__err="), "{short}");
    let right = [("current", PASSWORD), ("password", OTHER)];
    assert_eq!(app.send_form(&here, "change_password", &right).await, (302, "/settings?done=password".into()));
    assert_eq!(app.send_form(&elsewhere, "set_theme", &[("theme", "dark")]).await.0, 401, "the other browser is out");
    assert_ne!(app.send_form(&here, "set_theme", &[("theme", "dark")]).await.0, 401, "this one stays");
    assert_eq!(app.sign_in("the-viewer", OTHER).await.status(), 303);
    let third = session_of(&app, "the-viewer", OTHER).await;
    assert_eq!(app.send_form(&here, "end_other_sessions", &[]).await, (302, "/settings?done=sessions".into()));
    assert_eq!(app.send_form(&third, "set_theme", &[("theme", "dark")]).await.0, 401);
    for _ in 0..10 {
        app.send_form(&here, "change_password", &[("current", "guess"), ("password", OTHER)]).await;
    }
    let (_, slowed) = app.send_form(&here, "change_password", &[("current", OTHER), ("password", PASSWORD)]).await;
    assert!(slowed.contains("__err="), "guessing is slowed down: {slowed}");
    app.stop().await;
}

#[tokio::test]
async fn one_preference_moves_the_times_of_every_page() {
    let app = TestApp::start().await;
    let viewer = app.cookie(Role::Viewer).await;
    assert_eq!(app.send_form(&viewer, "set_times", &[("times", "mine")]).await.1, "/settings?done=zone#preferences");
    let back = app.send_form(&viewer, "set_times", &[("times", "utc")]).await.1;
    assert!(back.trim_end_matches('?').ends_with("/settings"), "to where it was sent from: {back}");
    let (_, unknown) = app
        .send_form(
            &viewer,
            "save_preferences",
            &[("theme", "dark"), ("density", "compact"), ("times", "mine"), ("zone", "Mars/Base")],
        )
        .await;
    assert!(unknown.contains("__err="), "{unknown}");
    let mine = app.page(&format!("{viewer}; times=mine; zone=Asia/Kuala_Lumpur; density=compact"), "/settings").await;
    assert!(mine.contains("data-density=\"compact\"") && mine.contains(" UTC+8<"), "{mine}");
    let guessed = app.page(&format!("{viewer}; times=mine; browser_zone=Africa/Johannesburg"), "/settings").await;
    assert!(guessed.contains(" SAST<"));
    assert!(app.page(&viewer, "/settings").await.contains(" UTC<"), "what has no place is shown in UTC");
    app.stop().await;
}

async fn session_of(app: &TestApp, name: &str, password: &str) -> String {
    let answer = app.sign_in(name, password).await;
    assert_eq!(answer.status(), 303, "{name} signs in");
    let cookie = answer.headers()["set-cookie"].to_str().expect("a cookie is text");
    cookie.split(';').next().unwrap_or_default().to_owned()
}
