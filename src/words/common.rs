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
