//! R17: the first time of each stage, and R12: attempts counted once.

use super::journey::is_physical;
use crate::tracking::parcel::Milestones;
use crate::tracking::status::{Status, Substatus};
use crate::tracking::time::Timestamp;

/// Two failed attempts this close are one attempt in two words (BEX type 9 and `attempted_delivery`).
const SAME_ATTEMPT_S: i64 = 15 * 60;

/// Notes that a counted event reached `status` at `at`.
pub(super) fn reached(stones: &mut Milestones, status: Status, substatus: Option<Substatus>, at: Timestamp) {
    let first = |stone: &mut Option<Timestamp>| *stone = Some(stone.map_or(at, |known| known.min(at)));
    if is_physical(status, substatus) {
        first(&mut stones.accepted_at);
    }
    match status {
        Status::InfoReceived => first(&mut stones.info_received_at),
        Status::OutForDelivery => first(&mut stones.first_out_for_delivery_at),
        Status::FailedAttempt | Status::AvailableForPickup => first(&mut stones.first_attempt_at),
        Status::Delivered => {
            first(&mut stones.first_attempt_at);
            first(&mut stones.delivered_at);
        }
        Status::Returning => first(&mut stones.returning_at),
        Status::Returned => first(&mut stones.returned_at),
        Status::Pending | Status::InTransit | Status::Exception | Status::Cancelled => {}
    }
}

/// How many attempts these failed ones are.
pub(super) fn attempts(times: &[Timestamp]) -> u32 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let mut count = 0;
    let mut begun: Option<Timestamp> = None;
    for time in sorted {
        if begun.is_none_or(|begun| time.millis() - begun.millis() > SAME_ATTEMPT_S * 1000) {
            count += 1;
            begun = Some(time);
        }
    }
    count
}
