//! Mapping: from a carrier's code to the vocabulary. Rows are versioned; the newest version of a key counts.

use super::carrier_id::CarrierId;
use super::status::{Confidence, Kind, ParcelFlag, Reason, Status, Substatus, vocabulary};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// Codes whose meaning depends on what came before; the fold decides them.
    InContext, "context rule":
    Missing = "missing", "collection failed, or lost once it was in a depot or locker";
    Arrived = "arrived", "collection scheduled, arrived at a facility, or at the stop";
}

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Target {
    /// What sort of line.
    pub kind: Kind,
    /// Null: shown, moves nothing.
    pub status: Option<Status>,
    /// Finer word; null with `from_text` leaves it to the carrier's words.
    pub substatus: Option<Substatus>,
    /// Why.
    pub reason: Option<Reason>,
    /// Whether the carrier's words refine substatus and reason (reason dictionary).
    #[serde(default)]
    pub from_text: bool,
    /// A flag the event sets on its parcel.
    #[serde(default)]
    pub flag: Option<ParcelFlag>,
    /// Decided by the fold, from what came before.
    #[serde(default)]
    pub in_context: Option<InContext>,
    /// Implies at most `info_received` and overrides nothing (R15).
    #[serde(default)]
    pub weak: bool,
}

impl Target {
    /// A status event.
    pub const fn status(status: Status, substatus: Substatus) -> Self {
        Self {
            kind: Kind::Status,
            status: Some(status),
            substatus: Some(substatus),
            reason: None,
            from_text: false,
            flag: None,
            in_context: None,
            weak: false,
        }
    }

    /// A line that moves nothing.
    pub const fn silent(kind: Kind) -> Self {
        Self {
            kind,
            status: None,
            substatus: None,
            reason: None,
            from_text: false,
            flag: None,
            in_context: None,
            weak: false,
        }
    }

    /// With a reason.
    #[must_use]
    pub const fn because(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// With a parcel flag.
    #[must_use]
    pub const fn flagging(mut self, flag: ParcelFlag) -> Self {
        self.flag = Some(flag);
        self
    }

    /// The words of the carrier refine substatus and reason.
    #[must_use]
    pub const fn refined_by_text(mut self) -> Self {
        self.from_text = true;
        self
    }

    /// Decided by the fold.
    #[must_use]
    pub const fn in_context(mut self, rule: InContext) -> Self {
        self.in_context = Some(rule);
        self
    }

    /// At most `info_received`.
    #[must_use]
    pub const fn weak(mut self) -> Self {
        self.weak = true;
        self
    }
}

/// A row that ships with a carrier's file (version 1 of its key).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultRow {
    /// Parts joined by `:`, for example `tracking_event:7`.
    pub key: &'static str,
    /// What it means.
    pub target: Target,
    /// How sure.
    pub confidence: Confidence,
    /// The carrier's words for the code, for the editor.
    pub note: &'static str,
}

/// A mapping row as the API and the editor show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mapping {
    /// Whose code.
    pub carrier: CarrierId,
    /// Parts joined by `:`.
    pub key: String,
    /// Counts up with each change.
    pub version: u32,
    /// What it means.
    #[serde(flatten)]
    pub target: Target,
    /// How sure; `L` carries the “to confirm” badge until an operator confirms it.
    pub confidence: Confidence,
    /// The carrier's words for the code.
    pub note: String,
    /// Who made this version; null for the rows that ship.
    pub author: Option<String>,
    /// When this version was made.
    pub created_at: Timestamp,
}

/// A code no row knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnmappedCode {
    /// Whose code.
    pub carrier: CarrierId,
    /// Parts joined by `:`.
    pub key: String,
    /// The carrier's words, of the newest event that had it.
    pub sample: String,
    /// How many events have it.
    pub count: u32,
    /// Receipt of the first one.
    pub first_seen: Timestamp,
    /// Receipt of the newest one.
    pub last_seen: Timestamp,
}
