//! Signing test events as the carrier would: the engine's knowledge turned around.
//!
//! What it makes goes over real HTTP to our own front door and nowhere else.

use super::fields::{Document, Field};
use super::{Composed, HeaderRule, HmacRule, Key, Message, Place, ProofRule, Scheme, Written, mac};
use crate::tracking::delivery::{SecretSlot, Signing};
use crate::tracking::endpoint::SecretName;
use crate::tracking::time::Timestamp;
use std::ops::Range;

/// Why a test event cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignFault {
    /// There is no secret to sign with.
    #[error("no secret is stored for this endpoint; set one first")]
    NoSecret,
    /// Wrong or missing signatures cannot be tried where nothing is signed.
    #[error("nothing is signed at this endpoint")]
    NothingSigned,
    /// The composed request has no place for the proof.
    #[error("the composed request has no place for its proof")]
    NoPlace,
}

/// Fills the proof in. `Wrong` is well-formed and does not hold; `Missing` leaves it out.
pub fn sign(
    scheme: &Scheme,
    composed: &Composed,
    keys: &[Key],
    now: Timestamp,
    signing: Signing,
) -> Result<Composed, SignFault> {
    match &scheme.proof {
        ProofRule::UrlOnly => unsigned(composed, signing),
        ProofRule::Hmac(rule) => by_signature(rule, composed, keys, now, signing),
        ProofRule::Header(rule) => by_header(rule, composed, keys, signing),
        ProofRule::Either(hmac, header) => match by_signature(hmac, composed, keys, now, signing) {
            Err(SignFault::NoSecret) => by_header(header, composed, keys, signing),
            signed => signed,
        },
    }
}

fn unsigned(composed: &Composed, signing: Signing) -> Result<Composed, SignFault> {
    if signing == Signing::Valid { Ok(composed.clone()) } else { Err(SignFault::NothingSigned) }
}

fn current(keys: &[Key], name: SecretName) -> Result<&str, SignFault> {
    let key = keys.iter().find(|key| key.name == name && key.slot == SecretSlot::Current);
    key.map(|key| key.text.as_str()).filter(|text| !text.trim().is_empty()).ok_or(SignFault::NoSecret)
}

fn by_header(rule: &HeaderRule, composed: &Composed, keys: &[Key], signing: Signing) -> Result<Composed, SignFault> {
    let value = current(keys, SecretName::HeaderValue)?;
    let mut signed = composed.clone();
    match signing {
        Signing::Valid => signed.headers.push((rule.header.clone(), value.to_owned())),
        Signing::Wrong => signed.headers.push((rule.header.clone(), "wrong on purpose".to_owned())),
        Signing::Missing => {}
    }
    Ok(signed)
}

fn by_signature(
    rule: &HmacRule,
    composed: &Composed,
    keys: &[Key],
    now: Timestamp,
    signing: Signing,
) -> Result<Composed, SignFault> {
    let secret = match current(keys, SecretName::Secret) {
        Err(SignFault::NoSecret) if !rule.required => return unsigned(composed, signing),
        secret => secret?,
    };
    let mut signed = composed.clone();
    let seconds = now.millis().div_euclid(1000).to_string();
    if let Some(timestamp) = &rule.timestamp {
        put(&mut signed, &timestamp.place, &seconds, false)?;
    }
    if signing == Signing::Missing {
        if let Place::Field(paths) = &rule.signature {
            take_out(&mut signed.body, paths)?;
        }
        return Ok(signed);
    }
    let mut signature = match &rule.message {
        Message::Body => mac(secret, &signed.body),
        Message::Timestamp => mac(secret, seconds.as_bytes()),
        Message::Slice(path) => {
            let range = range_of(&signed.body, |document| document.find(path)).ok_or(SignFault::NoPlace)?;
            mac(secret, &signed.body[range])
        }
    };
    if signing == Signing::Wrong {
        signature[0] ^= 0xff;
    }
    let text = match rule.written {
        Written::LowerHex => hex::encode(signature),
        Written::UpperHexAfter(prefix) => format!("{prefix}{}", hex::encode_upper(signature)),
    };
    put(&mut signed, &rule.signature, &text, true)?;
    Ok(signed)
}

/// Puts a value where it belongs: as a header, or in place of the value its field holds. `quoted`: a JSON string,
/// else a string only where a string stood.
fn put(composed: &mut Composed, place: &Place, text: &str, quoted: bool) -> Result<(), SignFault> {
    match place {
        Place::Header(names) => {
            let name = names.first().ok_or(SignFault::NoPlace)?;
            composed.headers.push((name.clone(), text.to_owned()));
        }
        Place::Field(paths) => {
            let range = range_of(&composed.body, |document| document.find_any(paths)).ok_or(SignFault::NoPlace)?;
            let as_string = quoted || composed.body[range.start] == b'"';
            let value = if as_string { format!("\"{text}\"") } else { text.to_owned() };
            composed.body.splice(range, value.into_bytes());
        }
    }
    Ok(())
}

/// Takes a member out of its object, with one of the commas beside it.
fn take_out(body: &mut Vec<u8>, paths: &[Vec<&'static str>]) -> Result<(), SignFault> {
    let value = range_of(body, |document| document.find_any(paths)).ok_or(SignFault::NoPlace)?;
    let before = &body[..value.start];
    let colon = before.iter().rposition(|byte| *byte == b':').ok_or(SignFault::NoPlace)?;
    let close = before[..colon].iter().rposition(|byte| *byte == b'"').ok_or(SignFault::NoPlace)?;
    let open = before[..close].iter().rposition(|byte| *byte == b'"').ok_or(SignFault::NoPlace)?;
    let blanks = body[value.end..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let after = value.end + blanks;
    let range = if body.get(after) == Some(&b',') {
        open..after + 1
    } else {
        let kept = body[..open].iter().rposition(|byte| !byte.is_ascii_whitespace()).ok_or(SignFault::NoPlace)?;
        if body[kept] == b',' { kept..value.end } else { open..value.end }
    };
    body.drain(range);
    Ok(())
}

fn range_of(body: &[u8], find: impl FnOnce(Document<'_>) -> Field<'_>) -> Option<Range<usize>> {
    let Field::Found(slice) = find(Document::parse(body)?) else {
        return None;
    };
    let start = (slice.bytes().as_ptr() as usize).checked_sub(body.as_ptr() as usize)?;
    Some(start..start + slice.bytes().len())
}
