//! The signature vectors, made with an independent tool: at the engine, and through the front door to the parcel.

use crate::door::{Door, path_of, t0};
use axum::http::Request;
use base64::Engine as _;
use parcelwire::server::carriers::{carrier, settings};
use parcelwire::server::signature::{Judged, Key, Received, judge};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{SecretSlot, Verdict};
use parcelwire::tracking::endpoint::SecretName;
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::parcel::ParcelFilter;
use parcelwire::tracking::time::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

#[derive(Deserialize)]
pub struct Vector {
    carrier: CarrierId,
    name: String,
    secret: Option<String>,
    settings: Value,
    now: Option<Timestamp>,
    headers: BTreeMap<String, String>,
    body_base64: String,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    verdict: Verdict,
    reason: Option<String>,
    covers: Option<String>,
    number: Option<String>,
    events: Option<usize>,
    parcels: Option<usize>,
    status: Option<String>,
    substatus: Option<String>,
    occurred_at: Option<String>,
    answer: Option<String>,
    after: Option<String>,
}

impl Vector {
    fn body(&self) -> Vec<u8> {
        base64::engine::general_purpose::STANDARD.decode(&self.body_base64).expect("base64")
    }

    fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(t0)
    }

    fn received(&self) -> Received {
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.as_bytes().to_vec())).collect();
        Received { body: self.body(), headers, received_at: self.now(), remote_addr: "203.0.113.9".into() }
    }

    fn judge(&self, received: &Received) -> Judged {
        let known = carrier(self.carrier);
        let settings = settings::validate(&known.facts().settings, &self.settings, None);
        let settings = settings.unwrap_or_else(|faults| panic!("{}: {faults:?}", self.name));
        let keys: Vec<Key> = self.secret.iter().map(|text| key(text, SecretSlot::Current, None)).collect();
        let stored: Vec<SecretName> = keys.iter().map(|key| key.name).collect();
        judge(received, &known.scheme(&settings, &stored), &known.message_key(), &keys, false)
    }

    fn signature_header(&self) -> Option<&str> {
        self.headers.keys().map(String::as_str).find(|name| name.to_lowercase().contains("signature"))
    }
}

fn key(text: &str, slot: SecretSlot, valid_until: Option<Timestamp>) -> Key {
    Key { name: SecretName::Secret, slot, text: Zeroizing::new(text.to_owned()), valid_until }
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../vectors.json")).expect("the vectors are read")
}

#[test]
fn the_engine_judges_every_vector_as_expected() {
    for vector in vectors() {
        let judged = vector.judge(&vector.received());
        let name = &vector.name;
        assert_eq!(judged.verdict(), vector.expect.verdict, "{name}: {:?}", judged.reason());
        assert_eq!(
            judged.reason().map(parcelwire::tracking::delivery::FailureReason::as_str),
            vector.expect.reason.as_deref(),
            "{name}"
        );
        if let Some(covers) = &vector.expect.covers {
            assert_eq!(judged.covers().as_str(), covers, "{name}");
        }
        assert_eq!(judged.message_key().is_some(), judged.verdict().is_good(), "{name}");
    }
}

#[test]
fn forgeries_of_every_signed_vector_are_refused() {
    for vector in vectors().into_iter().filter(|vector| vector.expect.verdict == Verdict::Verified) {
        let Some(header) = vector.signature_header().map(str::to_owned) else { continue };
        let reason = |change: &dyn Fn(&mut Received)| {
            let mut received = vector.received();
            change(&mut received);
            vector.judge(&received).reason().map(parcelwire::tracking::delivery::FailureReason::as_str)
        };
        let required = vector.carrier != CarrierId::PosMalaysia || vector.settings["require_signature"] == true;
        assert!(required);
        let missing = reason(&|received| received.headers.retain(|(name, _)| *name != header));
        assert_eq!(missing, Some("missing_signature"), "{}", vector.name);
        let doubled = reason(&|received| {
            let value = received.headers.iter().find(|(name, _)| *name == header).expect("it is there").1.clone();
            received.headers.push((header.to_uppercase(), value));
        });
        assert_eq!(doubled, Some("duplicate_signature"), "{}: even if equal", vector.name);
        let truncated = reason(&|received| {
            let (_, value) = received.headers.iter_mut().find(|(name, _)| *name == header).expect("it is there");
            value.pop();
        });
        assert_eq!(truncated, Some("malformed_signature"), "{}", vector.name);
        if vector.headers.contains_key("timestamp") {
            let moved = reason(&|received| {
                let (_, value) =
                    received.headers.iter_mut().find(|(name, _)| name == "timestamp").expect("it is there");
                *value = b"1662371529".to_vec();
            });
            assert_eq!(moved, Some("bad_signature"), "{}", vector.name);
        } else {
            let flipped = reason(&|received| received.body[10] ^= 1);
            assert_eq!(flipped, Some("bad_signature"), "{}", vector.name);
        }
    }
}

#[tokio::test]
async fn every_vector_goes_through_the_front_door_to_its_parcel() {
    for vector in vectors() {
        let door = Door::open().await;
        let name = &vector.name;
        door.clock.set(vector.now());
        let endpoint = door.endpoint(vector.carrier, vector.secret.as_deref(), vector.settings.clone()).await;
        if let Some(earlier) = &vector.expect.after {
            let earlier = vectors().into_iter().find(|vector| vector.name == *earlier).expect("it is known");
            let first = door.send(request(&earlier, &endpoint.hook_url)).await;
            assert_eq!(first.status, 200, "{name}");
        }
        let answered = door.send(request(&vector, &endpoint.hook_url)).await;
        let good = vector.expect.verdict.is_good();
        assert_eq!(answered.status, if good { 200 } else { 401 }, "{name}: {answered:?}");
        if good {
            let wanted = vector.expect.answer.as_deref().unwrap_or("accepted");
            assert_eq!(answered.json()["status"], wanted, "{name}");
        } else {
            assert_eq!(answered.body, r#"{"error":"unauthorized"}"#, "{name}");
        }
        let delivery = door.newest().await;
        assert_eq!(delivery.verdict, vector.expect.verdict, "{name}");
        assert_eq!(
            delivery.reason.map(parcelwire::tracking::delivery::FailureReason::as_str),
            vector.expect.reason.as_deref(),
            "{name}"
        );
        door.apply.drain().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        check_parcels(&door, &vector).await;
    }
}

fn request(vector: &Vector, url: &str) -> Request<axum::body::Body> {
    let mut request = Request::post(path_of(url));
    for (name, value) in &vector.headers {
        request = request.header(name, value);
    }
    request.body(vector.body().into()).expect("a request")
}

async fn check_parcels(door: &Door, vector: &Vector) {
    let (name, expect) = (&vector.name, &vector.expect);
    let all = door.store.list_parcels(&ParcelFilter::default(), &PageRequest::default(), vector.now()).await;
    let parcels = all.expect("a list").items;
    if !expect.verdict.is_good() {
        assert!(parcels.is_empty(), "{name}: nothing is derived from what is not proven");
        return;
    }
    if let Some(count) = expect.parcels {
        assert_eq!(parcels.len(), count, "{name}");
    }
    let parcel = parcels.first().unwrap_or_else(|| panic!("{name}: no parcel"));
    if let Some(number) = &expect.number {
        assert_eq!(&parcel.number, number, "{name}");
    }
    if let Some(status) = &expect.status {
        assert_eq!(parcel.status.as_str(), status, "{name}");
    }
    if let Some(substatus) = &expect.substatus {
        assert_eq!(
            parcel.substatus.map(parcelwire::tracking::status::Substatus::as_str),
            Some(substatus.as_str()),
            "{name}"
        );
    }
    let mut events = Vec::new();
    for parcel in &parcels {
        events.extend(door.store.parcel_events(parcel.id, None, &PageRequest::default()).await.expect("a list").items);
    }
    if let Some(count) = expect.events {
        let delivery = door.newest().await;
        assert_eq!(delivery.events.len(), count, "{name}: {:?}", delivery.events);
    }
    if let Some(at) = &expect.occurred_at {
        let times: Vec<String> = events.iter().filter_map(|event| event.occurred_at).map(|at| at.to_string()).collect();
        assert!(times.contains(at), "{name}: {times:?}");
    }
}
