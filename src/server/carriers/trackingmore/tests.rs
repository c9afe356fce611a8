//! Documented samples, the traps of the document, and what composing and reading owe each other.

use super::*;
use crate::tracking::event::{Listing, Reported};
use crate::tracking::status::{EventFlag, Kind, ParcelFlag, Status, Substatus};
use crate::tracking::time::{TimePrecision, Timestamp, TzSource};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SAMPLE: &str = r#"{"code":200,"message":"Success","data":{"id":"009e9a8a6450cb5ce4b53ac75674fe78","tracking_number":"RR050349575PH","courier_code":"phlpost","order_number":null,"created_at":"2015-10-30T11:35:16+08:00","update_at":"2015-11-03T13:47:20+08:00","delivery_status":"delivered","substatus":"delivered001","archived":"tracking","updating":false,"pieces":1,"latest_event":"Delivered,RENTON, WA 98056,2015-11-02 17:11","latest_checkpoint_time":"2015-11-02T17:11:00","transit_time":3,"origin_info":{"courier_code":"phlpost","trackinfo":[{"checkpoint_date":"2015-10-31T04:00:00","tracking_detail":"Departed","location":"Manila PH","country_iso2":"PH","checkpoint_delivery_status":"transit","checkpoint_delivery_substatus":"transit001"}]},"destination_info":{"courier_code":"usps","trackinfo":[{"checkpoint_date":"2015-11-02T17:11:00","tracking_detail":"Delivered","location":"RENTON WA US","country_iso2":"US","checkpoint_delivery_status":"delivered","checkpoint_delivery_substatus":"delivered001"}]}}}"#;

fn settings() -> Settings {
    settings::defaults(&Trackingmore.facts().settings)
}

fn read(body: &str) -> (Vec<Reported>, Vec<Listing>, Vec<String>) {
    match Trackingmore.read(body.as_bytes(), &settings()) {
        Reading::Events { events, listings, faults } => (events, listings, faults),
        other => panic!("{other:?}"),
    }
}

fn tracking(header: Value, origin: Value) -> String {
    let mut data = json!({"tracking_number": "T 1", "courier_code": "DHL", "origin_info": {"trackinfo": origin}});
    let data_map = data.as_object_mut().expect("an object");
    data_map.extend(header.as_object().expect("an object").clone());
    json!({"meta": {"code": 200}, "data": data}).to_string()
}

#[test]
fn the_published_sample_makes_two_events_and_two_lists() {
    let (events, listings, faults) = read(SAMPLE);
    assert!(faults.is_empty());
    assert_eq!(events.len(), 2, "header and newest checkpoint agree");
    assert_eq!(events[0].keys, ["transit:transit001", "transit"]);
    assert_eq!(events[0].time.at.map(|at| at.to_string()).as_deref(), Some("2015-10-30T20:00:00.000Z"));
    assert_eq!((events[0].time.tz_source, events[0].zone.as_deref()), (TzSource::Place, Some("Asia/Manila")));
    assert_eq!(events[1].time.tz_source, TzSource::AssumedUtc, "the United States have many zones");
    assert_eq!(events[1].flags, [EventFlag::AmbiguousTime]);
    assert!(events[1].identity.starts_with("tm|phlpost|RR050349575PH|destination|2015-11-02T17:11:00|delivered001|"));
    assert_eq!(listings.iter().map(|list| list.side.as_str()).collect::<Vec<_>>(), ["origin", "destination"]);
    assert_eq!(listings[0].updated_at.map(|at| at.to_string()).as_deref(), Some("2015-11-03T05:47:20.000Z"));
}

#[test]
fn every_envelope_and_the_old_names_are_read() {
    let data = json!({"tracking_number": "A1", "carrier_code": "dhl", "status": "transit",
        "original": {"trackinfo": [{"Date": "2021-12-07 10:31", "StatusDescription": "Left", "Details": "HONG KONG",
        "checkpoint_status": "transit", "substatus": "transit 001"}]}});
    let envelopes = [
        json!({"code": 200, "data": data}),
        json!({"meta": {"code": 200}, "data": data}),
        json!({"event": "TRACKING_UPDATED", "data": [data]}),
        data.clone(),
        json!([data]),
    ];
    for envelope in &envelopes[..4] {
        let (events, _, _) = read(&envelope.to_string());
        assert_eq!(events.len(), 1, "{envelope}");
        assert_eq!(events[0].keys[0], "transit:transit001");
        assert_eq!(events[0].time.precision, TimePrecision::Minute);
        assert_eq!(events[0].place.name.as_deref(), Some("HONG KONG"));
    }
    let (several, _, _) = read(&format!("junk{}junk", envelopes[0]));
    assert_eq!(several.len(), 1, "junk around the JSON");
}

#[test]
fn one_tracking_without_a_number_does_not_lose_the_others() {
    let body =
        json!({"data": [{"delivery_status": "transit"}, {"tracking_number": "A1", "delivery_status": "transit"}]});
    let (events, _, faults) = read(&body.to_string());
    assert_eq!((events.len(), faults.len()), (1, 1));
    assert!(matches!(Trackingmore.read(b"{\"data\":{}}", &settings()), Reading::Unreadable(_)));
    assert!(matches!(Trackingmore.read(b"hello", &settings()), Reading::Unreadable(_)));
}

#[test]
fn the_header_is_an_event_only_where_it_says_something_else() {
    let checkpoint = json!([{"checkpoint_date": "2026-01-02T10:00:00", "tracking_detail": "x",
        "checkpoint_delivery_status": "pickup", "checkpoint_delivery_substatus": "pickup002"}]);
    let (events, _, _) = read(&tracking(json!({"delivery_status": "pickup"}), checkpoint.clone()));
    assert_eq!(events.len(), 1, "the header is less specific and does not disagree");
    let (events, _, _) = read(&tracking(
        json!({"delivery_status": "delivered", "latest_checkpoint_time": "2026-01-03T09:00:00"}),
        checkpoint,
    ));
    assert_eq!(events.len(), 2);
    assert_eq!(events[1].identity, "tmhdr|dhl|T1|delivered||2026-01-03T09:00:00");
    assert_eq!(events[1].side.as_deref(), Some("header"));
    let (events, listings, _) =
        read(&tracking(json!({"delivery_status": "not found", "update_at": "2026-01-03T09:00:00+00:00"}), json!([])));
    assert_eq!((events.len(), listings.len()), (1, 0));
    assert_eq!(events[0].keys, ["notfound"]);
    assert!(events[0].time.at.is_some(), "a header without a checkpoint takes update_at");
}

#[test]
fn substatus_is_matched_whatever_its_spelling_and_an_unknown_one_leaves_the_status() {
    let rows = Trackingmore.default_rows();
    let checkpoint = |sub: &str| {
        json!([{"checkpoint_date": "2026-01-02T10:00:00", "checkpoint_delivery_status": "Not Found",
            "checkpoint_delivery_substatus": sub}])
    };
    let (events, _, _) = read(&tracking(json!({}), checkpoint("Not Found001")));
    assert_eq!(events[0].keys, ["notfound:notfound001", "notfound"]);
    let (events, _, _) = read(&tracking(json!({}), checkpoint("notfound099")));
    assert!(rows.iter().all(|row| row.key != events[0].keys[0]), "listed as unmapped");
    assert!(rows.iter().any(|row| row.key == events[0].keys[1]), "and the status decides");
}

#[test]
fn text_tells_damage_from_loss_and_neighbours_from_doors() {
    let checkpoint = |status: &str, sub: &str, detail: &str| {
        json!([{"checkpoint_date": "2026-01-02T10:00:00", "checkpoint_delivery_status": status,
            "checkpoint_delivery_substatus": sub, "tracking_detail": detail}])
    };
    let refined = |status, sub, detail| {
        read(&tracking(json!({}), checkpoint(status, sub, detail))).0[0].from_text.as_ref().and_then(|t| t.substatus)
    };
    assert_eq!(refined("exception", "exception007", "Parcel DAMAGED in transit"), Some(Substatus::Damaged));
    assert_eq!(refined("exception", "exception007", "Parcel lost"), None);
    assert_eq!(refined("delivered", "delivered004", "Left with neighbour"), Some(Substatus::Neighbour));
    assert_eq!(refined("undelivered", "undelivered004", "Business closed"), Some(Substatus::BusinessClosed));
}

#[test]
fn a_signature_is_a_proof_and_the_recipient_is_kept_apart() {
    let header = json!({"delivery_status": "delivered", "signed_by": "J. Doe", "customer_name": "Jane",
        "customer_email": "jane@example.com", "order_number": 17});
    let checkpoint = json!([{"checkpoint_date": "2026-01-02T10:00:00", "checkpoint_delivery_status": "delivered"},
        {"checkpoint_date": "2026-01-01T10:00:00", "checkpoint_delivery_status": "transit"}]);
    let (events, _, _) = read(&tracking(header, checkpoint));
    assert_eq!(events[0].proofs[0].received_by.as_deref(), Some("J. Doe"));
    assert_eq!(events[0].recipient.as_ref().and_then(|to| to.name.as_deref()), Some("Jane"));
    assert_eq!(events[0].references[0].value, "17");
    assert!(events[1].proofs.is_empty());
}

#[test]
fn a_repeated_checkpoint_is_one_event() {
    let twice = json!({"checkpoint_date": "2026-01-02T10:00:00", "checkpoint_delivery_status": "transit"});
    let (events, listings, _) = read(&tracking(json!({}), json!([twice, twice])));
    assert_eq!((events.len(), listings[0].identities.len()), (1, 1));
}

#[test]
fn giving_up_is_a_flag_and_no_status() {
    let rows = Trackingmore.default_rows();
    let row = rows.iter().find(|row| row.key == "expired").expect("a row");
    assert_eq!((row.target.status, row.target.flag), (None, Some(ParcelFlag::AggregatorGaveUp)));
    assert_eq!(row.target.kind, Kind::Info);
}

#[test]
fn rows_are_unique_and_fit_the_vocabulary() {
    let mut seen = BTreeSet::new();
    for row in Trackingmore.default_rows() {
        assert!(seen.insert(row.key), "{} twice", row.key);
        if let (Some(status), Some(substatus)) = (row.target.status, row.target.substatus) {
            assert!(status.substatuses().contains(&substatus), "{}", row.key);
        }
    }
}

fn test_event(event: &str, at: i64) -> TestEvent {
    TestEvent {
        event: event.into(),
        number: "TEST1".into(),
        at: Timestamp::from_millis(at),
        nonce: "0".repeat(32),
        attempt: 1,
    }
}

#[test]
fn what_is_composed_is_read_as_what_was_meant() {
    let rows = Trackingmore.default_rows();
    for kind in Trackingmore.facts().test_events {
        let composed =
            Trackingmore.compose(&test_event(&kind.event, 1_790_000_000_000), &settings()).expect("composes");
        let (events, _, faults) = read(std::str::from_utf8(&composed.body).expect("text"));
        assert!(faults.is_empty());
        let last = events.last().expect("an event");
        let row = last.keys.iter().find_map(|key| rows.iter().find(|row| row.key == key)).expect("a row");
        assert_eq!(row.target.status, kind.status, "{}", kind.event);
        if !matches!(kind.event.as_str(), "pending" | "not_found" | "expired") {
            assert_eq!(last.time.at, Some(Timestamp::from_millis(1_790_000_000_000)), "{}", kind.event);
            assert!(last.flags.is_empty());
        }
    }
    assert!(Trackingmore.compose(&test_event("no such", 0), &settings()).is_err());
}

#[test]
fn a_later_test_event_extends_the_earlier_one() {
    let identities = |event, at| {
        let composed = Trackingmore.compose(&test_event(event, at), &settings()).expect("composes");
        let (events, listings, _) = read(std::str::from_utf8(&composed.body).expect("text"));
        let ids: BTreeSet<String> = events.into_iter().map(|event| event.identity).collect();
        (ids, listings)
    };
    let (first, _) = identities("in_transit", 1_790_000_000_000);
    let (second, lists) = identities("delivered", 1_790_000_060_000);
    assert_eq!(first.intersection(&second).count(), 1, "the step before both");
    let own = lists.iter().find(|list| list.side == "destination").expect("a list");
    assert_eq!(own.oldest, own.newest, "and its list covers no other event");
}

#[test]
fn modes_are_schemes() {
    let scheme = |mode: &str| {
        let mut settings = settings();
        settings.insert("mode".into(), json!(mode));
        Trackingmore.scheme(&settings, &[SecretName::Secret])
    };
    for (mode, covers) in
        [("v4_timestamp", Covers::Timestamp), ("v2_body_block", Covers::Timestamp), ("raw_body", Covers::Body)]
    {
        let scheme = scheme(mode);
        let ProofRule::Hmac(rule) = scheme.proof else { panic!("signed") };
        assert_eq!((rule.covers, scheme.other_modes.len()), (covers, 2), "{mode}");
        assert_eq!(rule.timestamp.is_none(), mode == "raw_body");
        assert_eq!(rule.weak_key, mode == "v2_body_block");
    }
    let facts = Trackingmore.facts();
    assert!(facts.test_events.iter().any(|kind| kind.status == Some(Status::Delivered)));
}

proptest! {
    #[test]
    fn no_bytes_panic_the_reader(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Trackingmore.read(&body, &settings());
    }

    #[test]
    fn no_mangled_sample_panics_the_reader(at in 0..SAMPLE.len(), byte in any::<u8>(), cut in 0..SAMPLE.len()) {
        let mut body = SAMPLE.as_bytes().to_vec();
        body[at] = byte;
        let _ = Trackingmore.read(&body, &settings());
        let _ = Trackingmore.read(&body[..cut], &settings());
    }

    #[test]
    fn no_shape_of_a_field_panics_the_reader(field in "[a-z_]{1,12}", value in prop_oneof![
        Just(json!(null)), Just(json!([])), Just(json!({})), Just(json!(1e300)), Just(json!("é\u{0}…")), Just(json!(true))
    ]) {
        let names = ["tracking_number", "origin_info", "destination_info", "latest_event", "delivery_status", field.as_str()];
        for name in names {
            let mut body: Value = serde_json::from_str(SAMPLE).expect("the sample");
            body["data"][name] = value.clone();
            let _ = Trackingmore.read(body.to_string().as_bytes(), &settings());
        }
    }
}
