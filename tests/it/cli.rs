//! The command line as people call it: the real binary, its output and its exit codes.

use crate::app::TestApp;
use parcelwire::server::clock::SystemClock;
use parcelwire::tracking::people::Scope;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

/// Runs the binary on a data directory with something on its standard input.
fn run(directory: &Path, arguments: &[&str], input: &str) -> Output {
    run_at("127.0.0.1:9", directory, arguments, input)
}

fn run_at(listen: &str, directory: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parcelwire"))
        .args(arguments)
        .env("PARCELWIRE_DATA_DIR", directory)
        .env("PARCELWIRE_LISTEN", listen)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).ok();
    child.wait_with_output().expect("it ends")
}

#[track_caller]
fn done(output: Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn fails(output: Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json_of(output: Output) -> Value {
    let text = done(output);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn bad_usage_is_2_and_what_failed_is_1() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    assert!(json_of(run(at, &["version", "--json"], ""))["version"].is_string());
    fails(run(at, &["nonsense"], ""), 2);
    fails(run(at, &["user", "add", "ann", "--role", "king", "--password-stdin"], "long enough"), 2);
    let said = fails(run_at("nowhere", at, &["doctor", "--log-format", "xml"], ""), 2);
    assert!(said.contains("PARCELWIRE_LISTEN") && said.contains("PARCELWIRE_LOG_FORMAT"), "all at once: {said}");
    fails(run(at, &["user", "add", "ann", "--role", "admin", "--password-stdin"], "short"), 1);
    fails(run(at, &["user", "disable", "nobody"], ""), 1);
    fails(run(at, &["healthcheck"], ""), 1);
    let help = done(run(at, &["--help"], ""));
    for name in ["PARCELWIRE_PUBLIC_URL", "PARCELWIRE_SECRET_KEY", "PARCELWIRE_METRICS_TOKEN_FILE", "rebuild"] {
        assert!(help.contains(name), "--help says {name}");
    }
}

#[test]
fn people_are_added_listed_disabled_and_enabled() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    for (name, role) in [("ann", "admin"), ("Bob", "viewer")] {
        let added = run(at, &["user", "add", name, "--role", role, "--password-stdin", "--json"], "a long password\n");
        assert_eq!(json_of(added)["role"], role);
    }
    fails(run(at, &["user", "add", "BOB", "--role", "viewer", "--password-stdin"], "a long password"), 1);
    fails(run(at, &["user", "disable", "ann"], ""), 1);
    done(run(at, &["user", "disable", "bob"], ""));
    let listed = json_of(run(at, &["user", "list", "--json"], ""));
    let bob = listed.as_array().expect("a list").iter().find(|user| user["name"] == "Bob").expect("is there").clone();
    assert_eq!(bob["disabled"], true);
    done(run(at, &["user", "enable", "bob"], ""));
    done(run(at, &["user", "reset-password", "bob", "--password-stdin"], "another password"));
    fails(run(at, &["user", "reset-password", "bob", "--password-stdin"], "short"), 1);
    assert!(done(run(at, &["user", "list"], "")).contains("viewer"), "also for people");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_work_beside_a_running_server_and_some_refuse() {
    let app = TestApp::start().await;
    let listen = app.server.address.to_string();
    let at = app.server.state.config.data_dir.clone();
    let made = json_of(run(&at, &["token", "create", "--name", "ci", "--scope", "admin", "--json"], ""));
    let token = made["token"].as_str().expect("a token").to_owned();
    assert_eq!(app.get_json(&token, "/api/v1/endpoints").await["items"], json!([]), "valid at once");
    let secret = "bex-secret-of-forty-characters-012345678";
    let added = ["endpoint", "add", "bex", "--label", "Main", "--secret-stdin", "--json"];
    let endpoint = json_of(run_at(&listen, &at, &added, secret));
    assert!(endpoint["hook_url"].as_str().expect("a URL").starts_with(&app.url()));
    let id = endpoint["id"].as_str().expect("an id");
    let sent = json_of(run_at(&listen, &at, &["simulate", id, "--event", "delivered", "--json"], ""));
    assert_eq!((&sent[0]["response_status"], &sent[0]["verdict"]), (&json!(200), &json!("verified")));
    done(run_at(&listen, &at, &["healthcheck"], ""));
    done(run(&at, &["doctor", "--json"], ""));
    let copy = at.join("copy.db");
    let copy = copy.to_str().expect("a path");
    done(run(&at, &["backup", copy], ""));
    assert!(fails(run(&at, &["rebuild"], ""), 1).contains("running"));
    assert!(fails(run(&at, &["restore", copy], ""), 1).contains("running"));
    assert!(fails(run(&at, &["serve"], ""), 1).contains("running"));
    let tokens = json_of(run(&at, &["token", "list", "--json"], ""));
    assert_eq!((&tokens[0]["name"], &tokens[0]["scope"]), (&json!("ci"), &json!("admin")));
    assert!(!tokens.to_string().contains(&token), "a token is shown once");
    done(run(&at, &["endpoint", "rotate-secret", id, "--secret-stdin"], "bex-secret-of-forty-characters-876543210"));
    fails(run(&at, &["endpoint", "rotate-secret", id, "--secret-stdin"], "short"), 1);
    let renewed = json_of(run_at(&listen, &at, &["endpoint", "rotate-url", id, "--json"], ""));
    assert_ne!(renewed["hook_url"], endpoint["hook_url"]);
    let seen = app.get_json(&token, &format!("/api/v1/endpoints/{id}")).await;
    assert_eq!((&seen["hook_url"], &seen["secret"]["last4"]), (&renewed["hook_url"], &json!("3210")));
    let sent = json_of(run_at(&listen, &at, &["simulate", id, "--event", "delivered", "--json"], ""));
    assert_eq!(sent[0]["verdict"], "verified", "with the new secret at the new URL");
    done(run(&at, &["token", "revoke", made["id"].as_str().expect("an id")], ""));
    let answer = app.client.get(format!("{}/api/v1/endpoints", app.url())).bearer_auth(&token).send().await;
    assert_eq!(answer.expect("an answer").status(), 401, "ended at once");
    let other = tempfile::tempdir().expect("a directory");
    done(run(other.path(), &["restore", copy], ""));
    std::fs::copy(at.join("secret.key"), other.path().join("secret.key")).expect("copied");
    let there = json_of(run(other.path(), &["endpoint", "list", "--json"], ""));
    assert!(there.to_string().contains(id), "{there}");
    fails(run(other.path(), &["restore", copy], ""), 1);
    app.stop().await;
}

#[test]
fn a_rebuild_wants_a_database() {
    let directory = tempfile::tempdir().expect("a directory");
    let said = fails(run(directory.path(), &["rebuild"], ""), 1);
    assert!(said.contains("holds no database"), "{said}");
    assert!(!directory.path().join("parcelwire.db").exists(), "none was made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_ends_where_it_began() {
    let app = TestApp::start().await;
    let token = app.token(Scope::Admin).await;
    let secret = "bex-secret-of-forty-characters-012345678";
    let endpoint = app.endpoint(&token, "bex", Some(secret), json!({})).await;
    let id = endpoint["id"].as_str().expect("an id").to_owned();
    for event in ["delivered", "delivered"] {
        let url = format!("{}/api/v1/endpoints/{id}/test-events", app.url());
        let request = app.client.post(url).bearer_auth(&token).json(&json!({ "event": event }));
        assert_eq!(request.send().await.expect("an answer").status(), 200);
    }
    app.drain().await;
    let before = app.get_json(&token, "/api/v1/parcels?test=true").await;
    assert_eq!(before["items"].as_array().map(Vec::len), Some(2), "{before}");
    let directory = app.stop().await;
    let rebuilt = json_of(run(directory.path(), &["rebuild", "--json"], ""));
    assert_eq!(rebuilt["deliveries"], 2);
    let app = TestApp::again(directory, |_| {}, Arc::new(SystemClock)).await;
    assert_eq!(app.get_json(&token, "/api/v1/parcels?test=true").await, before, "ids and times and all");
    app.stop().await;
}
