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
            starts.push(beginning(events, from, index, ended));
        }
    }
    starts
}

fn is_long_after(timed: &Timed<'_>, end: &Timed<'_>) -> bool {
    timed.effective_at > end.effective_at.plus_seconds(RECYCLED_AFTER_S)
}

/// Cheap: whether the newest end stands far enough back, and no acceptance came after it.
fn may_be_over(before: &[Timed<'_>], acceptance: &Timed<'_>) -> bool {
    for timed in before.iter().rev().filter(|timed| timed.is_live()) {
        if is_acceptance(timed) {
            return false;
        }
        if matches!(timed.event.status, Some(Status::Delivered | Status::Returned)) {
            return is_long_after(acceptance, timed);
        }
    }
    false
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

/// Where the next parcel's events begin: at the acceptance, or at the first that announced it. Notes and the like in
/// between go with what stands before them on the timeline only where that is the old parcel's.
fn beginning(events: &[Timed<'_>], from: usize, acceptance: usize, ended_ms: i64) -> usize {
    let mut begin = acceptance;
    for at in (from..acceptance).rev() {
        let timed = &events[at];
        if belongs_to_next(timed, ended_ms) {
            begin = at;
        } else if timed.event.kind == Kind::Status && timed.is_live() {
            break;
        }
    }
    begin
}

/// What came long after the end, or announced the new parcel, belongs to it.
fn belongs_to_next(timed: &Timed<'_>, ended_ms: i64) -> bool {
    let event = timed.event;
    let says_data = event.kind == Kind::Status
        && (event.weak || matches!(event.status, Some(Status::Pending | Status::InfoReceived)));
    let announces = (says_data || event.pieces.is_some()) && timed.effective_at.millis() > ended_ms;
    announces || timed.effective_at.millis() > ended_ms + RECYCLED_AFTER_S * 1000
}
