//! The HTTP server itself: slow clients, many clients, and the stop.

use crate::app::TestApp;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use parcelwire::server::clock::SystemClock;
use parcelwire::server::listener::{Bound, Limits, serve};
use parcelwire::tracking::people::{Role, Scope};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// Shorter than what is waited for where something hangs; long for a busy machine.
const ENOUGH: Duration = Duration::from_secs(20);

/// A server whose handler waits as many milliseconds as the path says, then reads the body; `/large` is 32 MiB.
async fn server(limits: Limits) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
    let bound = Bound::to(([127, 0, 0, 1], 0).into()).await.expect("a port");
    let address = bound.address();
    let stop = CancellationToken::new();
    let answer = |request: Request, _| async move {
        let path = request.uri().path().trim_start_matches('/').to_owned();
        assert_ne!(path, "panic", "as asked");
        if path == "large" {
            return vec![0; 32 * 1024 * 1024].into_response();
        }
        tokio::time::sleep(Duration::from_millis(path.parse().unwrap_or_default())).await;
        match axum::body::to_bytes(request.into_body(), 1000).await {
            Ok(body) => format!("read {}", body.len()).into_response(),
            Err(_) => axum::http::StatusCode::REQUEST_TIMEOUT.into_response(),
        }
    };
    let answer = move |request, peer| -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>> {
        Box::pin(answer(request, peer))
    };
    let task = tokio::spawn(serve(bound, answer, limits, stop.clone()));
    (address, stop, task)
}

fn short() -> Limits {
    let moment = Duration::from_millis(300);
    Limits { headers: moment, body_stall: moment, stop: Duration::from_secs(5), ..Limits::default() }
}

/// What comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut got = Vec::new();
    let read = tokio::time::timeout(ENOUGH, stream.read_to_end(&mut got)).await;
    read.expect("the connection is closed in time").ok();
    String::from_utf8_lossy(&got).into_owned()
}

#[tokio::test]
async fn a_client_that_dribbles_is_let_go() {
    let (address, ..) = server(short()).await;
    for head in ["", "P", "GET / HTTP/1.1\r\nHost: x\r\nX-A: "] {
        let began = Instant::now();
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(head.as_bytes()).await.expect("written");
        let said = rest(&mut stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{head:?}: {said}");
        assert!(began.elapsed() >= Duration::from_millis(200), "{head:?}: not at once");
    }
    let mut idle = TcpStream::connect(address).await.expect("connected");
    idle.write_all(b"GET /0 HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("written");
    assert!(rest(&mut idle).await.contains("read 0"), "answered, then closed for being idle");
}

#[tokio::test]
async fn http_2_in_plain_text_is_not_spoken() {
    let (address, ..) = server(Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("written");
    let mut got = Vec::new();
    tokio::time::timeout(ENOUGH, stream.read_to_end(&mut got)).await.expect("closed").ok();
    assert!(got.is_empty() || got.starts_with(b"HTTP/1.1 400"), "{got:?}");
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let limits = Limits { body_stall: Duration::from_secs(1), ..Limits::default() };
    let (address, ..) = server(limits).await;
    // Byte by byte is not taking it either; asking for far more than the buffers between us hold.
    for reads in [false, true] {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("small");
        let mut stream = socket.connect(address).await.expect("connected");
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("written");
        let began = Instant::now();
        let gone = loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if reads && !matches!(stream.read(&mut [0; 16]).await, Ok(1..)) {
                break true;
            }
            // What is asked meanwhile is not read; once the other side is gone, it is refused.
            if stream.write_all(b"GET").await.is_err() {
                break true;
            }
            if began.elapsed() > ENOUGH {
                break false;
            }
        };
        assert!(gone, "still there after {:?} (reading: {reads})", began.elapsed());
        assert!(began.elapsed() >= Duration::from_millis(900), "not at once");
    }
}

#[tokio::test]
async fn a_body_that_stalls_is_given_up() {
    let (address, ..) = server(short()).await;
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(b"POST /0 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc").await.expect("written");
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn what_is_in_flight_is_answered_and_no_more_is_taken() {
    let (address, stop, task) = server(Limits { stop: Duration::from_mins(1), ..Limits::default() }).await;
    let mut busy = TcpStream::connect(address).await.expect("connected");
    busy.write_all(b"GET /500 HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("written");
    let mut idle = TcpStream::connect(address).await.expect("connected");
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.cancel();
    assert!(rest(&mut busy).await.contains("read 0"), "the slow request is answered");
    assert_eq!(rest(&mut idle).await, "", "the idle one is closed");
    tokio::time::timeout(ENOUGH, task).await.expect("it ends").expect("without a panic");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens");
}

#[tokio::test]
async fn the_stop_does_not_wait_for_ever() {
    let limits = Limits { stop: Duration::from_millis(200), ..Limits::default() };
    let (address, stop, task) = server(limits).await;
    let mut busy = TcpStream::connect(address).await.expect("connected");
    busy.write_all(b"GET /60000 HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("written");
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.cancel();
    tokio::time::timeout(ENOUGH, task).await.expect("it ends").expect("without a panic");
}

#[tokio::test]
async fn a_panic_is_answered_and_harms_nobody_else() {
    let (address, ..) = server(Limits::default()).await;
    for (path, status) in [("panic", "500"), ("0", "200")] {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let head = format!("GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("written");
        let said = rest(&mut stream).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{said}");
    }
}

#[tokio::test]
async fn four_hundred_idle_connections_delay_nobody() {
    let app = TestApp::start().await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(TcpStream::connect(app.server.address).await.expect("connected"));
    }
    let began = Instant::now();
    let answer = app.client.get(format!("{}/healthz", app.url())).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert!(began.elapsed() < ENOUGH);
    drop(idle);
    app.stop().await;
}

#[tokio::test]
async fn open_event_streams_do_not_hold_up_the_stop() {
    let app = TestApp::start().await;
    let cookie = app.cookie(Role::Viewer).await;
    let request = app.client.get(format!("{}/live", app.url())).header("cookie", cookie);
    let mut stream = request.send().await.expect("an answer");
    assert_eq!(stream.status(), 200);
    assert!(stream.headers()["content-type"].to_str().expect("text").starts_with("text/event-stream"));
    let hello = stream.chunk().await.expect("open").expect("a first word");
    let hello = String::from_utf8_lossy(&hello).into_owned();
    let live = &app.server.state.live;
    assert!(hello.contains("retry") && hello.contains(&live.mark()) && hello.contains(r#""topics":[]"#), "{hello:?}");
    let before = live.mark();
    live.announce(&[parcelwire::server::live::Topic::Parcels]);
    assert_ne!(live.mark(), before, "a page made before it can tell that it missed something");
    let news = stream.chunk().await.expect("open").expect("news");
    let news = String::from_utf8_lossy(&news).into_owned();
    assert!(news.contains(r#""topics":["parcels"]"#) && news.contains(&live.mark()), "{news:?}");
    let began = Instant::now();
    app.stop().await;
    assert!(began.elapsed() < Duration::from_secs(8), "the stream is ended, not waited for");
}

#[tokio::test]
async fn the_second_listener_serves_hooks_and_nothing_else() {
    let app = TestApp::with(|settings| settings.hooks_listen = Some("127.0.0.1:0".into()), Arc::new(SystemClock)).await;
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "fast", None, serde_json::json!({})).await;
    let path = endpoint["hook_url"].as_str().expect("a URL").replace(&app.url(), "");
    let hooks = format!("http://{}", app.server.hooks_address.expect("a second listener"));
    assert_eq!(app.post_hook(&format!("{hooks}{path}"), &[], "{}").await.status(), 200);
    for path in ["/", "/login", "/healthz", "/metrics", "/api/v1/parcels", "/live", "/theme.js"] {
        let answer = app.client.get(format!("{hooks}{path}")).bearer_auth(&token).send().await.expect("an answer");
        assert_eq!(answer.status(), 404, "{path}");
    }
    app.stop().await;
}
