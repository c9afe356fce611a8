//! Reads BOX NOW's CloudEvents: one event of one parcel each.
//!
//! `data.time` is when it happened; the envelope's `time` is only when it was sent. The pickup PIN is dropped here and
//! never stored outside the raw body.

use crate::server::carriers::json;
use crate::tracking::event::{Place, Reading, Recipient, Reference, Reported};
use crate::tracking::number::normalise;
use crate::tracking::status::{EventFlag, Kind};
use crate::tracking::time::TzSource;
use chrono_tz::Tz;
use serde_json::Value;

/// What every type of ours ends with; the country stands before it.
const TYPE: &str = ".parcel_event_change";

/// States that end a parcel's way: worth saying when the events tell otherwise. The others lag behind the events.
const FINAL: [&str; 5] = ["delivered", "returned", "canceled", "cancelled", "lost"];

/// Reads a body.
pub(super) fn read(body: &[u8], zone: Tz) -> Reading {
    let root = match json::parse(body) {
        Ok(root) => root,
        Err(fault) => return Reading::Unreadable(fault),
    };
    if let Some(kind) = json::text(&root, &["type"])
        && !kind.ends_with(TYPE)
        && kind != TYPE[1..]
    {
        let kind: String = kind.chars().take(80).collect();
        return Reading::Ignored(format!("Messages of type “{kind}” are not about parcels."));
    }
    let Some(data) = root.get("data").filter(|data| data.is_object()) else {
        return Reading::Unreadable("The body has no object “data”.".into());
    };
    match report(&root, data, zone) {
        Ok(event) => Reading::Events { events: vec![event], listings: Vec::new(), faults: Vec::new() },
        Err(fault) => Reading::Unreadable(fault),
    }
}

fn report(root: &Value, data: &Value, zone: Tz) -> Result<Reported, String> {
    let number = json::text(data, &["parcelId"])
        .filter(|number| !normalise(number).is_empty())
        .ok_or("The data names no parcelId.")?;
    let word = |name: &str| json::text(data, &[name]).map(|word| word.to_lowercase());
    let (event, state) = (word("event"), word("parcelState"));
    if event.is_none() && state.is_none() {
        return Err("The data names neither an event nor a state.".into());
    }
    let raw_time = json::text(data, &["time"]);
    let identity = format!(
        "boxnow│{}│{}│{}",
        normalise(&number),
        event.as_deref().unwrap_or("-"),
        raw_time.as_deref().unwrap_or("-"),
    );
    let mut reported = Reported::new(identity, Some(number), Kind::Status);
    reported.keys = [("event", &event), ("state", &state)]
        .into_iter()
        .filter_map(|(kind, word)| Some(format!("{kind}:{}", word.as_deref()?)))
        .collect();
    // The state is another vocabulary: beside a known event it only tells when BOX NOW's book says something else.
    reported.claims =
        state.iter().filter(|state| FINAL.contains(&state.as_str())).map(|state| format!("state:{state}")).collect();
    reported.raw_code = event.clone().or_else(|| state.clone());
    let timed = json::timed(raw_time.as_deref().unwrap_or_default(), zone, TzSource::CarrierDefault);
    if timed.ambiguous {
        reported.flags.push(EventFlag::AmbiguousTime);
    }
    reported.time = timed.time;
    reported.zone = Some(zone.name().into());
    reported.dispatched_at =
        json::text(root, &["time"]).and_then(|raw| json::timed(&raw, zone, TzSource::CarrierDefault).time.at);
    if let Some(location) = data.get("eventLocation") {
        reported.place = Place {
            name: json::text(location, &["displayName"]),
            postal_code: json::text(location, &["postalCode"]),
            ..Place::default()
        };
    }
    reported.references = [("order", "orderNumber"), ("reference", "parcelReferenceNumber"), ("label", "parcelName")]
        .into_iter()
        .filter_map(|(kind, name)| Some(Reference { kind: kind.into(), value: json::text(data, &[name])? }))
        .collect();
    reported.recipient = data.get("customer").map(recipient).filter(|person| *person != Recipient::default());
    reported.details = json::details(data, &["parcelState", "additionalInformation"]);
    Ok(reported)
}

fn recipient(customer: &Value) -> Recipient {
    Recipient {
        name: json::text(customer, &["name"]),
        email: json::text(customer, &["email"]),
        phone: json::text(customer, &["phoneNumber", "phone"]),
        postal_code: json::text(customer, &["postalCode"]),
    }
}
