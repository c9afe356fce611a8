//! The search box and its page.

use super::plural;

// The box
pub const EVERYTHING: &str = "Everything";
pub const SEARCH_EVERYTHING: &str = "Search everything";
pub const PLACEHOLDER: &str = "Number, order, words of the carrier";
pub const NOTHING_SO_FAR: &str = "Nothing found so far";
pub fn results(n: usize) -> String {
    plural(n, "result", "results")
}
pub const RESULTS: &str = "Results";
pub const PARCELS: &str = "Parcels";
pub const SHIPMENTS: &str = "Shipments";
pub const DELIVERIES: &str = "Deliveries";
pub const ALL_RESULTS: &str = "All results";
pub fn sought(q: &str) -> String {
    format!("for “{q}”")
}

// The page
pub fn title(q: &str) -> String {
    format!("Search: {q}")
}
pub const WHAT: &str = "What are you looking for?";
pub const WHAT_HELP: &str =
    "A part of a number, a barcode, an order or another reference; words the carrier wrote; the id of a delivery.";
pub const NOTHING: &str = "Nothing found";
pub const NOTHING_HELP: &str = "Numbers and references are found by any part of three characters or more, words by their beginnings. Every word must be there.";
pub const ALL_PARCELS: &str = "All parcels";
pub const ALL_DELIVERIES: &str = "All deliveries";
pub const ALL_IN_LIST: &str = "All of them in the list";
pub const IN_LIST: &str = "In the list";
