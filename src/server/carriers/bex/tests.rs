//! What is read of BEX's documented samples, and that everything composed can be read again.

use super::*;
use crate::tracking::event::{ProofKind, Reported};
use crate::tracking::status::{EventFlag, Reason};
use crate::tracking::time::{TimePrecision, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

fn settings_of(given: &Value) -> Settings {
    settings::validate(&Bex.facts().settings, given, None).expect("valid settings")
}

fn read(body: &str) -> Reading {
    Bex.read(body.as_bytes(), &settings_of(&json!({})))
}

fn events(body: &str) -> Vec<Reported> {
    match read(body) {
        Reading::Events { events, faults, .. } => {
            assert_eq!(faults, Vec::<String>::new());
            events
        }
        other => panic!("not read: {other:?}"),
    }
}

fn envelope(notifications: &str) -> String {
    format!("{{\"Id\":\"abc\",\"Attempt\":1,\"Properties\":{{}},\"Notifications\":[{notifications}]}}")
}

const SCAN: &str = r#"{"Action":"tracking_event","WaybillNumber":"12345","TrackingDate":"2021-07-12 11:59:25","TrackingUser":"John Doe","TrackingDescription":"tracking description","TrackingReference":"some reference","TrackingTypeId":-1}"#;
const POD: &str = r#"{"Action":"pod","WaybillNumber":"12345","PODDate":"2021-07-12","PODTime":"11:34:25","Signee":"Jane Doe","PODPieces":1}"#;
const ATTEMPT: &str = r#"{"Action":"attempted_delivery","WaybillNumber":"12345","AttemptedDate":"2021-07-12","AttemptedTime":"11:12:16","NonDeliveryReason":"Wrong route","DriverComment":"driver"}"#;
const NOTE: &str = r#"{"Action":"waybill_note","PostedBy":"John Doe","NoteDate":"2021-07-12 12:08:16","NoteText":"Customer will phone when home"}"#;
const UPDATE: &str = r#"{"Action":"waybill_update","WaybillNumber":"12345","Service":"ONC","InsuranceRequired":false,"InsuranceValue":0,"ActualWeight":1.0,"SurchargesTotal":"17.50","Vat":6.38,"Parcels":[{"ParcelBarcodeNumber":"P1","Dimension1":40,"Dimension2":30,"Dimension3":1,"Weight":1.0,"ParcelDescription":""},null]}"#;

#[test]
fn an_arrival_at_a_branch_that_delivers_has_a_key_of_its_own() {
    let scan = |text: &str, settings: &Value| {
        let body = envelope(&SCAN.replace("tracking description", text).replace("-1", "5"));
        match Bex.read(body.as_bytes(), &settings_of(settings)) {
            Reading::Events { events, .. } => events[0].keys.clone(),
            other => panic!("not read: {other:?}"),
        }
    };
    let named = json!({"delivery_branches": "PRY, Cape Town depot"});
    let both = ["tracking_event:5:destination", "tracking_event:5"];
    assert_eq!(scan("Shipment arrived at PRY branch", &named), both);
    assert_eq!(scan("Shipment arrived at Cape Town depot", &named), both);
    assert_eq!(scan("Shipment arrived at JNB branch", &named), ["tracking_event:5"]);
    assert_eq!(scan("Shipment departed PRY branch", &json!({})), ["tracking_event:5"]);
}

#[test]
fn the_documented_samples_are_read() {
    let all = events(&envelope(&[SCAN, POD, ATTEMPT, NOTE, UPDATE].join(",")));
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|event| event.number.as_deref() == Some("12345")), "the note takes its siblings' number");

    let scan = &all[0];
    assert_eq!(scan.keys, ["tracking_event:-1"]);
    assert_eq!(scan.kind, Kind::Info, "filler of the sample, not a status");
    assert_eq!(scan.time.at, Some("2021-07-12T09:59:25Z".parse().expect("a time")));
    assert_eq!(scan.references[0].kind, "tracking_reference");
    assert_eq!(scan.actor.as_deref(), Some("John Doe"));

    let pod = &all[1];
    assert_eq!(pod.proofs[0].kind, ProofKind::Signature);
    assert_eq!((pod.proofs[0].received_by.as_deref(), pod.proofs[0].pieces), (Some("Jane Doe"), Some(1)));
    assert_eq!(pod.from_text.as_ref().and_then(|t| t.substatus), Some(Substatus::Signed));
    assert!(pod.raw_text.is_none() && pod.details.is_null(), "the signee stands in the proof only");

    let attempt = &all[2];
    assert_eq!(attempt.from_text.as_ref().and_then(|t| t.reason), Some(Reason::CarrierMissorted));
    assert_eq!(attempt.remark.as_deref(), Some("driver"));
    assert_eq!(attempt.time.raw.as_deref(), Some("2021-07-12 11:12:16"));

    let update = &all[4];
    assert_eq!(update.pieces.as_ref().map(Vec::len), Some(1));
    assert_eq!(update.details["SurchargesTotal"], "17.50");
    assert_eq!(update.time.precision, TimePrecision::None);
    assert_eq!(update.identity, "bex│abc│4");
}

#[test]
fn a_note_alone_names_nobody_and_so_does_one_between_two_waybills() {
    assert_eq!(events(&envelope(NOTE))[0].number, None);
    let other = POD.replace("12345", "67890");
    assert_eq!(events(&envelope(&[POD, NOTE, &other].join(",")))[1].number, None);
    let own = NOTE.replace("\"PostedBy\"", "\"WaybillNumber\":\"777\",\"PostedBy\"");
    assert_eq!(events(&envelope(&[POD, &own].join(",")))[1].number.as_deref(), Some("777"));
}

#[test]
fn a_resend_under_a_new_id_is_the_same_event() {
    let once = events(&envelope(SCAN)).remove(0);
    let again = envelope(SCAN).replace("abc", "def").replace("\"Attempt\":1", "\"Attempt\":2");
    assert_eq!(events(&again)[0].identity, once.identity);
    assert!(once.identity.starts_with("bex│12345│tracking_event│-1│2021-07-12T11:59:25│SOMEREFERENCE│"));
    let iso = envelope(&SCAN.replace("12 11:59", "12T11:59"));
    assert_eq!(events(&iso)[0].identity, once.identity, "Json.NET writes the same time with a T");
    assert_ne!(events(&envelope(&SCAN.replace("description\"", "other\"")))[0].identity, once.identity);
    let note = events(&envelope(NOTE)).remove(0);
    assert_eq!(note.identity, "bex│abc│0");
}

#[test]
fn numbers_nulls_and_odd_keys_are_tolerated() {
    let body = "\u{feff} {\"id\":\"x\",\"notifications\":[{\"action\":\"POD\",\"waybillNumber\":1055352,\"PodDate\":\"2021-07-12\",\
                \"PODTime\":null,\"Signee\":\"  \",\"PODPieces\":\"2\",\"Extra\":[1]}]} \r\n";
    let pod = events(body).remove(0);
    assert_eq!(pod.number.as_deref(), Some("1055352"));
    assert_eq!(pod.time.precision, TimePrecision::Day);
    assert_eq!((pod.proofs[0].received_by.as_deref(), pod.proofs[0].pieces), (None, Some(2)));
    assert_eq!(pod.from_text.and_then(|t| t.substatus), Some(Substatus::Confirmed));
}

#[test]
fn fillers_for_no_time_are_missing_times() {
    for filler in ["0001-01-01 00:00:00", "1970-01-01T02:00:00", "", "soon"] {
        let event = events(&envelope(&SCAN.replace("2021-07-12 11:59:25", filler))).remove(0);
        assert_eq!((event.time.at, event.time.precision), (None, TimePrecision::None), "{filler}");
    }
}

#[test]
fn places_are_taken_out_of_the_words() {
    let place = |text: &str| events(&envelope(&SCAN.replace("tracking description", text))).remove(0).place.name;
    assert_eq!(place("Departed JNB depot for PRY branch").as_deref(), Some("JNB depot"));
    assert_eq!(place("Arrived into PRY depot").as_deref(), Some("PRY depot"));
    assert_eq!(place("Shipment arrived at Cape Town branch/depot.").as_deref(), Some("Cape Town branch/depot"));
    assert_eq!(place("Loaded onto vehicle for delivery"), None);
    assert_eq!(place("Departed for PRY branch"), None);
}

#[test]
fn what_cannot_be_read_does_not_lose_the_rest() {
    let body = envelope(
        &[r#"{"Action":"pod","PODDate":"2021-07-12"}"#, "7", SCAN, r#"{"Action":"recount","WaybillNumber":"1"}"#]
            .join(","),
    );
    let Reading::Events { events, faults, .. } = read(&body) else { panic!("readable in part") };
    assert_eq!((events.len(), faults.len()), (2, 2), "{faults:?}");
    assert_eq!((events[1].keys.as_slice(), events[1].kind), (&["recount".to_owned()][..], Kind::Info));
    assert!(matches!(read("<xml/>"), Reading::Unreadable(_)));
    assert!(matches!(read("{}"), Reading::Unreadable(_)));
    assert!(matches!(read("[]"), Reading::Unreadable(_)));
    assert!(matches!(read(&envelope("")), Reading::Ignored(_)));
    assert!(matches!(read(&envelope("{}")), Reading::Unreadable(_)));
}

#[test]
fn a_clock_that_disagrees_with_itself_is_flagged() {
    let body = envelope(&ATTEMPT.replace("\"2021-07-12\"", "\"2021-07-12T09:00:00\""));
    assert_eq!(events(&body)[0].flags, [EventFlag::TimeDisagrees]);
}

#[test]
fn everything_composed_is_read_and_mapped_as_announced() {
    let settings = settings_of(&json!({}));
    let at: Timestamp = "2026-06-18T22:30:00.000Z".parse().expect("a time");
    for kind in Bex.facts().test_events {
        let event = TestEvent {
            event: kind.event.clone(),
            number: "ACP1055352".into(),
            at,
            nonce: "4f6d8c0b2a9e4d1c8b7a6f5e4d3c2b1a".into(),
            attempt: 1,
        };
        let composed = Bex.compose(&event, &settings).expect("announced");
        let text = String::from_utf8(composed.body.clone()).expect("text");
        assert!(text.starts_with("{\r\n  \"Id\": \"4f6d8c0b") && text.ends_with("\r\n}") && !text.contains("\n\n"));
        let Reading::Events { events, faults, .. } = Bex.read(&composed.body, &settings) else {
            panic!("{}: unreadable", kind.event)
        };
        assert!(faults.is_empty());
        let last = events.last().expect("an event");
        assert_eq!(last.number.as_deref(), Some("ACP1055352"), "{}", kind.event);
        assert!(last.time.at.is_none_or(|time| time == at), "{}", kind.event);
        let rows = Bex.default_rows();
        let status =
            rows.iter().find(|row| last.keys.iter().any(|key| key == row.key)).and_then(|row| row.target.status);
        assert_eq!(status, kind.status, "{}", kind.event);
    }
    let unknown = TestEvent { event: "exploded".into(), number: "1".into(), at, nonce: String::new(), attempt: 1 };
    assert!(Bex.compose(&unknown, &settings).is_err());
    for journey in Bex.journeys() {
        for (event, _) in journey.steps {
            assert!(Bex.facts().test_events.iter().any(|known| known.event == *event), "{event}");
        }
    }
}

#[test]
fn a_composed_body_is_byte_for_byte_what_the_serialiser_writes() {
    let event = TestEvent {
        event: "out_for_delivery".into(),
        number: "ACP1055352".into(),
        at: "2021-09-03T05:06:00.000Z".parse().expect("a time"),
        nonce: "4f6d8c0b2a9e4d1c8b7a6f5e4d3c2b1a".into(),
        attempt: 1,
    };
    let composed = Bex.compose(&event, &settings_of(&json!({}))).expect("announced");
    let expected = [
        "{",
        "  \"Id\": \"4f6d8c0b2a9e4d1c8b7a6f5e4d3c2b1a\",",
        "  \"Attempt\": 1,",
        "  \"Properties\": {},",
        "  \"Notifications\": [",
        "    {",
        "      \"Action\": \"tracking_event\",",
        "      \"WaybillNumber\": \"ACP1055352\",",
        "      \"TrackingDate\": \"2021-09-03 07:06:00\",",
        "      \"TrackingUser\": \"Test Bench\",",
        "      \"TrackingDescription\": \"Loaded onto vehicle for delivery\",",
        "      \"TrackingReference\": \"\",",
        "      \"TrackingTypeId\": 7",
        "    }",
        "  ]",
        "}",
    ]
    .join("\r\n");
    assert_eq!(String::from_utf8(composed.body).expect("text"), expected);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        Bex.read(&bytes, &settings::defaults(&schema()));
    }

    #[test]
    fn no_values_make_the_reader_panic(
        action in "tracking_event|pod|attempted_delivery|waybill_note|waybill_update|x",
        value in prop_oneof![Just(Value::Null), any::<i64>().prop_map(|n| json!(n)), any::<f64>().prop_map(|n| json!(n)),
            ".{0,40}".prop_map(|t| json!(t)), "[0-9]{0,5}-[0-9]{0,3}-[0-9 T:]{0,20}".prop_map(|t| json!(t)), Just(json!([[]])), Just(json!({"a": {}}))],
    ) {
        let mut notification = json!({"Action": action});
        for key in ["WaybillNumber", "TrackingDate", "TrackingDescription", "TrackingTypeId", "PODDate", "PODTime",
            "PODPieces", "Signee", "AttemptedDate", "AttemptedTime", "NoteDate", "NoteText", "Parcels", "Service"] {
            notification[key] = value.clone();
        }
        let body = json!({"Id": value, "Notifications": [notification, value]}).to_string();
        Bex.read(body.as_bytes(), &settings::defaults(&schema()));
    }
}
