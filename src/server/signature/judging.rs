//! Judging: from the exact bytes to a verdict.
//!
//! Order: is there a secret at all, is there a proof, can it be read, does it hold, is it fresh, is the account ours.
//! The first check that fails gives the reason. Freshness is judged after the signature, for an unproven time says
//! nothing.

use super::fields::{Document, Field};
use super::{
    AccountRule, HeaderRule, HmacRule, Judged, Key, Message, MessageKeyRule, Place, ProofRule, Received, Scheme,
    TimestampRule, decoding, matches,
};
use crate::server::secrets::{constant_time_eq, sha256_hex};
use crate::tracking::delivery::{Covers, FailureReason, SecretSlot, Verdict, Warning};
use crate::tracking::endpoint::SecretName;
use crate::tracking::time::Timestamp;

/// How far a carrier's clock may be ahead.
const FUTURE_TOLERANCE_S: i64 = 300;
/// From here on the carrier's clock is worth a warning; whole seconds and the network make up less.
const CLOCK_AHEAD_S: i64 = 5;
/// A secret with fewer characters is weak.
const WEAK_UNDER_CHARS: usize = 16;
/// Longer texts have no place in a message key.
const KEY_FIELD_MAX_BYTES: usize = 200;

/// Judges a request. `observing`: the endpoint only looks on, so that a missing secret is no failure but nothing tried.
pub fn judge(
    received: &Received,
    scheme: &Scheme,
    message_key: &MessageKeyRule,
    keys: &[Key],
    observing: bool,
) -> Judged {
    let request = Request::of(received);
    let mut judged = Judged {
        verdict: Verdict::Failed,
        reason: None,
        scheme: scheme.name.clone(),
        covers: Covers::None,
        matched: None,
        warnings: Vec::new(),
        message_key: None,
        attempt: request.attempt(message_key),
        diagnosis: None,
    };
    let proven = request
        .prove(&scheme.proof, keys)
        .and_then(|proof| scheme.account.as_ref().map_or(Ok(()), |rule| request.check_account(rule)).map(|()| proof));
    match proven {
        Ok(proof) => {
            judged.verdict = proof.verdict;
            judged.covers = proof.covers;
            judged.matched = proof.matched;
            judged.warnings = proof.warnings;
            if request.disagrees(scheme) {
                judged.warnings.push(Warning::SubjectMismatch);
            }
            judged.message_key = Some(request.message_key(message_key));
        }
        Err(FailureReason::NoSecret) if observing => judged.verdict = Verdict::Unattempted,
        Err(reason) => judged.reason = Some(reason),
    }
    judged
}

/// What held.
struct Proof {
    verdict: Verdict,
    covers: Covers,
    matched: Option<(SecretName, SecretSlot)>,
    warnings: Vec<Warning>,
}

impl Proof {
    fn by_url() -> Self {
        Self { verdict: Verdict::Authenticated, covers: Covers::None, matched: None, warnings: Vec::new() }
    }
}

/// What was found where a signature should stand.
pub(super) enum Found {
    Nothing,
    Twice,
    Unreadable,
    Text(String),
}

/// A request with its body read as JSON, if it is.
pub(super) struct Request<'a> {
    received: &'a Received,
    document: Option<Document<'a>>,
}

impl<'a> Request<'a> {
    pub(super) fn of(received: &'a Received) -> Self {
        Self { received, document: Document::parse(&received.body) }
    }

    fn prove(&self, rule: &ProofRule, keys: &[Key]) -> Result<Proof, FailureReason> {
        match rule {
            ProofRule::UrlOnly => Ok(Proof::by_url()),
            ProofRule::Hmac(rule) => self.prove_signature(rule, keys),
            ProofRule::Header(rule) => self.prove_header(rule, keys),
            ProofRule::Either(hmac, header) => self.prove_either(hmac, header, keys),
        }
    }

    /// A signature first; where it does not hold, the header may. Where both fail, the signature's reason counts if
    /// there was one to check, else the header's.
    fn prove_either(&self, hmac: &HmacRule, header: &HeaderRule, keys: &[Key]) -> Result<Proof, FailureReason> {
        let of_signature = match self.prove_signature(hmac, keys) {
            Ok(proof) => return Ok(proof),
            Err(reason) => reason,
        };
        let of_header = match self.prove_header(header, keys) {
            Ok(proof) => return Ok(proof),
            Err(reason) => reason,
        };
        let header_came = self.received.header_values(&header.header).next().is_some();
        let blames_header = match of_signature {
            FailureReason::NoSecret => true,
            FailureReason::MissingSignature => header_came && of_header == FailureReason::HeaderMismatch,
            _ => false,
        };
        Err(if blames_header { of_header } else { of_signature })
    }

    fn prove_signature(&self, rule: &HmacRule, keys: &[Key]) -> Result<Proof, FailureReason> {
        let found = self.read(&rule.signature);
        if !rule.required {
            let has_key = keys.iter().any(|key| key.name == SecretName::Secret && !key.text.trim().is_empty());
            if matches!(found, Found::Nothing) || !has_key {
                return Ok(Proof::by_url());
            }
        }
        let usable = self.usable(keys, SecretName::Secret)?;
        let text = match found {
            Found::Nothing => return Err(FailureReason::MissingSignature),
            Found::Twice => return Err(FailureReason::DuplicateSignature),
            Found::Unreadable => return Err(FailureReason::MalformedSignature),
            Found::Text(text) => text,
        };
        let signature = decoding::strictly(&text, &rule.prefixes).ok_or(FailureReason::MalformedSignature)?;
        let signed_at = rule.timestamp.as_ref().map(|rule| self.signed_at(rule)).transpose()?;
        let message =
            self.message(rule, signed_at.as_ref().map(|(text, _)| text.as_str())).ok_or(FailureReason::BadSignature)?;
        let key = usable
            .into_iter()
            .find(|key| matches(&key.text, message, &signature))
            .ok_or(FailureReason::BadSignature)?;
        let mut warnings = Vec::new();
        if let (Some(rule), Some((_, at))) = (&rule.timestamp, &signed_at) {
            warnings.extend(freshness(rule, *at, self.received.received_at)?);
        }
        if rule.weak_key || key.text.chars().count() < WEAK_UNDER_CHARS {
            warnings.push(Warning::WeakProof);
        }
        Ok(Proof { verdict: Verdict::Verified, covers: rule.covers, matched: Some((key.name, key.slot)), warnings })
    }

    fn prove_header(&self, rule: &HeaderRule, keys: &[Key]) -> Result<Proof, FailureReason> {
        let usable = self.usable(keys, SecretName::HeaderValue)?;
        let mut values = self.received.header_values(&rule.header);
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(FailureReason::HeaderMismatch);
        };
        let key = usable
            .into_iter()
            .find(|key| constant_time_eq(key.text.as_bytes(), value))
            .ok_or(FailureReason::HeaderMismatch)?;
        Ok(Proof {
            verdict: Verdict::Authenticated,
            covers: Covers::None,
            matched: Some((key.name, key.slot)),
            warnings: vec![Warning::WeakProof],
        })
    }

    /// The secrets of this name that hold now, the current one first; empty ones are none.
    fn usable<'k>(&self, keys: &'k [Key], name: SecretName) -> Result<Vec<&'k Key>, FailureReason> {
        let mut usable: Vec<&Key> = keys
            .iter()
            .filter(|key| key.name == name && !key.text.trim().is_empty())
            .filter(|key| key.holds_at(self.received.received_at))
            .collect();
        usable.sort_by_key(|key| key.slot != SecretSlot::Current);
        if usable.is_empty() { Err(FailureReason::NoSecret) } else { Ok(usable) }
    }

    /// What stands where a proof should.
    pub(super) fn read(&self, place: &Place) -> Found {
        match place {
            Place::Header(names) => {
                for name in names {
                    let mut values = self.received.header_values(name);
                    match (values.next(), values.next()) {
                        (None, _) => {}
                        (Some(_), Some(_)) => return Found::Twice,
                        (Some(value), None) => {
                            return std::str::from_utf8(value)
                                .map_or(Found::Unreadable, |text| Found::Text(text.to_owned()));
                        }
                    }
                }
                Found::Nothing
            }
            Place::Field(paths) => match self.find(paths) {
                Field::Absent => Found::Nothing,
                Field::Twice => Found::Twice,
                Field::Found(slice) => slice.string().map_or(Found::Unreadable, Found::Text),
            },
        }
    }

    fn find(&self, paths: &[Vec<&'static str>]) -> Field<'a> {
        self.document.map_or(Field::Absent, |document| document.find_any(paths))
    }

    fn text_at(&self, path: &[&str]) -> Option<String> {
        match self.document?.find(path) {
            Field::Found(slice) => slice.text(),
            Field::Absent | Field::Twice => None,
        }
    }

    /// The time of signing: its text as received, which is what is signed, and the instant.
    pub(super) fn signed_at(&self, rule: &TimestampRule) -> Result<(String, Timestamp), FailureReason> {
        let text = match &rule.place {
            Place::Header(_) => match self.read(&rule.place) {
                Found::Text(text) => Some(text),
                Found::Nothing | Found::Twice | Found::Unreadable => None,
            },
            Place::Field(paths) => match self.find(paths) {
                Field::Found(slice) => slice.text(),
                Field::Absent | Field::Twice => None,
            },
        };
        let text = text
            .filter(|text| (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or(FailureReason::MissingTimestamp)?;
        let seconds: i64 = text.parse().map_err(|_| FailureReason::MissingTimestamp)?;
        Ok((text, Timestamp::from_millis(seconds.saturating_mul(1000))))
    }

    /// The signed bytes; `None` where they cannot be found.
    pub(super) fn message<'m>(&self, rule: &HmacRule, timestamp: Option<&'m str>) -> Option<&'m [u8]>
    where
        'a: 'm,
    {
        match &rule.message {
            Message::Body => Some(&self.received.body),
            Message::Slice(path) => match self.document?.find(path) {
                Field::Found(slice) => Some(slice.bytes()),
                Field::Absent | Field::Twice => None,
            },
            Message::Timestamp => timestamp.map(str::as_bytes),
        }
    }

    fn check_account(&self, rule: &AccountRule) -> Result<(), FailureReason> {
        let account = match self.find(&rule.paths) {
            Field::Found(slice) => slice.text(),
            Field::Absent | Field::Twice => None,
        };
        let account = account.ok_or(FailureReason::AccountMismatch)?;
        let known =
            rule.allowed.iter().any(|allowed| constant_time_eq(allowed.trim().as_bytes(), account.trim().as_bytes()));
        if known { Ok(()) } else { Err(FailureReason::AccountMismatch) }
    }

    fn disagrees(&self, scheme: &Scheme) -> bool {
        scheme.agree.as_ref().is_some_and(
            |(unsigned, signed)| matches!((self.text_at(unsigned), self.text_at(signed)), (Some(a), Some(b)) if a != b),
        )
    }

    fn message_key(&self, rule: &MessageKeyRule) -> String {
        self.key_of_fields(rule).unwrap_or_else(|| sha256_hex(&self.received.body))
    }

    fn key_of_fields(&self, rule: &MessageKeyRule) -> Option<String> {
        let MessageKeyRule::Fields { fields, slice, .. } = rule else {
            return None;
        };
        let mut key = String::new();
        for path in fields {
            let text = self.text_at(path).filter(|text| !text.is_empty() && text.len() <= KEY_FIELD_MAX_BYTES)?;
            key.push_str(&text);
            key.push(' ');
        }
        match self.document?.find(slice) {
            Field::Found(slice) => key.push_str(&sha256_hex(slice.bytes())),
            Field::Absent | Field::Twice => return None,
        }
        Some(key)
    }

    fn attempt(&self, rule: &MessageKeyRule) -> Option<u32> {
        match rule {
            MessageKeyRule::Fields { attempt: Some(path), .. } => self.text_at(path)?.parse().ok(),
            MessageKeyRule::Fields { attempt: None, .. } | MessageKeyRule::Body => None,
        }
    }
}

fn freshness(rule: &TimestampRule, signed_at: Timestamp, now: Timestamp) -> Result<Option<Warning>, FailureReason> {
    let age_ms = now.millis().saturating_sub(signed_at.millis());
    let ahead_ms = age_ms.saturating_neg();
    let hours_ms = rule.max_age_hours.saturating_mul(3_600_000);
    if ahead_ms > FUTURE_TOLERANCE_S * 1000 {
        return Err(FailureReason::FutureTimestamp);
    }
    if rule.max_age_hours > 0 && age_ms > hours_ms {
        return Err(FailureReason::StaleTimestamp);
    }
    if age_ms > rule.freshness_seconds.saturating_mul(1000) {
        return if rule.strict { Err(FailureReason::StaleTimestamp) } else { Ok(Some(Warning::StaleTimestamp)) };
    }
    Ok((ahead_ms > CLOCK_AHEAD_S * 1000).then_some(Warning::ClockAhead))
}
