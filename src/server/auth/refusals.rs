//! What people and tokens asked for and may not, for the audit log: at most so many rows a minute of each of them.

use super::grants::{Grant, named_in};
use super::minute::Minute;
use super::{Actor, Auth, ClientAddress, Via};
use crate::server::store::Deed;
use crate::tracking::audit::{Act, ActOutcome};
use crate::tracking::time::Timestamp;
use axum::extract::Request;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// Rows a minute of one user or token.
const PER_MINUTE: u32 = 10;
/// Users and tokens counted before those that are done with are dropped.
const MANY: usize = 1_000;

/// Who was refused how often.
#[derive(Default)]
pub(super) struct Refusals(Mutex<HashMap<Uuid, Minute>>);

impl Refusals {
    fn room(&self, whose: Uuid, now: Timestamp) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            all.retain(|_, minute| !minute.turn(now) || !minute.told());
        }
        let minute = all.entry(whose).or_default();
        minute.turn(now);
        minute.room(PER_MINUTE)
    }
}

impl Auth {
    /// Records that somebody asked for what they may not. They are refused in any case.
    pub(super) async fn note_refusal(&self, actor: &Actor, grant: Option<&Grant>, request: Request) {
        let Some(deed) = self.refusal(actor, grant, &request) else { return };
        // Nobody escapes the log by hanging up.
        let store = self.0.store.clone();
        let kept = tokio::spawn(async move { store.record(&deed).await });
        if let Ok(Err(error)) = kept.await {
            tracing::error!(%error, "a refused request could not be recorded");
        }
    }

    /// The row, while there is room for one.
    fn refusal(&self, actor: &Actor, grant: Option<&Grant>, request: &Request) -> Option<Deed> {
        let now = self.0.clock.now();
        let whose = match actor.via {
            Via::Session { user, .. } => user,
            Via::Token(id) => id,
        };
        let unrecorded = self.0.refusals.room(whose, now)?;
        let from = request.extensions().get::<ClientAddress>().map(|address| address.0);
        let path = request.uri().path();
        let act = grant.and_then(|grant| grant.act).unwrap_or(Act::Access);
        let pattern = grant.map_or(path, |grant| grant.pattern);
        let mut deed = Deed::new(actor.who(from), act, now)
            .on(&named_in(pattern, path).join("/"))
            .saying("request", &format!("{} {pattern}", request.method()))
            .saying("reason", "not theirs to do")
            .ending(ActOutcome::Refused);
        if unrecorded > 0 {
            deed = deed.saying("more_unrecorded", &unrecorded.to_string());
        }
        Some(deed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_few_rows_a_minute_and_the_next_says_how_many_had_none() {
        let refusals = Refusals::default();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        let (ann, bo) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let rows = (0..1000).filter_map(|_| refusals.room(ann, at(100))).count();
        assert_eq!(rows, PER_MINUTE as usize);
        assert_eq!(refusals.room(bo, at(100)), Some(0), "nobody pays for another");
        assert_eq!(refusals.room(ann, at(160)), Some(990));
        for n in 0..5000 {
            refusals.room(Uuid::from_u128(n), at(200 + i64::try_from(n).unwrap_or(0)));
        }
        assert!(refusals.0.lock().expect("whole").len() <= MANY + 1);
    }
}
