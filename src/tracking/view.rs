//! How the list of parcels is looked at: its views, its columns, its order.

use super::status::{Status, vocabulary};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

vocabulary! {
    /// A view of the list by status: every status is in exactly one of them.
    ParcelGroup, "group":
    Announced = "announced", "Announced";
    InTransit = "in_transit", "In transit";
    OutForDelivery = "out_for_delivery", "Out for delivery";
    ReadyForPickup = "ready_for_pickup", "Ready for pickup";
    Trouble = "trouble", "Trouble";
    Returning = "returning", "Returning";
    Delivered = "delivered", "Delivered";
    Cancelled = "cancelled", "Cancelled";
}

impl ParcelGroup {
    /// The view that holds a status.
    pub fn of(status: Status) -> Self {
        match status {
            Status::Pending | Status::InfoReceived => Self::Announced,
            Status::InTransit => Self::InTransit,
            Status::OutForDelivery => Self::OutForDelivery,
            Status::AvailableForPickup => Self::ReadyForPickup,
            Status::FailedAttempt | Status::Exception => Self::Trouble,
            Status::Returning | Status::Returned => Self::Returning,
            Status::Delivered => Self::Delivered,
            Status::Cancelled => Self::Cancelled,
        }
    }

    /// The statuses it holds.
    pub fn statuses(self) -> impl Iterator<Item = Status> {
        Status::ALL.iter().copied().filter(move |status| Self::of(*status) == self)
    }
}

vocabulary! {
    /// How the list of parcels is ordered.
    ParcelOrder, "order":
    Updated = "updated", "Last changed";
    Created = "created", "First known";
    LastEvent = "last_event", "Latest event";
    Standing = "standing", "Longest without movement";
}

vocabulary! {
    /// Which lines of a timeline are looked at.
    TimelineLines, "kind of line":
    Status = "status", "Status";
    Notes = "notes", "Notes";
    Proofs = "proofs", "Proofs";
    Operators = "operators", "Operators";
    TakenOut = "taken_out", "Taken out";
}

vocabulary! {
    /// A column of the list of parcels; the number is always there.
    ParcelColumn, "column":
    Status = "status", "Status";
    Latest = "latest", "Latest event";
    InStatus = "in_status", "In status";
    InTransit = "in_transit", "In transit";
    Attempts = "attempts", "Attempts";
    References = "references", "References";
    Tags = "tags", "Tags";
    Pieces = "pieces", "Pieces";
    Recipient = "recipient", "Recipient";
    Account = "account", "Account";
    FirstScan = "first_scan", "First scan";
    Delivered = "delivered", "Delivered";
    Created = "created", "First known";
    Changed = "changed", "Changed";
}

impl ParcelColumn {
    /// What is shown until somebody chooses.
    pub const USUAL: &'static [Self] =
        &[Self::Status, Self::Latest, Self::InStatus, Self::InTransit, Self::Attempts, Self::Changed];

    /// Reads a list of words with commas; unknown ones are passed over, each counts once. None left: the usual ones.
    pub fn list(text: &str) -> Vec<Self> {
        let mut columns = Vec::new();
        for column in text.split(',').filter_map(|word| word.trim().parse().ok()) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        if columns.is_empty() { Self::USUAL.to_vec() } else { columns }
    }

    /// The words with commas.
    pub fn text(columns: &[Self]) -> String {
        columns.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",")
    }
}

/// A filter with its columns, under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Which.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The filter and the order, as in the address.
    pub query: String,
    /// What it shows.
    pub columns: Vec<ParcelColumn>,
    /// Everybody sees it.
    pub shared: bool,
    /// Who made it.
    pub by: String,
    /// Whether whoever asks may drop it.
    pub own: bool,
}

/// How many parcels stand in each view of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewCounts {
    /// All of them.
    pub all: u64,
    /// On their way, in any sense.
    pub active: u64,
    /// A person should act.
    pub attention: u64,
    /// Standing still for longer than their status allows.
    pub stalled: u64,
    /// By status.
    pub groups: Vec<(ParcelGroup, u64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_stands_in_exactly_one_view() {
        for status in Status::ALL {
            let holding = ParcelGroup::ALL.iter().filter(|group| group.statuses().any(|held| held == *status)).count();
            assert_eq!(holding, 1, "{status}");
        }
    }

    #[test]
    fn columns_are_read_as_far_as_they_are_known() {
        assert_eq!(ParcelColumn::list("tags, status,colour,tags"), [ParcelColumn::Tags, ParcelColumn::Status]);
        assert_eq!(ParcelColumn::list(""), ParcelColumn::USUAL);
        assert_eq!(ParcelColumn::text(&ParcelColumn::list("tags,status")), "tags,status");
    }
}
