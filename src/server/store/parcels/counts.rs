//! How many parcels stand in each view of the list, by index alone.

use crate::server::store::error::StoreError;
use crate::server::store::{Store, row};
use crate::tracking::status::Status;
use crate::tracking::time::Timestamp;

/// What stands still, by account and status: the thresholds are each endpoint's. `?1` is now, `?2` the test mark.
const STALLED: &str = "WITH still(status) AS (VALUES ('info_received'), ('in_transit'), ('out_for_delivery'),
    ('failed_attempt'), ('available_for_pickup'), ('exception'), ('returning'))
  SELECT q.status = 'available_for_pickup' AND q.action_required = 0 AS asks, COUNT(*)
  FROM endpoints t CROSS JOIN still CROSS JOIN parcels q
  WHERE q.endpoint_id = t.id AND q.is_test = ?2 AND q.withdrawn = 0 AND q.status = still.status
    AND q.standing_since <= ?1 - CASE still.status
      WHEN 'available_for_pickup' THEN NULLIF(json_extract(t.settings, '$.hold_hours'), 0) * 36000
        * COALESCE(json_extract(t.settings, '$.stall.available_for_pickup.watch_percent'), 50)
      ELSE 3600000 * COALESCE(json_extract(t.settings, '$.stall.' || still.status || '.watch_hours'),
        CASE still.status WHEN 'info_received' THEN 24 WHEN 'in_transit' THEN 48 WHEN 'out_for_delivery' THEN 12
          WHEN 'failed_attempt' THEN 24 WHEN 'exception' THEN 8 ELSE 168 END) END
  GROUP BY asks";

/// How many parcels need something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NeedCounts {
    /// A person should act.
    pub attention: u64,
    /// Standing still.
    pub stalled: u64,
}

impl Store {
    /// How many parcels have each status; withdrawn pieces are not counted.
    pub async fn status_counts(&self, test: bool) -> Result<Vec<(Status, u64)>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT status, COUNT(*) FROM parcels WHERE is_test = $1 AND withdrawn = 0 GROUP BY status")
                .bind(test)
                .fetch_all(&mut *conn)
                .await?;
        rows.into_iter().map(|(status, n)| Ok((row::word(&status)?, row::count(n)))).collect()
    }

    /// How many parcels ask for a person or stand still; what waits for too long to be collected asks for one.
    pub async fn need_counts(&self, test: bool, now: Timestamp) -> Result<NeedCounts, StoreError> {
        let mut conn = self.read().await?;
        let asking: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM parcels WHERE is_test = $1 AND withdrawn = 0 AND action_required = 1",
        )
        .bind(test)
        .fetch_one(&mut *conn)
        .await?;
        let still: Vec<(bool, i64)> =
            sqlx::query_as(STALLED).bind(now.millis()).bind(test).fetch_all(&mut *conn).await?;
        let of = |asks: Option<bool>| -> u64 {
            still.iter().filter(|(a, _)| asks.is_none_or(|asks| *a == asks)).map(|(_, n)| row::count(*n)).sum()
        };
        Ok(NeedCounts { attention: row::count(asking) + of(Some(true)), stalled: of(None) })
    }
}
