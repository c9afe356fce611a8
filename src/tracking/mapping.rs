//! Mapping: from a carrier's code to the vocabulary. Rows are versioned; the newest version of a key counts.

use super::carrier_id::CarrierId;
use super::screen::FieldFault;
use super::status::{Confidence, Kind, ParcelFlag, Reason, Status, Substatus, vocabulary};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

mod shown;

pub use shown::{CodeList, CodeSample, MappingDraft, MappingSheet, PreviewedDraft, RuledCode};

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

/// Flags that a mapping may set; the others are found out by the fold.
pub const SETTABLE_FLAGS: [ParcelFlag; 2] = [ParcelFlag::ReturnExpected, ParcelFlag::AggregatorGaveUp];

/// Kinds that a mapping may give; the others are made by people and by Parcelwire itself.
pub const MAPPABLE_KINDS: [Kind; 5] = [Kind::Status, Kind::Info, Kind::Note, Kind::Proof, Kind::Location];

impl Target {
    /// What does not fit together; empty for every row that ships.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, message: String| faults.push(FieldFault::new(field, message));
        if !MAPPABLE_KINDS.contains(&self.kind) {
            fault("kind", format!("“{}” is not for codes of carriers", self.kind));
        }
        let Some(status) = self.status else {
            for (field, given) in [
                ("substatus", self.substatus.is_some()),
                ("reason", self.reason.is_some()),
                ("from_text", self.from_text),
                ("in_context", self.in_context.is_some()),
            ] {
                if given {
                    fault(field, "needs a status".into());
                }
            }
            faults.extend(self.flag_fault());
            return faults;
        };
        if self.kind != Kind::Status && MAPPABLE_KINDS.contains(&self.kind) {
            fault("kind", "only “status” goes with a status".into());
        }
        if let Some(substatus) = self.substatus.filter(|substatus| !status.substatuses().contains(substatus)) {
            let fitting: Vec<&str> = status.substatuses().iter().map(|substatus| substatus.as_str()).collect();
            fault(
                "substatus",
                format!("“{substatus}” does not belong to “{status}”, which has {}", fitting.join(", ")),
            );
        }
        if self.reason.is_some() && !status.takes_reason(self.substatus) {
            fault(
                "reason",
                format!("none goes with “{status}”; only failed attempts, exceptions, returns and delays have one"),
            );
        }
        if self.weak && status.rank() > Status::InfoReceived.rank() {
            fault("weak", "a weak code says at most “info_received”".into());
        }
        faults.extend(self.flag_fault());
        faults
    }

    fn flag_fault(&self) -> Option<FieldFault> {
        let flag = self.flag.filter(|flag| !SETTABLE_FLAGS.contains(flag))?;
        Some(FieldFault::new("flag", format!("“{flag}” is found out from the events, never set by a code")))
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

/// The state of a parcel, as far as a preview compares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParcelState {
    /// Folded status.
    pub status: Status,
    /// Finer word.
    pub substatus: Option<Substatus>,
    /// Why.
    pub reason: Option<Reason>,
    /// Current journey.
    pub leg: u32,
    /// What a person should know.
    pub flags: Vec<ParcelFlag>,
}

/// A parcel that a changed row gives another state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParcelChange {
    /// Which.
    pub parcel: Uuid,
    /// As first received.
    pub number: String,
    /// Barcode, where it is one of several pieces.
    pub piece: Option<String>,
    /// Made by the test bench.
    pub is_test: bool,
    /// As it is; null for a parcel that the change makes (a number that turns out to be recycled).
    pub from: Option<ParcelState>,
    /// As it would be; null for one that the change takes away.
    pub to: Option<ParcelState>,
}

/// What saving a row would do. Computed by mapping and folding, and kept nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingPreview {
    /// How many parcels would have another status, substatus, reason, leg or flags.
    pub would_change: u32,
    /// Some of them.
    pub sample: Vec<ParcelChange>,
    /// How many numbers have an event with this code, as far as looked at.
    pub numbers: u32,
    /// How many of these were derived for this answer.
    pub checked: u32,
    /// There are more numbers than were derived: `would_change` is the least it can be.
    pub at_least: bool,
}

vocabulary! {
    /// Why something is derived again.
    RederivationCause, "cause":
    Mapping = "mapping", "A mapping changed";
    Settings = "settings", "A policy of an endpoint changed";
    Rules = "rules", "The rules of this version of Parcelwire";
}

/// Something that is being derived again in the background; gone when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rederivation {
    /// Why.
    pub cause: RederivationCause,
    /// Whose mapping changed.
    pub carrier: Option<CarrierId>,
    /// Which key's.
    pub key: Option<String>,
    /// Whose policy changed.
    pub endpoint: Option<Uuid>,
    /// How many events (of a mapping) or numbers are left.
    pub left: u64,
    /// When it was asked for; null for the rules.
    pub since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_belong_together_is_named_by_its_field() {
        let fields = |target: &Target| target.faults().into_iter().map(|fault| fault.field).collect::<Vec<_>>();
        let moving = Target::status(Status::InTransit, Substatus::Moving);
        let none: [&str; 0] = [];
        assert_eq!(fields(&moving), none);
        assert_eq!(fields(&Target::silent(Kind::Note)), none);
        assert_eq!(fields(&Target { substatus: None, ..moving.clone() }), none);
        assert_eq!(fields(&Target::status(Status::Delivered, Substatus::Moving)), ["substatus"]);
        assert_eq!(fields(&moving.clone().because(Reason::CarrierOutOfTime)), ["reason"]);
        let delayed = Target::status(Status::InTransit, Substatus::Delayed).because(Reason::CarrierOutOfTime);
        assert_eq!(fields(&delayed), none);
        assert_eq!(fields(&Target { kind: Kind::Note, ..moving.clone() }), ["kind"]);
        assert_eq!(fields(&Target::silent(Kind::Operator)), ["kind"]);
        assert_eq!(fields(&moving.clone().weak()), ["weak"]);
        assert_eq!(fields(&moving.flagging(ParcelFlag::PartialPod)), ["flag"]);
        let silent = Target { substatus: Some(Substatus::Moving), ..Target::silent(Kind::Status) };
        assert_eq!(fields(&silent.because(Reason::Unknown).refined_by_text()), ["substatus", "reason", "from_text"]);
    }
}
