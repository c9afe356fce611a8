//! A list of parcels as operators bring it: what each of its lines comes to.

use super::status::vocabulary;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most bytes of a list.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Most lines of a list.
pub const MOST_LINES: usize = 1000;
/// Columns that are understood, and the headings they go by.
pub const COLUMNS: [(&str, &[&str]); 8] = [
    ("number", &["number", "tracking number", "tracking_number", "waybill", "parcel", "connote", "shipment"]),
    ("carrier", &["carrier", "courier"]),
    ("account", &["account", "endpoint", "account label"]),
    ("references", &["references", "reference"]),
    ("order", &["order", "order number", "order_number", "order no.", "order no"]),
    ("tag", &["tag", "tags"]),
    ("status", &["status", "mark"]),
    ("reason", &["reason", "why"]),
];

vocabulary! {
    /// What a line comes to.
    LineOutcome, "outcome":
    Created = "created", "New";
    Changed = "changed", "Known, gains something";
    Known = "known", "Known";
    Refused = "refused", "Refused";
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    /// As counted in the file; the heading is 1.
    pub line: u64,
    /// The number it names.
    pub number: String,
    /// The account it goes to.
    pub account: String,
    /// What it comes to.
    pub outcome: LineOutcome,
    /// What is done, or why nothing is.
    pub says: String,
    /// The parcel, where there is one.
    pub parcel: Option<Uuid>,
}

/// A list before it is taken over, or what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Which.
    pub id: Uuid,
    /// It was taken over; else this is what would be done.
    pub committed: bool,
    /// Columns that were understood.
    pub columns: Vec<String>,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
    /// What is wrong with the list as a whole.
    pub fault: Option<String>,
    /// Line by line.
    pub lines: Vec<ImportLine>,
}

impl ImportReport {
    /// How many lines come to this.
    pub fn count(&self, outcome: LineOutcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == outcome).count()
    }

    /// Whether taking it over would do anything.
    pub fn does_something(&self) -> bool {
        self.count(LineOutcome::Created) + self.count(LineOutcome::Changed) > 0
    }
}
