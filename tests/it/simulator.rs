//! Test events over real HTTP through the front door, for every carrier and everything it can be made to send.

use crate::door::{Door, t0};
use parcelwire::server::carriers::{CARRIERS, carrier};
use parcelwire::server::config::Config;
use parcelwire::server::simulator::{Simulator, SimulatorError};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{Outcome, Signing, Verdict};
use parcelwire::tracking::endpoint::Endpoint;
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::parcel::{Parcel, ParcelFilter};
use parcelwire::tracking::status::Status;
use parcelwire::tracking::test_bench::TestRequest;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use uuid::Uuid;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

struct Bench {
    door: Door,
    simulator: Simulator,
}

impl Bench {
    async fn open() -> Self {
        let door = Door::open().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let bound = listener.local_addr().expect("an address");
        let service = door.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let config = Config::in_directory(&std::env::temp_dir()).expect("settings hold").bound_to(bound);
        let simulator = Simulator::new(
            door.store.clone(),
            door.endpoints.clone(),
            door.keyring.clone(),
            door.clock.clone(),
            Arc::new(config),
        );
        Self { door, simulator }
    }

    async fn endpoint(&self, carrier: CarrierId) -> Endpoint {
        let signs = parcelwire::server::carriers::carrier(carrier).facts().signs;
        self.door.endpoint(carrier, signs.then_some(SECRET), json!({})).await
    }

    async fn parcels(&self, number: &str) -> Vec<Parcel> {
        self.door.apply.drain().await.expect("applied");
        let filter = ParcelFilter { number: Some(number.to_owned()), test: Some(true), ..ParcelFilter::default() };
        self.door.store.list_parcels(&filter, &PageRequest::default(), t0()).await.expect("a list").items
    }
}

fn asking(event: &str, number: &str) -> TestRequest {
    TestRequest { event: Some(event.to_owned()), number: Some(number.to_owned()), ..TestRequest::default() }
}

#[tokio::test]
async fn every_test_event_of_every_carrier_arrives_and_means_what_it_says() {
    let bench = Bench::open().await;
    for known in CARRIERS {
        let endpoint = bench.endpoint(known.id()).await;
        for (nth, kind) in known.facts().test_events.into_iter().enumerate() {
            let number = format!("990000{nth:04}");
            let sent = bench.simulator.send(endpoint.id, &asking(&kind.event, &number)).await;
            let sent = sent.unwrap_or_else(|fault| panic!("{} {}: {fault}", known.id(), kind.event));
            assert_eq!(sent.response_status, 200, "{} {}", known.id(), kind.event);
            assert!(sent.verdict.is_some_and(Verdict::is_good), "{} {}", known.id(), kind.event);
            let parcels = bench.parcels(&number).await;
            assert!(!parcels.is_empty(), "{} {} made no parcel", known.id(), kind.event);
            if let Some(status) = kind.status {
                assert!(parcels.iter().any(|parcel| parcel.status == status), "{} {}", known.id(), kind.event);
            }
            let delivery = sent.delivery.expect("stored");
            let stored = bench.door.store.find_delivery(delivery).await.expect("a read").expect("it is there");
            assert!(stored.is_test);
            assert_eq!(stored.outcome, Outcome::Applied, "{} {}: {:?}", known.id(), kind.event, stored.outcome_detail);
        }
    }
}

#[tokio::test]
async fn journeys_end_where_they_say() {
    let bench = Bench::open().await;
    for known in CARRIERS {
        let endpoint = bench.endpoint(known.id()).await;
        for journey in known.journeys() {
            let number = format!("88{}", journey.name.to_uppercase());
            let minutes = journey.steps.iter().map(|(_, minutes)| *minutes).max().unwrap_or_default();
            let start = t0().plus_seconds(-minutes * 60);
            let results =
                bench.simulator.play(endpoint.id, journey, Some(number.clone()), start).await.expect("played");
            assert_eq!(results.len(), journey.steps.len());
            assert!(results.iter().all(|result| result.response_status == 200));
            assert!(!bench.parcels(&number).await.is_empty(), "{} {}", known.id(), journey.name);
            if journey.name == "delivered" {
                assert!(bench.parcels(&number).await.iter().all(|p| p.status == Status::Delivered), "{}", known.id());
            }
        }
    }
}

#[tokio::test]
async fn wrong_and_missing_signatures_are_refused_and_named() {
    let bench = Bench::open().await;
    for id in [CarrierId::Bex, CarrierId::Boxnow, CarrierId::Trackingmore] {
        let endpoint = bench.endpoint(id).await;
        let event = carrier(id).facts().test_events[0].event.clone();
        for signing in [Signing::Wrong, Signing::Missing] {
            let asked = TestRequest { signing: Some(signing), ..asking(&event, "5550001") };
            let sent = bench.simulator.send(endpoint.id, &asked).await.expect("sent");
            assert_eq!((sent.response_status, sent.verdict), (401, Some(Verdict::Failed)), "{id} {signing}");
            assert!(sent.delivery.is_some(), "a refusal is kept and can be opened");
        }
        assert!(bench.parcels("5550001").await.is_empty());
    }
    let fast = bench.endpoint(CarrierId::Fast).await;
    let event = carrier(CarrierId::Fast).facts().test_events[0].event.clone();
    let asked = TestRequest { signing: Some(Signing::Wrong), ..asking(&event, "5550001") };
    assert!(matches!(bench.simulator.send(fast.id, &asked).await, Err(SimulatorError::Invalid(_))));
}

#[tokio::test]
async fn an_earlier_test_comes_again_as_a_duplicate_or_as_a_new_message() {
    let bench = Bench::open().await;
    for known in CARRIERS {
        let endpoint = bench.endpoint(known.id()).await;
        let event = known.facts().test_events[0].event.clone();
        let first = bench.simulator.send(endpoint.id, &asking(&event, "4440001")).await.expect("sent");
        bench.door.apply.drain().await.expect("applied");
        let again = TestRequest { resend: first.delivery, ..TestRequest::default() };
        let same = bench.simulator.send(endpoint.id, &again).await.expect("sent");
        assert_eq!((same.response_status, same.number.as_deref()), (200, Some("4440001")), "{}", known.id());
        let find = async |id: Option<Uuid>| bench.door.store.find_delivery(id.expect("stored")).await.expect("a read");
        let stored = find(same.delivery).await.expect("it is there");
        assert_eq!((stored.outcome, stored.duplicate_of), (Outcome::Duplicate, first.delivery), "{}", known.id());
        assert!(stored.is_test);
        let new = bench.simulator.send(endpoint.id, &TestRequest { as_new: true, ..again }).await.expect("sent");
        assert_eq!((new.response_status, new.verdict), (200, same.verdict), "{}", known.id());
        bench.door.apply.drain().await.expect("applied");
        let stored = find(new.delivery).await.expect("it is there");
        assert_eq!(stored.outcome, Outcome::Applied, "{}", known.id());
        let parcels = bench.parcels("4440001").await;
        assert_eq!(parcels.iter().filter(|parcel| parcel.carrier == known.id()).count(), 1, "{}", known.id());
    }
}

#[tokio::test]
async fn an_edited_body_is_sent_as_it_is_and_signed() {
    let bench = Bench::open().await;
    let endpoint = bench.endpoint(CarrierId::Bex).await;
    let asked = asking("delivered", "3330001");
    let body = bench.simulator.preview(endpoint.id, &asked).await.expect("composed").body;
    let edited = TestRequest { body: Some(body.replace("3330001", "3330002")), ..asked };
    let sent = bench.simulator.send(endpoint.id, &edited).await.expect("sent");
    assert_eq!((sent.verdict, sent.number.as_deref()), (Some(Verdict::Verified), Some("3330002")));
    assert_eq!(bench.parcels("3330002").await[0].status, Status::Delivered);
    let broken = TestRequest { body: Some("not json".into()), ..asking("delivered", "3330003") };
    assert_eq!(bench.simulator.send(endpoint.id, &broken).await.expect("sent").response_status, 200);
    bench.door.apply.drain().await.expect("applied");
    assert_eq!(bench.door.newest().await.outcome, Outcome::Unreadable);
}

#[tokio::test]
async fn what_cannot_be_composed_is_said_before_anything_is_sent() {
    let bench = Bench::open().await;
    let endpoint = bench.endpoint(CarrierId::Bex).await;
    for asked in [
        asking("exploded", "1"),
        asking("delivered", " - "),
        TestRequest::default(),
        TestRequest { resend: Some(Uuid::nil()), ..TestRequest::default() },
    ] {
        assert!(
            matches!(bench.simulator.send(endpoint.id, &asked).await, Err(SimulatorError::Invalid(_))),
            "{asked:?}"
        );
    }
    let unsigned = bench.door.endpoint(CarrierId::Boxnow, None, json!({})).await;
    let refused = bench.simulator.send(unsigned.id, &asking("new", "1")).await.expect_err("no key");
    assert!(refused.to_string().contains("no secret"), "{refused}");
    assert!(matches!(bench.simulator.send(Uuid::nil(), &asking("new", "1")).await, Err(SimulatorError::NotFound)));
    assert!(bench.door.deliveries().await.is_empty());
}
