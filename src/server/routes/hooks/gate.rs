//! The gate against floods: how often one address may be refused within a second.
//!
//! Only refusals count: whoever sends what is accepted never meets it. A sliding window, exact to the millisecond, in
//! bounded memory; IPv6 addresses count by their /64.

use crate::tracking::time::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Refusals one address gets within a second; beyond them it is only told to wait.
const REFUSALS_PER_SECOND: usize = 200;
/// Above this many addresses those that fell silent are forgotten.
const ADDRESSES: usize = 4096;

/// Counts refusals by address.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<HashMap<IpAddr, VecDeque<i64>>>);

impl Gate {
    /// Whether one more refusal may be answered as what it is; counts it if so.
    pub(super) fn admits(&self, address: IpAddr, now: Timestamp) -> bool {
        let since = now.millis() - 1000;
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() > ADDRESSES {
            seen.retain(|_, times| times.back().is_some_and(|last| *last > since));
        }
        let times = seen.entry(group(address)).or_default();
        // Also those from a future that a corrected clock took back.
        times.retain(|time| (since + 1..=now.millis()).contains(time));
        let admitted = times.len() < REFUSALS_PER_SECOND;
        if admitted {
            times.push_back(now.millis());
        }
        admitted
    }
}

fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_in_any_second_and_not_one_more() {
        let gate = Gate::default();
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let at = |millis: i64| Timestamp::from_millis(1_000_000 + millis);
        for nth in 0..200 {
            assert!(gate.admits(one, at(nth * 2)), "{nth}");
        }
        assert!(!gate.admits(one, at(500)));
        assert!(!gate.admits(one, at(999)));
        assert!(gate.admits(other, at(999)), "addresses do not share");
        assert!(gate.admits(one, at(1000)), "the first one is a second old");
        assert!(!gate.admits(one, at(1001)));
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_and_memory_is_bounded() {
        let gate = Gate::default();
        let now = Timestamp::from_millis(5_000);
        for host in 0..200u16 {
            assert!(gate.admits(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, host)), now));
        }
        assert!(!gate.admits(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 9, 9, 9, 9)), now));
        for host in 0..20_000u32 {
            let when = Timestamp::from_millis(10_000 + i64::from(host) * 10);
            gate.admits(IpAddr::V4(host.into()), when);
        }
        assert!(gate.0.lock().expect("not poisoned").len() <= ADDRESSES + 1);
    }
}
