//! An event: one scan or notice on a timeline.

use super::act::{ActOnEvent, OperatorMark};
use super::carrier_id::CarrierId;
use super::status::{Confidence, EventFlag, Kind, Reason, Status, Substatus, vocabulary};
use super::time::{EventTime, TimePrecision, Timestamp, TzSource};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Where an event happened, as far as the carrier says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// Free text: a depot, a locker, a town.
    pub name: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166 alpha-2, upper case.
    pub country: Option<String>,
    /// The carrier's code of the facility.
    pub facility: Option<String>,
    /// Degrees north; 0,0 counts as absent.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

impl Place {
    /// Whether nothing at all is known.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// Most references an operator gives a number at once.
pub const MOST_REFERENCES: usize = 50;
/// Most characters of what sort of number a reference is.
pub const LONGEST_KIND: usize = 40;
/// Most characters of the number itself.
pub const LONGEST_VALUE: usize = 200;

/// A number other than the parcel's own that somebody may search for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Reference {
    /// `order`, `document`, `waybill`, `barcode`, `customer`, `account`, `tracking_reference`, `carrier_id`, …
    pub kind: String,
    /// As sent.
    pub value: String,
}

vocabulary! {
    /// What sort of proof of delivery.
    ProofKind, "proof kind":
    Signature = "signature", "Signature";
    Photo = "photo", "Photo";
    Document = "document", "Document";
}

/// Proof of delivery that came with an event. Photos are links only; the server never fetches them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// What it is.
    pub kind: ProofKind,
    /// Who signed or received. Personal data: masked unless revealed.
    pub received_by: Option<String>,
    /// How many pieces were signed for.
    pub pieces: Option<u32>,
    /// An https link.
    pub url: Option<String>,
}

/// One physical piece as a carrier lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Piece {
    /// The barcode as sent; unique only within its shipment.
    pub barcode: String,
    /// Centimetres, in the carrier's order.
    pub dimensions_cm: Option<[f64; 3]>,
    /// Kilograms.
    pub weight_kg: Option<f64>,
    /// The carrier's text.
    pub description: Option<String>,
}

/// The person a parcel goes to. Personal data, kept apart with a purge date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recipient {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
}

/// Which mapping row made the status of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingUsed {
    /// The key that matched, parts joined by `:`.
    pub key: String,
    /// The version of the row; 0 is a rule of the carrier's own file, not a row.
    pub version: u32,
    /// How sure the row is.
    pub confidence: Confidence,
}

/// An event as the API and the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Stable over a rebuild: derived from endpoint, test mark and dedupe key.
    pub id: Uuid,
    /// What sort of line it is.
    pub kind: Kind,
    /// Null when the code is not mapped: shown, and moves nothing.
    pub status: Option<Status>,
    /// Finer word.
    pub substatus: Option<Substatus>,
    /// Why, on failed attempts, exceptions, returns and delays.
    pub reason: Option<Reason>,
    /// The instant, as far as known.
    pub occurred_at: Option<Timestamp>,
    /// The carrier's text of the time.
    pub occurred_raw: Option<String>,
    /// The wall clock at the place.
    #[schema(value_type = Option<String>, examples("2026-09-03T07:06:00"))]
    pub occurred_local: Option<NaiveDateTime>,
    /// How exact the time is.
    pub time_precision: TimePrecision,
    /// How its zone was decided.
    pub tz_source: TzSource,
    /// IANA name of the zone the local time is meant in, where one is known; for display.
    pub zone: Option<String>,
    /// Where the fold puts the event (T3).
    pub effective_at: Timestamp,
    /// The earliest receipt of a delivery that carried it.
    pub received_at: Timestamp,
    /// Seconds between `effective_at` and `received_at`, never negative.
    pub late_seconds: i64,
    /// The carrier's own code.
    pub raw_code: Option<String>,
    /// The carrier's own words, untranslated.
    pub raw_text: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// The carrier's person or system that made the entry.
    pub actor: Option<String>,
    /// What a person should know about this event.
    pub flags: Vec<EventFlag>,
    /// In how many deliveries it came.
    pub seen_count: u32,
    /// How its status was found.
    pub mapping: Option<MappingUsed>,
    /// The deliveries that carried it, first one first.
    pub deliveries: Vec<Uuid>,
    /// Barcode, when the event is about one piece; null when it is about the whole shipment.
    pub piece: Option<String>,
    /// Which journey it belongs to, 1 for the outbound one.
    pub leg: u32,
    /// Proof of delivery that came with it.
    pub proofs: Vec<Proof>,
    /// Why the fold set this event aside, in words; null when it counts.
    pub set_aside: Option<String>,
    /// When an operator voided it.
    pub voided_at: Option<Timestamp>,
    /// When the source stopped listing it.
    pub retracted_at: Option<Timestamp>,
    /// Who made it and why, where an operator did; null for what a carrier sent.
    pub operator: Option<OperatorMark>,
    /// What operators did to it, newest first.
    pub acts: Vec<ActOnEvent>,
}

/// An event as a carrier's file reports it, in the carrier's own words and not yet mapped.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The shipment's number as sent; `None` only for a note that names none.
    pub number: Option<String>,
    /// Barcode, when it is about one piece.
    pub piece: Option<String>,
    /// What sort of line it is before mapping; a mapping row may change it.
    pub kind: Kind,
    /// Mapping keys, the most specific first; the first that has a row decides. Empty: nothing to map.
    pub keys: Vec<String>,
    /// What a structural rule of the carrier says when no key has a row of its own.
    pub structural: Option<super::mapping::Target>,
    /// How sure that rule is; low carries the “to confirm” badge.
    pub structural_confidence: Confidence,
    /// What the text says about substatus and reason, used where the row leaves them to the text.
    pub from_text: Option<super::mapping::Target>,
    /// Mapping keys of the state the carrier claims for the parcel beside this event (BOX NOW `parcelState`), the most
    /// specific first. Used only to tell that the source disagrees; never listed as unmapped.
    pub claims: Vec<String>,
    /// The carrier's code as shown.
    pub raw_code: Option<String>,
    /// The carrier's words.
    pub raw_text: Option<String>,
    /// The carrier's clock.
    pub time: EventTime,
    /// When the carrier sent it, where it says so apart from the event's time (BOX NOW `time`).
    pub dispatched_at: Option<Timestamp>,
    /// What makes it the same event when it comes again (unique per endpoint and test mark).
    pub identity: String,
    /// Where.
    pub place: Place,
    /// Who made the entry on the carrier's side.
    pub actor: Option<String>,
    /// Other numbers it names.
    pub references: Vec<Reference>,
    /// Proof of delivery.
    pub proofs: Vec<Proof>,
    /// The full list of pieces, when it brings one.
    pub pieces: Option<Vec<Piece>>,
    /// The recipient, when it names one.
    pub recipient: Option<Recipient>,
    /// Everything else worth showing (service, weights, charges), a flat JSON object.
    pub details: serde_json::Value,
    /// Which list of a whole-history carrier it stands in (`origin`, `destination`, `header`).
    pub side: Option<String>,
    /// One physical stop shared by several shipments (FAST check-in).
    pub checkin: Option<String>,
    /// Remarks that are not the event's text (driver's comment).
    pub remark: Option<String>,
    /// Event flags the reader already knows (`time_disagrees`, `ambiguous_time`).
    pub flags: Vec<EventFlag>,
    /// IANA zone the local time is meant in, where known.
    pub zone: Option<String>,
}

impl Reported {
    /// A report with only what every report has; the rest is filled in by the carrier.
    pub fn new(identity: String, number: Option<String>, kind: Kind) -> Self {
        Self {
            number,
            piece: None,
            kind,
            keys: Vec::new(),
            structural: None,
            structural_confidence: Confidence::Medium,
            from_text: None,
            claims: Vec::new(),
            raw_code: None,
            raw_text: None,
            time: EventTime::absent(),
            dispatched_at: None,
            identity,
            place: Place::default(),
            actor: None,
            references: Vec::new(),
            proofs: Vec::new(),
            pieces: None,
            recipient: None,
            details: serde_json::Value::Null,
            side: None,
            checkin: None,
            remark: None,
            flags: Vec::new(),
            zone: None,
        }
    }
}

/// The whole history of one side as a carrier listed it in one delivery (R9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The shipment's number as sent.
    pub number: String,
    /// `origin` or `destination`.
    pub side: String,
    /// The carrier's `update_at`, else `None`.
    pub updated_at: Option<Timestamp>,
    /// The identities listed; never empty.
    pub identities: Vec<String>,
    /// The local time of the oldest listed event.
    pub oldest: NaiveDateTime,
    /// The local time of the newest listed event.
    pub newest: NaiveDateTime,
}

/// What a carrier's file makes of an admitted delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Events, and what could not be read beside them (then the outcome is `partial`).
    Events {
        /// In the order of the payload.
        events: Vec<Reported>,
        /// Whole-history lists, empty for carriers that send single events.
        listings: Vec<Listing>,
        /// One sentence per part that could not be read.
        faults: Vec<String>,
    },
    /// Understood, and nothing to do; why.
    Ignored(String),
    /// Not the carrier's format; why.
    Unreadable(String),
}

/// Which test events a carrier can compose: the word for the API and its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestEventKind {
    /// The word in `POST …/test-events`.
    pub event: String,
    /// What the operator reads.
    pub label: String,
    /// The status it should lead to, when it is a status.
    pub status: Option<Status>,
    /// Whose it is.
    pub carrier: CarrierId,
}
