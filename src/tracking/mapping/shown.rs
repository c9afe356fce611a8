//! What the mappings page shows and what its form says.

use super::{InContext, Mapping, MappingPreview, Target};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::page::Page;
use crate::tracking::screen::FieldFault;
use crate::tracking::status::{Confidence, ParcelFlag, Reason, Status, Substatus};
use crate::tracking::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A code that a rule of the carrier's file decides and no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuledCode {
    /// Whose code.
    pub carrier: CarrierId,
    /// Parts joined by `:`.
    pub key: String,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The carrier's words, of the newest event that had it.
    pub sample: String,
    /// How many events it decided; counted up to a thousand.
    pub count: u32,
}

/// An event that has a code, for the editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSample {
    /// On whose timeline.
    pub parcel: Option<Uuid>,
    /// The number.
    pub number: String,
    /// The carrier's words.
    pub text: String,
    /// Receipt.
    pub received_at: Timestamp,
    /// What it means now.
    pub status: Option<Status>,
    /// Finer word.
    pub substatus: Option<Substatus>,
}

/// Everything the editor of one key shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingSheet {
    /// Whose code.
    pub carrier: CarrierId,
    /// Parts joined by `:`.
    pub key: String,
    /// The row that counts; absent while the key has none.
    pub row: Option<Mapping>,
    /// All versions, newest first.
    pub versions: Vec<Mapping>,
    /// Events that have the code, newest first.
    pub samples: Vec<CodeSample>,
    /// What the newest of them was taken for, where no row decided it.
    pub guess: Option<(Target, Confidence)>,
}

/// The codes of one carrier that are decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeList {
    /// By rules of the carrier's file; on the first page only.
    pub ruled: Vec<RuledCode>,
    /// By rows.
    pub rows: Page<Mapping>,
}

/// A row as the editor's form says it: words, empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingDraft {
    /// Whose code.
    pub carrier: CarrierId,
    /// Parts joined by `:`.
    pub key: String,
    /// What sort of line; `status` when empty.
    pub kind: String,
    /// The status.
    pub status: String,
    /// `status.substatus`.
    pub substatus: String,
    /// The reason.
    pub reason: String,
    /// The flag.
    pub flag: String,
    /// Whether the carrier's words refine it.
    pub from_text: bool,
    /// Decided by what came before.
    pub in_context: String,
    /// Implies at most `info_received`.
    pub weak: bool,
    /// The carrier's words.
    pub note: String,
}

impl MappingDraft {
    /// Without a meaning.
    pub fn of(carrier: CarrierId, key: &str) -> Self {
        Self {
            carrier,
            key: key.to_owned(),
            kind: String::new(),
            status: String::new(),
            substatus: String::new(),
            reason: String::new(),
            flag: String::new(),
            from_text: false,
            in_context: String::new(),
            weak: false,
            note: String::new(),
        }
    }

    /// With this meaning.
    #[must_use]
    pub fn meaning(mut self, target: &Target) -> Self {
        let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
        target.kind.as_str().clone_into(&mut self.kind);
        self.status = word(target.status.map(Status::as_str));
        self.substatus = match (target.status, target.substatus) {
            (Some(status), Some(substatus)) => format!("{status}.{substatus}"),
            _ => String::new(),
        };
        self.reason = word(target.reason.map(Reason::as_str));
        self.flag = word(target.flag.map(ParcelFlag::as_str));
        self.in_context = word(target.in_context.map(InContext::as_str));
        (self.from_text, self.weak) = (target.from_text, target.weak);
        self
    }
}

/// What saving a draft would change, or what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewedDraft {
    /// Absent where the draft is not valid.
    pub preview: Option<MappingPreview>,
    /// What is wrong, by field.
    pub faults: Vec<FieldFault>,
}
