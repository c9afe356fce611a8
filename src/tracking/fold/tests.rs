//! What the rules promise, told as short histories.
//!
//! Day 1 is Monday, 1 June 2026; times are UTC unless a test says otherwise.

use super::*;
use crate::tracking::event::{Piece, Proof, ProofKind, Reference};
use crate::tracking::mapping::InContext;
use crate::tracking::time::{TimePrecision, TzSource};
use Status::{
    AvailableForPickup, Cancelled, Delivered, Exception, FailedAttempt, InTransit, InfoReceived, OutForDelivery,
    Returned, Returning,
};
use Substatus as S;
use chrono::NaiveDate;

mod clock;
mod golden;
mod notify;
mod operators;
mod pieces;
mod properties;
mod sources;
mod why;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// `clock` on `day`, for example `on(2, "10:05")`.
fn on(day: i64, clock: &str) -> Timestamp {
    let time = chrono::NaiveTime::parse_from_str(clock, "%H:%M").expect("a test's clock reads HH:MM");
    let first = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a date").and_time(time).and_utc();
    Timestamp::from(first).plus_seconds((day - 1) * DAY)
}

fn policy() -> Policy {
    Policy {
        delivered_while_returning: DeliveredWhileReturning::ReturnedInferred,
        tie_bucket_s: 60,
        zone: chrono_tz::UTC,
    }
}

/// A status event that happened at `at` and was received a minute later.
fn scan(status: Status, substatus: Substatus, at: Timestamp) -> FoldEvent {
    assert!(status.substatuses().contains(&substatus), "{substatus} does not stand under {status}");
    let mut event = line(Kind::Status, at);
    (event.status, event.substatus) = (Some(status), Some(substatus));
    event.named(&format!("{status}.{substatus}@{at}"))
}

/// An event that says nothing about the status.
fn line(kind: Kind, at: Timestamp) -> FoldEvent {
    FoldEvent {
        id: Uuid::nil(),
        dedupe_key: String::new(),
        kind,
        status: None,
        substatus: None,
        reason: None,
        confidence: Confidence::High,
        in_context: None,
        weak: false,
        unmapped: false,
        flag: None,
        piece: None,
        time: EventTime {
            raw: Some(at.to_string()),
            local: Some(at.to_utc().naive_utc()),
            at: Some(at),
            precision: TimePrecision::Second,
            tz_source: TzSource::PayloadOffset,
        },
        zone: None,
        dispatched_at: None,
        received_at: at.plus_seconds(60),
        side: None,
        place: None,
        raw_text: None,
        raw_code: None,
        proofs: Vec::new(),
        pieces: None,
        references: Vec::new(),
        details: serde_json::Value::Null,
        claim: None,
        flags: Vec::new(),
        voided: false,
        voided_by: None,
        operator: None,
        is_test: false,
    }
    .named(&format!("{kind}@{at}"))
}

impl FoldEvent {
    fn named(mut self, key: &str) -> Self {
        // Distinct for distinct keys, and the same in every run.
        let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u128, |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        });
        self.id = Uuid::from_u128(hash);
        self.dedupe_key = key.to_owned();
        self
    }

    fn received(mut self, at: Timestamp) -> Self {
        self.received_at = at;
        self
    }

    fn on_piece(mut self, barcode: &str) -> Self {
        self.piece = Some(barcode.into());
        let key = format!("{}#{barcode}", self.dedupe_key);
        self.named(&key)
    }

    fn signed_for(mut self, pieces: u32) -> Self {
        self.proofs.push(Proof { kind: ProofKind::Signature, received_by: None, pieces: Some(pieces), url: None });
        let key = format!("{}={pieces}", self.dedupe_key);
        self.named(&key)
    }

    fn coded(mut self, code: &str) -> Self {
        self.raw_code = Some(code.into());
        self
    }

    fn in_context(mut self, rule: InContext) -> Self {
        self.in_context = Some(rule);
        self
    }

    fn voided(mut self) -> Self {
        self.voided = true;
        self
    }

    fn guessed(mut self) -> Self {
        self.confidence = Confidence::Low;
        self
    }

    fn day_only(mut self) -> Self {
        self.time.precision = TimePrecision::Day;
        self.time.at = None;
        self
    }

    fn listed_on(mut self, side: &str) -> Self {
        self.side = Some(side.into());
        self
    }

    fn by_operator(mut self, pin: bool) -> Self {
        self.kind = Kind::Operator;
        self.operator = Some(OperatorAct { pin, by: "ana".into() });
        let key = format!("operator/{}", self.dedupe_key);
        self.named(&key)
    }
}

/// A full list of pieces, without a time of its own.
fn list(received_at: Timestamp, barcodes: &[&str]) -> FoldEvent {
    let piece =
        |barcode: &&str| Piece { barcode: (*barcode).into(), dimensions_cm: None, weight_kg: None, description: None };
    let mut event = line(Kind::Info, received_at).named(&format!("list/{barcodes:?}@{received_at}"));
    event.time = EventTime::absent();
    event.received_at = received_at;
    event.weak = true;
    event.pieces = Some(barcodes.iter().map(piece).collect());
    event
}

fn history(events: Vec<FoldEvent>) -> History {
    History {
        carrier: CarrierId::Bex,
        shipment_id: Uuid::from_u128(1),
        registered_at: None,
        events,
        listings: Vec::new(),
    }
}

fn parcel_id(piece_no: u32, incarnation: u32) -> Uuid {
    Uuid::from_u128(u128::from(incarnation) * 1000 + u128::from(piece_no))
}

fn folded(events: Vec<FoldEvent>) -> Folded {
    fold(&history(events), &policy(), &parcel_id)
}

/// The only parcel of a history.
fn parcel(events: Vec<FoldEvent>) -> FoldedParcel {
    let mut folded = folded(events);
    assert_eq!(folded.parcels.len(), 1, "one parcel");
    folded.parcels.remove(0)
}

fn state(parcel: &FoldedParcel) -> (Status, Option<Substatus>) {
    (parcel.status, parcel.substatus)
}

fn place_of<'a>(folded: &'a Folded, event: &FoldEvent) -> &'a Placed {
    folded.placed.iter().find(|placed| placed.event == event.id).expect("every event is placed")
}

/// Some common scans.
fn accepted(at: Timestamp) -> FoldEvent {
    scan(InTransit, S::Accepted, at)
}
fn departed(at: Timestamp) -> FoldEvent {
    scan(InTransit, S::DepartedFacility, at)
}
fn arrived(at: Timestamp) -> FoldEvent {
    scan(InTransit, S::ArrivedFacility, at)
}
fn on_vehicle(at: Timestamp) -> FoldEvent {
    scan(OutForDelivery, S::OnVehicle, at)
}
fn attempt(at: Timestamp) -> FoldEvent {
    scan(FailedAttempt, S::RecipientAbsent, at)
}
fn delivered(at: Timestamp) -> FoldEvent {
    scan(Delivered, S::Confirmed, at)
}
