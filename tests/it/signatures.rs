//! The engine beyond the vectors: freshness to the second, both secrets, what is covered and what is not, diagnoses.

use parcelwire::server::carriers::{Carrier, Composed, Settings, TestEvent, carrier, settings};
use parcelwire::server::signature::{Judged, Key, Received, Scheme, diagnose, judge, sign};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{Covers, FailureReason, SecretSlot, Signing, Verdict, Warning, WouldMatch};
use parcelwire::tracking::endpoint::SecretName;
use parcelwire::tracking::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use zeroize::Zeroizing;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
const OLDER: &str = "an older secret that was replaced some time ago";

fn now() -> Timestamp {
    "2026-06-18T06:30:00.000Z".parse().expect("a time")
}

fn key(name: SecretName, slot: SecretSlot, text: &str, valid_until: Option<Timestamp>) -> Key {
    Key { name, slot, text: Zeroizing::new(text.to_owned()), valid_until }
}

fn current(text: &str) -> Vec<Key> {
    vec![key(SecretName::Secret, SecretSlot::Current, text, None)]
}

/// One carrier with its settings and secrets.
struct Bench {
    carrier: &'static dyn Carrier,
    settings: Settings,
    keys: Vec<Key>,
}

impl Bench {
    fn of(id: CarrierId, given: Value, keys: Vec<Key>) -> Self {
        let carrier = carrier(id);
        let settings = settings::validate(&carrier.facts().settings, &given, None).expect("settings hold");
        Self { carrier, settings, keys }
    }

    fn scheme(&self) -> Scheme {
        let stored: Vec<SecretName> = self.keys.iter().map(|key| key.name).collect();
        self.carrier.scheme(&self.settings, &stored)
    }

    fn signed(&self, at: Timestamp, signing: Signing) -> Received {
        let event = TestEvent {
            event: self.carrier.facts().test_events[0].event.clone(),
            number: "TEST12345".into(),
            at: now(),
            nonce: "0a".repeat(16),
            attempt: 1,
        };
        let composed = self.carrier.compose(&event, &self.settings).expect("composed");
        received(sign(&self.scheme(), &composed, &self.keys, at, signing).expect("signed"))
    }

    fn judge(&self, received: &Received) -> Judged {
        judge(received, &self.scheme(), &self.carrier.message_key(), &self.keys, false)
    }

    fn diagnosed(&self, received: &Received, others: Vec<Key>) -> Vec<WouldMatch> {
        let judged = diagnose(self.judge(received), received, &self.scheme(), &self.keys, others);
        let diagnosis = judged.diagnosis().expect("a failure is explained");
        assert!(!diagnosis.explanation.contains(SECRET) && !diagnosis.explanation.contains(OLDER));
        diagnosis.would_match.clone()
    }
}

fn received(composed: Composed) -> Received {
    let headers = composed.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
    Received { body: composed.body, headers, received_at: now(), remote_addr: "203.0.113.9".into() }
}

fn header<'a>(received: &'a mut Received, name: &str) -> &'a mut Vec<u8> {
    let found = received.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name));
    &mut found.unwrap_or_else(|| panic!("no {name}")).1
}

fn summary(judged: &Judged) -> (Verdict, Option<FailureReason>, Vec<Warning>) {
    (judged.verdict(), judged.reason(), judged.warnings().to_vec())
}

#[test]
fn freshness_is_judged_to_the_second_at_receipt() {
    let lenient = Bench::of(CarrierId::Trackingmore, json!({}), current(SECRET));
    let strict = Bench::of(CarrierId::Trackingmore, json!({"strict_freshness": true}), current(SECRET));
    let unlimited = Bench::of(CarrierId::Trackingmore, json!({"max_age_hours": 0}), current(SECRET));
    let of =
        |bench: &Bench, age_s: i64| summary(&bench.judge(&bench.signed(now().plus_seconds(-age_s), Signing::Valid)));
    let fine = (Verdict::Verified, None, vec![]);
    let failed = |reason| (Verdict::Failed, Some(reason), vec![]);
    let warned = |warning| (Verdict::Verified, None, vec![warning]);
    assert_eq!(of(&lenient, 0), fine);
    assert_eq!(of(&lenient, 600), fine);
    assert_eq!(of(&lenient, 601), warned(Warning::StaleTimestamp));
    assert_eq!(of(&lenient, 72 * 3600), warned(Warning::StaleTimestamp));
    assert_eq!(of(&lenient, 72 * 3600 + 1), failed(FailureReason::StaleTimestamp));
    assert_eq!(of(&unlimited, 900 * 3600), warned(Warning::StaleTimestamp));
    assert_eq!(of(&strict, 600), fine);
    assert_eq!(of(&strict, 601), failed(FailureReason::StaleTimestamp));
    assert_eq!(of(&lenient, -300), warned(Warning::ClockAhead));
    for bench in [&lenient, &strict, &unlimited] {
        assert_eq!(of(bench, -301), failed(FailureReason::FutureTimestamp));
    }
}

#[test]
fn what_is_no_time_of_signing_is_missing() {
    let bench = Bench::of(CarrierId::Trackingmore, json!({}), current(SECRET));
    for text in ["", "now", "-1", "+1", "1.5", " 1", "99999999999999999999", "1e9"] {
        let mut received = bench.signed(now(), Signing::Valid);
        *header(&mut received, "timestamp") = text.into();
        assert_eq!(bench.judge(&received).reason(), Some(FailureReason::MissingTimestamp), "{text}");
    }
    let mut received = bench.signed(now(), Signing::Valid);
    received.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("timestamp"));
    assert_eq!(bench.judge(&received).reason(), Some(FailureReason::MissingTimestamp));
}

#[test]
fn both_secrets_hold_until_the_previous_one_runs_out() {
    let until = now().plus_seconds(60);
    let old = Bench::of(CarrierId::Bex, json!({}), current(OLDER));
    let mut keys = current(SECRET);
    keys.push(key(SecretName::Secret, SecretSlot::Previous, OLDER, Some(until)));
    let rotated = Bench::of(CarrierId::Bex, json!({}), keys);
    let matched = |received: &Received| rotated.judge(received).matched().map(|(_, slot)| slot);
    assert_eq!(matched(&rotated.signed(now(), Signing::Valid)), Some(SecretSlot::Current));
    let mut received = old.signed(now(), Signing::Valid);
    assert_eq!(matched(&received), Some(SecretSlot::Previous));
    received.received_at = until;
    assert_eq!(rotated.judge(&received).reason(), Some(FailureReason::BadSignature));
    assert_eq!(rotated.diagnosed(&received, vec![]), [WouldMatch::PreviousSecret]);
}

#[test]
fn empty_secrets_are_none_and_short_ones_are_weak() {
    for text in ["", "   "] {
        let signer = Bench::of(CarrierId::Bex, json!({}), current(SECRET));
        let bench = Bench::of(CarrierId::Bex, json!({}), current(text));
        assert_eq!(bench.judge(&signer.signed(now(), Signing::Valid)).reason(), Some(FailureReason::NoSecret));
    }
    let short = Bench::of(CarrierId::Boxnow, json!({}), current("test-secret-key"));
    assert_eq!(short.judge(&short.signed(now(), Signing::Valid)).warnings(), [Warning::WeakProof]);
    let mail = Bench::of(CarrierId::Trackingmore, json!({"mode": "v2_body_block"}), current("operations@example.com"));
    assert_eq!(mail.judge(&mail.signed(now(), Signing::Valid)).warnings(), [Warning::WeakProof]);
}

#[test]
fn the_unsigned_subject_may_differ_with_a_warning() {
    let bench = Bench::of(CarrierId::Boxnow, json!({}), current(SECRET));
    let mut received = bench.signed(now(), Signing::Valid);
    let text = String::from_utf8(received.body.clone()).expect("text");
    received.body = text.replacen(r#""subject":"TEST12345""#, r#""subject":"OTHER""#, 1).into_bytes();
    assert_ne!(received.body, text.as_bytes(), "the test changed something");
    let judged = bench.judge(&received);
    assert_eq!(summary(&judged), (Verdict::Verified, None, vec![Warning::SubjectMismatch]));
    assert_eq!(judged.covers(), Covers::Data);
}

#[test]
fn a_repeated_key_is_refused_and_never_chosen_from() {
    let bench = Bench::of(CarrierId::Boxnow, json!({}), current(SECRET));
    let body = String::from_utf8(bench.signed(now(), Signing::Valid).body).expect("text");
    let doubled = |extra: &str| {
        let mut received = bench.signed(now(), Signing::Valid);
        let inner = body.trim_end().strip_suffix('}').expect("an object");
        received.body = format!("{inner},{extra}}}").into_bytes();
        bench.judge(&received).reason()
    };
    assert_eq!(doubled(r#""data":{"parcelId":"forged"}"#), Some(FailureReason::BadSignature));
    assert_eq!(doubled(r#""d\u0061ta":{}"#), Some(FailureReason::BadSignature));
    assert_eq!(doubled(r#""datasignature":"00""#), Some(FailureReason::DuplicateSignature));
    assert_eq!(doubled(r#""extra":1"#), None, "outside of what is covered");
}

#[test]
fn a_body_that_is_not_json_has_no_proof_in_it() {
    for (id, settings) in [(CarrierId::Boxnow, json!({})), (CarrierId::Trackingmore, json!({"mode": "v2_body_block"}))]
    {
        let bench = Bench::of(id, settings, current(SECRET));
        let mut received = bench.signed(now(), Signing::Valid);
        received.body.push(b'x');
        assert_eq!(bench.judge(&received).reason(), Some(FailureReason::MissingSignature), "{id}");
    }
    let account = Bench::of(CarrierId::PosMalaysia, json!({"account_no": "ACC1"}), vec![]);
    let mut received = account.signed(now(), Signing::Valid);
    received.body = b"not json".to_vec();
    assert_eq!(account.judge(&received).reason(), Some(FailureReason::AccountMismatch));
}

#[test]
fn either_takes_a_signature_or_the_header() {
    let keys = || {
        let mut keys = current(SECRET);
        keys.push(key(SecretName::HeaderValue, SecretSlot::Current, "the agreed value of it", None));
        keys
    };
    let given = json!({"proof": "either", "header_name": "X-Door"});
    let bench = Bench::of(CarrierId::Boxnow, given.clone(), keys());
    assert_eq!(bench.judge(&bench.signed(now(), Signing::Valid)).verdict(), Verdict::Verified);
    let mut headed = bench.signed(now(), Signing::Missing);
    assert_eq!(bench.judge(&headed).reason(), Some(FailureReason::MissingSignature));
    headed.headers.push(("x-door".into(), b"the agreed value of it".to_vec()));
    assert_eq!(summary(&bench.judge(&headed)), (Verdict::Authenticated, None, vec![Warning::WeakProof]));
    *header(&mut headed, "x-door") = b"the agreed value of i".to_vec();
    assert_eq!(bench.judge(&headed).reason(), Some(FailureReason::HeaderMismatch));
    let bare = Bench::of(CarrierId::Boxnow, given, vec![]);
    assert_eq!(bare.judge(&headed).reason(), Some(FailureReason::NoSecret));
}

#[test]
fn a_carrier_that_may_sign_is_checked_when_it_does() {
    let bench = Bench::of(CarrierId::PosMalaysia, json!({}), current(SECRET));
    assert_eq!(bench.judge(&bench.signed(now(), Signing::Valid)).verdict(), Verdict::Verified);
    assert_eq!(bench.judge(&bench.signed(now(), Signing::Missing)).verdict(), Verdict::Authenticated);
    assert_eq!(bench.judge(&bench.signed(now(), Signing::Wrong)).reason(), Some(FailureReason::BadSignature));
    let unsigned = Bench::of(CarrierId::PosMalaysia, json!({}), vec![]);
    let judged = unsigned.judge(&bench.signed(now(), Signing::Wrong));
    assert_eq!((judged.verdict(), judged.covers()), (Verdict::Authenticated, Covers::None));
}

#[test]
fn diagnoses_name_what_would_have_held() {
    let bex = Bench::of(CarrierId::Bex, json!({}), current(SECRET));
    let mut rewritten = bex.signed(now(), Signing::Valid);
    let value: Value = serde_json::from_slice(&rewritten.body).expect("JSON");
    let lines = String::from_utf8(rewritten.body.clone()).expect("text").replace("\r\n", "\n");
    let compact: String = lines.lines().map(str::trim_start).collect();
    assert_eq!(serde_json::from_str::<Value>(&compact).expect("JSON"), value);
    for body in [lines, compact] {
        rewritten.body = body.into_bytes();
        assert_eq!(bex.diagnosed(&rewritten, vec![]), [WouldMatch::ReserialisedBody]);
    }
    let mut encoded = bex.signed(now(), Signing::Valid);
    let hex = String::from_utf8(header(&mut encoded, "ms-signature").clone()).expect("text");
    *header(&mut encoded, "ms-signature") = hex.replace("sha256=", "v1=").into_bytes();
    assert_eq!(bex.judge(&encoded).reason(), Some(FailureReason::MalformedSignature));
    assert_eq!(bex.diagnosed(&encoded, vec![]), [WouldMatch::OtherEncoding]);
    let neighbour = Bench::of(CarrierId::Bex, json!({}), current(OLDER));
    let foreign = neighbour.signed(now(), Signing::Valid);
    assert_eq!(bex.diagnosed(&foreign, current(OLDER)), [WouldMatch::OtherEndpoint]);
    assert_eq!(bex.diagnosed(&foreign, vec![]), []);
    let v4 = Bench::of(CarrierId::Trackingmore, json!({}), current(SECRET));
    for mode in ["v2_body_block", "raw_body"] {
        let other = Bench::of(CarrierId::Trackingmore, json!({"mode": mode}), current(SECRET));
        let received = other.signed(now(), Signing::Valid);
        assert_eq!(v4.diagnosed(&received, vec![]), [WouldMatch::OtherMode], "{mode}");
    }
}

#[test]
fn an_observing_endpoint_without_a_secret_tries_nothing() {
    let bench = Bench::of(CarrierId::Bex, json!({}), vec![]);
    let signer = Bench::of(CarrierId::Bex, json!({}), current(SECRET));
    let received = signer.signed(now(), Signing::Valid);
    let judged = judge(&received, &bench.scheme(), &bench.carrier.message_key(), &bench.keys, true);
    assert_eq!(summary(&judged), (Verdict::Unattempted, None, vec![]));
}

#[test]
fn a_second_attempt_is_the_same_message() {
    let bench = Bench::of(CarrierId::Bex, json!({}), current(SECRET));
    let first = bench.signed(now(), Signing::Valid);
    let text = String::from_utf8(first.body.clone()).expect("text");
    let again = text.replacen("\"Attempt\": 1", "\"Attempt\": 2", 1);
    assert_ne!(text, again);
    let composed = Composed { headers: vec![], body: again.into_bytes() };
    let second = received(sign(&bench.scheme(), &composed, &bench.keys, now(), Signing::Valid).expect("signed"));
    let (first, second) = (bench.judge(&first), bench.judge(&second));
    assert!(first.message_key().is_some());
    assert_eq!(first.message_key(), second.message_key());
    assert_eq!((first.attempt(), second.attempt()), (Some(1), Some(2)));
}

fn benches() -> Vec<Bench> {
    let tm = CarrierId::Trackingmore;
    vec![
        Bench::of(CarrierId::Bex, json!({}), current(SECRET)),
        Bench::of(CarrierId::Boxnow, json!({}), current(SECRET)),
        Bench::of(CarrierId::Boxnow, json!({"proof": "either"}), current(SECRET)),
        Bench::of(tm, json!({}), current(SECRET)),
        Bench::of(tm, json!({"mode": "v2_body_block"}), current(SECRET)),
        Bench::of(tm, json!({"mode": "raw_body"}), current(SECRET)),
        Bench::of(
            CarrierId::PosMalaysia,
            json!({"require_signature": true, "account_no": "ACC123456"}),
            current(SECRET),
        ),
        Bench::of(CarrierId::Fast, json!({"customer_ids": [410]}), vec![]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(
        body in proptest::collection::vec(any::<u8>(), 0..120),
        signature in proptest::collection::vec(any::<u8>(), 0..80),
        timestamp in "\\PC{0,14}",
    ) {
        for bench in benches() {
            let mut headers = vec![("timestamp".to_owned(), timestamp.clone().into_bytes())];
            for name in ["signature", "ms-signature", "x-pos-signature"] {
                headers.push((name.to_owned(), signature.clone()));
            }
            let received =
                Received { body: body.clone(), headers, received_at: now(), remote_addr: String::new() };
            let judged = bench.judge(&received);
            prop_assert!(!judged.verdict().is_good());
            diagnose(judged, &received, &bench.scheme(), &bench.keys, current(OLDER));
        }
    }

    #[test]
    fn a_flipped_bit_in_what_is_covered_is_refused(at in any::<prop::sample::Index>(), bit in 0..8u8) {
        for bench in benches() {
            let mut received = bench.signed(now(), Signing::Valid);
            let before = bench.judge(&received);
            let nth = at.index(received.body.len());
            let data = find(&received.body, b"\"data\":").map_or(0, |start| start + 7);
            received.body[nth] ^= 1 << bit;
            let after = bench.judge(&received);
            match before.covers() {
                Covers::Body => prop_assert_eq!(after.verdict(), Verdict::Failed),
                Covers::Data if nth >= data && nth < received.body.len() - 1 => {
                    prop_assert_eq!(after.verdict(), Verdict::Failed, "{}", nth);
                }
                Covers::Timestamp if received.headers.iter().any(|(name, _)| name == "timestamp") => {
                    prop_assert_eq!(after.verdict(), Verdict::Verified, "the body is not covered");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn any_other_secret_is_refused(text in "[a-z0-9]{32,64}") {
        prop_assume!(text != SECRET);
        for bench in benches().into_iter().filter(|bench| !bench.keys.is_empty()) {
            let received = bench.signed(now(), Signing::Valid);
            let other = Bench { keys: current(&text), ..bench };
            prop_assert_eq!(other.judge(&received).reason(), Some(FailureReason::BadSignature));
        }
    }
}

fn find(within: &[u8], part: &[u8]) -> Option<usize> {
    within.windows(part.len()).position(|window| window == part)
}
