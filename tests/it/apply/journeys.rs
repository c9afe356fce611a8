//! Golden cases through real payloads.

use super::*;

/// Every permutation of a few items.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for item in 0..count {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, item);
                    longer
                })
            })
            .collect();
    }
    all
}

/// What must not depend on the order of posting.
fn essence(parcel: &Parcel) -> Value {
    let mut value = serde_json::to_value(parcel).expect("a parcel serialises");
    for key in ["endpoint", "created_at", "updated_at", "id", "head_event", "legs", "shipment", "episodes"] {
        value[key] = Value::Null;
    }
    value["why"]["event"] = Value::Null;
    for aside in value["why"]["set_aside"].as_array_mut().expect("a list") {
        aside["event"] = Value::Null;
    }
    value
}

#[tokio::test]
async fn any_order_and_any_repetition_end_in_the_same_state() {
    // Labelled, collected, out, failed, out again, delivered; and a scan pressed after the delivery.
    let scans = [
        ("EM000", "2026-06-15 08:00:00"),
        ("P_SUCCESS", "2026-06-15 12:00:00"),
        ("EM013", "2026-06-16 08:00:00"),
        ("LM_SUCCESS", "2026-06-17 11:00:00"),
        ("EM080", "2026-06-17 11:04:00"),
    ];
    let mut seen: Option<Value> = None;
    for (turn, order) in permutations(scans.len()).into_iter().enumerate().step_by(7) {
        let bed = Bed::new("2026-06-18T00:00:00Z").await;
        let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
        for index in &order {
            let (code, at) = scans[*index];
            bed.post(endpoint, &pos("ELM1MY", code, at)).await;
            if turn % 2 == 0 {
                bed.drain().await;
            }
            let again = bed.post(endpoint, &pos("ELM1MY", code, at)).await;
            assert_eq!(again.answer(), Answer::Duplicate);
        }
        bed.drain().await;
        let parcel = bed.parcel("ELM1MY").await;
        assert_eq!((parcel.status, parcel.events_count), (Status::Delivered, 5));
        let essence = essence(&parcel);
        assert_eq!(seen.get_or_insert_with(|| essence.clone()), &essence, "order {order:?}");
    }
}

#[tokio::test]
async fn proofs_of_delivery_add_up_over_the_pieces_of_a_waybill() {
    let bed = Bed::new("2026-06-18T08:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let pieces = json!([{"ParcelBarcodeNumber": "P1"}, {"ParcelBarcodeNumber": "P2"}, {"ParcelBarcodeNumber": "P3"}]);
    let update = json!({"Action": "waybill_update", "WaybillNumber": "W100", "Service": "ECO", "Parcels": pieces});
    let pod = |time: &str, pieces: u32| {
        json!({"Action": "pod", "WaybillNumber": "W100", "PODDate": "2026-06-18", "PODTime": time,
               "Signee": "Jane", "PODPieces": pieces})
    };
    bed.post_at(endpoint, "2026-06-18T08:00:00Z", &bex("a", json!([update]))).await;
    bed.post_at(endpoint, "2026-06-18T08:10:00Z", &bex("b", json!([pod("10:05:00", 1)]))).await;
    let parcels = bed.parcels("W100").await;
    assert_eq!(parcels.len(), 3);
    assert!(parcels.iter().all(|parcel| parcel.status == Status::InfoReceived));
    assert!(parcels.iter().all(|parcel| parcel.flags == [ParcelFlag::PartialPod]));
    let shipment = parcels[0].shipment.clone().expect("a shipment of several pieces");
    assert_eq!((shipment.roll_up.as_str(), shipment.signed_for, shipment.pieces), ("partially_delivered", 1, 3));

    bed.post_at(endpoint, "2026-06-18T09:10:00Z", &bex("c", json!([pod("11:05:00", 2)]))).await;
    let parcels = bed.parcels("W100").await;
    assert!(parcels.iter().all(|parcel| parcel.status == Status::Delivered && parcel.flags.is_empty()));
}

#[tokio::test]
async fn a_reference_that_is_a_barcode_is_about_that_piece() {
    let bed = Bed::new("2026-06-18T08:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let pieces = json!([{"ParcelBarcodeNumber": "P1"}, {"ParcelBarcodeNumber": "P2"}]);
    let update = json!({"Action": "waybill_update", "WaybillNumber": "W200", "Parcels": pieces});
    let scans = json!([update, bex_scan("W200", 7, "2026-06-18 09:00:00", "P2")]);
    bed.post_at(endpoint, "2026-06-18T08:00:00Z", &bex("a", scans)).await;
    let parcels = bed.parcels("W200").await;
    let status_of = |piece: &str| parcels.iter().find(|p| p.piece.as_deref() == Some(piece)).map(|p| p.status);
    assert_eq!(status_of("P1"), Some(Status::InfoReceived));
    assert_eq!(status_of("P2"), Some(Status::OutForDelivery));
    let second = parcels.iter().find(|parcel| parcel.piece.as_deref() == Some("P2")).expect("P2");
    assert_eq!(
        u32::try_from(bed.events(second.id).await.len()),
        Ok(second.events_count),
        "the timeline agrees with the count"
    );
}

#[tokio::test]
async fn two_words_for_one_attempt_count_once() {
    let bed = Bed::new("2026-06-18T12:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let mut scan = bex_scan("W300", 9, "2026-06-18 10:00:00", "x");
    scan["TrackingDescription"] = json!("Delivery attempt failed because nobody home");
    let attempt = json!({"Action": "attempted_delivery", "WaybillNumber": "W300", "AttemptedDate": "2026-06-18",
                         "AttemptedTime": "10:04:00", "NonDeliveryReason": "Nobody there", "DriverComment": ""});
    bed.post_at(endpoint, "2026-06-18T12:00:00Z", &bex("a", json!([scan, attempt]))).await;
    let parcel = bed.parcel("W300").await;
    assert_eq!((parcel.status, parcel.substatus), (Status::FailedAttempt, Some(Substatus::RecipientAbsent)));
    assert_eq!((parcel.attempts, parcel.events_count), (1, 2));
}

#[tokio::test]
async fn a_code_nobody_knows_moves_nothing_and_is_listed() {
    let bed = Bed::new("2026-06-18T12:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let scans =
        json!([bex_scan("W400", 7, "2026-06-18 08:00:00", "x"), bex_scan("W400", 42, "2026-06-18 09:00:00", "x")]);
    let captured = bed.post_at(endpoint, "2026-06-18T12:00:00Z", &bex("a", scans)).await;
    assert_eq!(bed.delivery(&captured).await.outcome, Outcome::Applied);
    assert_eq!(bed.parcel("W400").await.status, Status::OutForDelivery);
    let unmapped = bed.store.list_unmapped(&PageRequest::default()).await.expect("asked").items;
    assert_eq!(
        unmapped.iter().map(|code| (code.key.as_str(), code.count)).collect::<Vec<_>>(),
        [("tracking_event:42", 1)]
    );
}

#[tokio::test]
async fn a_note_without_a_number_finds_its_waybill_or_waits() {
    let note = |text: &str| json!({"Action": "waybill_note", "PostedBy": "J", "NoteDate": "2026-06-18 10:00:00", "NoteText": text});
    let bed = Bed::new("2026-06-18T12:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let beside = json!([bex_scan("W500", 7, "2026-06-18 08:00:00", "x"), note("beside a scan")]);
    bed.post_at(endpoint, "2026-06-18T12:00:00Z", &bex("a", beside)).await;
    bed.post_at(endpoint, "2026-06-18T12:01:00Z", &bex("b", json!([note("please ring, w500 is heavy")]))).await;
    let lonely = bed.post_at(endpoint, "2026-06-18T12:02:00Z", &bex("c", json!([note("nobody's note")]))).await;
    let parcel = bed.parcel("W500").await;
    assert_eq!((parcel.status, parcel.events_count), (Status::OutForDelivery, 3));
    let delivery = bed.delivery(&lonely).await;
    assert_eq!(delivery.outcome, Outcome::Applied);
    assert!(delivery.parcels.is_empty(), "it waits in the inbox");

    bed.post_at(endpoint, "2026-06-18T12:03:00Z", &bex("d", json!([note("for W-600 on Monday")]))).await;
    assert!(bed.parcels("W600").await.is_empty());
    let scan = json!([bex_scan("W600", 7, "2026-06-18 08:00:00", "x")]);
    bed.post_at(endpoint, "2026-06-18T12:04:00Z", &bex("e", scan)).await;
    assert_eq!(bed.parcel("W600").await.events_count, 2, "the note waited for its waybill");
}

#[tokio::test]
async fn a_check_in_of_four_references_is_four_parcels() {
    let bed = Bed::new("2026-06-18T12:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Fast, json!({})).await;
    let references: Vec<Value> = (1..=4)
        .map(|id| json!({"ShipmentId": 74_000 + id, "WaybillNo": null, "CustomerDocuments": ["DOC-1"]}))
        .collect();
    let body = json!({"CheckInTypeId": 17, "CheckInTypeName": "Vehicle Arrived At Site\r\n",
        "CheckInDate": "2026-06-18T09:49:08", "CheckInTime": "09:49:08", "CheckInBusinessUnitId": 12,
        "CustomerId": 410, "ShipmentReferences": references});
    let captured = bed.post_at(endpoint, "2026-06-18T12:00:00Z", &body).await;
    let delivery = bed.delivery(&captured).await;
    assert_eq!((delivery.events.len(), delivery.parcels.len()), (4, 4));
    let parcel = bed.parcel("74001").await;
    assert_eq!((parcel.status, parcel.substatus), (Status::InfoReceived, Some(Substatus::CollectionScheduled)));
    let events = bed.events(parcel.id).await;
    assert_eq!(events[0].raw_text.as_deref(), Some("Vehicle Arrived At Site"));
    assert!(parcel.references.iter().any(|reference| reference.value == "DOC-1"));
}

pub(super) fn tracking(number: &str, header: (&str, &str), updated: &str, checkpoints: Value) -> Value {
    json!({"code": 200, "data": {"tracking_number": number, "courier_code": "phlpost", "update_at": updated,
        "delivery_status": header.0, "substatus": header.1,
        "origin_info": {"courier_code": "phlpost", "trackinfo": checkpoints}}})
}

pub(super) fn checkpoint(at: &str, status: &str, substatus: &str) -> Value {
    json!({"checkpoint_date": at, "tracking_detail": format!("{status} scan"), "location": "Manila",
           "country_iso2": "PH", "checkpoint_delivery_status": status, "checkpoint_delivery_substatus": substatus})
}

#[tokio::test]
async fn what_a_whole_history_no_longer_lists_is_retracted() {
    let bed = Bed::new("2026-06-20T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Trackingmore, json!({})).await;
    let first = checkpoint("2026-06-15T08:00:00", "transit", "transit001");
    let wrong = checkpoint("2026-06-16T08:00:00", "delivered", "delivered001");
    let last = checkpoint("2026-06-17T08:00:00", "transit", "transit002");
    let before = tracking("RR1PH", ("delivered", "delivered001"), "2026-06-16T10:00:00+08:00", json!([first, wrong]));
    let after = tracking("RR1PH", ("transit", "transit002"), "2026-06-18T10:00:00+08:00", json!([first, last]));
    // The newer list comes first: what counts is when the source made it.
    bed.post_at(endpoint, "2026-06-20T00:00:00Z", &after).await;
    bed.post_at(endpoint, "2026-06-20T00:10:00Z", &before).await;
    let parcel = bed.parcel("RR1PH").await;
    assert_eq!((parcel.status, parcel.substatus), (Status::InTransit, Some(Substatus::ArrivedFacility)));
    assert!(!parcel.flags.contains(&ParcelFlag::SourceDisagrees), "{:?}", parcel.flags);
    let events = bed.events(parcel.id).await;
    let retracted: Vec<_> = events.iter().filter(|event| event.retracted_at.is_some()).collect();
    assert_eq!(retracted.len(), 1);
    assert_eq!(retracted[0].status, Some(Status::Delivered));
    assert_eq!(events.iter().map(|event| event.seen_count).sum::<u32>(), 4);
}

#[tokio::test]
async fn delivered_on_the_way_back_is_read_by_the_carriers_policy() {
    let bed = Bed::new("2026-06-20T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Trackingmore, json!({})).await;
    let back = checkpoint("2026-06-15T08:00:00", "exception", "exception011");
    let end = checkpoint("2026-06-16T08:00:00", "delivered", "delivered001");
    let body = tracking("RR2PH", ("delivered", "delivered001"), "2026-06-16T10:00:00+08:00", json!([back, end]));
    bed.post_at(endpoint, "2026-06-20T00:00:00Z", &body).await;
    let parcel = bed.parcel("RR2PH").await;
    assert_eq!((parcel.status, parcel.substatus), (Status::Returned, Some(Substatus::ToSenderInferred)));
    assert_eq!((parcel.leg, parcel.flags.len()), (2, 0));
}

fn locker(parcel: &str, message: &str, event: &str, state: &str, at: &str) -> Value {
    json!({"specversion": "1.0", "type": "gr.boxnow.parcel_event_change", "source": "https://boxnow.gr/w/1",
        "subject": parcel, "id": message, "time": at, "datacontenttype": "application/json", "datasignature": "",
        "data": {"parcelId": parcel, "parcelState": state, "event": event, "time": at, "orderNumber": "O-1"}})
}

#[tokio::test]
async fn missing_is_lost_once_it_was_in_a_depot() {
    let bed = Bed::new("2026-06-20T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Boxnow, json!({})).await;
    bed.post(endpoint, &locker("91", "m1", "new", "new", "2026-06-18T08:00:00.000Z")).await;
    bed.post(endpoint, &locker("91", "m2", "missing", "missing", "2026-06-18T12:00:00.000Z")).await;
    bed.drain().await;
    assert_eq!(bed.parcel("91").await.substatus, Some(Substatus::CollectionFailed));
    bed.post(endpoint, &locker("91", "m3", "in-depot", "in-depot", "2026-06-18T10:00:00.000Z")).await;
    bed.drain().await;
    let parcel = bed.parcel("91").await;
    assert_eq!((parcel.status, parcel.substatus), (Status::Exception, Some(Substatus::Lost)));
    assert!(parcel.action_required);
}

#[tokio::test]
async fn the_same_event_in_three_messages_is_one_event() {
    let bed = Bed::new("2026-06-20T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Boxnow, json!({})).await;
    for message in ["m1", "m2", "m3"] {
        let captured =
            bed.post(endpoint, &locker("92", message, "in-depot", "in-depot", "2026-06-18T08:00:00.000Z")).await;
        assert_eq!(captured.answer(), Answer::Accepted);
    }
    bed.drain().await;
    let parcel = bed.parcel("92").await;
    let events = bed.events(parcel.id).await;
    assert_eq!((events.len(), events[0].seen_count, events[0].deliveries.len()), (1, 3, 3));
}

#[tokio::test]
async fn the_carriers_own_book_may_disagree() {
    let bed = Bed::new("2026-06-20T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Boxnow, json!({})).await;
    bed.post(endpoint, &locker("93", "m1", "in-depot", "delivered", "2026-06-18T08:00:00.000Z")).await;
    bed.drain().await;
    let parcel = bed.parcel("93").await;
    assert_eq!((parcel.status, parcel.flags), (Status::InTransit, vec![ParcelFlag::SourceDisagrees]));
}
