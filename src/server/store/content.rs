//! What a carrier sent of an event, as stored, and how resends of the same event become one (R10).
//!
//! Field by field: something beats nothing, and of two different values the later received one counts. The merged
//! content is made from all distinct contents at once, so it does not depend on the order of applying.

use super::apply::{Coded, Mapped};
use super::error::StoreError;
use super::row;
use crate::server::secrets::sha256_hex;
use crate::tracking::event::{Piece, Place, Proof, Reference, Reported};
use crate::tracking::mapping::Target;
use crate::tracking::status::{Confidence, EventFlag, Kind};
use crate::tracking::time::EventTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// All that may be richer in a resend. The time of dispatch is not among it: it differs with every resend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Content {
    pub piece: Option<String>,
    pub keys: Vec<String>,
    pub structural: Option<Target>,
    pub from_text: Option<Target>,
    #[serde(default)]
    pub claims: Vec<String>,
    pub raw_code: Option<String>,
    pub raw_text: Option<String>,
    pub time: EventTime,
    pub place: Place,
    pub actor: Option<String>,
    pub references: Vec<Reference>,
    pub proofs: Vec<Proof>,
    pub pieces: Option<Vec<Piece>>,
    pub details: Value,
    pub side: Option<String>,
    pub checkin: Option<String>,
    pub remark: Option<String>,
    pub flags: Vec<EventFlag>,
    pub zone: Option<String>,
    /// What sort of line the reader took it for; absent in contents of older versions.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// How sure the structural rule is; absent in contents of older versions.
    #[serde(default)]
    pub structural_confidence: Option<Confidence>,
    /// Not sent by the carrier: what the mapping made of it.
    pub mapped: Mapped,
}

/// What the carrier's file and the mapping made of the rest.
const MEANING: &[&str] = &["kind", "structural", "structural_confidence", "from_text", "mapped"];

impl Content {
    pub fn of(reported: &Reported, mapped: &Mapped) -> Self {
        let reported = reported.clone();
        Self {
            piece: reported.piece,
            keys: reported.keys,
            structural: reported.structural,
            from_text: reported.from_text,
            claims: reported.claims,
            raw_code: reported.raw_code,
            raw_text: reported.raw_text,
            time: reported.time,
            place: reported.place,
            actor: reported.actor,
            references: reported.references,
            proofs: reported.proofs,
            pieces: reported.pieces,
            details: reported.details,
            side: reported.side,
            checkin: reported.checkin,
            remark: reported.remark,
            flags: reported.flags,
            zone: reported.zone,
            kind: Some(reported.kind),
            structural_confidence: Some(reported.structural_confidence),
            mapped: mapped.clone(),
        }
    }

    /// What it is mapped by.
    pub fn coded(&self) -> Coded {
        let by_rule = self.mapped.used.as_ref().filter(|used| used.version == 0).map(|used| used.confidence);
        Coded {
            keys: self.keys.clone(),
            claims: self.claims.clone(),
            kind: self.kind.unwrap_or(self.mapped.target.kind),
            structural: self.structural.clone(),
            structural_confidence: self.structural_confidence.or(by_rule).unwrap_or(Confidence::Medium),
            from_text: self.from_text.clone(),
        }
    }

    /// The same for the same words of the carrier, however they are mapped.
    pub fn hash(&self) -> Result<String, StoreError> {
        let mut value = self.value()?;
        for read in ["mapped", "kind", "structural_confidence"] {
            value.remove(read);
        }
        Ok(sha256_hex(row::to_json(&value)?.as_bytes()))
    }

    fn value(&self) -> Result<Map<String, Value>, StoreError> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => Ok(fields),
            _ => Err(StoreError::Inconsistent("content that is no object".into())),
        }
    }

    /// One content from several, oldest receipt first.
    pub fn merged(contents: &[Self]) -> Result<Self, StoreError> {
        let mut merged = Map::new();
        for content in contents {
            let mut later = content.value()?;
            keep_signature(&merged, &mut later);
            merge(&mut merged, later, 0);
        }
        serde_json::from_value(Value::Object(merged))
            .map_err(|error| StoreError::Inconsistent(format!("content: {error}")))
    }
}

fn merge(into: &mut Map<String, Value>, later: Map<String, Value>, depth: u8) {
    for (key, value) in later {
        match into.get_mut(&key) {
            // Places and details are merged within; everything else is one value.
            Some(Value::Object(known)) if depth == 0 && matches!(key.as_str(), "place" | "details") => {
                if let Value::Object(fields) = value {
                    merge(known, fields, 1);
                }
            }
            Some(known) if says_nothing(&key, &value) && !says_nothing(&key, known) => {}
            _ => {
                into.insert(key, value);
            }
        }
    }
}

/// A signature that a resend leaves out stays, and so does what it meant: nothing takes the place of something.
fn keep_signature(known: &Map<String, Value>, later: &mut Map<String, Value>) {
    let list = |of: &Map<String, Value>| of.get("proofs").and_then(Value::as_array).cloned().unwrap_or_default();
    let signed = |proofs: &[Value]| proofs.iter().any(|proof| !proof["received_by"].is_null());
    let (before, after) = (list(known), list(later));
    if signed(&before) && !signed(&after) {
        for key in MEANING {
            later.remove(*key);
        }
    }
    if after.is_empty() {
        return;
    }
    // Kind by kind: photos that come later do not stand for the signature.
    let again = |proof: &Value| after.iter().any(|other| other["kind"] == proof["kind"]);
    let mut all: Vec<Value> = before.into_iter().filter(|proof| !again(proof)).collect();
    all.extend(after.iter().cloned());
    later.insert("proofs".into(), Value::Array(all));
}

fn says_nothing(key: &str, value: &Value) -> bool {
    match (key, value) {
        ("time", time) => time["raw"].is_null() && time["at"].is_null() && time["local"].is_null(),
        ("mapped", mapped) => mapped["target"]["status"].is_null(),
        (_, Value::Null) => true,
        (_, Value::String(text)) => text.trim().is_empty(),
        (_, Value::Array(items)) => items.is_empty(),
        (_, Value::Object(fields)) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::status::Kind;

    fn content(change: impl FnOnce(&mut Reported)) -> Content {
        let mut reported = Reported::new("k".into(), Some("N".into()), Kind::Status);
        change(&mut reported);
        Content::of(
            &reported,
            &Mapped { target: Target::silent(Kind::Status), used: None, unmapped: None, claim: None },
        )
    }

    #[test]
    fn something_beats_nothing_and_the_later_word_counts() {
        let first = content(|reported| {
            reported.raw_text = Some("out".into());
            reported.place.name = Some("Depot".into());
            reported.remark = Some("gate".into());
        });
        let second = content(|reported| {
            reported.raw_text = Some("out for delivery".into());
            reported.place.postal_code = Some("1000".into());
            reported.remark = Some(" ".into());
        });
        let merged = Content::merged(&[first, second]).expect("contents merge");
        assert_eq!(merged.raw_text.as_deref(), Some("out for delivery"));
        assert_eq!(merged.place.name.as_deref(), Some("Depot"));
        assert_eq!(merged.place.postal_code.as_deref(), Some("1000"));
        assert_eq!(merged.remark.as_deref(), Some("gate"));
    }

    #[test]
    fn the_hash_is_of_the_carriers_words() {
        let one = content(|_| {});
        let mut other = one.clone();
        other.mapped.unmapped = Some("x".into());
        assert_eq!(one.hash().expect("hash"), other.hash().expect("hash"));
    }
}
