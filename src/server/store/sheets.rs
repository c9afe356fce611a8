//! What the pages of parcels and shipments show besides parcels and their timelines.

use super::Store;
use super::content::Content;
use super::error::StoreError;
use super::mask;
use super::row::{self, Keyset};
use crate::tracking::sheet::{EarlierForm, EventExtra, Order, Rough, Sibling};
use crate::tracking::time::TimePrecision;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Parcels shown beside one, at most.
const MOST_SIBLINGS: u32 = 100;

#[derive(sqlx::FromRow)]
struct ExtraRow {
    id: String,
    number: Option<String>,
    unmapped_key: Option<String>,
    remark: Option<String>,
    checkin: Option<String>,
}

#[derive(sqlx::FromRow)]
struct SiblingRow {
    of: String,
    id: String,
    number: String,
    status: String,
}

impl SiblingRow {
    fn sibling(&self) -> Result<Sibling, StoreError> {
        Ok(Sibling { parcel: row::id(&self.id)?, number: self.number.clone(), status: row::word(&self.status)? })
    }
}

impl Store {
    /// More about these events, in no order.
    pub async fn event_extras(&self, events: &[Uuid]) -> Result<Vec<EventExtra>, StoreError> {
        let mut conn = self.read().await?;
        let ids = row::to_json(events)?;
        let rows: Vec<ExtraRow> = sqlx::query_as(
            "SELECT e.id, s.number, e.unmapped_key, json_extract(e.content, '$.remark') AS remark,
               json_extract(e.content, '$.checkin') AS checkin
             FROM events e LEFT JOIN shipments s ON s.id = e.shipment_id
             WHERE e.id IN (SELECT value FROM json_each($1))",
        )
        .bind(&ids)
        .fetch_all(&mut *conn)
        .await?;
        let shared: Vec<&str> = rows.iter().filter(|r| r.checkin.is_some()).map(|r| r.id.as_str()).collect();
        let mut stops = stops(&mut conn, &shared).await?;
        let mut earlier = earlier_forms(&mut conn, &ids).await?;
        rows.into_iter()
            .map(|found| {
                Ok(EventExtra {
                    event: row::id(&found.id)?,
                    number: found.number.unwrap_or_default(),
                    unmapped: found.unmapped_key,
                    remark: found.remark.filter(|text| !text.trim().is_empty()),
                    earlier: earlier.remove(&found.id).unwrap_or_default(),
                    stop: stops.remove(&found.id).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The parcels of the same account that name the same order; `None` where there are none.
    pub async fn order_of(&self, parcel: Uuid) -> Result<Option<Order>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
            "SELECT p.shipment_id, p.refs, q.id, q.number, q.status
             FROM parcels p
             JOIN parcel_references o ON o.parcel_id = p.id AND o.kind = 'order'
             JOIN parcel_references r ON r.value_norm = o.value_norm AND r.kind = 'order'
             JOIN parcels q ON q.id = r.parcel_id AND q.endpoint_id = p.endpoint_id AND q.is_test = p.is_test
               AND q.shipment_id <> p.shipment_id
             WHERE p.id = $1 AND o.position = (
               SELECT MIN(f.position) FROM parcel_references f WHERE f.parcel_id = p.id AND f.kind = 'order')
             ORDER BY q.created_at DESC, q.id DESC LIMIT $2",
        )
        .bind(parcel.to_string())
        .bind(MOST_SIBLINGS)
        .fetch_all(&mut *conn)
        .await?;
        let Some((shipment, refs, ..)) = rows.first() else { return Ok(None) };
        let refs: Vec<crate::tracking::event::Reference> = row::json(refs)?;
        let number = refs.into_iter().find(|known| known.kind == "order").map(|known| known.value).unwrap_or_default();
        let page = row::id(shipment)?;
        let siblings = rows
            .iter()
            .map(|(_, _, id, number, status)| {
                Ok::<_, StoreError>(Sibling {
                    parcel: row::id(id)?,
                    number: number.clone(),
                    status: row::word(status)?,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Some(Order { number, page, siblings }))
    }

    /// Where the fold put events of this parcel whose carrier gave a day only, or no time at all.
    pub async fn rough_times(&self, parcel: Uuid) -> Result<Vec<Rough>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(i64, String, Option<String>)> = sqlx::query_as(
            "SELECT DISTINCT e.effective_at, json_extract(e.content, '$.time.precision') AS exact, e.occurred_local
             FROM parcels p JOIN events e ON e.shipment_id = p.shipment_id AND e.incarnation = p.incarnation
             WHERE p.id = $1 AND e.kind = 'status' AND exact IN ('day', 'none')",
        )
        .bind(parcel.to_string())
        .fetch_all(&mut *conn)
        .await?;
        let day = |exact: &str, local: Option<String>| {
            local.filter(|_| exact == TimePrecision::Day.as_str()).and_then(|text| text.get(..10)?.parse().ok())
        };
        Ok(rows.into_iter().map(|(at, exact, local)| Rough { at: row::time(at), day: day(&exact, local) }).collect())
    }

    /// A cursor after which this event comes first; `None` where there is no such event.
    pub async fn timeline_cursor_at(&self, event: Uuid) -> Result<Option<String>, StoreError> {
        let mut conn = self.read().await?;
        let position: Option<i64> = sqlx::query_scalar("SELECT position FROM events WHERE id = $1")
            .bind(event.to_string())
            .fetch_optional(&mut *conn)
            .await?;
        // No event has this id, so the position counts; and it stands behind the event's own.
        Ok(position.map(|at| Keyset { at, id: format!("{event}~") }.text()))
    }
}

/// The other numbers at the stops these events tell of: they came in the same delivery, from the same place.
async fn stops(conn: &mut SqliteConnection, events: &[&str]) -> Result<HashMap<String, Vec<Sibling>>, StoreError> {
    let mut found: HashMap<String, Vec<Sibling>> = HashMap::new();
    if events.is_empty() {
        return Ok(found);
    }
    let rows: Vec<SiblingRow> = sqlx::query_as(
        "SELECT DISTINCT e.id AS of, p.id, p.number, p.status
         FROM events e
         JOIN event_deliveries l ON l.event_id = e.id
         JOIN event_deliveries k ON k.delivery_id = l.delivery_id
         JOIN events o ON o.id = k.event_id AND o.shipment_id <> e.shipment_id
           AND json_extract(o.content, '$.checkin') = json_extract(e.content, '$.checkin')
         JOIN parcels p ON p.shipment_id = o.shipment_id AND p.incarnation = o.incarnation
         WHERE e.id IN (SELECT value FROM json_each($1)) ORDER BY p.number LIMIT 2000",
    )
    .bind(row::to_json(&events)?)
    .fetch_all(conn)
    .await?;
    for sibling in rows {
        found.entry(sibling.of.clone()).or_default().push(sibling.sibling()?);
    }
    Ok(found)
}

/// The forms these events had, oldest first, without the one that is the newest.
async fn earlier_forms(
    conn: &mut SqliteConnection,
    events: &str,
) -> Result<HashMap<String, Vec<EarlierForm>>, StoreError> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT event_id, content, last_received_at FROM event_revisions
         WHERE event_id IN (SELECT value FROM json_each($1)) ORDER BY event_id, last_received_at, content_hash",
    )
    .bind(events)
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<String, Vec<EarlierForm>> = HashMap::new();
    for (event, content, received_at) in rows {
        let content: Content = row::json(&content)?;
        found.entry(event).or_default().push(EarlierForm {
            received_at: row::time(received_at),
            raw_text: content.raw_text,
            occurred_raw: content.time.raw,
            place: Some(content.place).filter(|place| !place.is_empty()),
            remark: content.remark.filter(|text| !text.trim().is_empty()),
            proofs: mask::proofs(content.proofs),
        });
    }
    for forms in found.values_mut() {
        forms.pop();
    }
    Ok(found)
}
