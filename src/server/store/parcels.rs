//! Reading parcels.
//!
//! What depends on the clock (expired, stalled, waiting for too long) is computed in the query, so that filters, pages
//! and single reads agree. The thresholds are those of `tracking::fold::silence`, read from the endpoint's settings.

mod register;
mod rows;

use super::Store;
use super::error::StoreError;
use super::mask;
use super::row::{self, Keyset};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::Recipient;
use crate::tracking::number::normalise;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::parcel::{Parcel, ParcelFilter, ParcelOrder, ShipmentSummary};
use crate::tracking::status::Status;
use crate::tracking::time::Timestamp;
use rows::{ParcelRow, ShipmentColumns};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// `stalled` and `expired` are computed from the parameter `now`, bound once.
const SELECT: &str = "WITH now(ms) AS (SELECT ";
const SELECT_REST: &str = ") SELECT p.*, n.label AS endpoint_label, json_extract(n.settings, '$.time_zone') AS zone,
    s.shown, s.pieces, s.delivered, s.signed_for, s.roll_up, s.summary, s.registered_at,
    p.stalled, p.expired
  FROM (SELECT q.*,
      q.silent_since <= now.ms - 2592000000 AND q.status NOT IN ('delivered', 'returned', 'cancelled') AS expired,
      COALESCE(q.standing_since + CASE q.status
        WHEN 'available_for_pickup' THEN NULLIF(json_extract(t.settings, '$.hold_hours'), 0) * 36000
          * COALESCE(json_extract(t.settings, '$.stall.available_for_pickup.watch_percent'), 50)
        WHEN 'info_received' THEN COALESCE(json_extract(t.settings, '$.stall.info_received.watch_hours'), 24) * 3600000
        WHEN 'in_transit' THEN COALESCE(json_extract(t.settings, '$.stall.in_transit.watch_hours'), 48) * 3600000
        WHEN 'out_for_delivery' THEN COALESCE(json_extract(t.settings, '$.stall.out_for_delivery.watch_hours'), 12) * 3600000
        WHEN 'failed_attempt' THEN COALESCE(json_extract(t.settings, '$.stall.failed_attempt.watch_hours'), 24) * 3600000
        WHEN 'exception' THEN COALESCE(json_extract(t.settings, '$.stall.exception.watch_hours'), 8) * 3600000
        WHEN 'returning' THEN COALESCE(json_extract(t.settings, '$.stall.returning.watch_hours'), 168) * 3600000
        END <= now.ms, 0) AS stalled
      FROM parcels q CROSS JOIN now JOIN endpoints t ON t.id = q.endpoint_id) p
  JOIN endpoints n ON n.id = p.endpoint_id JOIN shipments s ON s.id = p.shipment_id WHERE 1 = 1";
/// Waiting for half of the holding time asks for a person too.
const ATTENTION: &str = "(p.action_required = 1 OR (p.status = 'available_for_pickup' AND p.stalled))";
const ACTIVE: &str = "(p.status NOT IN ('delivered', 'returned', 'cancelled'))";

#[derive(sqlx::FromRow)]
struct RecipientRow {
    shipment_id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    postal_code: Option<String>,
}

/// Who the parcels of these shipments go to: what several deliveries said, the later word counting.
async fn recipients(
    conn: &mut SqliteConnection,
    shipments: &[String],
) -> Result<HashMap<String, Recipient>, StoreError> {
    let rows: Vec<RecipientRow> = sqlx::query_as(
        "SELECT shipment_id, name, email, phone, postal_code FROM recipients
         WHERE shipment_id IN (SELECT value FROM json_each($1)) ORDER BY received_at, digest",
    )
    .bind(row::to_json(shipments)?)
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<String, Recipient> = HashMap::new();
    for row in rows {
        let known = found.entry(row.shipment_id).or_default();
        known.name = row.name.or(known.name.take());
        known.email = row.email.or(known.email.take());
        known.phone = row.phone.or(known.phone.take());
        known.postal_code = row.postal_code.or(known.postal_code.take());
    }
    Ok(found)
}

/// Runs a query that was begun with [`begin`].
async fn fetch(conn: &mut SqliteConnection, mut query: QueryBuilder<Sqlite>) -> Result<Vec<Parcel>, StoreError> {
    let rows: Vec<ParcelRow> = query.build_query_as().fetch_all(&mut *conn).await?;
    let shipments: Vec<String> = rows.iter().map(|row| row.shipment_id.clone()).collect();
    let recipients = recipients(conn, &shipments).await?;
    rows.into_iter()
        .map(|row| {
            let recipient = recipients.get(&row.shipment_id).map(mask::recipient);
            Ok(Parcel { recipient, ..Parcel::try_from(row)? })
        })
        .collect()
}

fn begin(now: Timestamp) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(SELECT);
    query.push_bind(now.millis()).push(SELECT_REST);
    query
}

/// Adds the conditions of a filter.
fn narrow(query: &mut QueryBuilder<Sqlite>, filter: &ParcelFilter) {
    query.push(" AND p.is_test = ").push_bind(filter.test.unwrap_or(false));
    if let Some(number) = &filter.number {
        query.push(" AND p.number_norm = ").push_bind(normalise(number));
    }
    let q = filter.q.as_deref().map(normalise).filter(|q| !q.is_empty());
    if let Some(q) = &q {
        let pattern = row::containing(q);
        query.push(" AND (p.number_norm LIKE ").push_bind(pattern.clone());
        query.push(" ESCAPE '\\' OR p.piece_norm LIKE ").push_bind(pattern.clone());
        query.push(
            " ESCAPE '\\' OR EXISTS (SELECT 1 FROM parcel_references r WHERE r.parcel_id = p.id AND r.value_norm LIKE ",
        );
        query.push_bind(pattern).push(" ESCAPE '\\'))");
    }
    if q.is_none() && filter.number.is_none() {
        // A withdrawn piece is hidden unless it is asked for.
        query.push(" AND p.flags NOT LIKE '%\"withdrawn\"%'");
    }
    if let Some(carrier) = filter.carrier {
        query.push(" AND p.carrier = ").push_bind(CarrierId::as_str(carrier));
    }
    if let Some(status) = filter.status {
        query.push(" AND p.status = ").push_bind(status.as_str());
    }
    if let Some(substatus) = filter.substatus {
        query.push(" AND p.substatus = ").push_bind(substatus.as_str());
    }
    let claims = [
        (filter.active, ACTIVE),
        (filter.attention, ATTENTION),
        (filter.stalled, "p.stalled"),
        (filter.expired, "p.expired"),
    ];
    for (wanted, claim) in claims {
        match wanted {
            Some(true) => query.push(" AND ").push(claim),
            Some(false) => query.push(" AND NOT ").push(claim),
            None => query,
        };
    }
    if let Some(from) = filter.from {
        query.push(" AND p.last_event_at >= ").push_bind(from.millis());
    }
    if let Some(to) = filter.to {
        query.push(" AND p.last_event_at < ").push_bind(to.millis());
    }
    if let Some(tag) = &filter.tag {
        query
            .push(
                " AND EXISTS (SELECT 1 FROM tags g WHERE g.endpoint_id = p.endpoint_id AND g.is_test = p.is_test
                  AND g.number_norm = p.number_norm AND g.tag = ",
            )
            .push_bind(tag.clone())
            .push(")");
    }
}

impl Store {
    /// Parcels, newest first: by when they were first known, or last changed.
    pub async fn list_parcels(
        &self,
        filter: &ParcelFilter,
        request: &PageRequest,
        now: Timestamp,
    ) -> Result<Page<Parcel>, StoreError> {
        let after = Keyset::of(request)?;
        let order = filter.order.unwrap_or(ParcelOrder::Created);
        let column = match order {
            ParcelOrder::Created => "p.created_at",
            ParcelOrder::Updated => "p.updated_at",
        };
        let mut query = begin(now);
        narrow(&mut query, filter);
        query.push(" AND (").push(column).push(", p.id) < (").push_bind(after.at).push(", ").push_bind(after.id);
        query.push(") ORDER BY ").push(column).push(" DESC, p.id DESC LIMIT ").push_bind(row::limit(request));
        let mut conn = self.read().await?;
        let parcels = fetch(&mut conn, query).await?;
        Ok(row::page(parcels, request, |last| {
            let at = match order {
                ParcelOrder::Created => last.created_at,
                ParcelOrder::Updated => last.updated_at,
            };
            Keyset { at: at.millis(), id: last.id.to_string() }
        }))
    }

    /// A parcel.
    pub async fn find_parcel(&self, id: Uuid, now: Timestamp) -> Result<Option<Parcel>, StoreError> {
        let mut query = begin(now);
        query.push(" AND p.id = ").push_bind(id.to_string());
        let mut conn = self.read().await?;
        Ok(fetch(&mut conn, query).await?.pop())
    }

    /// Every piece of a number, newest incarnation first; at most 500.
    pub async fn shipment_parcels(&self, shipment: Uuid, now: Timestamp) -> Result<Vec<Parcel>, StoreError> {
        let mut query = begin(now);
        query.push(" AND p.shipment_id = ").push_bind(shipment.to_string());
        query.push(" ORDER BY p.incarnation DESC, p.piece_no LIMIT 500");
        let mut conn = self.read().await?;
        fetch(&mut conn, query).await
    }

    /// The roll-up of a number.
    pub async fn find_shipment(&self, id: Uuid) -> Result<Option<ShipmentSummary>, StoreError> {
        #[derive(sqlx::FromRow)]
        struct Row {
            number: String,
            #[sqlx(flatten)]
            columns: ShipmentColumns,
        }
        let mut conn = self.read().await?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT number, shown, pieces, delivered, signed_for, roll_up, summary FROM shipments WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await?;
        Ok(row.map(|row| row.columns.summary_of(id, row.number)))
    }

    /// Which number a parcel belongs to: its shipment's id and endpoint.
    pub async fn shipment_of(&self, parcel: Uuid) -> Result<Option<(Uuid, Uuid)>, StoreError> {
        let mut conn = self.read().await?;
        let found: Option<(String, String)> =
            sqlx::query_as("SELECT shipment_id, endpoint_id FROM parcels WHERE id = $1")
                .bind(parcel.to_string())
                .fetch_optional(&mut *conn)
                .await?;
        found.map(|(shipment, endpoint)| Ok((row::id(&shipment)?, row::id(&endpoint)?))).transpose()
    }

    /// How many parcels have each status; withdrawn pieces are not counted.
    pub async fn status_counts(&self, test: bool) -> Result<Vec<(Status, u64)>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT status, COUNT(*) FROM parcels WHERE is_test = $1 AND flags NOT LIKE '%\"withdrawn\"%' GROUP BY status",
        )
        .bind(test)
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter().map(|(status, n)| Ok((row::word(&status)?, row::count(n)))).collect()
    }

    /// How many parcels ask for a person.
    pub async fn count_attention(&self, test: bool, now: Timestamp) -> Result<u64, StoreError> {
        let mut query = QueryBuilder::new("SELECT COUNT(*) FROM (");
        query.push(SELECT).push_bind(now.millis()).push(SELECT_REST);
        narrow(&mut query, &ParcelFilter { attention: Some(true), test: Some(test), ..ParcelFilter::default() });
        query.push(")");
        let mut conn = self.read().await?;
        let n: i64 = query.build_query_scalar().fetch_one(&mut *conn).await?;
        Ok(row::count(n))
    }
}
