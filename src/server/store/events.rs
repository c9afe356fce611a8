//! Reading timelines.

use super::Store;
use super::content::Content;
use super::error::StoreError;
use super::mask;
use super::row::{self, Keyset};
use crate::tracking::act::ActOnEvent;
use crate::tracking::event::Event;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::view::TimelineLines;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(sqlx::FromRow, Clone)]
pub(super) struct EventRow {
    id: String,
    kind: String,
    status: Option<String>,
    substatus: Option<String>,
    reason: Option<String>,
    effective_at: i64,
    received_at: i64,
    late_seconds: i64,
    content: String,
    flags: String,
    seen_count: i64,
    piece: Option<String>,
    leg: i64,
    position: i64,
    set_aside: Option<String>,
    voided_at: Option<i64>,
    retracted_at: Option<i64>,
    operator: Option<String>,
}

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.kind, e.status, e.substatus, e.reason, e.effective_at, e.received_at, e.late_seconds,
               e.content, e.flags, e.seen_count, e.piece, e.leg, e.position, e.set_aside, e.voided_at, e.retracted_at,
               e.operator
             FROM events e ",
            $rest
        )
    };
}

fn event_of(row: EventRow, deliveries: Vec<Uuid>, acts: Vec<ActOnEvent>) -> Result<Event, StoreError> {
    let content: Content = row::json(&row.content)?;
    Ok(Event {
        id: row::id(&row.id)?,
        kind: row::word(&row.kind)?,
        status: row::word_opt(row.status.as_deref())?,
        substatus: row::word_opt(row.substatus.as_deref())?,
        reason: row::word_opt(row.reason.as_deref())?,
        occurred_at: content.time.at,
        occurred_raw: content.time.raw,
        occurred_local: content.time.local,
        time_precision: content.time.precision,
        tz_source: content.time.tz_source,
        zone: content.zone,
        effective_at: row::time(row.effective_at),
        received_at: row::time(row.received_at),
        late_seconds: row.late_seconds.max(0),
        raw_code: content.raw_code,
        raw_text: content.raw_text,
        place: Some(content.place).filter(|place| !place.is_empty()),
        actor: content.actor,
        flags: row::json(&row.flags)?,
        seen_count: row::small(row.seen_count),
        mapping: content.mapped.used,
        deliveries,
        piece: row.piece,
        leg: row::small(row.leg),
        proofs: mask::proofs(content.proofs),
        set_aside: row.set_aside,
        voided_at: row::time_opt(row.voided_at),
        retracted_at: row::time_opt(row.retracted_at),
        operator: row::json_opt(row.operator.as_deref())?,
        acts,
    })
}

/// Events of these rows, each with the deliveries that carried it (the first 100), first one first, and with what
/// operators did to it (the last 50 acts), newest first.
pub(super) async fn complete(conn: &mut SqliteConnection, rows: Vec<EventRow>) -> Result<Vec<Event>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let links: Vec<(String, String)> = sqlx::query_as(
        "SELECT event_id, delivery_id FROM (
           SELECT l.event_id, l.delivery_id, row_number() OVER
             (PARTITION BY l.event_id ORDER BY l.received_at, l.delivery_id) AS n
           FROM event_deliveries l WHERE l.event_id IN (SELECT value FROM json_each($1)))
         WHERE n <= 100 ORDER BY event_id, n",
    )
    .bind(row::to_json(&ids)?)
    .fetch_all(&mut *conn)
    .await?;
    let mut acts = acts_on(conn, &ids).await?;
    let mut carried: HashMap<String, Vec<Uuid>> = HashMap::new();
    for (event, delivery) in links {
        carried.entry(event).or_default().push(row::id(&delivery)?);
    }
    rows.into_iter()
        .map(|row| {
            let deliveries = carried.get(&row.id).cloned().unwrap_or_default();
            let acts = acts.remove(&row.id).unwrap_or_default();
            event_of(row, deliveries, acts)
        })
        .collect()
}

/// What operators did to these events.
async fn acts_on(conn: &mut SqliteConnection, events: &[&str]) -> Result<HashMap<String, Vec<ActOnEvent>>, StoreError> {
    let rows: Vec<(String, String, String, Option<String>, i64)> = sqlx::query_as(
        "SELECT id, act, actor, reason, at FROM (
           SELECT e.id, a.act, a.actor, a.reason, a.at,
             row_number() OVER (PARTITION BY e.id ORDER BY a.at DESC, a.id DESC) AS n
           FROM events e JOIN operator_acts a
             ON a.endpoint_id = e.endpoint_id AND a.is_test = e.is_test AND a.dedupe_key = e.dedupe_key
           WHERE e.id IN (SELECT value FROM json_each($1)) AND a.act IN ('void', 'unvoid', 'move', 'attach'))
         WHERE n <= 50 ORDER BY id, n",
    )
    .bind(row::to_json(events)?)
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<String, Vec<ActOnEvent>> = HashMap::new();
    for (event, act, by, reason, at) in rows {
        let act = ActOnEvent { act: row::word(&act)?, by, reason: reason.unwrap_or_default(), at: row::time(at) };
        found.entry(event).or_default().push(act);
    }
    Ok(found)
}

/// The events these deliveries carried, in the order of the payload; the same event may stand under several.
pub(super) async fn of_deliveries(
    conn: &mut SqliteConnection,
    deliveries: &[String],
) -> Result<HashMap<String, Vec<Event>>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        carried_by: String,
        #[sqlx(flatten)]
        event: EventRow,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT l.delivery_id AS carried_by, e.id, e.kind, e.status, e.substatus, e.reason, e.effective_at,
           e.received_at, e.late_seconds, e.content, e.flags, e.seen_count, e.piece, e.leg, e.position, e.set_aside,
           e.voided_at, e.retracted_at, e.operator
         FROM event_deliveries l JOIN events e ON e.id = l.event_id
         WHERE l.delivery_id IN (SELECT value FROM json_each($1)) ORDER BY l.delivery_id, l.item, e.id",
    )
    .bind(row::to_json(deliveries)?)
    .fetch_all(&mut *conn)
    .await?;
    let mut distinct: HashMap<String, EventRow> = HashMap::new();
    let mut order: Vec<(String, String)> = Vec::with_capacity(rows.len());
    for Row { carried_by, event } in rows {
        order.push((carried_by, event.id.clone()));
        distinct.insert(event.id.clone(), event);
    }
    let events = complete(conn, distinct.into_values().collect()).await?;
    let events: HashMap<String, Event> = events.into_iter().map(|event| (event.id.to_string(), event)).collect();
    let mut found: HashMap<String, Vec<Event>> = HashMap::new();
    for (delivery, event) in order {
        if let Some(event) = events.get(&event) {
            found.entry(delivery).or_default().push(event.clone());
        }
    }
    Ok(found)
}

/// On a timeline a cursor names the last event of its page: what is inserted before it does not shift the next page.
fn position_key(row: &EventRow) -> Keyset {
    Keyset { at: row.position, id: row.id.clone() }
}

impl Store {
    /// The timeline of a parcel, newest first: its own events and those of its whole shipment. Empty where there is no
    /// such parcel.
    pub async fn parcel_events(
        &self,
        parcel: Uuid,
        only: Option<TimelineLines>,
        request: &PageRequest,
    ) -> Result<Page<Event>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<EventRow> = sqlx::query_as(select_events!(
            "JOIN parcels p ON p.shipment_id = e.shipment_id AND p.incarnation = e.incarnation
               AND (e.piece_norm IS NULL OR e.piece_norm = p.piece_norm)
             WHERE p.id = $1 AND (e.position, e.id) < (COALESCE((SELECT c.position FROM events c WHERE c.id = $3), $2), $3)
               AND CASE $5 WHEN 'status' THEN e.kind = 'status' WHEN 'notes' THEN e.kind = 'note'
                 WHEN 'proofs' THEN json_array_length(e.content, '$.proofs') > 0
                 WHEN 'operators' THEN e.operator IS NOT NULL
                 WHEN 'taken_out' THEN e.voided_at IS NOT NULL OR e.retracted_at IS NOT NULL ELSE 1 END
             ORDER BY e.position DESC, e.id DESC LIMIT $4"
        ))
        .bind(parcel.to_string())
        .bind(after.at)
        .bind(after.id)
        .bind(row::limit(request))
        .bind(only.map(TimelineLines::as_str))
        .fetch_all(&mut *conn)
        .await?;
        let page = row::page(rows, request, position_key);
        Ok(Page { items: complete(&mut conn, page.items).await?, next_cursor: page.next_cursor })
    }

    /// The timeline of a number with all its pieces, newest first.
    pub async fn shipment_events(&self, shipment: Uuid, request: &PageRequest) -> Result<Page<Event>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<EventRow> = sqlx::query_as(select_events!(
            "WHERE e.shipment_id = $1
               AND (e.position, e.id) < (COALESCE((SELECT c.position FROM events c WHERE c.id = $3), $2), $3)
             ORDER BY e.position DESC, e.id DESC LIMIT $4"
        ))
        .bind(shipment.to_string())
        .bind(after.at)
        .bind(after.id)
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let page = row::page(rows, request, position_key);
        Ok(Page { items: complete(&mut conn, page.items).await?, next_cursor: page.next_cursor })
    }

    /// The events of a parcel that brought proof of delivery and still count, newest first.
    pub async fn proof_events(&self, parcel: Uuid) -> Result<Vec<Event>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<EventRow> = sqlx::query_as(select_events!(
            "JOIN parcels p ON p.shipment_id = e.shipment_id AND p.incarnation = e.incarnation
               AND (e.piece_norm IS NULL OR e.piece_norm = p.piece_norm)
             WHERE p.id = $1 AND e.voided_at IS NULL AND e.retracted_at IS NULL
               AND json_array_length(e.content, '$.proofs') > 0
             ORDER BY e.position DESC, e.id DESC LIMIT 20"
        ))
        .bind(parcel.to_string())
        .fetch_all(&mut *conn)
        .await?;
        complete(&mut conn, rows).await
    }

    /// Notes that name no number, newest first.
    pub async fn list_unassigned_notes(&self, request: &PageRequest) -> Result<Page<Event>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<EventRow> = sqlx::query_as(select_events!(
            "WHERE e.shipment_id IS NULL AND (e.received_at, e.id) < ($1, $2)
             ORDER BY e.received_at DESC, e.id DESC LIMIT $3"
        ))
        .bind(after.at)
        .bind(after.id)
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let page = row::page(rows, request, |last| Keyset { at: last.received_at, id: last.id.clone() });
        Ok(Page { items: complete(&mut conn, page.items).await?, next_cursor: page.next_cursor })
    }

    /// An event.
    pub async fn find_event(&self, id: Uuid) -> Result<Option<Event>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<EventRow> =
            sqlx::query_as(select_events!("WHERE e.id = $1")).bind(id.to_string()).fetch_all(&mut *conn).await?;
        Ok(complete(&mut conn, rows).await?.pop())
    }
}
