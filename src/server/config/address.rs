//! An address people or carriers reach us by: scheme, host and an optional path.

use std::net::{IpAddr, SocketAddr};
use url::Url;

/// One customer of a network: an IPv4 address, or an IPv6 /64.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::from((v6.to_bits() & (u128::MAX << 64)).to_be_bytes()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// `https://host[:port][/path]`, without a slash at its end, a query, a fragment or a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    text: String,
    origin: String,
    path: String,
    secure: bool,
}

impl WebAddress {
    /// From a setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("“{text}” is not a web address: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("“{text}” is neither http:// nor https://"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("“{text}” may have a path, but no query and no fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("may not hold a user or a password".to_owned());
        }
        let path = url.path().trim_end_matches('/');
        if path.contains("//") {
            return Err(format!("“{text}” has an empty part in its path"));
        }
        let origin = url.origin().ascii_serialization();
        Ok(Self { text: format!("{origin}{path}"), origin, path: path.to_owned(), secure: url.scheme() == "https" })
    }

    /// What an address defaults to: plain HTTP to the listener. Listening everywhere is named `localhost`-wise by the loopback.
    pub fn of_listener(bound: SocketAddr) -> Self {
        let ip = match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        let origin = match bound.port() {
            80 => match ip {
                IpAddr::V4(ip) => format!("http://{ip}"),
                IpAddr::V6(ip) => format!("http://[{ip}]"),
            },
            port => format!("http://{}", SocketAddr::new(ip, port)),
        };
        Self { text: origin.clone(), origin, path: String::new(), secure: false }
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port as a browser sends them in `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path: empty, or `/x/y` without a slash at its end.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

impl std::fmt::Display for WebAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_an_ipv6_network_is_one_customer() {
        let at = |text: &str| neighbourhood(text.parse().expect("an address"));
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
    }
}
