//! Chips of parcels and events, and what their flags mean.

use std::fmt::Display;

// Chips of a parcel
pub const RETURN_JOURNEY: &str = "Return journey";
pub fn journey(leg: impl Display) -> String {
    format!("Journey {leg}")
}
pub const NEEDS_ACTION: &str = "Needs action";
pub const GONE_QUIET: &str = "Gone quiet";

// What a parcel’s flag means
pub const DELIVERED_CONTRADICTED: &str =
    "The carrier reported something after the delivery that does not fit. Ask the carrier or the recipient.";
pub const MOVED_AFTER_CANCEL: &str = "It was cancelled, and then scanned again.";
pub const SOURCE_DISAGREES: &str = "The carrier’s own summary and its events say different things.";
pub const PARTIAL_POD: &str = "Fewer pieces were signed for than were sent.";
pub const AGGREGATOR_GAVE_UP: &str = "The aggregator stopped following this number.";
pub const RETURN_EXPECTED: &str = "It is likely to come back to the sender.";
pub const WITHDRAWN: &str = "The carrier no longer lists this piece.";
pub const STALLED: &str = "There has been no scan for longer than usual in this status.";

// What an event’s flag means
pub const CLOCK_AHEAD: &str = "Its time lies after we received it, so it is placed at the time of receipt.";
pub const TIME_DISAGREES: &str = "The times in the message do not agree with each other.";
pub const AFTER_DELIVERY: &str = "It came after the parcel was delivered.";
pub const AMBIGUOUS_TIME: &str = "The carrier does not say in which time zone this is.";
pub const TO_CONFIRM: &str = "What this code means is not certain; check its mapping.";
