//! The table of answers of the front door, row by row.

use crate::door::{Door, path_of, t0};
use axum::body::Body;
use axum::http::{Method, Request};
use parcelwire::server::carriers::{Composed, TestEvent, carrier};
use parcelwire::server::config::Settings;
use parcelwire::server::endpoints::{EndpointChange, GivenSecrets};
use parcelwire::server::endpoints::{scheme_of, settings_of};
use parcelwire::server::secrets::sha256_hex;
use parcelwire::server::signature::sign;
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{Outcome, SecretSlot, Signing, Verdict, Warning, WouldMatch};
use parcelwire::tracking::endpoint::{Endpoint, EndpointState, SecretName};
use serde_json::json;
use zeroize::Zeroizing;

const BEX_SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
const OTHER_SECRET: &str = "fedcba9876543210fedcba9876543210fedcba9876543210";

/// What the carrier would send, signed with the endpoint's own secrets.
async fn composed(door: &Door, endpoint: &Endpoint, nonce: u8, signing: Signing) -> Composed {
    let stored = door.store.find_endpoint(endpoint.id).await.expect("a read").expect("it is there");
    let known = carrier(endpoint.carrier);
    let event = TestEvent {
        event: known.facts().test_events[0].event.clone(),
        number: "TEST12345".into(),
        at: t0(),
        nonce: format!("{nonce:02x}").repeat(16),
        attempt: 1,
    };
    let unsigned = known.compose(&event, &settings_of(&stored)).expect("composed");
    let keys = door.endpoints.keys(&stored).expect("they open");
    sign(&scheme_of(&stored), &unsigned, &keys, t0(), signing).expect("signed")
}

async fn send(door: &Door, url: &str, composed: &Composed) -> crate::door::Answered {
    let headers: Vec<(&str, &str)> =
        composed.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers: Vec<_> = headers.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")).collect();
    door.post(url, &headers, composed.body.clone()).await
}

fn secret_for(carrier: CarrierId) -> Option<&'static str> {
    (carrier != CarrierId::Fast).then_some(BEX_SECRET)
}

#[tokio::test]
async fn what_every_carrier_composes_is_accepted_once_signed_and_duplicate_when_it_comes_again() {
    for id in CarrierId::ALL {
        let door = Door::open().await;
        let endpoint = door.endpoint(id, secret_for(id), json!({})).await;
        let message = composed(&door, &endpoint, 1, Signing::Valid).await;
        let first = send(&door, &endpoint.hook_url, &message).await;
        assert_eq!((first.status, &first.json()["status"]), (200, &json!("accepted")), "{id}: {first:?}");
        let again = send(&door, &endpoint.hook_url, &message).await;
        assert_eq!((again.status, &again.json()["status"]), (200, &json!("duplicate")), "{id}");
        assert_eq!(again.json()["delivery"], first.json()["delivery"], "{id}: the first one is named");
        let delivery = door.deliveries().await.pop().expect("the first");
        let signed = carrier(id).facts().signs;
        let wanted = if signed { Verdict::Verified } else { Verdict::Authenticated };
        assert_eq!(delivery.verdict, wanted, "{id}");
        assert_eq!(delivery.body_sha256, sha256_hex(&message.body), "{id}: exact bytes");
        if signed {
            assert_eq!(delivery.secret_slot, Some(SecretSlot::Current), "{id}");
        }
    }
}

#[tokio::test]
async fn wrong_and_missing_signatures_of_every_signing_carrier_are_refused_and_kept() {
    for id in [CarrierId::Trackingmore, CarrierId::Bex, CarrierId::Boxnow] {
        let door = Door::open().await;
        let endpoint = door.endpoint(id, secret_for(id), json!({})).await;
        for (signing, reason) in [(Signing::Wrong, "bad_signature"), (Signing::Missing, "missing_signature")] {
            let message = composed(&door, &endpoint, 2, signing).await;
            let answered = send(&door, &endpoint.hook_url, &message).await;
            assert_eq!((answered.status, answered.body.as_str()), (401, r#"{"error":"unauthorized"}"#), "{id}");
            let delivery = door.newest().await;
            assert_eq!(
                delivery.reason.map(parcelwire::tracking::delivery::FailureReason::as_str),
                Some(reason),
                "{id}"
            );
            assert_eq!(delivery.outcome, Outcome::Rejected, "{id}");
            let diagnosis = delivery.diagnosis.expect("a failure is explained");
            assert!(!diagnosis.explanation.contains(BEX_SECRET));
        }
        assert_eq!(door.apply.drain().await.expect("drained"), 0, "{id}: nothing refused is ever due");
    }
}

#[tokio::test]
async fn unknown_urls_are_404_whatever_is_wrong_with_them() {
    let door = Door::open().await;
    let bex = door.endpoint(CarrierId::Bex, Some(BEX_SECRET), json!({})).await;
    let token = bex.hook_url.rsplit('/').next().expect("a token");
    let paths = [
        "/hooks".to_owned(),
        "/hooks/".to_owned(),
        "/hooks/bex".to_owned(),
        "/hooks/bex/wrong".to_owned(),
        format!("/hooks/fast/{token}"),
        format!("/hooks/nobody/{token}"),
        format!("/hooks/bex/{token}/more"),
        format!("/hooks/bexx/{token}"),
        format!("/hooks/bex?token={token}"),
        format!("/api/poslaju/webhook/{token}"),
    ];
    for path in paths {
        let answered = door.post(&path, &[], "{}").await;
        assert_eq!((answered.status, answered.body.as_str()), (404, r#"{"error":"not_found"}"#), "{path}");
    }
    assert!(door.deliveries().await.is_empty(), "counted, not stored");
}

#[tokio::test]
async fn tokens_in_the_query_and_the_alias_lead_to_the_same_endpoint() {
    let door = Door::open().await;
    let pos = door.endpoint(CarrierId::PosMalaysia, None, json!({})).await;
    let token = pos.hook_url.rsplit('/').next().expect("a token");
    let paths = [
        format!("/hooks/pos-malaysia/{token}"),
        format!("/hooks/pos-malaysia/{token}/"),
        format!("/hooks/pos-malaysia?token={token}"),
        format!("/api/poslaju/webhook/{token}"),
        format!("/api/poslaju/webhook?token={token}"),
    ];
    for (nth, path) in paths.iter().enumerate() {
        let answered = door.post(path, &[], format!("{{\"nth\":{nth}}}")).await;
        assert_eq!(answered.status, 200, "{path}: {answered:?}");
    }
    assert_eq!(door.deliveries().await.len(), paths.len());
}

#[tokio::test]
async fn probes_are_echoed_for_the_carrier_that_probes_and_every_other_method_is_405() {
    let door = Door::open().await;
    let bex = door.endpoint(CarrierId::Bex, Some(BEX_SECRET), json!({})).await;
    let fast = door.endpoint(CarrierId::Fast, None, json!({})).await;
    let get = |path: String| door.send(Request::get(path).body(Body::empty()).expect("a request"));
    let path = path_of(&bex.hook_url);
    let echoed = get(format!("{path}?echo=0a-Z9")).await;
    assert_eq!((echoed.status, echoed.body.as_str()), (200, "0a-Z9"));
    assert_eq!(echoed.headers["content-type"], "text/plain");
    assert_eq!(echoed.headers["x-content-type-options"], "nosniff");
    for bad in ["", "a b", "%3Cb%3E", "a_b", &"a".repeat(65), "a&echo=b"] {
        assert_eq!(get(format!("{path}?echo={bad}", bad = bad.replace(' ', "+"))).await.status, 400, "{bad}");
    }
    assert_eq!(get("/hooks/bex/wrong?echo=abc".into()).await.status, 404);
    assert_eq!(get(path.to_owned()).await.status, 405);
    assert_eq!(get(format!("{}?echo=abc", path_of(&fast.hook_url))).await.status, 405);
    for method in [Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS, Method::PATCH] {
        let request = Request::builder().method(method.clone()).uri(path).body(Body::empty()).expect("a request");
        let answered = door.send(request).await;
        assert_eq!(answered.status, 405, "{method}");
        assert_eq!(answered.headers["allow"], "GET, POST");
    }
    assert!(door.deliveries().await.is_empty());
}

#[tokio::test]
async fn bodies_over_the_limit_and_encoded_ones_are_refused_whole() {
    let door = Door::open().await;
    let fast = door.endpoint(CarrierId::Fast, None, json!({"max_body_bytes": 4096})).await;
    assert_eq!(door.post(&fast.hook_url, &[], vec![b'x'; 4096]).await.status, 200);
    assert_eq!(door.post(&fast.hook_url, &[], vec![b'x'; 4097]).await.status, 413);
    let parts = (0..5).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1000]));
    let streamed = Body::from_stream(futures::stream::iter(parts));
    assert_eq!(door.post(&fast.hook_url, &[], streamed).await.status, 413, "without a length too");
    assert_eq!(door.post(&fast.hook_url, &[("content-encoding", "gzip")], "x").await.status, 415);
    assert_eq!(door.post(&fast.hook_url, &[("content-encoding", "Identity")], "y").await.status, 200);
    let sizes: Vec<u64> = door.deliveries().await.iter().map(|delivery| delivery.size).collect();
    assert_eq!(sizes, [1, 4096], "what was refused left nothing");
}

#[tokio::test]
async fn an_address_is_refused_two_hundred_times_a_second_and_never_in_place_of_a_200() {
    let door = Door::open().await;
    let fast = door.endpoint(CarrierId::Fast, None, json!({})).await;
    for nth in 0..200 {
        assert_eq!(door.post("/hooks/fast/wrong", &[], "{}").await.status, 404, "{nth}");
    }
    assert_eq!(door.post("/hooks/fast/wrong", &[], "{}").await.status, 429);
    assert_eq!(door.post(&fast.hook_url, &[], "{}").await.status, 200);
    let bex = door.endpoint(CarrierId::Bex, Some(BEX_SECRET), json!({})).await;
    assert_eq!(door.post(&bex.hook_url, &[], "{}").await.status, 429, "in place of a 401");
    assert_eq!(door.deliveries().await.len(), 1, "counted, not stored");
    door.clock.set(t0().plus_seconds(1));
    assert_eq!(door.post("/hooks/fast/wrong", &[], "{}").await.status, 404);
}

#[tokio::test]
async fn a_paused_endpoint_holds_and_an_observing_one_accepts_and_derives_nothing() {
    let door = Door::open().await;
    let bex = door.endpoint(CarrierId::Bex, Some(BEX_SECRET), json!({})).await;
    let set = async |state| {
        let change = EndpointChange { state: Some(state), ..EndpointChange::default() };
        door.endpoints.change(bex.id, change).await.expect("changed")
    };
    set(EndpointState::Paused).await;
    let good = composed(&door, &bex, 3, Signing::Valid).await;
    let bad = composed(&door, &bex, 4, Signing::Wrong).await;
    assert_eq!(send(&door, &bex.hook_url, &good).await.status, 200);
    assert_eq!(door.newest().await.outcome, Outcome::Held);
    assert_eq!(send(&door, &bex.hook_url, &bad).await.status, 401, "paused still refuses");
    set(EndpointState::Observe).await;
    let bad = composed(&door, &bex, 5, Signing::Wrong).await;
    assert_eq!(send(&door, &bex.hook_url, &bad).await.status, 200);
    let observed = door.newest().await;
    assert_eq!((observed.outcome, observed.verdict), (Outcome::Observed, Verdict::Failed));
    let bare = door.endpoint(CarrierId::Trackingmore, None, json!({})).await;
    let change = EndpointChange { state: Some(EndpointState::Observe), ..EndpointChange::default() };
    assert_eq!(door.post(&bare.hook_url, &[], "{}").await.status, 401);
    assert_eq!(
        door.newest().await.reason.map(parcelwire::tracking::delivery::FailureReason::as_str),
        Some("no_secret")
    );
    door.endpoints.change(bare.id, change).await.expect("changed");
    assert_eq!(door.post(&bare.hook_url, &[], "{ }").await.status, 200);
    assert_eq!(door.newest().await.verdict, Verdict::Unattempted);
    assert_eq!(door.apply.drain().await.expect("drained"), 0);
}

#[tokio::test]
async fn a_rotated_secret_and_url_hold_for_their_hours_and_are_named_after() {
    let door = Door::open().await;
    let bex = door.endpoint(CarrierId::Bex, Some(BEX_SECRET), json!({})).await;
    let old = [1, 2].map(|nonce| composed(&door, &bex, nonce, Signing::Valid));
    let [old_first, old_second] = old;
    let (old_first, old_second) = (old_first.await, old_second.await);
    let typed = vec![(SecretName::Secret, Zeroizing::new(OTHER_SECRET.to_owned()))];
    door.endpoints.put_secrets(bex.id, GivenSecrets { typed, generate: false }, Some(1)).await.expect("set");
    let moved = door.endpoints.new_url(bex.id, Some(1)).await.expect("moved");
    assert_ne!(moved.hook_url, bex.hook_url);
    assert_eq!(send(&door, &bex.hook_url, &old_first).await.status, 200, "the old URL, the old secret");
    assert_eq!(door.newest().await.secret_slot, Some(SecretSlot::Previous));
    door.clock.set(t0().plus_seconds(3600));
    assert_eq!(send(&door, &bex.hook_url, &old_second).await.status, 404);
    assert_eq!(send(&door, &moved.hook_url, &old_second).await.status, 401);
    let diagnosis = door.newest().await.diagnosis.expect("explained");
    assert_eq!(diagnosis.would_match, [WouldMatch::PreviousSecret]);
}

#[tokio::test]
async fn a_neighbours_secret_is_named_in_the_diagnosis() {
    let door = Door::open().await;
    let one = door.endpoint(CarrierId::Bex, Some(BEX_SECRET), json!({})).await;
    let other = door.endpoint(CarrierId::Bex, Some(OTHER_SECRET), json!({})).await;
    let message = composed(&door, &other, 6, Signing::Valid).await;
    assert_eq!(send(&door, &one.hook_url, &message).await.status, 401);
    assert_eq!(door.newest().await.diagnosis.expect("explained").would_match, [WouldMatch::OtherEndpoint]);
}

#[tokio::test]
async fn a_static_header_is_weak_proof_and_must_be_exact() {
    let door = Door::open().await;
    let typed = vec![(SecretName::HeaderValue, Zeroizing::new("Bearer of-the-door-key".to_owned()))];
    let settings = json!({"proof": "header", "header_name": "X-Door"});
    let boxnow = door.endpoint_with(CarrierId::Boxnow, typed, settings).await;
    let message = composed(&door, &boxnow, 7, Signing::Valid).await;
    assert_eq!(send(&door, &boxnow.hook_url, &message).await.status, 200);
    let delivery = door.newest().await;
    assert_eq!((delivery.verdict, delivery.warnings), (Verdict::Authenticated, vec![Warning::WeakProof]));
    for signing in [Signing::Wrong, Signing::Missing] {
        let message = composed(&door, &boxnow, 8, signing).await;
        assert_eq!(send(&door, &boxnow.hook_url, &message).await.status, 401);
        assert_eq!(
            door.newest().await.reason.map(parcelwire::tracking::delivery::FailureReason::as_str),
            Some("header_mismatch")
        );
    }
}

#[tokio::test]
async fn only_allowed_networks_may_post_and_trusted_proxies_are_looked_through() {
    let settings = Settings { trusted_proxies: Some("10.0.0.0/8".into()), ..Settings::default() };
    let door = Door::open_with(&settings).await;
    let fast = door.endpoint(CarrierId::Fast, None, json!({"allowed_networks": ["198.51.100.0/24"]})).await;
    let post = async |peer: &str, forwarded: &str, body: &'static str| {
        let request = Request::post(path_of(&fast.hook_url)).header("x-forwarded-for", forwarded);
        let request = request.body(Body::from(body)).expect("a request");
        door.send_from(peer.parse().expect("an address"), request).await.status
    };
    assert_eq!(post("198.51.100.7:1", "", "a").await, 200);
    assert_eq!(post("203.0.113.9:1", "198.51.100.7", "b").await, 404, "a stranger's header is not believed");
    assert_eq!(post("10.1.1.1:1", "203.0.113.1, 198.51.100.7, 10.2.2.2", "c").await, 200);
    assert_eq!(door.newest().await.remote_addr, "198.51.100.7");
    assert_eq!(post("10.1.1.1:1", "198.51.100.7, 203.0.113.1", "d").await, 404, "read from the right");
}

#[tokio::test]
async fn a_test_delivery_is_known_by_its_nonce_once_and_passes_the_network_check() {
    let door = Door::open().await;
    let fast = door.endpoint(CarrierId::Fast, None, json!({"allowed_networks": ["198.51.100.0/24"]})).await;
    let nonce = door.store.mint_test_nonce(fast.id, "arrived", t0(), 60).await.expect("minted");
    let header = [("x-parcelwire-test", nonce.as_str())];
    assert_eq!(door.post(&fast.hook_url, &header, "{}").await.status, 200);
    assert!(door.newest().await.is_test);
    assert_eq!(door.post(&fast.hook_url, &header, "{}").await.status, 404, "it is used up");
}

#[tokio::test]
async fn what_cannot_be_stored_is_503_with_a_time_to_come_again() {
    let door = Door::open().await;
    let fast = door.endpoint(CarrierId::Fast, None, json!({})).await;
    door.store.clone().close().await;
    let answered = door.post(&fast.hook_url, &[], "{}").await;
    assert_eq!(answered.status, 503);
    assert!(answered.headers.contains_key("retry-after"));
}
