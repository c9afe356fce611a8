//! The audit log: nothing that changes something escapes it, and nothing in it changes.

use crate::app::{PASSWORD, TestApp};
use parcelwire::server::auth::grants::{GRANTS, Who};
use parcelwire::server::clock::ManualClock;
use parcelwire::tracking::audit::{Act, ActOutcome, AuditFilter, AuditRow, Door};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::people::{Role, Scope};
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

/// The newest rows, the newest first.
async fn rows(app: &TestApp) -> Vec<AuditRow> {
    let page = PageRequest { limit: 200, cursor: None };
    app.server.state.store.list_audit(&AuditFilter::default(), &page).await.expect("the log").items
}

async fn database(app: &TestApp) -> SqliteConnection {
    let path = app.server.state.store.path().to_string_lossy().into_owned();
    SqliteConnection::connect(&format!("sqlite://{path}")).await.expect("the file opens")
}

#[tokio::test]
async fn every_route_that_does_something_leaves_a_row() {
    let app = TestApp::start().await;
    let token = app.token(Scope::Admin).await;
    let id = "018f0000-0000-7000-8000-000000000000";
    let mut walked = 0;
    for grant in GRANTS.iter().filter(|grant| !matches!(grant.who, Who::Anybody)) {
        let Some(act) = grant.act else { continue };
        let path = grant
            .pattern
            .replace("/mappings/{}/{}", "/mappings/bex/x")
            .replace("/registration/{}", "/registration/check");
        let path = path.replace("{}", id);
        let before = rows(&app).await.first().map_or(0, |row| row.id);
        let method = Method::from_bytes(grant.method.as_bytes()).expect("a method");
        let request = app.client.request(method, format!("{}{path}", app.url())).bearer_auth(&token);
        let answer = request.send().await.expect("the instance answers");
        let status = answer.status();
        let newest = rows(&app).await.into_iter().next().expect("a row");
        assert!(newest.id > before, "{} {path} left no row", grant.method);
        assert_eq!((newest.act, newest.via, newest.actor.as_str()), (act, Door::Token, "test"), "{path}");
        assert_eq!(newest.remote_addr.as_deref(), Some("127.0.0.1"), "{path}");
        // What was sent is nonsense almost everywhere, and the log says what became of it.
        assert_eq!(
            newest.outcome == ActOutcome::Done,
            status.is_success() || status.is_redirection(),
            "{path}: {status} {newest:?}"
        );
        walked += 1;
    }
    assert!(walked > 60, "{walked} routes do something");
    let check = app.server.state.store.verify_audit(None).await.expect("walked");
    assert_eq!(check.broken_at, None, "{check:?}");
    app.stop().await;
}

#[tokio::test]
async fn what_somebody_may_not_is_recorded_and_a_flood_of_it_is_counted() {
    let clock = ManualClock::at("2026-06-18T06:30:00Z".parse().expect("a time"));
    let app = TestApp::with(|_| {}, clock.clone()).await;
    let (viewer, token) = (app.cookie(Role::Viewer).await, app.token(Scope::Read).await);
    let id = "018f0000-0000-7000-8000-000000000000";
    let page = app.client.get(format!("{}/settings/audit", app.url())).header("cookie", &viewer);
    assert_eq!(page.send().await.expect("an answer").status(), 403);
    assert_eq!(app.send_form(&viewer, "no_such_function", &[]).await.0, 403);
    let body = app.client.get(format!("{}/api/v1/deliveries/{id}/body", app.url())).header("cookie", &viewer);
    assert_eq!(body.send().await.expect("an answer").status(), 403, "no exact bytes for viewers");
    let void = app.client.post(format!("{}/api/v1/events/{id}/void", app.url())).bearer_auth(&token);
    let void = || void.try_clone().expect("no stream").send();
    assert_eq!(void().await.expect("an answer").status(), 403);
    let all = rows(&app).await;
    let told: Vec<_> = all
        .iter()
        .filter(|row| row.outcome == ActOutcome::Refused)
        .map(|row| (row.actor.as_str(), row.via, row.act, row.subject.as_str(), row.detail["request"].as_str()))
        .collect();
    let expected = [
        ("test", Door::Token, Act::EventVoid, id, "POST /api/v1/events/{}/void"),
        ("the-viewer", Door::Session, Act::DataReveal, id, "GET /api/v1/deliveries/{}/body"),
        ("the-viewer", Door::Session, Act::Access, "", "POST /fn/no_such_function"),
        ("the-viewer", Door::Session, Act::Access, "", "GET /settings/audit"),
    ];
    assert_eq!(told, expected);
    for _ in 0..40 {
        assert_eq!(void().await.expect("an answer").status(), 403);
    }
    assert_eq!(rows(&app).await.iter().filter(|row| row.act == Act::EventVoid).count(), 10);
    clock.set("2026-06-18T06:31:00Z".parse().expect("a time"));
    assert_eq!(void().await.expect("an answer").status(), 403);
    assert_eq!(rows(&app).await[0].detail.get("more_unrecorded").map(String::as_str), Some("31"));
    app.stop().await;
}

#[tokio::test]
async fn a_row_says_who_did_what_to_which_thing_and_holds_no_secret() {
    let app = TestApp::start().await;
    let admin = app.cookie(Role::Admin).await;
    let token = app.token(Scope::Admin).await;
    let canary = "canary-secret-that-nobody-may-see-01";
    let endpoint = app.endpoint(&token, "bex", Some(canary), json!({})).await;
    let endpoint = endpoint["id"].as_str().expect("an id");
    let put = app.client.post(format!("{}/api/v1/endpoints/{endpoint}/secrets", app.url())).bearer_auth(&token);
    let put = put.json(&json!({"secret": "another-canary-that-nobody-may-see-02"})).send().await.expect("an answer");
    assert_eq!(put.status(), 200);
    let added =
        app.send_form(&admin, "add_user", &[("name", "ann"), ("password", "canary password 3"), ("role", "viewer")]);
    assert!(added.await.1.contains("done=user"));
    let again =
        app.send_form(&admin, "add_user", &[("name", "ann"), ("password", "canary password 4"), ("role", "viewer")]);
    assert!(again.await.1.contains("__err"));
    let all = rows(&app).await;
    let text = serde_json::to_string(&all).expect("plain data");
    assert!(!text.contains("canary") && !text.contains("pw_"), "{text}");
    let find =
        |act: Act, outcome: ActOutcome| all.iter().find(|row| row.act == act && row.outcome == outcome).expect("a row");
    let secret = find(Act::SecretPut, ActOutcome::Done);
    assert_eq!((secret.subject.as_str(), secret.actor.as_str(), secret.via), (endpoint, "test", Door::Token));
    let user = find(Act::UserAdd, ActOutcome::Done);
    assert_eq!((user.subject.as_str(), user.actor.as_str(), user.via), ("ann", "the-admin", Door::Session));
    assert_eq!(user.detail.get("role").map(String::as_str), Some("viewer"));
    assert_eq!(find(Act::UserAdd, ActOutcome::Refused).subject, "ann");
    app.stop().await;
}

#[tokio::test]
async fn signing_in_in_vain_locked_out_and_out_again_is_recorded() {
    let clock = ManualClock::at("2026-06-18T06:30:00Z".parse().expect("a time"));
    let app = TestApp::with(|_| {}, clock).await;
    let cookie = app.cookie(Role::Viewer).await;
    app.sign_in("my-password-typed-as-a-name", "x").await;
    for _ in 0..15 {
        app.sign_in("the-viewer", "not the password").await;
    }
    app.client.post(format!("{}/logout", app.url())).header("cookie", &cookie).send().await.expect("an answer");
    let all = rows(&app).await;
    let of = |act: Act, outcome: ActOutcome| all.iter().filter(|row| row.act == act && row.outcome == outcome).count();
    assert_eq!((of(Act::SignIn, ActOutcome::Done), of(Act::SignOut, ActOutcome::Done)), (1, 1));
    let locked = all.iter().filter(|row| row.detail.get("reason").is_some_and(|why| why == "too many attempts"));
    assert_eq!(locked.count(), 1, "one row however often it is tried");
    assert!(of(Act::SignIn, ActOutcome::Refused) >= 10);
    let text = serde_json::to_string(&all).expect("plain data");
    assert!(!text.contains("typed-as-a-name") && !text.contains("not the password"), "{text}");
    assert!(all.iter().any(|row| row.subject == "the-viewer" && row.outcome == ActOutcome::Refused));
    app.stop().await;
}

#[tokio::test]
async fn what_somebody_did_is_recorded_even_when_they_hang_up() {
    use tokio::io::AsyncWriteExt as _;
    let app = TestApp::start().await;
    let token = app.token(Scope::Admin).await;
    let body = r#"{"carrier":"fast","label":"Hung up"}"#;
    let head = format!(
        "POST /api/v1/endpoints HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    for _ in 0..10 {
        let mut socket = tokio::net::TcpStream::connect(app.server.address).await.expect("connected");
        socket.write_all(format!("{head}{body}").as_bytes()).await.expect("sent");
        drop(socket);
    }
    // Whatever of it was carried out by now or later stands in the log: one row for each endpoint there is.
    let mut made = 0;
    for _ in 0..200 {
        let endpoints = app.get_json(&token, "/api/v1/endpoints").await;
        made = endpoints["items"].as_array().map_or(0, Vec::len);
        let recorded =
            rows(&app).await.iter().filter(|row| row.act == Act::EndpointAdd && row.subject == "Hung up").count();
        assert!(recorded >= made, "{made} made, {recorded} recorded");
        if made == 10 && recorded == 10 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let recorded = rows(&app).await.iter().filter(|row| row.act == Act::EndpointAdd).count();
    assert_eq!(recorded, made);
    app.stop().await;
}

#[tokio::test]
async fn rows_cannot_be_changed_and_whoever_gets_around_that_is_found() {
    let app = TestApp::start().await;
    app.cookie(Role::Admin).await;
    for _ in 0..3 {
        app.sign_in("the-admin", "wrong password").await;
    }
    let store = app.server.state.store.clone();
    let whole = store.verify_audit(None).await.expect("walked");
    assert_eq!((whole.rows, whole.broken_at), (4, None), "{whole:?}");
    assert_eq!(store.verify_audit(Some(&whole.head)).await.expect("walked").broken_at, None);
    assert!(store.verify_audit(Some("0123")).await.expect("walked").broken_at.is_some(), "a hash that is not there");
    let mut conn = database(&app).await;
    for sql in ["UPDATE audit SET actor = 'nobody' WHERE id = 2", "DELETE FROM audit WHERE id = 2"] {
        let refused = sqlx::query(sql).execute(&mut conn).await.expect_err("the log is append-only");
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    let broken = async |conn: &mut SqliteConnection, sql: &'static str| {
        let mut work = conn.begin().await.expect("begun");
        for drop in ["DROP TRIGGER audit_rows_stay", "DROP TRIGGER audit_rows_never_change"] {
            sqlx::query(drop).execute(&mut *work).await.expect("dropped");
        }
        sqlx::query(sql).execute(&mut *work).await.expect("done");
        work.commit().await.expect("committed");
        let check = store.verify_audit(None).await.expect("walked");
        for trigger in ["audit_rows_stay BEFORE DELETE", "audit_rows_never_change BEFORE UPDATE"] {
            let sql = format!("CREATE TRIGGER {trigger} ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END");
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *conn).await.expect("made");
        }
        check.broken_at
    };
    assert_eq!(broken(&mut conn, "UPDATE audit SET subject = 'x' WHERE id = 3").await, Some(3));
    assert_eq!(broken(&mut conn, "UPDATE audit SET subject = 'the-admin' WHERE id = 3").await, None, "as it was");
    assert_eq!(broken(&mut conn, "DELETE FROM audit WHERE id = 4").await, Some(4), "cut off at the end");
    assert_eq!(broken(&mut conn, "DELETE FROM audit WHERE id = 1").await, Some(2), "cut off at the beginning");
    drop(conn);
    app.stop().await;
}

#[tokio::test]
async fn admins_read_filter_page_and_download_it() {
    let app = TestApp::start().await;
    let admin = app.cookie(Role::Admin).await;
    let token = app.token(Scope::Admin).await;
    for n in 0..3 {
        let form = [("name", format!("={n} user")), ("password", PASSWORD.to_owned()), ("role", "viewer".to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        app.send_form(&admin, "add_user", &form).await;
    }
    let page = app.get_json(&token, "/api/v1/audit?act=user.add&limit=2").await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(page["items"][0]["subject"], "=2 user");
    let cursor = page["next_cursor"].as_str().expect("there is more");
    let rest = app.get_json(&token, &format!("/api/v1/audit?act=user.add&limit=2&cursor={cursor}")).await;
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(rest["items"][0]["actor"], "the-admin");
    let html = app.page(&admin, "/settings/audit?act=user.add").await;
    assert!(html.contains("<h1") && html.contains("Added a user") && html.contains("the-admin"), "{html}");
    assert!(!html.contains("<h1>Not found"), "{html}");
    let csv = app.client.get(format!("{}/api/v1/audit.csv?act=user.add", app.url())).bearer_auth(&token);
    let csv = csv.send().await.expect("an answer").text().await.expect("text");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.contains(",'=2 user,"), "{csv}");
    assert_eq!(rows(&app).await[0].act, Act::DataExport, "downloading is an act as well");
    app.stop().await;
}
