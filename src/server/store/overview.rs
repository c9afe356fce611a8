//! What the first page counts. Bounded: the last day, or the newest deliveries of each endpoint.

use super::Store;
use super::error::StoreError;
use super::row;
use crate::tracking::overview::{Pulse, Rhythm};
use crate::tracking::status::Status;
use crate::tracking::time::Timestamp;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::HashMap;

/// Deliveries of an endpoint that its rhythm is read from.
const NEWEST: i64 = 1_000;
const HOUR_MS: i64 = 3_600_000;

#[derive(sqlx::FromRow)]
struct EndpointRow {
    id: String,
    carrier: String,
    label: String,
    state: String,
    last_verified_at: Option<i64>,
}

impl Store {
    /// Every endpoint with its last 24 hours and its rhythm, oldest endpoint first.
    pub async fn pulses(&self, now: Timestamp) -> Result<Vec<Pulse>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<EndpointRow> = sqlx::query_as(
            "SELECT e.id, e.carrier, e.label, e.state, s.last_verified_at FROM endpoints e
             LEFT JOIN endpoint_stats s ON s.endpoint_id = e.id WHERE e.deleted_at IS NULL ORDER BY e.created_at, e.id LIMIT 200",
        )
        .fetch_all(&mut *conn)
        .await?;
        // The hour that runs is the last of 24.
        let first = now.millis() / HOUR_MS - 23;
        let taken: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT endpoint_id, received_at / 3600000, COUNT(*) FROM deliveries
             WHERE received_at >= $1 AND is_test = 0 AND outcome <> 'rejected' GROUP BY 1, 2",
        )
        .bind(first * HOUR_MS)
        .fetch_all(&mut *conn)
        .await?;
        let refused: Vec<(String, i64, i64)> =
            sqlx::query_as("SELECT endpoint_id, hour, failures FROM endpoint_failures WHERE hour >= $1")
                .bind(first)
                .fetch_all(&mut *conn)
                .await?;
        let mut hours: HashMap<String, Vec<(u32, u32)>> = HashMap::new();
        let mut add = |rows: Vec<(String, i64, i64)>, is_refused: bool| {
            for (endpoint, hour, n) in rows {
                let all = hours.entry(endpoint).or_insert_with(|| vec![(0, 0); 24]);
                let slot = usize::try_from(hour - first).ok().and_then(|at| all.get_mut(at));
                if let Some(slot) = slot {
                    let part = if is_refused { &mut slot.1 } else { &mut slot.0 };
                    *part = part.saturating_add(row::small(n));
                }
            }
        };
        add(taken, false);
        add(refused, true);
        let mut pulses = Vec::with_capacity(rows.len());
        for endpoint in rows {
            let rhythm = rhythm(&mut conn, &endpoint.id).await?;
            let last_verified_at = row::time_opt(endpoint.last_verified_at);
            pulses.push(Pulse {
                endpoint: row::id(&endpoint.id)?,
                carrier: row::word(&endpoint.carrier)?,
                state: row::word(&endpoint.state)?,
                last_verified_at,
                hours: hours.remove(&endpoint.id).unwrap_or_else(|| vec![(0, 0); 24]),
                rhythm,
                unusual: last_verified_at.is_some_and(|last| rhythm.is_unusual(last, now)),
                label: endpoint.label,
            });
        }
        Ok(pulses)
    }

    /// Parcels delivered between two instants, tests and withdrawn pieces excluded.
    pub async fn count_delivered(&self, from: Timestamp, to: Timestamp) -> Result<u64, StoreError> {
        self.count_parcels("delivered_at", from, to).await
    }

    /// Parcels first heard of between two instants, tests and withdrawn pieces excluded.
    pub async fn count_new(&self, from: Timestamp, to: Timestamp) -> Result<u64, StoreError> {
        self.count_parcels("created_at", from, to).await
    }

    async fn count_parcels(&self, column: &'static str, from: Timestamp, to: Timestamp) -> Result<u64, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT COUNT(*) FROM parcels WHERE is_test = 0 AND ");
        query.push(column).push(" >= ").push_bind(from.millis());
        query.push(" AND ").push(column).push(" < ").push_bind(to.millis());
        query.push(" AND flags NOT LIKE '%\"withdrawn\"%'");
        let mut conn = self.read().await?;
        let n: i64 = query.build_query_scalar().fetch_one(&mut *conn).await?;
        Ok(row::count(n))
    }

    /// How many events with each status happened between two instants; tests, voided and retracted ones are not counted.
    pub async fn count_events(&self, from: Timestamp, to: Timestamp) -> Result<Vec<(Status, u32)>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT status, COUNT(*) FROM events INDEXED BY events_by_time
             WHERE effective_at >= $1 AND effective_at < $2 AND is_test = 0 AND status IS NOT NULL
               AND voided_at IS NULL AND retracted_at IS NULL GROUP BY status",
        )
        .bind(from.millis())
        .bind(to.millis())
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter().map(|(status, n)| Ok((row::word(&status)?, row::small(n)))).collect()
    }

    /// When the first parcel was heard of, tests excluded.
    pub async fn first_parcel_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut conn = self.read().await?;
        let first: Option<i64> =
            sqlx::query_scalar("SELECT MIN(created_at) FROM parcels WHERE is_test = 0").fetch_one(&mut *conn).await?;
        Ok(row::time_opt(first))
    }

    /// Failed proofs since an instant, to the hour it lies in; tests excluded.
    pub async fn count_failures(&self, from: Timestamp) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let n: i64 = sqlx::query_scalar("SELECT COALESCE(SUM(failures), 0) FROM endpoint_failures WHERE hour >= $1")
            .bind(from.millis() / HOUR_MS)
            .fetch_one(&mut *conn)
            .await?;
        Ok(row::count(n))
    }

    /// Whether anything ever came, tests included.
    pub async fn any_delivery(&self) -> Result<bool, StoreError> {
        let mut conn = self.read().await?;
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM deliveries)").fetch_one(&mut *conn).await?)
    }

    /// How many notes name no number.
    pub async fn count_unassigned_notes(&self) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let n: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM events WHERE shipment_id IS NULL").fetch_one(&mut *conn).await?;
        Ok(row::count(n))
    }
}

async fn rhythm(conn: &mut sqlx::SqliteConnection, endpoint: &str) -> Result<Rhythm, StoreError> {
    let (deliveries, spanned, longest): (i64, Option<i64>, Option<i64>) = sqlx::query_as(
        "SELECT COUNT(*), MAX(at) - MIN(at), MAX(gap) FROM (
           SELECT at, at - LAG(at) OVER (ORDER BY seq) AS gap FROM (
             SELECT seq, received_at AS at FROM deliveries
             WHERE endpoint_id = $1 AND is_test = 0 AND verdict IN ('verified', 'authenticated')
             ORDER BY seq DESC LIMIT $2))",
    )
    .bind(endpoint)
    .bind(NEWEST)
    .fetch_one(conn)
    .await?;
    Ok(Rhythm {
        deliveries: row::small(deliveries),
        spanned_s: spanned.unwrap_or_default() / 1000,
        longest_gap_s: longest.unwrap_or_default() / 1000,
    })
}
