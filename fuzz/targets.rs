//! What is fuzzed, and what must hold for any bytes. `tests/it/fuzz.rs` replays the corpus through the same functions.

use parcelwire::server::carriers::{CARRIERS, Carrier, settings};
use parcelwire::server::signature::{Judged, Key, Received, diagnose, judge, slice_at};
use parcelwire::tracking::delivery::{Covers, SecretSlot, Verdict};
use parcelwire::tracking::endpoint::SecretName;
use parcelwire::tracking::event::Reading;
use serde_json::{Map, Value, json};

/// Secrets of recorded requests, so that a corpus made of them gets past the proof.
const SECRETS: [&str; 2] = ["integrity-key-of-the-shop", "8c1f6c52-93a7-4d0e-b6a4-5f1f8f1f2b7d"];

fn keys() -> Vec<Key> {
    let key = |name, slot, text: &str| Key { name, slot, text: text.to_owned().into(), valid_until: None };
    vec![
        key(SecretName::Secret, SecretSlot::Current, SECRETS[0]),
        key(SecretName::Secret, SecretSlot::Previous, SECRETS[1]),
        key(SecretName::HeaderValue, SecretSlot::Current, "agreed-on-value-1"),
    ]
}

/// The settings of an endpoint: the defaults, or another mode of the carrier.
fn variant(carrier: &dyn Carrier, which: u8) -> Map<String, Value> {
    let given = match which % 4 {
        1 => json!({"mode": "v2_body_block"}),
        2 => json!({"mode": "raw_body"}),
        3 => json!({"proof": "either", "header_name": "X-BoxNow-Token"}),
        _ => json!({}),
    };
    let schema = carrier.facts().settings;
    settings::validate(&schema, &given, None).unwrap_or_else(|_| settings::defaults(&schema))
}

/// Carrier, variant, then headers as `Name: value` lines, an empty line, and the body.
fn request(data: &[u8]) -> Option<(&'static dyn Carrier, Map<String, Value>, Received)> {
    let [which, mode, rest @ ..] = data else { return None };
    let carrier = CARRIERS[usize::from(*which) % CARRIERS.len()];
    let end = rest.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(rest.len());
    let headers = rest[..end].split(|byte| *byte == b'\n').filter_map(|line| {
        let at = line.iter().position(|byte| *byte == b':')?;
        let name = String::from_utf8(line[..at].to_ascii_lowercase()).ok()?;
        Some((name, line[at + 1..].trim_ascii().to_vec()))
    });
    let received = Received {
        headers: headers.collect(),
        body: rest.get(end + 4..).unwrap_or_default().to_vec(),
        received_at: "2026-06-18T08:00:00.000Z".parse().ok()?,
        remote_addr: "203.0.113.7".to_owned(),
    };
    Some((carrier, variant(carrier, *mode), received))
}

fn judged(carrier: &dyn Carrier, settings: &Map<String, Value>, received: &Received) -> Judged {
    let keys = keys();
    let names: Vec<_> = keys.iter().map(|key| key.name).collect();
    let scheme = carrier.scheme(settings, &names);
    let judged = judge(received, &scheme, &carrier.message_key(), &keys, false);
    if judged.verdict() == Verdict::Failed { diagnose(judged, received, &scheme, &keys, Vec::new()) } else { judged }
}

/// The proof engine never panics, says the same twice, and holds nothing once a byte it covers is changed.
pub fn proof(data: &[u8]) {
    let Some((carrier, settings, received)) = request(data) else { return };
    let first = judged(carrier, &settings, &received);
    let again = judged(carrier, &settings, &received);
    assert_eq!(
        (first.verdict(), first.reason(), first.message_key()),
        (again.verdict(), again.reason(), again.message_key())
    );
    assert_eq!(first.reason().is_some(), first.verdict() == Verdict::Failed);
    assert!(first.verdict() != Verdict::Failed || first.diagnosis().is_some());
    if first.verdict() == Verdict::Verified && first.covers() == Covers::Body {
        let mut forged = Received {
            headers: received.headers.clone(),
            body: received.body.clone(),
            remote_addr: String::new(),
            ..received
        };
        forged.body.push(b' ');
        assert_eq!(judged(carrier, &settings, &forged).verdict(), Verdict::Failed, "one byte more");
    }
}

/// A reader never panics, reads the same twice, and what it reads can be kept.
pub fn read(carrier: &str, data: &[u8]) {
    let carrier = CARRIERS.iter().find(|each| each.id().as_str() == carrier).expect("a carrier");
    let settings = settings::defaults(&carrier.facts().settings);
    let first = carrier.read(data, &settings);
    assert_eq!(format!("{first:?}"), format!("{:?}", carrier.read(data, &settings)));
    if let Reading::Events { events, .. } = first {
        for event in events {
            serde_json::to_string(&event.details).expect("details are JSON");
            assert!(!event.identity.is_empty(), "an event is told from the others");
        }
    }
}

/// The finder of slices gives exactly the bytes of the value that stands there, or nothing.
pub fn slices(data: &[u8]) {
    for path in [&["data"][..], &["data", "id"], &["Notifications"], &["verifyInfo", "signature"], &["a", "b", "c"]] {
        let Some(found) = slice_at(data, path) else { continue };
        let start = found.as_ptr() as usize - data.as_ptr() as usize;
        assert_eq!(&data[start..start + found.len()], found, "a part of the body, not a copy");
        // Deeper than a reader goes, or a number it cannot hold: nothing to compare with.
        let bare = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
        let Ok(whole) = serde_json::from_slice::<Value>(bare) else { continue };
        let value: Value = serde_json::from_slice(found).expect("a value of a document is one");
        let mut at = &whole;
        for key in path {
            at = &at[*key];
        }
        assert_eq!(at, &value, "{path:?}");
    }
}
