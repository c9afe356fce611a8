//! What operators do to timelines: applied at once, shown with name and reason, undoable, and kept by a rebuild.

use super::journeys::{checkpoint, tracking};
use super::*;
use parcelwire::server::live::Topic;
use parcelwire::tracking::act::{ActKind, Assertion};
use parcelwire::tracking::status::Kind;

const WHY: &str = "the customer rang";

fn asserted(status: Status, pin: bool) -> Assertion {
    Assertion { status, substatus: None, reason: WHY.into(), pin }
}

impl Bed {
    /// A POS parcel that was collected and is on its way.
    async fn on_its_way(&self, number: &str) -> (Uuid, Parcel) {
        let endpoint = self.endpoint(CarrierId::PosMalaysia, json!({})).await;
        self.post(endpoint, &pos(number, "P_SUCCESS", "2026-06-15 12:00:00")).await;
        self.post(endpoint, &pos(number, "EM013", "2026-06-16 08:00:00")).await;
        self.drain().await;
        (endpoint, self.parcel(number).await)
    }

    async fn assert(&self, parcel: &Parcel, status: Status, pin: bool) -> Event {
        self.acts.assert_status("ana", parcel.id, asserted(status, pin)).await.expect("asserted")
    }

    /// Drops what is derived and derives it again.
    async fn rebuild(&self) {
        self.store.write(|tx| Box::pin(tx.forget_derived())).await.expect("forgotten");
        self.drain().await;
        self.apply.refold_stale().await.expect("folded again");
        self.apply.end_rebuild().await.expect("ended");
    }

    async fn inbox(&self) -> Vec<Event> {
        self.store.list_unassigned_notes(&PageRequest::default()).await.expect("asked").items
    }
}

#[tokio::test]
async fn an_assertion_is_an_event_with_a_name_and_a_reason_and_voiding_it_undoes_it() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let (_, before) = bed.on_its_way("ELM1MY").await;
    let mut heard = bed.live.subscribe();
    let event = bed.assert(&before, Status::Exception, false).await;
    assert_eq!(
        (event.kind, event.status, event.substatus),
        (Kind::Operator, Some(Status::Exception), Some(Substatus::Lost))
    );
    assert_eq!((event.occurred_at, event.received_at), (Some(bed.now()), bed.now()));
    let mark = event.operator.clone().expect("an operator's");
    assert_eq!((mark.by.as_str(), mark.reason.as_deref(), mark.pin), ("ana", Some(WHY), false));
    assert!(heard.try_recv().expect("announced").topics.contains(&Topic::Parcel(before.id)));
    let lost = bed.parcel("ELM1MY").await;
    assert_eq!((lost.status, lost.head_event), (Status::Exception, Some(event.id)));
    assert!(lost.explanation.contains("ana"), "{}", lost.explanation);
    assert_eq!(lost.last_event_at, before.last_event_at, "the carrier said nothing new");

    let voided = bed.acts.void("ben", event.id, " a mistake ").await.expect("voided");
    assert_eq!(voided.voided_at, Some(bed.now()));
    let again = bed.acts.void("cy", event.id, "again").await.expect("harmless");
    assert_eq!(again, voided, "voiding twice changes nothing");
    let after = bed.parcel("ELM1MY").await;
    assert_eq!((after.status, after.head_event), (before.status, before.head_event));
    let back = bed.acts.unvoid("ana", event.id, "no mistake").await.expect("back");
    let said: Vec<_> = back.acts.iter().map(|act| (act.act, act.by.as_str(), act.reason.as_str())).collect();
    assert_eq!(said, [(ActKind::Unvoid, "ana", "no mistake"), (ActKind::Void, "ben", "a mistake")], "newest first");
    assert_eq!(bed.parcel("ELM1MY").await.status, Status::Exception);
}

#[tokio::test]
async fn every_assertion_has_its_usual_substatus_and_follows_the_rules_of_its_status() {
    let usual = [
        (Status::Delivered, Substatus::Confirmed, Status::Delivered),
        (Status::Returned, Substatus::ToSender, Status::Returned),
        (Status::Cancelled, Substatus::BySender, Status::OutForDelivery),
        (Status::Exception, Substatus::Lost, Status::OutForDelivery),
    ];
    for (status, substatus, after) in usual {
        for pin in [false, true] {
            let bed = Bed::new("2026-06-18T00:00:00Z").await;
            let (endpoint, parcel) = bed.on_its_way("ELM1MY").await;
            assert_eq!(bed.assert(&parcel, status, pin).await.substatus, Some(substatus));
            bed.post_at(endpoint, "2026-06-19T00:00:00Z", &pos("ELM1MY", "EM080", "2026-06-19 07:00:00")).await;
            let expected = if pin { status } else { after };
            assert_eq!(bed.parcel("ELM1MY").await.status, expected, "{status} with pin {pin}");
        }
    }
}

#[tokio::test]
async fn an_assertion_wins_the_tie_of_its_minute_and_a_pin_yields_to_another_operator() {
    let bed = Bed::new("2026-06-18T00:00:10Z").await;
    let (endpoint, parcel) = bed.on_its_way("ELM1MY").await;
    bed.assert(&parcel, Status::Exception, false).await;
    bed.post(endpoint, &pos("ELM1MY", "EM080", "2026-06-18 08:00:40")).await;
    bed.drain().await;
    assert_eq!(bed.parcel("ELM1MY").await.status, Status::Exception, "the same minute");
    bed.assert(&parcel, Status::Returned, true).await;
    bed.assert(&parcel, Status::Delivered, false).await;
    assert_eq!(bed.parcel("ELM1MY").await.status, Status::Delivered, "the later act of the same millisecond");
}

#[tokio::test]
async fn one_of_three_pieces_is_ticked_after_a_partial_proof() {
    let bed = Bed::new("2026-06-18T08:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let pieces = json!([{"ParcelBarcodeNumber": "P1"}, {"ParcelBarcodeNumber": "P2"}, {"ParcelBarcodeNumber": "P3"}]);
    let update = json!({"Action": "waybill_update", "WaybillNumber": "W1", "Parcels": pieces});
    let pod = json!({"Action": "pod", "WaybillNumber": "W1", "PODDate": "2026-06-18", "PODTime": "09:30:00",
                     "Signee": "Jane", "PODPieces": 1});
    bed.post(endpoint, &bex("a", json!([update, pod]))).await;
    bed.drain().await;
    let piece = |parcels: &[Parcel], name: &str| parcels.iter().find(|p| p.piece.as_deref() == Some(name)).cloned();
    let second = piece(&bed.parcels("W1").await, "P2").expect("P2");
    let event = bed.assert(&second, Status::Delivered, false).await;
    assert_eq!(event.piece.as_deref(), Some("P2"));
    let parcels = bed.parcels("W1").await;
    for (name, delivered) in [("P1", false), ("P2", true), ("P3", false)] {
        let parcel = piece(&parcels, name).expect(name);
        assert_eq!((parcel.status == Status::Delivered, parcel.flags.is_empty()), (delivered, true), "{name}");
    }
    let note = bed.acts.note("ana", second.id, "at the gate").await.expect("noted");
    assert_eq!(note.piece.as_deref(), Some("P2"));
    assert!(bed.events(piece(&parcels, "P1").expect("P1").id).await.iter().all(|event| event.id != note.id));
    bed.rebuild().await;
    assert_eq!(bed.parcels("W1").await, parcels_with_note(parcels));
}

/// The same parcels after a note was added to the second one.
fn parcels_with_note(mut parcels: Vec<Parcel>) -> Vec<Parcel> {
    for parcel in parcels.iter_mut().filter(|parcel| parcel.piece.as_deref() == Some("P2")) {
        parcel.events_count += 1;
    }
    parcels
}

#[tokio::test]
async fn a_moved_event_stays_where_it_was_put_and_can_be_moved_back() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let (endpoint, before) = bed.on_its_way("ELM1MY").await;
    let delivered = pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00");
    let first = bed.post(endpoint, &delivered).await;
    bed.drain().await;
    let event = bed.parcel("ELM1MY").await.head_event.expect("the delivery");
    let moved = bed.acts.move_to("ana", event, "elm-2 my", WHY).await.expect("moved");
    assert_eq!((moved.acts[0].act, moved.acts[0].reason.as_str()), (ActKind::Move, WHY));
    let state = |status, count| (status, count);
    let now = |parcel: &Parcel| (parcel.status, parcel.events_count);
    assert_eq!(now(&bed.parcel("ELM1MY").await), state(before.status, 2));
    assert_eq!(now(&bed.parcel("ELM2MY").await), state(Status::Delivered, 1));

    // Sent again with another word added, and replayed: it stays.
    let mut richer = delivered.clone();
    richer["event_description"] = json!("Delivered");
    bed.post(endpoint, &richer).await;
    bed.drain().await;
    bed.apply.replay(first.delivery(), false).await.expect("replayed");
    assert_eq!(now(&bed.parcel("ELM1MY").await).1, 2);
    assert_eq!(now(&bed.parcel("ELM2MY").await).0, Status::Delivered);
    let both = (bed.parcel("ELM1MY").await, bed.parcel("ELM2MY").await);
    bed.rebuild().await;
    assert_eq!((bed.parcel("ELM1MY").await, bed.parcel("ELM2MY").await), both);

    let same = bed.acts.move_to("ana", event, "ELM2MY", WHY).await.expect("harmless");
    assert_eq!(same.acts.len(), 1, "it is there already");
    bed.acts.move_to("ana", event, "ELM1MY", "undo").await.expect("moved back");
    assert_eq!(bed.parcel("ELM1MY").await.status, Status::Delivered);
    assert!(bed.parcels("ELM2MY").await.is_empty(), "a number without events has no parcel");
    let back = bed.parcel("ELM1MY").await;
    bed.rebuild().await;
    assert_eq!(bed.parcel("ELM1MY").await, back);
    assert!(bed.parcels("ELM2MY").await.is_empty());
}

#[tokio::test]
async fn a_note_from_the_inbox_is_attached_and_put_back() {
    let bed = Bed::new("2026-06-18T12:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let note =
        json!({"Action": "waybill_note", "PostedBy": "J", "NoteDate": "2026-06-18 10:00:00", "NoteText": "call W77"});
    bed.post(endpoint, &bex("n", json!([note]))).await;
    bed.post(endpoint, &bex("s", json!([bex_scan("W1", 7, "2026-06-18 09:00:00", "x")]))).await;
    bed.drain().await;
    let waiting = bed.inbox().await;
    assert_eq!(waiting.len(), 1);
    let attached = bed.acts.move_to("ana", waiting[0].id, "W1", WHY).await.expect("attached");
    assert_eq!(attached.acts[0].act, ActKind::Attach);
    assert!(bed.inbox().await.is_empty());
    assert_eq!(bed.parcel("W1").await.events_count, 2);
    // The number its text names becomes known: the operator's word stands.
    bed.post(endpoint, &bex("t", json!([bex_scan("W77", 7, "2026-06-18 09:00:00", "x")]))).await;
    bed.drain().await;
    bed.rebuild().await;
    assert_eq!((bed.parcel("W1").await.events_count, bed.parcel("W77").await.events_count), (2, 1));
    bed.acts.move_to("ana", waiting[0].id, "", "undo").await.expect("put back");
    for _ in 0..2 {
        assert_eq!(bed.inbox().await.len(), 1);
        assert_eq!((bed.parcel("W1").await.events_count, bed.parcel("W77").await.events_count), (1, 1));
        bed.rebuild().await;
    }
    let scan = bed.parcel("W1").await.head_event.expect("the scan");
    assert!(matches!(bed.acts.move_to("ana", scan, "", WHY).await, Err(ActError::Invalid(_))), "no note");
}

#[tokio::test]
async fn a_number_that_lost_its_last_event_has_no_parcel_until_something_new_comes() {
    let bed = Bed::new("2026-06-18T12:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    for number in ["ELM1MY", "ELM2MY"] {
        bed.post(endpoint, &pos(number, "P_SUCCESS", "2026-06-15 12:00:00")).await;
    }
    bed.drain().await;
    let one = bed.parcel("ELM1MY").await.head_event.expect("the scan");
    bed.acts.move_to("ana", one, "ELM2MY", WHY).await.expect("moved");
    assert_eq!(bed.parcel("ELM2MY").await.events_count, 2);
    assert!(bed.parcels("ELM1MY").await.is_empty());
    bed.post(endpoint, &pos("ELM1MY", "EM013", "2026-06-16 08:00:00")).await;
    bed.drain().await;
    assert_eq!(bed.parcel("ELM1MY").await.events_count, 1);
    let both = (bed.parcel("ELM1MY").await, bed.parcel("ELM2MY").await);
    bed.rebuild().await;
    assert_eq!((bed.parcel("ELM1MY").await, bed.parcel("ELM2MY").await), both);
}

#[tokio::test]
async fn a_moved_checkpoint_is_not_missed_by_the_list_of_its_new_number() {
    let bed = Bed::new("2026-06-20T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Trackingmore, json!({})).await;
    let list = |number: &str, days: &[&str]| {
        let points: Vec<Value> =
            days.iter().map(|day| checkpoint(&format!("2026-06-{day}T08:00:00"), "transit", "transit001")).collect();
        tracking(number, ("transit", "transit001"), "2026-06-18T10:00:00+08:00", json!(points))
    };
    bed.post_at(endpoint, "2026-06-20T00:00:00Z", &list("RR1PH", &["15", "16"])).await;
    bed.post_at(endpoint, "2026-06-20T00:01:00Z", &list("RR2PH", &["14", "17"])).await;
    let events = bed.events(bed.parcel("RR1PH").await.id).await;
    let second = events.iter().find(|event| event.occurred_raw.as_deref().is_some_and(|raw| raw.contains("06-16")));
    let second = second.expect("the second checkpoint").id;
    bed.acts.move_to("ana", second, "RR2PH", WHY).await.expect("moved");
    let there = bed.events(bed.parcel("RR2PH").await.id).await;
    let moved = there.iter().find(|event| event.id == second).expect("moved");
    assert_eq!((moved.retracted_at, moved.set_aside.as_deref()), (None, None));
    bed.acts.move_to("ana", second, "RR1PH", "undo").await.expect("moved back");
    assert_eq!(bed.events(bed.parcel("RR1PH").await.id).await[0].acts.len(), 2);
}

#[tokio::test]
async fn acts_are_refused_with_words() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let (_, parcel) = bed.on_its_way("ELM1MY").await;
    let event = parcel.head_event.expect("a head");
    let refused = |done: Result<Event, ActError>| match done {
        Err(ActError::Invalid(why)) => why,
        other => panic!("{other:?}"),
    };
    let wrong = Assertion { status: Status::InTransit, ..asserted(Status::Delivered, false) };
    assert!(refused(bed.acts.assert_status("ana", parcel.id, wrong).await).contains("delivered"));
    let wrong = Assertion { substatus: Some(Substatus::Lost), ..asserted(Status::Delivered, false) };
    assert!(refused(bed.acts.assert_status("ana", parcel.id, wrong).await).contains("lost"));
    for empty in ["", "  ", &"x".repeat(501)] {
        let wrong = Assertion { reason: empty.into(), ..asserted(Status::Delivered, false) };
        refused(bed.acts.assert_status("ana", parcel.id, wrong).await);
        refused(bed.acts.void("ana", event, empty).await);
        refused(bed.acts.move_to("ana", event, "ELM2MY", empty).await);
    }
    refused(bed.acts.note("ana", parcel.id, " \n").await);
    refused(bed.acts.note("ana", parcel.id, &"x".repeat(2001)).await);
    refused(bed.acts.move_to("ana", event, &"9".repeat(101), WHY).await);
    refused(bed.acts.move_to("ana", event, " - ", WHY).await);
    let nobody = bed.acts.assert_status("ana", event, asserted(Status::Delivered, false)).await;
    assert!(matches!(nobody, Err(ActError::NotFound("parcel"))));
    assert!(matches!(bed.acts.unvoid("ana", parcel.id, WHY).await, Err(ActError::NotFound("event"))));
    assert_eq!(bed.parcel("ELM1MY").await, parcel, "nothing was done");
}

#[tokio::test]
async fn a_number_that_was_used_again_is_acted_on_by_its_newest_parcel() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    for (code, at) in [
        ("P_SUCCESS", "2026-01-01 12:00:00"),
        ("LM_SUCCESS", "2026-01-02 12:00:00"),
        ("P_SUCCESS", "2026-06-10 12:00:00"),
    ] {
        bed.post(endpoint, &pos("ELM1MY", code, at)).await;
    }
    bed.drain().await;
    let parcels = bed.parcels("ELM1MY").await;
    assert_eq!(parcels.len(), 2);
    let old = parcels.iter().find(|parcel| parcel.status == Status::Delivered).expect("the old one");
    let refused = bed.acts.assert_status("ana", old.id, asserted(Status::Returned, false)).await;
    assert!(matches!(refused, Err(ActError::Conflict(_))));
    let new = parcels.iter().find(|parcel| parcel.id != old.id).expect("the new one");
    bed.assert(new, Status::Delivered, false).await;
    assert!(bed.parcels("ELM1MY").await.iter().all(|parcel| parcel.status == Status::Delivered));
}

#[tokio::test]
async fn acts_survive_a_rebuild_to_the_last_field() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let (endpoint, parcel) = bed.on_its_way("ELM1MY").await;
    bed.acts.register(endpoint, "ELM9MY", Vec::new()).await.expect("registered");
    let waiting = bed.parcel("ELM9MY").await;
    bed.assert(&waiting, Status::Cancelled, true).await;
    let mistaken = bed.assert(&parcel, Status::Returned, false).await;
    bed.acts.void("ben", mistaken.id, "a mistake").await.expect("voided");
    let wrongly = bed.assert(&parcel, Status::Delivered, false).await;
    bed.acts.move_to("ben", wrongly.id, "ELM3MY", "meant the other").await.expect("moved");
    bed.acts.note("ana", parcel.id, "left with the guard").await.expect("noted");
    let head = parcel.head_event.expect("a head");
    for round in ["one", "two"] {
        bed.acts.void("ana", head, round).await.expect("voided");
        bed.acts.unvoid("ana", head, round).await.expect("back");
    }
    bed.acts.void("ana", head, "at last").await.expect("voided");
    bed.clock.set(time("2026-07-01T00:00:00Z"));
    let dump = || async {
        let mut all = Vec::new();
        for number in ["ELM1MY", "ELM3MY", "ELM9MY"] {
            let parcel = bed.parcel(number).await;
            let events = bed.events(parcel.id).await;
            all.push(serde_json::to_string(&(parcel, events)).expect("JSON"));
        }
        all
    };
    let before = dump().await;
    bed.rebuild().await;
    assert_eq!(dump().await, before);
}
