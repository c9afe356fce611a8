//! The second factor: set up, asked for, used once, lost and reset.

use crate::app::{PASSWORD, TestApp};
use parcelwire::server::clock::ManualClock;
use parcelwire::tracking::audit::{Act, ActOutcome, AuditFilter, Door};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::people::Role;
use parcelwire::tracking::time::Timestamp;
use std::sync::Arc;
use totp_rs::{Algorithm, Secret, TOTP};

fn now() -> Timestamp {
    "2026-06-18T06:30:00Z".parse().expect("a time")
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}")).1;
    rest.split_once(after).expect("it ends").0
}

struct Bed {
    app: TestApp,
    clock: Arc<ManualClock>,
    cookie: String,
    codes: Vec<String>,
    totp: TOTP,
}

impl Bed {
    /// What the app shows, so many seconds from the start.
    fn code(&self, seconds: i64) -> String {
        let at = now().plus_seconds(seconds).millis() / 1000;
        self.totp.generate(u64::try_from(at).expect("after 1970"))
    }

    async fn post(&self, fields: &[(&str, &str)]) -> (u16, Option<String>, String) {
        let body: String = fields.iter().map(|(key, value)| format!("{key}={}&", value.replace(' ', "+"))).collect();
        let request = self.app.client.post(format!("{}/login", self.app.url()));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.expect("an answer");
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()).map(str::to_owned);
        (answer.status().as_u16(), cookie, answer.text().await.expect("a page"))
    }

    /// The first step; the ticket it gives.
    async fn ticket(&self) -> String {
        let (status, cookie, page) = self.post(&[("username", "the-operator"), ("password", PASSWORD)]).await;
        assert_eq!((status, cookie), (200, None), "no session before the code");
        assert!(page.contains("name=\"code\"") && !page.contains("name=\"password\""), "{page}");
        between(&page, "name=\"ticket\" value=\"", "\"").to_owned()
    }
}

/// An operator with a second factor, set up through the forms of the page.
async fn bed() -> Bed {
    let clock = ManualClock::at(now());
    let app = TestApp::with(|_| {}, clock.clone()).await;
    let cookie = app.cookie(Role::Operator).await;
    assert!(app.send_form(&cookie, "begin_factor", &[]).await.1.contains("done=factor"));
    let page = app.page(&cookie, "/settings").await;
    let key = between(&page, "data-testid=\"factor-key\">", "<").replace(' ', "");
    assert!(page.contains("class=\"qr\"") && page.contains("viewBox=\"0 0 "), "a QR code without scripts or styles");
    let bytes = Secret::Encoded(key).to_bytes().expect("base32");
    assert_eq!(bytes.len(), 20);
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, bytes, None, String::new()).expect("a key");
    let code = totp.generate(u64::try_from(now().millis() / 1000).expect("after 1970"));
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(app.send_form(&cookie, "confirm_factor", &[("code", wrong)]).await.1.contains("__err"));
    assert_eq!(app.sign_in("the-operator", PASSWORD).await.status(), 303, "not asked for before it is confirmed");
    let (_, to) = app.send_form(&cookie, "confirm_factor", &[("code", &code)]).await;
    assert!(to.contains("done=factor-on"), "{to}");
    let page = app.page(&cookie, &to).await;
    let list = between(&page, "data-testid=\"recovery-codes\"", "</ul>");
    let codes: Vec<String> =
        list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(codes.len(), 10, "{list}");
    assert!(!app.page(&cookie, "/settings").await.contains(&codes[0]), "shown once");
    assert!(!app.page(&cookie, "/settings").await.contains("factor-key"), "the key is not shown again");
    Bed { app, clock, cookie, codes, totp }
}

#[tokio::test]
async fn signing_in_asks_for_a_code_in_a_second_step_and_takes_each_once() {
    let bed = bed().await;
    let ticket = bed.ticket().await;
    let (status, cookie, page) = bed.post(&[("ticket", &ticket), ("code", "123")]).await;
    assert_eq!((status, cookie), (401, None));
    assert!(page.contains("This code is wrong") && page.contains(&ticket), "one may try again: {page}");
    let used = bed.code(0);
    assert_eq!(bed.post(&[("ticket", &ticket), ("code", &used)]).await.0, 401, "it confirmed the factor already");
    bed.clock.set(now().plus_seconds(60));
    let code = bed.code(60);
    let (status, cookie, _) = bed.post(&[("ticket", &ticket), ("code", &code), ("next", "/parcels")]).await;
    assert_eq!(status, 303);
    assert!(cookie.is_some_and(|cookie| cookie.starts_with("parcelwire=")));
    assert_eq!(bed.post(&[("ticket", &ticket), ("code", &code)]).await.0, 401, "the ticket is used up");
    let other = bed.ticket().await;
    assert_eq!(bed.post(&[("ticket", &other), ("code", &code)]).await.0, 401, "the code is used up");
    let earlier = bed.code(30);
    assert_eq!(bed.post(&[("ticket", &other), ("code", &earlier)]).await.0, 401, "and so are earlier ones");
    // A clock that is half a minute ahead; and everything in one request, as a program signs in.
    let ahead = bed.code(90);
    let all = [("username", "the-operator"), ("password", PASSWORD), ("code", ahead.as_str())];
    assert_eq!(bed.post(&all).await.0, 303);
    let (status, _, _) =
        bed.post(&[("username", "the-operator"), ("password", "wrong password"), ("code", &ahead)]).await;
    assert_eq!(status, 401, "a code is no password");
    bed.clock.set(now().plus_seconds(500));
    let late = bed.code(500);
    assert_eq!(bed.post(&[("ticket", &other), ("code", &late)]).await.0, 401, "a ticket holds for five minutes");
    bed.app.stop().await;
}

#[tokio::test]
async fn recovery_codes_work_once_each_and_only_their_hashes_are_stored() {
    let bed = bed().await;
    let code = bed.codes[3].clone();
    let ticket = bed.ticket().await;
    assert_eq!(bed.post(&[("ticket", &ticket), ("code", &code.to_uppercase().replace('-', " "))]).await.0, 303);
    let ticket = bed.ticket().await;
    assert_eq!(bed.post(&[("ticket", &ticket), ("code", &code)]).await.0, 401, "used up");
    assert!(bed.app.page(&bed.cookie, "/settings").await.contains("9 recovery codes are left"));
    let bytes = std::fs::read(bed.app.server.state.store.path()).expect("the file");
    let wal = std::fs::read(bed.app.server.state.store.path().with_extension("db-wal")).unwrap_or_default();
    let key = bed.totp.get_secret_base32();
    for (what, text) in [("a code", bed.codes[5].replace('-', "")), ("a code", bed.codes[5].clone()), ("the key", key)]
    {
        let there = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!there(&bytes) && !there(&wal), "{what} is in the database");
    }
    bed.app.stop().await;
}

#[tokio::test]
async fn wrong_codes_are_throttled_and_recorded() {
    let bed = bed().await;
    let ticket = bed.ticket().await;
    let mut refused = None;
    for attempt in 1..=12 {
        let (status, _, _) = bed.post(&[("ticket", &ticket), ("code", "999")]).await;
        if status == 429 {
            refused = Some(attempt);
            break;
        }
        assert_eq!(status, 401);
    }
    assert_eq!(refused, Some(11));
    bed.clock.set(now().plus_seconds(120));
    let right = bed.code(120);
    assert_eq!(bed.post(&[("ticket", &ticket), ("code", &right)]).await.0, 429, "the right one has to wait too");
    bed.clock.set(now().plus_seconds(3700));
    let (ticket, right) = (bed.ticket().await, bed.code(3700));
    assert_eq!(bed.post(&[("ticket", &ticket), ("code", &right)]).await.0, 303);
    let filter = AuditFilter { act: Some(Act::SignIn), outcome: Some(ActOutcome::Refused), ..AuditFilter::default() };
    let page = PageRequest { limit: 200, cursor: None };
    let rows = bed.app.server.state.store.list_audit(&filter, &page).await.expect("the log").items;
    let wrong = rows.iter().filter(|row| row.detail.get("reason").is_some_and(|why| why == "wrong second factor"));
    assert_eq!(wrong.count(), 10);
    assert!(rows.iter().all(|row| row.subject == "the-operator"));
    bed.app.stop().await;
}

#[tokio::test]
async fn it_is_removed_with_the_password_and_reset_by_an_admin() {
    let bed = bed().await;
    let (_, refused) = bed.app.send_form(&bed.cookie, "remove_factor", &[("password", "not the password")]).await;
    assert!(refused.contains("__err"), "{refused}");
    let admin = bed.app.cookie(Role::Admin).await;
    assert!(bed.app.page(&admin, "/settings").await.contains("Reset the second factor"));
    let (status, _) = bed.app.send_form(&bed.cookie, "reset_factor", &[("name", "the-operator")]).await;
    assert_eq!(status, 403, "nobody resets their own, nor another's, who is no admin");
    let (_, to) = bed.app.send_form(&admin, "reset_factor", &[("name", "the-operator")]).await;
    assert!(to.contains("done=factor-reset"), "{to}");
    let request = bed.app.client.get(format!("{}/settings", bed.app.url())).header("cookie", &bed.cookie);
    assert_eq!(request.send().await.expect("an answer").status(), 303, "their sessions end");
    assert_eq!(bed.app.sign_in("the-operator", PASSWORD).await.status(), 303);
    // Their own way out, with the password.
    let cookie = bed.app.cookie(Role::Operator).await;
    bed.app.send_form(&cookie, "begin_factor", &[]).await;
    let (_, to) = bed.app.send_form(&cookie, "remove_factor", &[("password", PASSWORD)]).await;
    assert!(to.contains("done=factor-off"), "{to}");
    assert!(!bed.app.page(&cookie, "/settings").await.contains("factor-key"));
    bed.app.stop().await;
}

#[tokio::test]
async fn it_is_reset_on_the_command_line_beside_a_running_server() {
    let bed = bed().await;
    let directory = bed.app.server.state.store.path().parent().expect("it lies in one").to_owned();
    let run = async |name: &str| {
        let (directory, name) = (directory.clone(), name.to_owned());
        let command = move || {
            std::process::Command::new(env!("CARGO_BIN_EXE_parcelwire"))
                .args(["user", "reset-second-factor", &name])
                .env("PARCELWIRE_DATA_DIR", directory)
                .output()
                .expect("the binary runs")
        };
        let output = tokio::task::spawn_blocking(command).await.expect("it ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, said, _) = run("The-Operator").await;
    assert_eq!(code, Some(0));
    assert!(said.contains("the-operator signs in without a second factor"), "{said}");
    let request = bed.app.client.get(format!("{}/settings", bed.app.url())).header("cookie", &bed.cookie);
    assert_eq!(request.send().await.expect("an answer").status(), 303, "their sessions end");
    assert_eq!(bed.app.sign_in("the-operator", PASSWORD).await.status(), 303, "no code is asked for");
    let (code, _, why) = run("the-operator").await;
    assert!(code == Some(1) && why.contains("has no second factor"), "{why}");
    let (code, _, why) = run("nobody").await;
    assert!(code == Some(1) && why.contains("there is no user"), "{why}");
    let filter = AuditFilter { act: Some(Act::FactorReset), ..AuditFilter::default() };
    let rows = bed.app.server.state.store.list_audit(&filter, &PageRequest::default()).await.expect("the log").items;
    let told: Vec<_> = rows.iter().map(|row| (row.subject.as_str(), row.via, row.outcome)).collect();
    assert!(told.contains(&("The-Operator", Door::CommandLine, ActOutcome::Done)), "{told:?}");
    bed.app.stop().await;
}
