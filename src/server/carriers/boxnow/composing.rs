//! Composes BOX NOW messages for the test bench: CloudEvents on one line, the signature's field still empty.

use crate::server::carriers::{ComposeFault, Composed, Journey, TestEvent};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::TestEventKind;
use crate::tracking::status::Status;
use serde::Serialize;

/// Event, label, the status it leads to, the state sent beside it.
const KNOWN: &[(&str, &str, Status, &str)] = &[
    ("new", "Registered", Status::InfoReceived, "new"),
    ("accepted-to-locker", "Dropped off at a locker", Status::InTransit, "in-transit"),
    ("in-depot", "In a warehouse", Status::InTransit, "in-depot"),
    ("final-destination", "Waiting at the locker", Status::AvailableForPickup, "in-final-destination"),
    ("delivered", "Delivered", Status::Delivered, "delivered"),
    ("expired", "Pickup time over", Status::Exception, "expired-return"),
    ("accepted-for-return", "Returned by the customer", Status::Returning, "accepted-for-return"),
    ("returned", "Back with the sender", Status::Returned, "returned"),
    ("canceled", "Cancelled", Status::Cancelled, "canceled"),
    ("missing", "Not handed to the courier", Status::Exception, "missing"),
    ("lost", "Lost", Status::Exception, "lost"),
];

/// Journeys for the simulator.
pub(super) const JOURNEYS: &[Journey] = &[
    Journey {
        name: "delivered",
        label: "Collected at the locker",
        steps: &[
            ("new", 0),
            ("accepted-to-locker", 95),
            ("in-depot", 400),
            ("final-destination", 1300),
            ("delivered", 1720),
        ],
    },
    Journey {
        name: "unclaimed",
        label: "Never collected, sent back",
        steps: &[("new", 0), ("in-depot", 380), ("final-destination", 1250), ("expired", 4130), ("returned", 6900)],
    },
    Journey { name: "missing", label: "Never handed to the courier", steps: &[("new", 0), ("missing", 600)] },
];

/// The test events.
pub(super) fn kinds() -> Vec<TestEventKind> {
    KNOWN
        .iter()
        .map(|(event, label, status, _)| TestEventKind {
            event: (*event).into(),
            label: (*label).into(),
            status: Some(*status),
            carrier: CarrierId::Boxnow,
        })
        .collect()
}

#[derive(Serialize)]
struct Envelope<'a> {
    specversion: &'a str,
    r#type: &'a str,
    source: &'a str,
    subject: &'a str,
    id: String,
    time: String,
    datacontenttype: &'a str,
    datasignature: &'a str,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    parcel_id: &'a str,
    parcel_state: &'a str,
    parcel_reference_number: &'a str,
    parcel_name: &'a str,
    order_number: String,
    event: &'a str,
    event_location: Location<'a>,
    customer: Customer<'a>,
    additional_information: &'a str,
    time: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    display_name: &'a str,
    postal_code: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Customer<'a> {
    name: &'a str,
    email: &'a str,
    phone_number: &'a str,
}

/// Composes one test event.
pub(super) fn compose(event: &TestEvent) -> Result<Composed, ComposeFault> {
    let (word, _, _, state) = KNOWN
        .iter()
        .find(|(word, ..)| *word == event.event)
        .ok_or_else(|| ComposeFault::UnknownEvent(event.event.clone()))?;
    let number = event.number.as_str();
    let place = match *word {
        "in-depot" => Location { display_name: "BOX NOW Depot Aspropyrgos", postal_code: "193 00" },
        _ => Location { display_name: "BOX NOW Σύνταγμα", postal_code: "105 63" },
    };
    let envelope = Envelope {
        specversion: "1.0",
        r#type: "gr.boxnow.parcel_event_change",
        source: "https://boxnow.gr/api/v1/webhooks/test",
        subject: number,
        id: message_id(&event.nonce),
        time: event.at.plus_seconds(1).to_string(),
        datacontenttype: "application/json",
        datasignature: "",
        data: Data {
            parcel_id: number,
            parcel_state: state,
            parcel_reference_number: "",
            parcel_name: "Test parcel",
            order_number: format!("ORD-{number}"),
            event: word,
            event_location: place,
            customer: Customer {
                name: "Test Recipient",
                email: "recipient@example.com",
                phone_number: "+302100000000",
            },
            additional_information: "",
            time: event.at.to_string(),
        },
    };
    Ok(Composed {
        headers: vec![("content-type".into(), "application/json".into())],
        body: serde_json::to_vec(&envelope).expect("texts always serialise"),
    })
}

/// The nonce in the shape of a UUID.
fn message_id(nonce: &str) -> String {
    let hex: String = nonce.chars().filter(char::is_ascii_hexdigit).chain(std::iter::repeat('0')).take(32).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
