//! The public wire format, the inquiry's events, codes, zones and the letter.

use super::*;
use crate::tracking::event::{ProofKind, Reported};
use crate::tracking::mapping::DefaultRow;
use crate::tracking::status::{EventFlag, Kind, Reason, Status, Substatus};
use crate::tracking::time::{Timestamp, TzSource};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SAMPLE: &str = r#"{"account_no":"ACC123456","tracking_number":"ELM123456789MY","event_code":"LM_SUCCESS","date_time":"2026-06-18 14:30:00"}"#;

fn settings() -> Settings {
    settings::defaults(&PosMalaysia.facts().settings)
}

fn read(body: &Value) -> Reported {
    match PosMalaysia.read(body.to_string().as_bytes(), &settings()) {
        Reading::Events { mut events, faults, .. } if events.len() == 1 && faults.is_empty() => events.remove(0),
        other => panic!("{other:?}"),
    }
}

fn coded(code: &str) -> Reported {
    read(&json!({"tracking_number": "ELM123456789MY", "event_code": code, "date_time": "2026-06-18 14:30:00"}))
}

fn mapped(event: &Reported) -> Option<DefaultRow> {
    let rows = PosMalaysia.default_rows();
    event.keys.iter().find_map(|key| rows.iter().find(|row| row.key == key)).cloned()
}

fn status(event: &Reported) -> (Option<Status>, Option<Substatus>) {
    let row = mapped(event).expect("a row");
    (row.target.status, row.target.substatus)
}

#[test]
fn the_flat_delivered_event_is_read() {
    let event = read(&serde_json::from_str(SAMPLE).expect("the sample"));
    assert_eq!(event.number.as_deref(), Some("ELM123456789MY"));
    assert_eq!(event.identity, "pos|ELM123456789MY|LM_SUCCESS|2026-06-18T14:30:00|");
    assert_eq!(event.time.at.map(|at| at.to_string()).as_deref(), Some("2026-06-18T06:30:00.000Z"));
    assert_eq!(status(&event), (Some(Status::Delivered), Some(Substatus::Confirmed)));
    assert_eq!(event.references[0].kind, "account");
}

#[test]
fn aliases_of_fields_are_one() {
    let other = json!({"trackingNumber": "elm 123456789 my", "eventType": "Out for Delivery", "eventTime": "2026-06-18 14:30:00",
        "currentLocation": "Shah Alam", "eventDescription": "On the van"});
    let event = read(&other);
    assert_eq!(event.keys, ["event:out_for_delivery"]);
    assert_eq!((event.place.name.as_deref(), event.raw_text.as_deref()), (Some("Shah Alam"), Some("On the van")));
    let rows =
        json!([{"connote": "A1", "date": "2026-06-18 14:30:00", "process": "Delivery Success ", "office": "KL"}]);
    let event = match PosMalaysia.read(rows.to_string().as_bytes(), &settings()) {
        Reading::Events { mut events, .. } => events.remove(0),
        other => panic!("{other:?}"),
    };
    assert_eq!(event.keys, ["process:delivery success"]);
    assert_eq!(status(&event).0, Some(Status::Delivered));
}

#[test]
fn domestic_times_are_malaysian_and_iso_times_without_offset_are_utc() {
    let at = |raw: &str| {
        let event = read(&json!({"connote": "A1", "event_code": "EM013", "date_time": raw}));
        (event.time.at.map(|at| at.to_string()), event.time.tz_source, event.flags)
    };
    let instant = |text: &str| Some(text.to_owned());
    assert_eq!(at("2026-06-18 14:30:00"), (instant("2026-06-18T06:30:00.000Z"), TzSource::CarrierDefault, vec![]));
    assert_eq!(
        at("2026-06-18T14:30:00"),
        (instant("2026-06-18T14:30:00.000Z"), TzSource::AssumedUtc, vec![EventFlag::AmbiguousTime])
    );
    assert_eq!(at("2026-06-18T14:30:00+08:00"), (instant("2026-06-18T06:30:00.000Z"), TzSource::PayloadOffset, vec![]));
}

#[test]
fn codes_mean_what_the_table_says() {
    use Status as T;
    use Substatus as S;
    for (code, expected, substatus) in [
        ("em013", T::OutForDelivery, S::OnVehicle),
        ("EM080", T::OutForDelivery, S::OnVehicle),
        ("EM053", T::Delivered, S::Confirmed),
        ("EM065", T::Returned, S::ToSender),
        ("EM020", T::Exception, S::Lost),
        ("EM079", T::Exception, S::Held),
        ("SC50", T::AvailableForPickup, S::AtLocker),
        ("EM082", T::Cancelled, S::ExportOrImportEnded),
        ("P_FAILED", T::Exception, S::CollectionFailed),
        ("O_CAN", T::Cancelled, S::BySender),
        ("RTO_START", T::Returning, S::ReturnMoving),
        ("RTO_COMPLETED", T::Returned, S::ToSender),
        ("RTO_UNDELIVERED", T::Returning, S::ReturnMoving),
    ] {
        assert_eq!(status(&coded(code)), (Some(expected), Some(substatus)), "{code}");
    }
    assert!(mapped(&coded("EM555")).is_none(), "unknown codes stay unmapped");
    assert_eq!(mapped(&coded("EM099")).and_then(|row| row.target.reason), Some(Reason::CustomsDutiesDue));
}

#[test]
fn failures_take_their_reason_from_the_words() {
    let event = read(&json!({"tracking_number": "A1", "event_code": "LM_FAIL", "date_time": "2026-06-18 14:30:00",
        "reason_code": "AEX23", "reason_description": "Receiver not home"}));
    assert_eq!(event.from_text.as_ref().and_then(|text| text.reason), Some(Reason::ConsigneeAbsent));
    assert!(mapped(&event).expect("a row").target.from_text);
    assert_eq!(
        (event.raw_text.as_deref(), event.remark.as_deref()),
        (Some("Receiver not home"), Some("AEX23: Receiver not home"))
    );
}

#[test]
fn families_with_a_detail_are_told_apart() {
    let family = |name: &str, detail: &str| {
        read(&json!({"connote": "A1", "event": name, "detail": detail, "timestamp": "2026-06-18 14:30:00"}))
    };
    assert_eq!(status(&family("exception", "Delayed")), (Some(Status::InTransit), Some(Substatus::Delayed)));
    assert_eq!(status(&family("exception", "damages")), (Some(Status::Exception), Some(Substatus::Damaged)));
    assert_eq!(status(&family("exception", "odd")), (Some(Status::Exception), Some(Substatus::Other)));
    assert_eq!(status(&family("customs", "hold")), (Some(Status::Exception), Some(Substatus::CustomsHold)));
    assert_eq!(status(&family("customs", "released")), (Some(Status::InTransit), Some(Substatus::CustomsReleased)));
    let gps =
        read(&json!({"connote": "A1", "event": "gps", "lat": "3.1", "lng": 101.6, "timestamp": "2026-06-18 14:30:00"}));
    assert_eq!(mapped(&gps).expect("a row").target.kind, Kind::Location);
    assert_eq!(gps.place.latitude, Some(3.1));
}

#[test]
fn what_cannot_be_read_is_said_and_loses_nothing_else() {
    let body = json!([{"event_code": "EM013"}, {"connote": "A1", "event_code": "EM013"}, {"connote": "A2"}]);
    match PosMalaysia.read(body.to_string().as_bytes(), &settings()) {
        Reading::Events { events, faults, .. } => assert_eq!((events.len(), faults.len()), (1, 2)),
        other => panic!("{other:?}"),
    }
    for body in ["", "null", "[1]", "{\"a\":1}", "<xml/>"] {
        assert!(matches!(PosMalaysia.read(body.as_bytes(), &settings()), Reading::Unreadable(_)), "{body}");
    }
}

#[test]
fn rows_are_unique_and_fit_the_vocabulary() {
    let mut seen = BTreeSet::new();
    for row in PosMalaysia.default_rows() {
        assert!(seen.insert(row.key), "{} twice", row.key);
        if let (Some(status), Some(substatus)) = (row.target.status, row.target.substatus) {
            assert!(status.substatuses().contains(&substatus), "{}", row.key);
        }
    }
}

#[test]
fn what_is_composed_is_read_as_what_was_meant() {
    for kind in PosMalaysia.facts().test_events {
        let event = TestEvent {
            event: kind.event.clone(),
            number: "ELM123456789MY".into(),
            at: Timestamp::from_millis(1_790_000_000_000),
            nonce: "0".repeat(32),
            attempt: 1,
        };
        let composed = PosMalaysia.compose(&event, &settings()).expect("composes");
        let read = read(&serde_json::from_slice(&composed.body).expect("JSON"));
        assert_eq!(mapped(&read).expect("a row").target.status, kind.status, "{}", kind.event);
        assert_eq!(read.time.at, Some(event.at));
        let proof = read.proofs.first().map(|proof| proof.kind);
        match kind.event.as_str() {
            "signature" => assert_eq!(proof, Some(ProofKind::Signature)),
            "photo" => assert_eq!(proof, Some(ProofKind::Photo)),
            _ => {}
        }
    }
}

#[test]
fn a_signature_is_checked_where_there_is_a_secret_and_demanded_where_the_operator_says_so() {
    let plain = settings();
    assert_eq!(PosMalaysia.scheme(&plain, &[]).proof, ProofRule::UrlOnly);
    let ProofRule::Hmac(rule) = PosMalaysia.scheme(&plain, &[SecretName::Secret]).proof else { panic!("signed") };
    assert!(!rule.required);
    let mut strict = settings();
    strict.insert("require_signature".into(), json!(true));
    strict.insert("account_no".into(), json!("ACC1"));
    assert_eq!(PosMalaysia.check_settings(&strict, &[]).len(), 1);
    let scheme = PosMalaysia.scheme(&strict, &[SecretName::Secret]);
    let ProofRule::Hmac(rule) = scheme.proof else { panic!("signed") };
    assert!(rule.required);
    assert_eq!(scheme.account.expect("a rule").allowed, ["ACC1"]);
}

#[test]
fn the_letter_names_our_address() {
    let memory = json!({});
    let context = RegistrationContext {
        hook_url: "https://hooks.example/hooks/pos-malaysia/abc",
        label: "Main",
        settings: &settings(),
        stored: &[],
        secret: &|_| None,
        memory: &memory,
    };
    let plan = PosMalaysia.registration_plan(&context);
    assert!(plan.handouts.iter().any(|handout| handout.label.starts_with("Letter")
        && handout.text.contains(context.hook_url)
        && handout.text.contains("X-POS-Signature")));
}

proptest! {
    #[test]
    fn no_bytes_panic_the_reader(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = PosMalaysia.read(&body, &settings());
    }

    #[test]
    fn no_text_panics_the_reader(code in "\\PC{0,20}", time in "\\PC{0,30}", detail in "\\PC{0,10}") {
        let body = json!({"connote": "A1", "event": code, "timestamp": time, "detail": detail});
        let _ = PosMalaysia.read(body.to_string().as_bytes(), &settings());
        let family = json!({"connote": "A1", "event": "customs", "timestamp": time, "detail": detail});
        let _ = PosMalaysia.read(family.to_string().as_bytes(), &settings());
    }
}
