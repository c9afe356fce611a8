//! R16: whether what a fold changed is worth telling somebody, once. The decision only; nothing is sent here.

use super::FoldedParcel;
use crate::tracking::status::{ParcelFlag, Status};
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// What is older than this when it is received is history being filled in, not news.
pub const BACKFILL_AFTER_S: i64 = 24 * 3600;

/// What somebody is told of: once per parcel and journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The main status.
    Status(Status),
    /// The carrier contradicts an end: an attempt after the delivery, a scan after cancelling.
    Contradiction,
}

/// What was told, or is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Told {
    /// Of which parcel.
    pub parcel: Uuid,
    /// On which of its journeys.
    pub leg: u32,
    /// Of what.
    pub subject: Subject,
}

/// Where a parcel stood before the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// On which journey.
    pub leg: u32,
    /// Its status.
    pub status: Status,
    /// A contradiction was known.
    pub contradicted: bool,
}

/// A parcel after the fold, and the event that decides.
#[derive(Debug, Clone, Copy)]
pub struct News<'a> {
    /// As folded.
    pub parcel: &'a FoldedParcel,
    /// As it stood before; `None` for a parcel that is new.
    pub before: Option<Standing>,
    /// When the event that brought the change happened, and when it was received; `None` where no event did.
    pub event: Option<(Timestamp, Timestamp)>,
    /// Made by the test bench.
    pub is_test: bool,
}

/// Why nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// Made by the test bench.
    Test,
    /// Nothing changed that anybody is told of.
    Unchanged,
    /// No event moved the parcel.
    NoEvent,
    /// The event took its place before what was known (R3).
    Late,
    /// It happened more than a day before it was received.
    Backfill,
    /// The journey was over, and this is neither a way back nor a contradiction.
    AfterTheEnd,
    /// Once is enough.
    ToldBefore,
}

impl Standing {
    /// Where a folded parcel stands.
    pub fn of(parcel: &FoldedParcel) -> Self {
        Self { leg: parcel.leg, status: parcel.status, contradicted: is_contradicted(parcel) }
    }
}

fn is_contradicted(parcel: &FoldedParcel) -> bool {
    parcel.flags.iter().any(|flag| matches!(flag, ParcelFlag::DeliveredContradicted | ParcelFlag::MovedAfterCancel))
}

/// What is to be told, given what was told already; or why nothing is.
pub fn news(news: &News<'_>, told: &[Told]) -> Result<Told, Quiet> {
    let parcel = news.parcel;
    if news.is_test {
        return Err(Quiet::Test);
    }
    let contradiction = is_contradicted(parcel) && !news.before.is_some_and(|before| before.contradicted);
    let same = news.before.is_some_and(|before| (before.leg, before.status) == (parcel.leg, parcel.status));
    if same && !contradiction {
        return Err(Quiet::Unchanged);
    }
    let (happened, received) = news.event.ok_or(Quiet::NoEvent)?;
    if parcel.head_is_late && !contradiction {
        return Err(Quiet::Late);
    }
    if received.seconds_since(happened) > BACKFILL_AFTER_S {
        return Err(Quiet::Backfill);
    }
    let new_journey = news.before.is_some_and(|before| parcel.leg > before.leg);
    let back = matches!(parcel.status, Status::Returning | Status::Returned);
    let was_over = news.before.is_some_and(|before| before.status.is_terminal());
    if was_over && !back && !new_journey && !contradiction {
        return Err(Quiet::AfterTheEnd);
    }
    let subject = if contradiction { Subject::Contradiction } else { Subject::Status(parcel.status) };
    let tell = Told { parcel: parcel.id, leg: parcel.leg, subject };
    if told.contains(&tell) { Err(Quiet::ToldBefore) } else { Ok(tell) }
}
