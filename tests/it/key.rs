//! Exchanging the key: everything sealed opens afterwards, with the new key only, and no interruption loses it.

use crate::process::{Home, block_on, database, number, run};
use parcelwire::server::secrets::{KEY_FILE, Keyring};
use parcelwire::server::store::resealing::sealed_columns;
use serde_json::Value;
use sqlx::Connection as _;
use std::collections::BTreeSet;

const SECRET: &str = "bex-secret-of-forty-characters-012345678";

/// The server knows its URLs and secrets, and opens the headers of every delivery.
fn everything_opens(home: &Home, endpoint: &str, path: &str) {
    let server = home.serve();
    let listen = server.address.to_string();
    let sent = std::process::Command::new(crate::process::BINARY)
        .args(["simulate", endpoint, "--event", "delivered", "--json"])
        .env("PARCELWIRE_DATA_DIR", home.path())
        .env("PARCELWIRE_LISTEN", listen)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&sent.stderr).into_owned();
    let result: Value = serde_json::from_slice(&sent.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(result[0]["verdict"], "verified", "signed with the stored secret, at the stored URL");
    let mut client = server.client();
    assert_eq!(client.post(path, &[], b"{}").map(|answer| answer.status), Some(401), "the URL is served");
    let token: Value =
        serde_json::from_str(&home.run(&["token", "create", "--name", "t", "--scope", "admin", "--json"], ""))
            .expect("JSON");
    let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
    let mut get = |path: &str| -> Value {
        let answer = client.ask("GET", path, &[("Authorization", &bearer)], b"").expect("an answer");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    };
    let url = get(&format!("/api/v1/endpoints/{endpoint}"))["hook_url"].clone();
    assert!(url.as_str().is_some_and(|url| url.ends_with(path)), "{url}");
    let log = get("/api/v1/deliveries");
    for delivery in log["items"].as_array().expect("a list") {
        let headers = get(&format!("/api/v1/deliveries/{}/headers", delivery["id"].as_str().expect("an id")));
        assert!(headers["items"].as_array().is_some_and(|headers| !headers.is_empty()));
    }
    assert!(server.terminate().success());
}

#[test]
fn a_new_key_opens_everything_and_the_old_one_nothing() {
    let home = Home::new();
    let (endpoint, path) = home.endpoint("bex", Some(SECRET));
    home.run(&["endpoint", "rotate-secret", &endpoint, "--secret-stdin"], "bex-secret-of-forty-characters-876543210");
    let server = home.serve();
    for nth in 0..3 {
        server.client().post(&path, &[("ms-signature", "00")], format!("[{nth}]").as_bytes()).expect("an answer");
    }
    let (refused, _, said) = run(home.path(), &["key", "rotate"], "");
    assert!(!refused.success() && said.contains("stop it first"), "{said}");
    assert!(server.terminate().success());
    let old = std::fs::read_to_string(home.path().join(KEY_FILE)).expect("a key");
    let rotated: Value = serde_json::from_str(&home.run(&["key", "rotate", "--json"], "")).expect("JSON");
    assert_eq!(rotated["values"], 1 + 2 + 3, "a URL, two secrets, three headers: {rotated}");
    assert_ne!(std::fs::read_to_string(home.path().join(KEY_FILE)).expect("a key"), old);
    let kept = rotated["old_key"].as_str().expect("a path");
    assert_eq!(std::fs::read_to_string(kept).expect("kept"), old, "older backups need it");
    everything_opens(&home, &endpoint, &path);
    // The old key is no key any more.
    std::fs::write(home.path().join(KEY_FILE), &old).expect("written");
    let (ended, _, said) = run(home.path(), &["token", "list"], "");
    assert!(!ended.success() && said.contains("does not fit"), "{said}");
}

#[test]
fn an_exchange_that_was_interrupted_is_finished_or_begun_again() {
    let home = Home::new();
    let (endpoint, path) = home.endpoint("bex", Some(SECRET));
    // Before the database changed: the old key goes on, and the next attempt uses what was begun.
    let begun = Keyring::next(home.path()).expect("a key").key_id().to_owned();
    everything_opens(&home, &endpoint, &path);
    home.run(&["key", "rotate"], "");
    let now = Keyring::find(home.path(), None).expect("read").expect("a key");
    assert_eq!(now.key_id(), begun);
    everything_opens(&home, &endpoint, &path);
    // After it: as if the process had ended before the files changed names.
    let old = format!("{KEY_FILE}.old");
    std::fs::copy(home.path().join(KEY_FILE), home.path().join(&old)).expect("copied");
    home.run(&["key", "rotate"], "");
    std::fs::rename(home.path().join(KEY_FILE), home.path().join("secret.key.next")).expect("renamed");
    std::fs::rename(home.path().join(&old), home.path().join(KEY_FILE)).expect("renamed");
    everything_opens(&home, &endpoint, &path);
    assert!(!home.path().join("secret.key.next").exists(), "finished by whoever came first");
}

#[test]
fn every_sealed_column_is_known_to_the_exchange() {
    let home = Home::new();
    home.endpoint("fast", None);
    assert!(number(&database(home.path()), "SELECT COUNT(*) FROM endpoints") == 1);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database(home.path()));
    let found: Vec<(String, String)> = block_on(async {
        let mut conn = sqlx::SqliteConnection::connect_with(&options).await.expect("opens");
        sqlx::query_as(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND c.name LIKE '%key_id'",
        )
        .fetch_all(&mut conn)
        .await
        .expect("read")
    });
    let known: BTreeSet<_> = sealed_columns().map(|(table, column)| (table.to_owned(), column.to_owned())).collect();
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), known, "store/resealing.rs lists what is sealed");
}
