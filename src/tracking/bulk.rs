//! One act on many parcels, and what it came to.

use super::status::{Status, Substatus, vocabulary};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most parcels of one act.
pub const MOST: usize = 1000;

vocabulary! {
    /// What can be done to many parcels at once.
    BulkAct, "act":
    AddTag = "add_tag", "Add the tag";
    RemoveTag = "remove_tag", "Remove the tag";
    Delivered = "delivered", "Mark delivered";
    Lost = "lost", "Mark lost";
    Returned = "returned", "Mark returned";
    Cancelled = "cancelled", "Mark cancelled";
}

impl BulkAct {
    /// The status it asserts; none for tags.
    pub fn asserts(self) -> Option<(Status, Option<Substatus>)> {
        match self {
            Self::AddTag | Self::RemoveTag => None,
            Self::Delivered => Some((Status::Delivered, None)),
            Self::Lost => Some((Status::Exception, Some(Substatus::Lost))),
            Self::Returned => Some((Status::Returned, None)),
            Self::Cancelled => Some((Status::Cancelled, None)),
        }
    }

    /// The act that asserts what a word says (`delivered`, `lost`, …).
    pub fn of_status_word(word: &str) -> Option<Self> {
        word.trim().to_lowercase().parse().ok().filter(|act: &Self| act.asserts().is_some())
    }
}

/// A parcel it was not done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its number, or what was sent in place of one.
    pub number: String,
    /// Why, in a sentence.
    pub why: String,
}

/// What an act on many parcels came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkReport {
    /// Which.
    pub id: Uuid,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub act: BulkAct,
    /// The tag, or the reason.
    pub words: String,
    /// The parcels whose tag changed.
    pub parcels: Vec<Uuid>,
    /// The events that assert the status.
    pub events: Vec<Uuid>,
    /// Those that had it already.
    pub unchanged: u32,
    /// Those it was not done to.
    pub refused: Vec<Refused>,
    /// It was taken back.
    pub undone: bool,
}

impl BulkReport {
    /// How many parcels it changed.
    pub fn done(&self) -> usize {
        self.parcels.len().max(self.events.len())
    }

    /// What happened, in a sentence.
    pub fn sentence(&self) -> String {
        let parcels = match self.done() {
            1 => "1 parcel".to_owned(),
            n => format!("{n} parcels"),
        };
        let done = match self.act {
            BulkAct::AddTag => format!("{parcels} got the tag “{}”.", self.words),
            BulkAct::RemoveTag => format!("{parcels} lost the tag “{}”.", self.words),
            BulkAct::Delivered => format!("{parcels} marked delivered."),
            BulkAct::Lost => format!("{parcels} marked lost."),
            BulkAct::Returned => format!("{parcels} marked returned."),
            BulkAct::Cancelled => format!("{parcels} marked cancelled."),
        };
        match (self.undone, self.unchanged) {
            (true, _) => format!("{done} This was undone."),
            (false, 0) => done,
            (false, n) => format!("{done} {n} had it already."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_statuses_that_people_assert_are_read_from_words() {
        assert_eq!(BulkAct::of_status_word(" Delivered "), Some(BulkAct::Delivered));
        assert_eq!(BulkAct::of_status_word("lost"), Some(BulkAct::Lost));
        assert_eq!(BulkAct::of_status_word("add_tag"), None);
        assert_eq!(BulkAct::of_status_word("in_transit"), None);
    }
}
