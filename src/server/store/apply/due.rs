//! Which deliveries apply takes, and what it says became of them.

use super::{Admitted, RawDelivery};
use crate::server::secrets::Sealed;
use crate::server::store::endpoints::{self, StoredEndpoint};
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::delivery::{Covers, Diagnosis, FailureReason, Outcome, SecretSlot, Verdict, Warning};
use crate::tracking::endpoint::SecretName;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Bodies taken at once, in bytes; one larger body is taken alone.
const BATCH_BYTES: i64 = 8 * 1024 * 1024;

#[derive(sqlx::FromRow)]
struct DueRow {
    seq: i64,
    id: String,
    endpoint_id: String,
    received_at: i64,
    is_test: bool,
    remote_addr: String,
    verdict: String,
    outcome: String,
    tries: i64,
    headers_key_id: String,
    headers: Vec<u8>,
    body: Option<Vec<u8>>,
}

/// A verdict that was found by checking the proof again.
pub struct NewVerdict {
    /// What the proof was worth.
    pub verdict: Verdict,
    /// Why it failed.
    pub reason: Option<FailureReason>,
    /// Which proof was asked.
    pub scheme: String,
    /// What it protects.
    pub covers: Covers,
    /// Which secret matched.
    pub secret: Option<(SecretName, SecretSlot)>,
    /// Worth knowing.
    pub warnings: Vec<Warning>,
    /// Why it failed, in words.
    pub diagnosis: Option<Diagnosis>,
    /// What makes it the same message when it comes again.
    pub message_key: Option<String>,
    /// The carrier's attempt counter.
    pub attempt: Option<u32>,
}

async fn read(conn: &mut SqliteConnection, ids: &[String]) -> Result<Vec<DueRow>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT d.seq, d.id, d.endpoint_id, d.received_at, d.is_test, d.remote_addr, d.verdict, d.outcome, d.tries,
           b.headers_key_id, b.headers,
           COALESCE(b.body, (SELECT fb.body FROM deliveries f JOIN delivery_bodies fb ON fb.seq = f.seq
                             WHERE f.id = d.duplicate_of AND f.body_sha256 = d.body_sha256)) AS body
         FROM deliveries d JOIN delivery_bodies b ON b.seq = d.seq
         WHERE d.id IN (SELECT value FROM json_each($1)) ORDER BY d.seq",
    )
    .bind(row::to_json(ids)?)
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

impl Tx {
    /// Deliveries that are stored and not applied yet, in the order of capture; at most `limit` and a few MiB. Those
    /// begun `most_tries` times come last, each alone.
    pub async fn due_deliveries(&mut self, limit: u32, most_tries: u32) -> Result<Vec<Admitted>, StoreError> {
        let mut due: Vec<(String, i64)> = sqlx::query_as(
            "SELECT id, size FROM deliveries WHERE outcome = 'received' AND tries < $2 ORDER BY seq LIMIT $1",
        )
        .bind(limit.clamp(1, 500))
        .bind(most_tries)
        .fetch_all(&mut self.conn)
        .await?;
        if due.is_empty() {
            due = sqlx::query_as("SELECT id, size FROM deliveries WHERE outcome = 'received' ORDER BY seq LIMIT 1")
                .fetch_all(&mut self.conn)
                .await?;
        }
        let mut room = BATCH_BYTES;
        let mut ids = Vec::with_capacity(due.len());
        for (id, size) in due {
            if !ids.is_empty() && size > room {
                break;
            }
            room -= size;
            ids.push(id);
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = read(&mut self.conn, &ids).await?;
        self.admit(rows).await
    }

    /// A delivery to be applied again: any that was admitted once or observed; never a refused one (that is checked
    /// again first), nor one whose body is gone.
    pub async fn delivery_for_replay(&mut self, id: Uuid) -> Result<Option<Admitted>, StoreError> {
        let mut rows = read(&mut self.conn, &[id.to_string()]).await?;
        rows.retain(|row| row.outcome != Outcome::Rejected.as_str());
        Ok(self.admit(rows).await?.pop())
    }

    /// A delivery as it was received, for checking its proof again; `None` where its body is gone.
    pub async fn raw_delivery(&mut self, id: Uuid) -> Result<Option<RawDelivery>, StoreError> {
        let Some(row) = read(&mut self.conn, &[id.to_string()]).await?.pop() else { return Ok(None) };
        let Some(body) = row.body else { return Ok(None) };
        let endpoint = self.endpoint_of(&row.endpoint_id).await?;
        Ok(Some(RawDelivery {
            id,
            endpoint,
            body,
            headers: Sealed { key_id: row.headers_key_id, bytes: row.headers },
            received_at: row::time(row.received_at),
            remote_addr: row.remote_addr,
            is_test: row.is_test,
            verdict: row::word(&row.verdict)?,
            outcome: row::word(&row.outcome)?,
        }))
    }

    /// The first delivery of the message that this one repeats; `None` where it repeats none.
    pub async fn first_of_message(&mut self, id: Uuid) -> Result<Option<Uuid>, StoreError> {
        let first: Option<String> =
            sqlx::query_scalar("SELECT duplicate_of FROM deliveries WHERE id = $1 AND duplicate_of IS NOT NULL")
                .bind(id.to_string())
                .fetch_optional(&mut self.conn)
                .await?;
        row::id_opt(first.as_deref())
    }

    /// Whether there is such a delivery, with or without its body.
    pub async fn delivery_exists(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM deliveries WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&mut self.conn)
            .await?;
        Ok(found.is_some())
    }

    /// An endpoint that something belongs to, deleted or not.
    pub async fn owner(&mut self, endpoint: Uuid) -> Result<StoredEndpoint, StoreError> {
        self.endpoint_of(&endpoint.to_string()).await
    }

    async fn endpoint_of(&mut self, id: &str) -> Result<StoredEndpoint, StoreError> {
        let found = endpoints::find(&mut self.conn, row::id(id)?).await?;
        found.ok_or_else(|| StoreError::Inconsistent(format!("a delivery of no endpoint {id}")))
    }

    async fn admit(&mut self, rows: Vec<DueRow>) -> Result<Vec<Admitted>, StoreError> {
        let mut known: HashMap<String, Arc<StoredEndpoint>> = HashMap::new();
        let mut admitted = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(body) = row.body else { continue };
            let endpoint = if let Some(endpoint) = known.get(&row.endpoint_id) {
                endpoint.clone()
            } else {
                let endpoint = Arc::new(self.endpoint_of(&row.endpoint_id).await?);
                known.insert(row.endpoint_id.clone(), endpoint.clone());
                endpoint
            };
            admitted.push(Admitted {
                id: row::id(&row.id)?,
                seq: row.seq,
                endpoint,
                body,
                received_at: row::time(row.received_at),
                is_test: row.is_test,
                verdict: row::word(&row.verdict)?,
                outcome: row::word(&row.outcome)?,
                tries: row::small(row.tries),
            });
        }
        Ok(admitted)
    }

    /// Counts that applying a delivery is begun. Commit it before beginning: a delivery that stops the process is then
    /// known by its tries.
    pub async fn bump_tries(&mut self, ids: &[Uuid]) -> Result<(), StoreError> {
        sqlx::query("UPDATE deliveries SET tries = tries + 1 WHERE id IN (SELECT value FROM json_each($1))")
            .bind(row::id_set(ids))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Says what became of a delivery. One that was applied without a good verdict counts as released: an operator
    /// asked for it, and a rebuild applies it again.
    pub async fn finish_delivery(
        &mut self,
        id: Uuid,
        outcome: Outcome,
        detail: Option<&str>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE deliveries SET outcome = $2, outcome_detail = $3, tries = 0,
               released = released OR (verdict NOT IN ('verified', 'authenticated')
                 AND $2 IN ('applied', 'partial', 'ignored', 'quarantined', 'unreadable'))
             WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(outcome.as_str())
        .bind(detail)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Makes what an endpoint held due. Returns how many.
    pub async fn release_held(&mut self, endpoint: Uuid) -> Result<u64, StoreError> {
        let done =
            sqlx::query("UPDATE deliveries SET outcome = 'received' WHERE endpoint_id = $1 AND outcome = 'held'")
                .bind(endpoint.to_string())
                .execute(&mut self.conn)
                .await?;
        Ok(done.rows_affected())
    }

    /// Makes a delivery due whatever its verdict: an operator said so. Refused ones stay refused.
    pub async fn release_delivery(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE deliveries SET released = 1, outcome = 'received', tries = 0 WHERE id = $1 AND outcome <> 'rejected'",
        )
        .bind(id.to_string())
        .execute(&mut self.conn)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Records what checking the proof again found, and what becomes of the delivery. A good one claims its message
    /// key, unless another delivery has it: then it is a duplicate of that one. Returns the outcome it has now.
    pub async fn record_verdict(
        &mut self,
        id: Uuid,
        found: &NewVerdict,
        outcome: Outcome,
    ) -> Result<Outcome, StoreError> {
        let first: Option<String> = sqlx::query_scalar(
            "SELECT f.id FROM deliveries d JOIN deliveries f
               ON f.endpoint_id = d.endpoint_id AND f.is_test = d.is_test AND f.message_key = $2 AND f.claimed = 1
             WHERE d.id = $1 AND f.id <> d.id",
        )
        .bind(id.to_string())
        .bind(&found.message_key)
        .fetch_optional(&mut self.conn)
        .await?;
        let good = found.verdict.is_good();
        let first = first.filter(|_| good);
        let outcome = if first.is_some() { Outcome::Duplicate } else { outcome };
        let claims = good && first.is_none() && found.message_key.is_some() && outcome != Outcome::Observed;
        sqlx::query(
            "UPDATE deliveries SET verdict = $2, reason = $3, scheme = $4, covers = $5, secret_name = $6, secret_slot = $7,
               warnings = $8, diagnosis = $9, message_key = $10, attempt = $11, claimed = $12, outcome = $13,
               duplicate_of = $14, released = CASE WHEN $15 THEN 0 ELSE released END
             WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(found.verdict.as_str())
        .bind(found.reason.map(FailureReason::as_str))
        .bind(&found.scheme)
        .bind(found.covers.as_str())
        .bind(found.secret.map(|(name, _)| name.as_str()))
        .bind(found.secret.map(|(_, slot)| slot.as_str()))
        .bind(row::to_json(&found.warnings)?)
        .bind(found.diagnosis.as_ref().map(row::to_json).transpose()?)
        .bind(&found.message_key)
        .bind(found.attempt)
        .bind(claims)
        .bind(outcome.as_str())
        .bind(first)
        .bind(good)
        .execute(&mut self.conn)
        .await?;
        Ok(outcome)
    }
}
