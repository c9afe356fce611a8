//! Reads TrackingMore's payload: one tracking or several, each with the whole history on two sides.
//!
//! Envelopes differ (`{code,data}`, `{meta,data}`, `{event,data}`, bare, a list) and so do the field names of three
//! generations. Every checkpoint becomes an event and each side a listing, so that what a later list no longer has can
//! be told (R9). The header becomes an event of its own only where its status is not the newest checkpoint's.

use super::countries;
use super::rows::Code;
use crate::server::carriers::json::{self, Timed};
use crate::server::carriers::{Settings, settings};
use crate::server::ids::{natural_key, short_hash};
use crate::tracking::event::{Listing, Place, Proof, ProofKind, Reading, Recipient, Reference, Reported};
use crate::tracking::number::normalise;
use crate::tracking::status::{EventFlag, Kind, Status};
use crate::tracking::time::{TimePrecision, TzSource};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde_json::Value;
use std::collections::HashSet;

/// Most trackings and checkpoints taken from one delivery; far beyond what is ever sent.
const MOST: usize = 5_000;

const NUMBER: [&str; 3] = ["tracking_number", "trackingNumber", "trackNumber"];

pub fn read(body: &[u8], settings: &Settings) -> Reading {
    let root = match json::parse_within(body) {
        Ok(root) => root,
        Err(fault) => return Reading::Unreadable(fault),
    };
    let trackings: Vec<&Value> = match root.get("data").unwrap_or(&root) {
        Value::Array(several) => several.iter().take(MOST).collect(),
        one @ Value::Object(_) => vec![one],
        _ => vec![&root],
    };
    let (mut events, mut listings, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for (index, data) in trackings.iter().enumerate() {
        match Tracking::read(data, settings) {
            Some(tracking) => {
                events.extend(tracking.events);
                listings.extend(tracking.listings);
                faults.extend(tracking.faults);
            }
            None => faults.push(format!("Tracking {} has no tracking_number.", index + 1)),
        }
    }
    if events.is_empty() {
        return if faults.is_empty() {
            Reading::Ignored("The tracking has neither a status nor checkpoints.".into())
        } else {
            Reading::Unreadable(faults.join(" "))
        };
    }
    Reading::Events { events, listings, faults }
}

#[derive(Default)]
struct Tracking {
    events: Vec<Reported>,
    listings: Vec<Listing>,
    faults: Vec<String>,
}

/// What every checkpoint of a tracking shares.
struct Header<'a> {
    number: String,
    courier: String,
    data: &'a Value,
    settings: &'a Settings,
}

impl Tracking {
    fn read(data: &Value, settings: &Settings) -> Option<Self> {
        let number = json::text(data, &NUMBER)?;
        let courier = json::text(data, &["courier_code", "carrier_code"]).unwrap_or_default().to_lowercase();
        let header = Header { number, courier, data, settings };
        let mut tracking = Self::default();
        let mut codes: Vec<Code> = Vec::new();
        let mut known = HashSet::new();
        for (side, names) in [
            ("origin", ["origin_info", "original", "originInfo"]),
            ("destination", ["destination_info", "destination", "destinationInfo"]),
        ] {
            let checkpoints = checkpoints(data, side, &names);
            let first = tracking.events.len();
            for (index, checkpoint) in checkpoints.into_iter().take(MOST).enumerate() {
                let Some((event, code)) = header.checkpoint(checkpoint, side) else {
                    tracking.faults.push(format!("Checkpoint {} of the {side} list says nothing.", index + 1));
                    continue;
                };
                if known.insert(event.identity.clone()) {
                    tracking.events.push(event);
                    codes.push(code);
                }
            }
            tracking.listings.extend(header.listing(side, &tracking.events[first..]));
        }
        header.finish(&mut tracking.events, &codes);
        Some(tracking)
    }
}

/// The checkpoints of one side. A flattened `track_info` counts as the origin's.
fn checkpoints<'a>(data: &'a Value, side: &str, names: &[&str]) -> Vec<&'a Value> {
    let lists = ["trackinfo", "track_info", "trackInfo"];
    let listed = names.iter().filter_map(|name| data.get(name)).find_map(|info| json::array(info, &lists));
    let flat = || if side == "origin" { json::array(data, &lists) } else { None };
    listed.or_else(flat).map(|list| list.iter().collect()).unwrap_or_default()
}

impl Header<'_> {
    fn checkpoint(&self, of: &Value, side: &str) -> Option<(Reported, Code)> {
        let code = Code::read(
            of,
            &["checkpoint_delivery_status", "checkpoint_status"],
            &["checkpoint_delivery_substatus", "checkpoint_substatus", "substatus"],
        );
        let raw_time = json::text(of, &["checkpoint_date", "checkpoint_time", "Date", "date"]).unwrap_or_default();
        let detail = json::text(of, &["tracking_detail", "StatusDescription", "raw_status"]);
        let place = place(of);
        if code.is_empty() && detail.is_none() && raw_time.is_empty() {
            return None;
        }
        let Placed { timed, zone } = self.time(&raw_time, place.country.as_deref());
        let when = timed.time.local.map_or_else(|| raw_time.clone(), written);
        let identity = natural_key(&[
            "tm",
            &self.courier,
            &normalise(&self.number),
            side,
            &when,
            &code.substatus,
            &short_hash(detail.as_deref().unwrap_or_default()),
            &short_hash(place.name.as_deref().unwrap_or_default()),
        ]);
        let mut event = self.event(identity, &code, detail, timed, zone);
        event.side = Some(side.to_owned());
        event.place = place;
        Some((event, code))
    }

    fn event(&self, id: String, code: &Code, text: Option<String>, timed: Timed, zone: Option<Tz>) -> Reported {
        let mut event = Reported::new(id, Some(self.number.clone()), Kind::Status);
        event.keys = code.keys();
        event.raw_code = code.shown();
        event.from_text = text.as_deref().and_then(|text| code.refinement(text));
        event.raw_text = text;
        if timed.ambiguous || (timed.time.at.is_some() && timed.time.tz_source == TzSource::AssumedUtc) {
            event.flags.push(EventFlag::AmbiguousTime);
        }
        event.time = timed.time;
        event.zone = zone.map(|zone| zone.name().to_owned());
        event
    }

    /// A local time: in the zone of the country where it has one, else in the zone the operator chose, else as UTC.
    fn time(&self, raw: &str, country: Option<&str>) -> Placed {
        let chosen = settings::zone(self.settings);
        let (zone, source) = match country.and_then(countries::zone_of) {
            Some(zone) => (zone, TzSource::Place),
            None if chosen == Tz::UTC => (Tz::UTC, TzSource::AssumedUtc),
            None => (chosen, TzSource::CarrierDefault),
        };
        let known = source != TzSource::AssumedUtc;
        Placed { timed: json::timed(raw, zone, source), zone: known.then_some(zone) }
    }

    fn listing(&self, side: &str, events: &[Reported]) -> Option<Listing> {
        let times = || events.iter().filter_map(|event| event.time.local);
        Some(Listing {
            number: self.number.clone(),
            side: side.to_owned(),
            updated_at: self.updated_at(),
            identities: events.iter().map(|event| event.identity.clone()).collect(),
            oldest: times().min()?,
            newest: times().max()?,
        })
    }

    fn updated_raw(&self) -> Option<String> {
        json::text(self.data, &["update_at", "updated_at", "update_date", "lastUpdateTime"])
    }

    /// Only with an offset is it an instant that can be compared.
    fn updated_at(&self) -> Option<crate::tracking::time::Timestamp> {
        json::event_time(&self.updated_raw()?, Tz::UTC).at
    }

    /// Adds the header's own event where R9 asks for it, and hangs what belongs to the parcel on the newest event.
    fn finish(&self, events: &mut Vec<Reported>, codes: &[Code]) {
        let code = Code::read(self.data, &["delivery_status", "status"], &["substatus"]);
        let newest = newest(events);
        let agrees = newest.iter().any(|index| same_status(&codes[*index], &code));
        let bearer = if code.is_empty() || agrees {
            newest.first().copied()
        } else {
            let event = self.header_event(&code, newest.first().map(|index| &events[*index]));
            events.push(event);
            Some(events.len() - 1)
        };
        let Some(bearer) = bearer.and_then(|index| events.get_mut(index)) else {
            return;
        };
        if !code.is_empty() {
            bearer.claims = code.keys();
        }
        bearer.references = references(self.data);
        bearer.recipient = recipient(self.data);
        bearer.details = details(self.data);
        if let Some(signee) = json::text(self.data, &["signed_by", "signedBy"]) {
            let proof = Proof { kind: ProofKind::Signature, received_by: Some(signee), pieces: None, url: None };
            // Newest first in the payload: the first delivered checkpoint is the newest.
            let delivered = codes.iter().position(|code| code.shipped_status() == Some(Status::Delivered));
            if let Some(event) = events.get_mut(delivered.unwrap_or(usize::MAX)) {
                event.proofs.push(proof);
            } else if let Some(event) = events.last_mut() {
                event.proofs.push(proof);
            }
        }
    }

    fn header_event(&self, code: &Code, newest: Option<&Reported>) -> Reported {
        let latest = json::text(self.data, &["latest_checkpoint_time", "lastest_checkpoint_time"]);
        let identity = natural_key(&[
            "tmhdr",
            &self.courier,
            &normalise(&self.number),
            &code.status,
            &code.substatus,
            latest.as_deref().unwrap_or_default(),
        ]);
        let raw = latest.or_else(|| self.updated_raw()).unwrap_or_default();
        let country = newest.and_then(|event| event.place.country.clone());
        let Placed { timed, zone } = self.time(&raw, country.as_deref());
        let text = match self.data.get("latest_event").or_else(|| self.data.get("lastEvent")) {
            Some(Value::Object(_)) => json::text(&self.data["latest_event"], &["description", "detail"]),
            Some(text) => json::as_text(text),
            None => json::text(self.data, &["status_info"]),
        };
        let mut event = self.event(identity, code, text, timed, zone);
        event.side = Some("header".into());
        event
    }
}

/// A time with the zone it was read in, where that zone is known.
struct Placed {
    timed: Timed,
    zone: Option<Tz>,
}

/// The events at the newest time; several where they share it, in the payload's order.
fn newest(events: &[Reported]) -> Vec<usize> {
    let instant = |event: &Reported| match event.time.precision {
        TimePrecision::Day => event.time.local.map(|local| local.and_utc().timestamp_millis()),
        _ => event.time.at.map(crate::tracking::time::Timestamp::millis),
    };
    let newest = events.iter().map(instant).max().flatten();
    (0..events.len()).filter(|index| instant(&events[*index]) == newest).collect()
}

/// The same word with no second thoughts, or the same meaning.
fn same_status(checkpoint: &Code, header: &Code) -> bool {
    let unspecific = checkpoint.substatus.is_empty() || header.substatus.is_empty();
    (checkpoint.status == header.status && (unspecific || checkpoint.substatus == header.substatus))
        || (checkpoint.shipped_status().is_some() && checkpoint.shipped_status() == header.shipped_status())
}

fn written(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%dT%H:%M:%S").to_string()
}

fn place(of: &Value) -> Place {
    let text = |names: &[&str]| json::text(of, names);
    let parts = [text(&["city"]), text(&["state"])];
    let town = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let country = text(&["country_iso2", "country_code"]).map(|code| code.to_uppercase());
    Place {
        name: text(&["location", "Details", "checkpoint_location"]).or_else(|| (!town.is_empty()).then_some(town)),
        postal_code: text(&["zip", "postal_code"]),
        country: country.filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())),
        ..Place::default()
    }
}

fn references(data: &Value) -> Vec<Reference> {
    let mut found: Vec<Reference> = [
        ("order", "order_number"),
        ("order", "order_id"),
        ("title", "title"),
        ("carrier_id", "id"),
        ("partner", "destination_track_number"),
        ("exchange", "exchange_number"),
        ("exchange", "exchangeNumber"),
    ]
    .into_iter()
    .filter_map(|(kind, name)| Some(Reference { kind: kind.into(), value: json::text(data, &[name])? }))
    .collect();
    for side in ["origin_info", "destination_info"] {
        let value = data.get(side).and_then(|info| json::text(info, &["reference_number"]));
        found.extend(value.map(|value| Reference { kind: "reference".into(), value }));
    }
    let mut known = HashSet::new();
    found.retain(|reference| known.insert(reference.clone()));
    found
}

fn recipient(data: &Value) -> Option<Recipient> {
    let recipient = Recipient {
        name: json::text(data, &["customer_name", "consignee"]),
        email: json::text(data, &["customer_email"]),
        phone: json::text(data, &["customer_sms", "customer_phone"]),
        postal_code: json::text(data, &["recipient_postcode"]),
    };
    (recipient != Recipient::default()).then_some(recipient)
}

/// What stays the same from one delivery to the next; counters such as `transit_time` would only make revisions.
fn details(data: &Value) -> Value {
    json::details(
        data,
        &[
            "courier_code",
            "service_code",
            "product_type",
            "logistics_channel",
            "origin_country",
            "destination_country",
            "scheduled_delivery_date",
            "pieces",
            "weight",
            "weight_kg",
            "dimension",
        ],
    )
}
