//! Signing in, and the gate: every line of the table of grants against everybody who may ask.

use crate::app::{PASSWORD, TestApp};
use parcelwire::server::auth::grants::{GRANTS, Who};
use parcelwire::server::clock::{ManualClock, SystemClock};
use parcelwire::server::config::Config;
use parcelwire::tracking::people::{Role, Scope};
use parcelwire::tracking::time::Timestamp;
use reqwest::{Method, Response, StatusCode};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

const DAY_S: i64 = 24 * 3600;

fn now() -> Timestamp {
    "2026-06-18T06:30:00Z".parse().expect("a time")
}

fn header<'r>(answer: &'r Response, name: &str) -> &'r str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A path that fits a pattern and names nothing.
fn example(pattern: &str) -> String {
    let id = "018f0000-0000-7000-8000-000000000000";
    pattern
        .replace("/mappings/{}/{}", "/mappings/bex/x")
        .replace("/registration/{}", "/registration/check")
        .replace("{}", id)
        .replace("/api/v1/*", "/api/v1/parcels")
        .replace("/pkg/*", "/pkg/none.js")
}

async fn ask(app: &TestApp, method: &str, path: &str, how: impl FnOnce(Request) -> Request) -> Response {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let request = app.client.request(method, format!("{}{path}", app.url()));
    how(request).send().await.expect("the instance answers")
}

type Request = reqwest::RequestBuilder;

#[test]
fn every_server_function_is_where_the_table_and_the_pages_look_for_it() {
    let mut count = 0;
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(path.starts_with("/fn/"), "{path}: the build does not know .cargo/config.toml");
        assert!(GRANTS.iter().any(|grant| grant.pattern == path && grant.method == method.as_str()), "{method} {path}");
        count += 1;
    }
    assert!(count > 20, "{count} server functions are registered");
}

#[tokio::test]
async fn every_route_lets_through_whom_the_table_names_and_nobody_else() {
    let app = TestApp::start().await;
    let mut people = Vec::new();
    for role in [Role::Viewer, Role::Operator, Role::Admin] {
        people.push((role, app.cookie(role).await));
    }
    let mut tokens = Vec::new();
    for scope in [Scope::Read, Scope::Operate, Scope::Admin] {
        tokens.push((scope.role(), app.token(scope).await));
    }
    for grant in GRANTS {
        let path = example(grant.pattern);
        let stranger = ask(&app, grant.method, &path, |request| request).await;
        let (least, least_token) = match grant.who {
            Who::AtLeast(least) => (least, least),
            Who::TokenOr(least) => (least, Role::Viewer),
            Who::Anybody => {
                assert!(!header(&stranger, "location").contains("/login?"), "{path} is open");
                for (role, token) in &tokens {
                    // Somebody who has just come: signing out is open, and ends their session alone.
                    let cookie = app.cookie(*role).await;
                    for by_token in [false, true] {
                        let shown = |request: Request| {
                            if by_token { request.bearer_auth(token) } else { request.header("cookie", &cookie) }
                        };
                        let answer = ask(&app, grant.method, &path, shown).await;
                        assert_ne!(answer.status(), StatusCode::FORBIDDEN, "{} {path} by a {role}", grant.method);
                    }
                    let still = ask(&app, "GET", "/api/v1/parcels", |request| request.header("cookie", &cookie)).await;
                    let expected = if path == "/logout" { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
                    assert_eq!(still.status(), expected, "{} {path} by a {role}", grant.method);
                }
                continue;
            }
        };
        // A form is not sent again after signing in.
        let programs =
            ["/api/", "/fn/", "/live"].iter().any(|prefix| path.starts_with(prefix)) || grant.method != "GET";
        let expected = if programs { StatusCode::UNAUTHORIZED } else { StatusCode::SEE_OTHER };
        assert_eq!(stranger.status(), expected, "{} {path} by a stranger", grant.method);
        for (role, cookie) in &people {
            let answer = ask(&app, grant.method, &path, |request| request.header("cookie", cookie)).await;
            let refused = answer.status() == StatusCode::FORBIDDEN;
            assert_eq!(refused, *role < least, "{} {path} by a {role}: {}", grant.method, answer.status());
        }
        for (role, token) in &tokens {
            let answer = ask(&app, grant.method, &path, |request| request.bearer_auth(token)).await;
            let refused = answer.status() == StatusCode::FORBIDDEN;
            assert_eq!(refused, *role < least_token, "{} {path} by a {role} token: {}", grant.method, answer.status());
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_listed_is_not_run() {
    let app = TestApp::start().await;
    let cookie = app.cookie(Role::Admin).await;
    let token = app.token(Scope::Admin).await;
    for (method, path, status) in [
        ("GET", "/no-such-page", 404),
        ("POST", "/parcels", 405),
        ("DELETE", "/api/v1/parcels/018f0000-0000-7000-8000-000000000000", 405),
        ("GET", "/api/v1/no-such-thing", 404),
        ("POST", "/api/v1/no-such-thing", 404),
        ("POST", "/fn/no_such_function", 403),
        ("GET", "/fn/list_parcels", 403),
    ] {
        let answer = ask(&app, method, path, |request| request.header("cookie", &cookie)).await;
        assert_eq!(answer.status(), status, "{method} {path} by an admin");
        if path.starts_with("/api/") {
            let answer = ask(&app, method, path, |request| request.bearer_auth(&token)).await;
            assert_eq!(answer.status(), status, "{method} {path} by an admin's token");
            assert_eq!(header(&answer, "content-type"), "application/problem+json", "{method} {path}");
        }
    }
    let page = ask(&app, "GET", "/no-such-page", |request| request.header("cookie", &cookie)).await;
    assert!(page.text().await.expect("a page").contains("<h1"), "a page says so");
    app.stop().await;
}

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_come_back() {
    let app = TestApp::start().await;
    app.cookie(Role::Admin).await;
    let sent = ask(&app, "GET", "/parcels?status=delivered&q=a%20b", |request| request).await;
    assert_eq!(sent.status(), 303);
    let location = header(&sent, "location").to_owned();
    assert_eq!(location, "/login?next=%2Fparcels%3Fstatus%3Ddelivered%26q%3Da%2520b");
    let page = ask(&app, "GET", &location, |request| request).await;
    assert_eq!(page.status(), 200);
    let policy = header(&page, "content-security-policy").to_owned();
    assert!(policy.contains("script-src 'self' 'nonce-") && !policy.contains("unsafe-inline"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(header(&page, "x-content-type-options"), "nosniff");
    assert_eq!(header(&page, "referrer-policy"), "same-origin");
    let text = page.text().await.expect("a page");
    assert!(text.contains("name=\"username\"") && text.contains("name=\"password\""), "{text}");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    for script in text.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains("src=") || tag.contains(nonce), "a script without the nonce: {tag}");
    }
    let again = ask(&app, "GET", &location, |request| request).await;
    assert!(!header(&again, "content-security-policy").contains(nonce), "every page has a nonce of its own");
    for (next, target) in
        [("%2Fparcels%3Fq%3D1", "/parcels?q=1"), ("%2F%2Fevil.example", "/"), ("https%3A%2F%2Fe.x", "/")]
    {
        let form = format!("username=the-admin&password={}&next={next}", PASSWORD.replace(' ', "+"));
        let answer = ask(&app, "POST", "/login", |request| {
            request.header("content-type", "application/x-www-form-urlencoded").body(form)
        })
        .await;
        assert_eq!((answer.status().as_u16(), header(&answer, "location")), (303, target));
    }
    app.stop().await;
}

#[tokio::test]
async fn wrong_passwords_are_told_apart_from_nothing_and_slowed_down() {
    let app = TestApp::start().await;
    app.cookie(Role::Viewer).await;
    let wrong = app.sign_in("the-viewer", "not the password").await;
    assert_eq!(wrong.status(), 401);
    let unknown = app.sign_in("nobody", "not the password").await;
    assert_eq!(unknown.status(), 401);
    let said = |text: String| text.contains("The name or the password is wrong.");
    assert!(said(wrong.text().await.expect("a page")) && said(unknown.text().await.expect("a page")));
    let mut refused = None;
    for attempt in 2..=20 {
        let answer = app.sign_in("the-viewer", "not the password").await;
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            refused = Some(attempt);
            break;
        }
        assert_eq!(answer.status(), 401);
    }
    assert!(refused.is_some(), "429 at the latest at the 20th");
    assert_eq!(app.sign_in("the-viewer", PASSWORD).await.status(), 429, "the right one has to wait too");
    app.stop().await;
}

#[tokio::test]
async fn what_other_sites_send_is_not_carried_out() {
    let app = TestApp::start().await;
    let cookie = app.cookie(Role::Admin).await;
    let token = app.token(Scope::Admin).await;
    let body = r#"{"carrier":"fast","label":"x"}"#;
    let post = |path: &'static str, headers: &'static [(&'static str, &'static str)], cookie: String| {
        let app = &app;
        async move {
            ask(app, "POST", path, |request| {
                let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
                request.header("cookie", cookie).header("content-type", "application/json").body(body)
            })
            .await
            .status()
        }
    };
    for path in ["/login", "/logout", "/setup", "/fn/set_theme", "/api/v1/endpoints"] {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
            &[("sec-fetch-site", "same-site")],
        ] {
            assert_eq!(post(path, headers, cookie.clone()).await, 403, "{path} {headers:?}");
        }
    }
    let own: &'static str = Box::leak(app.server.state.config.public_url.origin().to_owned().into_boxed_str());
    let own_headers: &'static [(&str, &str)] =
        Box::leak(vec![("origin", own), ("sec-fetch-site", "same-origin")].into());
    assert_eq!(post("/api/v1/endpoints", own_headers, cookie.clone()).await, 201);
    assert_eq!(post("/api/v1/endpoints", &[], cookie.clone()).await, 201, "absence is allowed");
    let by_token = ask(&app, "POST", "/api/v1/endpoints", |request| {
        let request = request.bearer_auth(&token).header("origin", "https://elsewhere.example");
        request.header("content-type", "application/json").body(body)
    })
    .await;
    assert_eq!(by_token.status(), 201, "a token is never sent by a browser on its own");
    let broken = ask(&app, "GET", "/api/v1/endpoints", |request| {
        request.header("authorization", "Bearer pw_wrong").header("cookie", &cookie)
    })
    .await;
    assert_eq!(broken.status(), 401, "a wrong token is not made up for by a cookie");
    app.stop().await;
}

#[tokio::test]
async fn sessions_survive_a_restart_slide_and_end() {
    let clock = ManualClock::at(now());
    let app = TestApp::with(|_| {}, clock.clone()).await;
    let cookie = app.cookie(Role::Viewer).await;
    let directory = app.stop().await;
    let app = TestApp::again(directory, |_| {}, clock.clone()).await;
    let look = async |app: &TestApp, cookie: &str| {
        ask(app, "GET", "/api/v1/parcels", |request| request.header("cookie", cookie)).await.status().as_u16()
    };
    for days in [10, 20, 30] {
        clock.set(now().plus_seconds(days * DAY_S));
        assert_eq!(look(&app, &cookie).await, 200, "used within two weeks, day {days}");
    }
    let other = app.cookie(Role::Viewer).await;
    clock.set(now().plus_seconds(45 * DAY_S));
    assert_eq!(look(&app, &cookie).await, 401, "two weeks without use");
    assert_eq!(look(&app, &other).await, 401);
    let third = app.cookie(Role::Viewer).await;
    let out = ask(&app, "POST", "/logout", |request| request.header("cookie", &third)).await;
    assert_eq!((out.status().as_u16(), header(&out, "location")), (303, "/login"));
    assert!(header(&out, "set-cookie").contains("Max-Age=0"));
    assert_eq!(look(&app, &third).await, 401, "signed out");
    let fourth = app.cookie(Role::Viewer).await;
    app.server.state.auth.set_disabled("the-viewer", true).await.expect("disabled");
    assert_eq!(look(&app, &fourth).await, 401, "disabled");
    assert_eq!(app.sign_in("the-viewer", PASSWORD).await.status(), 401);
    app.stop().await;
}

#[tokio::test]
async fn nobody_listens_on_after_signing_out() {
    let app = TestApp::start().await;
    let (leaving, staying) = (app.cookie(Role::Viewer).await, app.cookie(Role::Viewer).await);
    let listen = async |cookie: &str| {
        ask(&app, "GET", "/live", |request| request.header("cookie", cookie).timeout(Duration::from_mins(1))).await
    };
    let (mut left, mut stayed) = (listen(&leaving).await, listen(&staying).await);
    assert!(left.chunk().await.expect("a stream").is_some(), "the stream says hello");
    assert!(stayed.chunk().await.expect("a stream").is_some());
    ask(&app, "POST", "/logout", |request| request.header("cookie", &leaving)).await;
    while left.chunk().await.expect("the stream is ended, not broken off").is_some() {}
    let more = tokio::time::timeout(Duration::from_millis(100), stayed.chunk()).await;
    assert!(!matches!(more, Ok(Ok(None))), "the other one goes on");
}

#[tokio::test]
async fn the_setup_page_is_there_until_the_first_admin_is() {
    let app = TestApp::start().await;
    let page = ask(&app, "GET", "/setup", |request| request).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.expect("a page").contains("name=\"code\""));
    assert_eq!(header(&ask(&app, "GET", "/login", |request| request).await, "location"), "/setup");
    let form = "code=wrong&username=ann&password=correct+horse";
    let set_up = || {
        ask(&app, "POST", "/setup", |request| {
            request.header("content-type", "application/x-www-form-urlencoded").body(form)
        })
    };
    assert_eq!(set_up().await.status(), 401);
    app.cookie(Role::Admin).await;
    assert_eq!(ask(&app, "GET", "/setup", |request| request).await.status(), 404);
    assert_eq!(set_up().await.status(), 404);
    app.stop().await;
}

#[tokio::test]
async fn the_first_admin_can_come_from_the_settings() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).expect("written");
    let app = TestApp::with(
        |settings| {
            settings.admin_user = Some("root".into());
            settings.admin_password_file = Some(file.to_string_lossy().into_owned());
        },
        Arc::new(SystemClock),
    )
    .await;
    assert_eq!(app.sign_in("Root", PASSWORD).await.status(), 303);
    assert_eq!(ask(&app, "GET", "/setup", |request| request).await.status(), 404);
    let auth = &app.server.state.auth;
    assert!(auth.set_disabled("root", true).await.is_err(), "the last admin stays");
    let password = SecretString::from(PASSWORD.to_owned());
    assert!(auth.add_user("ROOT", Role::Viewer, &password).await.is_err(), "the name is taken");
    app.stop().await;
}

#[tokio::test]
async fn everything_is_mounted_under_the_base_path() {
    let app =
        TestApp::with(|settings| settings.public_url = Some("https://x.example/track".into()), Arc::new(SystemClock))
            .await;
    let host = format!("http://{}", app.server.address);
    let get = async |path: &str| app.client.get(format!("{host}{path}")).send().await.expect("an answer");
    assert_eq!(get("/healthz").await.status(), 200);
    assert_eq!(get("/track/healthz").await.status(), 200);
    assert_eq!(get("/track/readyz").await.status(), 200);
    assert_eq!(get("/parcels").await.status(), 404);
    let sent = get("/track/parcels").await;
    assert_eq!(header(&sent, "location"), "/track/login?next=%2Ftrack%2Fparcels");
    assert!(header(&sent, "strict-transport-security").contains("max-age"));
    let signed_in = {
        app.server
            .state
            .auth
            .add_user("ann", Role::Admin, &SecretString::from(PASSWORD.to_owned()))
            .await
            .expect("added");
        app.sign_in("ann", PASSWORD).await
    };
    assert_eq!(header(&signed_in, "location"), "/track/");
    assert!(header(&signed_in, "set-cookie").contains("; Path=/track; HttpOnly; SameSite=Lax; Secure"));
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "fast", None, serde_json::json!({})).await;
    let url = endpoint["hook_url"].as_str().expect("a URL");
    let path = url.strip_prefix("https://x.example").expect("the public address");
    assert!(path.starts_with("/track/hooks/fast/"), "{url}");
    assert_eq!(app.post_hook(&format!("{host}{path}"), &[], "{}").await.status(), 200);
    let _ = Config::in_directory(std::path::Path::new("/tmp"));
    app.stop().await;
}

#[tokio::test]
async fn metrics_need_their_token() {
    let app = TestApp::start().await;
    assert_eq!(ask(&app, "GET", "/metrics", |request| request).await.status(), 404);
    app.stop().await;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("token");
    std::fs::write(&file, "let me see").expect("written");
    let name = file.to_string_lossy().into_owned();
    let app = TestApp::with(|settings| settings.metrics_token_file = Some(name), Arc::new(SystemClock)).await;
    assert_eq!(ask(&app, "GET", "/metrics", |request| request).await.status(), 401);
    let answer = ask(&app, "GET", "/metrics", |request| request.bearer_auth("let me see")).await;
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.expect("text").contains("parcelwire_http_requests_total"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_rendered_at_the_same_time_do_not_meet() {
    let app = Arc::new(TestApp::start().await);
    let viewer = app.cookie(Role::Viewer).await;
    let admin = app.cookie(Role::Admin).await;
    let mut visitors = tokio::task::JoinSet::new();
    for n in 0..12 {
        let app = app.clone();
        let (name, cookie) = if n % 2 == 0 { ("the-viewer", viewer.clone()) } else { ("the-admin", admin.clone()) };
        visitors.spawn(async move {
            for (path, title) in
                [("/parcels", "Parcels"), ("/deliveries", "Deliveries"), ("/settings", "Settings")].repeat(8)
            {
                let answer = ask(&app, "GET", path, |request| request.header("cookie", &cookie)).await;
                assert_eq!(answer.status(), 200, "{path}");
                let text = answer.text().await.expect("a whole page");
                assert!(text.contains(&format!("<title>{title} · Parcelwire</title>")), "{path}: {text}");
                assert!(text.contains(name) && text.contains("</html>"), "{path} for {name}");
            }
        });
    }
    while let Some(done) = visitors.join_next().await {
        done.expect("every page is the visitor's own");
    }
}
