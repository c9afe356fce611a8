//! Where a request really comes from: the peer, or what trusted proxies say.

use crate::server::config::Config;
use axum::http::HeaderMap;
use std::net::IpAddr;

/// The address a request comes from; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Reads `X-Forwarded-For` from the right for as long as the one who said it is a trusted proxy.
    pub fn of(peer: IpAddr, headers: &HeaderMap, config: &Config) -> Self {
        let mut client = peer.to_canonical();
        let said: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        for entry in said.iter().rev() {
            if !config.trusts(client) {
                break;
            }
            let Some(address) = address(entry.trim()) else { break };
            client = address;
        }
        Self(client)
    }
}

/// Some proxies add the port, and brackets around IPv6.
fn address(entry: &str) -> Option<IpAddr> {
    let plain = entry.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    plain.or_else(|| entry.parse::<std::net::SocketAddr>().ok().map(|a| a.ip())).map(|ip| ip.to_canonical())
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
        assert_eq!(client("::ffff:10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["nonsense"]), "10.0.0.1");
    }
}
