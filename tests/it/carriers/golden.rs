//! What each recorded request becomes: verdict, events as mapped by the rows that ship, listings and faults.

use super::{Case, cases};
use parcelwire::tracking::delivery::Verdict;
use parcelwire::tracking::event::{Listing, Reading, Reported};
use parcelwire::tracking::mapping::{DefaultRow, Target};
use serde_json::{Map, Value, json};

#[test]
fn recorded_requests_become_what_is_written_beside_them() {
    let update = updating();
    let mut broken = Vec::new();
    for case in cases() {
        let (file, actual, other) = outcome(&case);
        let path = case.folder.join(file);
        if update {
            std::fs::write(&path, &actual).expect("a golden can be written");
            let _ = std::fs::remove_file(case.folder.join(other));
            continue;
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if expected != actual {
            broken.push(format!("{}/{file}: expected\n{expected}\nbut it becomes\n{actual}", case.name));
        }
    }
    assert!(broken.is_empty(), "{}\n(UPDATE_GOLDENS=1 rewrites them)", broken.join("\n"));
}

#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn updating() -> bool {
    std::env::var("UPDATE_GOLDENS").is_ok_and(|value| value == "1")
}

/// The file that tells, what it holds, and the file there must not be.
fn outcome(case: &Case) -> (&'static str, String, &'static str) {
    let judged = case.judge();
    if let Some(reason) = judged.reason() {
        assert_eq!(judged.verdict(), Verdict::Failed);
        return ("rejection.txt", format!("{reason}\n"), "events.json");
    }
    let mut golden = json!({
        "verdict": judged.verdict(),
        "covers": judged.covers(),
        "warnings": judged.warnings(),
        "attempt": judged.attempt(),
    });
    let reading = match case.carrier.read(&case.received.body, &case.settings) {
        Reading::Events { events, listings, faults } => {
            let rows = case.carrier.default_rows();
            json!({
                "events": events.iter().map(|event| shown(event, &rows)).collect::<Vec<_>>(),
                "listings": listings.iter().map(listed).collect::<Vec<_>>(),
                "faults": faults,
            })
        }
        Reading::Ignored(why) => json!({"ignored": why}),
        Reading::Unreadable(why) => json!({"unreadable": why}),
    };
    if let (Value::Object(golden), Value::Object(reading)) = (&mut golden, reading) {
        golden.extend(reading);
    }
    let golden = without_blanks(golden);
    ("events.json", format!("{}\n", serde_json::to_string_pretty(&golden).expect("JSON")), "rejection.txt")
}

/// The row that decides, or the carrier's own rule; then the words of the carrier where the row leaves it to them.
fn mapped(event: &Reported, rows: &[DefaultRow]) -> Option<(String, Target, Value)> {
    let row = event.keys.iter().find_map(|key| rows.iter().find(|row| row.key == key));
    let (key, target, confidence) = match (row, &event.structural) {
        (Some(row), _) => (row.key.to_owned(), row.target.clone(), json!(row.confidence)),
        (None, Some(rule)) => ("rule".to_owned(), rule.clone(), json!(event.structural_confidence)),
        (None, None) => return None,
    };
    Some((key, target, confidence))
}

fn shown(event: &Reported, rows: &[DefaultRow]) -> Value {
    let mapping = mapped(event, rows);
    let known = mapping.as_ref().is_some_and(|(key, _, _)| event.keys.first() == Some(key));
    json!({
        "number": event.number,
        "piece": event.piece,
        "kind": event.kind,
        "identity": event.identity,
        "keys": event.keys,
        "mapping": mapping.map(|(key, target, confidence)| json!({
            "key": key,
            "confidence": confidence,
            "target": without_blanks(json!(target)),
            "unlisted": (!known).then(|| event.keys.first()).flatten(),
        })),
        "from_text": event.from_text.as_ref().map(|target| without_blanks(json!(target))),
        "claims": event.claims,
        "raw_code": event.raw_code,
        "raw_text": event.raw_text,
        "occurred_raw": event.time.raw,
        "occurred_local": event.time.local,
        "occurred_at": event.time.at,
        "time_precision": event.time.precision,
        "tz_source": event.time.tz_source,
        "zone": event.zone,
        "dispatched_at": event.dispatched_at,
        "place": event.place,
        "actor": event.actor,
        "references": event.references,
        "proofs": event.proofs,
        "pieces": event.pieces,
        "recipient": event.recipient,
        "details": event.details,
        "side": event.side,
        "checkin": event.checkin,
        "remark": event.remark,
        "flags": event.flags,
    })
}

fn listed(listing: &Listing) -> Value {
    json!({
        "number": listing.number,
        "side": listing.side,
        "updated_at": listing.updated_at,
        "oldest": listing.oldest,
        "newest": listing.newest,
        "identities": listing.identities.len(),
    })
}

/// Absent things are left out, so that a golden shows what there is.
fn without_blanks(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept: Map<String, Value> = fields
                .into_iter()
                .map(|(name, value)| (name, without_blanks(value)))
                .filter(|(_, value)| !blank(value))
                .collect();
            Value::Object(kept)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_blanks).collect()),
        other => other,
    }
}

fn blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
