//! Forgetting everything that can be derived again.
//!
//! What is kept: deliveries, acts, mapping versions, registered numbers and tags; and what came with a delivery whose
//! body retention or erasure took, because nothing can derive it again.

use crate::server::store::error::StoreError;
use crate::server::store::writer::Tx;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// In this order: what points at something goes before it. A duplicate's body is that of its first delivery.
const FORGET: [&str; 7] = [
    "INSERT OR IGNORE INTO states_before_rebuild (parcel_id, digest, updated_at)
       SELECT id, digest, updated_at FROM parcels",
    "DELETE FROM parcels",
    "DELETE FROM listings WHERE delivery_id IN
       (SELECT d.id FROM deliveries d JOIN delivery_bodies b ON b.seq = d.seq WHERE b.body IS NOT NULL)",
    "DELETE FROM events WHERE operator IS NOT NULL
       OR (EXISTS (SELECT 1 FROM event_deliveries l WHERE l.event_id = events.id)
         AND NOT EXISTS (SELECT 1 FROM event_deliveries l
           LEFT JOIN deliveries d ON d.id = l.delivery_id
           LEFT JOIN delivery_bodies b ON b.seq = d.seq
           LEFT JOIN deliveries f ON f.id = d.duplicate_of
           LEFT JOIN delivery_bodies fb ON fb.seq = f.seq
           WHERE l.event_id = events.id AND b.body IS NULL AND fb.body IS NULL))",
    "DELETE FROM event_keys WHERE event_id NOT IN (SELECT id FROM events)",
    // A number that lost its events to a move stays known since its first one.
    "DELETE FROM shipments WHERE registered_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM events e WHERE e.shipment_id = shipments.id)
       AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.shipment_id = shipments.id)
       AND id NOT IN (SELECT s.id FROM operator_acts a
         JOIN shipments s ON s.endpoint_id = a.endpoint_id AND s.is_test = a.is_test
           AND s.number IN (a.payload ->> 'from', a.payload ->> 'to')
         WHERE a.act IN ('move', 'attach'))",
    "UPDATE shipments SET derivation_version = 0",
];

impl Tx {
    /// Drops everything that can be derived again, makes its deliveries due, and makes the events of operators' acts
    /// anew. Parcels that end as they were keep the time of their last change. Long for one job: only the offline
    /// `rebuild` does this. Returns how many deliveries are due. What was quarantined waits for its replay as before.
    pub async fn forget_derived(&mut self) -> Result<u64, StoreError> {
        for sql in FORGET {
            sqlx::query(sql).execute(&mut self.conn).await?;
        }
        self.say_again().await?;
        let due = sqlx::query(
            "UPDATE deliveries SET outcome = 'received', outcome_detail = NULL, tries = 0
             WHERE outcome IN ('applied', 'partial', 'ignored', 'unreadable')
               AND seq IN (SELECT seq FROM delivery_bodies WHERE body IS NOT NULL)",
        )
        .execute(&mut self.conn)
        .await?;
        Ok(due.rows_affected())
    }

    /// Forgets when parcels changed before a rebuild that is over.
    pub async fn end_rebuild(&mut self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM states_before_rebuild").execute(&mut self.conn).await?;
        Ok(())
    }

    /// When a parcel came to this state: now, unless a rebuild ends where it began.
    pub(super) async fn changed_at(
        &mut self,
        parcel: Uuid,
        digest: &str,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let before: Option<i64> =
            sqlx::query_scalar("SELECT updated_at FROM states_before_rebuild WHERE parcel_id = $1 AND digest = $2")
                .bind(parcel.to_string())
                .bind(digest)
                .fetch_optional(&mut self.conn)
                .await?;
        Ok(before.map_or(now, Timestamp::from_millis))
    }
}
