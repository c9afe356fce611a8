//! `make bench`: how much of the bare server's speed the front door keeps. Ratios from one run, never absolute promises.
//!
//! Starts the release binary on a throw-away directory, then alternates short rounds of two loads over keep-alive
//! connections: the no-op route `/healthz`, and hooks that are proven, committed with fsync and then answered. At the
//! end it waits until everything captured is applied.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 32;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

struct Server {
    child: Child,
    address: String,
    data: std::path::PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is told where the binary is")]
fn binary() -> String {
    std::env::var("PARCELWIRE_BINARY").unwrap_or_else(|_| "target/release/parcelwire".into())
}

fn settings(command: &mut Command, address: &str, data: &std::path::Path) {
    command
        .env("PARCELWIRE_LISTEN", address)
        .env("PARCELWIRE_DATA_DIR", data)
        .env("PARCELWIRE_ADMIN_USER", "bench")
        .env("PARCELWIRE_ADMIN_PASSWORD", "bench-password-of-some-length")
        .env("PARCELWIRE_LOG", "warn");
}

fn start() -> Server {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let address = format!("127.0.0.1:{port}");
    let data = std::env::temp_dir().join(format!("parcelwire-bench-{}-{port}", std::process::id()));
    std::fs::create_dir_all(&data).expect("a temporary directory");
    let mut command = Command::new(binary());
    settings(&mut command, &address, &data);
    let child = command.arg("serve").stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().expect("the binary starts");
    Server { child, address, data }
}

/// Sends one request on a kept connection and reads its whole answer; returns the status.
async fn ask(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> std::io::Result<u16> {
    stream.write_all(request).await?;
    buffer.clear();
    let mut chunk = [0_u8; 8192];
    loop {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        buffer.extend_from_slice(&chunk[..read]);
        let Some(head) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_lowercase();
        let length: usize = text
            .lines()
            .find_map(|l| l.strip_prefix("content-length:"))
            .and_then(|v| v.trim().parse().ok())
            .unwrap_or_default();
        if buffer.len() >= head + 4 + length {
            return Ok(text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default());
        }
    }
}

fn signed_hook(path: &str, waybill: u64) -> Vec<u8> {
    let body = format!(
        "{{\r\n  \"Id\": \"{waybill:032x}\",\r\n  \"Attempt\": 1,\r\n  \"Properties\": {{}},\r\n  \"Notifications\": [\r\n    {{\r\n      \"Action\": \"tracking_event\",\r\n      \"WaybillNumber\": \"BENCH{waybill}\",\r\n      \"TrackingDate\": \"2026-06-01 07:06:00\",\r\n      \"TrackingUser\": \"John Doe\",\r\n      \"TrackingDescription\": \"Loaded onto vehicle for delivery\",\r\n      \"TrackingReference\": \"740493\",\r\n      \"TrackingTypeId\": 7\r\n    }}\r\n  ]\r\n}}"
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length is a key");
    mac.update(body.as_bytes());
    let signature = hex::encode_upper(mac.finalize().into_bytes());
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json; charset=utf-8\r\nms-signature: sha256={signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[derive(Default)]
struct Load {
    answered: u64,
    seconds: f64,
    micros: Vec<u64>,
}

impl Load {
    fn per_second(&self) -> f64 {
        f64::from(u32::try_from(self.answered).unwrap_or(u32::MAX)) / self.seconds
    }

    fn line(&mut self, name: &str) {
        self.micros.sort_unstable();
        let at = |share: usize| self.micros.get(self.micros.len() * share / 1000).copied().unwrap_or_default();
        let ms = |micros: u64| std::time::Duration::from_micros(micros).as_secs_f64() * 1000.0;
        println!(
            "{name:<22} {:>9.0} requests/s   p50 {:>7.2} ms   p95 {:>7.2} ms   p99 {:>7.2} ms   p99.9 {:>7.2} ms",
            self.per_second(),
            ms(at(500)),
            ms(at(950)),
            ms(at(990)),
            ms(at(999))
        );
    }
}

/// One round of one load over all connections; `request` makes the next request from a counter.
async fn round(
    address: &str,
    load: &mut Load,
    expect: u16,
    request: Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>,
    counter: &Arc<AtomicU64>,
) {
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (address, request, counter) = (address.to_owned(), request.clone(), counter.clone());
        tasks.push(tokio::spawn(async move {
            let mut micros = Vec::new();
            let mut stream = TcpStream::connect(&address).await.expect("the server accepts");
            stream.set_nodelay(true).expect("a socket option");
            let mut buffer = Vec::new();
            while started.elapsed() < ROUND {
                let bytes = request(counter.fetch_add(1, Ordering::Relaxed));
                let sent = Instant::now();
                let status = ask(&mut stream, &bytes, &mut buffer).await.expect("an answer");
                assert_eq!(status, expect, "{}", String::from_utf8_lossy(&buffer));
                micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
            }
            micros
        }));
    }
    for task in tasks {
        let micros = task.await.expect("a load task ends");
        load.answered += micros.len() as u64;
        load.micros.extend(micros);
    }
    load.seconds += started.elapsed().as_secs_f64();
}

fn cli(server: &Server, arguments: &[&str], input: &str) -> serde_json::Value {
    use std::io::Write;
    let mut command = Command::new(binary());
    settings(&mut command, &server.address, &server.data);
    let mut child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the command line starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

async fn get(address: &str, path: &str, token: &str) -> serde_json::Value {
    let mut stream = TcpStream::connect(address).await.expect("the server accepts");
    let mut buffer = Vec::new();
    let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n");
    ask(&mut stream, request.as_bytes(), &mut buffer).await.expect("an answer");
    let body = buffer.windows(4).position(|w| w == b"\r\n\r\n").map_or(0, |at| at + 4);
    serde_json::from_slice(&buffer[body..]).expect("JSON")
}

fn main() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(run());
}

async fn run() {
    let server = start();
    for tries in 0.. {
        if TcpStream::connect(&server.address).await.is_ok() {
            break;
        }
        assert!(tries < 200, "the server does not listen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let token = cli(&server, &["token", "create", "--name", "bench", "--scope", "admin", "--json"], "");
    let token = token["token"].as_str().expect("a token").to_owned();
    let endpoint = cli(&server, &["endpoint", "add", "bex", "--label", "bench", "--secret-stdin", "--json"], SECRET);
    let url = endpoint["hook_url"].as_str().expect("a URL");
    let path = url[url.find("/hooks/").expect("a hook path")..].to_owned();

    let counter = Arc::new(AtomicU64::new(1));
    let (mut noop, mut captured) = (Load::default(), Load::default());
    let healthz: Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync> =
        Arc::new(|_| b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n".to_vec());
    let good: Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync> = Arc::new(move |n| signed_hook(&path, n));
    let first_capture = Instant::now();
    for _ in 0..ROUNDS {
        round(&server.address, &mut noop, 200, healthz.clone(), &counter).await;
        round(&server.address, &mut captured, 200, good.clone(), &counter).await;
    }
    let loaded = Instant::now();
    loop {
        let waiting = get(&server.address, "/api/v1/deliveries?outcome=received&limit=1", &token).await;
        if waiting["items"].as_array().is_some_and(Vec::is_empty) {
            break;
        }
        assert!(loaded.elapsed() < Duration::from_mins(5), "applying takes too long");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let behind = loaded.elapsed().as_secs_f64();
    let applying = first_capture.elapsed().as_secs_f64() - noop.seconds;

    println!("{CONNECTIONS} connections, {ROUNDS} rounds of {} s each, alternating, one run\n", ROUND.as_secs());
    noop.line("no-op (/healthz)");
    captured.line("captured + committed");
    let events = f64::from(u32::try_from(captured.answered).unwrap_or(u32::MAX)) / applying;
    println!("{:<22} {events:>9.0} events/s     ({behind:.1} s behind the last capture)", "applied");
    println!("\ncaptured / no-op   {:.3}", captured.per_second() / noop.per_second());
    println!("applied / no-op    {:.3}", events / noop.per_second());
}
