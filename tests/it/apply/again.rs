//! Applying again, checking again, releasing what was held.

use super::*;
use parcelwire::server::signature::Key;
use parcelwire::server::store::StoredEndpoint;
use parcelwire::tracking::delivery::StateChange;

/// Signs with the secret that an endpoint ought to have.
struct Signer {
    stored: StoredEndpoint,
    keys: Vec<Key>,
}

const RIGHT: &str = "a right secret of thirty-two chars";

/// A BEX endpoint in which a wrong secret was typed.
async fn signed_with_another_secret(bed: &Bed) -> (Uuid, Signer) {
    let wrong = vec![(SecretName::Secret, Zeroizing::new("x".repeat(40)))];
    let endpoint = bed.endpoint_with(CarrierId::Bex, json!({}), wrong).await;
    let stored = bed.store.find_endpoint(endpoint).await.expect("asked").expect("an endpoint");
    let mut keys = bed.endpoints.keys(&stored).expect("keys");
    keys[0].text = Zeroizing::new(RIGHT.to_owned());
    (endpoint, Signer { stored, keys })
}

impl Signer {
    fn request(&self, bed: &Bed, payload: &Value) -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
        let composed = Composed { headers: Vec::new(), body: payload.to_string().into_bytes() };
        let signed = sign(&scheme_of(&self.stored), &composed, &self.keys, bed.now(), Signing::Valid).expect("signed");
        (signed.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect(), signed.body)
    }

    /// The operator types the right one.
    async fn correct(&self, bed: &Bed, endpoint: Uuid) {
        let typed = vec![(SecretName::Secret, Zeroizing::new(RIGHT.to_owned()))];
        bed.endpoints.put_secrets(endpoint, GivenSecrets { typed, generate: false }, None).await.expect("rotated");
    }
}

#[tokio::test]
async fn replaying_adds_nothing_and_a_dry_run_keeps_nothing() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let captured = bed.post(endpoint, &pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;

    let dry = bed.apply.replay(captured.delivery(), true).await.expect("tried");
    assert_eq!((dry.dry_run, dry.events_added, dry.outcome), (true, 1, Outcome::Applied));
    let [StateChange { before: None, after: Status::Delivered, number, .. }] = &dry.changes[..] else {
        panic!("it says what would change: {:?}", dry.changes)
    };
    assert_eq!(number, "ELM1MY");
    assert!(bed.parcels("ELM1MY").await.is_empty());
    assert_eq!(bed.delivery(&captured).await.outcome, Outcome::Received);

    bed.drain().await;
    let before = bed.parcel("ELM1MY").await;
    let again = bed.apply.replay(captured.delivery(), false).await.expect("replayed");
    assert_eq!((again.events_added, again.events_known, again.changes.len()), (0, 1, 0));
    assert_eq!(bed.parcel("ELM1MY").await, before, "nothing is another");
}

#[tokio::test]
async fn a_refused_delivery_is_never_read_but_can_be_checked_again() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let (endpoint, signer) = signed_with_another_secret(&bed).await;
    let (headers, body) = signer.request(&bed, &bex("a", json!([bex_scan("W1", 7, "2026-06-17 09:00:00", "x")])));
    let captured = bed.post_raw(endpoint, headers, body).await;
    bed.drain().await;
    assert_eq!(captured.answer(), Answer::Refused);
    let refusal = bed.apply.replay(captured.delivery(), false).await;
    assert!(matches!(refusal, Err(ApplyError::Refused(_))));

    let still = bed.apply.reverify(captured.delivery()).await.expect("checked");
    assert_eq!((still.verdict, still.outcome), (Verdict::Failed, Outcome::Rejected));
    assert!(bed.parcels("W1").await.is_empty());

    signer.correct(&bed, endpoint).await;
    bed.clock.set(time("2026-06-20T00:00:00Z"));
    let report = bed.apply.reverify(captured.delivery()).await.expect("checked");
    assert_eq!((report.verdict, report.outcome, report.events_added), (Verdict::Verified, Outcome::Applied, 1));
    let parcel = bed.parcel("W1").await;
    let events = bed.events(parcel.id).await;
    assert_eq!(events[0].received_at, time("2026-06-18T00:00:00Z"), "applied as of its receipt");
    let delivery = bed.delivery(&captured).await;
    assert_eq!((delivery.verdict, delivery.outcome), (Verdict::Verified, Outcome::Applied));
}

#[tokio::test]
async fn a_paused_endpoint_holds_and_applies_on_resume() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let state = |state| EndpointChange { state: Some(state), ..EndpointChange::default() };
    bed.endpoints.change(endpoint, state(EndpointState::Paused)).await.expect("paused");
    let captured = bed.post(endpoint, &pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    bed.drain().await;
    assert_eq!(bed.delivery(&captured).await.outcome, Outcome::Held);
    let changed = bed.endpoints.change(endpoint, state(EndpointState::Active)).await.expect("resumed");
    assert!(changed.resumed);
    assert_eq!(bed.apply.resume(endpoint).await.expect("released"), 1);
    bed.drain().await;
    assert_eq!(bed.parcel("ELM1MY").await.status, Status::Delivered);
}

#[tokio::test]
async fn what_was_only_observed_is_applied_when_replayed() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let observe = EndpointChange { state: Some(EndpointState::Observe), ..EndpointChange::default() };
    bed.endpoints.change(endpoint, observe).await.expect("observing");
    let body = bex("a", json!([bex_scan("W1", 7, "2026-06-17 09:00:00", "x")])).to_string().into_bytes();
    let captured = bed.post_raw(endpoint, vec![("ms-signature".into(), b"sha256=00".to_vec())], body).await;
    bed.drain().await;
    assert_eq!((captured.answer(), captured.outcome()), (Answer::Accepted, Outcome::Observed));
    assert!(bed.parcels("W1").await.is_empty());
    let report = bed.apply.replay(captured.delivery(), false).await.expect("replayed");
    assert_eq!((report.outcome, report.verdict), (Outcome::Applied, Verdict::Failed));
    assert_eq!(bed.parcel("W1").await.status, Status::OutForDelivery);
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_replayed() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    assert!(matches!(bed.apply.replay(Uuid::nil(), true).await, Err(ApplyError::NotFound)));
    assert!(matches!(bed.apply.reverify(Uuid::nil()).await, Err(ApplyError::NotFound)));
}

#[tokio::test]
async fn a_rebuild_ends_where_it_began() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    bed.acts.register(endpoint, "ELM9MY", Vec::new()).await.expect("registered");
    for (code, at) in [("P_SUCCESS", "2026-06-15 12:00:00"), ("LM_SUCCESS", "2026-06-17 11:00:00")] {
        bed.post(endpoint, &pos("ELM1MY", code, at)).await;
    }
    bed.drain().await;
    let before = (bed.parcel("ELM1MY").await, bed.parcel("ELM9MY").await);
    bed.store.write(|tx| Box::pin(async move { tx.forget_derived().await })).await.expect("forgotten");
    assert!(bed.parcels("ELM1MY").await.is_empty());
    bed.drain().await;
    assert_eq!(bed.apply.refold_stale().await.expect("folded again"), 1);
    let after = (bed.parcel("ELM1MY").await, bed.parcel("ELM9MY").await);
    assert_eq!(before, after);
}

#[tokio::test]
async fn after_a_secret_was_corrected_an_endpoints_refusals_are_admitted_at_their_receipt() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let (endpoint, signer) = signed_with_another_secret(&bed).await;
    for (id, waybill) in [("a", "W1"), ("b", "W2"), ("c", "W1")] {
        let at = if id == "c" { "2026-06-17 10:00:00" } else { "2026-06-17 09:00:00" };
        let (headers, body) = signer.request(&bed, &bex(id, json!([bex_scan(waybill, 7, at, "x")])));
        bed.post_raw(endpoint, headers, body).await;
    }
    bed.post_raw(endpoint, vec![("ms-signature".into(), b"sha256=00".to_vec())], b"{}".to_vec()).await;
    let first = bed.apply.reverify_endpoint(endpoint, None).await.expect("checked");
    assert_eq!((first.checked, first.admitted, first.refused, first.next), (4, 0, 4, None));

    signer.correct(&bed, endpoint).await;
    bed.clock.set(time("2026-06-20T00:00:00Z"));
    let second = bed.apply.reverify_endpoint(endpoint, None).await.expect("checked");
    assert_eq!((second.checked, second.admitted, second.refused), (4, 3, 1));
    assert_eq!((bed.parcel("W1").await.events_count, bed.parcel("W2").await.events_count), (2, 1));
    let events = bed.events(bed.parcel("W2").await.id).await;
    assert_eq!(events[0].received_at, time("2026-06-18T00:00:00Z"), "as of its receipt");
    let third = bed.apply.reverify_endpoint(endpoint, None).await.expect("checked");
    assert_eq!((third.checked, third.refused), (1, 1), "only what is still refused");
    assert!(matches!(bed.apply.reverify_endpoint(Uuid::nil(), None).await, Err(ApplyError::NotFound)));
}

#[tokio::test]
async fn replaying_a_repeat_is_replaying_the_first_and_adds_nothing() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let body = pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00");
    bed.post(endpoint, &body).await;
    let repeat = bed.post(endpoint, &body).await;
    bed.drain().await;
    let before = bed.events(bed.parcel("ELM1MY").await.id).await;
    let report = bed.apply.replay(repeat.delivery(), false).await.expect("replayed");
    assert_eq!((report.outcome, report.events_added, report.events_known), (Outcome::Duplicate, 0, 1));
    assert_eq!(bed.delivery(&repeat).await.outcome, Outcome::Duplicate);
    assert_eq!(bed.events(bed.parcel("ELM1MY").await.id).await, before, "seen as often as before");
}
