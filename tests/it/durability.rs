//! A 200 means that it is on the disk: the real binary killed, stopped, without room, without its file.

use crate::apply::rebuild::{dump, same};
use crate::process::{Answer, Client, Home, Served, block_on, database, number, run};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A message of a parcel's own, and what it is.
fn message(number: u64) -> Vec<u8> {
    let body = json!({"account_no": "A1", "tracking_number": format!("ELM{number}MY"), "event_code": "LM_SUCCESS",
                      "date_time": "2026-06-17 11:00:00"});
    body.to_string().into_bytes()
}

/// Carriers that post, and come again where nothing was answered.
struct Load {
    path: String,
    next: AtomicU64,
    acknowledged: Mutex<BTreeSet<String>>,
    stop: AtomicBool,
}

impl Load {
    fn on(path: String) -> Self {
        Self { path, next: AtomicU64::new(0), acknowledged: Mutex::default(), stop: AtomicBool::new(false) }
    }

    /// Posts until it is told to stop or nobody answers.
    fn post(&self, client: &mut Client) {
        while !self.stop.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            // Every third message comes again at once, as impatient carriers do.
            for _ in 0..=u32::from(number.is_multiple_of(3)) {
                let Some(answer) = client.post(&self.path, &[], &message(number)) else { return };
                self.note(&answer);
            }
        }
    }

    fn note(&self, answer: &Answer) {
        match answer.status {
            200 => drop(self.acknowledged.lock().expect("not poisoned").insert(answer.delivery().expect("named"))),
            503 => {}
            other => panic!("{other}: {}", answer.body),
        }
    }

    /// While six carriers post to a server, something happens to it.
    fn during<T>(&self, server: Served, happens: impl FnOnce(Served) -> T) -> T {
        self.stop.store(false, Ordering::Relaxed);
        let mut clients: Vec<Client> = (0..6).map(|_| server.client()).collect();
        std::thread::scope(|scope| {
            for client in &mut clients {
                scope.spawn(|| self.post(client));
            }
            let outcome = happens(server);
            self.stop.store(true, Ordering::Relaxed);
            outcome
        })
    }

    /// Every acknowledged delivery is there, and its event was made once.
    #[track_caller]
    fn everything_is_there(&self, home: &Path) {
        let acknowledged = self.acknowledged.lock().expect("not poisoned");
        let there = deliveries(home);
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "{} of {} acknowledged deliveries are lost: {lost:?}", lost.len(), acknowledged.len());
        let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM events GROUP BY shipment_id HAVING COUNT(*) > 1)";
        assert_eq!(number(&database(home), twice), 0, "an event was applied twice");
        let seen = "SELECT COUNT(*) FROM events WHERE seen_count > 1";
        assert_eq!(number(&database(home), seen), 0, "one delivery counts once");
    }
}

fn deliveries(home: &Path) -> BTreeSet<String> {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database(home));
    block_on(async {
        let mut conn = sqlx::SqliteConnection::connect_with(&options).await.expect("opens");
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM deliveries").fetch_all(&mut conn).await.expect("read");
        ids.into_iter().collect()
    })
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < crate::process::ENOUGH, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn random_ms(below: u64) -> u64 {
    u64::from_str_radix(&parcelwire::server::secrets::random_hex(4), 16).expect("hex") % below
}

/// Everything that was taken is applied, and deriving it again changes nothing.
fn derives_the_same(home: &Home) {
    let server = home.serve();
    // Hundreds of kills leave many to be applied: as long as it goes on, it is waited for.
    let waiting = || number(&database(home.path()), "SELECT COUNT(*) FROM deliveries WHERE outcome = 'received'");
    let mut left = waiting();
    while left > 0 {
        wait_until("applying goes on", || waiting() < left);
        left = waiting();
    }
    assert!(server.terminate().success());
    let odd = "SELECT COUNT(*) FROM deliveries WHERE outcome NOT IN ('applied', 'duplicate')";
    assert_eq!(number(&database(home.path()), odd), 0, "nothing was set aside");
    let before = block_on(dump(home.path()));
    home.run(&["rebuild"], "");
    same(&before, &block_on(dump(home.path())));
    home.run(&["doctor"], "");
}

/// `PARCELWIRE_TEST_KILLS=300 cargo test --test it kill_9` kills more often.
#[test]
fn what_was_acknowledged_survives_kill_9_and_is_applied_once() {
    let kills: u32 = parcelwire::server::config::process_environment("PARCELWIRE_TEST_KILLS")
        .and_then(|text| text.parse().ok())
        .unwrap_or(20);
    let home = Home::new();
    let (_, path) = home.endpoint("pos-malaysia", None);
    let load = Load::on(path);
    for _ in 0..kills {
        load.during(home.serve(), |server| {
            std::thread::sleep(Duration::from_millis(random_ms(600)));
            server.kill();
        });
    }
    let acknowledged = load.acknowledged.lock().expect("not poisoned").len();
    println!("{kills} kills, {acknowledged} acknowledged deliveries");
    assert!(acknowledged > kills as usize, "there was load: {acknowledged}");
    load.everything_is_there(home.path());
    derives_the_same(&home);
    load.everything_is_there(home.path());
}

#[test]
fn a_stop_under_load_answers_after_the_commit_or_not_at_all() {
    let home = Home::new();
    let (_, path) = home.endpoint("pos-malaysia", None);
    let load = Load::on(path);
    for _ in 0..3 {
        let ended = load.during(home.serve(), |server| {
            std::thread::sleep(Duration::from_millis(200 + random_ms(200)));
            server.terminate()
        });
        assert!(ended.success(), "it ends by itself, well: {ended}");
        load.everything_is_there(home.path());
    }
    assert!(load.acknowledged.lock().expect("not poisoned").len() > 10);
    derives_the_same(&home);
}

/// Posts until something is refused for want of room; the answer says when to come again.
fn post_until_refused(load: &Load, client: &mut Client) {
    let filler = "x".repeat(20_000);
    for number in 0..2_000 {
        let body = json!({"tracking_number": format!("FULL{number}"), "filler": filler}).to_string();
        let answer = client.post(&load.path, &[], body.as_bytes()).expect("an answer");
        load.note(&answer);
        if answer.status == 503 {
            assert!(answer.head.to_ascii_lowercase().contains("retry-after"), "{}", answer.head);
            return;
        }
    }
    panic!("it was never full");
}

fn recovers(load: &Load, client: &mut Client) {
    wait_until("it recovers by itself", || {
        let answer = client.post(&load.path, &[], br#"{"tracking_number":"AFTERWARDS"}"#);
        answer.is_some_and(|answer| {
            load.note(&answer);
            answer.status == 200
        })
    });
}

#[test]
fn a_file_that_cannot_grow_is_503_until_it_can() {
    let home = Home::new();
    let (_, path) = home.endpoint("fast", None);
    let load = Load::on(path);
    // 2 MiB a file; a signal would end the process where a full disk only fails the write.
    let limited = "trap '' XFSZ; ulimit -S -f 4096; exec \"$0\" \"$@\"";
    let server = Served::start(home.path(), &["sh", "-c", limited], &[]);
    let mut client = server.client();
    post_until_refused(&load, &mut client);
    assert_eq!(client.get("/healthz").map(|answer| answer.status), Some(200), "it is up all the same");
    let lifted = std::process::Command::new("prlimit")
        .args(["--pid", &server.pid().to_string(), "--fsize=unlimited"])
        .status()
        .expect("prlimit runs");
    assert!(lifted.success());
    recovers(&load, &mut client);
    assert!(server.terminate().success());
    load.everything_is_there(home.path());
    home.run(&["doctor"], "");
}

/// A small file system of its own holding a copy of the data directory; `then` is what is run in it.
fn on_small_disk(home: &Path, place: &Path, then: &str) -> Option<String> {
    let possible = std::process::Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
    if !possible.is_ok_and(|tried| tried.status.success()) {
        eprintln!("skipped: no file systems may be mounted here");
        return None;
    }
    let (home, place) = (home.display(), place.display());
    Some(format!("mount -t tmpfs -o size=12m none {place} && cp -a {home}/. {place}/ && {then} exec \"$0\" \"$@\""))
}

#[test]
fn a_full_disk_is_503_until_there_is_room() {
    let (home, place) = (Home::new(), tempfile::tempdir().expect("a place"));
    let (_, path) = home.endpoint("fast", None);
    let Some(script) = on_small_disk(home.path(), place.path(), "") else { return };
    let load = Load::on(path);
    let server = Served::start(place.path(), &["unshare", "-rm", "sh", "-c", &script], &[]);
    // The server's own view of the disk.
    let seen =
        Path::new(&format!("/proc/{}/root", server.pid())).join(place.path().strip_prefix("/").expect("absolute"));
    let filler = seen.join("filler");
    let _ = std::fs::write(&filler, vec![0; 16 << 20]);
    let mut client = server.client();
    post_until_refused(&load, &mut client);
    std::fs::remove_file(&filler).expect("removed");
    recovers(&load, &mut client);
    let copied = tempfile::tempdir().expect("a directory");
    for name in ["parcelwire.db", "parcelwire.db-wal"] {
        std::fs::copy(seen.join(name), copied.path().join(name)).expect("copied out of its name space");
    }
    load.everything_is_there(copied.path());
    assert!(server.terminate().success());
}

#[test]
fn a_disk_that_cannot_be_written_is_refused_with_what_to_do() {
    let (home, place) = (Home::new(), tempfile::tempdir().expect("a place"));
    home.endpoint("fast", None);
    let remount = format!("mount -o remount,ro {} &&", place.path().display());
    let Some(script) = on_small_disk(home.path(), place.path(), &remount) else { return };
    let refused = Served::try_start(place.path(), &["unshare", "-rm", "sh", "-c", &script], &[]);
    let said = refused.err().expect("it does not start");
    assert!(said.contains("let the user Parcelwire runs as write"), "{said}");
}

#[test]
fn a_database_held_by_another_process_is_503_within_seconds_and_recovers() {
    use sqlx::Connection as _;
    let home = Home::new();
    let (_, path) = home.endpoint("fast", None);
    let load = Load::on(path);
    let server = home.serve();
    let mut client = server.client();
    recovers(&load, &mut client);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database(home.path()));
    let mut holder = runtime.block_on(sqlx::SqliteConnection::connect_with(&options)).expect("opens");
    runtime.block_on(sqlx::query("BEGIN IMMEDIATE").execute(&mut holder)).expect("held");
    let began = Instant::now();
    let answer = client.post(&load.path, &[], br#"{"tracking_number":"MEANWHILE"}"#).expect("an answer");
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.head.to_ascii_lowercase().contains("retry-after"), "{}", answer.head);
    assert!(began.elapsed() < Duration::from_secs(20), "the carrier is not kept waiting: {:?}", began.elapsed());
    runtime.block_on(sqlx::query("ROLLBACK").execute(&mut holder)).expect("let go");
    recovers(&load, &mut client);
    assert!(server.terminate().success());
    load.everything_is_there(home.path());
}

/// Overwrites one page of the database.
fn damage(database: &Path, page: u64) {
    let mut file = std::fs::File::options().write(true).open(database).expect("opens");
    file.seek(std::io::SeekFrom::Start(page * 4096)).expect("there");
    file.write_all(&[0xA5; 4096]).expect("written");
}

#[test]
fn a_damaged_database_is_never_acknowledged_into_and_a_backup_brings_it_back() {
    let home = Home::new();
    let (_, path) = home.endpoint("pos-malaysia", None);
    let load = Load::on(path);
    let server = home.serve();
    for number in 0..40_u64 {
        load.note(&server.client().post(&load.path, &[], &message(number)).expect("an answer"));
    }
    let backup = home.path().join("good.db");
    home.run(&["backup", &backup.to_string_lossy()], "");
    assert!(server.terminate().success());
    // The page that every insert reads, then the page that everything reads.
    let root = number(&database(home.path()), "SELECT rootpage FROM sqlite_master WHERE name = 'deliveries'");
    damage(&database(home.path()), root.unsigned_abs() - 1);
    match Served::try_start(home.path(), &[], &[]) {
        Ok(server) => {
            let answer = server.client().post(&load.path, &[], &message(1000)).expect("an answer");
            assert_eq!(answer.status, 503, "{}", answer.body);
        }
        Err(said) => assert!(said.contains("the file is damaged"), "{said}"),
    }
    let (checked, found, _) = run(home.path(), &["doctor"], "");
    assert!(!checked.success() && found.contains("BAD"), "{found}");
    let (backed_up, _, said) = run(home.path(), &["backup", &home.path().join("bad.db").to_string_lossy()], "");
    assert!(!backed_up.success() && !home.path().join("bad.db").exists(), "damage is not backed up: {said}");
    damage(&database(home.path()), 0);
    let said = Served::try_start(home.path(), &[], &[]).err().expect("it does not start");
    assert!(said.contains("the file is damaged") && said.contains("parcelwire restore"), "{said}");
    let fresh = Home::new();
    fresh.run(&["restore", &backup.to_string_lossy()], "");
    std::fs::copy(home.path().join("secret.key"), fresh.path().join("secret.key")).expect("copied");
    derives_the_same(&fresh);
    load.everything_is_there(fresh.path());
}
