//! Why a proof failed, and what would have held: for the operator's eyes, never for the carrier's.
//!
//! Tries what usually goes wrong: an old secret, an encoding or a mode that is not accepted here, a body rewritten on
//! the way, the secret of a neighbour. Nothing found here makes a delivery good. Effort is bounded, for anybody can
//! send a wrong signature; texts are made of constants, so that no secret and no signature of ours can be in them.

use super::judging::{Found, Request};
use super::{HmacRule, Judged, Key, Message, ProofRule, Received, Scheme, decoding, matches, rewriting};
use crate::server::secrets::constant_time_eq;
use crate::tracking::delivery::{Diagnosis, FailureReason, Verdict, WouldMatch};
use crate::tracking::endpoint::SecretName;

/// Larger bodies are not rewritten to see what would match.
const REWRITE_MAX_BYTES: usize = 64 * 1024;
/// Of this many keys of other endpoints at most it is asked whether they would match.
const OTHER_KEYS_MAX: usize = 64;

/// Adds the diagnosis to a failed proof; anything else is returned as it is. `others` are the keys of the other
/// endpoints of the same carrier.
pub fn diagnose(
    judged: Judged,
    received: &Received,
    scheme: &Scheme,
    keys: &[Key],
    others: impl IntoIterator<Item = Key>,
) -> Judged {
    let (Verdict::Failed, Some(reason)) = (judged.verdict, judged.reason) else {
        return judged;
    };
    let request = Request::of(received);
    let others: Vec<Key> = others.into_iter().take(OTHER_KEYS_MAX).collect();
    let (hmac, header) = match &scheme.proof {
        ProofRule::UrlOnly => (None, None),
        ProofRule::Hmac(rule) => (Some(rule), None),
        ProofRule::Header(rule) => (None, Some(rule)),
        ProofRule::Either(hmac, header) => (Some(hmac), Some(header)),
    };
    let mut hints = Hints::default();
    if blames_proof(reason) {
        if let Some(rule) = hmac {
            let now = received.received_at;
            let (live, dead): (Vec<&Key>, Vec<&Key>) =
                keys.iter().filter(|key| key.name == SecretName::Secret).partition(|key| key.holds_at(now));
            hints.signature(&request, rule, &live, &dead, &others);
            hints.modes(&request, &scheme.other_modes, &live);
        }
        if let Some(rule) = header {
            let sent: Vec<&[u8]> = received.header_values(&rule.header).take(2).collect();
            if let [value] = sent[..] {
                hints.header(value, keys, &others);
            }
        }
    }
    let explanation = hints.explain(reason, &scheme.other_modes);
    let mut judged = judged;
    judged.diagnosis = Some(Diagnosis { code: reason, explanation, would_match: hints.found });
    judged
}

/// Whether another secret, encoding or mode could be to blame. A stale or foreign message was proven all right.
fn blames_proof(reason: FailureReason) -> bool {
    !matches!(reason, FailureReason::StaleTimestamp | FailureReason::FutureTimestamp | FailureReason::AccountMismatch)
}

#[derive(Default)]
struct Hints {
    found: Vec<WouldMatch>,
    mode: Option<usize>,
}

impl Hints {
    fn add(&mut self, hint: WouldMatch) {
        if !self.found.contains(&hint) {
            self.found.push(hint);
        }
    }

    fn signature(&mut self, request: &Request<'_>, rule: &HmacRule, live: &[&Key], dead: &[&Key], others: &[Key]) {
        let Found::Text(text) = request.read(&rule.signature) else {
            return;
        };
        let signed_at = rule.timestamp.as_ref().and_then(|rule| request.signed_at(rule).ok());
        let Some(message) = request.message(rule, signed_at.as_ref().map(|(text, _)| text.as_str())) else {
            return;
        };
        let Some(signature) = decoding::strictly(&text, &rule.prefixes) else {
            let read = decoding::loosely(&text);
            if live.iter().any(|key| read.iter().any(|signature| matches(&key.text, message, signature))) {
                self.add(WouldMatch::OtherEncoding);
            }
            return;
        };
        if dead.iter().any(|key| matches(&key.text, message, &signature)) {
            self.add(WouldMatch::PreviousSecret);
        }
        let neighbours = others.iter().filter(|key| key.name == SecretName::Secret);
        if neighbours.into_iter().any(|key| matches(&key.text, message, &signature)) {
            self.add(WouldMatch::OtherEndpoint);
        }
        let of_body = matches!(rule.message, Message::Body | Message::Slice(_));
        if of_body && message.len() <= REWRITE_MAX_BYTES && !live.is_empty() {
            let mut forms = rewriting::forms(message);
            if forms.any(|form| live.iter().any(|key| matches(&key.text, &form, &signature))) {
                self.add(WouldMatch::ReserialisedBody);
            }
        }
    }

    fn modes(&mut self, request: &Request<'_>, modes: &[(&'static str, HmacRule)], live: &[&Key]) {
        for (index, (_, rule)) in modes.iter().enumerate() {
            let Found::Text(text) = request.read(&rule.signature) else {
                continue;
            };
            let Some(signature) = decoding::strictly(&text, &rule.prefixes) else {
                continue;
            };
            let signed_at = rule.timestamp.as_ref().and_then(|rule| request.signed_at(rule).ok());
            let Some(message) = request.message(rule, signed_at.as_ref().map(|(text, _)| text.as_str())) else {
                continue;
            };
            if live.iter().any(|key| matches(&key.text, message, &signature)) {
                self.mode.get_or_insert(index);
                self.add(WouldMatch::OtherMode);
            }
        }
    }

    fn header(&mut self, value: &[u8], own: &[Key], others: &[Key]) {
        let is_sent = |key: &Key| {
            key.name == SecretName::HeaderValue && !key.text.is_empty() && constant_time_eq(key.text.as_bytes(), value)
        };
        if own.iter().any(is_sent) {
            self.add(WouldMatch::PreviousSecret);
        }
        if others.iter().any(is_sent) {
            self.add(WouldMatch::OtherEndpoint);
        }
    }

    fn explain(&self, reason: FailureReason, modes: &[(&'static str, HmacRule)]) -> String {
        let mut text = sentence(reason).to_owned();
        for hint in &self.found {
            text.push(' ');
            if let (WouldMatch::OtherMode, Some(index)) = (hint, self.mode) {
                text.push_str("It would match in the mode “");
                text.push_str(modes[index].0);
                text.push_str("”.");
            } else {
                text.push_str(hint.label());
                text.push('.');
            }
        }
        text
    }
}

fn sentence(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::MissingSignature => "The request carries no signature where this carrier puts it.",
        FailureReason::MalformedSignature => {
            "There is a signature, but it is not 32 bytes in hexadecimal or base64, or not a text."
        }
        FailureReason::DuplicateSignature => "The signature occurs more than once, so it cannot be told which counts.",
        FailureReason::BadSignature => "The signature does not fit what was received and the secret stored here.",
        FailureReason::MissingTimestamp => "The time of signing is missing or is not a whole number of unix seconds.",
        FailureReason::StaleTimestamp => "The request was signed longer ago than this endpoint accepts.",
        FailureReason::FutureTimestamp => {
            "The request was signed more than 300 seconds in the future; check both clocks."
        }
        FailureReason::NoSecret => "No secret is stored for this endpoint, so nothing can be checked.",
        FailureReason::AccountMismatch => "The account in the request is missing or is not one of this endpoint's.",
        FailureReason::HeaderMismatch => "The agreed header is missing, repeated or has another value.",
    }
}
