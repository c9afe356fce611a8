//! What the pages of a parcel and of a shipment show in one answer, and the notes that wait for a number.

use super::carrier_id::CarrierId;
use super::event::{Event, Place, Proof};
use super::page::Page;
use super::parcel::{Parcel, ShipmentSummary};
use super::status::Status;
use super::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Everything on a parcel's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParcelSheet {
    /// The parcel.
    pub parcel: Parcel,
    /// Its timeline, newest first.
    pub events: Page<Event>,
    /// More about those events.
    pub extras: Vec<EventExtra>,
    /// The event that decides its status; it may stand on another page of the timeline.
    pub head: Option<Event>,
    /// The events that brought proof of delivery, newest first.
    pub proofs: Vec<Event>,
    /// Every piece of its shipment, itself included; empty where parcel and job are the same.
    pub pieces: Vec<Parcel>,
    /// Parcels of other numbers that belong to the same order.
    pub order: Option<Order>,
    /// Instants on this page that no carrier's clock gave.
    pub rough: Vec<Rough>,
}

/// Everything on a shipment's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShipmentSheet {
    /// Its number and roll-up.
    pub summary: ShipmentSummary,
    /// The order number, where the page is about parcels of one order and not about pieces of one job.
    pub order: Option<String>,
    /// Its pieces.
    pub parcels: Vec<Parcel>,
    /// Events of all pieces, newest first.
    pub events: Page<Event>,
    /// More about those events.
    pub extras: Vec<EventExtra>,
}

/// What a timeline shows of an event beside the event itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventExtra {
    /// Which event.
    pub event: Uuid,
    /// The number it belongs to.
    pub number: String,
    /// The code that has no mapping row, for the editor.
    pub unmapped: Option<String>,
    /// What the carrier's person remarked besides the event's text.
    pub remark: Option<String>,
    /// What it was before later messages improved it, oldest first (R10); empty where it came in one form only.
    pub earlier: Vec<EarlierForm>,
    /// Parcels of other numbers at the same stop of the same vehicle.
    pub stop: Vec<Sibling>,
}

/// An event as an earlier message had it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarlierForm {
    /// The newest delivery that brought this form.
    pub received_at: Timestamp,
    /// The carrier's words.
    pub raw_text: Option<String>,
    /// The carrier's text of the time.
    pub occurred_raw: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// The remark.
    pub remark: Option<String>,
    /// The proof it had; who signed is masked.
    pub proofs: Vec<Proof>,
}

/// An instant that no carrier's clock gave: where the fold put an event of a day only, or of no time at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rough {
    /// Where the event was put.
    pub at: Timestamp,
    /// The day the carrier gave; null where it gave no time, and this is the receipt.
    pub day: Option<NaiveDate>,
}

/// A parcel that belongs with another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sibling {
    /// Which.
    pub parcel: Uuid,
    /// Its number.
    pub number: String,
    /// Its status.
    pub status: Status,
}

/// Parcels of one account that name the same order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The order number as sent.
    pub number: String,
    /// The page that shows them together: the shipment of the parcel that was asked for.
    pub page: Uuid,
    /// The others.
    pub siblings: Vec<Sibling>,
}

/// A carrier's note that names no number, waiting for an operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitingNote {
    /// The note.
    pub event: Event,
    /// Who sent it.
    pub carrier: CarrierId,
    /// Which account.
    pub endpoint: Uuid,
    /// That account's label.
    pub endpoint_label: String,
    /// Made by the test bench.
    pub is_test: bool,
    /// Numbers it may be about, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// A number a note may be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// As shown.
    pub number: String,
    /// Whether the note's text names it; otherwise it only came at the same time.
    pub named: bool,
}
