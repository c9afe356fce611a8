//! What apply asks of the writer: deliveries that are due, events kept once, histories, folded states.

pub mod due;
mod history;
mod inbox;
mod keep;
mod numbers;
mod rebuild;
mod rederive;
mod remap;
mod save;

pub use due::NewVerdict;
pub use rederive::{Cause, Due};
pub use remap::{CodedEvent, KeptState};

use super::endpoints::StoredEndpoint;
use crate::server::secrets::Sealed;
use crate::tracking::act::OperatorMark;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{Outcome, Verdict};
use crate::tracking::event::{MappingUsed, Reported};
use crate::tracking::fold::Claim;
use crate::tracking::mapping::Target;
use crate::tracking::status::{Confidence, Kind};
use crate::tracking::time::Timestamp;
pub(super) use inbox::words_of;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// A delivery that may be read: its verdict was good, or an operator released it. Only the store makes one. No Debug.
#[derive(Clone)]
#[non_exhaustive]
pub struct Admitted {
    /// Which.
    pub id: Uuid,
    /// Its place in the order of capture.
    pub seq: i64,
    /// Whose URL it came to (also when that endpoint is deleted by now).
    pub endpoint: Arc<StoredEndpoint>,
    /// Exact bytes.
    pub body: Vec<u8>,
    /// When the request was complete.
    pub received_at: Timestamp,
    /// Made by the test bench.
    pub is_test: bool,
    /// What the proof was worth.
    pub verdict: Verdict,
    /// What became of it so far.
    pub outcome: Outcome,
    /// How often applying it was begun.
    pub tries: u32,
}

/// A delivery as it was received, for checking its proof again. No Debug.
pub struct RawDelivery {
    /// Which.
    pub id: Uuid,
    /// Whose URL it came to.
    pub endpoint: StoredEndpoint,
    /// Exact bytes.
    pub body: Vec<u8>,
    /// Sealed to `delivery/<id>/headers`.
    pub headers: Sealed,
    /// When the request was complete.
    pub received_at: Timestamp,
    /// The address that counted.
    pub remote_addr: String,
    /// Made by the test bench.
    pub is_test: bool,
    /// What the proof was worth.
    pub verdict: Verdict,
    /// What became of it.
    pub outcome: Outcome,
}

/// What a mapping row (or a carrier's structural rule) made of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The meaning, with text refinement already done.
    pub target: Target,
    /// The row that said so; `None` where there was nothing to map.
    pub used: Option<MappingUsed>,
    /// The key to show among the unmapped codes, when no row had any of the keys. The store derives the list of
    /// unmapped codes from these; nothing else need be noted.
    pub unmapped: Option<String>,
    /// What the report's `claims` map to.
    #[serde(default)]
    pub claim: Option<Claim>,
}

/// The part of a report that mapping looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Mapping keys, the most specific first.
    pub keys: Vec<String>,
    /// Mapping keys of the state the carrier claims beside the event.
    pub claims: Vec<String>,
    /// What sort of line it is before mapping.
    pub kind: Kind,
    /// What the carrier's structural rule says.
    pub structural: Option<Target>,
    /// How sure that rule is.
    pub structural_confidence: Confidence,
    /// What the words say.
    pub from_text: Option<Target>,
}

impl From<&Reported> for Coded {
    fn from(reported: &Reported) -> Self {
        Self {
            keys: reported.keys.clone(),
            claims: reported.claims.clone(),
            kind: reported.kind,
            structural: reported.structural.clone(),
            structural_confidence: reported.structural_confidence,
            from_text: reported.from_text.clone(),
        }
    }
}

/// An event to be kept.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Whose URL it came to.
    pub endpoint: Uuid,
    /// Whose code.
    pub carrier: CarrierId,
    /// Lives on test parcels.
    pub is_test: bool,
    /// The shipment's number as sent (for a note: the one it was attached to).
    pub number: String,
    /// The delivery that carried it; `None` for an operator's act.
    pub delivery: Option<Uuid>,
    /// Its place in the delivery's payload, from 0.
    pub item: u32,
    /// When that delivery was received.
    pub received_at: Timestamp,
    /// What the carrier's file read.
    pub reported: Reported,
    /// What it means.
    pub mapped: Mapped,
    /// Present on an operator's act.
    pub operator: Option<OperatorMark>,
}

/// What keeping an event did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptChange {
    /// It is new.
    Added,
    /// It was known; the delivery is linked to it.
    Known,
    /// It was known, and is richer now.
    Revised,
}

/// An event that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub event_id: Uuid,
    /// Its number; fold it again.
    pub shipment_id: Uuid,
    /// What keeping it did.
    pub change: KeptChange,
}
