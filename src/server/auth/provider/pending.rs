//! Who is on their way to the provider: in memory, for ten minutes, each way once.

use crate::server::secrets::token_hash;
use crate::tracking::time::Timestamp;
use openidconnect::{Nonce, PkceCodeVerifier};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How long the way there and back may take.
pub(super) const HOLDS_S: i64 = 600;
/// Ways at once, and from one address; the oldest go first, those of the same address before all others.
const MOST: usize = 10_000;
const MOST_OF_ADDRESS: usize = 200;

/// What is known of somebody on their way. No Debug: the nonce and the verifier are secrets.
pub(super) struct Waiting {
    /// The hash of what their browser shows.
    pub browser: String,
    /// Must come back in the token.
    pub nonce: Nonce,
    /// Shows that it was us who asked for the code.
    pub verifier: PkceCodeVerifier,
    /// Where they were going.
    pub next: String,
    /// From where.
    pub from: IpAddr,
    /// Since when.
    pub since: Timestamp,
}

/// All of them, by the hash of their state.
#[derive(Default)]
pub(super) struct Pending(Mutex<HashMap<String, Waiting>>);

impl Pending {
    /// Somebody sets out.
    pub(super) fn put(&self, state: &str, waiting: Waiting) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = waiting.since;
        all.retain(|_, other| now.seconds_since(other.since) < HOLDS_S);
        let of_address = all.values().filter(|other| other.from == waiting.from).count();
        let crowded = of_address >= MOST_OF_ADDRESS;
        if crowded || all.len() >= MOST {
            let theirs = all.iter().filter(|(_, other)| !crowded || other.from == waiting.from);
            if let Some(oldest) = theirs.min_by_key(|(_, other)| other.since).map(|(state, _)| state.clone()) {
                all.remove(&oldest);
            }
        }
        all.insert(token_hash(state), waiting);
    }

    /// Whoever set out with this state, while it holds; nobody comes back twice.
    pub(super) fn take(&self, state: &str, now: Timestamp) -> Option<Waiting> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&token_hash(state)).filter(|waiting| now.seconds_since(waiting.since) < HOLDS_S)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(from: u8, since: i64) -> Waiting {
        Waiting {
            browser: String::new(),
            nonce: Nonce::new("n".to_owned()),
            verifier: PkceCodeVerifier::new("v".repeat(43)),
            next: String::new(),
            from: IpAddr::from([192, 0, 2, from]),
            since: Timestamp::from_millis(since * 1000),
        }
    }

    #[test]
    fn a_way_holds_for_ten_minutes_and_once() {
        let (pending, at) = (Pending::default(), |seconds: i64| Timestamp::from_millis(seconds * 1000));
        pending.put("a", waiting(1, 0));
        assert!(pending.take("b", at(1)).is_none());
        assert!(pending.take("a", at(599)).is_some() && pending.take("a", at(599)).is_none());
        pending.put("a", waiting(1, 0));
        assert!(pending.take("a", at(600)).is_none());
    }

    #[test]
    fn one_address_pushes_out_only_its_own() {
        let pending = Pending::default();
        pending.put("mine", waiting(1, 0));
        for n in 0..1000 {
            pending.put(&format!("flood {n}"), waiting(2, 1 + n / 100));
        }
        assert_eq!(pending.0.lock().expect("whole").len(), 1 + MOST_OF_ADDRESS);
        assert!(pending.take("mine", Timestamp::from_millis(20_000)).is_some());
        assert!(pending.take("flood 0", Timestamp::from_millis(20_000)).is_none());
    }
}
