//! What strangers tried in vain, for the audit log: bounded, because they could try for ever and the log is never purged.
//!
//! What was typed as a name is recorded only where there is such a user: people type passwords into the wrong field.

use super::Auth;
use super::minute::Minute;
use crate::server::store::{Deed, Who};
use crate::tracking::audit::{Act, ActOutcome, Door};
use crate::tracking::time::Timestamp;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Rows a minute, and no more than so many from a locked account or address.
const PER_MINUTE: u32 = 60;

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stranger {
    /// A wrong name or password.
    Wrong,
    /// Too many of them.
    Locked,
    /// A wrong code, after the right password.
    WrongFactor,
    /// A wrong set-up code.
    WrongCode,
    /// Back from the provider with a state that is unknown, used, too old, or another browser's.
    Stale,
    /// The provider said no.
    Denied,
    /// What the provider answered does not hold.
    Untrusted,
    /// The provider vouches for somebody nobody here knows.
    Unlinked,
    /// As before, with a name that is taken.
    NameTaken,
    /// The provider vouches for a disabled user.
    Disabled,
}

impl Stranger {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Wrong => "wrong name or password",
            Self::Locked => "too many attempts",
            Self::WrongFactor => "wrong second factor",
            Self::WrongCode => "wrong set-up code",
            Self::Stale => "not on the way to the provider",
            Self::Denied => "the provider said no",
            Self::Untrusted => "the provider's answer does not hold",
            Self::Unlinked => "linked with nobody",
            Self::NameTaken => "the name is somebody else's",
            Self::Disabled => "disabled",
        }
    }
}

/// The rows of the present minute, and who was locked out in it.
#[derive(Default)]
pub(super) struct Strangers(Mutex<(Minute, Vec<(String, IpAddr)>)>);

impl Strangers {
    /// Whether there is room for a row; if so, how many had none since the last one.
    fn room(&self, account: &str, from: IpAddr, what: Stranger, now: Timestamp) -> Option<u64> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (minute, locked) = &mut *inside;
        if minute.turn(now) {
            locked.clear();
        }
        if what == Stranger::Locked && locked.iter().any(|(a, f)| a == account && *f == from) {
            return minute.skip();
        }
        let room = minute.room(PER_MINUTE);
        if what == Stranger::Locked && room.is_some() {
            locked.push((account.to_owned(), from));
        }
        room
    }
}

impl Auth {
    /// Records a sign-in that came to nothing.
    pub(super) async fn note_stranger(&self, account: &str, from: IpAddr, what: Stranger) {
        let now = self.0.clock.now();
        let Some(unrecorded) = self.0.strangers.room(account, from, what, now) else { return };
        let known = self.0.store.find_user_by_name(account).await.ok().flatten().map(|found| found.user);
        let name = known.as_ref().map(|user| user.name.clone()).unwrap_or_default();
        let who = Who { name: String::new(), id: None, via: Door::SignIn, from: Some(from.to_string()) };
        let act = if what == Stranger::WrongCode { Act::SetUp } else { Act::SignIn };
        let mut deed = Deed::new(who, act, now).on(&name).saying("reason", what.reason()).ending(ActOutcome::Refused);
        if unrecorded > 0 {
            deed = deed.saying("more_unrecorded", &unrecorded.to_string());
        }
        if let Err(error) = self.0.store.record(&deed).await {
            tracing::error!(%error, "a failed sign-in could not be recorded");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_strangers_leaves_few_rows_and_says_how_many_more_there_were() {
        let strangers = Strangers::default();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        let from = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(strangers.room("a", from, Stranger::Locked, at(100)), Some(0));
        assert_eq!(strangers.room("a", from, Stranger::Locked, at(101)), None, "one row for a lock");
        let rows: Vec<u64> = (0..1000).filter_map(|_| strangers.room("b", from, Stranger::Wrong, at(102))).collect();
        assert_eq!((rows.len(), rows[0]), (PER_MINUTE as usize - 1, 1), "the next row says what had none");
        assert_eq!(strangers.room("b", from, Stranger::Wrong, at(161)), Some(1000 - 59));
    }
}
