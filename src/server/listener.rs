//! The HTTP server: accepts connections, keeps each to its deadlines, and stops without losing an answer.
//!
//! hyper is driven directly because the ready-made server installs no timer, so its header deadline would be inert.
//! HTTP/1 in plain text; TLS is the reverse proxy's, and so is HTTP/2: no browser speaks it without TLS, and one
//! connection of it can ask for any number of pages and take none. What is answered is decided by the handler alone.

mod leaving;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use leaving::Leaving;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutBody;

/// How long and how many.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Until a request's headers are complete, also of the first one on a connection and the next one on an idle one.
    pub headers: Duration,
    /// How long a body may stall, on its way in or out.
    pub body_stall: Duration,
    /// From the stop until connections are cut.
    pub stop: Duration,
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address (IPv6: one /64); those of trusted proxies are not counted.
    pub connections_per_address: usize,
    /// Addresses whose connections are not counted by address.
    pub uncounted: Vec<ipnet::IpNet>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(30),
            body_stall: Duration::from_secs(30),
            stop: Duration::from_secs(10),
            connections: 2048,
            connections_per_address: 512,
            uncounted: Vec::new(),
        }
    }
}

/// Bytes of a request's head; more is 431.
const MAX_HEAD: usize = 64 * 1024;

/// A bound address that does not accept yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// Binds; port 0 lets the system choose.
    pub async fn to(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it is bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Serves until `stop`, then answers what is in flight and returns; never later than the limit says.
///
/// The handler gets the request and the peer's address; a panic in it is answered 500.
pub async fn serve<H, F>(bound: Bound, handler: H, limits: Limits, stop: CancellationToken)
where
    H: Fn(Request, SocketAddr) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    let seats = Arc::new(Seats::default());
    let cut = CancellationToken::new();
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = bound.listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, mostly: wait instead of spinning.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Some(seat) = seats.take(peer.ip(), &limits) else {
            tracing::debug!(%peer, "too many connections: closed");
            continue;
        };
        let connection = Connection { stream, peer, handler: handler.clone(), limits: limits.clone() };
        let watcher = graceful.watcher();
        let cut = cut.clone();
        tokio::spawn(async move {
            let _seat = seat;
            tokio::select! {
                () = connection.run(watcher) => {}
                () = cut.cancelled() => {}
            }
        });
    }
    drop(bound);
    if tokio::time::timeout(limits.stop, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not answered before the deadline of the stop");
    }
    cut.cancel();
}

struct Connection<H> {
    stream: TcpStream,
    peer: SocketAddr,
    handler: H,
    limits: Limits,
}

impl<H, F> Connection<H>
where
    H: Fn(Request, SocketAddr) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    async fn run(self, watcher: hyper_util::server::graceful::Watcher) {
        let Self { stream, peer, handler, limits } = self;
        // Pages stream in several writes: each would wait 40 ms for an acknowledgement.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let handler = handler.clone();
            async move {
                if head(&request) > MAX_HEAD {
                    return Ok(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response());
                }
                let request = request.map(|body| Body::new(TimeoutBody::new(limits.body_stall, body)));
                answer(handler, request, peer).await
            }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(limits.headers).max_buf_size(MAX_HEAD);
        let stream = TokioIo::new(Leaving::new(stream, limits.body_stall));
        // What ends a connection early is the peer's doing or a deadline: nothing to act on.
        let _ = watcher.watch(builder.serve_connection(stream, service)).await;
    }
}

/// Bytes of a request's head. hyper's own bound is on its buffer, which may hold one read more.
fn head<B>(request: &hyper::Request<B>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>() + target
}

/// Runs the handler in a task of its own: a request whose client is gone is finished all the same, and a panic is caught.
async fn answer<H, F>(handler: H, request: Request, peer: SocketAddr) -> Result<Response, Infallible>
where
    H: Fn(Request, SocketAddr) -> F + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let path = super::telemetry::loggable_path(request.uri().path()).into_owned();
    let answered = tokio::spawn(async move { handler(request, peer).await }).await;
    Ok(answered.unwrap_or_else(|_| {
        tracing::error!(path, "a request handler panicked");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }))
}

/// Who holds how many connections.
#[derive(Default)]
struct Seats {
    taken: Mutex<(usize, HashMap<IpAddr, usize>)>,
}

struct Seat {
    seats: Arc<Seats>,
    address: Option<IpAddr>,
}

impl Seats {
    fn take(self: &Arc<Self>, peer: IpAddr, limits: &Limits) -> Option<Seat> {
        let address = (!super::config::contains(&limits.uncounted, peer)).then(|| super::config::neighbourhood(peer));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.0 >= limits.connections {
            return None;
        }
        if let Some(address) = address {
            let held = taken.1.entry(address).or_default();
            if *held >= limits.connections_per_address {
                return None;
            }
            *held += 1;
        }
        taken.0 += 1;
        metrics::gauge!("parcelwire_connections").increment(1.0);
        Some(Seat { seats: self.clone(), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.0 = taken.0.saturating_sub(1);
        if let Some(address) = self.address
            && let Some(held) = taken.1.get_mut(&address)
        {
            *held -= 1;
            if *held == 0 {
                taken.1.remove(&address);
            }
        }
        metrics::gauge!("parcelwire_connections").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_seat() {
        let seats = Arc::new(Seats::default());
        let limits = Limits {
            connections: 3,
            connections_per_address: 2,
            uncounted: vec!["10.0.0.0/8".parse().expect("a network")],
            ..Limits::default()
        };
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let first = seats.take(ip("192.0.2.1"), &limits).expect("free");
        let _second = seats.take(ip("192.0.2.1"), &limits).expect("free");
        assert!(seats.take(ip("192.0.2.1"), &limits).is_none(), "its share is taken");
        let _third = seats.take(ip("192.0.2.2"), &limits).expect("another address");
        assert!(seats.take(ip("10.1.1.1"), &limits).is_none(), "everything is taken");
        drop(first);
        assert!(seats.take(ip("10.1.1.1"), &limits).is_some());
    }
}
