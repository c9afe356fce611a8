//! The real binary as a process of its own, and a plain client that says exactly what it was answered.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const BINARY: &str = env!("CARGO_BIN_EXE_parcelwire");
/// Far longer than anything takes, also on a busy machine.
pub const ENOUGH: Duration = Duration::from_mins(1);

/// A data directory and what stands in it.
pub struct Home {
    pub directory: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Adds an endpoint by the command line; returns its id and the path carriers post to.
    pub fn endpoint(&self, carrier: &str, secret: Option<&str>) -> (String, String) {
        let mut arguments = vec!["endpoint", "add", carrier, "--label", "Main", "--json"];
        arguments.extend(secret.map(|_| "--secret-stdin"));
        let made: Value = serde_json::from_str(&self.run(&arguments, secret.unwrap_or_default())).expect("JSON");
        let url = made["hook_url"].as_str().expect("a URL");
        let path = url.splitn(4, '/').nth(3).expect("a path");
        (made["id"].as_str().expect("an id").to_owned(), format!("/{path}"))
    }

    /// Runs a command to its end; it must succeed.
    #[track_caller]
    pub fn run(&self, arguments: &[&str], input: &str) -> String {
        let (status, out, err) = run(self.path(), arguments, input);
        assert!(status.success(), "{arguments:?}: {err}");
        out
    }

    /// Serves it.
    pub fn serve(&self) -> Served {
        Served::start(self.path(), &[], &[])
    }
}

/// Runs a command to its end: how it ended, and what it said.
pub fn run(directory: &Path, arguments: &[&str], input: &str) -> (ExitStatus, String, String) {
    let mut child = Command::new(BINARY)
        .args(arguments)
        .env("PARCELWIRE_DATA_DIR", directory)
        .env("PARCELWIRE_LISTEN", "127.0.0.1:9")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status, text(&output.stdout), text(&output.stderr))
}

/// A running server. Killed when it is dropped.
pub struct Served {
    child: Child,
    pub address: SocketAddr,
    /// Every line it logged so far.
    pub log: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// Starts it, behind a wrapper such as `["sh", "-c", "…"]` if there is one (it gets the binary as `$0`).
    pub fn start(directory: &Path, wrapper: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::try_start(directory, wrapper, environment).unwrap_or_else(|log| panic!("it did not start:\n{log}"))
    }

    /// The same; what it said where it refused to start.
    pub fn try_start(directory: &Path, wrapper: &[&str], environment: &[(&str, &str)]) -> Result<Self, String> {
        let mut command = Command::new(wrapper.first().copied().unwrap_or(BINARY));
        if let [_, rest @ ..] = wrapper {
            command.args(rest).arg(BINARY);
        }
        command.arg("serve").env("PARCELWIRE_DATA_DIR", directory).env("PARCELWIRE_LISTEN", "127.0.0.1:0");
        command.envs(environment.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (said, heard) = mpsc::channel();
        let stderr = child.stderr.take().expect("piped");
        std::thread::spawn({
            let log = log.clone();
            move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    if let Some((_, at)) = line.split_once("Parcelwire serves http://") {
                        let address = at.split(|c: char| c.is_whitespace() || c == '"' || c == '/').next();
                        let _ = said.send(address.and_then(|address| address.parse::<SocketAddr>().ok()));
                    }
                    log.lock().expect("not poisoned").push(line);
                }
            }
        });
        if let Ok(Some(address)) = heard.recv_timeout(ENOUGH) {
            return Ok(Self { child, address, log });
        }
        let _ = child.kill();
        let _ = child.wait();
        Err(log.lock().expect("not poisoned").join("\n"))
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ended");
    }

    /// SIGTERM, and how it ended.
    pub fn terminate(mut self) -> ExitStatus {
        let sent = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        let since = Instant::now();
        while since.elapsed() < ENOUGH {
            if let Some(status) = self.child.try_wait().expect("its state is known") {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }

    /// A value of `/proc/PID/status` in KiB.
    pub fn memory_kib(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with(field)).unwrap_or_else(|| panic!("no {field}"));
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    }

    pub fn client(&self) -> Client {
        Client { address: self.address, stream: None }
    }

    pub fn logged(&self) -> String {
        self.log.lock().expect("not poisoned").join("\n")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps one connection; every fault of it is no answer.
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The delivery that is named in an acknowledgement.
    pub fn delivery(&self) -> Option<String> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        body["delivery"].as_str().map(str::to_owned)
    }
}

impl Client {
    /// A whole answer, or `None`.
    pub fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
        self.ask("POST", path, headers, body)
    }

    pub fn get(&mut self, path: &str) -> Option<Answer> {
        self.ask("GET", path, &[], b"")
    }

    pub fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Answer> {
        let extra: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{extra}\r\n", body.len());
        let answer = self.exchange(&head, body);
        if answer.as_ref().is_none_or(|answer| answer.head.to_ascii_lowercase().contains("connection: close")) {
            self.stream = None;
        }
        answer
    }

    fn exchange(&mut self, head: &str, body: &[u8]) -> Option<Answer> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).ok()?;
            stream.set_read_timeout(Some(ENOUGH)).ok()?;
            stream.set_nodelay(true).ok()?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut()?;
        // A refusal may come, and be read, before all was written.
        let written = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let answer = read_answer(stream);
        answer.or_else(|| written.ok().and(None))
    }
}

/// Reads one answer with a length.
pub fn read_answer(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let Some(length) = length.or_else(|| (!head.to_ascii_lowercase().contains("chunked")).then_some(0)) else {
        while !bytes.ends_with(b"0\r\n\r\n") {
            let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&chunk[..read]);
        }
        // Its chunks are left as they are: good enough to search.
        return Some(Answer { status, head, body: String::from_utf8_lossy(&bytes[end..]).into_owned() });
    };
    while bytes.len() < end + length {
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    }
    Some(Answer { status, head, body: String::from_utf8_lossy(&bytes[end..]).into_owned() })
}

/// The database of a data directory.
pub fn database(directory: &Path) -> PathBuf {
    directory.join("parcelwire.db")
}

/// One number out of a database that may be in use.
pub fn number(database: &Path, sql: &'static str) -> i64 {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database).busy_timeout(ENOUGH);
    block_on(async {
        let mut conn = sqlx::SqliteConnection::connect_with(&options).await.expect("opens");
        let number = sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("counted");
        conn.close().await.expect("closes");
        number
    })
}

/// For tests that are threads otherwise.
pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}
