//! The fold: from all events of one number to the state of its parcels.
//!
//! A pure function of the set of events: no clock, no arrival order (each event carries its first `received_at`, which
//! counts only where the carrier's own clock is missing or impossible). Rules R1–R18 are cited by number where they act.

use super::carrier_id::CarrierId;
use super::event::{Piece, Proof, Reference};
use super::parcel::{Episode, Leg, Milestones};
use super::status::{Confidence, EventFlag, Kind, ParcelFlag, Reason, Status, Substatus, vocabulary};
use super::time::{EventTime, Timestamp};
use super::why::Why;
use uuid::Uuid;

mod aside;
mod assemble;
mod context;
mod explain;
mod journey;
mod milestones;
mod notify;
mod order;
mod pieces;
mod recycle;
mod retract;
mod rollup;
mod silence;
#[cfg(test)]
mod tests;
mod walk;

pub use notify::{BACKFILL_AFTER_S, News, Quiet, Standing, Subject, Told, news};
pub use order::looks_like_a_zone_mistake;
pub use rollup::PARTIALLY_DELIVERED;
pub use silence::{QUIET_AFTER_S, Silence, Stalled, Thresholds, silence};

/// Bumped whenever the rules change what they derive; parcels cached with another version are folded again.
pub const DERIVATION_VERSION: u32 = 3;

vocabulary! {
    /// What a bare `delivered` means while a parcel is on its way back (R8).
    DeliveredWhileReturning, "policy":
    ReturnedInferred = "returned_inferred", "It is back with the sender";
    Delivered = "delivered", "It was delivered to the recipient after all";
    ByAnnouncement = "by_announcement", "Delivered while the return is only announced, else back with the sender";
}

/// What differs per carrier or endpoint in the fold; data, never a branch on the carrier's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// R8.
    pub delivered_while_returning: DeliveredWhileReturning,
    /// R4: width of the tie bucket.
    pub tie_bucket_s: i64,
    /// Zone in which local days are told apart where an event names none.
    pub zone: chrono_tz::Tz,
}

/// An operator's act on a timeline (R11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorAct {
    /// Shielded from everything but another operator's act.
    pub pin: bool,
    /// Who.
    pub by: String,
}

/// The parcel's state in the carrier's own book, sent beside an event (BOX NOW `parcelState`). Moves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Claim {
    /// As mapped.
    pub status: Status,
    /// As mapped.
    pub substatus: Option<Substatus>,
}

/// An event as the fold needs it: mapped, with everything that may decide its place and its weight.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, none follows from another")]
pub struct FoldEvent {
    /// Which.
    pub id: Uuid,
    /// Last word in ties.
    pub dedupe_key: String,
    /// What sort of line.
    pub kind: Kind,
    /// As mapped.
    pub status: Option<Status>,
    /// As mapped.
    pub substatus: Option<Substatus>,
    /// As mapped.
    pub reason: Option<Reason>,
    /// Of the mapping row.
    pub confidence: Confidence,
    /// Decided here, from what came before.
    pub in_context: Option<super::mapping::InContext>,
    /// At most `info_received` (R15).
    pub weak: bool,
    /// No row knows its code (R13).
    pub unmapped: bool,
    /// Sets this flag on the parcel.
    pub flag: Option<ParcelFlag>,
    /// Barcode; `None` for the whole shipment.
    pub piece: Option<String>,
    /// The carrier's clock.
    pub time: EventTime,
    /// IANA zone of the local time, where the event names its own.
    pub zone: Option<chrono_tz::Tz>,
    /// T3's second choice.
    pub dispatched_at: Option<Timestamp>,
    /// The earliest receipt of a delivery that carried it.
    pub received_at: Timestamp,
    /// `origin`, `destination` or `header` of a whole-history carrier.
    pub side: Option<String>,
    /// Names the place, for telling duplicate scans.
    pub place: Option<String>,
    /// The carrier's words.
    pub raw_text: Option<String>,
    /// Mapping key of the carrier's action (`tracking_event:9`, `attempted_delivery`, …), for counting attempts (R12).
    pub raw_code: Option<String>,
    /// Proof that came with it.
    pub proofs: Vec<Proof>,
    /// The full list of pieces it brings.
    pub pieces: Option<Vec<Piece>>,
    /// Other numbers it names.
    pub references: Vec<Reference>,
    /// Parcel details it brings (flat JSON object or null).
    pub details: serde_json::Value,
    /// What the carrier says the parcel's state is, apart from this event (R9); only to tell when it disagrees.
    pub claim: Option<Claim>,
    /// Already known to the reader (`time_disagrees`, `ambiguous_time`).
    pub flags: Vec<EventFlag>,
    /// Voided by an operator: stays, counts for nothing.
    pub voided: bool,
    /// Who voided it, where that is known.
    pub voided_by: Option<String>,
    /// Present on operator events.
    pub operator: Option<OperatorAct>,
    /// Made by the test bench.
    pub is_test: bool,
}

/// One whole-history list as received (R9), for telling what the source no longer lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldListing {
    /// `origin` or `destination`.
    pub side: String,
    /// `update_at`, else receipt: which list is newer.
    pub listed_at: Timestamp,
    /// Receipt of its delivery: the time of a retraction.
    pub received_at: Timestamp,
    /// Local times it spans.
    pub oldest: chrono::NaiveDateTime,
    /// Local times it spans.
    pub newest: chrono::NaiveDateTime,
    /// The events it lists.
    pub events: Vec<Uuid>,
}

/// Everything known of one number (a shipment in the sense of the data model: what the carrier bills as one job).
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Whose.
    pub carrier: CarrierId,
    /// The number's own id; parcel ids are derived from it.
    pub shipment_id: Uuid,
    /// When somebody registered the number before its first event.
    pub registered_at: Option<Timestamp>,
    /// In any order.
    pub events: Vec<FoldEvent>,
    /// In any order.
    pub listings: Vec<FoldListing>,
}

/// Where the fold put an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Which.
    pub event: Uuid,
    /// Which incarnation of a recycled number, from 1.
    pub incarnation: u32,
    /// The barcode of the piece it is about, also where the fold found it out (a reference that equals a barcode);
    /// `None` for the whole shipment.
    pub piece: Option<String>,
    /// Which journey, from 1.
    pub leg: u32,
    /// T3.
    pub effective_at: Timestamp,
    /// Not negative.
    pub late_seconds: i64,
    /// Status after context rules; equal to the mapped one otherwise.
    pub status: Option<Status>,
    /// Likewise.
    pub substatus: Option<Substatus>,
    /// Likewise.
    pub reason: Option<Reason>,
    /// All flags of the event, the reader's included.
    pub flags: Vec<EventFlag>,
    /// Why it does not count, in plain words.
    pub set_aside: Option<String>,
    /// R9.
    pub retracted_at: Option<Timestamp>,
    /// Order on the timeline, oldest first, from 0 within the number.
    pub position: u32,
}

/// The state of one parcel.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldedParcel {
    /// Derived from shipment, piece slot and incarnation; stable over a rebuild.
    pub id: Uuid,
    /// From 1; counts pieces in the order in which they were first listed.
    pub piece_no: u32,
    /// The barcode, once one is known.
    pub piece: Option<String>,
    /// What the newest list says of the piece.
    pub listed: Option<Piece>,
    /// Which incarnation of a recycled number, from 1.
    pub incarnation: u32,
    /// Folded status.
    pub status: Status,
    /// Finer word.
    pub substatus: Option<Substatus>,
    /// Why.
    pub reason: Option<Reason>,
    /// Since when.
    pub status_since: Option<Timestamp>,
    /// The event that decides.
    pub head_event: Option<Uuid>,
    /// That event was received after others that stand behind it (R3).
    pub head_is_late: bool,
    /// Why it has this status, in plain words (names the rule's effect, not its number).
    pub explanation: String,
    /// The same in parts.
    pub why: Why,
    /// Current journey, from 1.
    pub leg: u32,
    /// All journeys.
    pub legs: Vec<Leg>,
    /// Trouble, open and closed.
    pub episodes: Vec<Episode>,
    /// Stored flags (`stalled` is computed when asked and never here).
    pub flags: Vec<ParcelFlag>,
    /// `Status::action_required`, or a flag that asks for a person.
    pub action_required: bool,
    /// First times.
    pub milestones: Milestones,
    /// Delivery attempts (R12).
    pub attempts: u32,
    /// Newest event's words and place, for the list.
    pub last_event_text: Option<String>,
    /// Place of the newest event.
    pub last_event_place: Option<String>,
    /// Events on this parcel's timeline.
    pub events_count: u32,
    /// The newest details, merged over all events in order.
    pub details: serde_json::Value,
    /// References of all its events, deduplicated, in first-seen order.
    pub references: Vec<Reference>,
    /// Proofs of all its events, deduplicated.
    pub proofs: Vec<Proof>,
}

/// The roll-up of a job (R18).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedShipment {
    /// Whether pages show it as a shipment (pieces are listed, or a proof counted pieces).
    pub shown: bool,
    /// Pieces that are not withdrawn.
    pub pieces: u32,
    /// Of these, delivered.
    pub delivered: u32,
    /// Pieces signed for, at most `pieces`.
    pub signed_for: u32,
    /// A status word, or `partially_delivered`.
    pub roll_up: String,
    /// “2 of 3 delivered · 1 out for delivery”.
    pub summary: String,
}

/// What the fold makes of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// Newest incarnation last; pieces in order.
    pub parcels: Vec<FoldedParcel>,
    /// Of the newest incarnation.
    pub shipment: FoldedShipment,
    /// One for every event of the history.
    pub placed: Vec<Placed>,
}

/// Derives everything from a history. `parcel_id` names the parcel of a piece number and an incarnation.
///
/// The order of `history.events` and `history.listings` does not matter.
pub fn fold(history: &History, policy: &Policy, parcel_id: &dyn Fn(u32, u32) -> Uuid) -> Folded {
    let retracted = retract::retracted(history);
    let events = order::in_order(history, policy, &retracted);
    let starts = recycle::starts(&events, policy);
    let ends = starts.iter().copied().skip(1).chain([events.len()]);

    let mut parcels = Vec::new();
    let mut placed = Vec::with_capacity(events.len());
    let mut shipment = None;
    for ((begin, end), incarnation) in starts.iter().copied().zip(ends).zip(1_u32..) {
        let own = &events[begin..end];
        let walked = walk::walk(own, policy);
        for (timed, step) in own.iter().zip(&walked.steps) {
            let position = u32::try_from(placed.len()).unwrap_or(u32::MAX);
            placed.push(assemble::placed(timed, step, &walked.slots, incarnation, position));
        }
        let known_since = history.registered_at.filter(|_| incarnation == 1);
        parcels.extend(walked.slots.iter().enumerate().map(|(index, slot)| {
            let id = parcel_id(slot.piece_no, incarnation);
            assemble::parcel(index, &walked, own, incarnation, known_since, id)
        }));
        shipment = Some(rollup::roll_up(&walked));
    }
    let shipment = shipment.expect("there is always a first incarnation");
    Folded { parcels, shipment, placed }
}
