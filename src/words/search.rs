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
