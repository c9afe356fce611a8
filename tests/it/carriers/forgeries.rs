//! Forged twins of every accepted request: what the proof covers must be refused, what it does not cover is accepted
//! and said to be uncovered, and where nothing is signed a wrong account is refused.

use super::{Case, cases};
use parcelwire::server::signature::{AccountRule, HmacRule, Message, Place, ProofRule, Received, Scheme};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{Covers, FailureReason, Verdict};
use parcelwire::tracking::time::Timestamp;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

fn copy(received: &Received) -> Received {
    Received {
        body: received.body.clone(),
        headers: received.headers.clone(),
        received_at: received.received_at,
        remote_addr: received.remote_addr.clone(),
    }
}

fn accepted() -> Vec<Case> {
    cases().into_iter().filter(|case| case.judge().verdict().is_good()).collect()
}

/// The signature rule that held in this case.
fn held(case: &Case) -> Option<HmacRule> {
    match case.scheme().proof {
        ProofRule::Hmac(rule) | ProofRule::Either(rule, _) if case.judge().verdict() == Verdict::Verified => Some(rule),
        _ => None,
    }
}

fn signed() -> Vec<(Case, HmacRule)> {
    accepted().into_iter().filter_map(|case| held(&case).map(|rule| (case, rule))).collect()
}

fn refused(case: &Case, forged: &Received, reasons: &[FailureReason], how: &str) {
    let judged = case.judge_other(forged, &case.scheme());
    assert_eq!(judged.verdict(), Verdict::Failed, "{}: {how}", case.name);
    let reason = judged.reason().expect("a failure has a reason");
    assert!(reasons.is_empty() || reasons.contains(&reason), "{}: {how}: {reason}", case.name);
}

fn taken(case: &Case, forged: &Received, covers: Covers, how: &str) {
    let judged = case.judge_other(forged, &case.scheme());
    assert!(judged.verdict().is_good(), "{}: {how}: {:?}", case.name, judged.reason());
    assert_eq!(judged.covers(), covers, "{}: {how}", case.name);
}

/// Where the string value of the first of these members stands in the body, quotes excluded.
fn member(body: &[u8], names: &BTreeSet<&str>) -> Range<usize> {
    let text = std::str::from_utf8(body).expect("text");
    let (at, name) =
        names.iter().filter_map(|name| Some((text.find(&format!("\"{name}\""))?, *name))).min().expect("it");
    let colon = at + name.len() + 2 + text[at + name.len() + 2..].find(':').expect("a colon") + 1;
    let start = colon + text[colon..].len() - text[colon..].trim_start().len();
    if text[start..].starts_with('"') {
        start + 1..start + 1 + text[start + 1..].find('"').expect("a quote")
    } else {
        start..start + text[start..].find(|c: char| !c.is_ascii_digit()).expect("an end")
    }
}

fn last_names(paths: &[Vec<&'static str>]) -> BTreeSet<&'static str> {
    paths.iter().filter_map(|path| path.last().copied()).collect()
}

/// The text at a place of the request, and the same request with another text there.
fn text_at(received: &Received, place: &Place) -> Vec<u8> {
    match place {
        Place::Header(names) => header(received, names).1.clone(),
        Place::Field(paths) => received.body[member(&received.body, &last_names(paths))].to_vec(),
    }
}

fn header<'a>(received: &'a Received, names: &[String]) -> &'a (String, Vec<u8>) {
    let wanted = |known: &str| names.iter().any(|name| name.eq_ignore_ascii_case(known));
    received.headers.iter().find(|(known, _)| wanted(known)).expect("the header")
}

fn replaced(received: &Received, place: &Place, text: &[u8]) -> Received {
    let mut forged = copy(received);
    match place {
        Place::Header(names) => {
            let name = header(received, names).0.clone();
            for (known, value) in &mut forged.headers {
                if *known == name {
                    *value = text.to_vec();
                }
            }
        }
        Place::Field(paths) => {
            let range = member(&received.body, &last_names(paths));
            forged.body.splice(range, text.iter().copied());
        }
    }
    forged
}

/// With a further member at the end of the outermost object.
fn extended(received: &Received) -> Option<Received> {
    let mut forged = copy(received);
    let end = forged.body.iter().rposition(|byte| *byte == b'}')?;
    forged.body.splice(end..end, *b",\"added_on_the_way\":1");
    Some(forged)
}

fn flipped(received: &Received, at: usize) -> Received {
    let mut forged = copy(received);
    forged.body[at] ^= 1;
    forged
}

#[test]
fn a_flipped_byte_of_what_is_covered_is_refused() {
    for (case, rule) in signed() {
        let body = &case.received.body;
        match &rule.message {
            Message::Body => {
                for at in [0, body.len() / 3, body.len() / 2, body.len() - 1] {
                    refused(&case, &flipped(&case.received, at), &[], "a flipped byte of the body");
                }
            }
            Message::Slice(path) => {
                let members: BTreeMap<String, &RawValue> = serde_json::from_slice(body).expect("an object");
                let slice = members[*path.last().expect("a path")].get();
                let start = slice.as_ptr() as usize - body.as_ptr() as usize;
                for at in [start + 1, start + slice.len() / 2, start + slice.len() - 2] {
                    refused(&case, &flipped(&case.received, at), &[], "a flipped byte of the slice");
                }
            }
            Message::Timestamp => {
                let place = &rule.timestamp.as_ref().expect("a signed timestamp").place;
                let mut text = text_at(&case.received, place);
                *text.last_mut().expect("digits") ^= 1;
                let forged = replaced(&case.received, place, &text);
                refused(&case, &forged, &[FailureReason::BadSignature], "another timestamp");
            }
        }
    }
}

#[test]
fn a_change_outside_of_what_is_covered_is_accepted_and_said_to_be_uncovered() {
    let mut seen = BTreeSet::new();
    for (case, rule) in signed() {
        let Some(forged) = extended(&case.received).filter(|_| rule.covers != Covers::Body) else {
            continue;
        };
        taken(&case, &forged, rule.covers, "a member added outside");
        seen.insert(rule.covers);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [Covers::Data, Covers::Timestamp]);
    for case in accepted().iter().filter(|case| case.judge().verdict() == Verdict::Authenticated) {
        if let Some(forged) = extended(&case.received) {
            taken(case, &forged, Covers::None, "an unsigned body");
        }
    }
}

#[test]
fn missing_doubled_truncated_and_foreign_signatures_are_refused() {
    let all = signed();
    assert!(all.len() > 30, "{} signed cases", all.len());
    for (case, rule) in &all {
        let only = matches!(case.scheme().proof, ProofRule::Hmac(_));
        let own = text_at(&case.received, &rule.signature);
        let cut = replaced(&case.received, &rule.signature, &own[..own.len() - 4]);
        refused(case, &cut, &[FailureReason::MalformedSignature], "a truncated signature");
        for (other, foreign) in all.iter().filter(|(other, _)| other.carrier.id() != case.carrier.id()).take(3) {
            let text = text_at(&other.received, &foreign.signature);
            let forged = replaced(&case.received, &rule.signature, &text);
            let reasons = [FailureReason::BadSignature, FailureReason::MalformedSignature];
            refused(case, &forged, &reasons, &format!("the signature of {}", other.name));
        }
        let (mut missing, mut doubled) = (copy(&case.received), copy(&case.received));
        match &rule.signature {
            Place::Header(names) => {
                let own = header(&case.received, names).clone();
                missing.headers.retain(|(name, _)| *name != own.0);
                doubled.headers.push(own);
            }
            Place::Field(paths) => {
                let range = member(&case.received.body, &last_names(paths));
                let name =
                    case.received.body[..range.start - 1].iter().rposition(|byte| *byte == b':').expect("a colon");
                missing.body[name - 2] ^= 1;
                let again =
                    [&b"\",\"x\":\"\",\""[..], last_name_before(&case.received.body, name), b"\":\"", &own].concat();
                doubled.body.splice(range.end..range.end, again);
            }
        }
        refused(case, &doubled, &[FailureReason::DuplicateSignature, FailureReason::MalformedSignature], "doubled");
        if rule.required {
            let reasons: &[_] = if only { &[FailureReason::MissingSignature] } else { &[] };
            refused(case, &missing, reasons, "no signature");
        } else {
            taken(case, &missing, Covers::None, "no signature where none is required");
        }
    }
}

fn last_name_before(body: &[u8], colon: usize) -> &[u8] {
    let close = body[..colon].iter().rposition(|byte| *byte == b'"').expect("a quote");
    let open = body[..close].iter().rposition(|byte| *byte == b'"').expect("a quote");
    &body[open + 1..close]
}

#[test]
fn a_moved_clock_matters_where_a_time_is_signed_and_nowhere_else() {
    for case in accepted() {
        let mut later = copy(&case.received);
        later.received_at = case.received.received_at.plus_seconds(400 * 86_400);
        let timestamp = held(&case).and_then(|rule| rule.timestamp);
        let Some(rule) = timestamp else {
            taken(&case, &later, case.judge().covers(), "a year later");
            continue;
        };
        refused(&case, &later, &[FailureReason::StaleTimestamp], "a year later");
        let text = String::from_utf8(text_at(&case.received, &rule.place)).expect("digits");
        let signed_at = Timestamp::from_millis(text.parse::<i64>().expect("seconds") * 1000);
        let mut sooner = copy(&case.received);
        sooner.received_at = signed_at.plus_seconds(-301);
        refused(&case, &sooner, &[FailureReason::FutureTimestamp], "five minutes early");
        sooner.received_at = signed_at.plus_seconds(-299);
        taken(&case, &sooner, Covers::Timestamp, "within five minutes");
    }
}

#[test]
fn a_wrong_header_value_is_refused() {
    let mut tried = 0;
    for case in accepted() {
        let ProofRule::Header(rule) = case.scheme().proof else { continue };
        let place = Place::Header(vec![rule.header]);
        let own = text_at(&case.received, &place);
        let forged = replaced(&case.received, &place, &own[1..]);
        refused(&case, &forged, &[FailureReason::HeaderMismatch], "another value");
        let mut missing = copy(&case.received);
        missing.headers.retain(|(name, value)| *value != own || name.is_empty());
        refused(&case, &missing, &[], "no header");
        tried += 1;
    }
    assert!(tried > 0);
}

#[test]
fn unsigned_carriers_refuse_a_wrong_account() {
    let mut tried: BTreeSet<CarrierId> = BTreeSet::new();
    for case in accepted() {
        let scheme = case.scheme();
        let Some(rule) = scheme.account.clone() else { continue };
        let other = Scheme { account: Some(AccountRule { allowed: vec!["somebody else".into()], ..rule }), ..scheme };
        let judged = case.judge_other(&case.received, &other);
        assert_eq!(judged.reason(), Some(FailureReason::AccountMismatch), "{}", case.name);
        tried.insert(case.carrier.id());
    }
    let unsigned: BTreeSet<CarrierId> = accepted()
        .iter()
        .filter(|case| case.scheme().proof == ProofRule::UrlOnly)
        .map(|case| case.carrier.id())
        .collect();
    assert!(!unsigned.is_empty() && unsigned.is_subset(&tried), "{unsigned:?} against {tried:?}");
}
