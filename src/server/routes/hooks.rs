//! The front door: what carriers post to. Every answer is one of a closed table.
//!
//! The order is: which URL, which method, how large, then proof, then the disk, then the answer. There is never a
//! redirect, a 410, a 2xx other than 200, or a 2xx before the commit; bodies of answers are constant, for the reason of
//! a refusal is the operator's. No cross-site check: whoever knows the URL may post. What is refused before it could be
//! stored is only counted.

use crate::server::carriers::{CARRIERS, Carrier, settings};
use crate::server::clock::SharedClock;
use crate::server::config::{Config, contains, parse_networks};
use crate::server::endpoints::settings_of;
use crate::server::ingest::{Ingest, TEST_HEADER};
use crate::server::secrets::token_hash;
use crate::server::signature::Received;
use crate::server::store::{Captured, Store, StoreError, StoredEndpoint};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use url::form_urlencoded;

mod counting;
mod gate;
mod reading;

use counting::Uncounted;
use gate::Gate;
use reading::{Room, Unread, discard};

/// Where hooks are.
const PREFIX: &str = "/hooks";
/// Most characters of an echoed value.
const ECHO_MAX: usize = 64;

/// What the front door needs. Cheap to clone.
#[derive(Clone)]
pub struct Hooks(Arc<Door>);

struct Door {
    ingest: Arc<Ingest>,
    store: Store,
    config: Arc<Config>,
    clock: SharedClock,
    gate: Gate,
    room: Room,
    uncounted: Uncounted,
}

impl Hooks {
    /// The door; one per process, so that what it counts and holds is counted once.
    pub fn new(ingest: Arc<Ingest>, store: Store, config: Arc<Config>, clock: SharedClock) -> Self {
        let uncounted = Uncounted::new(store.clone());
        Self(Arc::new(Door { ingest, store, config, clock, gate: Gate::default(), room: Room::default(), uncounted }))
    }
}

/// `/hooks/…` and the aliases of carriers. The peer's address comes as `ConnectInfo`.
pub fn routes<S: Clone + Send + Sync + 'static>(hooks: Hooks) -> Router<S> {
    let mut router = Router::new().route(PREFIX, any(answer)).route(&format!("{PREFIX}/{{*rest}}"), any(answer));
    router = router.route(&format!("{PREFIX}/"), any(answer));
    for alias in CARRIERS.iter().flat_map(|carrier| carrier.aliases()) {
        router = router.route(alias, any(answer)).route(&format!("{alias}/{{*rest}}"), any(answer));
        router = router.route(&format!("{alias}/"), any(answer));
    }
    router.with_state(hooks)
}

async fn answer(State(Hooks(door)): State<Hooks>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let client = door.client(&parts);
    match door.take(&parts, body, client).await {
        Ok(Taken::Captured(captured)) => {
            let answer = captured.answer();
            json(StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::OK), answer.body(captured.first()))
        }
        Ok(Taken::Echo(value)) => echoed(value),
        Err(refusal) => door.refused(refusal, client).into_response(),
    }
}

/// What the URL of a request says.
struct Address {
    carrier: &'static dyn Carrier,
    token: Option<String>,
    in_path: bool,
}

impl Address {
    fn of(parts: &Parts) -> Option<Self> {
        let path = parts.uri.path();
        let under = |prefix: &str| path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let (carrier, rest) = CARRIERS.iter().find_map(|carrier| {
            let own = format!("{PREFIX}/{}", carrier.id());
            let mut prefixes = std::iter::once(own.as_str()).chain(carrier.aliases().iter().copied());
            prefixes.find_map(under).map(|rest| (*carrier, rest))
        })?;
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        // Some consoles add a slash; redirecting would turn their POST into a GET.
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let in_path = !rest.is_empty();
        let token = if in_path {
            Some(rest.to_owned())
        } else if carrier.token_in_query() {
            let query = parts.uri.query().unwrap_or_default();
            form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token").map(|(_, value)| value.into())
        } else {
            None
        };
        Some(Self { carrier, token, in_path })
    }

    fn allowed(&self) -> &'static str {
        if self.carrier.echo_parameter().is_some() { "GET, POST" } else { "POST" }
    }
}

/// What was done.
enum Taken {
    Captured(Captured),
    Echo(String),
}

/// Every way to say no before anything is stored; a bad proof is stored, and answered from that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    NotFound,
    WrongNetwork,
    Method(&'static str),
    BadEcho,
    Encoding,
    TooMany,
    Unread(Unread),
    Unavailable,
}

impl Door {
    fn client(&self, parts: &Parts) -> IpAddr {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("?"));
        self.config.client_address(peer, forwarded)
    }

    async fn take(&self, parts: &Parts, body: Body, client: IpAddr) -> Result<Taken, Refusal> {
        let address = Address::of(parts);
        if let Some(address) = &address
            && parts.method != Method::POST
        {
            let echoed = self.echo(address, parts).await;
            discard(&parts.headers, body).await;
            return echoed.map(Taken::Echo);
        }
        let endpoint = match self.admit(address.as_ref(), parts, client).await {
            Ok(endpoint) => endpoint,
            Err(refusal) => {
                discard(&parts.headers, body).await;
                return Err(refusal);
            }
        };
        let limit = settings::integer(&settings_of(&endpoint), "max_body_bytes");
        let limit = usize::try_from(limit).unwrap_or(0);
        let body = self.room.read(&parts.headers, body, limit).await.map_err(Refusal::Unread)?;
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        let received = Received {
            headers: headers.collect(),
            received_at: self.clock.now(),
            remote_addr: client.to_string(),
            body: body.bytes,
        };
        self.keep(&endpoint, received, client).await.map(Taken::Captured)
    }

    async fn keep(&self, endpoint: &StoredEndpoint, received: Received, client: IpAddr) -> Result<Captured, Refusal> {
        let lost = |error: crate::server::ingest::IngestError| {
            tracing::error!(endpoint = %endpoint.id, %error, "a delivery could not be stored; the carrier is asked to retry");
            Refusal::Unavailable
        };
        let judged = self.ingest.judge(endpoint, &received).await.map_err(lost)?;
        if Ingest::refuses(endpoint, &judged) && !self.gate.admits(client, received.received_at) {
            return Err(Refusal::TooMany);
        }
        self.ingest.keep(endpoint, received, judged).await.map_err(lost)
    }

    /// The endpoint that may be posted to here, from there, in this encoding.
    async fn admit(&self, address: Option<&Address>, parts: &Parts, client: IpAddr) -> Result<StoredEndpoint, Refusal> {
        let endpoint = self.find(address).await?;
        let networks = settings::texts(&settings_of(&endpoint), "allowed_networks").join(",");
        if !networks.is_empty() {
            let networks = parse_networks(&networks).unwrap_or_default();
            if !contains(&networks, client) && !self.is_our_test(&endpoint, parts).await? {
                return Err(Refusal::WrongNetwork);
            }
        }
        let mut encodings = parts.headers.get_all(header::CONTENT_ENCODING).iter();
        let plain = |value: &HeaderValue| {
            let text = value.as_bytes().trim_ascii();
            text.is_empty() || text.eq_ignore_ascii_case(b"identity")
        };
        if encodings.all(plain) { Ok(endpoint) } else { Err(Refusal::Encoding) }
    }

    /// Looks a token up, also where it is clear that there is none: an unknown carrier takes as long as an unknown
    /// token. The look-up is by hash, so that its duration tells nothing of the token.
    async fn find(&self, address: Option<&Address>) -> Result<StoredEndpoint, Refusal> {
        let token = address.and_then(|address| address.token.as_deref()).unwrap_or_default();
        let found = self.store.find_endpoint_by_token(&token_hash(token), self.clock.now()).await.map_err(away)?;
        let carrier = address.map(|address| address.carrier.id());
        found.filter(|endpoint| Some(endpoint.carrier) == carrier && !token.is_empty()).ok_or(Refusal::NotFound)
    }

    async fn is_our_test(&self, endpoint: &StoredEndpoint, parts: &Parts) -> Result<bool, Refusal> {
        match parts.headers.get(TEST_HEADER).and_then(|value| value.to_str().ok()) {
            Some(nonce) => self.store.awaits_test_nonce(endpoint.id, nonce, self.clock.now()).await.map_err(away),
            None => Ok(false),
        }
    }

    /// Answers a probe, for carriers that probe; any other method than POST is refused.
    async fn echo(&self, address: &Address, parts: &Parts) -> Result<String, Refusal> {
        let not_allowed = Refusal::Method(address.allowed());
        let parameter = address.carrier.echo_parameter().filter(|_| parts.method == Method::GET && address.in_path);
        let parameter = parameter.ok_or(not_allowed)?;
        let query = parts.uri.query().unwrap_or_default();
        let mut values =
            form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == parameter).map(|(_, value)| value);
        let value = values.next().ok_or(not_allowed)?;
        self.find(Some(address)).await?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = (1..=ECHO_MAX).contains(&value.len()) && value.chars().all(plain) && values.next().is_none();
        if fits { Ok(value.into_owned()) } else { Err(Refusal::BadEcho) }
    }

    /// The refusal that is answered: past the gate's limit it is another one.
    fn refused(&self, refusal: Refusal, client: IpAddr) -> Refusal {
        let counts = matches!(refusal, Refusal::NotFound | Refusal::WrongNetwork);
        let answered = if counts && !self.gate.admits(client, self.clock.now()) { Refusal::TooMany } else { refusal };
        match answered {
            Refusal::NotFound => self.uncounted.count("hooks_unknown_url"),
            Refusal::WrongNetwork => self.uncounted.count("hooks_wrong_network"),
            Refusal::TooMany => self.uncounted.count("hooks_too_many"),
            Refusal::Unread(Unread::TooLarge) => self.uncounted.count("hooks_too_large"),
            Refusal::Unavailable => self.uncounted.count("hooks_unavailable"),
            _ => {}
        }
        answered
    }
}

fn away(error: StoreError) -> Refusal {
    tracing::error!(%error, "the endpoint of a delivery could not be looked up; the carrier is asked to retry");
    Refusal::Unavailable
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, word) = match self {
            Self::NotFound | Self::WrongNetwork => (StatusCode::NOT_FOUND, "not_found"),
            Self::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::BadEcho | Self::Unread(Unread::Broken) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::Encoding => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_content_encoding"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::Unread(Unread::TooLarge) => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
            Self::Unread(Unread::Stalled) => (StatusCode::REQUEST_TIMEOUT, "request_timeout"),
            Self::Unread(Unread::NoRoom) | Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        };
        let mut response = json(status, format!(r#"{{"error":"{word}"}}"#));
        let headers = response.headers_mut();
        match self {
            Self::Method(allowed) => {
                headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
            }
            Self::TooMany => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::Unread(Unread::NoRoom) | Self::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            }
            Self::Unread(Unread::Stalled | Unread::Broken) => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

fn json(status: StatusCode, body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

fn echoed(value: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::OK, headers, value).into_response()
}
