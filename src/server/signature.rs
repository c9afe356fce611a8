//! The proof engine: one audited place that decides whether a request comes from whom it claims.
//!
//! Carriers only describe their scheme as data ([`Scheme`]); the engine works on the exact bytes, in constant time,
//! with algorithms fixed here and never taken from the request. There is no fail-open: what is not proven is `Failed`.
//! [`judge`] turns a [`Received`] into a [`Judged`], which nobody else can make; [`sign`] is the same knowledge turned
//! around, for test events. Neither ever shows a secret or a signature it computed.

use super::secrets::constant_time_eq;
use crate::tracking::delivery::{Covers, Diagnosis, FailureReason, SecretSlot, Verdict, Warning};
use crate::tracking::endpoint::SecretName;
use crate::tracking::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

mod decoding;
mod diagnosis;
mod fields;
mod judging;
mod rewriting;
mod signing;

pub use diagnosis::diagnose;
pub use fields::slice_at;
pub use judging::judge;
pub use signing::{SignFault, sign};

/// A request as it came, before anybody looked at what it says. No Debug: it holds a carrier's body and its proof.
pub struct Received {
    /// Exact bytes.
    pub body: Vec<u8>,
    /// In order, repeats included.
    pub headers: Vec<(String, Vec<u8>)>,
    /// When the request was complete; freshness is judged at this instant, also when the proof is checked again.
    pub received_at: Timestamp,
    /// The address that counts (behind trusted proxies: the client's).
    pub remote_addr: String,
}

impl Received {
    /// Every value of this header, in order; names compare without case.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
    }
}

/// One secret an endpoint holds. No Debug.
#[derive(Clone)]
pub struct Key {
    /// What it is for.
    pub name: SecretName,
    /// Whether it is the newest.
    pub slot: SecretSlot,
    /// The plain text.
    pub text: Zeroizing<String>,
    /// Until when it holds; `None` for the current one.
    pub valid_until: Option<Timestamp>,
}

impl Key {
    fn holds_at(&self, now: Timestamp) -> bool {
        self.valid_until.is_none_or(|until| now < until)
    }
}

/// A request with its verdict, good or bad. Only this module makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    verdict: Verdict,
    reason: Option<FailureReason>,
    scheme: String,
    covers: Covers,
    matched: Option<(SecretName, SecretSlot)>,
    warnings: Vec<Warning>,
    message_key: Option<String>,
    attempt: Option<u32>,
    diagnosis: Option<Diagnosis>,
}

impl Judged {
    /// What the proof was worth.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Why it failed; `None` unless it did.
    pub fn reason(&self) -> Option<FailureReason> {
        self.reason
    }

    /// Which proof was asked, for people.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// What the proof really protects; nothing where it failed.
    pub fn covers(&self) -> Covers {
        self.covers
    }

    /// Which secret matched.
    pub fn matched(&self) -> Option<(SecretName, SecretSlot)> {
        self.matched
    }

    /// Accepted all the same, but worth knowing.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What makes it the same message when it comes again; `None` unless the verdict is good.
    pub fn message_key(&self) -> Option<&str> {
        self.message_key.as_deref()
    }

    /// The carrier's attempt counter, where it sends one.
    pub fn attempt(&self) -> Option<u32> {
        self.attempt
    }

    /// Why the proof failed, in words; see [`diagnose`].
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnosis.as_ref()
    }
}

/// A request as the carrier would make it, with the place for its proof still empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// In order, without the proof.
    pub headers: Vec<(String, String)>,
    /// Exact bytes. Where the proof stands in the body, its field holds an empty string that signing fills.
    pub body: Vec<u8>,
}

/// Where a value stands in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A header; the first of these names that occurs. More than one occurrence is refused.
    Header(Vec<String>),
    /// A field of the JSON body: alternative paths of object keys, the first that occurs counts.
    Field(Vec<Vec<&'static str>>),
}

/// The bytes a signature is made over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The whole body as received.
    Body,
    /// The JSON value at this path, byte for byte as received.
    Slice(Vec<&'static str>),
    /// The text of the timestamp and nothing else.
    Timestamp,
}

/// How old a signed timestamp may be; judged at receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampRule {
    /// Where the timestamp stands (unix seconds as text or number).
    pub place: Place,
    /// Older is a warning, or a failure when `strict`.
    pub freshness_seconds: i64,
    /// Older than `freshness_seconds` fails.
    pub strict: bool,
    /// Older always fails; 0 is no limit.
    pub max_age_hours: i64,
}

/// How the carrier itself writes its signatures; only the signer of test events needs to know, the engine accepts all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Lower-case hexadecimal.
    LowerHex,
    /// Upper-case hexadecimal after this prefix (BEX: `sha256=`).
    UpperHexAfter(&'static str),
}

/// An HMAC-SHA256 signature over part of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HmacRule {
    /// Where the signature stands.
    pub signature: Place,
    /// Prefixes that may stand before it, compared without case (`sha256=`).
    pub prefixes: Vec<&'static str>,
    /// What is signed.
    pub message: Message,
    /// Present where a timestamp is signed.
    pub timestamp: Option<TimestampRule>,
    /// What the signature protects.
    pub covers: Covers,
    /// Whether a request without a signature is refused. `false` only where the carrier may not sign (POS).
    pub required: bool,
    /// The key is weak by nature (an e-mail address).
    pub weak_key: bool,
    /// How the carrier writes it, for test events.
    pub written: Written,
}

/// A static header value, compared in constant time with the stored `header_value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRule {
    /// The header's name.
    pub header: String,
}

/// A field of the body that must name one of these accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRule {
    /// Alternative paths of the field.
    pub paths: Vec<Vec<&'static str>>,
    /// Allowed values; numbers compare by their text.
    pub allowed: Vec<String>,
}

/// What proves the origin of a carrier's requests at one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofRule {
    /// Nothing is signed: the unguessable URL is all there is (`authenticated`).
    UrlOnly,
    /// A signature (`verified`).
    Hmac(HmacRule),
    /// A static header (`authenticated`, warned as weak).
    Header(HeaderRule),
    /// Either; a signature is tried first.
    Either(HmacRule, HeaderRule),
}

/// A carrier's whole scheme at one endpoint: data, made from its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// For people and logs, for example `hmac-sha256 over the body, header ms-signature`.
    pub name: String,
    /// The proof.
    pub proof: ProofRule,
    /// Checked besides, where settings ask for it.
    pub account: Option<AccountRule>,
    /// Signing modes this carrier also has, for the diagnosis of a failure: label and rule.
    pub other_modes: Vec<(&'static str, HmacRule)>,
    /// Two unsigned and signed fields that ought to agree (`subject`, `data.parcelId`): else `subject_mismatch`.
    pub agree: Option<(Vec<&'static str>, Vec<&'static str>)>,
}

/// What makes two deliveries the same message (claimed only by good verdicts).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKeyRule {
    /// SHA-256 of the body.
    Body,
    /// These fields and the SHA-256 of this slice; falls back to the body where one is missing.
    Fields {
        /// Texts that belong to the key.
        fields: Vec<Vec<&'static str>>,
        /// Hashed byte for byte.
        slice: Vec<&'static str>,
        /// The carrier's attempt counter, for display.
        attempt: Option<Vec<&'static str>>,
    },
}

/// The names of the secrets a rule needs.
pub fn secret_of(rule: &ProofRule) -> Option<SecretName> {
    match rule {
        ProofRule::UrlOnly => None,
        ProofRule::Hmac(_) | ProofRule::Either(..) => Some(SecretName::Secret),
        ProofRule::Header(_) => Some(SecretName::HeaderValue),
    }
}

/// HMAC-SHA256: the one algorithm there is.
fn mac(secret: &str, message: &[u8]) -> [u8; 32] {
    let mut hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    hmac.update(message);
    hmac.finalize().into_bytes().into()
}

/// Whether `signature` is the one this secret makes. Takes as long for a near miss as for any other; an empty secret
/// never matches.
fn matches(secret: &str, message: &[u8], signature: &[u8; 32]) -> bool {
    !secret.trim().is_empty() && constant_time_eq(&mac(secret, message), signature)
}
