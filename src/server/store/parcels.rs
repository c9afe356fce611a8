//! Reading parcels.
//!
//! What depends on the clock (expired, stalled, waiting for too long) is computed in the query, so that filters, pages
//! and single reads agree. The thresholds are those of `tracking::fold::silence`, read from the endpoint's settings.

mod counts;
mod narrowing;
mod rows;

use super::Store;
use super::error::StoreError;
use super::mask;
use super::row::{self, Keyset};
use crate::tracking::event::Recipient;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::parcel::{Parcel, ParcelFilter, ShipmentSummary};
use crate::tracking::time::Timestamp;
use crate::tracking::view::ParcelOrder;
use rows::{ParcelRow, ShipmentColumns};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// `stalled` and `expired` are computed from the parameter `now`, bound once.
const SELECT: &str = "WITH now(ms) AS (SELECT ";
const SELECT_REST: &str = "p.*, n.label AS endpoint_label, json_extract(n.settings, '$.time_zone') AS zone,
    (SELECT json_group_array(g.tag) FROM (SELECT tag FROM tags WHERE endpoint_id = p.endpoint_id AND is_test = p.is_test
      AND number_norm = p.number_norm ORDER BY tag) g) AS tags,
    s.shown, s.pieces, s.delivered, s.signed_for, s.roll_up, s.summary, s.registered_at,
    p.stalled, p.expired
  FROM (SELECT q.*,
      q.silent_since <= now.ms - 2592000000 AND q.status NOT IN ('delivered', 'returned', 'cancelled') AS expired,
      q.status = 'exception' AND COALESCE(q.substatus, '') IN ('lost', 'disposed')
        AND COALESCE(q.status_since, q.created_at) <= now.ms - 2592000000 AS given_up,
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

/// Who a shipment goes to, in full.
pub(super) async fn recipient_of(conn: &mut SqliteConnection, shipment: &str) -> Result<Option<Recipient>, StoreError> {
    Ok(recipients(conn, &[shipment.to_owned()]).await?.remove(shipment))
}

/// The parcels with these ids (a JSON array), in no order.
pub(super) async fn of_ids(conn: &mut SqliteConnection, ids: &str, now: Timestamp) -> Result<Vec<Parcel>, StoreError> {
    let mut query = begin(now);
    query.push(" AND p.id IN (SELECT value FROM json_each(").push_bind(ids.to_owned()).push("))");
    fetch(conn, query).await
}

/// Runs a query that was begun with [`begin`].
async fn fetch(conn: &mut SqliteConnection, mut query: QueryBuilder<Sqlite>) -> Result<Vec<Parcel>, StoreError> {
    let rows: Vec<ParcelRow> = query.build_query_as().fetch_all(&mut *conn).await?;
    complete(conn, rows).await
}

/// Parcels with their recipients, masked, in the order of the rows.
async fn complete(conn: &mut SqliteConnection, rows: Vec<ParcelRow>) -> Result<Vec<Parcel>, StoreError> {
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
    begin_ordered(now, "created_at")
}

/// The same, with the column a list is ordered by as `ordered_by`.
fn begin_ordered(now: Timestamp, column: &'static str) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(SELECT);
    query.push_bind(now.millis()).push(") SELECT p.").push(column).push(" AS ordered_by, ").push(SELECT_REST);
    query
}

/// A row with what a list is ordered by.
#[derive(sqlx::FromRow)]
struct OrderedRow {
    #[sqlx(rename = "ordered_by")]
    at: i64,
    #[sqlx(flatten)]
    parcel: ParcelRow,
}

/// The question for one page of the list.
async fn listing(
    conn: &mut SqliteConnection,
    filter: &ParcelFilter,
    request: &PageRequest,
    now: Timestamp,
) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let (column, rising) = match filter.order.unwrap_or(ParcelOrder::Created) {
        ParcelOrder::Created => ("created_at", false),
        ParcelOrder::Updated => ("updated_at", false),
        ParcelOrder::LastEvent => ("silent_since", false),
        ParcelOrder::Standing => ("standing_since", true),
    };
    let after = if rising { Keyset::of_rising(request)? } else { Keyset::of(request)? };
    let mut query = begin_ordered(now, column);
    narrowing::narrow(conn, &mut query, filter, now).await?;
    let (beyond, direction) = if rising { (">", "ASC") } else { ("<", "DESC") };
    query.push(format!(" AND (p.{column}, p.id) {beyond} ("));
    query.push_bind(after.at).push(", ").push_bind(after.id);
    query.push(format!(") ORDER BY p.{column} {direction}, p.id {direction} LIMIT "));
    query.push_bind(row::limit(request));
    Ok(query)
}

impl Store {
    /// One page of the parcels that fit, in the order the filter asks for.
    pub async fn list_parcels(
        &self,
        filter: &ParcelFilter,
        request: &PageRequest,
        now: Timestamp,
    ) -> Result<Page<Parcel>, StoreError> {
        let mut conn = self.read().await?;
        let mut query = listing(&mut conn, filter, request, now).await?;
        let rows: Vec<OrderedRow> = query.build_query_as().fetch_all(&mut *conn).await?;
        let page = row::page(rows, request, |last| Keyset { at: last.at, id: last.parcel.id().to_owned() });
        let items = complete(&mut conn, page.items.into_iter().map(|row| row.parcel).collect()).await?;
        Ok(Page { items, next_cursor: page.next_cursor })
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

    /// These parcels, newest first.
    pub async fn parcels_of(&self, ids: &[Uuid], now: Timestamp) -> Result<Vec<Parcel>, StoreError> {
        let mut query = begin(now);
        query.push(" AND p.id IN (SELECT value FROM json_each(").push_bind(row::to_json(ids)?);
        query.push(")) ORDER BY p.created_at DESC, p.id DESC");
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
}

#[cfg(test)]
mod tests;
