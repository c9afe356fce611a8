//! Capturing a delivery: what is committed before a carrier is answered.
//!
//! Runs inside the writer's capture group, one savepoint per capture. Here, and nowhere else, a test nonce is consumed,
//! a message key is claimed and a sequence number is given. A delivery that was refused shares its row with the
//! identical ones; the number of such rows is bounded per endpoint (see [`refused`]).

use crate::server::secrets::Sealed;
use crate::tracking::delivery::{Covers, Diagnosis, FailureReason, Outcome, SecretSlot, Verdict, Warning};
use crate::tracking::endpoint::SecretName;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

pub mod refused;

/// A judged request on its way into the store. No Debug: it holds a carrier's body.
pub struct Capture {
    /// A new id of version 7 (`ids::new`); the headers are sealed to it (`delivery/<id>/headers`).
    pub id: Uuid,
    /// Whose URL it came to.
    pub endpoint: Uuid,
    /// When the request was complete.
    pub received_at: Timestamp,
    /// Exact bytes.
    pub body: Vec<u8>,
    /// SHA-256 of them, lower hex.
    pub body_sha256: String,
    /// The ordered headers as JSON (`[["name","value"],…]`), sealed.
    pub headers: Sealed,
    /// The address that counted.
    pub remote_addr: String,
    /// What the proof was worth.
    pub verdict: Verdict,
    /// Why it failed.
    pub reason: Option<FailureReason>,
    /// Which proof was asked, for people.
    pub scheme: String,
    /// What it protects.
    pub covers: Covers,
    /// Which secret matched: its name and slot.
    pub secret: Option<(SecretName, SecretSlot)>,
    /// Worth knowing.
    pub warnings: Vec<Warning>,
    /// Why the proof failed, in words.
    pub diagnosis: Option<Diagnosis>,
    /// What makes it the same message when it comes again. Claimed only where the verdict is good and the outcome is
    /// `received` or `held`.
    pub message_key: Option<String>,
    /// The carrier's attempt counter.
    pub attempt: Option<u32>,
    /// What becomes of it unless it is a duplicate: `received`, `held`, `observed` or `rejected`.
    pub outcome: Outcome,
    /// Why, where it needs words.
    pub outcome_detail: Option<String>,
    /// What the test header held, if the request had one. Unknown nonces are ordinary headers.
    pub test_nonce: Option<String>,
}

/// What a carrier is answered, decided by what was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 200, stored.
    Accepted,
    /// 200, the same message again.
    Duplicate,
    /// 401, stored as refused.
    Refused,
}

impl Answer {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Refused => "refused",
        }
    }

    /// The HTTP status of the answer.
    pub fn status(self) -> u16 {
        match self {
            Self::Accepted | Self::Duplicate => 200,
            Self::Refused => 401,
        }
    }

    /// The body of the answer; `named` is the delivery it names (the first one, for a duplicate).
    pub fn body(self, named: Uuid) -> String {
        match self {
            Self::Accepted | Self::Duplicate => {
                format!(r#"{{"status":"{}","delivery":"{named}"}}"#, self.as_str())
            }
            Self::Refused => r#"{"error":"unauthorized"}"#.to_owned(),
        }
    }
}

/// A delivery that is on the disk. Only the store makes one, after the commit: answers are made from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The row it is in; for a repeated refusal the row it shares.
    delivery: Uuid,
    /// The first delivery of the same message; `delivery` itself unless it is a duplicate.
    first: Uuid,
    /// What to answer.
    answer: Answer,
    /// Made by the test bench.
    is_test: bool,
    /// What became of it.
    outcome: Outcome,
}

impl Captured {
    /// The row it is in; for a repeated refusal the row it shares.
    pub fn delivery(&self) -> Uuid {
        self.delivery
    }

    /// The first delivery of the same message; the delivery itself unless it is a duplicate.
    pub fn first(&self) -> Uuid {
        self.first
    }

    /// What to answer.
    pub fn answer(&self) -> Answer {
        self.answer
    }

    /// Made by the test bench.
    pub fn is_test(&self) -> bool {
        self.is_test
    }

    /// What became of it.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether apply has something to do.
    pub fn is_due(&self) -> bool {
        self.outcome == Outcome::Received
    }
}
