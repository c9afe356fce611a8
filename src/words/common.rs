//! What several pages and areas say.

use super::plural;

pub const CANCEL: &str = "Cancel";
pub const REASON: &str = "Reason";
pub const UNDO: &str = "Undo";
pub const TEST: &str = "Test";
pub const COPIED: &str = "Copied";
pub fn copy(what: &str) -> String {
    format!("Copy {what}")
}
pub const CHARGES: &str = "Charges";
pub const YES: &str = "yes";
pub const NO: &str = "no";
pub const PRODUCT: &str = "Parcelwire";
pub fn events(n: impl std::fmt::Display) -> String {
    plural(n, "event", "events")
}
pub const NOT_MAPPED: &str = "Not mapped";
pub const DETAILS: &str = "Details";
pub const CARRIERS_CODE: &str = "Carrier’s code";
pub const CARRIERS_TEXT: &str = "Carrier’s text";
pub const RECEIVED: &str = "Received";
pub const PIECE: &str = "Piece";
pub const MAPPING: &str = "Mapping";
pub const DELIVERY: &str = "Delivery";
pub const PLACE: &str = "Place";
pub const ALL: &str = "All";
pub const CODES_NOT_MAPPED: &str = "Codes not mapped";
pub const ENDPOINT: &str = "Endpoint";
pub const WITHOUT_TESTS: &str = "Without tests";
pub const TESTS_ONLY: &str = "Tests only";
pub const SEARCH: &str = "Search";
pub const CARRIER: &str = "Carrier";
pub const TESTS: &str = "Tests";
pub const FROM_UTC: &str = "From (UTC)";
pub const UNTIL_UTC: &str = "Until (UTC)";
pub const EVENTS: &str = "Events";
pub const SIZE: &str = "Size";
pub const NO_MATCH: &str = "Nothing matches these filters";
pub const CLEAR_FILTERS: &str = "Clear filters";
pub fn one_and_more(one: &str, rest: usize) -> String {
    format!("{one} and {rest} more")
}
pub const NO_DELIVERY: &str = "There is no such delivery.";
pub const TRAIL: &str = "Trail";
pub const NO_ENDPOINT: &str = "There is no such endpoint.";
pub const SAVED: &str = "Saved.";
pub const SEND_TEST: &str = "Send a test event";
pub const COPY_NOW: &str = "Copy it now: it is not shown again.";
pub const SAVE: &str = "Save";
pub const UTC: &str = "UTC";
