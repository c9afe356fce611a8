//! Mapping again what is kept.
//!
//! What a changed row makes of an event is computed in one place, for the writer that keeps it and for a preview that
//! only reads: [`Stored::with`].

use super::history;
use super::keep::MERGED;
use super::{Coded, Mapped};
use crate::server::store::content::Content;
use crate::server::store::error::StoreError;
use crate::server::store::writer::Tx;
use crate::server::store::{Store, row};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::fold::History;
use crate::tracking::mapping::ParcelState;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// An event as it is mapped: one set of codes for each content it came with, oldest receipt first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedEvent {
    /// Which.
    pub id: Uuid,
    /// Never empty.
    pub codes: Vec<Coded>,
}

/// An event with all contents it came with.
struct Stored {
    id: Uuid,
    /// As it stands in the table.
    text: String,
    hash: String,
    /// Hash and content; the only one where it came with one.
    parts: Vec<(String, Content)>,
}

impl Stored {
    fn coded(&self) -> CodedEvent {
        CodedEvent { id: self.id, codes: self.parts.iter().map(|(_, content)| content.coded()).collect() }
    }

    /// Its content when its parts are mapped so.
    fn with(mut self, mapped: Vec<Mapped>) -> Result<(Self, Content), StoreError> {
        for ((_, content), mapped) in self.parts.iter_mut().zip(mapped) {
            content.mapped = mapped;
        }
        let merged = match self.parts.as_slice() {
            [(_, only)] if self.hash != MERGED => only.clone(),
            parts => Content::merged(&parts.iter().map(|(_, content)| content.clone()).collect::<Vec<_>>())?,
        };
        Ok((self, merged))
    }
}

/// The events of a number (or the one event) that a key may decide.
async fn stored(
    conn: &mut SqliteConnection,
    carrier: CarrierId,
    key: &str,
    shipment: Option<Uuid>,
    event: Option<Uuid>,
) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT id, content, content_hash FROM events e
         WHERE (e.shipment_id = $3 OR e.id = $4)
           AND EXISTS (SELECT 1 FROM event_keys k WHERE k.carrier = $1 AND k.key = $2 AND k.event_id = e.id)
         ORDER BY e.id",
    )
    .bind(carrier.as_str())
    .bind(key)
    .bind(shipment.map(|id| id.to_string()))
    .bind(event.map(|id| id.to_string()))
    .fetch_all(&mut *conn)
    .await?;
    let mut all = Vec::with_capacity(rows.len());
    for (id, text, hash) in rows {
        let parts = if hash == MERGED {
            let parts: Vec<(String, String)> = sqlx::query_as(
                "SELECT content_hash, content FROM event_revisions WHERE event_id = $1
                 ORDER BY last_received_at, content_hash",
            )
            .bind(&id)
            .fetch_all(&mut *conn)
            .await?;
            parts.into_iter().map(|(hash, text)| Ok((hash, row::json(&text)?))).collect::<Result<_, StoreError>>()?
        } else {
            vec![(hash.clone(), row::json(&text)?)]
        };
        all.push(Stored { id: row::id(&id)?, text, hash, parts });
    }
    Ok(all)
}

impl Tx {
    /// The events of a number (or, without one, this event) that a key may decide.
    pub async fn coded_events(
        &mut self,
        carrier: CarrierId,
        key: &str,
        event: Uuid,
        shipment: Option<Uuid>,
    ) -> Result<Vec<CodedEvent>, StoreError> {
        let alone = shipment.is_none().then_some(event);
        let found = stored(&mut self.conn, carrier, key, shipment, alone).await?;
        Ok(found.iter().map(Stored::coded).collect())
    }

    /// Maps events so from now on: for each as many as it has codes. Returns whether any of them is another than before.
    pub async fn put_mapped(
        &mut self,
        carrier: CarrierId,
        key: &str,
        event: Uuid,
        shipment: Option<Uuid>,
        mut mapped: HashMap<Uuid, Vec<Mapped>>,
    ) -> Result<bool, StoreError> {
        let alone = shipment.is_none().then_some(event);
        let mut changed = false;
        for stored in stored(&mut self.conn, carrier, key, shipment, alone).await? {
            let Some(mapped) = mapped.remove(&stored.id) else { continue };
            let (stored, content) = stored.with(mapped)?;
            if stored.hash == MERGED {
                for (hash, part) in &stored.parts {
                    let sql = "UPDATE event_revisions SET content = $3 WHERE event_id = $1 AND content_hash = $2";
                    let text = row::to_json(part)?;
                    let revision = sqlx::query(sql).bind(stored.id.to_string()).bind(hash).bind(text);
                    revision.execute(&mut self.conn).await?;
                }
            }
            if row::to_json(&content)? != stored.text {
                self.put_content(stored.id, &content, &stored.hash).await?;
                changed = true;
            }
        }
        Ok(changed)
    }
}

impl Store {
    /// Numbers with an event that a key may decide, at most `limit`: number and endpoint.
    pub async fn numbers_with_key(
        &self,
        carrier: CarrierId,
        key: &str,
        limit: u32,
    ) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT DISTINCT e.shipment_id, e.endpoint_id FROM event_keys k JOIN events e ON e.id = k.event_id
             WHERE k.carrier = $1 AND k.key = $2 AND e.shipment_id IS NOT NULL LIMIT $3",
        )
        .bind(carrier.as_str())
        .bind(key)
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
        rows.iter().map(|(id, endpoint)| Ok((row::id(id)?, row::id(endpoint)?))).collect()
    }

    /// The events of a number that a key may decide.
    pub async fn coded_events(
        &self,
        carrier: CarrierId,
        key: &str,
        shipment: Uuid,
    ) -> Result<Vec<CodedEvent>, StoreError> {
        let mut conn = self.read().await?;
        Ok(stored(&mut conn, carrier, key, Some(shipment), None).await?.iter().map(Stored::coded).collect())
    }

    /// The history of a number as it would be with these events mapped so.
    pub async fn history_mapped(
        &self,
        carrier: CarrierId,
        key: &str,
        shipment: Uuid,
        mut mapped: HashMap<Uuid, Vec<Mapped>>,
    ) -> Result<History, StoreError> {
        let mut conn = self.read().await?;
        let mut instead = HashMap::new();
        for stored in stored(&mut conn, carrier, key, Some(shipment), None).await? {
            if let Some(mapped) = mapped.remove(&stored.id) {
                instead.insert(stored.id, stored.with(mapped)?.1);
            }
        }
        history::load(&mut conn, shipment, &mut instead).await
    }

    /// The parcels of a number as they are kept.
    pub async fn states_of(&self, shipment: Uuid) -> Result<Vec<KeptState>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<StateRow> = sqlx::query_as(
            "SELECT p.id, p.number, p.piece, p.carrier, p.is_test, p.status, p.substatus, p.reason, p.leg, p.flags
             FROM parcels p WHERE p.shipment_id = $1 ORDER BY p.incarnation, p.piece_no",
        )
        .bind(shipment.to_string())
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter().map(KeptState::try_from).collect()
    }

    /// Number and test mark of a shipment.
    pub async fn number_of(&self, shipment: Uuid) -> Result<Option<(String, bool)>, StoreError> {
        let mut conn = self.read().await?;
        let sql = "SELECT number, is_test FROM shipments WHERE id = $1";
        Ok(sqlx::query_as(sql).bind(shipment.to_string()).fetch_optional(&mut *conn).await?)
    }
}

/// A parcel as it is kept, as far as a preview compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptState {
    /// Which.
    pub id: Uuid,
    /// As first received.
    pub number: String,
    /// Barcode.
    pub piece: Option<String>,
    /// Made by the test bench.
    pub is_test: bool,
    /// What is compared.
    pub state: ParcelState,
}

#[derive(sqlx::FromRow)]
struct StateRow {
    id: String,
    number: String,
    piece: Option<String>,
    is_test: bool,
    status: String,
    substatus: Option<String>,
    reason: Option<String>,
    leg: i64,
    flags: String,
}

impl TryFrom<StateRow> for KeptState {
    type Error = StoreError;
    fn try_from(row: StateRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row::id(&row.id)?,
            number: row.number,
            piece: row.piece,
            is_test: row.is_test,
            state: ParcelState {
                status: row::word(&row.status)?,
                substatus: row::word_opt(row.substatus.as_deref())?,
                reason: row::word_opt(row.reason.as_deref())?,
                leg: row::small(row.leg),
                flags: row::json(&row.flags)?,
            },
        })
    }
}
