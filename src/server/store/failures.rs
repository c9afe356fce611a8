//! Failed proofs by endpoint and reason: why signatures fail, and since when.

use super::Store;
use super::error::StoreError;
use super::row;
use crate::tracking::delivery::{Diagnosis, FailureGroup};

#[derive(sqlx::FromRow)]
struct GroupRow {
    endpoint_id: String,
    label: String,
    carrier: String,
    reason: String,
    count: i64,
    first_at: i64,
    last_at: i64,
    newest: String,
    diagnosis: Option<String>,
}

impl TryFrom<GroupRow> for FailureGroup {
    type Error = StoreError;
    fn try_from(row: GroupRow) -> Result<Self, StoreError> {
        let diagnosis: Option<Diagnosis> = row.diagnosis.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Self {
            endpoint: row::id(&row.endpoint_id)?,
            endpoint_label: row.label,
            carrier: row::word(&row.carrier)?,
            reason: row::word(&row.reason)?,
            count: row.count.unsigned_abs(),
            first_at: row::time(row.first_at),
            last_at: row::time(row.last_at),
            would_match: diagnosis.map(|diagnosis| diagnosis.would_match).unwrap_or_default(),
            newest: row::id(&row.newest)?,
        })
    }
}

impl Store {
    /// Failed proofs that are kept, tests excluded, by endpoint and reason; the one that failed last first. At most 100.
    pub async fn failure_groups(&self) -> Result<Vec<FailureGroup>, StoreError> {
        let rows: Vec<GroupRow> = sqlx::query_as(
            "SELECT d.endpoint_id, e.label, e.carrier, d.reason, sum(d.seen_count) AS count,
                    min(d.received_at) AS first_at, max(d.last_seen_at) AS last_at, d.id AS newest, d.diagnosis
             FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
             WHERE d.verdict = 'failed' AND d.is_test = 0
             GROUP BY d.endpoint_id, d.reason
             ORDER BY last_at DESC LIMIT 100",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
