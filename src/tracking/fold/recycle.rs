//! R5 b: carriers use numbers again. Where a number starts over long after its parcel arrived, it is another parcel.

use super::Policy;
use super::journey::is_acceptance;
use super::order::Timed;
use super::walk::walk;
use crate::tracking::status::{Kind, Status};

/// An acceptance this long after the end of the last journey is another parcel.
const RECYCLED_AFTER_S: i64 = 90 * 24 * 3600;

/// The index of the first event of each incarnation; the first is always 0.
pub(super) fn starts(events: &[Timed<'_>], policy: &Policy) -> Vec<usize> {
    let mut starts = vec![0];
    for (index, timed) in events.iter().enumerate() {
        let from = starts.last().copied().unwrap_or(0);
        if !timed.is_live() || !is_acceptance(timed) || !may_be_over(&events[from..index], timed) {
            continue;
        }
        if let Some(ended) = ended_at(&events[from..index], timed, policy) {
            let begin = (from..index).rev().take_while(|at| belongs_to_next(&events[*at], ended)).last();
            starts.push(begin.unwrap_or(index));
        }
    }
    starts
}

fn is_long_after(timed: &Timed<'_>, end: &Timed<'_>) -> bool {
    timed.effective_at > end.effective_at.plus_seconds(RECYCLED_AFTER_S)
}

/// Cheap: whether there is an end far enough back at all.
fn may_be_over(before: &[Timed<'_>], acceptance: &Timed<'_>) -> bool {
    before.iter().any(|timed| {
        let ends = matches!(timed.event.status, Some(Status::Delivered | Status::Returned));
        timed.is_live() && ends && is_long_after(acceptance, timed)
    })
}

/// When the last of the pieces arrived, if all did and long enough ago.
fn ended_at(before: &[Timed<'_>], acceptance: &Timed<'_>, policy: &Policy) -> Option<i64> {
    let walked = walk(before, policy);
    let mut ended = None;
    for slot in walked.slots.iter().filter(|slot| !slot.withdrawn) {
        if !matches!(slot.journey.status, Status::Delivered | Status::Returned) {
            return None;
        }
        ended = ended.max(slot.journey.since);
    }
    ended
        .filter(|ended| acceptance.effective_at > ended.plus_seconds(RECYCLED_AFTER_S))
        .map(crate::tracking::time::Timestamp::millis)
}

/// What came long after the end, or announced the new parcel, belongs to it.
fn belongs_to_next(timed: &Timed<'_>, ended_ms: i64) -> bool {
    let announces = timed.event.kind == Kind::Status
        && matches!(timed.event.status, Some(Status::Pending | Status::InfoReceived))
        && timed.effective_at.millis() > ended_ms;
    announces || timed.effective_at.millis() > ended_ms + RECYCLED_AFTER_S * 1000
}
