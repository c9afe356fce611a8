//! Composes BEX messages for the test bench: indented by two blanks with CRLF, as BEX's serialiser writes them.

use crate::server::carriers::{ComposeFault, Composed, Journey, TestEvent, json};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::TestEventKind;
use crate::tracking::status::Status;
use chrono_tz::Tz;
use serde::Serialize;

/// Word, label, the status it leads to, and the type id and text where it is a tracking event.
type Known = (&'static str, &'static str, Option<Status>, Option<(i64, &'static str)>);

const KNOWN: &[Known] = &[
    (
        "info_received",
        "Integrated into BEX's system",
        Some(Status::InfoReceived),
        Some((13, "Shipment integrated to courier system")),
    ),
    ("waybill_update", "Waybill details with two pieces", None, None),
    ("accepted", "Handed to the courier", Some(Status::InTransit), Some((1, "Shipment handed to courier"))),
    ("departed", "Departed a depot", Some(Status::InTransit), Some((4, "Departed JNB depot for PRY branch"))),
    ("arrived", "Arrived at a depot", Some(Status::InTransit), Some((5, "Arrived into PRY depot"))),
    (
        "out_for_delivery",
        "Loaded for delivery",
        Some(Status::OutForDelivery),
        Some((7, "Loaded onto vehicle for delivery")),
    ),
    (
        "failed_attempt",
        "Attempt failed (scan)",
        Some(Status::FailedAttempt),
        Some((9, "Delivery attempt failed because customer not home")),
    ),
    ("attempted_delivery", "Attempt failed (report)", Some(Status::FailedAttempt), None),
    ("delivered", "Proof of delivery, signed", Some(Status::Delivered), None),
    ("delivered_unsigned", "Proof of delivery without a name", Some(Status::Delivered), None),
    ("waybill_note", "Note", None, None),
    ("unmapped", "A code BEX does not document", None, Some((42, "Shipment re-measured"))),
];

/// Journeys for the simulator.
pub(super) const JOURNEYS: &[Journey] = &[
    Journey {
        name: "delivered",
        label: "Delivered at the first attempt",
        steps: &[
            ("info_received", 0),
            ("waybill_update", 5),
            ("accepted", 180),
            ("departed", 420),
            ("arrived", 1080),
            ("out_for_delivery", 1140),
            ("delivered", 1320),
        ],
    },
    Journey {
        name: "second_attempt",
        label: "Nobody home, delivered the next day",
        steps: &[
            ("info_received", 0),
            ("accepted", 200),
            ("departed", 430),
            ("arrived", 1050),
            ("out_for_delivery", 1150),
            ("failed_attempt", 1300),
            ("attempted_delivery", 1304),
            ("waybill_note", 1330),
            ("out_for_delivery", 2580),
            ("delivered", 2700),
        ],
    },
    Journey {
        name: "stuck",
        label: "Stuck between two depots",
        steps: &[("info_received", 0), ("accepted", 90), ("departed", 300), ("unmapped", 320)],
    },
];

/// The test events.
pub(super) fn kinds() -> Vec<TestEventKind> {
    KNOWN
        .iter()
        .map(|(event, label, status, _)| TestEventKind {
            event: (*event).into(),
            label: (*label).into(),
            status: *status,
            carrier: CarrierId::Bex,
        })
        .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'a> {
    id: &'a str,
    attempt: u32,
    properties: serde_json::Map<String, serde_json::Value>,
    notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "Action", rename_all = "snake_case", rename_all_fields = "PascalCase")]
enum Notification<'a> {
    TrackingEvent {
        waybill_number: &'a str,
        tracking_date: String,
        tracking_user: &'a str,
        tracking_description: &'a str,
        tracking_reference: &'a str,
        tracking_type_id: i64,
    },
    Pod {
        waybill_number: &'a str,
        #[serde(rename = "PODDate")]
        date: String,
        #[serde(rename = "PODTime")]
        time: String,
        signee: &'a str,
        #[serde(rename = "PODPieces")]
        pieces: u32,
    },
    AttemptedDelivery {
        waybill_number: &'a str,
        attempted_date: String,
        attempted_time: String,
        non_delivery_reason: &'a str,
        driver_comment: &'a str,
    },
    WaybillNote {
        posted_by: &'a str,
        note_date: String,
        note_text: &'a str,
    },
    WaybillUpdate {
        waybill_number: &'a str,
        service: &'a str,
        insurance_required: bool,
        insurance_value: f64,
        actual_weight: f64,
        volumetric_weight: f64,
        chargeable_weight: f64,
        base_rate_total: f64,
        surcharges_total: f64,
        sub_total: f64,
        vat: f64,
        total_charges: f64,
        parcels: Vec<ListedPiece<'a>>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedPiece<'a> {
    parcel_barcode_number: &'a str,
    dimension1: u32,
    dimension2: u32,
    dimension3: u32,
    weight: f64,
    parcel_description: &'a str,
}

/// Composes one test event.
pub(super) fn compose(event: &TestEvent, zone: Tz) -> Result<Composed, ComposeFault> {
    let unknown = || ComposeFault::UnknownEvent(event.event.clone());
    let (word, _, _, scan) = KNOWN.iter().find(|(word, ..)| *word == event.event).ok_or_else(unknown)?;
    let local = json::local_at(event.at, zone);
    let stamp = local.format("%Y-%m-%d %H:%M:%S").to_string();
    let (date, time) = (local.format("%Y-%m-%d").to_string(), local.format("%H:%M:%S").to_string());
    let number = event.number.as_str();
    let notifications = match (*word, scan) {
        (_, Some((type_id, text))) => vec![Notification::TrackingEvent {
            waybill_number: number,
            tracking_date: stamp,
            tracking_user: "Test Bench",
            tracking_description: text,
            tracking_reference: "",
            tracking_type_id: *type_id,
        }],
        ("attempted_delivery", _) => vec![Notification::AttemptedDelivery {
            waybill_number: number,
            attempted_date: date,
            attempted_time: time,
            non_delivery_reason: "Customer not home",
            driver_comment: "Left a card",
        }],
        ("waybill_update", _) => vec![update(number, 2)],
        // BEX sends notes without a number; this one is told by its sibling.
        ("waybill_note", _) => vec![
            update(number, 1),
            Notification::WaybillNote {
                posted_by: "Test Bench",
                note_date: stamp,
                note_text: "Customer will phone when home",
            },
        ],
        (word, _) => vec![Notification::Pod {
            waybill_number: number,
            date,
            time,
            signee: if word == "delivered" { "Test Recipient" } else { "" },
            // A shipment may have had two pieces listed by the update of this bench.
            pieces: 2,
        }],
    };
    let envelope =
        Envelope { id: &event.nonce, attempt: event.attempt.max(1), properties: serde_json::Map::new(), notifications };
    let text = serde_json::to_string_pretty(&envelope).expect("texts and finite numbers always serialise");
    Ok(Composed {
        headers: vec![("content-type".into(), "application/json; charset=utf-8".into())],
        // Line breaks inside values are escaped, so these are all between values.
        body: text.replace('\n', "\r\n").into_bytes(),
    })
}

fn update(number: &str, pieces: usize) -> Notification<'_> {
    let listed = ["P1", "P2"].into_iter().take(pieces).map(|barcode| ListedPiece {
        parcel_barcode_number: barcode,
        dimension1: 40,
        dimension2: 30,
        dimension3: 10,
        weight: 1.5,
        parcel_description: "Carton",
    });
    Notification::WaybillUpdate {
        waybill_number: number,
        service: "ONC",
        insurance_required: false,
        insurance_value: 0.0,
        actual_weight: 1.5,
        volumetric_weight: 2.4,
        chargeable_weight: 2.4,
        base_rate_total: 25.0,
        surcharges_total: 17.5,
        sub_total: 42.5,
        vat: 6.38,
        total_charges: 48.88,
        parcels: listed.collect(),
    }
}
