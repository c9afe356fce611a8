//! Reads BEX envelopes: each notification is one event of its waybill.
//!
//! Absent on purpose: deciding whether a tracking reference is a barcode. It is reported as a reference; which barcodes
//! the waybill has is known to the fold only.

use crate::server::carriers::{Settings, json, settings};
use crate::server::secrets::sha256_hex;
use crate::tracking::event::{Piece, Proof, ProofKind, Reading, Reference, Reported};
use crate::tracking::mapping::Target;
use crate::tracking::number::normalise;
use crate::tracking::status::{EventFlag, Kind, Status, Substatus};
use crate::tracking::time::{EventTime, TzSource};
use crate::tracking::words::{reason_in, reason_or_unknown};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// Details of a waybill worth showing; the names are BEX's.
const DETAILS: &[&str] = &[
    "Service",
    "InsuranceRequired",
    "InsuranceValue",
    "ActualWeight",
    "VolumetricWeight",
    "ChargeableWeight",
    "BaseRateTotal",
    "SurchargesTotal",
    "SubTotal",
    "Vat",
    "TotalCharges",
];

/// Type ids that BEX documents.
const DOCUMENTED: &[&str] = &["1", "4", "5", "7", "9", "13"];

/// What every notification of one envelope shares.
struct Envelope {
    /// `Id`, or the hash of the body where there is none: notes and updates have no identity of their own.
    id: String,
    /// The one waybill its notifications name, if it is one.
    only_waybill: Option<String>,
    zone: Tz,
    /// Branches an operator named, lower case.
    delivering: Vec<String>,
}

impl Envelope {
    /// Whether parcels are delivered from this place: “PRY branch” where “PRY” or “PRY branch” was named.
    fn delivers(&self, place: &str) -> bool {
        let place = place.to_lowercase();
        let name = place.rsplit_once(' ').map_or(place.as_str(), |(name, _)| name);
        self.delivering.iter().any(|known| *known == place || known == name)
    }
}

/// The branches from which parcels are delivered, as an operator named them.
fn delivering(settings: &Settings) -> Vec<String> {
    let names = settings::text(settings, "delivery_branches").unwrap_or_default();
    names.split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect()
}

/// Reads a body.
pub(super) fn read(body: &[u8], settings: &Settings) -> Reading {
    let root = match json::parse(body) {
        Ok(root) => lowered(&root),
        Err(fault) => return Reading::Unreadable(fault),
    };
    let single;
    let listed = match root.get("notifications") {
        Some(Value::Array(listed)) => listed,
        _ if root.get("action").is_some() => {
            single = vec![root.clone()];
            &single
        }
        _ => return Reading::Unreadable("The body has no list of notifications.".into()),
    };
    if listed.is_empty() {
        return Reading::Ignored("The message holds no notifications.".into());
    }
    let notifications: Vec<Value> = listed.iter().map(lowered).collect();
    let envelope = Envelope {
        id: json::text(&root, &["id"]).unwrap_or_else(|| sha256_hex(body)),
        only_waybill: only_waybill(&notifications),
        zone: settings::zone(settings),
        delivering: delivering(settings),
    };
    let mut events = Vec::with_capacity(notifications.len());
    let mut faults = Vec::new();
    for (index, notification) in notifications.iter().enumerate() {
        match report(&envelope, index, notification) {
            Ok(event) => events.push(event),
            Err(fault) => faults.push(format!("Notification {}: {fault}.", index + 1)),
        }
    }
    if events.is_empty() {
        return Reading::Unreadable(faults.join(" "));
    }
    Reading::Events { events, listings: Vec::new(), faults }
}

/// The same object with its keys in lower case: .NET serialisers write them in more than one way.
fn lowered(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.to_ascii_lowercase(), value.clone())).collect())
        }
        other => other.clone(),
    }
}

fn waybill(notification: &Value) -> Option<String> {
    json::text(notification, &["waybillnumber"]).filter(|number| !normalise(number).is_empty())
}

fn only_waybill(notifications: &[Value]) -> Option<String> {
    let mut named: Vec<String> = notifications.iter().filter_map(waybill).collect();
    named.dedup_by_key(|number| normalise(number));
    let first = named.first()?.clone();
    named.iter().all(|number| normalise(number) == normalise(&first)).then_some(first)
}

fn report(envelope: &Envelope, index: usize, notification: &Value) -> Result<Reported, String> {
    if !notification.is_object() {
        return Err("not an object".into());
    }
    let action = json::text(notification, &["action"]).ok_or("it names no action")?.to_lowercase();
    if action == "waybill_note" {
        return Ok(note(envelope, index, notification));
    }
    let number = waybill(notification).ok_or_else(|| format!("{action} without a waybill number"))?;
    Ok(match action.as_str() {
        "tracking_event" => tracking_event(envelope, notification, &number),
        "pod" => pod(envelope, notification, &number),
        "attempted_delivery" => attempt(envelope, notification, &number),
        "waybill_update" => update(envelope, index, notification, number),
        _ => unknown(notification, &action, number),
    })
}

fn tracking_event(envelope: &Envelope, notification: &Value, number: &str) -> Reported {
    let type_id = json::text(notification, &["trackingtypeid"]).unwrap_or_else(|| "none".into());
    let description = json::text(notification, &["trackingdescription"]);
    let reference = json::text(notification, &["trackingreference"]);
    let timed = json::timed(
        &json::text(notification, &["trackingdate"]).unwrap_or_default(),
        envelope.zone,
        TzSource::CarrierDefault,
    );
    let key = format!("tracking_event:{type_id}");
    let identity = identity(
        number,
        "tracking_event",
        &type_id,
        &timed.time,
        reference.as_deref(),
        description.as_deref().unwrap_or_default(),
    );
    // What BEX does not document is shown as a detail until an operator maps it.
    let kind = if DOCUMENTED.contains(&type_id.as_str()) { Kind::Status } else { Kind::Info };
    let mut event = Reported::new(identity, Some(number.to_owned()), kind);
    let place = description.as_deref().and_then(depot_in);
    if type_id == "5" && place.as_deref().is_some_and(|place| envelope.delivers(place)) {
        event.keys.push(format!("{key}:destination"));
    }
    event.keys.push(key.clone());
    event.raw_code = Some(key);
    if type_id == "9" {
        event.from_text = Some(reason_or_unknown(description.as_deref().unwrap_or_default()));
    } else {
        event.from_text = description.as_deref().and_then(reason_in);
    }
    event.place.name = place;
    event.raw_text = description;
    event.actor = json::text(notification, &["trackinguser"]);
    event.references =
        reference.map(|value| Reference { kind: "tracking_reference".into(), value }).into_iter().collect();
    placed(event, timed.time, timed.ambiguous, false, envelope.zone)
}

fn pod(envelope: &Envelope, notification: &Value, number: &str) -> Reported {
    let signee = json::text(notification, &["signee"]);
    let pieces = json::integer(notification, &["podpieces"]).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
    let (timed, disagree) = two_fields(envelope, notification, "poddate", "podtime");
    let said = format!("{}+{}", signee.as_deref().unwrap_or_default(), pieces.unwrap_or(0));
    let mut event =
        Reported::new(identity(number, "pod", "-", &timed.time, None, &said), Some(number.to_owned()), Kind::Status);
    let substatus = if signee.is_some() { Substatus::Signed } else { Substatus::Confirmed };
    event.keys = vec!["pod".into()];
    event.raw_code = Some("pod".into());
    event.from_text = Some(Target::status(Status::Delivered, substatus));
    let kind = if signee.is_some() { ProofKind::Signature } else { ProofKind::Document };
    event.proofs = vec![Proof { kind, received_by: signee, pieces, url: None }];
    placed(event, timed.time, timed.ambiguous, disagree, envelope.zone)
}

fn attempt(envelope: &Envelope, notification: &Value, number: &str) -> Reported {
    let why = json::text(notification, &["nondeliveryreason"]);
    let (timed, disagree) = two_fields(envelope, notification, "attempteddate", "attemptedtime");
    let said = why.as_deref().unwrap_or_default();
    let mut event = Reported::new(
        identity(number, "attempted_delivery", "-", &timed.time, None, said),
        Some(number.to_owned()),
        Kind::Status,
    );
    event.keys = vec!["attempted_delivery".into()];
    event.raw_code = Some("attempted_delivery".into());
    event.from_text = Some(reason_or_unknown(said));
    event.raw_text = why;
    event.remark = json::text(notification, &["drivercomment"]);
    placed(event, timed.time, timed.ambiguous, disagree, envelope.zone)
}

/// The documented payload names no waybill: its own field first, else the one its siblings name, else nobody's.
fn note(envelope: &Envelope, index: usize, notification: &Value) -> Reported {
    let number = waybill(notification).or_else(|| envelope.only_waybill.clone());
    let mut event = Reported::new(by_position(envelope, index), number, Kind::Note);
    event.keys = vec!["waybill_note".into()];
    event.raw_code = Some("waybill_note".into());
    event.raw_text = json::text(notification, &["notetext"]);
    event.actor = json::text(notification, &["postedby"]);
    let timed = json::timed(
        &json::text(notification, &["notedate"]).unwrap_or_default(),
        envelope.zone,
        TzSource::CarrierDefault,
    );
    placed(event, timed.time, timed.ambiguous, false, envelope.zone)
}

fn update(envelope: &Envelope, index: usize, notification: &Value, number: String) -> Reported {
    let mut event = Reported::new(by_position(envelope, index), Some(number), Kind::Info);
    event.keys = vec!["waybill_update".into()];
    event.raw_code = Some("waybill_update".into());
    let details: Map<String, Value> = DETAILS
        .iter()
        .filter_map(|name| {
            Some(((*name).to_owned(), json::field(notification, &[&name.to_ascii_lowercase()])?.clone()))
        })
        .filter(|(_, value)| !value.is_array() && !value.is_object())
        .collect();
    if !details.is_empty() {
        event.details = Value::Object(details);
    }
    let pieces: Vec<Piece> = json::array(notification, &["parcels"]).into_iter().flatten().filter_map(piece).collect();
    // An empty list is no statement: it would withdraw every piece.
    event.pieces = (!pieces.is_empty()).then_some(pieces);
    event.zone = Some(envelope.zone.name().into());
    event
}

fn piece(listed: &Value) -> Option<Piece> {
    let listed = lowered(listed);
    let dimension = |name: &str| json::decimal(&listed, &[name]).filter(|cm| *cm > 0.0);
    let dimensions_cm = match (dimension("dimension1"), dimension("dimension2"), dimension("dimension3")) {
        (Some(one), Some(two), Some(three)) => Some([one, two, three]),
        _ => None,
    };
    Some(Piece {
        barcode: json::text(&listed, &["parcelbarcodenumber"])?,
        dimensions_cm,
        weight_kg: json::decimal(&listed, &["weight"]).filter(|kg| *kg > 0.0),
        description: json::text(&listed, &["parceldescription"]),
    })
}

/// An action BEX did not document: kept with all it says, moves nothing until an operator maps it.
fn unknown(notification: &Value, action: &str, number: String) -> Reported {
    let said = notification.to_string();
    let mut event =
        Reported::new(identity(&number, action, "-", &EventTime::absent(), None, &said), Some(number), Kind::Info);
    event.keys = vec![action.to_owned()];
    event.raw_code = Some(action.to_owned());
    event
}

fn two_fields(envelope: &Envelope, notification: &Value, date: &str, time: &str) -> (json::Timed, bool) {
    let date = json::text(notification, &[date]);
    let time = json::text(notification, &[time]);
    json::timed_in_two(date.as_deref(), time.as_deref(), envelope.zone)
}

fn placed(mut event: Reported, time: EventTime, ambiguous: bool, disagree: bool, zone: Tz) -> Reported {
    event.time = time;
    event.zone = Some(zone.name().into());
    if ambiguous {
        event.flags.push(EventFlag::AmbiguousTime);
    }
    if disagree {
        event.flags.push(EventFlag::TimeDisagrees);
    }
    event
}

/// By what happened, so that a resend under a new `Id` is the same event.
fn identity(
    number: &str,
    action: &str,
    type_id: &str,
    time: &EventTime,
    reference: Option<&str>,
    said: &str,
) -> String {
    let reference = reference.map_or_else(|| "-".to_owned(), normalise);
    let number = normalise(number);
    let when = moment(time);
    format!("bex│{number}│{action}│{type_id}│{when}│{reference}│{}", &sha256_hex(said.as_bytes())[..16])
}

fn by_position(envelope: &Envelope, index: usize) -> String {
    format!("bex│{}│{index}", envelope.id)
}

/// The written time in one form, whatever zone the endpoint is set to.
fn moment(time: &EventTime) -> String {
    match (time.tz_source, time.at, time.local) {
        (TzSource::PayloadOffset, Some(at), _) => at.to_string(),
        (_, _, Some(local)) => local.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
        _ => time.raw.clone().unwrap_or_else(|| "-".into()),
    }
}

/// The depot in “Departed JNB depot for PRY branch”: the words after the verb up to “depot”, “branch” or “hub”.
fn depot_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches(['.', ',', ';', ':'])).collect();
    let is = |word: &str, list: &[&str]| list.iter().any(|known| word.eq_ignore_ascii_case(known));
    let verb = words.iter().position(|word| is(word, &["departed", "arrived", "left"]))?;
    let name: Vec<&str> = words[verb + 1..]
        .iter()
        .copied()
        .skip_while(|word| is(word, &["at", "into", "in", "from", "the", "to"]))
        .take(6)
        .collect();
    let end = name.iter().position(|word| is(word, &["depot", "branch", "hub", "branch/depot"]))?;
    let stops = &name[..end];
    (end > 0 && !stops.iter().any(|word| is(word, &["for", "to", "on", "at", "from"]))).then(|| name[..=end].join(" "))
}
