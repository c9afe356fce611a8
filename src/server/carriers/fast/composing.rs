//! Composes what FAST would send: the documented shape, CR LF in the name included.

use super::ZONE;
use super::rules::{self, Facts, normalised_name};
use crate::server::carriers::{ComposeFault, Composed, Journey, Settings, TestEvent, json, settings};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::TestEventKind;
use serde_json::{Value, json};

/// A test event: its word and label, the check-in's type and name, and what comes with it.
struct Sample {
    event: &'static str,
    label: &'static str,
    type_id: i64,
    name: &'static str,
    exception: Option<(i64, &'static str)>,
    received_by: Option<&'static str>,
    photo: bool,
}

const fn sample(event: &'static str, label: &'static str, type_id: i64, name: &'static str) -> Sample {
    Sample { event, label, type_id, name, exception: None, received_by: None, photo: false }
}

const fn trouble(event: &'static str, label: &'static str, id: i64, name: &'static str) -> Sample {
    Sample { exception: Some((id, name)), ..sample(event, label, 906, "Delivery Exception") }
}

/// Type 17 is the documented one; the others have ids of our own, far from any that was seen.
static SAMPLES: &[Sample] = &[
    sample("arrived", "Vehicle arrived at site (17, documented)", 17, "Vehicle Arrived At Site"),
    sample("picked_up", "Picked up", 901, "Cargo Picked Up"),
    sample("in_transit", "Departed", 902, "Vehicle Departed"),
    sample("out_for_delivery", "Out for delivery", 903, "Out For Delivery"),
    Sample {
        received_by: Some("A. Tester"),
        photo: true,
        ..sample("delivered", "Delivered, received by somebody", 904, "Unload Complete")
    },
    sample("delivered_unsigned", "Delivered, nobody named", 905, "Delivered"),
    trouble("failed_attempt", "Delivery exception: closed", 1, "Customer Closed"),
    trouble("damaged", "Delivery exception: damaged", 2, "Damaged Goods"),
    trouble("lost", "Delivery exception: short", 3, "Short Delivery"),
    trouble("refused", "Delivery exception: refused", 4, "Refused By Customer"),
    trouble("returning", "Delivery exception: return", 5, "Return To Origin"),
    sample("cancelled", "Cancelled", 907, "Trip Cancelled"),
    sample("unknown", "A type nobody has mapped", 999, "Document Handover"),
];

/// For the simulator.
pub const JOURNEYS: &[Journey] = &[
    Journey {
        name: "delivered",
        label: "Collected, carried, received",
        steps: &[
            ("arrived", 0),
            ("picked_up", 45),
            ("in_transit", 70),
            ("out_for_delivery", 900),
            ("arrived", 1010),
            ("delivered", 1040),
        ],
    },
    Journey {
        name: "closed",
        label: "Customer closed, delivered the next day",
        steps: &[
            ("picked_up", 0),
            ("in_transit", 30),
            ("out_for_delivery", 600),
            ("failed_attempt", 720),
            ("out_for_delivery", 2040),
            ("delivered", 2150),
        ],
    },
    Journey {
        name: "damaged",
        label: "Damaged on the way, and a type nobody has mapped",
        steps: &[("picked_up", 0), ("unknown", 20), ("in_transit", 40), ("damaged", 700), ("returning", 1500)],
    },
];

/// For the test bench and the API.
pub fn kinds() -> Vec<TestEventKind> {
    SAMPLES
        .iter()
        .map(|sample| {
            let meaning = rules::meaning(&Facts {
                type_id: Some(sample.type_id),
                name: &normalised_name(sample.name),
                exception: sample.exception.is_some(),
                exception_text: sample.exception.map_or("", |(_, name)| name),
                received: sample.received_by.is_some(),
            });
            TestEventKind {
                event: sample.event.into(),
                label: sample.label.into(),
                status: meaning.and_then(|(target, _)| target.status),
                carrier: CarrierId::Fast,
            }
        })
        .collect()
}

pub fn compose(event: &TestEvent, settings: &Settings) -> Result<Composed, ComposeFault> {
    let sample = SAMPLES
        .iter()
        .find(|sample| sample.event == event.event)
        .ok_or_else(|| ComposeFault::UnknownEvent(event.event.clone()))?;
    let zone = json::zone_of(settings, ZONE.parse().unwrap_or(chrono_tz::UTC));
    let local = json::local_at(event.at, zone);
    let customer: i64 = settings::texts(settings, "customer_ids").first().and_then(|id| id.parse().ok()).unwrap_or(410);
    // The carrier's ids are numbers; a number of letters still makes a test parcel.
    let shipment = event.number.parse::<i64>().map_or_else(|_| json!(event.number), |id| json!(id));
    let photo = sample.photo.then(|| json!(["https://photos.example.com/check-in/1.jpg"]));
    let body = json!({
        "CheckInTypeId": sample.type_id,
        "CheckInTypeName": format!("{}\r\n", sample.name),
        "CheckInDate": local.format("%Y-%m-%dT%H:%M:%S").to_string(),
        "CheckInTime": local.format("%H:%M:%S").to_string(),
        "CheckInBusinessUnitId": 12,
        "Longitude": 122.536_455_7,
        "Latitude": 10.716_854_4,
        "Remarks": Value::Null,
        "ReceivedBy": sample.received_by,
        "DexTypeId": sample.exception.map(|(id, _)| id),
        "DexTypeName": sample.exception.map(|(_, name)| name),
        "CustomerId": customer,
        "ShipmentReferences": [
            {"ShipmentId": shipment, "WaybillNo": Value::Null, "CustomerDocuments": [format!("DOC-{}", event.number)]},
        ],
        "CheckInPhotosURL": photo,
    });
    Ok(Composed {
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
    })
}
