//! What is read of BOX NOW's messages, and that everything composed can be read again.

use super::*;
use crate::tracking::event::Reported;
use crate::tracking::status::Kind;
use crate::tracking::time::{Timestamp, TzSource};
use proptest::prelude::*;

const SAMPLE: &str = r#"{"specversion":"1.0","type":"gr.boxnow.parcel_event_change","source":"https://boxnow.gr/api/v1/webhooks/17","subject":"9219709201","id":"0b0f4a3e-7b0e-4b4a-9a53-5d6f3c1f2a10","time":"2022-09-16T11:06:04.996Z","datacontenttype":"application/json","datasignature":"d5","data":{"parcelId":"9219709201","parcelState":"in-final-destination","parcelReferenceNumber":"REF-1","parcelName":"Βιβλίο","parcelPin":"424242","orderNumber":"ORD-1001","event":"final-destination","eventLocation":{"displayName":"BOX NOW Σύνταγμα","postalCode":"105 63"},"customer":{"name":"Jane \"JD\" Doe","email":"jane@example.com","phoneNumber":"+302100000000"},"additionalInformation":"ring {twice}","time":"2022-09-16T11:06:04.458Z"}}"#;

fn settings_of(given: &Value) -> Settings {
    settings::validate(&BoxNow.facts().settings, given, None).expect("valid settings")
}

fn read(body: &str) -> Reading {
    BoxNow.read(body.as_bytes(), &settings_of(&json!({})))
}

fn event(body: &str) -> Reported {
    match read(body) {
        Reading::Events { mut events, faults, .. } if events.len() == 1 && faults.is_empty() => events.remove(0),
        other => panic!("not one event: {other:?}"),
    }
}

#[test]
fn the_documented_message_is_read() {
    let event = event(SAMPLE);
    assert_eq!(event.number.as_deref(), Some("9219709201"));
    assert_eq!(event.keys, ["event:final-destination", "state:in-final-destination"]);
    assert!(event.claims.is_empty(), "it only says the parcel is not over");
    assert_eq!(event.identity, "boxnow│9219709201│final-destination│2022-09-16T11:06:04.458Z");
    assert_eq!(event.time.at, Some("2022-09-16T11:06:04.458Z".parse().expect("a time")));
    assert_eq!(event.time.tz_source, TzSource::PayloadOffset);
    assert_eq!(event.dispatched_at, Some("2022-09-16T11:06:04.996Z".parse().expect("a time")));
    assert_eq!(event.place.name.as_deref(), Some("BOX NOW Σύνταγμα"));
    assert_eq!(event.place.postal_code.as_deref(), Some("105 63"));
    let recipient = event.recipient.as_ref().expect("a customer");
    assert_eq!(recipient.phone.as_deref(), Some("+302100000000"));
    let kinds: Vec<&str> = event.references.iter().map(|reference| reference.kind.as_str()).collect();
    assert_eq!(kinds, ["order", "reference", "label"]);
    assert!(!format!("{event:?}").contains("424242"), "the PIN is dropped");
}

#[test]
fn the_parcel_is_the_signed_one_and_never_the_subject() {
    let other = SAMPLE.replace("\"subject\":\"9219709201\"", "\"subject\":\"1\"");
    assert_eq!(event(&other).number.as_deref(), Some("9219709201"));
    let none = SAMPLE.replace("\"parcelId\":\"9219709201\"", "\"parcelId\":\"\"");
    assert!(matches!(read(&none), Reading::Unreadable(_)));
}

#[test]
fn empty_texts_and_both_spellings_of_the_phone_are_tolerated() {
    let body = SAMPLE
        .replace("phoneNumber", "phone")
        .replace("REF-1", "")
        .replace("\"Βιβλίο\"", "null")
        .replace("gr.boxnow", "bg.boxnow");
    let event = event(&body);
    assert_eq!(event.recipient.and_then(|person| person.phone).as_deref(), Some("+302100000000"));
    assert_eq!(event.references.len(), 1);
    let p2p = r#"{"data":{"parcelId":92197,"event":"NEW","customer":{},"time":""}}"#;
    let Reading::Events { events, .. } = read(p2p) else { panic!("readable") };
    assert_eq!(events[0].keys, ["event:new"]);
    assert_eq!((events[0].recipient.clone(), events[0].time.at), (None, None));
}

#[test]
fn other_messages_are_ignored_and_other_formats_unreadable() {
    assert!(matches!(read(&SAMPLE.replace("parcel_event_change", "locker_change")), Reading::Ignored(_)));
    for body in ["", "null", "[]", "{\"data\":[]}", "{\"data\":{\"parcelId\":\"1\"}}", "{"] {
        assert!(matches!(read(body), Reading::Unreadable(_)), "{body}");
    }
}

#[test]
fn every_event_has_a_row_and_missing_waits_for_the_fold() {
    let rows = BoxNow.default_rows();
    let row =
        |key: &str| rows.iter().find(|row| row.key == key).unwrap_or_else(|| panic!("no row {key}")).target.clone();
    assert_eq!(row("event:missing").in_context, Some(InContext::Missing));
    assert_eq!(row("event:expired").flag, Some(ParcelFlag::ReturnExpected));
    assert_eq!(row("event:canceled").status, row("event:cancelled").status);
    let mut keys: Vec<&str> = rows.iter().map(|row| row.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), rows.len());
    assert!(rows.iter().all(|row| row.target.kind == Kind::Status));
    for row in &rows {
        let (status, substatus) = (row.target.status.expect("a status"), row.target.substatus.expect("a substatus"));
        assert!(status.substatuses().contains(&substatus), "{}", row.key);
    }
}

#[test]
fn the_scheme_follows_the_setting() {
    let proof = |given: Value| BoxNow.scheme(&settings_of(&given), &[]).proof;
    assert!(matches!(proof(json!({})), ProofRule::Hmac(_)));
    assert!(
        matches!(proof(json!({"proof": "header", "header_name": "X-Ours"})), ProofRule::Header(rule) if rule.header == "X-Ours")
    );
    assert!(matches!(proof(json!({"proof": "either"})), ProofRule::Either(..)));
}

#[test]
fn everything_composed_is_read_and_mapped_as_announced() {
    let settings = settings_of(&json!({}));
    let at: Timestamp = "2026-06-18T22:30:00.000Z".parse().expect("a time");
    assert_eq!(BoxNow.facts().test_events.len(), 11);
    for kind in BoxNow.facts().test_events {
        let test = TestEvent {
            event: kind.event.clone(),
            number: "9219709201".into(),
            at,
            nonce: "4f6d8c0b2a9e4d1c8b7a6f5e4d3c2b1a".into(),
            attempt: 1,
        };
        let composed = BoxNow.compose(&test, &settings).expect("announced");
        let body = String::from_utf8(composed.body).expect("text");
        assert!(body.contains(r#""datasignature":"","data":{"parcelId":"9219709201""#), "{body}");
        assert!(body.contains("4f6d8c0b-2a9e-4d1c-8b7a-6f5e4d3c2b1a") && !body.contains('\n'));
        let event = event(&body);
        assert_eq!((event.number.as_deref(), event.time.at), (Some("9219709201"), Some(at)));
        let rows = BoxNow.default_rows();
        let status = rows.iter().find(|row| row.key == event.keys[0]).and_then(|row| row.target.status);
        assert_eq!(status, kind.status, "{}", kind.event);
        assert!(event.claims.iter().all(|claim| rows.iter().any(|row| row.key == claim)), "{:?}", event.claims);
    }
    for journey in BoxNow.journeys() {
        for (event, _) in journey.steps {
            assert!(BoxNow.facts().test_events.iter().any(|known| known.event == *event), "{event}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        BoxNow.read(&bytes, &settings::defaults(&schema()));
    }

    #[test]
    fn no_values_make_the_reader_panic(
        value in prop_oneof![Just(Value::Null), any::<i64>().prop_map(|n| json!(n)), ".{0,40}".prop_map(|t| json!(t)),
            "[0-9]{0,5}-[0-9]{0,3}-[0-9T:.Z+]{0,20}".prop_map(|t| json!(t)), Just(json!([[]])), Just(json!({"name": {}}))],
    ) {
        let mut data = json!({"parcelId": "1"});
        for key in ["event", "parcelState", "time", "eventLocation", "customer", "orderNumber", "additionalInformation"] {
            data[key] = value.clone();
        }
        let body = json!({"data": data, "time": value, "subject": value}).to_string();
        BoxNow.read(body.as_bytes(), &settings::defaults(&schema()));
    }
}
