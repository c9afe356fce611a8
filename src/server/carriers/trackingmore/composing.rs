//! Composes what TrackingMore would send: the whole history up to a test event.
//!
//! The steps before lie in the week before the event's, at fixed hours, on the origin side; the event itself stands
//! alone on the destination side. So a later test event of the same week lists the earlier steps again, exactly, and no
//! list ever covers (and thereby retracts) the event of an earlier test.

use super::rows::Code;
use crate::server::carriers::{ComposeFault, Composed, Journey, Settings, TestEvent, json, settings};
use crate::server::ids::short_hash;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::TestEventKind;
use crate::tracking::time::Timestamp;
use chrono::{Datelike, NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

/// A test event: its word, its label, status and substatus as sent, and the words of the scan.
struct Step {
    event: &'static str,
    label: &'static str,
    status: &'static str,
    substatus: &'static str,
    detail: &'static str,
    /// How many steps of [`JOURNEY`] come before it.
    before: usize,
}

const fn step(
    event: &'static str,
    label: &'static str,
    status: &'static str,
    substatus: &'static str,
    detail: &'static str,
    before: usize,
) -> Step {
    Step { event, label, status, substatus, detail, before }
}

/// What lies behind a parcel, in order: status, substatus, words, place.
const JOURNEY: [(&str, &str, &str, &str); 4] = [
    ("inforeceived", "inforeceived001", "Shipment information received", "Shah Alam"),
    ("transit", "transit001", "Picked up by the carrier", "Shah Alam"),
    ("transit", "transit002", "Arrived at the hub", "Kuala Lumpur"),
    ("transit", "transit003", "Arrived at the delivery facility", "Petaling Jaya"),
];

/// Every status and substatus the vendor documents, the usual ones first.
static STEPS: &[Step] = &[
    step("info_received", "Info received", "inforeceived", "inforeceived001", "Shipment information received", 0),
    step("in_transit", "In transit", "transit", "transit001", "On the way", 1),
    step("out_for_delivery", "Out for delivery", "pickup", "pickup001", "Out for delivery", 4),
    step("delivered", "Delivered", "delivered", "delivered001", "Delivered", 4),
    step("failed_attempt", "Failed attempt: nobody home", "undelivered", "undelivered002", "Nobody at home", 4),
    step("available_for_pickup", "Ready for collection", "pickup", "pickup002", "Ready for collection", 4),
    step("exception", "Exception: other", "exception", "exception005", "Exception", 3),
    step("returning", "Returning to the sender", "exception", "exception011", "Returning to the sender", 4),
    step("returned", "Returned to the sender", "exception", "exception010", "Returned to the sender", 4),
    step("cancelled", "Cancelled before collection", "exception", "exception008", "Order cancelled", 1),
    step("arrived_hub", "Arrived at a hub", "transit", "transit002", "Arrived at the hub", 2),
    step("arrived_depot", "Arrived at the delivery facility", "transit", "transit003", "At the delivery facility", 3),
    step("arrived_country", "Arrived in the destination country", "transit", "transit004", "Arrived in Malaysia", 2),
    step("customs_cleared", "Customs cleared", "transit", "transit005", "Customs clearance completed", 3),
    step("dispatched", "Dispatched", "transit", "transit006", "Dispatched", 2),
    step("departed_airport", "Left the airport", "transit", "transit007", "Departed from the airport", 2),
    step("recipient_contacted", "Recipient contacted", "pickup", "pickup003", "Recipient contacted", 4),
    step("collected", "Collected by the recipient", "delivered", "delivered002", "Collected by the addressee", 4),
    step("signed", "Signed by the recipient", "delivered", "delivered003", "Signed by the addressee", 4),
    step("left_at_door", "Left at the door", "delivered", "delivered004", "Left at the front door", 4),
    step("address_problem", "Failed attempt: address", "undelivered", "undelivered001", "Incorrect address", 4),
    step("not_contactable", "Failed attempt: not reached", "undelivered", "undelivered003", "Not contactable", 4),
    step("attempt_other", "Failed attempt: other", "undelivered", "undelivered004", "Attempt failed", 4),
    step("unclaimed", "Exception: unclaimed", "exception", "exception004", "Unclaimed", 4),
    step("customs_hold", "Exception: customs", "exception", "exception006", "Detained by customs", 2),
    step("lost", "Exception: lost or damaged", "exception", "exception007", "Lost", 3),
    step("refused", "Exception: refused", "exception", "exception009", "Refused by the addressee", 4),
    step("pending", "Pending: no information", "pending", "pending001", "", 0),
    step("not_found", "Not found", "notfound", "notfound002", "", 0),
    step("expired", "Expired: no news for 30 days", "expired", "expired001", "", 3),
];

/// For the simulator.
pub const JOURNEYS: &[Journey] = &[
    Journey {
        name: "delivered",
        label: "Delivered at the first attempt",
        steps: &[
            ("info_received", 0),
            ("in_transit", 240),
            ("arrived_hub", 600),
            ("arrived_depot", 1260),
            ("out_for_delivery", 1380),
            ("delivered", 1590),
        ],
    },
    Journey {
        name: "returned",
        label: "Held by customs, refused, sent back",
        steps: &[
            ("info_received", 0),
            ("in_transit", 200),
            ("customs_hold", 900),
            ("customs_cleared", 2400),
            ("out_for_delivery", 3900),
            ("refused", 4100),
            ("returning", 4600),
            ("returned", 7300),
        ],
    },
    Journey { name: "silent", label: "Never scanned", steps: &[("pending", 0), ("expired", 43_200)] },
];

/// For the test bench and the API.
pub fn kinds() -> Vec<TestEventKind> {
    STEPS
        .iter()
        .map(|step| TestEventKind {
            event: step.event.into(),
            label: step.label.into(),
            status: Code { status: step.status.into(), substatus: step.substatus.into() }.shipped_status(),
            carrier: CarrierId::Trackingmore,
        })
        .collect()
}

pub fn compose(event: &TestEvent, settings: &Settings) -> Result<Composed, ComposeFault> {
    let step = STEPS
        .iter()
        .find(|step| step.event == event.event)
        .ok_or_else(|| ComposeFault::UnknownEvent(event.event.clone()))?;
    let malaysia = chrono_tz::Asia::Kuala_Lumpur;
    let local = json::local_at(event.at, malaysia);
    let origin: Vec<Value> = JOURNEY[..step.before]
        .iter()
        .enumerate()
        .map(|(index, (status, substatus, detail, place))| {
            checkpoint(week_before(local, index), status, substatus, detail, place)
        })
        .rev()
        .collect();
    let own =
        (!step.detail.is_empty()).then(|| checkpoint(local, step.status, step.substatus, step.detail, "Petaling Jaya"));
    let latest = own.as_ref().or(origin.first()).map(|checkpoint| checkpoint["checkpoint_date"].clone());
    let mut body = json!({
        "code": 200,
        "message": "Success",
        "data": {
            "id": format!("{}{}", short_hash(&event.number), short_hash("trackingmore")),
            "tracking_number": event.number,
            "courier_code": "pos-malaysia",
            "created_at": offset_time(event.at),
            "update_at": offset_time(event.at),
            "delivery_status": step.status,
            "substatus": step.substatus,
            "archived": "tracking",
            "updating": false,
            "destination_country": "MY",
            "origin_country": "MY",
            "signed_by": (step.event == "signed").then_some("A. Tester"),
            "latest_event": step.detail,
            "latest_checkpoint_time": latest,
            "origin_info": {"courier_code": "pos-malaysia", "trackinfo": origin},
            "destination_info": {"courier_code": "pos-malaysia", "trackinfo": Vec::from_iter(own)},
        },
    });
    if settings::text(settings, "mode") == Some("v2_body_block") {
        body["verifyInfo"] = json!({"timeStr": 0, "signature": ""});
    }
    Ok(Composed {
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
    })
}

fn checkpoint(at: NaiveDateTime, status: &str, substatus: &str, detail: &str, place: &str) -> Value {
    json!({
        "checkpoint_date": at.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
        "checkpoint_delivery_status": status,
        "checkpoint_delivery_substatus": substatus,
        "tracking_detail": detail,
        "location": place,
        "country_iso2": "MY",
    })
}

/// Step `index` of the journey: Monday of the week before, 09:00 and every 20 hours after.
fn week_before(at: NaiveDateTime, index: usize) -> NaiveDateTime {
    let monday = at.date() - TimeDelta::days(i64::from(at.weekday().num_days_from_monday()) + 7);
    let hours = 9 + 20 * i64::try_from(index).unwrap_or(0);
    monday.and_time(chrono::NaiveTime::MIN) + TimeDelta::hours(hours)
}

fn offset_time(at: Timestamp) -> String {
    at.to_utc().format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}
