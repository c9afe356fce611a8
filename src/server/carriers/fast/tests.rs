//! The documented sample, the structural rules, and what one bad reference must not spoil.

use super::*;
use crate::tracking::event::{ProofKind, Reported};
use crate::tracking::mapping::InContext;
use crate::tracking::status::{Confidence, EventFlag, Reason, Status, Substatus};
use crate::tracking::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

const SAMPLE: &str = r#"{"CheckInTypeId":17,"CheckInTypeName":"Vehicle Arrived At Site\r\n","CheckInDate":"2021-06-14T09:49:08","CheckInTime":"09:49:08","CheckInBusinessUnitId":12,"Longitude":122.5364557,"Latitude":10.7168544,"Remarks":null,"ReceivedBy":null,"DexTypeId":null,"DexTypeName":null,"CustomerId":410,"ShipmentReferences":[{"ShipmentId":741534,"WaybillNo":null,"CustomerDocuments":["CEBS0501966"]},{"ShipmentId":741536,"WaybillNo":null,"CustomerDocuments":["CEBS0501975"]},{"ShipmentId":741538,"WaybillNo":null,"CustomerDocuments":["CEBS0502205"]},{"ShipmentId":741543,"WaybillNo":null,"CustomerDocuments":["CEBS0502041"]}],"CheckInPhotosURL":null}"#;

fn settings() -> Settings {
    settings::defaults(&Fast.facts().settings)
}

fn read(body: &Value) -> (Vec<Reported>, Vec<String>) {
    match Fast.read(body.to_string().as_bytes(), &settings()) {
        Reading::Events { events, faults, .. } => (events, faults),
        other => panic!("{other:?}"),
    }
}

fn with(changes: Value) -> Value {
    let mut body: Value = serde_json::from_str(SAMPLE).expect("the sample");
    body.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    body
}

fn meaning(changes: Value) -> (Option<Status>, Option<Substatus>, Option<Confidence>) {
    let (events, _) = read(&with(changes));
    let rule = events[0].structural.clone();
    (
        rule.as_ref().and_then(|target| target.status),
        rule.as_ref().and_then(|target| target.substatus),
        rule.map(|_| events[0].structural_confidence),
    )
}

fn named(name: &str) -> (Option<Status>, Option<Substatus>, Option<Confidence>) {
    meaning(json!({"CheckInTypeId": 99, "CheckInTypeName": name}))
}

#[test]
fn the_documented_sample_is_four_events_of_one_stop() {
    let (events, faults) = read(&serde_json::from_str(SAMPLE).expect("the sample"));
    assert!(faults.is_empty());
    assert_eq!(
        events.iter().filter_map(|e| e.number.as_deref()).collect::<Vec<_>>(),
        ["741534", "741536", "741538", "741543"]
    );
    assert!(events.iter().all(|event| event.checkin == events[0].checkin && event.checkin.is_some()));
    let first = &events[0];
    assert_eq!(first.identity, "fast|741534|17|2021-06-14|09:49:08|–|12");
    assert_eq!(first.raw_text.as_deref(), Some("Vehicle Arrived At Site"), "without CR LF");
    assert_eq!(first.keys, ["check_in:17", "name:vehicle arrived at site"]);
    assert_eq!(first.time.at.map(|at| at.to_string()).as_deref(), Some("2021-06-14T01:49:08.000Z"));
    assert_eq!(first.structural.as_ref().and_then(|target| target.in_context), Some(InContext::Arrived));
    assert_eq!(first.structural_confidence, Confidence::Low);
    assert_eq!((first.place.latitude, first.place.longitude), (Some(10.716_854_4), Some(122.536_455_7)));
    assert_eq!(first.references.iter().map(|r| r.value.as_str()).collect::<Vec<_>>(), ["CEBS0501966", "410"]);
}

#[test]
fn one_bad_reference_does_not_lose_the_others() {
    let (events, faults) =
        read(&with(json!({"ShipmentReferences": [{"ShipmentId": null}, "x", {"ShipmentId": "7"}, {"ShipmentId": 7}]})));
    assert_eq!((events.len(), faults.len()), (1, 2), "the repeated shipment counts once");
    assert!(matches!(
        Fast.read(with(json!({"ShipmentReferences": []})).to_string().as_bytes(), &settings()),
        Reading::Ignored(_)
    ));
    assert!(matches!(Fast.read(b"[]", &settings()), Reading::Unreadable(_)));
    assert!(matches!(Fast.read(b"{}", &settings()), Reading::Unreadable(_)));
}

#[test]
fn structural_rules_are_tried_from_the_top() {
    use Confidence::{High, Low, Medium};
    let status = |status, substatus, confidence| (Some(status), Some(substatus), Some(confidence));
    let exception = |name: &str| meaning(json!({"DexTypeName": name, "ReceivedBy": "J."}));
    assert_eq!(exception("Business closed"), status(Status::FailedAttempt, Substatus::BusinessClosed, Medium));
    assert_eq!(exception("Goods got wet"), status(Status::Exception, Substatus::Damaged, Medium));
    assert_eq!(exception("Short delivery"), status(Status::Exception, Substatus::Lost, Medium));
    assert_eq!(exception("Rejected by consignee"), status(Status::Exception, Substatus::Refused, Medium));
    assert_eq!(exception("Return to warehouse"), status(Status::Returning, Substatus::ReturnAnnounced, Medium));
    assert_eq!(exception("Something else"), status(Status::FailedAttempt, Substatus::Other, Medium));
    assert_eq!(meaning(json!({"DexTypeId": 0})).1, Some(Substatus::ArrivedFacility), "0 is no exception");
    assert_eq!(meaning(json!({"ReceivedBy": "J. Cruz"})), status(Status::Delivered, Substatus::Signed, High));
    assert_eq!(meaning(json!({"ReceivedBy": "  "})).1, Some(Substatus::ArrivedFacility));
    assert_eq!(named("Trip Cancelled"), status(Status::Cancelled, Substatus::ByCarrier, Low));
    assert_eq!(named("Not delivered"), (None, None, None));
    assert_eq!(named("Delivery Attempt"), (None, None, None));
    assert_eq!(named("Out  For\tDelivery\r\n"), status(Status::OutForDelivery, Substatus::OnVehicle, Low));
    assert_eq!(named("Cargo Received"), status(Status::InTransit, Substatus::Accepted, Low));
    assert_eq!(named("Unloaded at dock"), (None, None, Some(Low)), "whole words only: unloaded is not loaded");
    assert_eq!(named("Vehicle Departed"), status(Status::InTransit, Substatus::DepartedFacility, Low));
    assert_eq!(named("Unload Complete"), status(Status::Delivered, Substatus::Confirmed, Low));
    let (events, _) = read(&with(json!({"CheckInTypeId": 99, "CheckInTypeName": "Paperwork"})));
    let rule = events[0].structural.clone().expect("a weak rule");
    assert_eq!((rule.status, rule.weak), (None, true), "unmapped, and weakly says that there is data");
}

#[test]
fn an_exception_has_keys_of_its_own_and_a_reason() {
    let (events, _) = read(&with(json!({"DexTypeId": 5, "DexTypeName": "No one home"})));
    assert_eq!(events[0].keys, ["check_in:17:5", "check_in:17", "name:vehicle arrived at site"]);
    assert_eq!(events[0].structural.as_ref().and_then(|rule| rule.reason), Some(Reason::ConsigneeAbsent));
    assert_eq!(events[0].identity, "fast|741534|17|2021-06-14|09:49:08|5|12");
}

#[test]
fn a_richer_resend_is_the_same_event() {
    let (plain, _) = read(&with(json!({})));
    let (rich, _) = read(&with(json!({"ReceivedBy": "J. Cruz", "Remarks": "Gate 2",
        "CheckInPhotosURL": ["https://a.example/1.jpg", "http://a.example/2.jpg", "javascript:alert(1)", null, 7,
            "https://a.example/1.jpg", "https://a b/3.jpg"]})));
    assert_eq!(plain[0].identity, rich[0].identity);
    let proofs: Vec<_> = rich[0].proofs.iter().map(|proof| (proof.kind, proof.url.as_deref())).collect();
    assert_eq!(proofs, [(ProofKind::Signature, None), (ProofKind::Photo, Some("https://a.example/1.jpg"))]);
    assert_eq!(rich[0].remark.as_deref(), Some("Gate 2"));
}

#[test]
fn zero_coordinates_are_none_and_disagreeing_times_are_told() {
    let (events, _) = read(&with(json!({"Latitude": 0, "Longitude": "0.0", "CheckInTime": "11:49:08"})));
    assert_eq!((events[0].place.latitude, events[0].flags.as_slice()), (None, &[EventFlag::TimeDisagrees][..]));
    let (events, _) = read(&with(json!({"CheckInDate": "2021-06-14T00:00:00", "CheckInTime": "09:49:08.0000000"})));
    assert!(events[0].flags.is_empty());
    assert_eq!(events[0].time.at.map(|at| at.to_string()).as_deref(), Some("2021-06-14T01:49:08.000Z"));
}

#[test]
fn customers_are_an_account_rule_only_where_set() {
    assert_eq!(Fast.scheme(&settings(), &[]).account, None);
    let mut listed = settings();
    listed.insert("customer_ids".into(), json!([410, 411]));
    let rule = Fast.scheme(&listed, &[]).account.expect("a rule");
    assert_eq!(rule.allowed, ["410", "411"]);
}

#[test]
fn what_is_composed_is_read_as_what_was_meant() {
    for kind in Fast.facts().test_events {
        let event = TestEvent {
            event: kind.event.clone(),
            number: "741534".into(),
            at: Timestamp::from_millis(1_790_000_000_000),
            nonce: "0".repeat(32),
            attempt: 1,
        };
        let composed = Fast.compose(&event, &settings()).expect("composes");
        let body: Value = serde_json::from_slice(&composed.body).expect("JSON");
        assert!(body["CheckInTypeName"].as_str().expect("a name").ends_with("\r\n"));
        let (events, faults) = read(&body);
        assert_eq!((events.len(), faults.len()), (1, 0));
        assert_eq!(events[0].structural.as_ref().and_then(|rule| rule.status), kind.status, "{}", kind.event);
        assert_eq!(events[0].time.at, Some(event.at));
    }
}

proptest! {
    #[test]
    fn no_bytes_panic_the_reader(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Fast.read(&body, &settings());
    }

    #[test]
    fn no_mangled_sample_panics_the_reader(at in 0..SAMPLE.len(), byte in any::<u8>()) {
        let mut body = SAMPLE.as_bytes().to_vec();
        body[at] = byte;
        let _ = Fast.read(&body, &settings());
    }

    #[test]
    fn no_text_panics_the_reader(date in "\\PC{0,30}", name in "\\PC{0,30}", photo in "\\PC{0,30}") {
        let _ = read(&with(json!({"CheckInDate": date, "CheckInTypeName": name, "CheckInPhotosURL": [photo]})));
    }
}
