//! What a search over everything finds.

use super::carrier_id::CarrierId;
use super::delivery::{Outcome, Verdict};
use super::parcel::{Parcel, ShipmentSummary};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where in a text the search was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// What sort of text it is: “Number”, “order”, “Carrier’s words”, “Recipient”.
    pub label: String,
    /// What stands before, perhaps cut.
    pub before: String,
    /// What was met.
    pub hit: String,
    /// What stands behind, perhaps cut.
    pub after: String,
}

/// A parcel that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParcelHit {
    /// It.
    pub parcel: Parcel,
    /// By what it was found.
    pub excerpt: Option<Excerpt>,
}

/// A delivery that was found, by its id, the hash of its body, its message key, or a number it carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryHit {
    /// Which.
    pub id: Uuid,
    /// When it came.
    pub received_at: Timestamp,
    /// Whose.
    pub carrier: CarrierId,
    /// Which account.
    pub endpoint_label: String,
    /// What its proof was worth.
    pub verdict: Verdict,
    /// What became of it.
    pub outcome: Outcome,
    /// Made by the test bench.
    pub is_test: bool,
}

/// What was found, best first in each group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Parcels: by number, then by the carrier's words, then by recipient.
    pub parcels: Vec<ParcelHit>,
    /// There are more parcels than shown.
    pub more_parcels: bool,
    /// Shipments of several pieces.
    pub shipments: Vec<ShipmentSummary>,
    /// Deliveries, newest first.
    pub deliveries: Vec<DeliveryHit>,
}

impl Found {
    /// Whether nothing at all was found.
    pub fn is_empty(&self) -> bool {
        self.parcels.is_empty() && self.shipments.is_empty() && self.deliveries.is_empty()
    }
}
