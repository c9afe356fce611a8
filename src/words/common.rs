//! What several pages and areas say.

use super::plural;
use std::fmt::Display;

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
pub fn events(n: impl Display) -> String {
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
pub const NO_DELIVERY: &str = "There is no such delivery. The link may be incomplete; look for it in the list.";
pub const TRAIL: &str = "Trail";
pub const NO_ENDPOINT: &str = "There is no such endpoint. It may have been deleted; its deliveries and parcels stay.";
pub const SAVED: &str = "Saved.";
pub const SEND_TEST: &str = "Send a test event";
pub const COPY_NOW: &str = "Copy it now: it is not shown again.";
pub const SAVE: &str = "Save";
pub const UTC: &str = "UTC";
pub const NAME: &str = "Name";
pub const STATUS: &str = "Status";
pub const NONE: &str = "None";
pub const NOTE: &str = "Note";
pub const PARCEL: &str = "Parcel";
pub const WHEN: &str = "When";
pub const TO_PARCELS: &str = "To the parcels";
pub const NUMBER: &str = "Number";
pub const NO_PARCEL: &str = "There is no such parcel. Search for its number.";
pub const TIMELINE: &str = "Timeline";
pub const NO_EVENT_YET: &str = "No event yet";
pub const SINCE: &str = "since ";
pub const NUMBER_NOUN: &str = "number";
pub const ACCOUNT: &str = "Account";
pub fn size_cm(a: impl Display, b: impl Display, c: impl Display) -> String {
    format!("{a} × {b} × {c} cm")
}
pub const WEIGHT: &str = "Weight";
pub fn weight_kg(kg: impl Display) -> String {
    format!("{kg} kg")
}
pub const SHIPMENT: &str = "Shipment";
pub const OPEN: &str = "Open";
pub const REFERENCES: &str = "References";
pub const PROOF_OF_DELIVERY: &str = "Proof of delivery";
pub const PIECES: &str = "Pieces";
pub const ORDER_IS: &str = "Order ";
pub const TAGS: &str = "Tags";
pub fn titled(page: &str) -> String {
    format!("{page} · {PRODUCT}")
}
pub const TAG: &str = "Tag";
pub const JOURNEY: &str = "Journey";
pub const KIND: &str = "Kind";
pub const CLOSE: &str = "Close";
pub const NEVER: &str = "never";
pub const NO_SHIPMENT: &str = "There is no such shipment. Search for its number.";
pub fn milliseconds(n: impl Display) -> String {
    format!("{n} ms")
}
pub fn bytes(n: u64) -> String {
    let tenths = n * 10 / 1024;
    if n < 1024 { format!("{n} B") } else { format!("{}.{} KiB", tenths / 10, tenths % 10) }
}

/// A count beside a word: `7`, `99+`.
pub fn at_most_99(count: u64) -> String {
    if count > 99 { "99+".into() } else { count.to_string() }
}
