//! Slows guessing down: wrong passwords are counted per account and per address (IPv6: per /64) for a minute.
//!
//! An attempt counts from when it begins until it turns out right, so that many at once gain nothing. An address
//! that has signed in to an account before is not held back by what others try on it. Kept in memory only.

use crate::server::config::neighbourhood;
use crate::tracking::time::Timestamp;
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const WINDOW_MS: i64 = 60_000;
/// On one account from one address.
const PER_PAIR: usize = 10;
/// On one account, from anywhere; and from one address, on any account.
const PER_SIDE: usize = 19;
/// Keys kept before those that ran out are dropped.
const MANY: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Address(IpAddr),
    Pair(String, IpAddr),
}

#[derive(Default)]
struct Counts {
    attempts: HashMap<Key, VecDeque<i64>>,
    familiar: HashSet<(String, IpAddr)>,
}

/// Counts wrong passwords.
#[derive(Default)]
pub(super) struct Throttle(Mutex<Counts>);

impl Throttle {
    /// Begins an attempt; `Err` with the seconds to wait where there were too many.
    pub(super) fn begin(&self, account: &str, address: IpAddr, now: Timestamp) -> Result<(), u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (address, now) = (neighbourhood(address), now.millis());
        if counts.attempts.len() > MANY {
            counts.attempts.retain(|_, times| times.back().is_some_and(|last| now - last < WINDOW_MS));
        }
        let keys = keys(account, address, &counts.familiar);
        for (key, limit) in &keys {
            let times = counts.attempts.entry(key.clone()).or_default();
            while times.front().is_some_and(|first| now - first >= WINDOW_MS) {
                times.pop_front();
            }
            if times.len() >= *limit {
                let wait = WINDOW_MS - (now - times.front().copied().unwrap_or(now));
                return Err(u64::try_from(wait / 1000 + 1).unwrap_or(60));
            }
        }
        for (key, _) in keys {
            counts.attempts.entry(key).or_default().push_back(now);
        }
        Ok(())
    }

    /// The attempt turned out right: it does not count, and the address is known for this account.
    pub(super) fn right(&self, account: &str, address: IpAddr) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = neighbourhood(address);
        for (key, _) in keys(account, address, &HashSet::new()) {
            if let Some(times) = counts.attempts.get_mut(&key) {
                times.pop_back();
            }
        }
        if counts.familiar.len() > MANY {
            counts.familiar.clear();
        }
        counts.familiar.insert((account.to_owned(), address));
    }
}

fn keys(account: &str, address: IpAddr, familiar: &HashSet<(String, IpAddr)>) -> Vec<(Key, usize)> {
    let mut keys = vec![(Key::Pair(account.to_owned(), address), PER_PAIR), (Key::Address(address), PER_SIDE)];
    if !familiar.contains(&(account.to_owned(), address)) {
        keys.push((Key::Account(account.to_owned()), PER_SIDE));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn the_twentieth_wrong_password_is_refused_whichever_way_it_is_spread() {
        type Spread = fn(u8) -> (String, IpAddr);
        let spreads: [(&str, Spread); 3] = [
            ("one account, one address", |_| ("ann".into(), ip(1))),
            ("one account, many addresses", |n| ("ann".into(), ip(n))),
            ("many accounts, one address", |n| (format!("user{n}"), ip(1))),
        ];
        for (name, spread) in spreads {
            let throttle = Throttle::default();
            let refused = (1..=20).find(|n| {
                let (account, address) = spread(*n);
                throttle.begin(&account, address, at(0)).is_err()
            });
            assert!(refused.is_some_and(|n| n <= 20), "{name}: {refused:?}");
        }
    }

    #[test]
    fn a_minute_later_it_is_forgotten_and_right_ones_never_count() {
        let throttle = Throttle::default();
        for _ in 0..PER_PAIR {
            throttle.begin("ann", ip(1), at(0)).expect("not yet");
        }
        assert_eq!(throttle.begin("ann", ip(1), at(1)), Err(60));
        assert_eq!(throttle.begin("ann", ip(1), at(60)), Ok(()));
        let throttle = Throttle::default();
        for _ in 0..100 {
            throttle.begin("ann", ip(1), at(0)).expect("right ones do not count");
            throttle.right("ann", ip(1));
        }
    }

    #[test]
    fn strangers_cannot_lock_out_somebody_whose_address_is_known() {
        let throttle = Throttle::default();
        throttle.begin("ann", ip(1), at(0)).expect("first");
        throttle.right("ann", ip(1));
        for n in 2..60 {
            let _ = throttle.begin("ann", ip(n), at(1));
        }
        assert!(throttle.begin("ann", ip(200), at(1)).is_err());
        assert!(throttle.begin("ann", ip(1), at(1)).is_ok());
    }

    #[test]
    fn all_addresses_of_one_network_count_as_one() {
        let throttle = Throttle::default();
        let of = |last: usize| format!("2001:db8::{last:x}").parse::<IpAddr>().expect("an address");
        for last in 1..=PER_SIDE {
            assert_eq!(throttle.begin(&format!("account {last}"), of(last), at(0)), Ok(()));
        }
        assert!(throttle.begin("another", of(0xffff), at(0)).is_err());
    }
}
