//! Where a request really comes from: the peer, or what trusted proxies say.

use crate::server::config::Config;
use axum::http::HeaderMap;
use std::net::IpAddr;

/// The address a request comes from; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The peer's, or what trusted proxies say in `X-Forwarded-For` ([`Config::client_address`]).
    pub fn of(peer: IpAddr, headers: &HeaderMap, config: &Config) -> Self {
        let forwarded = headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("?"));
        Self(config.client_address(peer, forwarded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::Settings;

    fn client(peer: &str, headers: &[&str]) -> String {
        let settings = Settings { trusted_proxies: Some("10.0.0.0/8".into()), ..Settings::default() };
        let config = Config::resolve(&settings, &|_| None).expect("valid");
        let mut map = HeaderMap::new();
        for header in headers {
            map.append("x-forwarded-for", header.parse().expect("a header"));
        }
        ClientAddress::of(peer.parse().expect("an address"), &map, &config).0.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_from_the_right() {
        assert_eq!(client("192.0.2.9", &["203.0.113.1"]), "192.0.2.9", "a stranger says anything");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["6.6.6.6, 203.0.113.1"]), "203.0.113.1", "the client wrote the left one");
        assert_eq!(client("10.0.0.1", &["6.6.6.6", "203.0.113.1, 10.2.3.4"]), "203.0.113.1");
        assert_eq!(client("10.0.0.1", &["203.0.113.1:4444"]), "203.0.113.1");
        assert_eq!(client("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["nonsense"]), "10.0.0.1");
    }
}
