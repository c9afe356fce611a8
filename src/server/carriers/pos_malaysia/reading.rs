//! Reads POS Malaysia's flat objects, one event each; a list of them, or one under `data`, is taken as well.
//!
//! Zone rules: `YYYY-MM-DD HH:MM:SS` is Malaysian time; the ISO form (`T`) comes from international mail and means UTC
//! where it carries no offset.

use super::{ACCOUNT, ZONE, codes};
use crate::server::carriers::Settings;
use crate::server::carriers::json::{self, Timed};
use crate::server::ids::natural_key;
use crate::tracking::event::{Place, Proof, ProofKind, Reading, Reference, Reported};
use crate::tracking::number::normalise;
use crate::tracking::status::{EventFlag, Kind};
use crate::tracking::time::TzSource;
use crate::tracking::words;
use chrono_tz::Tz;
use serde_json::Value;
use std::collections::HashSet;

/// Most events taken from one delivery.
const MOST: usize = 5_000;
const NUMBER: [&str; 5] = ["tracking_number", "trackingNumber", "consignmentNumber", "connote", "connoteNo"];
const CODE: [&str; 4] = ["event_code", "eventType", "event", "status"];
const TIME: [&str; 4] = ["date_time", "timestamp", "eventTime", "date"];
const OFFICE: [&str; 3] = ["location", "currentLocation", "office"];
const TEXT: [&str; 3] = ["description", "eventDescription", "process"];

pub fn read(body: &[u8], settings: &Settings) -> Reading {
    let root = match json::parse(body) {
        Ok(root) => root,
        Err(fault) => return Reading::Unreadable(fault),
    };
    let wrapped = json::field(&root, &["data", "events"]).filter(|_| json::text(&root, &NUMBER).is_none());
    let items: Vec<&Value> = match wrapped.unwrap_or(&root) {
        Value::Array(list) => list.iter().take(MOST).collect(),
        one => vec![one],
    };
    let zone = json::zone_of(settings, ZONE.parse().unwrap_or(Tz::UTC));
    let (mut events, mut faults, mut known) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, item) in items.into_iter().enumerate() {
        match event(item, zone) {
            Ok(event) => {
                if known.insert(event.identity.clone()) {
                    events.push(event);
                }
            }
            Err(fault) => faults.push(format!("Event {}: {fault}", index + 1)),
        }
    }
    match (events.is_empty(), faults.is_empty()) {
        (true, true) => Reading::Ignored("The list of events is empty.".into()),
        (true, false) => Reading::Unreadable(faults.join(" ")),
        _ => Reading::Events { events, listings: Vec::new(), faults },
    }
}

fn event(of: &Value, zone: Tz) -> Result<Reported, String> {
    let text = |names: &[&str]| json::text(of, names);
    let number = text(&NUMBER).ok_or("there is no tracking_number.")?;
    let said = text(&TEXT);
    let code = text(&CODE);
    let office = text(&OFFICE);
    let Some(word) = code.clone().or_else(|| said.clone()) else {
        return Err("there is neither event_code nor a text.".into());
    };
    let raw_time = text(&TIME).unwrap_or_default();
    let (timed, known_zone) = time(&raw_time, zone);
    let when = timed.time.local.map_or_else(|| raw_time.clone(), |at| at.format("%Y-%m-%dT%H:%M:%S").to_string());
    let identity = natural_key(&[
        "pos",
        &normalise(&number),
        &word.to_uppercase(),
        &when,
        &office.as_deref().unwrap_or_default().to_uppercase(),
    ]);
    let mut event = Reported::new(identity, Some(number), Kind::Status);
    let detail = text(&["detail", "details", "exception_type", "exceptionType"]);
    event.keys = match &code {
        Some(code) => codes::keys(code, detail.as_deref()),
        None => vec![codes::process_key(&word)],
    };
    let reason_code = text(&["reason_code", "reasonCode"]);
    let reason = text(&["reason_description", "reasonDescription", "reason"]);
    event.from_text = [&reason, &said, &detail].into_iter().flatten().find_map(|text| words::reason_in(text));
    event.raw_code = code;
    event.raw_text = said.clone().or_else(|| reason.clone()).or_else(|| detail.clone());
    event.remark = match (reason_code, reason) {
        (Some(code), Some(reason)) => Some(format!("{code}: {reason}")),
        (code, reason) => code.or(reason),
    }
    .filter(|remark| Some(remark) != event.raw_text.as_ref());
    if timed.ambiguous || (timed.time.at.is_some() && timed.time.tz_source == TzSource::AssumedUtc) {
        event.flags.push(EventFlag::AmbiguousTime);
    }
    event.zone = known_zone.filter(|_| timed.time.local.is_some()).map(|zone| zone.name().to_owned());
    event.time = timed.time;
    event.place = place(of, office);
    event.references = references(of);
    event.proofs = proofs(of, event.keys.last().map(String::as_str));
    Ok(event)
}

fn time(raw: &str, zone: Tz) -> (Timed, Option<Tz>) {
    let international = raw.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b't'));
    let naive = json::written(raw).is_some_and(|written| written.offset_s.is_none());
    if international && naive {
        (json::timed(raw, Tz::UTC, TzSource::AssumedUtc), None)
    } else {
        (json::timed(raw, zone, TzSource::CarrierDefault), Some(zone))
    }
}

fn place(of: &Value, office: Option<String>) -> Place {
    let at = |names: &[&str]| {
        json::decimal(of, names)
            .or_else(|| json::field(of, &["gps", "coordinates"]).and_then(|at| json::decimal(at, names)))
    };
    let coordinates = at(&["latitude", "lat"])
        .zip(at(&["longitude", "lng", "lon"]))
        .filter(|(lat, lng)| (*lat != 0.0 || *lng != 0.0) && lat.abs() <= 90.0 && lng.abs() <= 180.0);
    Place {
        name: office,
        postal_code: json::text(of, &["postcode", "postal_code"]),
        latitude: coordinates.map(|(lat, _)| lat),
        longitude: coordinates.map(|(_, lng)| lng),
        ..Place::default()
    }
}

fn references(of: &Value) -> Vec<Reference> {
    [
        ("account", &ACCOUNT[..]),
        ("order", &["order_number", "order_no", "orderNumber"]),
        ("recipient_account", &["recipient_account_no", "recipientAccountNo"]),
    ]
    .into_iter()
    .filter_map(|(kind, names)| Some(Reference { kind: kind.into(), value: json::text(of, names)? }))
    .collect()
}

/// Names and links that prove a delivery; links only where they are https.
fn proofs(of: &Value, key: Option<&str>) -> Vec<Proof> {
    let link = |names: &[&str]| {
        json::text(of, names).filter(|url| url.starts_with("https://") && !url.chars().any(char::is_whitespace))
    };
    let received_by = json::text(of, &["received_by", "receivedBy", "recipient_name", "recipientName", "signee"]);
    let signature = link(&["signature_url", "signatureUrl"]);
    let photo = link(&["photo_url", "photoUrl", "image_url"]);
    let document = link(&["pod_url", "epod", "document_url"]);
    let proof = |kind, received_by, url| Proof { kind, received_by, pieces: None, url };
    let mut proofs = Vec::new();
    let signed = key == Some("event:signature") || signature.is_some() || received_by.is_some();
    if signed {
        proofs.push(proof(ProofKind::Signature, received_by, signature));
    }
    if photo.is_some() || key == Some("event:photo") {
        proofs.push(proof(ProofKind::Photo, None, photo));
    }
    if document.is_some() || (key == Some("event:proof_of_delivery") && proofs.is_empty()) {
        proofs.push(proof(ProofKind::Document, None, document));
    }
    proofs
}
