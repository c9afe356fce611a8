//! Hostile senders against the real binary, within the memory and the disk it promises: 512 MiB, and 64 MiB a flood.
//!
//! One server takes all of it at once, so that what is slow delays nobody while the rest goes on.

use crate::process::{Answer, Client, ENOUGH, Home, Served, database, number, read_answer};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const MIB: u64 = 1024 * 1024;
const SECRET: &str = "bex-secret-of-forty-characters-012345678";

fn connect(server: &Served) -> TcpStream {
    let stream = TcpStream::connect(server.address).expect("connected");
    stream.set_read_timeout(Some(ENOUGH)).expect("set");
    stream
}

/// Sends bytes as they are; what is answered, if anything is.
fn send(server: &Served, bytes: &[u8]) -> Option<Answer> {
    let mut stream = connect(server);
    // A refusal may come before all is written.
    let _ = stream.write_all(bytes);
    read_answer(&mut stream)
}

/// An honest delivery that takes this long was held up: the others are let go after thirty seconds.
const DELAYED: Duration = Duration::from_secs(10);

/// 200 connections that never finish their headers, 200 that never finish their bodies.
fn half_open(server: &Served, path: &str) -> Vec<TcpStream> {
    let heads = ["", "P", "POST / HTTP/1.1\r\nHost: x\r\nX-A: ", "GET / HTTP/1.1\r\n"];
    let body = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{");
    (0..400)
        .map(|nth| {
            let mut stream = connect(server);
            let text = if nth % 2 == 0 { heads[nth / 2 % heads.len()] } else { &body };
            stream.write_all(text.as_bytes()).expect("written");
            stream
        })
        .collect()
}

/// How long honest deliveries take; all of them are accepted.
fn honest(server: &Served, path: &str, count: u32) -> Duration {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut client = server.client();
    let mut slowest = Duration::ZERO;
    for _ in 0..count {
        let body = format!(r#"{{"tracking_number":"HONEST{}"}}"#, NEXT.fetch_add(1, Ordering::Relaxed));
        let began = Instant::now();
        let answer = client.post(path, &[], body.as_bytes()).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
        slowest = slowest.max(began.elapsed());
    }
    slowest
}

/// A mebibyte of JSON that takes far more room when it is read, different each time.
fn swollen(nth: u64) -> Vec<u8> {
    let mut body = format!("{{\"Id\":\"{nth}\",\"Notifications\":[").into_bytes();
    while body.len() < 1024 * 1024 - 16 {
        body.extend_from_slice(b"{},[],1,");
    }
    body.extend_from_slice(b"1]}");
    body
}

/// 128 MiB of refused bodies, eight at a time.
fn flood(server: &Served, path: &str) -> (u64, u64) {
    let (next, refused, waiting) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let wrong = "0".repeat(64);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut client: Client = server.client();
                while let Some(nth) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|nth| *nth < 128) {
                    let answer = client.post(path, &[("ms-signature", &wrong)], &swollen(nth)).expect("an answer");
                    match answer.status {
                        401 => refused.fetch_add(1, Ordering::Relaxed),
                        429 | 503 => waiting.fetch_add(1, Ordering::Relaxed),
                        other => panic!("{other}: {}", answer.body),
                    };
                }
            });
        }
    });
    (refused.into_inner(), waiting.into_inner())
}

fn stored(home: &Path) -> u64 {
    let size = |name: &str| std::fs::metadata(home.join(name)).map_or(0, |file| file.len());
    size("parcelwire.db") + size("parcelwire.db-wal")
}

/// What is no honest request, and the answers it may get (none: the connection is closed).
fn oddities(path: &str) -> Vec<(&'static str, Vec<u8>, &'static [u16])> {
    let with = |headers: &str, body: &[u8]| {
        let mut bytes =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        bytes
    };
    let announced =
        |length: &str| format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    let many: String = (0..300).map(|nth| format!("X-{nth}: a\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(100_000));
    let chunked = "Transfer-Encoding: chunked\r\n";
    let both = format!("POST {path} HTTP/1.1\r\nHost: x\r\n{chunked}Content-Length: 4\r\n\r\n0\r\n\r\n").into_bytes();
    let mut endless = format!("POST {path} HTTP/1.1\r\nHost: x\r\n{chunked}\r\n").into_bytes();
    for _ in 0..40 {
        endless.extend_from_slice(format!("{:x}\r\n{}\r\n", 100_000, "a".repeat(100_000)).as_bytes());
    }
    let deep = [b"[".repeat(500_000), b"]".repeat(500_000)].concat();
    let keys: String = (0..60_000).map(|nth| format!("\"k{nth}\":{nth},")).collect();
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    vec![
        ("a body beyond all measure is announced", announced("9999999999999"), &[413]),
        ("a length that is no number", announced("-1"), &[400]),
        // The length does not count then, and the connection is not used again.
        ("two lengths", both, &[200, 400]),
        ("a body without an end", endless, &[413]),
        ("three hundred headers", with(&many, b"{}"), &[431]),
        ("one endless header", with(&long, b"{}"), &[431]),
        ("a compressed body", with("Content-Encoding: gzip\r\n", &gzip), &[415]),
        ("two encodings", with("Content-Encoding: identity\r\nContent-Encoding: br\r\n", b"{}"), &[415]),
        ("deep JSON", with("", &deep), &[200]),
        ("wide JSON", with("", format!("{{{keys}\"tracking_number\":\"WIDE\"}}").as_bytes()), &[200]),
        ("the same key twice", with("", br#"{"tracking_number":"A","tracking_number":"B"}"#), &[200]),
        ("no UTF-8", with("", b"{\"tracking_number\":\"\xff\xfe\"}"), &[200]),
        ("no JSON", with("", &[0; 1000]), &[200]),
        ("no HTTP", vec![0xff; 1000], &[400]),
    ]
}

#[test]
fn a_siege_delays_nobody_and_stays_within_memory_and_disk() {
    let home = Home::new();
    let (_, open_path) = home.endpoint("fast", None);
    let (bex, bex_path) = home.endpoint("bex", Some(SECRET));
    let server = home.serve();
    honest(&server, &open_path, 5);

    let began = Instant::now();
    let slow = half_open(&server, &open_path);
    let slowest = honest(&server, &open_path, 30);
    assert!(slowest < DELAYED, "400 half-open connections delay honest ones: {slowest:?}");

    for (what, bytes, allowed) in oddities(&open_path) {
        let status = send(&server, &bytes).map(|answer| answer.status);
        assert!(status.is_none_or(|status| allowed.contains(&status)), "{what}: {status:?}");
        if !allowed.contains(&200) {
            continue;
        }
        assert!(status.is_some(), "{what} is kept and answered");
    }

    let before = stored(home.path());
    let (refused, waiting) = flood(&server, &bex_path);
    let grown = stored(home.path()).saturating_sub(before);
    println!("flood: {refused} refused, {waiting} asked to wait, {grown} bytes kept");
    assert!(grown < 64 * MIB, "a flood of 128 MiB left {grown} bytes");
    assert!(refused > 0);
    let counted = "SELECT COALESCE(SUM(failures), 0) FROM endpoint_failures";
    assert_eq!(
        number(&database(home.path()), counted),
        i64::try_from(refused).expect("small"),
        "each one is counted ({bex})"
    );
    let slowest = honest(&server, &open_path, 10);
    assert!(slowest < DELAYED, "after the flood: {slowest:?}");

    for mut stream in slow {
        let left = Duration::from_mins(1).saturating_sub(began.elapsed()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left)).expect("set");
        let mut said = Vec::new();
        let closed = stream.read_to_end(&mut said);
        let broken = closed.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
        assert!(closed.is_ok() || broken, "still open after a minute: {closed:?}");
    }
    let peak = server.memory_kib("VmHWM");
    println!("closed after {:?}; peak memory {peak} KiB", began.elapsed());
    assert!(peak < 512 * 1024, "{peak} KiB");
    assert!(!server.logged().contains("panicked"), "{}", server.logged());
    assert!(server.terminate().success());
    home.run(&["doctor"], "");
}

#[test]
fn a_flood_of_unknown_urls_is_counted_and_not_stored() {
    let home = Home::new();
    let (_, path) = home.endpoint("fast", None);
    let server = home.serve();
    let before = number(&database(home.path()), "SELECT COUNT(*) FROM deliveries");
    let mut client = server.client();
    let mut statuses = [0_u32; 2];
    for nth in 0..600 {
        let answer = client.post(&format!("/hooks/fast/unknown-{nth}"), &[], b"{}").expect("an answer");
        match answer.status {
            404 => statuses[0] += 1,
            429 => statuses[1] += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!(client.post(&path, &[], b"{}").map(|answer| answer.status), Some(200), "never in place of a 200");
    assert_eq!(number(&database(home.path()), "SELECT COUNT(*) FROM deliveries"), before + 1);
    // A moment until counts are written.
    let since = Instant::now();
    let counted =
        || number(&database(home.path()), "SELECT COALESCE(SUM(value), 0) FROM counters WHERE name LIKE 'hooks_%'");
    while counted() < 600 && since.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(counted(), 600, "{statuses:?}");
}
