//! `parcelwire healthcheck`: asks the running server whether it is ready, for containers without curl.

use crate::server::config::Config;
use crate::server::outgoing;
use anyhow::Context as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Runs it. An address that listens everywhere is asked on loopback.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        let loopback =
            if address.is_ipv4() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { IpAddr::V6(Ipv6Addr::LOCALHOST) };
        address.set_ip(loopback);
    }
    let client = outgoing::client().timeout(Duration::from_secs(5)).build()?;
    let answer = client.get(format!("http://{address}/readyz")).send().await.context("the server does not answer")?;
    anyhow::ensure!(answer.status().is_success(), "the server is not ready: {}", answer.status());
    println!("ready");
    Ok(())
}
