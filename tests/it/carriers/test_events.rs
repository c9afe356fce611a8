//! Every test event of every carrier, in every mode: composed, signed, proven and read as what was meant.

use super::key;
use parcelwire::server::carriers::{CARRIERS, Carrier, Settings, TestEvent, settings};
use parcelwire::server::signature::{Composed, Received, judge, sign};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{Signing, Verdict};
use parcelwire::tracking::endpoint::{FieldKind, SecretName};
use parcelwire::tracking::event::Reading;
use parcelwire::tracking::time::Timestamp;
use serde_json::json;

const NOW: Timestamp = Timestamp::from_millis(1_781_769_600_123);

/// The defaults, and once more with every choice the schema offers.
fn variants(carrier: &dyn Carrier) -> Vec<Settings> {
    let schema = carrier.facts().settings;
    let defaults = settings::defaults(&schema);
    let mut variants = vec![defaults.clone()];
    for field in &schema {
        if let FieldKind::Choice { options } = &field.field {
            for (word, _) in options {
                let mut changed = defaults.clone();
                changed.insert(field.key.clone(), json!(word));
                variants.push(changed);
            }
        }
    }
    variants
}

fn received(composed: Composed) -> Received {
    let headers = composed.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
    Received { body: composed.body, headers, received_at: NOW, remote_addr: "127.0.0.1".into() }
}

#[test]
fn the_list_of_carriers_is_complete() {
    assert_eq!(CARRIERS.iter().map(|carrier| carrier.id()).collect::<Vec<_>>(), CarrierId::ALL);
}

#[test]
fn test_events_hold_when_signed_and_fail_when_not() {
    let keys =
        [key(SecretName::Secret, &"0123456789abcdef".repeat(3)), key(SecretName::HeaderValue, "a header's value")];
    let stored = [SecretName::Secret, SecretName::HeaderValue];
    for carrier in CARRIERS {
        let facts = carrier.facts();
        for settings in variants(*carrier) {
            let scheme = carrier.scheme(&settings, &stored);
            for kind in &facts.test_events {
                let event = TestEvent {
                    event: kind.event.clone(),
                    number: "7415340001".into(),
                    at: NOW,
                    nonce: "0f".repeat(16),
                    attempt: 1,
                };
                let what = format!("{} {} {}", facts.name, kind.event, scheme.name);
                let composed = carrier.compose(&event, &settings).unwrap_or_else(|fault| panic!("{what}: {fault}"));
                let judged = |signing| {
                    let signed = sign(&scheme, &composed, &keys, NOW, signing).ok()?;
                    let received = received(signed);
                    let judged = judge(&received, &scheme, &carrier.message_key(), &keys, false);
                    Some((judged, received))
                };
                let (good, request) = judged(Signing::Valid).expect("can be signed");
                assert!(good.verdict().is_good(), "{what}: {:?}", good.reason());
                assert!(
                    matches!(carrier.read(&request.body, &settings), Reading::Events { ref events, ref faults, .. }
                        if faults.is_empty() && !events.is_empty()),
                    "{what}"
                );
                if good.verdict() == Verdict::Verified {
                    let (wrong, _) = judged(Signing::Wrong).expect("can be signed wrongly");
                    assert_eq!(wrong.verdict(), Verdict::Failed, "{what}");
                }
            }
        }
    }
}

#[test]
fn every_status_that_a_test_event_promises_is_a_status_of_a_row_or_rule() {
    for carrier in CARRIERS {
        let kinds = carrier.facts().test_events;
        assert!(kinds.iter().any(|kind| kind.event == "delivered"), "{} can test a delivery", carrier.id());
        let mut words: Vec<_> = kinds.iter().map(|kind| kind.event.clone()).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), kinds.len(), "{}: a word twice", carrier.id());
        assert!(!carrier.journeys().is_empty(), "{} has a journey", carrier.id());
        for (event, _) in carrier.journeys().iter().flat_map(|journey| journey.steps) {
            assert!(words.iter().any(|word| word == event), "{}: no test event {event}", carrier.id());
        }
    }
}
