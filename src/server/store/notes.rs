//! Carriers' notes that name no number, and the numbers each may be about.

use super::Store;
use super::apply::words_of;
use super::error::StoreError;
use super::row;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::sheet::{Candidate, WaitingNote};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// A number whose events came this close to a note may be what it is about.
const NEAR_MS: i64 = 10 * 60 * 1000;

/// Numbers offered for one note.
const MOST_CANDIDATES: usize = 5;

#[derive(sqlx::FromRow)]
struct OwnerRow {
    id: String,
    carrier: String,
    endpoint_id: String,
    endpoint_label: String,
    is_test: bool,
}

impl Store {
    /// Notes that name no number, newest first, each with the numbers it may be about.
    pub async fn waiting_notes(&self, request: &PageRequest) -> Result<Page<WaitingNote>, StoreError> {
        let page = self.list_unassigned_notes(request).await?;
        let mut conn = self.read().await?;
        let ids: Vec<String> = page.items.iter().map(|event| event.id.to_string()).collect();
        let owners: Vec<OwnerRow> = sqlx::query_as(
            "SELECT e.id, e.carrier, e.endpoint_id, n.label AS endpoint_label, e.is_test
             FROM events e JOIN endpoints n ON n.id = e.endpoint_id
             WHERE e.id IN (SELECT value FROM json_each($1))",
        )
        .bind(row::to_json(&ids)?)
        .fetch_all(&mut *conn)
        .await?;
        let mut owners: HashMap<String, OwnerRow> = owners.into_iter().map(|row| (row.id.clone(), row)).collect();
        let mut notes = Vec::with_capacity(page.items.len());
        for event in page.items {
            let Some(owner) = owners.remove(&event.id.to_string()) else { continue };
            let text = event.raw_text.as_deref().unwrap_or_default();
            let candidates = candidates(&mut conn, &owner, text, event.received_at.millis()).await?;
            notes.push(WaitingNote {
                carrier: row::word(&owner.carrier)?,
                endpoint: row::id(&owner.endpoint_id)?,
                endpoint_label: owner.endpoint_label,
                is_test: owner.is_test,
                candidates,
                event,
            });
        }
        Ok(Page { items: notes, next_cursor: page.next_cursor })
    }

    /// How many notes wait for a number.
    pub async fn count_waiting_notes(&self) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let n: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM events WHERE shipment_id IS NULL").fetch_one(&mut *conn).await?;
        Ok(row::count(n))
    }
}

/// Numbers, pieces and references the text names; then numbers that were heard of at the same time.
async fn candidates(
    conn: &mut SqliteConnection,
    owner: &OwnerRow,
    text: &str,
    received_at: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let words: Vec<String> = words_of(text).collect();
    let named: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT p.number FROM parcels p
         WHERE p.endpoint_id = $1 AND p.is_test = $2 AND p.id IN (
           SELECT id FROM parcels WHERE number_norm IN (SELECT value FROM json_each($3))
           UNION SELECT id FROM parcels WHERE piece_norm IN (SELECT value FROM json_each($3))
           UNION SELECT parcel_id FROM parcel_references WHERE value_norm IN (SELECT value FROM json_each($3)))
         ORDER BY p.updated_at DESC LIMIT $4",
    )
    .bind(&owner.endpoint_id)
    .bind(owner.is_test)
    .bind(row::to_json(&words)?)
    .bind(i64::try_from(MOST_CANDIDATES).unwrap_or(i64::MAX))
    .fetch_all(&mut *conn)
    .await?;
    let near: Vec<String> = sqlx::query_scalar(
        "SELECT s.number FROM deliveries d
         JOIN event_deliveries l ON l.delivery_id = d.id
         JOIN events e ON e.id = l.event_id JOIN shipments s ON s.id = e.shipment_id
         WHERE d.endpoint_id = $1 AND d.is_test = $2 AND d.received_at BETWEEN $3 - $4 AND $3 + $4
         GROUP BY s.id ORDER BY MIN(ABS(d.received_at - $3)), s.number LIMIT $5",
    )
    .bind(&owner.endpoint_id)
    .bind(owner.is_test)
    .bind(received_at)
    .bind(NEAR_MS)
    .bind(i64::try_from(MOST_CANDIDATES).unwrap_or(i64::MAX))
    .fetch_all(&mut *conn)
    .await?;
    let mut found: Vec<Candidate> = named.into_iter().map(|number| Candidate { number, named: true }).collect();
    for number in near {
        if found.iter().all(|known| known.number != number) {
            found.push(Candidate { number, named: false });
        }
    }
    found.truncate(MOST_CANDIDATES);
    Ok(found)
}
