//! Backups: under load, proven, by themselves, and back again.

use crate::app::TestApp;
use crate::apply::rebuild::{dump, same};
use crate::process::{Home, block_on, database, run};
use parcelwire::server::cli::rebuild::rebuild;
use parcelwire::server::clock::{ManualClock, SystemClock};
use parcelwire::server::config::Config;
use parcelwire::server::safekeeping::{SafekeepingError, back_up, restore};
use parcelwire::tracking::people::Scope;
use parcelwire::tracking::time::Timestamp;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn now() -> Timestamp {
    "2026-06-18T06:30:00.000Z".parse().expect("a time")
}

fn files(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let mut names: Vec<String> = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_under_load_is_whole_and_derives_the_same() {
    let app = TestApp::start().await;
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "pos-malaysia", None, json!({})).await;
    let url = endpoint["hook_url"].as_str().expect("a URL").to_owned();
    let posting = async |from: u32, to: u32| {
        for number in from..to {
            let body = json!({"account_no": "A1", "tracking_number": format!("ELM{number}MY"),
                              "event_code": "LM_SUCCESS", "date_time": "2026-06-17 11:00:00"});
            assert_eq!(app.post_hook(&url, &[], body.to_string()).await.status(), 200);
        }
    };
    posting(0, 30).await;
    let keeping = app.server.state.safekeeping.clone();
    let (made, ()) = tokio::join!(async move { keeping.back_up_now().await }, posting(30, 120));
    let made = made.expect("a backup");
    assert!(made.deliveries >= 30, "what was answered before is in it: {}", made.deliveries);
    let safety = app.server.state.safekeeping.safety().await.expect("known");
    assert_eq!((safety.backup.as_ref(), safety.backup_failed), (Some(&made), None), "it is shown");
    let directory = app.stop().await;

    let fresh = tempfile::tempdir().expect("a directory");
    let config = Config::in_directory(fresh.path()).expect("settings");
    let back = restore(Path::new(&made.file), &config.database()).await.expect("restored");
    assert_eq!(back, made.deliveries);
    std::fs::copy(directory.path().join("secret.key"), fresh.path().join("secret.key")).expect("copied");
    let app = TestApp::again(fresh, |_| {}, Arc::new(SystemClock)).await;
    app.drain().await;
    let fresh = app.stop().await;
    let before = dump(fresh.path()).await;
    rebuild(config, Arc::new(SystemClock)).await.expect("rebuilt");
    same(&before, &dump(fresh.path()).await);
}

#[tokio::test]
async fn backups_come_by_themselves_are_rotated_and_damage_is_looked_for() {
    let clock = ManualClock::at(now());
    let app = TestApp::with(|settings| settings.backup_keep = "2".into(), clock.clone()).await;
    let keeping = &app.server.state.safekeeping;
    let directory = app.server.state.config.backups();
    keeping.tick().await;
    assert_eq!(files(&directory), ["parcelwire-20260618T063000Z.db"], "the first comes soon");
    let check = keeping.safety().await.expect("known").check.expect("looked");
    assert_eq!((check.at, check.faults.len(), check.unfinished), (now(), 0, 0));
    clock.set(now().plus_seconds(24 * 3600 - 1));
    keeping.tick().await;
    assert_eq!(files(&directory).len(), 1, "not yet");
    for days in 1..=3 {
        clock.set(now().plus_seconds(days * 24 * 3600));
        keeping.tick().await;
    }
    assert_eq!(files(&directory), ["parcelwire-20260620T063000Z.db", "parcelwire-20260621T063000Z.db"]);
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &directory.join(&files(&directory)[0]).metadata().expect("there").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600, "personal data: for its owner only");
    app.stop().await;
}

#[tokio::test]
async fn a_backup_that_fails_is_said_takes_no_good_one_away_and_is_tried_again() {
    let clock = ManualClock::at(now());
    let app = TestApp::with(|_| {}, clock.clone()).await;
    let keeping = &app.server.state.safekeeping;
    keeping.tick().await;
    let directory = app.server.state.config.backups();
    let aside = directory.with_extension("aside");
    std::fs::rename(&directory, &aside).expect("moved");
    std::fs::write(&directory, "in the way").expect("written");
    clock.set(now().plus_seconds(25 * 3600));
    keeping.tick().await;
    let safety = keeping.safety().await.expect("known");
    assert_eq!(safety.backup.map(|made| made.at), Some(now()), "the last good one stands");
    assert!(safety.backup_failed.is_some_and(|failed| failed.why.contains("backups")));
    std::fs::remove_file(&directory).expect("removed");
    std::fs::rename(&aside, &directory).expect("moved back");
    keeping.tick().await;
    assert_eq!(files(&directory).len(), 1, "not at once");
    clock.set(now().plus_seconds(26 * 3600));
    keeping.tick().await;
    assert_eq!((files(&directory).len(), keeping.safety().await.expect("known").backup_failed), (2, None));
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_whole_backup_of_ours_is_not_restored() {
    let app = TestApp::start().await;
    let source = app.server.state.store.path().to_owned();
    let directory = app.stop().await;
    let good = directory.path().join("good.db");
    back_up(&source, &good, now()).await.expect("made");
    assert!(matches!(back_up(&source, &good, now()).await, Err(SafekeepingError::Exists(..))), "never over a file");
    let place = tempfile::tempdir().expect("a place");
    let into = database(place.path());

    let write = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let whole = std::fs::read(&good).expect("read");
    let cut = write("cut.db", &whole[..whole.len() / 2]);
    let text = write("text.db", b"hello");
    let mut torn = whole.clone();
    let middle = whole.len() / 8192 * 4096;
    torn[middle..middle + 4096].fill(0xA5);
    let torn = write("torn.db", &torn);
    assert!(matches!(restore(&text, &into).await, Err(SafekeepingError::NotOurs(_))));
    for file in [&cut, &torn] {
        let refused = restore(file, &into).await;
        assert!(matches!(refused, Err(SafekeepingError::Damaged(..))), "{}: {refused:?}", file.display());
    }
    let other = directory.path().join("other.db");
    foreign(&other).await;
    assert!(matches!(restore(&other, &into).await, Err(SafekeepingError::NotOurs(_))));
    let ahead = directory.path().join("ahead.db");
    std::fs::copy(&good, &ahead).expect("copied");
    crate::store::ahead(&ahead).await;
    assert!(matches!(restore(&ahead, &into).await, Err(SafekeepingError::Newer(_, 9999))));
    let log = place.path().join("parcelwire.db-wal");
    std::fs::write(&log, "a log that was left behind").expect("written");
    assert!(matches!(restore(&good, &into).await, Err(SafekeepingError::Exists(path, _)) if path == log));
    std::fs::remove_file(&log).expect("removed");
    assert!(files(place.path()).is_empty(), "nothing is left of what was refused: {:?}", files(place.path()));
    restore(&good, &into).await.expect("the good one is restored");
    assert!(matches!(restore(&good, &into).await, Err(SafekeepingError::Exists(..))));
}

async fn foreign(path: &Path) {
    use sqlx::Connection as _;
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut conn = sqlx::SqliteConnection::connect(&url).await.expect("opens");
    sqlx::query("CREATE TABLE x (y)").execute(&mut conn).await.expect("made");
    conn.close().await.expect("closes");
}

#[test]
fn an_older_database_is_not_changed_under_a_running_server() {
    let home = Home::new();
    block_on(crate::migrations::older(&database(home.path())));
    let held = std::fs::File::create(home.path().join("lock")).expect("made");
    held.lock().expect("held, as a server of that version would");
    let (ended, _, said) = run(home.path(), &["token", "list"], "");
    assert!(!ended.success() && said.contains("of an older version") && said.contains("stop it first"), "{said}");
    let backup = home.path().join("copy.db");
    home.run(&["backup", &backup.to_string_lossy()], "");
    assert!(backup.exists(), "a backup changes nothing and is always possible");
    drop(held);
    home.run(&["token", "list"], "");
    assert_eq!(files(&home.path().join("backups")).len(), 1, "a copy of the older one is kept");
}
