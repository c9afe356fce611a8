//! Secrets made a moment ago, handed to the person who made them and to nobody else: in memory only, for two minutes.
//!
//! A form that makes a secret leads to a page that shows it; between the two, the secret waits here. It is not removed
//! on the first look, because a page is asked for again when something on it changes.

use crate::server::secrets::random_token;
use crate::tracking::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// How long a secret waits.
const WAITS_S: i64 = 120;
/// Most that wait at once; the oldest go first.
const MOST: usize = 100;

/// What waits. No Debug.
#[derive(Default)]
pub struct Handover(Mutex<HashMap<String, Waiting>>);

struct Waiting {
    owner: String,
    secret: Zeroizing<String>,
    since: Timestamp,
}

impl Handover {
    /// Keeps `secret` for `owner`; returns the name to ask for it by.
    pub fn put(&self, owner: &str, secret: String, now: Timestamp) -> String {
        let name = random_token(16);
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, each| now.seconds_since(each.since) < WAITS_S);
        if waiting.len() >= MOST
            && let Some(oldest) = waiting.iter().min_by_key(|(_, each)| each.since).map(|(name, _)| name.clone())
        {
            waiting.remove(&oldest);
        }
        waiting.insert(name.clone(), Waiting { owner: owner.into(), secret: secret.into(), since: now });
        name
    }

    /// The secret of this name, if it is the owner who asks, in time.
    pub fn look(&self, owner: &str, name: &str, now: Timestamp) -> Option<String> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.get(name).filter(|each| each.owner == owner && now.seconds_since(each.since) < WAITS_S);
        found.map(|each| each.secret.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_maker_sees_a_secret_and_only_for_two_minutes() {
        let handover = Handover::default();
        let now = Timestamp::from_millis(1_000_000);
        let name = handover.put("amalia", "s3cret".into(), now);
        assert_eq!(handover.look("amalia", &name, now.plus_seconds(119)), Some("s3cret".into()));
        assert_eq!(handover.look("bruno", &name, now), None);
        assert_eq!(handover.look("amalia", &name, now.plus_seconds(120)), None);
    }
}
