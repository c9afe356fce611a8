//! Mappings: what carriers' codes mean.

use super::common::events;
use super::plural;
use std::fmt::Display;

// While parcels are worked out again
pub fn new_meaning(name: &str, left: u64) -> String {
    format!("Parcels are being worked out again because “{name}” has another meaning: {} left.", events(left))
}
pub fn new_policy(left: u64) -> String {
    format!("Parcels are being worked out again because a setting of their endpoint changed: {} left.", events(left))
}
pub fn new_rules(left: u64) -> String {
    format!("Parcels are being worked out again by the rules of this version: {} left.", events(left))
}

// The page
pub const LEAD: &str =
    "What each carrier’s codes mean. A code without a meaning is shown on its timeline and moves nothing.";
pub const CHOOSE: &str = "Choose a code";
pub const CHOOSE_HELP: &str = "Its meaning, its history and the parcels it moves are shown here.";

// Codes
pub const NOTHING_UNMAPPED: &str = "Every code that came has a meaning. New ones appear here.";
pub const MORE_UNMAPPED: &str = "There are more: they appear as these are mapped.";
pub const FIRST: &str = "First ";
pub const LAST: &str = ", last ";
pub const CODES: &str = "Codes with a meaning";
pub const HOW_SURE: &str = "How sure";
pub const TO_CONFIRM: &str = "To confirm";
pub const NOTHING_TO_CONFIRM: &str = "Nothing waits to be confirmed.";
pub const NO_CODES: &str = "No codes of this carrier yet.";
pub const BY_RULE: &str = "Decided by a rule";
pub const REASONABLE: &str = "Reasonable";
pub const REASONABLE_HELP: &str = "The documents leave room; this reading fits best.";
pub const TO_CONFIRM_HELP: &str = "A guess, until an operator confirms it.";
pub const DEPENDS: &str = "Depends: ";
pub fn moves_nothing(kind: &str) -> String {
    format!("{kind}: moves nothing")
}
pub const REFINED: &str = "refined by the carrier’s words";

// The editor
pub const CONFIRM: &str = "Confirm this meaning";
pub const ONLY_OPERATORS: &str = "An operator can change what this code means.";
pub const SAVED: &str = "Saved. Parcels with this code are worked out again.";
pub const REVERTED: &str = "The earlier version counts again. Parcels with this code are worked out again.";
pub const CONFIRMED: &str = "Confirmed.";
pub const SHIPPED: &str = "ships with Parcelwire";
pub const MEANS_NOW: &str = "Means now";
pub fn version(n: u32, by: &str) -> String {
    format!("Version {n} · {by} · ")
}
pub const TAKEN_FOR: &str = "Taken for";
pub const RULE_SAYS: &str = "A rule of the carrier’s file says so. A meaning saved here counts before it.";
pub const NO_MEANING: &str = "This code has no meaning yet: its events are shown and move nothing.";
pub const NO_STATUS: &str = "None: shown, and moves nothing";
pub const SUBSTATUS: &str = "Substatus";
pub const SUBSTATUS_HELP: &str = "Belongs to its status; choosing one chooses both.";
pub const REASON_HELP: &str = "Only for failed attempts, exceptions, returns and delays.";
pub const NOTE_HELP: &str = "What the carrier calls this code.";
pub const PREVIEW: &str = "Preview";
pub const MORE: &str = "More";
pub const FROM_TEXT: &str = "Refined by the carrier’s words";
pub const FROM_TEXT_HELP: &str = "Words such as “closed” or “refused” then decide substatus and reason.";
pub const KIND: &str = "Kind of line";
pub const KIND_HELP: &str = "Lines of another kind move nothing.";
pub const FLAG: &str = "Flag on the parcel";
pub fn depends_on(rule: &str) -> String {
    format!("Depends on what came before: {rule}")
}
pub const WEAK: &str = "Weak";
pub const WEAK_HELP: &str = "Says at most that the carrier has data, and overrides nothing.";
pub const SAMPLES: &str = "Events with this code";
pub const NO_SAMPLES: &str = "None has come yet.";

// What saving would change
pub const PREVIEW_TITLE: &str = "What saving would change";
pub const NONE_OF_THOSE: &str = "None of the parcels looked at would change.";
pub const NO_PARCEL: &str = "No parcel would change.";
pub fn would_change(n: impl Display, at_least: bool) -> String {
    format!("{}{} would change.", if at_least { "At least " } else { "" }, plural(n, "parcel", "parcels"))
}
pub fn looked_at(n: impl Display) -> String {
    format!("Looked at {} with this code; there are more.", plural(n, "number", "numbers"))
}
pub fn all_with_code(n: impl Display) -> String {
    plural(n, "number has this code.", "numbers have this code.")
}
pub const WOULD_CHANGE: &str = "Parcels that would change";
pub const IS: &str = "Is";
pub const WOULD_BE: &str = "Would be";
pub fn and_more(n: usize) -> String {
    format!("And {n} more.")
}
pub const NOT_THERE: &str = "not there";
pub const GONE: &str = "gone";

// History
pub const HISTORY: &str = "History";
pub const VERSIONS: &str = "Versions";
pub const VERSION: &str = "Version";
pub const MEANT: &str = "Meant";
pub const BY: &str = "By";
pub const GO_BACK: &str = "Go back";
pub fn use_again(version: u32) -> String {
    format!("Use again: version {version}")
}
pub const USE_AGAIN: &str = "Use again";
pub const COUNTS_NOW: &str = "counts now";
