//! `/parcels/{id}`: one parcel.

use super::common::events;
use super::plural;
use std::fmt::Display;

pub const STATE: &str = "State";
pub const JOURNEY: &str = "Journey";
pub const LINES_SHOWN: &str = "Lines shown";
pub const NO_SUCH_LINE: &str = "No line of this kind.";
pub const BACK_TO_NEWEST: &str = "Back to the newest event";
pub const NO_EVENT_HELP: &str = "The number is registered; the carrier has not reported anything.";
pub const TEST_PARCEL: &str = "A test parcel: made by the test bench, apart from real ones.";
pub const GONE_QUIET_HELP: &str = ". Nothing has been heard of it for 30 days.";

// Cards at the side
pub const ATTEMPTS: &str = "Attempts";
pub const FIRST_KNOWN: &str = "First known";
pub const LAST_EVENT: &str = "Last event";
pub const ALL_REQUESTS: &str = "All requests that named it";
pub const BARCODE: &str = "Barcode";
pub const CONTENTS: &str = "Contents";
pub const RECIPIENT: &str = "Recipient";
pub const MASKED: &str = "masked";
pub const TELEPHONE: &str = "Telephone";
pub const EMAIL: &str = "E-mail";
pub const POSTAL_CODE: &str = "Postal code";
pub const NAME_MASKED: &str = "name masked";
pub const SIGNED_BY: &str = "Signed by";
pub const WHERE: &str = "Where";
pub const AT_CARRIER: &str = " (at the carrier, in a new tab)";
pub const SAME_ORDER: &str = "Same order";
pub const SEE_TOGETHER: &str = "See them together";
pub fn of_parcels(n: usize) -> String {
    format!(", {}", plural(n, "parcel", "parcels"))
}

// The journey
pub fn in_transit_for(span: &str) -> String {
    format!("In transit for {span}.")
}
pub fn attempts(n: impl Display) -> String {
    plural(n, "delivery attempt.", "delivery attempts.")
}
pub const STAGES: &str = "Stages";
pub const RETURN_STAGES: &str = "Stages of the return journey";
pub const NOT_REPORTED: &str = " (not reported)";
pub const NOT_YET: &str = " (not yet)";
pub fn after(span: &str) -> String {
    format!("after {span}")
}
pub const ACCEPTED: &str = "Accepted";

// Tags
pub fn take_tag(tag: &str) -> String {
    format!("Take off the tag {tag}")
}
pub const NEW_TAG: &str = "New tag";
pub const ADD_TAG: &str = "Add tag";

// Why this state
pub const DECIDED_BY: &str = "Decided by";
pub const WHY: &str = "Why this state";
pub const RULE: &str = "Rule";
pub fn set_aside(n: usize) -> String {
    format!("Set aside: {}", events(n))
}
pub fn more(n: usize) -> String {
    format!("{n} more")
}
pub fn older(n: usize) -> String {
    format!("and {} marked on the timeline", plural(n, "older one,", "older ones,"))
}
pub const FURTHER_DOWN: &str = "An event further down";
