//! What is kept for how long, what has had its time, and what was removed.

use super::event::Recipient;
use super::status::vocabulary;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest time that can be set, in days; beyond it, keep for ever.
pub const MOST_DAYS: u32 = 3650;

vocabulary! {
    /// A kind of data that has its time.
    KeptKind, "kind of data":
    Bodies = "bodies", "Raw bodies of applied deliveries";
    Refused = "refused", "Refused deliveries";
    People = "people", "Recipients and who signed";
}

/// For how many days each kind is kept after the last delivery that brought it; `null`: for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Raw bodies of deliveries that were applied. Their events stay.
    #[schema(minimum = 1, maximum = 3650)]
    pub bodies_days: Option<u32>,
    /// Refused deliveries, since they were last seen.
    #[schema(minimum = 1, maximum = 3650)]
    pub refused_days: Option<u32>,
    /// Names, addresses and numbers of recipients, and the names of those who signed.
    #[schema(minimum = 1, maximum = 3650)]
    pub people_days: Option<u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { bodies_days: Some(180), refused_days: Some(90), people_days: Some(180) }
    }
}

impl Retention {
    /// For how many days a kind is kept.
    pub fn days(&self, kind: KeptKind) -> Option<u32> {
        match kind {
            KeptKind::Bodies => self.bodies_days,
            KeptKind::Refused => self.refused_days,
            KeptKind::People => self.people_days,
        }
    }

    /// What came before this has had its time; `None`: nothing ever has.
    pub fn ends(&self, kind: KeptKind, now: Timestamp) -> Option<Timestamp> {
        self.days(kind).map(|days| now.plus_seconds(-i64::from(days) * 86_400))
    }

    /// Whether every number can be kept to.
    pub fn fits(&self) -> bool {
        KeptKind::ALL.iter().all(|kind| self.days(*kind).is_none_or(|days| (1..=MOST_DAYS).contains(&days)))
    }
}

/// How much of a kind has had its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Due {
    /// Which kind.
    pub kind: KeptKind,
    /// How many rows go with the next purge.
    pub count: u64,
    /// When the oldest row of this kind came, whether it is due or not.
    pub oldest: Option<Timestamp>,
}

/// What a purge removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Purged {
    /// When it ended.
    pub at: Option<Timestamp>,
    /// Raw bodies.
    pub bodies: u64,
    /// Refused deliveries.
    pub refused: u64,
    /// Recipients.
    pub recipients: u64,
    /// Events that no longer say who signed.
    pub signers: u64,
}

impl Purged {
    /// How many rows in all.
    pub fn total(&self) -> u64 {
        self.bodies + self.refused + self.recipients + self.signers
    }
}

/// Everything about what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RetentionSheet {
    /// The settings.
    pub settings: Retention,
    /// What the next purge removes, kind by kind.
    pub due: Vec<Due>,
    /// What was removed last; `null` where nothing ever was.
    pub last: Option<Purged>,
}

/// Personal data of a parcel, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Revealed {
    /// Who it goes to; the later word counts.
    pub recipient: Recipient,
    /// Who signed, the newest first.
    pub signers: Vec<String>,
}

/// What erasing the personal data of a parcel's number removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Erased {
    /// Recipients.
    pub recipients: u64,
    /// Events that no longer say who signed.
    pub signers: u64,
    /// Raw bodies that named the number. What else they carried stays on its timelines.
    pub bodies: u64,
}
