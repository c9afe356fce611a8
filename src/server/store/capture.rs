//! Capturing a delivery: what is committed before a carrier is answered.
//!
//! Runs inside the writer's capture group, one savepoint per capture. Here, and nowhere else, a test nonce is consumed,
//! a message key is claimed and a sequence number is given. A delivery that was refused shares its row with the
//! identical ones; the number of such rows is bounded per endpoint (see [`refused`]).

use super::error::StoreError;
use super::row;
use super::writer::Tx;
use crate::server::secrets::{Sealed, token_hash};
use crate::tracking::delivery::{Covers, Diagnosis, FailureReason, Outcome, SecretSlot, Verdict, Warning};
use crate::tracking::endpoint::SecretName;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

mod refused;

pub use refused::MOST_ROWS as MOST_REFUSED;

const HOUR_MS: i64 = 3_600_000;

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

    pub(super) fn from_word(word: &str) -> Result<Self, StoreError> {
        [Self::Accepted, Self::Duplicate, Self::Refused]
            .into_iter()
            .find(|answer| answer.as_str() == word)
            .ok_or_else(|| StoreError::Inconsistent(format!("answer {word:?}")))
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

/// What is decided about a row besides what the capture says.
pub(super) struct NewRow {
    is_test: bool,
    claims: bool,
    answer: Answer,
    outcome: Outcome,
    duplicate_of: Option<Uuid>,
}

impl Tx {
    /// Keeps one capture inside the group's transaction.
    pub(super) async fn keep_capture(&mut self, capture: &Capture) -> Result<Captured, StoreError> {
        let nonce = self.test_of(capture).await?;
        let is_test = nonce.is_some();
        let captured = if capture.outcome == Outcome::Rejected {
            self.keep_refused(capture, is_test).await?
        } else {
            self.keep_answered(capture, is_test).await?
        };
        if let Some(nonce) = nonce {
            sqlx::query("UPDATE test_nonces SET delivery_id = $2 WHERE hash = $1")
                .bind(nonce)
                .bind(captured.delivery.to_string())
                .execute(&mut self.conn)
                .await?;
        } else {
            self.count_delivery(capture).await?;
        }
        self.touch_secret_of(capture).await?;
        Ok(captured)
    }

    /// The hash of the capture's nonce, if it is one of this endpoint's that is unused and has not run out.
    async fn test_of(&mut self, capture: &Capture) -> Result<Option<String>, StoreError> {
        let Some(nonce) = &capture.test_nonce else { return Ok(None) };
        let hash = token_hash(nonce);
        let known: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM test_nonces WHERE hash = $1 AND endpoint_id = $2 AND expires_at >= $3 AND delivery_id IS NULL",
        )
        .bind(&hash)
        .bind(capture.endpoint.to_string())
        .bind(capture.received_at.millis())
        .fetch_optional(&mut self.conn)
        .await?;
        Ok(known.map(|_| hash))
    }

    /// A delivery that is answered 200: stored in a row of its own, as a duplicate where its message is known.
    async fn keep_answered(&mut self, capture: &Capture, is_test: bool) -> Result<Captured, StoreError> {
        let claims = capture.message_key.is_some()
            && capture.verdict.is_good()
            && matches!(capture.outcome, Outcome::Received | Outcome::Held);
        let mut row =
            NewRow { is_test, claims, answer: Answer::Accepted, outcome: capture.outcome, duplicate_of: None };
        if let Some(seq) = self.insert_delivery(capture, &row).await? {
            self.insert_body(seq, capture, true).await?;
            return Ok(Captured {
                delivery: capture.id,
                first: capture.id,
                answer: Answer::Accepted,
                is_test,
                outcome: capture.outcome,
            });
        }
        let (first, sha256) = self.claimant(capture, is_test).await?;
        row = NewRow {
            claims: false,
            answer: Answer::Duplicate,
            outcome: Outcome::Duplicate,
            duplicate_of: Some(first),
            ..row
        };
        let seq = self.insert_delivery(capture, &row).await?;
        let seq = seq.ok_or_else(|| StoreError::Inconsistent("a duplicate was not inserted".into()))?;
        self.insert_body(seq, capture, sha256 != capture.body_sha256).await?;
        Ok(Captured { delivery: capture.id, first, answer: Answer::Duplicate, is_test, outcome: Outcome::Duplicate })
    }

    /// Who claimed the message key of this capture, and the hash of its body.
    async fn claimant(&mut self, capture: &Capture, is_test: bool) -> Result<(Uuid, String), StoreError> {
        let (first, sha256): (String, String) = sqlx::query_as(
            "SELECT id, body_sha256 FROM deliveries
             WHERE endpoint_id = $1 AND is_test = $2 AND message_key = $3 AND claimed = 1",
        )
        .bind(capture.endpoint.to_string())
        .bind(is_test)
        .bind(&capture.message_key)
        .fetch_one(&mut self.conn)
        .await?;
        Ok((row::id(&first)?, sha256))
    }

    /// The new row's sequence number; `None` where its message key is claimed already.
    pub(super) async fn insert_delivery(&mut self, capture: &Capture, row: &NewRow) -> Result<Option<i64>, StoreError> {
        let seq = sqlx::query_scalar(
            "INSERT INTO deliveries (id, endpoint_id, carrier, received_at, last_seen_at, is_test, remote_addr, remote_net,
               size, body_sha256, verdict, reason, scheme, covers, secret_name, secret_slot, warnings, diagnosis,
               message_key, claimed, attempt, outcome, outcome_detail, answer, duplicate_of)
             VALUES ($1, $2, (SELECT carrier FROM endpoints WHERE id = $2), $3, $3, $4, $5, $6,
               $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
               $17, $18, $19, $20, $21, $22, $23)
             ON CONFLICT (endpoint_id, is_test, message_key) WHERE claimed = 1 DO NOTHING
             RETURNING seq",
        )
        .bind(capture.id.to_string())
        .bind(capture.endpoint.to_string())
        .bind(capture.received_at.millis())
        .bind(row.is_test)
        .bind(&capture.remote_addr)
        .bind(refused::sender_of(&capture.remote_addr))
        .bind(i64::try_from(capture.body.len()).unwrap_or(i64::MAX))
        .bind(&capture.body_sha256)
        .bind(capture.verdict.as_str())
        .bind(capture.reason.map(FailureReason::as_str))
        .bind(&capture.scheme)
        .bind(capture.covers.as_str())
        .bind(capture.secret.map(|(name, _)| name.as_str()))
        .bind(capture.secret.map(|(_, slot)| slot.as_str()))
        .bind(row::to_json(&capture.warnings)?)
        .bind(capture.diagnosis.as_ref().map(row::to_json).transpose()?)
        .bind(&capture.message_key)
        .bind(row.claims)
        .bind(capture.attempt)
        .bind(row.outcome.as_str())
        .bind(&capture.outcome_detail)
        .bind(row.answer.as_str())
        .bind(row.duplicate_of.map(|id| id.to_string()))
        .fetch_optional(&mut self.conn)
        .await?;
        Ok(seq)
    }

    pub(super) async fn insert_body(&mut self, seq: i64, capture: &Capture, keep: bool) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO delivery_bodies (seq, headers_key_id, headers, body) VALUES ($1, $2, $3, $4)")
            .bind(seq)
            .bind(&capture.headers.key_id)
            .bind(&capture.headers.bytes)
            .bind(keep.then_some(&capture.body))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn count_delivery(&mut self, capture: &Capture) -> Result<(), StoreError> {
        let endpoint = capture.endpoint.to_string();
        let at = capture.received_at.millis();
        sqlx::query(
            "INSERT INTO endpoint_stats (endpoint_id, deliveries, last_delivery_at, last_verified_at) VALUES ($1, 1, $2, $3)
             ON CONFLICT (endpoint_id) DO UPDATE SET deliveries = deliveries + 1,
               last_delivery_at = MAX(COALESCE(last_delivery_at, 0), excluded.last_delivery_at),
               last_verified_at = NULLIF(MAX(COALESCE(last_verified_at, 0), COALESCE(excluded.last_verified_at, 0)), 0)",
        )
        .bind(&endpoint)
        .bind(at)
        .bind(capture.verdict.is_good().then_some(at))
        .execute(&mut self.conn)
        .await?;
        if capture.verdict != Verdict::Failed {
            return Ok(());
        }
        let hour = at.div_euclid(HOUR_MS);
        sqlx::query(
            "INSERT INTO endpoint_failures (endpoint_id, hour, failures) VALUES ($1, $2, 1)
             ON CONFLICT (endpoint_id, hour) DO UPDATE SET failures = failures + 1",
        )
        .bind(&endpoint)
        .bind(hour)
        .execute(&mut self.conn)
        .await?;
        sqlx::query("DELETE FROM endpoint_failures WHERE endpoint_id = $1 AND hour < $2")
            .bind(&endpoint)
            .bind(hour - 48)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Notes that a secret matched, to the minute.
    async fn touch_secret_of(&mut self, capture: &Capture) -> Result<(), StoreError> {
        let Some((name, slot)) = capture.secret else { return Ok(()) };
        sqlx::query(
            "UPDATE endpoint_secrets SET last_used_at = $4
             WHERE endpoint_id = $1 AND name = $2 AND slot = $3 AND COALESCE(last_used_at, 0) < $4 - 60000",
        )
        .bind(capture.endpoint.to_string())
        .bind(name.as_str())
        .bind(slot.as_str())
        .bind(capture.received_at.millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}
