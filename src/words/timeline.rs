//! A timeline: its stretches, a line, and what is behind a line.

use super::plural;
use std::fmt::Display;

pub const AFTER_DELIVERY: &str = "After delivery";
pub const AFTER_DELIVERY_HELP: &str = "Reported after the parcel was delivered. It stays delivered until a return, a new acceptance or an operator says otherwise.";
pub const UNTIL_DELIVERY: &str = "Until delivery";
pub const OUTBOUND_JOURNEY: &str = "Outbound journey";
pub const RETURN_JOURNEY: &str = "Return journey";
pub const NEW_JOURNEY: &str = "New journey on the same number";
pub fn silence(span: &str) -> String {
    format!("{span} without a scan")
}

// A line
pub const PIECE_IS: &str = "Piece ";
pub const ALL_PIECES: &str = "all";
pub const REPEATS_HELP: &str = "The same scan within an hour; all of them are in the details.";
pub const WHOLE_WAYBILL: &str = "from waybill";
pub const WHOLE_WAYBILL_HELP: &str = "Reported for the whole shipment, not for this piece alone.";
pub const GIVE_MEANING: &str = "Not mapped: give it a meaning";
pub const OPERATOR_HELP: &str = "An operator did this.";
pub const PINNED: &str = "Pinned";
pub const PINNED_HELP: &str = "No event of the carrier changes it.";
pub fn late(span: &str) -> String {
    format!("received {span} late")
}
pub const LATE_HELP: &str = "How long after it happened the carrier told us.";
pub const IMPROVED: &str = "improved by a later message";
pub const IMPROVED_HELP: &str = "What it was before is in the details.";
pub fn one_stop(others: usize) -> String {
    format!("one stop with {}", plural(others, "other", "others"))
}
pub const ONE_STOP_HELP: &str = "The same stop of the same vehicle; the others are in the details.";
pub const VOIDED: &str = "Voided";
pub const VOIDED_HELP: &str = "An operator took it out; it does not count.";
pub const RETRACTED: &str = "Retracted by the carrier";
pub const RETRACTED_HELP: &str = "The carrier no longer lists it; it does not count.";
pub const REMARK_IS: &str = "Remark: ";
pub fn does_not_count(why: &str) -> String {
    format!("Does not count: {why}.")
}
pub const ZONE_HINT: &str =
    "Its clock is ahead by almost exactly a time zone. Is the time zone of the account set wrongly?";
pub const PUT_BACK: &str = "Put back";
pub const MOVED_HERE: &str = "Moved here from another number";
pub const ATTACHED: &str = "Attached to this number";
pub fn did_by(did: &str, by: &str) -> String {
    format!("{did} by {by}, ")
}
pub const NEW_DETAILS: &str = "New details";

// Behind a line
pub const UNKNOWN_ZONE: &str = "unknown";
pub const TIME_AS_SENT: &str = "Time as sent";
pub const IN_UTC: &str = "In UTC";
pub const TIME_ZONE: &str = "Zone";
pub const PRECISION: &str = "Precision";
pub const FACILITY: &str = "Facility";
pub const COORDINATES: &str = "Coordinates";
pub const KIND: &str = "Kind";
pub const NO_MEANING: &str = "no meaning yet";
pub const OWN_RULE: &str = ", a rule of the carrier’s own file";
pub fn version(n: impl Display) -> String {
    format!(", v{n}")
}
pub const TO_CONFIRM: &str = " (to confirm)";
pub const CHANGE_MAPPING: &str = "change mapping";
pub const SAME_STOP: &str = "Same stop";
pub fn sent_times(n: impl Display) -> String {
    format!("Sent {n} times")
}
pub fn and_more(n: usize) -> String {
    format!("and {n} more")
}
pub const EARLIER: &str = "Before a later message improved it";
pub const REMARK: &str = "Remark";
pub const PROOF: &str = "Proof";
pub const NO_PROOF: &str = "none";
pub fn proof_by(kind: &str, by: &str) -> String {
    format!("{kind} by {by}")
}
pub const REPEATS: &str = "The same scan, also at";
