//! Composes what POS Malaysia would send, as far as anybody knows: flat JSON for the inquiry's events and for codes.

use super::{ZONE, codes};
use crate::server::carriers::{ComposeFault, Composed, Journey, Settings, TestEvent, json, settings};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::TestEventKind;
use serde_json::{Map, Value, json};

/// A test event: its word and label, the code and detail sent, and further fields.
struct Sample {
    event: &'static str,
    label: &'static str,
    code: &'static str,
    detail: Option<&'static str>,
    fields: &'static [(&'static str, &'static str)],
}

const fn sample(event: &'static str, label: &'static str, code: &'static str) -> Sample {
    Sample { event, label, code, detail: None, fields: &[] }
}

const fn detailed(event: &'static str, label: &'static str, code: &'static str, detail: &'static str) -> Sample {
    Sample { detail: Some(detail), ..sample(event, label, code) }
}

const REASON: &[(&str, &str)] = &[("reason_code", "AEX23"), ("reason_description", "Receiver not home")];

/// The inquiry's events first, then codes seen in public.
static SAMPLES: &[Sample] = &[
    sample("collected", "Collected from the sender", "collected"),
    sample("in_transit", "In transit", "in_transit"),
    sample("out_for_delivery", "Out for delivery", "out_for_delivery"),
    sample("delivered", "Delivered", "delivered"),
    Sample { fields: REASON, ..sample("failed_attempt", "Failed delivery attempt", "failed_attempt") },
    sample("exception", "Exception", "exception"),
    detailed("exception_delay", "Exception: delay", "exception", "delay"),
    detailed("exception_damage", "Exception: damage", "exception", "damage"),
    detailed("exception_other", "Exception: other", "exception", "other"),
    Sample { fields: &[("latitude", "3.1073"), ("longitude", "101.6067")], ..sample("gps", "GPS position", "gps") },
    sample("facility_arrival", "Arrived at a facility", "facility_arrival"),
    sample("facility_departure", "Left a facility", "facility_departure"),
    sample("hub_processing", "Processed at a hub", "hub_processing"),
    sample("customs", "Customs", "customs"),
    detailed("customs_processing", "Customs: processing", "customs", "processing"),
    detailed("customs_released", "Customs: released", "customs", "released"),
    detailed("customs_hold", "Customs: hold", "customs", "hold"),
    Sample {
        fields: &[("received_by", "A. Tester"), ("pod_url", "https://pod.example.com/1.pdf")],
        ..sample("proof_of_delivery", "Proof of delivery", "proof_of_delivery")
    },
    Sample {
        fields: &[("received_by", "A. Tester"), ("signature_url", "https://pod.example.com/1.png")],
        ..sample("signature", "Signature of the recipient", "signature")
    },
    Sample {
        fields: &[("photo_url", "https://pod.example.com/1.jpg")],
        ..sample("photo", "Photo of the delivery", "photo")
    },
    Sample {
        fields: &[("description", "Fragile: handle with care")],
        ..sample("special_handling", "Special handling", "special_handling")
    },
    sample("P_SUCCESS", "P_SUCCESS: picked up", "P_SUCCESS"),
    sample("P_FAILED", "P_FAILED: pickup failed", "P_FAILED"),
    sample("LM_SUCCESS", "LM_SUCCESS: delivered", "LM_SUCCESS"),
    Sample { fields: REASON, ..sample("LM_FAIL", "LM_FAIL: failed attempt", "LM_FAIL") },
    Sample { fields: REASON, ..sample("LM_FAIL_FIRST", "LM_FAIL_FIRST: first failed attempt", "LM_FAIL_FIRST") },
    sample("ARRIVAL_EXC", "ARRIVAL_EXC: exception at arrival", "ARRIVAL_EXC"),
    sample("HUB_EXC", "HUB_EXC: exception at a hub", "HUB_EXC"),
    sample("ITEM_EXC", "ITEM_EXC: exception of the item", "ITEM_EXC"),
    sample("SSE", "SSE: exception", "SSE"),
    sample("O_CAN", "O_CAN: order cancelled", "O_CAN"),
    sample("RTO_START", "RTO_START: return to origin", "RTO_START"),
    sample("RTO_COMPLETED", "RTO_COMPLETED: returned", "RTO_COMPLETED"),
    sample("EM013", "EM013: out for delivery", "EM013"),
    sample("EM014", "EM014: failed attempt", "EM014"),
    sample("EM053", "EM053: delivered", "EM053"),
    sample("EM057", "EM057: ready for collection", "EM057"),
    sample("EM064", "EM064: on the way back", "EM064"),
    sample("EM065", "EM065: received by the sender", "EM065"),
    sample("EM079", "EM079: held", "EM079"),
];

/// For the simulator.
pub const JOURNEYS: &[Journey] = &[
    Journey {
        name: "delivered",
        label: "Delivered at the first attempt",
        steps: &[
            ("collected", 0),
            ("facility_arrival", 130),
            ("hub_processing", 310),
            ("facility_departure", 520),
            ("out_for_delivery", 1290),
            ("delivered", 1510),
            ("signature", 1511),
            ("photo", 1512),
        ],
    },
    Journey {
        name: "customs",
        label: "Held by customs, then nobody home",
        steps: &[
            ("collected", 0),
            ("customs_processing", 900),
            ("customs_hold", 1500),
            ("customs_released", 3100),
            ("out_for_delivery", 4300),
            ("failed_attempt", 4500),
            ("EM057", 5800),
            ("delivered", 6100),
        ],
    },
    Journey {
        name: "returned",
        label: "Damaged and returned to the sender",
        steps: &[("P_SUCCESS", 0), ("exception_damage", 700), ("RTO_START", 1500), ("RTO_COMPLETED", 4200)],
    },
];

/// For the test bench and the API.
pub fn kinds() -> Vec<TestEventKind> {
    let rows = codes::default_rows();
    SAMPLES
        .iter()
        .map(|sample| {
            let keys = codes::keys(sample.code, sample.detail);
            let row = keys.iter().find_map(|key| rows.iter().find(|row| row.key == key));
            TestEventKind {
                event: sample.event.into(),
                label: sample.label.into(),
                status: row.and_then(|row| row.target.status),
                carrier: CarrierId::PosMalaysia,
            }
        })
        .collect()
}

pub fn compose(event: &TestEvent, settings: &Settings) -> Result<Composed, ComposeFault> {
    let sample = SAMPLES
        .iter()
        .find(|sample| sample.event == event.event)
        .ok_or_else(|| ComposeFault::UnknownEvent(event.event.clone()))?;
    let local = json::local_at(event.at, json::zone_of(settings, ZONE.parse().unwrap_or(chrono_tz::UTC)));
    let mut body: Map<String, Value> = Map::new();
    body.insert("account_no".into(), json!(settings::text(settings, "account_no").unwrap_or("ACC000000")));
    body.insert("tracking_number".into(), json!(event.number));
    body.insert("event_code".into(), json!(sample.code));
    body.insert("date_time".into(), json!(local.format("%Y-%m-%d %H:%M:%S").to_string()));
    body.insert("location".into(), json!("Shah Alam"));
    if let Some(detail) = sample.detail {
        body.insert("detail".into(), json!(detail));
    }
    body.extend(sample.fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    Ok(Composed {
        headers: vec![("content-type".into(), "application/json".into())],
        body: Value::Object(body).to_string().into_bytes(),
    })
}
