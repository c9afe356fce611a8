//! Everything known of one number, for the fold.

use crate::server::store::content::Content;
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::act::OperatorMark;
use crate::tracking::fold::{FoldEvent, FoldListing, History, OperatorAct};
use crate::tracking::status::Confidence;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct EventRow {
    id: String,
    dedupe_key: String,
    operator: Option<String>,
    received_at: i64,
    dispatched_at: Option<i64>,
    content: String,
    voided_at: Option<i64>,
    voided_by: Option<String>,
    is_test: bool,
    moved: bool,
}

#[derive(sqlx::FromRow)]
struct ListingRow {
    side: String,
    listed_at: i64,
    received_at: i64,
    oldest: String,
    newest: String,
    events: String,
}

impl EventRow {
    fn with(self, content: Content) -> Result<FoldEvent, StoreError> {
        let row = self;
        let Content { mapped, .. } = content;
        let unmapped = mapped.used.is_none() && mapped.unmapped.is_some();
        let action = mapped.used.as_ref().map(|used| used.key.clone());
        // What another number's source lists and claims is not about this one.
        let (side, claim) = if row.moved { (None, None) } else { (content.side, mapped.claim) };
        let operator: Option<OperatorMark> = row::json_opt(row.operator.as_deref())?;
        Ok(FoldEvent {
            id: row::id(&row.id)?,
            dedupe_key: row.dedupe_key,
            kind: mapped.target.kind,
            status: mapped.target.status,
            substatus: mapped.target.substatus,
            reason: mapped.target.reason,
            confidence: mapped.used.map_or(Confidence::High, |used| used.confidence),
            in_context: mapped.target.in_context,
            weak: mapped.target.weak,
            unmapped,
            flag: mapped.target.flag,
            piece: content.piece,
            zone: content.zone.and_then(|name| name.parse().ok()),
            time: content.time,
            dispatched_at: row::time_opt(row.dispatched_at),
            received_at: row::time(row.received_at),
            side,
            place: content.place.name,
            raw_text: content.raw_text,
            raw_code: action.or_else(|| content.keys.into_iter().next()).or(content.raw_code),
            proofs: content.proofs,
            pieces: content.pieces,
            references: content.references,
            details: content.details,
            claim,
            flags: content.flags,
            voided: row.voided_at.is_some(),
            voided_by: row.voided_by,
            operator: operator.map(|mark| OperatorAct { pin: mark.pin, by: mark.by }),
            is_test: row.is_test,
        })
    }
}

impl TryFrom<ListingRow> for FoldListing {
    type Error = StoreError;
    fn try_from(row: ListingRow) -> Result<Self, StoreError> {
        Ok(Self {
            side: row.side,
            listed_at: row::time(row.listed_at),
            received_at: row::time(row.received_at),
            oldest: row::local(&row.oldest)?,
            newest: row::local(&row.newest)?,
            events: row::json(&row.events)?,
        })
    }
}

/// Everything known of a number, with the contents of these events in place of the stored ones.
pub(super) async fn load(
    conn: &mut SqliteConnection,
    shipment: Uuid,
    instead: &mut HashMap<Uuid, Content>,
) -> Result<History, StoreError> {
    let id = shipment.to_string();
    let (carrier, registered_at): (String, Option<i64>) =
        sqlx::query_as("SELECT carrier, registered_at FROM shipments WHERE id = $1")
            .bind(&id)
            .fetch_optional(&mut *conn)
            .await?
            .ok_or_else(|| StoreError::Inconsistent(format!("no shipment {id}")))?;
    let events: Vec<EventRow> = sqlx::query_as(
        "SELECT id, dedupe_key, operator, received_at, dispatched_at, content, voided_at, is_test, moved,
           CASE WHEN voided_at IS NOT NULL THEN (SELECT a.actor FROM operator_acts a
             WHERE a.endpoint_id = e.endpoint_id AND a.is_test = e.is_test AND a.dedupe_key = e.dedupe_key
               AND a.act = 'void' ORDER BY a.at DESC, a.id DESC LIMIT 1) END AS voided_by
         FROM events e WHERE shipment_id = $1",
    )
    .bind(&id)
    .fetch_all(&mut *conn)
    .await?;
    let listings: Vec<ListingRow> = sqlx::query_as(
        "SELECT side, listed_at, received_at, oldest, newest, events FROM listings WHERE shipment_id = $1",
    )
    .bind(&id)
    .fetch_all(&mut *conn)
    .await?;
    let mut known = Vec::with_capacity(events.len());
    for row in events {
        let content = match instead.remove(&row::id(&row.id)?) {
            Some(content) => content,
            None => row::json(&row.content)?,
        };
        known.push(row.with(content)?);
    }
    Ok(History {
        carrier: row::word(&carrier)?,
        shipment_id: shipment,
        registered_at: row::time_opt(registered_at),
        events: known,
        listings: listings.into_iter().map(FoldListing::try_from).collect::<Result<_, _>>()?,
    })
}

impl Tx {
    /// Everything known of a number. An unknown one is inconsistent: ask only for what was kept.
    pub async fn load_history(&mut self, shipment: Uuid) -> Result<History, StoreError> {
        load(&mut self.conn, shipment, &mut HashMap::new()).await
    }
}
