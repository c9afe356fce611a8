//! Reading the log of deliveries. Lists return the same whole objects as the single read, in a fixed number of queries.

use super::capture::Answer;
use super::error::StoreError;
use super::row::{self, Keyset};
use super::{Store, events};
use crate::server::secrets::Sealed;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{Delivery, DeliveryFilter, DeliveryParcel, FailureReason, Outcome, Verdict};
use crate::tracking::number::normalise;
use crate::tracking::page::{Page, PageRequest};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    seq: i64,
    id: String,
    received_at: i64,
    carrier: String,
    endpoint_id: String,
    endpoint_label: String,
    verdict: String,
    reason: Option<String>,
    scheme: String,
    covers: String,
    secret_slot: Option<String>,
    outcome: String,
    outcome_detail: Option<String>,
    answer: String,
    warnings: String,
    message_key: Option<String>,
    attempt: Option<i64>,
    body_sha256: String,
    size: i64,
    is_test: bool,
    duplicate_of: Option<String>,
    seen_count: i64,
    last_seen_at: i64,
    retries: i64,
    remote_addr: String,
    commit_ms: Option<i64>,
    diagnosis: Option<String>,
}

const SELECT: &str =
    "SELECT d.seq, d.id, d.received_at, d.carrier, d.endpoint_id, n.label AS endpoint_label, d.verdict,
  d.reason, d.scheme, d.covers, d.secret_slot, d.outcome, d.outcome_detail, d.answer, d.warnings, d.message_key,
  d.attempt, d.body_sha256, d.size, d.is_test, d.duplicate_of, d.seen_count, d.last_seen_at, d.remote_addr,
  d.commit_ms, d.diagnosis, (SELECT COUNT(*) FROM deliveries r WHERE r.duplicate_of = d.id) AS retries
  FROM deliveries d CROSS JOIN endpoints n ON n.id = d.endpoint_id WHERE 1 = 1";

impl DeliveryRow {
    /// The delivery whose events it has: a duplicate carried what its first one did.
    fn carrier_of_events(&self) -> &str {
        self.duplicate_of.as_deref().unwrap_or(&self.id)
    }
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;
    fn try_from(row: DeliveryRow) -> Result<Self, StoreError> {
        let id = row::id(&row.id)?;
        let duplicate_of = row::id_opt(row.duplicate_of.as_deref())?;
        let answer = Answer::from_word(&row.answer)?;
        Ok(Self {
            id,
            received_at: row::time(row.received_at),
            carrier: row::word(&row.carrier)?,
            endpoint: row::id(&row.endpoint_id)?,
            endpoint_label: row.endpoint_label,
            verdict: row::word(&row.verdict)?,
            reason: row::word_opt(row.reason.as_deref())?,
            scheme: row.scheme,
            covers: row::word(&row.covers)?,
            secret_slot: row::word_opt(row.secret_slot.as_deref())?,
            outcome: row::word(&row.outcome)?,
            outcome_detail: row.outcome_detail,
            response_status: answer.status(),
            response_body: answer.body(duplicate_of.unwrap_or(id)),
            warnings: row::json(&row.warnings)?,
            message_key: row.message_key,
            attempt: row.attempt.map(row::small),
            body_sha256: row.body_sha256,
            size: row::count(row.size),
            is_test: row.is_test,
            duplicate_of,
            seen_count: row::small(row.seen_count),
            last_seen_at: row::time(row.last_seen_at),
            retries: row::small(row.retries),
            remote_addr: row.remote_addr,
            commit_ms: row.commit_ms.map(row::small),
            events: Vec::new(),
            parcels: Vec::new(),
            diagnosis: row::json_opt(row.diagnosis.as_deref())?,
        })
    }
}

/// Deliveries with what they carried, in the order of the rows.
async fn complete(conn: &mut SqliteConnection, rows: Vec<DeliveryRow>) -> Result<Vec<Delivery>, StoreError> {
    let sources: Vec<String> = rows.iter().map(|row| row.carrier_of_events().to_owned()).collect();
    let events = events::of_deliveries(conn, &sources).await?;
    let parcels = parcels_of(conn, &sources).await?;
    rows.into_iter()
        .map(|row| {
            let source = row.carrier_of_events().to_owned();
            let mut delivery = Delivery::try_from(row)?;
            delivery.events = events.get(&source).cloned().unwrap_or_default();
            delivery.parcels = parcels.get(&source).cloned().unwrap_or_default();
            Ok(delivery)
        })
        .collect()
}

/// The parcels on whose timelines the events of these deliveries stand.
async fn parcels_of(
    conn: &mut SqliteConnection,
    deliveries: &[String],
) -> Result<HashMap<String, Vec<DeliveryParcel>>, StoreError> {
    let rows: Vec<(String, String, String, Option<String>, String)> = sqlx::query_as(
        "SELECT DISTINCT l.delivery_id, p.id, p.number, p.piece, p.status
         FROM event_deliveries l
         JOIN events e ON e.id = l.event_id
         JOIN parcels p ON p.shipment_id = e.shipment_id AND p.incarnation = e.incarnation
           AND (e.piece_norm IS NULL OR e.piece_norm = p.piece_norm)
         WHERE l.delivery_id IN (SELECT value FROM json_each($1)) ORDER BY l.delivery_id, p.number_norm, p.piece_no",
    )
    .bind(row::to_json(deliveries)?)
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<String, Vec<DeliveryParcel>> = HashMap::new();
    for (delivery, id, number, piece, status) in rows {
        let parcel = DeliveryParcel { id: row::id(&id)?, number, piece, status: row::word(&status)? };
        found.entry(delivery).or_default().push(parcel);
    }
    Ok(found)
}

/// Adds the conditions of a filter. Only those that are given: each then finds its index.
fn narrow(query: &mut QueryBuilder<Sqlite>, filter: &DeliveryFilter) {
    let words = [
        ("d.carrier", filter.carrier.map(CarrierId::as_str)),
        ("d.verdict", filter.verdict.map(Verdict::as_str)),
        ("d.reason", filter.reason.map(FailureReason::as_str)),
        ("d.outcome", filter.outcome.map(Outcome::as_str)),
    ];
    for (column, word) in words {
        if let Some(word) = word {
            query.push(" AND ").push(column).push(" = ").push_bind(word);
        }
    }
    if let Some(endpoint) = filter.endpoint {
        query.push(" AND d.endpoint_id = ").push_bind(endpoint.to_string());
    }
    if filter.retries == Some(false) {
        query.push(" AND d.duplicate_of IS NULL");
    }
    if let Some(first) = filter.retries_of {
        query.push(" AND d.duplicate_of = ").push_bind(first.to_string());
    }
    if let Some(test) = filter.test {
        query.push(" AND d.is_test = ").push_bind(test);
    }
    if let Some(from) = filter.from {
        query.push(" AND d.received_at >= ").push_bind(from.millis());
    }
    if let Some(to) = filter.to {
        query.push(" AND d.received_at < ").push_bind(to.millis());
    }
    if let Some(parcel) = filter.parcel {
        query
            .push(
                " AND COALESCE(d.duplicate_of, d.id) IN (SELECT l.delivery_id FROM parcels p
                  JOIN events e ON e.shipment_id = p.shipment_id AND e.incarnation = p.incarnation
                    AND (e.piece_norm IS NULL OR e.piece_norm = p.piece_norm)
                  JOIN event_deliveries l ON l.event_id = e.id WHERE p.id = ",
            )
            .push_bind(parcel.to_string())
            .push(")");
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        search(query, q);
    }
}

fn search(query: &mut QueryBuilder<Sqlite>, q: &str) {
    let q: String = q.chars().take(200).collect();
    let lower = q.to_lowercase();
    query.push(" AND (d.message_key = ").push_bind(q.clone());
    query.push(" OR d.remote_addr = ").push_bind(q.clone());
    if lower.len() >= 8 && lower.is_ascii() {
        query.push(" OR substr(d.id, 1, length(").push_bind(lower.clone()).push(")) = ").push_bind(lower.clone());
        query.push(" OR substr(d.body_sha256, 1, length(").push_bind(lower.clone()).push(")) = ").push_bind(lower);
    }
    query
        .push(
            " OR COALESCE(d.duplicate_of, d.id) IN (SELECT l.delivery_id FROM shipments s
              JOIN events e ON e.shipment_id = s.id JOIN event_deliveries l ON l.event_id = e.id WHERE s.number_norm = ",
        )
        .push_bind(normalise(&q))
        .push("))");
}

impl Store {
    /// How many deliveries are kept.
    pub async fn count_deliveries(&self) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        Ok(row::count(sqlx::query_scalar("SELECT COUNT(*) FROM deliveries").fetch_one(&mut *conn).await?))
    }

    /// How long the newest deliveries waited for the disk, in milliseconds; at most this many.
    pub async fn commit_times(&self, most: u32) -> Result<Vec<u64>, StoreError> {
        let mut conn = self.read().await?;
        let times: Vec<i64> = sqlx::query_scalar(
            "SELECT commit_ms FROM (SELECT commit_ms FROM deliveries ORDER BY seq DESC LIMIT $1) WHERE commit_ms IS NOT NULL",
        )
        .bind(most)
        .fetch_all(&mut *conn)
        .await?;
        Ok(times.into_iter().map(row::count).collect())
    }

    /// Deliveries, newest first.
    pub async fn list_deliveries(
        &self,
        filter: &DeliveryFilter,
        request: &PageRequest,
    ) -> Result<Page<Delivery>, StoreError> {
        let after = Keyset::of(request)?;
        let mut query = QueryBuilder::new(SELECT);
        narrow(&mut query, filter);
        query.push(" AND d.seq < ").push_bind(after.at);
        query.push(" ORDER BY d.seq DESC LIMIT ").push_bind(row::limit(request));
        let mut conn = self.read().await?;
        let rows: Vec<DeliveryRow> = query.build_query_as().fetch_all(&mut *conn).await?;
        let page = row::page(rows, request, |last| Keyset { at: last.seq, id: String::new() });
        Ok(Page { items: complete(&mut conn, page.items).await?, next_cursor: page.next_cursor })
    }

    /// A delivery.
    pub async fn find_delivery(&self, id: Uuid) -> Result<Option<Delivery>, StoreError> {
        let mut query = QueryBuilder::new(SELECT);
        query.push(" AND d.id = ").push_bind(id.to_string());
        let mut conn = self.read().await?;
        let rows: Vec<DeliveryRow> = query.build_query_as().fetch_all(&mut *conn).await?;
        Ok(complete(&mut conn, rows).await?.pop())
    }

    /// The exact bytes of a delivery; `None` where there is none, or retention or erasure took them.
    pub async fn delivery_body(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let mut conn = self.read().await?;
        let body: Option<Option<Vec<u8>>> = sqlx::query_scalar(
            "SELECT COALESCE(b.body, (SELECT fb.body FROM deliveries f JOIN delivery_bodies fb ON fb.seq = f.seq
                                      WHERE f.id = d.duplicate_of AND f.body_sha256 = d.body_sha256))
             FROM deliveries d JOIN delivery_bodies b ON b.seq = d.seq WHERE d.id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await?;
        Ok(body.flatten())
    }

    /// Deliveries of an endpoint that were refused, oldest first, after a given one.
    pub async fn refused_deliveries(
        &self,
        endpoint: Uuid,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Uuid>, StoreError> {
        let mut conn = self.read().await?;
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM deliveries WHERE endpoint_id = $1 AND outcome = 'rejected'
               AND seq > COALESCE((SELECT seq FROM deliveries WHERE id = $2), 0) ORDER BY seq LIMIT $3",
        )
        .bind(endpoint.to_string())
        .bind(after.map(|id| id.to_string()))
        .bind(limit.min(1000))
        .fetch_all(&mut *conn)
        .await?;
        ids.iter().map(|id| row::id(id)).collect()
    }

    /// The ordered headers of a delivery, sealed to `delivery/<id>/headers`.
    pub async fn delivery_headers(&self, id: Uuid) -> Result<Option<Sealed>, StoreError> {
        let mut conn = self.read().await?;
        let headers: Option<(String, Vec<u8>)> = sqlx::query_as(
            "SELECT b.headers_key_id, b.headers FROM deliveries d JOIN delivery_bodies b ON b.seq = d.seq WHERE d.id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await?;
        Ok(headers.map(|(key_id, bytes)| Sealed { key_id, bytes }))
    }

    /// How many deliveries are stored and not applied yet.
    pub async fn count_due(&self) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM deliveries WHERE outcome = 'received'")
            .fetch_one(&mut *conn)
            .await?;
        Ok(row::count(n))
    }
}
