//! What has had its time, and what somebody asked to erase: found by readers, removed by the writer in small slices.
//!
//! A body goes and its delivery stays, with its hash, its verdict and everything that was derived from it. What goes is
//! overwritten in the file (`secure_delete`); copies made earlier still hold it.

use super::Store;
use super::error::StoreError;
use super::row;
use super::writer::Tx;
use crate::tracking::event::Recipient;
use crate::tracking::retention::{Due, Erased, KeptKind, Revealed};
use crate::tracking::time::Timestamp;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Rows of one slice, at most.
const SLICE: i64 = 50;
/// How long a slice takes, at most: other writes wait meanwhile.
const PATIENCE: Duration = Duration::from_millis(12);

/// What was removed by a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// How many rows.
    pub removed: u64,
    /// There may be more.
    pub left: bool,
}

impl Store {
    /// How much of a kind came before `ends`, and when the oldest of it came.
    pub async fn count_outlived(&self, kind: KeptKind, ends: Option<Timestamp>) -> Result<Due, StoreError> {
        let ends = ends.map_or(i64::MIN, Timestamp::millis);
        let (count, oldest) = match kind {
            KeptKind::Bodies => {
                let seqs = self.due_bodies(ends, i64::MAX).await?;
                let oldest = "SELECT d.received_at FROM delivery_bodies b JOIN deliveries d ON d.seq = b.seq
                     WHERE b.body IS NOT NULL ORDER BY b.seq LIMIT 1";
                (seqs.len() as u64, self.time_of(oldest).await?)
            }
            KeptKind::Refused => {
                let count = "SELECT COUNT(*) FROM deliveries WHERE outcome = 'rejected' AND last_seen_at <= $1";
                let oldest = "SELECT MIN(last_seen_at) FROM deliveries WHERE outcome = 'rejected'";
                (self.outlived(count, ends).await?, self.time_of(oldest).await?)
            }
            KeptKind::People => {
                let recipients = "SELECT COUNT(*) FROM recipients WHERE received_at <= $1";
                let signers = "SELECT COUNT(*) FROM events
                     WHERE instr(content, '\"received_by\":\"') > 0 AND last_received_at <= $1";
                let count = self.outlived(recipients, ends).await? + self.outlived(signers, ends).await?;
                let oldest = "SELECT MIN(at) FROM (SELECT MIN(received_at) AS at FROM recipients UNION ALL
                     SELECT MIN(last_received_at) FROM events WHERE instr(content, '\"received_by\":\"') > 0)";
                (count, self.time_of(oldest).await?)
            }
        };
        Ok(Due { kind, count, oldest })
    }

    async fn outlived(&self, sql: &'static str, ends: i64) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let count: i64 = sqlx::query_scalar(sql).bind(ends).fetch_one(&mut *conn).await?;
        Ok(row::count(count))
    }

    async fn time_of(&self, sql: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let mut conn = self.read().await?;
        let at: Option<Option<i64>> = sqlx::query_scalar(sql).fetch_optional(&mut *conn).await?;
        Ok(row::time_opt(at.flatten()))
    }

    /// The bodies that came before `ends`, oldest first. Deliveries were given their numbers in the order of receipt.
    async fn due_bodies(&self, ends: i64, most: i64) -> Result<Vec<i64>, StoreError> {
        let mut conn = self.read().await?;
        let seqs = sqlx::query_scalar(
            "SELECT b.seq FROM delivery_bodies b JOIN deliveries d ON d.seq = b.seq
             WHERE b.body IS NOT NULL AND b.seq <= (
                 SELECT seq FROM deliveries WHERE received_at <= $1 ORDER BY received_at DESC, seq DESC LIMIT 1)
               AND d.received_at <= $1 AND d.outcome IN ('applied', 'partial', 'duplicate', 'ignored', 'unreadable')
             ORDER BY b.seq LIMIT $2",
        );
        Ok(seqs.bind(ends).bind(most).fetch_all(&mut *conn).await?)
    }

    /// Removes a slice of what came before `ends`.
    pub async fn purge_slice(&self, kind: KeptKind, ends: Timestamp) -> Result<[Slice; 2], StoreError> {
        let none = Slice { removed: 0, left: false };
        let ends = ends.millis();
        Ok(match kind {
            KeptKind::Bodies => {
                let seqs = self.due_bodies(ends, SLICE).await?;
                if seqs.is_empty() { [none, none] } else { [self.drop_bodies(seqs).await?, none] }
            }
            KeptKind::Refused => [self.drop_refused(ends).await?, none],
            KeptKind::People => [
                self.write(move |tx| Box::pin(async move { tx.purge_recipients(Timestamp::from_millis(ends)).await }))
                    .await
                    .map(slice)?,
                self.drop_signers(ends).await?,
            ],
        })
    }

    /// Removes the bodies of these deliveries, as many as there is time for.
    async fn drop_bodies(&self, seqs: Vec<i64>) -> Result<Slice, StoreError> {
        let all = seqs.len() as u64;
        let removed = self.write(move |tx| {
            Box::pin(async move {
                let begun = Instant::now();
                tx.securely(true).await?;
                let mut removed = 0;
                for seq in seqs {
                    sqlx::query("UPDATE delivery_bodies SET body = NULL WHERE seq = $1")
                        .bind(seq)
                        .execute(&mut tx.conn)
                        .await?;
                    removed += 1;
                    if begun.elapsed() >= PATIENCE {
                        break;
                    }
                }
                tx.securely(false).await?;
                Ok(removed)
            })
        });
        let removed = removed.await?;
        Ok(Slice { removed, left: removed < all || all >= SLICE.unsigned_abs() })
    }

    async fn drop_refused(&self, ends: i64) -> Result<Slice, StoreError> {
        let removed = self.write(move |tx| {
            Box::pin(async move {
                tx.securely(true).await?;
                let done = sqlx::query(
                    "DELETE FROM deliveries WHERE seq IN (
                       SELECT seq FROM deliveries WHERE outcome = 'rejected' AND last_seen_at <= $1 ORDER BY seq LIMIT 10)",
                )
                .bind(ends)
                .execute(&mut tx.conn)
                .await?;
                tx.securely(false).await?;
                Ok(done.rows_affected())
            })
        });
        let removed = removed.await?;
        Ok(Slice { removed, left: removed >= 10 })
    }

    async fn drop_signers(&self, ends: i64) -> Result<Slice, StoreError> {
        let mut conn = self.read().await?;
        let events: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM events WHERE instr(content, '\"received_by\":\"') > 0 AND last_received_at <= $1
             ORDER BY last_received_at LIMIT 20",
        )
        .bind(ends)
        .fetch_all(&mut *conn)
        .await?;
        drop(conn);
        if events.is_empty() {
            return Ok(Slice { removed: 0, left: false });
        }
        let removed = events.len() as u64;
        self.write(move |tx| Box::pin(async move { tx.unname(&row::to_json(&events)?).await })).await?;
        Ok(Slice { removed, left: removed >= 20 })
    }

    /// The personal data of a parcel's number, in full. `None` where there is no such parcel.
    pub async fn reveal(&self, parcel: Uuid) -> Result<Option<Revealed>, StoreError> {
        let Some((shipment, _)) = self.shipment_of(parcel).await? else { return Ok(None) };
        let shipment = shipment.to_string();
        let mut conn = self.read().await?;
        let recipient = super::parcels::recipient_of(&mut conn, &shipment).await?;
        let signers: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT p.value ->> '$.received_by' FROM events e, json_each(e.content, '$.proofs') p
             WHERE e.shipment_id = $1 AND instr(e.content, '\"received_by\":\"') > 0
               AND p.value ->> '$.received_by' IS NOT NULL ORDER BY e.received_at DESC LIMIT 50",
        )
        .bind(&shipment)
        .fetch_all(&mut *conn)
        .await?;
        Ok(Some(Revealed { recipient: recipient.unwrap_or_else(Recipient::default), signers }))
    }

    /// Removes what is known of the people behind a parcel's number: its recipients with what is searched of them, the
    /// names of those who signed, and every raw body that brought one of its events or holds its number and waits for
    /// nothing. `None` where there is no such parcel.
    pub async fn erase(&self, parcel: Uuid) -> Result<Option<Erased>, StoreError> {
        let Some((shipment, _)) = self.shipment_of(parcel).await? else { return Ok(None) };
        let shipment = shipment.to_string();
        let mut seqs = self.bodies_about(&shipment).await?;
        let mut erased = self.write(move |tx| Box::pin(async move { tx.erase_people(&shipment).await })).await?;
        while !seqs.is_empty() {
            let slice = self.drop_bodies(seqs.iter().copied().take(20).collect()).await?;
            erased.bodies += slice.removed;
            seqs.drain(..usize::try_from(slice.removed).unwrap_or(seqs.len()).clamp(1, seqs.len()));
        }
        Ok(Some(erased))
    }

    async fn bodies_about(&self, shipment: &str) -> Result<Vec<i64>, StoreError> {
        let mut conn = self.read().await?;
        let seqs = sqlx::query_scalar(
            "WITH carried (id) AS (
               SELECT l.delivery_id FROM events e JOIN event_deliveries l ON l.event_id = e.id WHERE e.shipment_id = $1
               UNION SELECT delivery_id FROM listings WHERE shipment_id = $1)
             SELECT b.seq FROM delivery_bodies b JOIN deliveries d ON d.seq = b.seq
             WHERE b.body IS NOT NULL AND (d.id IN (SELECT id FROM carried) OR d.duplicate_of IN (SELECT id FROM carried))
             UNION SELECT b.seq FROM shipments s
               JOIN deliveries d ON d.endpoint_id = s.endpoint_id
                 AND d.outcome IN ('rejected', 'observed', 'quarantined', 'unreadable', 'ignored', 'duplicate')
               JOIN delivery_bodies b ON b.seq = d.seq
             WHERE s.id = $1 AND b.body IS NOT NULL AND instr(b.body, CAST(s.number AS BLOB)) > 0",
        );
        Ok(seqs.bind(shipment).fetch_all(&mut *conn).await?)
    }
}

fn slice(removed: u64) -> Slice {
    Slice { removed, left: removed >= SLICE.unsigned_abs() }
}

impl Tx {
    /// Whether what is removed from now on is overwritten in the file.
    async fn securely(&mut self, on: bool) -> Result<(), StoreError> {
        let sql = if on { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = OFF" };
        sqlx::query(sql).fetch_all(&mut self.conn).await?;
        Ok(())
    }

    /// Drops some of the recipients whose newest delivery came no later than this. Returns how many.
    pub async fn purge_recipients(&mut self, ends: Timestamp) -> Result<u64, StoreError> {
        self.securely(true).await?;
        let done = sqlx::query(
            "DELETE FROM recipients WHERE (shipment_id, digest) IN (
               SELECT shipment_id, digest FROM recipients WHERE received_at <= $1 ORDER BY received_at LIMIT $2)",
        )
        .bind(ends.millis())
        .bind(SLICE)
        .execute(&mut self.conn)
        .await?;
        self.securely(false).await?;
        Ok(done.rows_affected())
    }

    /// Takes the names of those who signed out of these events (a JSON array of ids) and has their numbers folded again.
    async fn unname(&mut self, events: &str) -> Result<(), StoreError> {
        self.securely(true).await?;
        for sql in [
            "UPDATE events SET content = json_set(content, '$.proofs', json((
                 SELECT json_group_array(json_set(value, '$.received_by', NULL)) FROM json_each(content, '$.proofs'))))
               WHERE id IN (SELECT value FROM json_each($1))",
            "UPDATE event_revisions SET content = json_set(content, '$.proofs', json((
                 SELECT json_group_array(json_set(value, '$.received_by', NULL)) FROM json_each(content, '$.proofs'))))
               WHERE event_id IN (SELECT value FROM json_each($1))",
            // The fold writes them again, without the names.
            "UPDATE parcels SET proofs = '[]', digest = '' WHERE instr(proofs, '\"received_by\":\"') > 0
               AND shipment_id IN (SELECT shipment_id FROM events WHERE id IN (SELECT value FROM json_each($1)))",
            "UPDATE shipments SET derivation_version = 0
               WHERE id IN (SELECT shipment_id FROM events WHERE id IN (SELECT value FROM json_each($1)))",
        ] {
            sqlx::query(sql).bind(events).execute(&mut self.conn).await?;
        }
        self.securely(false).await
    }

    async fn erase_people(&mut self, shipment: &str) -> Result<Erased, StoreError> {
        let events: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM events WHERE shipment_id = $1 AND instr(content, '\"received_by\":\"') > 0",
        )
        .bind(shipment)
        .fetch_all(&mut self.conn)
        .await?;
        if !events.is_empty() {
            self.unname(&row::to_json(&events)?).await?;
        }
        self.securely(true).await?;
        let done =
            sqlx::query("DELETE FROM recipients WHERE shipment_id = $1").bind(shipment).execute(&mut self.conn).await?;
        self.securely(false).await?;
        Ok(Erased { recipients: done.rows_affected(), signers: events.len() as u64, bodies: 0 })
    }
}
