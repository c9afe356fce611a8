//! From what a carrier's file reports to what it means.
//!
//! The first key that has a row decides; then the carrier's structural rule; else the code is unmapped (R13): shown,
//! counted, and moving nothing. Where a row or rule leaves it to the words, they refine substatus and reason.

use crate::server::store::{Coded, Mapped, StoreError, Tx};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::MappingUsed;
use crate::tracking::fold::Claim;
use crate::tracking::mapping::{Mapping, Target};
use std::collections::HashMap;

/// What a report means by the rows as they are now.
pub(super) async fn map(tx: &mut Tx, carrier: CarrierId, coded: &Coded) -> Result<Mapped, StoreError> {
    let rows = tx.mappings(carrier, &keys_of(coded)).await?;
    Ok(decide(coded, &rows))
}

/// The keys whose rows decide.
pub(super) fn keys_of(coded: &Coded) -> Vec<&String> {
    coded.keys.iter().chain(&coded.claims).collect()
}

/// What a report means by these rows.
pub(super) fn decide(coded: &Coded, rows: &HashMap<String, Mapping>) -> Mapped {
    let first_of = |keys: &[String]| keys.iter().find_map(|key| rows.get(key));
    let claim = first_of(&coded.claims).and_then(claim);
    Mapped { claim, ..decide_by(coded, first_of(&coded.keys)) }
}

/// Where the finer word is left to the text, a claim, which has none, claims the status only.
fn claim(row: &Mapping) -> Option<Claim> {
    let substatus = row.target.substatus.filter(|_| !row.target.from_text);
    Some(Claim { status: row.target.status?, substatus })
}

fn decide_by(coded: &Coded, row: Option<&Mapping>) -> Mapped {
    let first = coded.keys.first();
    if let Some(row) = row {
        // A default stood in for a specific code nobody knows. Where the carrier has rules of its own, its specific
        // codes are never expected to have rows.
        let stood_in = first.filter(|first| **first != row.key && coded.structural.is_none());
        let used = MappingUsed { key: row.key.clone(), version: row.version, confidence: row.confidence };
        return Mapped {
            target: refined(row.target.clone(), coded),
            used: Some(used),
            unmapped: stood_in.cloned(),
            claim: None,
        };
    }
    let unmapped = |target| Mapped { target, used: None, unmapped: first.cloned(), claim: None };
    match &coded.structural {
        Some(rule) if rule.status.is_some() => {
            let key = first.cloned().unwrap_or_else(|| "rule".to_owned());
            let used = MappingUsed { key, version: 0, confidence: coded.structural_confidence };
            Mapped { target: refined(rule.clone(), coded), used: Some(used), unmapped: None, claim: None }
        }
        Some(rule) => unmapped(rule.clone()),
        None => unmapped(Target::silent(coded.kind)),
    }
}

/// The words of the carrier say more than the row where the row leaves it to them.
fn refined(mut target: Target, coded: &Coded) -> Target {
    let Some(status) = target.status else { return target };
    if !target.from_text {
        return target;
    }
    if let Some(words) = coded.from_text.as_ref().filter(|words| words.status.is_some()) {
        target.status = words.status;
        target.substatus = words.substatus.or(target.substatus);
        target.reason = words.reason.or(target.reason);
    }
    let status = target.status.unwrap_or(status);
    let usual = status.substatuses().first().copied();
    target.substatus = target.substatus.filter(|substatus| status.substatuses().contains(substatus)).or(usual);
    target
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::event::Reported;
    use crate::tracking::status::{Confidence, Kind, Reason, Status, Substatus};
    use crate::tracking::time::Timestamp;

    fn report(keys: &[&str]) -> Coded {
        let mut reported = Reported::new("id".into(), Some("N1".into()), Kind::Status);
        reported.keys = keys.iter().map(|key| (*key).to_owned()).collect();
        Coded::from(&reported)
    }

    fn row(key: &str, target: Target) -> HashMap<String, Mapping> {
        let mapping = Mapping {
            carrier: CarrierId::Bex,
            key: key.into(),
            version: 3,
            target,
            confidence: Confidence::High,
            note: String::new(),
            author: None,
            created_at: Timestamp::from_millis(0),
        };
        HashMap::from([(key.into(), mapping)])
    }

    #[test]
    fn a_row_of_the_specific_key_decides() {
        let mapped = decide(&report(&["a:1", "a"]), &row("a:1", Target::status(Status::Delivered, Substatus::Signed)));
        assert_eq!(mapped.target.status, Some(Status::Delivered));
        assert_eq!(mapped.used.map(|used| (used.key, used.version)), Some(("a:1".into(), 3)));
        assert_eq!(mapped.unmapped, None);
    }

    #[test]
    fn a_default_that_stood_in_is_listed() {
        let mapped = decide(&report(&["a:9", "a"]), &row("a", Target::status(Status::InTransit, Substatus::Moving)));
        assert_eq!(mapped.target.status, Some(Status::InTransit));
        assert_eq!(mapped.unmapped.as_deref(), Some("a:9"));

        let mut ruled = report(&["a:9", "a"]);
        ruled.structural = Some(Target::status(Status::Delivered, Substatus::Signed));
        let mapped = decide(&ruled, &row("a", Target::status(Status::InTransit, Substatus::Moving)));
        assert_eq!(mapped.unmapped, None);
    }

    #[test]
    fn a_rule_stands_where_no_row_does() {
        let mut ruled = report(&["a"]);
        ruled.structural = Some(Target::status(Status::Delivered, Substatus::Signed));
        ruled.structural_confidence = Confidence::Low;
        let mapped = decide(&ruled, &HashMap::new());
        assert_eq!(mapped.used.map(|used| (used.version, used.confidence)), Some((0, Confidence::Low)));
        ruled.structural = Some(Target::silent(Kind::Status).weak());
        let mapped = decide(&ruled, &HashMap::new());
        assert_eq!((mapped.target.weak, mapped.used, mapped.unmapped.as_deref()), (true, None, Some("a")));
    }

    #[test]
    fn what_nobody_knows_is_unmapped() {
        let mapped = decide(&report(&["a:9", "a"]), &HashMap::new());
        assert_eq!((mapped.target, mapped.unmapped.as_deref()), (Target::silent(Kind::Status), Some("a:9")));
        assert_eq!(decide(&report(&[]), &HashMap::new()).unmapped, None);
    }

    #[test]
    fn words_refine_only_where_they_are_asked() {
        let mut said = report(&["a"]);
        said.from_text = Some(Target::status(Status::Exception, Substatus::Refused).because(Reason::ConsigneeRefused));
        let attempt = Target::status(Status::FailedAttempt, Substatus::Other);
        let strict = decide(&said, &row("a", attempt.clone())).target;
        assert_eq!((strict.status, strict.substatus, strict.reason), (attempt.status, attempt.substatus, None));
        let open = Target { substatus: None, ..attempt }.refined_by_text();
        let refined = decide(&said, &row("a", open.clone())).target;
        assert_eq!((refined.status, refined.substatus), (Some(Status::Exception), Some(Substatus::Refused)));
        assert_eq!(refined.reason, Some(Reason::ConsigneeRefused));
        said.from_text = None;
        assert_eq!(decide(&said, &row("a", open)).target.substatus, Some(Substatus::Other), "the usual one");
    }
}
