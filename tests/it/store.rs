//! The store over a real file: what is committed, what is bounded, and that every question has an answer.

use parcelwire::server::secrets::{Sealed, sha256_hex, token_hash};
use parcelwire::server::store::{
    Answer, Capture, Captured, KeptChange, Mapped, NewEndpoint, NewEvent, NewMapping, NewSession, NewVerdict, Store,
    StoreError, StoreOptions,
};
use parcelwire::server::{ids, store};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{
    Covers, DeliveryFilter, Diagnosis, FailureReason, Outcome, SecretSlot, Verdict, WouldMatch,
};
use parcelwire::tracking::endpoint::{EndpointState, SecretName};
use parcelwire::tracking::event::{Listing, Proof, ProofKind, Recipient, Reference, Reported};
use parcelwire::tracking::fold::{DeliveredWhileReturning, Policy, fold};
use parcelwire::tracking::mapping::{DefaultRow, Target};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::parcel::{Parcel, ParcelFilter};
use parcelwire::tracking::people::{Role, Scope};
use parcelwire::tracking::registration::StepState;
use parcelwire::tracking::status::{Confidence, Kind, ParcelFlag, Status, Substatus};
use parcelwire::tracking::time::{EventTime, TimePrecision, Timestamp, TzSource};
use parcelwire::tracking::view::ParcelOrder;
use serde_json::json;
use std::path::Path;
use uuid::Uuid;

const HOUR: i64 = 3600;

fn t0() -> Timestamp {
    "2026-06-18T06:00:00.000Z".parse().expect("a time")
}

fn sealed() -> Sealed {
    Sealed { key_id: "k".into(), bytes: vec![1, 2, 3] }
}

async fn open(path: &Path) -> Store {
    let row = DefaultRow {
        key: "tracking_event:7",
        target: Target::status(Status::OutForDelivery, Substatus::OnVehicle),
        confidence: Confidence::High,
        note: "loaded",
    };
    let defaults = vec![(CarrierId::Bex, vec![row])];
    Store::open(StoreOptions { path: path.join("parcelwire.db"), defaults, now: t0() }).await.expect("opens")
}

struct Bed {
    directory: tempfile::TempDir,
    store: Store,
    endpoint: Uuid,
}

async fn bed() -> Bed {
    let directory = tempfile::tempdir().expect("a directory");
    let store = open(directory.path()).await;
    let endpoint = add_endpoint(&store, "token").await;
    Bed { directory, store, endpoint }
}

async fn add_endpoint(store: &Store, token: &str) -> Uuid {
    let id = ids::new(t0());
    let settings = json!({"time_zone": "Africa/Johannesburg", "hold_hours": 48});
    store
        .insert_endpoint(NewEndpoint {
            id,
            carrier: CarrierId::Bex,
            label: "Main".into(),
            state: EndpointState::Active,
            settings: settings.as_object().cloned().expect("an object"),
            token_hash: token_hash(token),
            token: sealed(),
            secrets: vec![(SecretName::Secret, sealed(), Some("last".into()))],
            at: t0(),
        })
        .await
        .expect("inserted");
    id
}

fn capture(endpoint: Uuid, body: &str, key: Option<&str>, at: Timestamp) -> Capture {
    Capture {
        id: ids::new(at),
        endpoint,
        received_at: at,
        body: body.as_bytes().to_vec(),
        body_sha256: sha256_hex(body.as_bytes()),
        headers: sealed(),
        remote_addr: "192.0.2.7".into(),
        verdict: Verdict::Verified,
        reason: None,
        scheme: "hmac".into(),
        covers: Covers::Body,
        secret: Some((SecretName::Secret, SecretSlot::Current)),
        warnings: Vec::new(),
        diagnosis: None,
        message_key: key.map(str::to_owned),
        attempt: Some(1),
        outcome: Outcome::Received,
        outcome_detail: None,
        test_nonce: None,
    }
}

fn refusal(endpoint: Uuid, body: &str, from: &str) -> Capture {
    Capture {
        verdict: Verdict::Failed,
        reason: Some(FailureReason::BadSignature),
        diagnosis: Some(Diagnosis {
            code: FailureReason::BadSignature,
            explanation: "Wrong.".into(),
            would_match: vec![WouldMatch::PreviousSecret],
        }),
        remote_addr: from.into(),
        secret: None,
        outcome: Outcome::Rejected,
        ..capture(endpoint, body, Some("claims nothing"), t0())
    }
}

fn all() -> PageRequest {
    PageRequest { limit: 200, cursor: None }
}

fn only(outcome: Outcome) -> DeliveryFilter {
    DeliveryFilter { outcome: Some(outcome), ..DeliveryFilter::default() }
}

fn mapped(status: Status, substatus: Substatus) -> Mapped {
    Mapped { target: Target::status(status, substatus), used: None, unmapped: None, claim: None }
}

fn event(bed: &Bed, number: &str, identity: &str, hours: i64, delivery: Option<Uuid>, what: Mapped) -> NewEvent {
    let at = t0().plus_seconds(hours * HOUR);
    let mut reported = Reported::new(identity.into(), Some(number.into()), Kind::Status);
    reported.time = EventTime {
        raw: Some("raw".into()),
        local: Some(at.to_utc().naive_utc()),
        at: Some(at),
        precision: TimePrecision::Second,
        tz_source: TzSource::PayloadOffset,
    };
    NewEvent {
        endpoint: bed.endpoint,
        carrier: CarrierId::Bex,
        is_test: false,
        number: number.into(),
        delivery,
        item: 0,
        received_at: at,
        reported,
        mapped: what,
        operator: None,
    }
}

/// Keeps events and folds their numbers, as apply does.
async fn keep(store: &Store, events: Vec<NewEvent>, now: Timestamp) -> Vec<(Uuid, KeptChange)> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let mut kept = Vec::new();
                for event in &events {
                    let done = tx.keep_event(event).await?;
                    let history = tx.load_history(done.shipment_id).await?;
                    let folded = fold(&history, &policy(), &|piece, n| ids::parcel(done.shipment_id, piece, n));
                    tx.save_folded(done.shipment_id, &folded, now).await?;
                    kept.push((done.event_id, done.change));
                }
                Ok(kept)
            })
        })
        .await
        .expect("kept")
}

/// Registers a number and folds it. Answers its newest parcel.
async fn register(bed: &Bed, number: &str, references: &[Reference]) -> Parcel {
    let (endpoint, number, references) = (bed.endpoint, number.to_owned(), references.to_vec());
    let registered = bed.store.write(move |tx| {
        Box::pin(async move {
            let id = tx.register_number(endpoint, CarrierId::Bex, false, &number, &references, t0()).await?;
            let history = tx.load_history(id).await?;
            tx.save_folded(id, &fold(&history, &policy(), &|piece, n| ids::parcel(id, piece, n)), t0()).await?;
            Ok(id)
        })
    });
    let shipment = registered.await.expect("registered");
    bed.store.shipment_parcels(shipment, t0()).await.expect("listed").remove(0)
}

fn policy() -> Policy {
    Policy {
        delivered_while_returning: DeliveredWhileReturning::ReturnedInferred,
        tie_bucket_s: 60,
        zone: chrono_tz::Tz::UTC,
    }
}

#[tokio::test]
async fn captures_that_come_together_are_all_there_and_in_order() {
    let bed = bed().await;
    let captures = (0..200).map(|n| {
        let body = format!("body {n}");
        let (store, capture) = (bed.store.clone(), capture(bed.endpoint, &body, Some(&body), t0()));
        async move { store.capture(capture).await }
    });
    let done: Vec<Captured> =
        futures::future::join_all(captures).await.into_iter().collect::<Result<_, _>>().expect("all are stored");
    assert!(done.iter().all(|captured| captured.answer() == Answer::Accepted && captured.is_due()));
    // Reopening is what a crash after the answer comes to: nothing was closed.
    let again = open(bed.directory.path()).await;
    let due = again.write(|tx| Box::pin(tx.due_deliveries(500, 3))).await.expect("due");
    assert_eq!(due.len(), 200);
    assert!(due.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    let counters = again.endpoint_counters(bed.endpoint, t0()).await.expect("counters");
    assert_eq!((counters.deliveries_count, counters.failed_24h), (200, 0));
    assert_eq!(counters.last_verified_at, Some(t0()));
}

#[tokio::test]
async fn one_of_many_equal_messages_is_first_and_the_rest_are_duplicates() {
    let bed = bed().await;
    let captures = (0..20).map(|_| bed.store.capture(capture(bed.endpoint, "same", Some("key"), t0())));
    let done: Vec<Captured> =
        futures::future::join_all(captures).await.into_iter().collect::<Result<_, _>>().expect("all are stored");
    let first: Vec<_> = done.iter().filter(|captured| captured.answer() == Answer::Accepted).collect();
    assert_eq!(first.len(), 1);
    assert!(done.iter().all(|captured| captured.first() == first[0].delivery()));
    let copy = done.iter().find(|captured| captured.answer() == Answer::Duplicate).expect("a duplicate");
    let delivery = bed.store.find_delivery(copy.delivery()).await.expect("read").expect("there");
    assert_eq!((delivery.outcome, delivery.duplicate_of), (Outcome::Duplicate, Some(copy.first())));
    assert!(delivery.response_body.contains(&copy.first().to_string()));
    assert_eq!(bed.store.delivery_body(copy.delivery()).await.expect("read").as_deref(), Some(&b"same"[..]));
    // Another account and a failed proof claim nothing of it.
    let other = add_endpoint(&bed.store, "other").await;
    let elsewhere = bed.store.capture(capture(other, "same", Some("key"), t0())).await.expect("stored");
    assert_eq!(elsewhere.answer(), Answer::Accepted);
    let observed = Capture {
        verdict: Verdict::Unattempted,
        outcome: Outcome::Observed,
        ..capture(bed.endpoint, "same", Some("key"), t0())
    };
    assert_eq!(bed.store.capture(observed).await.expect("stored").answer(), Answer::Accepted);
}

#[tokio::test]
async fn a_nonce_marks_one_delivery_as_a_test() {
    let bed = bed().await;
    let nonce = bed.store.mint_test_nonce(bed.endpoint, "delivered", t0(), 60).await.expect("minted");
    let with =
        |nonce: &str| Capture { test_nonce: Some(nonce.into()), ..capture(bed.endpoint, "test", Some("test"), t0()) };
    let unknown = bed.store.capture(with("made up")).await.expect("stored");
    assert!(!unknown.is_test());
    // The same message: a test never touches what is real.
    let test = bed.store.capture(with(&nonce)).await.expect("stored");
    assert!(test.is_test() && test.answer() == Answer::Accepted);
    assert_eq!(bed.store.find_delivery_of_nonce(&nonce).await.expect("read"), Some(test.delivery()));
    let used_up = bed.store.capture(with(&nonce)).await.expect("stored");
    assert!(!used_up.is_test());
    let late = bed.store.mint_test_nonce(bed.endpoint, "delivered", t0().plus_seconds(-600), 60).await.expect("minted");
    assert!(!bed.store.capture(with(&late)).await.expect("stored").is_test());
    let refused_nonce = bed.store.mint_test_nonce(bed.endpoint, "wrong", t0(), 60).await.expect("minted");
    let refused = Capture { test_nonce: Some(refused_nonce.clone()), ..refusal(bed.endpoint, "x", "127.0.0.1") };
    let refused = bed.store.capture(refused).await.expect("stored");
    assert_eq!(bed.store.find_delivery_of_nonce(&refused_nonce).await.expect("read"), Some(refused.delivery()));
    assert_eq!(bed.store.endpoint_counters(bed.endpoint, t0()).await.expect("counters").deliveries_count, 3);
}

#[tokio::test]
async fn refusals_share_rows_and_a_flood_pushes_out_only_itself() {
    let bed = bed().await;
    let carrier = bed.store.capture(refusal(bed.endpoint, "the carrier's", "198.51.100.1")).await.expect("stored");
    for _ in 0..3 {
        let again = bed.store.capture(refusal(bed.endpoint, "the carrier's", "198.51.100.1")).await.expect("stored");
        assert_eq!((again.delivery(), again.answer()), (carrier.delivery(), Answer::Refused));
    }
    for chunk in 0..11 {
        let flood =
            (0..100).map(|n| bed.store.capture(refusal(bed.endpoint, &format!("flood {chunk} {n}"), "203.0.113.9")));
        for done in futures::future::join_all(flood).await {
            done.expect("stored");
        }
    }
    let mut kept = 0;
    let mut page = all();
    loop {
        let found = bed.store.list_deliveries(&only(Outcome::Rejected), &page).await.expect("listed");
        kept += found.items.len();
        let Some(cursor) = found.next_cursor else { break };
        page.cursor = Some(cursor);
    }
    assert_eq!(kept, 1000);
    let shared = bed.store.find_delivery(carrier.delivery()).await.expect("read").expect("still there");
    assert_eq!((shared.seen_count, shared.response_status), (4, 401));
    assert_eq!(shared.diagnosis.expect("explained").would_match, [WouldMatch::PreviousSecret]);
    assert_eq!(bed.store.endpoint_counters(bed.endpoint, t0()).await.expect("counters").failed_24h, 1104);
}

#[tokio::test]
async fn large_refusals_stay_below_their_bytes() {
    let bed = bed().await;
    for n in 0..40 {
        let body = format!("{n}{}", "x".repeat(1_000_000));
        bed.store.capture(refusal(bed.endpoint, &body, "203.0.113.9")).await.expect("stored");
    }
    let kept = bed.store.list_deliveries(&only(Outcome::Rejected), &all()).await.expect("listed").items;
    let bytes: u64 = kept.iter().map(|delivery| delivery.size).sum();
    assert!(bytes <= 32 * 1024 * 1024 && kept.len() >= 30, "{} rows, {bytes} bytes", kept.len());
}

#[tokio::test]
async fn a_delivery_that_does_not_fit_hurts_nobody_else() {
    let bed = bed().await;
    let nowhere = capture(Uuid::from_u128(9), "x", None, t0());
    let (bad, good) =
        tokio::join!(bed.store.capture(nowhere), bed.store.capture(capture(bed.endpoint, "good", None, t0())),);
    assert!(matches!(bad, Err(StoreError::Driver(_))), "{bad:?}");
    assert!(good.is_ok());
}

#[tokio::test]
async fn a_job_that_fails_or_panics_leaves_nothing_and_the_writer_goes_on() {
    let bed = bed().await;
    let failed: Result<(), _> = bed
        .store
        .write(|tx| {
            Box::pin(async move {
                tx.set_meta("x", "1").await?;
                Err(StoreError::BadCursor)
            })
        })
        .await;
    assert!(matches!(failed, Err(StoreError::BadCursor)));
    let panicked: Result<(), _> = bed
        .store
        .write(|tx| {
            Box::pin(async move {
                tx.set_meta("x", "2").await?;
                panic!("on purpose")
            })
        })
        .await;
    assert!(matches!(panicked, Err(StoreError::Panicked)));
    let seen: String = bed
        .store
        .dry_run(|tx| Box::pin(async move { tx.set_meta("x", "3").await.map(|()| "done".to_owned()) }))
        .await
        .expect("runs");
    assert_eq!(seen, "done");
    assert_eq!(bed.store.meta("x").await.expect("read"), None);
    bed.store.write_probe(t0()).await.expect("writes");
    assert!(bed.store.integrity_check().await.expect("checked").is_empty());
    let copy = bed.directory.path().join("copy.db");
    store::copies::copy(bed.store.path(), &copy).await.expect("copied");
    assert!(store::copies::copy(bed.store.path(), &copy).await.is_err(), "nothing is overwritten");
    let (applied, known) = bed.store.schema_version().await.expect("versions");
    assert_eq!(applied, known);
}

#[tokio::test]
async fn an_event_is_kept_once_and_its_richest_form_does_not_depend_on_the_order() {
    let mut seen = Vec::new();
    for turned in [false, true] {
        let bed = bed().await;
        let plain =
            event(&bed, "W 1", "e1", 1, Some(Uuid::from_u128(1)), mapped(Status::Delivered, Substatus::Confirmed));
        let mut rich =
            event(&bed, "w1", "e1", 2, Some(Uuid::from_u128(2)), mapped(Status::Delivered, Substatus::Signed));
        rich.reported.time = plain.reported.time.clone();
        rich.reported.raw_text = Some("signed".into());
        rich.reported.proofs = vec![Proof {
            kind: ProofKind::Signature,
            received_by: Some("Thandi N".into()),
            pieces: Some(1),
            url: None,
        }];
        rich.reported.recipient = Some(Recipient { name: Some("Thandi".into()), ..Recipient::default() });
        let mut order = vec![plain, rich.clone(), rich];
        if turned {
            order.reverse();
        }
        let kept = keep(&bed.store, order, t0()).await;
        assert_eq!(kept[0].1, KeptChange::Added);
        assert!(kept.iter().all(|(id, _)| *id == kept[0].0));
        // The richer form revises the plain one; the plain one adds nothing to the richer one.
        assert_eq!(kept.iter().any(|(_, change)| *change == KeptChange::Revised), !turned);
        let shown = bed.store.find_event(kept[0].0).await.expect("read").expect("there");
        assert_eq!((shown.seen_count, shown.raw_text.as_deref()), (2, Some("signed")));
        assert_eq!(shown.deliveries, [Uuid::from_u128(1), Uuid::from_u128(2)]);
        assert_eq!(shown.received_at, t0().plus_seconds(HOUR));
        assert_eq!(shown.proofs[0].received_by.as_deref(), Some("T••• N•••"));
        let parcel =
            bed.store.list_parcels(&ParcelFilter::default(), &all(), t0()).await.expect("listed").items.remove(0);
        assert_eq!((parcel.number.as_str(), parcel.status), ("W 1", Status::Delivered));
        assert_eq!(parcel.substatus, Some(Substatus::Signed));
        assert_eq!(parcel.recipient.expect("known").name.as_deref(), Some("T•••"));
        assert_eq!(parcel.created_at, t0().plus_seconds(HOUR));
        seen.push((shown.raw_text, shown.status, shown.substatus, parcel.milestones, parcel.explanation));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn lists_of_parcels_are_narrowed_paged_and_know_the_time() {
    let bed = bed().await;
    let moving = || mapped(Status::InTransit, Substatus::Moving);
    let mut events: Vec<NewEvent> =
        (0..7).map(|n| event(&bed, &format!("AB-{n}"), &format!("e{n}"), n, None, moving())).collect();
    events[3].reported.references = vec![Reference { kind: "order".into(), value: "po 77-12".into() }];
    events.push(event(&bed, "LOCKER", "l", 8, None, mapped(Status::AvailableForPickup, Substatus::AtLocker)));
    keep(&bed.store, events, t0()).await;
    let now = t0().plus_seconds(9 * HOUR);
    let list = |filter: ParcelFilter, now: Timestamp| {
        let store = bed.store.clone();
        async move {
            let page = store.list_parcels(&filter, &all(), now).await.expect("listed");
            page.items.into_iter().map(|parcel| parcel.number).collect::<Vec<_>>()
        }
    };
    let any = ParcelFilter::default;
    assert_eq!(list(ParcelFilter { q: Some("7712".into()), ..any() }, now).await, ["AB-3"]);
    assert_eq!(list(ParcelFilter { q: Some("b_".into()), ..any() }, now).await, Vec::<String>::new());
    assert_eq!(list(ParcelFilter { number: Some(" ab 4".into()), ..any() }, now).await, ["AB-4"]);
    assert_eq!(list(ParcelFilter { status: Status::AvailableForPickup.into(), ..any() }, now).await, ["LOCKER"]);
    assert_eq!(list(ParcelFilter { test: Some(true), ..any() }, now).await.len(), 0);
    assert_eq!(list(ParcelFilter { carrier: CarrierId::Fast.into(), ..any() }, now).await.len(), 0);
    assert_eq!(list(ParcelFilter { tag: Some("vip".into()), ..any() }, now).await.len(), 0);
    assert_eq!(list(ParcelFilter { from: Some(t0().plus_seconds(5 * HOUR)), ..any() }, now).await.len(), 3);
    assert_eq!(list(ParcelFilter { to: Some(t0().plus_seconds(2 * HOUR)), ..any() }, now).await.len(), 2);
    assert_eq!(list(ParcelFilter { stalled: Some(true), ..any() }, now).await.len(), 0);
    assert_eq!(list(ParcelFilter { attention: Some(true), ..any() }, now).await.len(), 0);
    // Half of the 48 hours a locker holds; the rest moved two days ago.
    let later = t0().plus_seconds((8 + 24) * HOUR);
    assert_eq!(list(ParcelFilter { attention: Some(true), ..any() }, later).await, ["LOCKER"]);
    assert_eq!(bed.store.need_counts(false, later).await.expect("counted").attention, 1);
    let later = t0().plus_seconds(49 * HOUR);
    assert_eq!(
        list(ParcelFilter { stalled: Some(true), status: Status::InTransit.into(), ..any() }, later).await.len(),
        2
    );
    assert_eq!(
        list(ParcelFilter { stalled: Some(false), status: Status::InTransit.into(), ..any() }, later).await.len(),
        5
    );
    let narrowed = [
        (ParcelFilter { status: "in_transit,available_for_pickup".parse().expect("words"), ..any() }, 8),
        (ParcelFilter { carrier: "fast,bex".parse().expect("words"), ..any() }, 8),
        (ParcelFilter { substatus: "at_locker,signed".parse().expect("words"), ..any() }, 1),
        (ParcelFilter { reason: "carrier_lost,unknown".parse().expect("words"), ..any() }, 0),
        (ParcelFilter { flag: "stalled,partial_pod".parse().expect("words"), ..any() }, 3),
        (ParcelFilter { flag: "partial_pod".parse().expect("words"), ..any() }, 0),
        (ParcelFilter { attempts: Some(1), ..any() }, 0),
        (ParcelFilter { proof: Some(true), ..any() }, 0),
        (ParcelFilter { proof: Some(false), ..any() }, 8),
        (ParcelFilter { quiet_days: Some(2), ..any() }, 2),
        (ParcelFilter { transit_days: Some(2), ..any() }, 2),
        (ParcelFilter { created_from: Some(later), ..any() }, 0),
        (ParcelFilter { created_to: Some(later), ..any() }, 8),
    ];
    for (filter, count) in narrowed {
        assert_eq!(list(filter.clone(), later).await.len(), count, "{filter:?}");
    }
    let quiet = t0().plus_seconds(30 * 24 * HOUR);
    assert_eq!(list(ParcelFilter { expired: Some(true), ..any() }, quiet).await, ["AB-0"]);
    let oldest =
        bed.store.list_parcels(&ParcelFilter { expired: Some(true), ..any() }, &all(), quiet).await.expect("listed");
    assert!(oldest.items[0].expired && oldest.items[0].flags.contains(&ParcelFlag::Stalled));
    assert_eq!(oldest.items[0].status, Status::InTransit, "silence is never a status");

    for order in [ParcelOrder::Created, ParcelOrder::Updated] {
        let filter = ParcelFilter { order: Some(order), ..any() };
        let mut page = PageRequest { limit: 3, cursor: None };
        let mut seen = Vec::new();
        loop {
            let found = bed.store.list_parcels(&filter, &page, now).await.expect("listed");
            seen.extend(found.items.into_iter().map(|parcel| parcel.number));
            // What comes in between is newer than every page that follows.
            let n = seen.len() + if order == ParcelOrder::Created { 100 } else { 200 };
            let new = event(&bed, &format!("NEW{n}"), &format!("new{n}"), 1000, None, moving());
            keep(&bed.store, vec![new], t0().plus_seconds(1000 * HOUR)).await;
            let Some(cursor) = found.next_cursor else { break };
            page.cursor = Some(cursor);
        }
        let old: Vec<_> = seen.iter().filter(|number| !number.starts_with("NEW")).collect();
        assert_eq!(old.len(), 8, "{seen:?}");
    }
    let bad = PageRequest { limit: 3, cursor: Some("nonsense!".into()) };
    assert!(matches!(bed.store.list_parcels(&any(), &bad, now).await, Err(StoreError::BadCursor)));
    let counts = bed.store.status_counts(false).await.expect("counted");
    assert!(counts.contains(&(Status::AvailableForPickup, 1)));
}

#[tokio::test]
async fn a_timeline_pages_from_its_newest_event_and_keeps_its_place() {
    let bed = bed().await;
    let events: Vec<NewEvent> = (0..5)
        .map(|n| event(&bed, "W", &format!("e{n}"), 10 + n, None, mapped(Status::InTransit, Substatus::Moving)))
        .collect();
    keep(&bed.store, events, t0()).await;
    let parcel = bed.store.list_parcels(&ParcelFilter::default(), &all(), t0()).await.expect("listed").items.remove(0);
    let first =
        bed.store.parcel_events(parcel.id, None, &PageRequest { limit: 2, cursor: None }).await.expect("listed");
    assert_eq!(first.items[0].occurred_at, Some(t0().plus_seconds(14 * HOUR)));
    // A late one moves every position behind it.
    keep(&bed.store, vec![event(&bed, "W", "late", 1, None, mapped(Status::InTransit, Substatus::Accepted))], t0())
        .await;
    let rest = PageRequest { limit: 10, cursor: first.next_cursor };
    let rest = bed.store.parcel_events(parcel.id, None, &rest).await.expect("listed");
    assert_eq!(rest.items.len(), 4);
    assert_eq!(rest.items[0].occurred_at, Some(t0().plus_seconds(12 * HOUR)));
    let (shipment, endpoint) = bed.store.shipment_of(parcel.id).await.expect("read").expect("there");
    assert_eq!(endpoint, bed.endpoint);
    assert_eq!(bed.store.shipment_events(shipment, &all()).await.expect("listed").items.len(), 6);
    assert_eq!(bed.store.shipment_parcels(shipment, t0()).await.expect("listed").len(), 1);
    assert_eq!(bed.store.find_shipment(shipment).await.expect("read").expect("there").number, "W");
    assert_eq!(bed.store.parcel_events(Uuid::from_u128(5), None, &all()).await.expect("listed").items.len(), 0);
}

#[tokio::test]
async fn a_registered_number_is_pending_until_its_first_event_and_stays_found() {
    let bed = bed().await;
    let order = [Reference { kind: "order".into(), value: "4711".into() }];
    let parcel = register(&bed, "R 1", &order).await;
    assert_eq!((parcel.status, parcel.source.as_str(), parcel.events_count), (Status::Pending, "operator", 0));
    let endpoint = bed.endpoint;
    let known = bed
        .store
        .write(move |tx| {
            Box::pin(async move {
                Ok((
                    tx.is_registered(endpoint, false, "r1").await?,
                    tx.is_registered(endpoint, true, "r1").await?,
                    tx.find_known_number_in(endpoint, false, "note 1: no R1, but aboutR1").await?,
                ))
            })
        })
        .await
        .expect("asked");
    assert_eq!(known, (true, false, None), "numbers under four characters are not looked for in texts");
    keep(&bed.store, vec![event(&bed, "R1", "e", 1, None, mapped(Status::InTransit, Substatus::Moving))], t0()).await;
    let again = bed.store.find_parcel(parcel.id, t0()).await.expect("read").expect("the same parcel");
    assert_eq!((again.status, again.number.as_str()), (Status::InTransit, "R 1"));
    let more = [Reference { kind: "order".into(), value: "4712".into() }];
    let more = register(&bed, "r1", &more).await;
    assert_eq!((more.id, more.references.len()), (parcel.id, 2));
    let found = ParcelFilter { q: Some("4712".into()), ..ParcelFilter::default() };
    assert_eq!(bed.store.list_parcels(&found, &all(), t0()).await.expect("listed").items.len(), 1);
}

#[tokio::test]
async fn notes_without_a_number_wait_in_the_inbox() {
    let bed = bed().await;
    let note = event(
        &bed,
        "",
        "note",
        1,
        Some(Uuid::from_u128(1)),
        Mapped { target: Target::silent(Kind::Note), used: None, unmapped: None, claim: None },
    );
    let kept = note.clone();
    bed.store.write(move |tx| Box::pin(async move { tx.keep_unassigned_note(&kept).await })).await.expect("kept");
    assert_eq!(bed.store.list_unassigned_notes(&all()).await.expect("listed").items.len(), 1);
    // Applied again when its waybill is known.
    keep(&bed.store, vec![NewEvent { number: "WB12345".into(), ..note }], t0()).await;
    assert_eq!(bed.store.list_unassigned_notes(&all()).await.expect("listed").items.len(), 0);
    let endpoint = bed.endpoint;
    let found = bed
        .store
        .write(move |tx| Box::pin(tx.find_known_number_in(endpoint, false, "Re wb-12345, urgent")))
        .await
        .expect("asked");
    assert_eq!(found.as_deref(), Some("WB12345"));
}

#[tokio::test]
async fn deliveries_show_what_they_carried_and_are_found_by_it() {
    let bed = bed().await;
    let first = bed.store.capture(capture(bed.endpoint, "one", Some("m1"), t0())).await.expect("stored").delivery();
    let copy = bed.store.capture(capture(bed.endpoint, "one", Some("m1"), t0())).await.expect("stored").delivery();
    let mut other = event(&bed, "TWO", "e2", 1, Some(first), mapped(Status::InTransit, Substatus::Moving));
    other.item = 1;
    let events = vec![event(&bed, "ONE", "e1", 1, Some(first), mapped(Status::Delivered, Substatus::Confirmed)), other];
    keep(&bed.store, events, t0()).await;
    bed.store
        .write(move |tx| {
            Box::pin(async move {
                tx.bump_tries(&[first]).await?;
                tx.finish_delivery(first, Outcome::Applied, None).await
            })
        })
        .await
        .expect("finished");
    let page = bed.store.list_deliveries(&DeliveryFilter::default(), &all()).await.expect("listed");
    assert_eq!(page.items.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), [copy, first]);
    for delivery in &page.items {
        assert_eq!(delivery.events.len(), 2);
        assert_eq!(delivery.parcels.iter().map(|parcel| parcel.number.as_str()).collect::<Vec<_>>(), ["ONE", "TWO"]);
        assert_eq!(Some(delivery), bed.store.find_delivery(delivery.id).await.expect("read").as_ref());
    }
    assert!(page.items[1].commit_ms.is_some(), "the commit was measured");
    let parcel = page.items[0].parcels[0].id;
    let none = DeliveryFilter::default;
    for (filter, found) in [
        (DeliveryFilter { carrier: Some(CarrierId::Bex), endpoint: Some(bed.endpoint), ..none() }, 2),
        (DeliveryFilter { verdict: Some(Verdict::Failed), ..none() }, 0),
        (DeliveryFilter { reason: Some(FailureReason::NoSecret), ..none() }, 0),
        (only(Outcome::Applied), 1),
        (DeliveryFilter { parcel: Some(parcel), ..none() }, 2),
        (DeliveryFilter { from: Some(t0()), to: Some(t0().plus_seconds(1)), test: Some(false), ..none() }, 2),
        (DeliveryFilter { test: Some(true), ..none() }, 0),
        (DeliveryFilter { q: Some("two".into()), ..none() }, 2),
        (DeliveryFilter { q: Some("m1".into()), ..none() }, 2),
        (DeliveryFilter { q: Some(first.to_string()), ..none() }, 1),
        (DeliveryFilter { q: Some(sha256_hex(b"one")[..12].to_owned()), ..none() }, 2),
        (DeliveryFilter { q: Some("nothing".into()), ..none() }, 0),
    ] {
        let page = bed.store.list_deliveries(&filter, &all()).await.expect("listed");
        assert_eq!(page.items.len(), found, "{filter:?}");
    }
    assert_eq!(bed.store.count_due().await.expect("counted"), 0);
    assert!(bed.store.delivery_headers(first).await.expect("read").is_some());
}

#[tokio::test]
async fn what_was_held_refused_or_observed_can_be_taken_up_later() {
    let bed = bed().await;
    let held = Capture { outcome: Outcome::Held, ..capture(bed.endpoint, "h", Some("h"), t0()) };
    bed.store.capture(held).await.expect("stored");
    let refused = bed.store.capture(refusal(bed.endpoint, "r", "192.0.2.1")).await.expect("stored").delivery();
    let observed =
        Capture { verdict: Verdict::Unattempted, outcome: Outcome::Observed, ..capture(bed.endpoint, "o", None, t0()) };
    let observed = bed.store.capture(observed).await.expect("stored").delivery();
    let endpoint = bed.endpoint;
    let verdict = |key: &str| NewVerdict {
        verdict: Verdict::Verified,
        reason: None,
        scheme: "hmac".into(),
        covers: Covers::Body,
        secret: Some((SecretName::Secret, SecretSlot::Previous)),
        warnings: Vec::new(),
        diagnosis: None,
        message_key: Some(key.into()),
        attempt: None,
    };
    let (new, taken) = (verdict("r"), verdict("h"));
    let due = bed
        .store
        .write(move |tx| {
            Box::pin(async move {
                assert!(tx.delivery_for_replay(refused).await?.is_none(), "first its proof must hold");
                assert_eq!(tx.raw_delivery(refused).await?.expect("raw").body, b"r");
                assert_eq!(tx.record_verdict(refused, &taken, Outcome::Received).await?, Outcome::Duplicate);
                assert_eq!(tx.record_verdict(refused, &new, Outcome::Received).await?, Outcome::Received);
                assert!(tx.delivery_for_replay(observed).await?.is_some());
                assert!(tx.release_delivery(observed).await?);
                assert_eq!(tx.release_held(endpoint).await?, 1);
                tx.due_deliveries(10, 3).await
            })
        })
        .await
        .expect("taken up");
    assert_eq!(due.len(), 3);
    assert_eq!(due[0].body, b"h");
    let rebuilt = bed
        .store
        .write(move |tx| {
            Box::pin(async move {
                for delivery in due {
                    tx.finish_delivery(delivery.id, Outcome::Applied, None).await?;
                }
                tx.forget_derived().await
            })
        })
        .await
        .expect("what an operator released is applied again");
    assert_eq!(rebuilt, 3);
}

#[tokio::test]
async fn a_rebuild_forgets_what_can_be_derived_and_keeps_what_people_did() {
    let bed = bed().await;
    let delivery = bed.store.capture(capture(bed.endpoint, "one", Some("m"), t0())).await.expect("stored").delivery();
    register(&bed, "REG", &[]).await;
    keep(
        &bed.store,
        vec![event(&bed, "N", "e", 1, Some(delivery), mapped(Status::InTransit, Substatus::Moving))],
        t0(),
    )
    .await;
    let listing = Listing {
        number: "N".into(),
        side: "origin".into(),
        updated_at: None,
        identities: vec!["e".into()],
        oldest: t0().to_utc().naive_utc(),
        newest: t0().to_utc().naive_utc(),
    };
    let endpoint = bed.endpoint;
    let (due, stale) = bed
        .store
        .write(move |tx| {
            Box::pin(async move {
                let shipment = tx.keep_listing(endpoint, CarrierId::Bex, false, &listing, delivery, t0()).await?;
                assert_eq!(tx.load_history(shipment).await?.listings.len(), 1);
                tx.finish_delivery(delivery, Outcome::Applied, None).await?;
                tx.purge_recipients(t0()).await?;
                Ok((tx.forget_derived().await?, tx.stale_shipments(1, &[], 10).await?))
            })
        })
        .await
        .expect("forgotten");
    assert_eq!(due, 1);
    assert_eq!(stale.len(), 1, "the registered number");
    assert!(bed.store.list_parcels(&ParcelFilter::default(), &all(), t0()).await.expect("listed").items.is_empty());
}

#[tokio::test]
async fn endpoints_keep_their_secrets_and_old_urls_for_as_long_as_asked() {
    let bed = bed().await;
    let by = |token: &'static str, now: Timestamp| {
        let store = bed.store.clone();
        async move { store.find_endpoint_by_token(&token_hash(token), now).await.expect("read").map(|found| found.id) }
    };
    let until = t0().plus_seconds(HOUR);
    assert!(bed.store.put_token(bed.endpoint, token_hash("new"), sealed(), Some(until)).await.expect("put"));
    assert_eq!(by("new", t0()).await, Some(bed.endpoint));
    assert_eq!(by("token", t0()).await, Some(bed.endpoint));
    assert_eq!(by("token", until).await, None);
    bed.store
        .put_secret(bed.endpoint, SecretName::Secret, sealed(), Some("next".into()), Some(until), t0())
        .await
        .expect("put");
    bed.store.put_secret(bed.endpoint, SecretName::ApiKey, sealed(), None, None, t0()).await.expect("put");
    let found = bed.store.find_endpoint(bed.endpoint).await.expect("read").expect("there");
    let slots: Vec<_> = found.secrets.iter().map(|secret| (secret.name, secret.slot, secret.valid_until)).collect();
    assert_eq!(
        slots,
        [
            (SecretName::ApiKey, SecretSlot::Current, None),
            (SecretName::Secret, SecretSlot::Current, None),
            (SecretName::Secret, SecretSlot::Previous, Some(until)),
        ]
    );
    let learned = json!({"id": 7, "gone": null}).as_object().cloned().expect("an object");
    bed.store.merge_memory(bed.endpoint, learned).await.expect("merged");
    bed.store
        .update_endpoint(bed.endpoint, "Renamed".into(), EndpointState::Paused, found.settings.clone(), None, &[])
        .await
        .expect("updated");
    bed.store.record_registration_step(bed.endpoint, "register", StepState::Failed, None, t0()).await.expect("kept");
    bed.store
        .record_registration_step(bed.endpoint, "register", StepState::Done, Some("ok".into()), t0())
        .await
        .expect("kept");
    bed.store.set_last_checked(bed.endpoint, t0()).await.expect("kept");
    let steps = bed.store.list_registration_steps(bed.endpoint).await.expect("listed");
    assert_eq!((steps.len(), steps[0].state), (1, StepState::Done));
    let found = bed.store.list_endpoints(&all()).await.expect("listed").items.remove(0);
    assert_eq!(
        (found.label.as_str(), found.memory["id"].as_i64(), found.last_checked_at),
        ("Renamed", Some(7), Some(t0()))
    );
    assert!(bed.store.delete_endpoint(bed.endpoint, t0()).await.expect("deleted"));
    assert!(bed.store.find_endpoint(bed.endpoint).await.expect("read").is_none());
    assert_eq!(by("new", t0()).await, None);
}

#[tokio::test]
async fn people_sign_in_and_tokens_end() {
    let bed = bed().await;
    let store = bed.store;
    let (admin, at) = (ids::new(t0()), t0());
    assert!(store.insert_first_admin(admin, "Ada", "hash".into(), at).await.expect("added"));
    assert!(!store.insert_first_admin(ids::new(at), "Eve", "hash".into(), at).await.expect("refused"));
    let taken = store.insert_user(ids::new(at), " ADA ", "h".into(), Role::Viewer, at).await;
    assert!(matches!(taken, Err(StoreError::Exists(_))), "{taken:?}");
    assert_eq!(store.count_admins().await.expect("counted"), 1);
    let session = |hash: &str| NewSession {
        hash: hash.into(),
        user: admin,
        id: ids::new(at),
        at,
        expires_at: at.plus_seconds(HOUR),
        remote_addr: "::1".into(),
        user_agent: "x".into(),
    };
    store.insert_session(session("s1")).await.expect("opened");
    let open = store.find_session("s1", at).await.expect("read").expect("open");
    assert_eq!(open.user.last_login_at, Some(at));
    assert!(store.find_session("s1", at.plus_seconds(HOUR)).await.expect("read").is_none());
    store.touch_session(open.id, at, at.plus_seconds(2 * HOUR)).await.expect("touched");
    assert!(store.list_sessions(Some(admin), Some(open.id), at).await.expect("listed")[0].current);
    assert!(store.delete_session(open.id).await.expect("ended"));
    store.insert_session(session("s2")).await.expect("opened");
    assert!(store.set_password(admin, "new".into(), None).await.expect("set"));
    assert!(store.find_session("s2", at).await.expect("read").is_none(), "a new password ends sessions");
    assert_eq!(store.find_user_by_name("ada").await.expect("read").expect("there").password_hash, "new");
    for (role, disabled) in [(None, Some(true)), (Some(Role::Operator), None)] {
        let done = store.change_user(admin, role, disabled).await.expect("asked");
        assert!(!done, "the last admin stays: {role:?} {disabled:?}");
    }
    let other = ids::new(at);
    store.insert_user(other, "Bob", "h".into(), Role::Viewer, at).await.expect("added");
    assert!(store.change_user(other, Some(Role::Admin), None).await.expect("set"));
    assert!(store.change_user(admin, None, Some(true)).await.expect("set"));
    assert!(!store.change_user(other, Some(Role::Viewer), None).await.expect("asked"), "the other is the last one now");
    assert!(store.change_user(admin, None, Some(false)).await.expect("set"));
    assert!(store.change_user(other, Some(Role::Viewer), Some(true)).await.expect("set"));
    assert_eq!(store.list_operators().await.expect("listed"), ["Ada"]);
    assert_eq!(store.list_users(&all()).await.expect("listed").items.iter().filter(|user| user.disabled).count(), 1);
    let id = ids::new(at);
    store.insert_token(id, "ci", "th".into(), Scope::Operate, at).await.expect("added");
    store.touch_token(id, at).await.expect("touched");
    assert_eq!(store.find_token("th").await.expect("read").expect("there").last_used_at, Some(at));
    assert!(store.revoke_token(id, at).await.expect("revoked"));
    assert!(store.find_token("th").await.expect("read").is_none());
    assert_eq!(store.list_tokens(&all()).await.expect("listed").items.len(), 1);
    store.bump_counter("unknown_token", 2).await.expect("counted");
    store.bump_counter("unknown_token", 3).await.expect("counted");
    assert_eq!(store.counters().await.expect("listed"), [("unknown_token".to_owned(), 5)]);
}

#[tokio::test]
async fn mapping_rows_are_versioned_and_an_operators_row_survives_an_update() {
    let bed = bed().await;
    let shipped = bed.store.find_mapping(CarrierId::Bex, "tracking_event:7").await.expect("read").expect("seeded");
    assert_eq!((shipped.version, shipped.author), (1, None));
    let keys = ["tracking_event:7:x".to_owned(), "tracking_event:7".to_owned()];
    let (key, version) = bed
        .store
        .write(move |tx| {
            Box::pin(async move {
                let rows = tx.mappings(CarrierId::Bex, &keys.iter().collect::<Vec<_>>()).await?;
                let (key, mapping) = rows.into_iter().next().expect("a row");
                let target = Target::status(Status::InTransit, Substatus::Moving);
                let new = NewMapping {
                    carrier: CarrierId::Bex,
                    key: key.clone(),
                    target,
                    confidence: Confidence::Medium,
                    note: mapping.note,
                    author: Some("ada".into()),
                };
                let made = tx.put_mapping(&new, t0()).await?;
                Ok((key, made))
            })
        })
        .await
        .expect("put");
    assert_eq!((key.as_str(), version), ("tracking_event:7", 2));
    let again = open(bed.directory.path()).await;
    let page =
        again.list_mappings(Some(CarrierId::Bex), None, &PageRequest { limit: 1, cursor: None }).await.expect("listed");
    assert_eq!((page.items[0].version, page.next_cursor), (2, None));
    let mut unmapped = event(&bed, "N", "e", 1, None, mapped(Status::InTransit, Substatus::Moving));
    unmapped.mapped = Mapped {
        target: Target::silent(Kind::Info),
        used: None,
        unmapped: Some("tracking_event:42".into()),
        claim: None,
    };
    unmapped.reported.raw_text = Some("strange".into());
    keep(&bed.store, vec![unmapped], t0()).await;
    let codes = again.list_unmapped(&all()).await.expect("listed").items;
    assert_eq!((codes[0].key.as_str(), codes[0].sample.as_str(), codes[0].count), ("tracking_event:42", "strange", 1));
}

#[tokio::test]
async fn a_newer_schema_is_refused_in_plain_words() {
    let bed = bed().await;
    let path = bed.directory.path().to_owned();
    drop(bed.store);
    ahead(&path.join("parcelwire.db")).await;
    let options = StoreOptions { path: path.join("parcelwire.db"), defaults: Vec::new(), now: t0() };
    let refused = Store::open(options).await.err().expect("refused");
    assert!(matches!(refused, store::StoreError::NewerSchema(9999)), "{refused}");
}

/// As a later version left it.
pub async fn ahead(path: &Path) {
    change(
        path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .await;
}

async fn change(path: &Path, sql: &'static str) {
    use sqlx::Connection as _;
    let url = format!("sqlite://{}", path.display());
    let mut conn = sqlx::SqliteConnection::connect(&url).await.expect("opens");
    sqlx::query(sql).execute(&mut conn).await.expect("written");
    conn.close().await.expect("closes");
}
