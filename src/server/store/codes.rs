//! Codes as they were seen: samples for the editor of a key, and codes that rules decide instead of rows.

use super::Store;
use super::content::Content;
use super::error::StoreError;
use super::row;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{CodeSample, RuledCode, Target};
use crate::tracking::status::Confidence;

/// Most events looked through for samples.
const LOOKED_AT: u32 = 1000;

#[derive(sqlx::FromRow)]
struct SampleRow {
    parcel: Option<String>,
    number: Option<String>,
    received_at: i64,
    status: Option<String>,
    substatus: Option<String>,
    content: String,
}

impl Store {
    /// Events that have a key, the newest of a thousand first, and what the newest was taken for where a rule decided.
    pub async fn samples_of(
        &self,
        carrier: CarrierId,
        key: &str,
        limit: u32,
    ) -> Result<(Vec<CodeSample>, Option<(Target, Confidence)>), StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<SampleRow> = sqlx::query_as(
            "SELECT s.number, e.received_at, e.status, e.substatus, e.content,
               (SELECT p.id FROM parcels p WHERE p.shipment_id = e.shipment_id AND p.incarnation = e.incarnation
                ORDER BY p.piece_no LIMIT 1) AS parcel
             FROM (SELECT event_id FROM event_keys WHERE carrier = $1 AND key = $2 LIMIT $3) k
             JOIN events e ON e.id = k.event_id LEFT JOIN shipments s ON s.id = e.shipment_id
             ORDER BY e.received_at DESC, e.id LIMIT $4",
        )
        .bind(carrier.as_str())
        .bind(key)
        .bind(LOOKED_AT)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
        let mut guess = None;
        let mut samples = Vec::with_capacity(rows.len());
        for row in rows {
            let content: Content = row::json(&row.content)?;
            if let (None, Some(used)) = (&guess, &content.mapped.used) {
                guess = (used.version == 0).then(|| (content.mapped.target.clone(), used.confidence));
            }
            samples.push(CodeSample {
                parcel: row::id_opt(row.parcel.as_deref())?,
                number: row.number.unwrap_or_default(),
                text: content.raw_text.or(content.raw_code).unwrap_or_default(),
                received_at: row::time(row.received_at),
                status: row::word_opt(row.status.as_deref())?,
                substatus: row::word_opt(row.substatus.as_deref())?,
            });
        }
        Ok((samples, guess))
    }

    /// Codes of a carrier that a rule of its file decides, because they have no row; by key, at most 200.
    pub async fn list_ruled(&self, carrier: CarrierId) -> Result<Vec<RuledCode>, StoreError> {
        let mut conn = self.read().await?;
        // Steps from key to key through the index instead of reading every event.
        let keys: Vec<String> = sqlx::query_scalar(
            "WITH RECURSIVE seen (key) AS (
               SELECT MIN(map_key) FROM events WHERE carrier = $1 AND map_key IS NOT NULL
               UNION ALL
               SELECT (SELECT MIN(map_key) FROM events WHERE carrier = $1 AND map_key > seen.key) FROM seen
               WHERE seen.key IS NOT NULL)
             SELECT key FROM seen WHERE key IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM mappings m WHERE m.carrier = $1 AND m.key = seen.key) LIMIT 200",
        )
        .bind(carrier.as_str())
        .fetch_all(&mut *conn)
        .await?;
        let mut codes = Vec::with_capacity(keys.len());
        for key in keys {
            let (count, content): (i64, String) = sqlx::query_as(
                "SELECT COUNT(*), MAX(content) FROM
                   (SELECT content FROM events WHERE carrier = $1 AND map_key = $2 LIMIT $3)",
            )
            .bind(carrier.as_str())
            .bind(&key)
            .bind(LOOKED_AT)
            .fetch_one(&mut *conn)
            .await?;
            let content: Content = row::json(&content)?;
            let confidence = content.mapped.used.map_or(Confidence::Low, |used| used.confidence);
            let sample = content.raw_text.or(content.raw_code).unwrap_or_default();
            codes.push(RuledCode { carrier, key, confidence, sample, count: row::small(count) });
        }
        Ok(codes)
    }
}
