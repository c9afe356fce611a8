//! Reads a check-in: one event per shipment, all sharing one stop. A reference that cannot be read loses no other.

use super::ZONE;
use super::rules::{self, Facts, normalised_name};
use crate::server::carriers::Settings;
use crate::server::carriers::json::{self, Timed};
use crate::server::ids::natural_key;
use crate::tracking::event::{Place, Proof, ProofKind, Reading, Reference, Reported};
use crate::tracking::number::normalise;
use crate::tracking::status::{EventFlag, Kind};
use crate::tracking::time::TzSource;
use serde_json::Value;
use std::collections::HashSet;

/// Most shipments taken from one check-in, and most photos and documents of it.
const MOST: usize = 5_000;

pub fn read(body: &[u8], settings: &Settings) -> Reading {
    let root = match json::parse(body) {
        Ok(root @ Value::Object(_)) => root,
        Ok(_) => return Reading::Unreadable("The body is not a JSON object.".into()),
        Err(fault) => return Reading::Unreadable(fault),
    };
    let check_in = CheckIn::read(&root, settings);
    if check_in.type_id.is_none() && check_in.name.is_empty() {
        return Reading::Unreadable("There is neither CheckInTypeId nor CheckInTypeName.".into());
    }
    let Some(shipments) = json::array(&root, &["ShipmentReferences"]) else {
        return Reading::Unreadable("There is no list ShipmentReferences.".into());
    };
    let (mut events, mut faults, mut known) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, shipment) in shipments.iter().take(MOST).enumerate() {
        match json::text(shipment, &["ShipmentId"]) {
            Some(id) => {
                if known.insert(normalise(&id)) {
                    events.push(check_in.event(id, shipment));
                }
            }
            None => faults.push(format!("Shipment reference {} has no ShipmentId.", index + 1)),
        }
    }
    match (events.is_empty(), faults.is_empty()) {
        (true, true) => Reading::Ignored("The check-in names no shipment.".into()),
        (true, false) => Reading::Unreadable(faults.join(" ")),
        _ => Reading::Events { events, listings: Vec::new(), faults },
    }
}

/// What all shipments of a check-in share.
struct CheckIn {
    type_id: Option<i64>,
    /// Normalised for comparing.
    name: String,
    /// As shown.
    name_shown: Option<String>,
    exception_id: Option<i64>,
    exception_name: Option<String>,
    timed: Timed,
    disagree: bool,
    zone: String,
    unit: Option<String>,
    place: Place,
    remarks: Option<String>,
    received_by: Option<String>,
    customer: Option<String>,
    photos: Vec<String>,
    date_key: String,
    time_key: String,
}

impl CheckIn {
    fn read(of: &Value, settings: &Settings) -> Self {
        let zone = json::zone_of(settings, ZONE.parse().unwrap_or(chrono_tz::UTC));
        let date = json::text(of, &["CheckInDate"]);
        let time = json::text(of, &["CheckInTime"]);
        let (timed, disagree) = json::timed_in_two(date.as_deref(), time.as_deref(), zone);
        let name_shown = json::text(of, &["CheckInTypeName"]).map(|raw| {
            raw.split(|c: char| c.is_whitespace() || c.is_control())
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        });
        let unit = json::text(of, &["CheckInBusinessUnitId"]);
        let coordinates = json::decimal(of, &["Latitude"])
            .zip(json::decimal(of, &["Longitude"]))
            .filter(|(lat, lng)| (*lat != 0.0 || *lng != 0.0) && lat.abs() <= 90.0 && lng.abs() <= 180.0);
        let (date_key, time_key) = match timed.time.local {
            Some(local) => (local.format("%Y-%m-%d").to_string(), local.format("%H:%M:%S").to_string()),
            None => (date.unwrap_or_default(), time.unwrap_or_default()),
        };
        Self {
            type_id: json::integer(of, &["CheckInTypeId"]),
            name: normalised_name(name_shown.as_deref().unwrap_or_default()),
            name_shown,
            exception_id: json::integer(of, &["DexTypeId"]).filter(|id| *id > 0),
            exception_name: json::text(of, &["DexTypeName"]),
            timed,
            disagree,
            zone: zone.name().to_owned(),
            place: Place {
                facility: unit.clone(),
                latitude: coordinates.map(|(lat, _)| lat),
                longitude: coordinates.map(|(_, lng)| lng),
                ..Place::default()
            },
            unit,
            remarks: json::text(of, &["Remarks"]),
            received_by: json::text(of, &["ReceivedBy"]),
            customer: json::text(of, &["CustomerId"]),
            photos: photos(of),
            date_key,
            time_key,
        }
    }

    fn type_word(&self) -> String {
        self.type_id.map_or_else(|| self.name.clone(), |id| id.to_string())
    }

    /// The most specific first; keys that no operator mapped leave it to the rules.
    fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        if let Some(id) = self.type_id {
            keys.extend(self.exception_id.map(|exception| format!("check_in:{id}:{exception}")));
            keys.push(format!("check_in:{id}"));
        }
        if !self.name.is_empty() {
            keys.push(format!("name:{}", self.name));
        }
        keys
    }

    /// The stop itself, shared by every shipment of the request.
    fn stop(&self) -> String {
        let degrees = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        natural_key(&[
            "checkin",
            &self.type_word(),
            &self.date_key,
            &self.time_key,
            self.unit.as_deref().unwrap_or_default(),
            &degrees(self.place.latitude),
            &degrees(self.place.longitude),
        ])
    }

    fn event(&self, id: String, shipment: &Value) -> Reported {
        let exception = self.exception_id.map_or_else(|| "–".to_owned(), |id| id.to_string());
        let identity = natural_key(&[
            "fast",
            &normalise(&id),
            &self.type_word(),
            &self.date_key,
            &self.time_key,
            &exception,
            self.unit.as_deref().unwrap_or_default(),
        ]);
        let mut event = Reported::new(identity, Some(id), Kind::Status);
        event.keys = self.keys();
        let exception_text = [self.exception_name.as_deref(), self.remarks.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        let meaning = rules::meaning(&Facts {
            type_id: self.type_id,
            name: &self.name,
            exception: self.exception_id.is_some() || self.exception_name.is_some(),
            exception_text: &exception_text,
            received: self.received_by.is_some(),
        });
        if let Some((target, confidence)) = meaning {
            event.structural = Some(target);
            event.structural_confidence = confidence;
        }
        event.from_text = crate::tracking::words::reason_in(&exception_text);
        event.raw_code = Some(match self.exception_id {
            Some(exception) => format!("{}:{exception}", self.type_word()),
            None => self.type_word(),
        });
        event.raw_text = match (&self.name_shown, &self.exception_name) {
            (Some(name), Some(exception)) => Some(format!("{name}: {exception}")),
            (name, exception) => name.clone().or_else(|| exception.clone()),
        };
        event.time = self.timed.time.clone();
        event.zone = Some(self.zone.clone()).filter(|_| event.time.tz_source != TzSource::ReceivedFallback);
        event.flags.extend(self.disagree.then_some(EventFlag::TimeDisagrees));
        event.flags.extend(self.timed.ambiguous.then_some(EventFlag::AmbiguousTime));
        event.place = self.place.clone();
        event.references = self.references(shipment);
        event.proofs = self.proofs();
        event.checkin = Some(self.stop());
        event.remark.clone_from(&self.remarks);
        event
    }

    fn references(&self, shipment: &Value) -> Vec<Reference> {
        let reference = |kind: &str, value| Reference { kind: kind.into(), value };
        let documents = json::array(shipment, &["CustomerDocuments"]).into_iter().flatten().filter_map(json::as_text);
        let mut found: Vec<_> = documents.take(MOST).map(|value| reference("document", value)).collect();
        found.extend(json::text(shipment, &["WaybillNo"]).map(|value| reference("waybill", value)));
        found.extend(self.customer.clone().map(|value| reference("customer", value)));
        found
    }

    fn proofs(&self) -> Vec<Proof> {
        let proof = |kind, received_by, url| Proof { kind, received_by, pieces: None, url };
        let signature = self.received_by.clone().map(|name| proof(ProofKind::Signature, Some(name), None));
        let photos = self.photos.iter().map(|url| proof(ProofKind::Photo, None, Some(url.clone())));
        signature.into_iter().chain(photos).collect()
    }
}

/// Links only, and only https: they are shown, never fetched.
fn photos(of: &Value) -> Vec<String> {
    let link = |value: &Value| {
        value.get("Url").or_else(|| value.get("URL")).map_or_else(|| json::as_text(value), json::as_text)
    };
    let listed: Vec<String> = match of.get("CheckInPhotosURL") {
        Some(Value::Array(list)) => list.iter().take(MOST).filter_map(link).collect(),
        Some(one) => link(one).into_iter().collect(),
        None => Vec::new(),
    };
    let mut known = HashSet::new();
    listed.into_iter().filter(|url| is_https(url) && known.insert(url.clone())).collect()
}

fn is_https(url: &str) -> bool {
    let host = url.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://")).and_then(|_| url.get(8..));
    host.is_some_and(|rest| !rest.is_empty() && !url.chars().any(|c| c.is_whitespace() || c.is_control()))
}
