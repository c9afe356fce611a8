//! The only way out: asking a carrier's program, or a sign-in provider, something.
//!
//! Every request resolves its host once and connects to exactly the addresses it checked; private, loopback and other
//! reserved networks are refused unless `PARCELWIRE_OUTGOING_ALLOW` names them; redirects are answers, not followed; no
//! proxy of the environment is used, for it would undo the pinning. Requests hold secrets, so nothing here logs them.

use super::carriers::OutgoingRequest;
use super::config::contains;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

mod reserved;

use reserved::is_reserved;

/// For the whole exchange, name look-up included.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer that is read.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Why nothing came back, in words for an operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    /// Not a web address.
    #[error("The base URL is not a web address that can be asked.")]
    Address,
    /// Secrets do not go out in the clear.
    #[error("{0} would be asked over plain http; use https (http is only for networks in PARCELWIRE_OUTGOING_ALLOW).")]
    Unencrypted(String),
    /// The name has no address.
    #[error("The name {0} was not found.")]
    NameNotFound(String),
    /// All its addresses are in networks we must not call.
    #[error("{0} is in a private or reserved network; PARCELWIRE_OUTGOING_ALLOW does not name it.")]
    NetworkRefused(String),
    /// No connection.
    #[error("{0} could not be reached.")]
    Unreachable(String),
    /// Too slow.
    #[error("{0} did not answer within ten seconds.")]
    TimedOut(String),
    /// The answer is too large.
    #[error("{0} answered more than 256 KiB, which is not read.")]
    TooLarge(String),
    /// The connection broke, or the request could not be written.
    #[error("The exchange with {0} broke off.")]
    BrokeOff(String),
}

/// What came back.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// All of it.
    pub body: Vec<u8>,
}

/// Asks, within the networks it may.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    allow: Vec<IpNet>,
}

impl Outgoing {
    /// May also call the reserved networks named in `allow`.
    pub fn new(allow: Vec<IpNet>) -> Self {
        Self { allow }
    }

    /// Makes one request to a carrier. Never follows a redirect.
    pub async fn send(&self, request: &OutgoingRequest) -> Result<Answer, OutgoingError> {
        let mut headers = vec![("accept", "application/json".as_bytes())];
        if request.body.is_some() {
            headers.push(("content-type", "application/json".as_bytes()));
        }
        headers.extend(request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        let body = request.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.ask(request.method, &request.url, &headers, body).await
    }

    /// Makes one request with these headers and this body, if any. Never follows a redirect.
    pub async fn ask(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &[u8])],
        body: Vec<u8>,
    ) -> Result<Answer, OutgoingError> {
        let url = url::Url::parse(url).map_err(|_| OutgoingError::Address)?;
        let host = url.host_str().ok_or(OutgoingError::Address)?.to_owned();
        tokio::time::timeout(TIMEOUT, self.exchange(method, &url, &host, headers, body))
            .await
            .unwrap_or(Err(OutgoingError::TimedOut(host)))
    }

    async fn exchange(
        &self,
        method: &str,
        url: &url::Url,
        host: &str,
        headers: &[(&str, &[u8])],
        body: Vec<u8>,
    ) -> Result<Answer, OutgoingError> {
        let addresses = self.resolve(url, host).await?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(OutgoingError::Address),
        };
        if !encrypted && !addresses.iter().all(|address| contains(&self.allow, address.ip())) {
            return Err(OutgoingError::Unencrypted(host.to_owned()));
        }
        let client = client()
            .resolve_to_addrs(host, &addresses)
            .connect_timeout(TIMEOUT / 2)
            .user_agent(concat!("parcelwire/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| OutgoingError::BrokeOff(host.to_owned()))?;
        let method = reqwest::Method::from_bytes(method.as_bytes()).map_err(|_| OutgoingError::Address)?;
        let mut asked = client.request(method, url.clone());
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        if !body.is_empty() {
            asked = asked.body(body);
        }
        let answer = asked.send().await.map_err(|fault| worded(&fault, host))?;
        read(answer, host).await
    }

    /// The addresses we may connect to, resolved once.
    async fn resolve(&self, url: &url::Url, host: &str) -> Result<Vec<SocketAddr>, OutgoingError> {
        let port = url.port_or_known_default().ok_or(OutgoingError::Address)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = match bare.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => tokio::net::lookup_host((bare, port))
                .await
                .map_err(|_| OutgoingError::NameNotFound(host.to_owned()))?
                .collect(),
        };
        if found.is_empty() {
            return Err(OutgoingError::NameNotFound(host.to_owned()));
        }
        let may: Vec<SocketAddr> = found.into_iter().filter(|address| self.may_call(address.ip())).collect();
        if may.is_empty() { Err(OutgoingError::NetworkRefused(host.to_owned())) } else { Ok(may) }
    }

    fn may_call(&self, address: IpAddr) -> bool {
        !is_reserved(address) || contains(&self.allow, address)
    }
}

/// What asks: a redirect is an answer, and the environment names no proxy.
pub fn client() -> reqwest::ClientBuilder {
    // Refused the second time, when it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy()
}

async fn read(mut answer: reqwest::Response, host: &str) -> Result<Answer, OutgoingError> {
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|fault| worded(&fault, host))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(OutgoingError::TooLarge(host.to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body })
}

/// The driver's own words may hold the URL; only their kind is told.
fn worded(fault: &reqwest::Error, host: &str) -> OutgoingError {
    if fault.is_timeout() {
        OutgoingError::TimedOut(host.to_owned())
    } else if fault.is_connect() {
        OutgoingError::Unreachable(host.to_owned())
    } else {
        OutgoingError::BrokeOff(host.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(url: &str) -> OutgoingRequest {
        OutgoingRequest { method: "GET", url: url.to_owned(), headers: Vec::new(), body: None }
    }

    #[tokio::test]
    async fn reserved_networks_are_refused_before_anything_is_sent() {
        let outgoing = Outgoing::new(Vec::new());
        for url in [
            "http://127.0.0.1:9/x",
            "http://[::1]/x",
            "http://[::ffff:10.0.0.1]/x",
            "http://169.254.169.254/latest",
            "http://localhost:9/",
            "https://0x7f000001/",
        ] {
            let refused = outgoing.send(&get(url)).await.err().expect("refused");
            assert!(matches!(refused, OutgoingError::NetworkRefused(_)), "{url}: {refused}");
        }
        assert_eq!(outgoing.send(&get("nonsense")).await.err(), Some(OutgoingError::Address));
    }

    #[tokio::test]
    async fn an_allowed_network_may_be_called() {
        let outgoing = Outgoing::new(vec!["127.0.0.0/8".parse().expect("a network")]);
        let refused = outgoing.send(&get("http://127.0.0.1:9/x")).await.err().expect("nobody listens");
        assert_eq!(refused, OutgoingError::Unreachable("127.0.0.1".into()));
    }

    #[tokio::test]
    async fn secrets_do_not_go_out_in_the_clear() {
        let refused = Outgoing::new(Vec::new()).send(&get("http://1.1.1.1/x")).await.err().expect("plain http");
        assert_eq!(refused, OutgoingError::Unencrypted("1.1.1.1".into()));
    }
}
