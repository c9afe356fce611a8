//! Keeping events: once each, whatever is sent again (R1, R10), in any order of applying.
//!
//! Known events are linked to the delivery that repeats them; what is richer becomes a revision. The number a note
//! belongs to may be found later: until then it stands in the inbox, without a shipment.

use super::{Kept, KeptChange, NewEvent};
use crate::server::ids;
use crate::server::store::acts::Moving;
use crate::server::store::content::Content;
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::number::normalise;
use crate::tracking::status::{Reason, Status, Substatus};
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// Stands for "several contents, see the revisions".
pub(super) const MERGED: &str = "merged";

/// Where an event belongs.
#[derive(Clone, Copy)]
struct Place {
    /// `None` is the inbox.
    shipment: Option<Uuid>,
    /// An operator said so: the last word.
    by_operator: bool,
    /// It stands under another number than the one that was sent.
    moved: bool,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    shipment_id: Option<String>,
    last_received_at: i64,
    content: String,
    content_hash: String,
}

/// The carrier named no number.
fn is_nameless(new: &NewEvent) -> bool {
    new.reported.number.is_none() && new.operator.is_none()
}

impl Tx {
    /// Keeps an event of a number. Fold the number again afterwards, also when the event was known: it may have been
    /// received earlier than thought.
    pub async fn keep_event(&mut self, new: &NewEvent) -> Result<Kept, StoreError> {
        // A note that found its number in its text makes no number known, nor known for longer.
        let shipment = if is_nameless(new) {
            ids::shipment(new.endpoint, new.is_test, &normalise(&new.number))
        } else {
            self.keep_shipment(new.endpoint, new.carrier, new.is_test, &new.number, new.received_at).await?
        };
        let (event_id, change, shipment_id) = self.keep(new, Some(shipment)).await?;
        // The recipient stays with the number that was sent, also when the event was moved.
        if let Some(recipient) = &new.reported.recipient {
            self.keep_recipient(shipment, recipient, new.received_at).await?;
        }
        Ok(Kept { event_id, shipment_id: shipment_id.unwrap_or(shipment), change })
    }

    /// Keeps a note that names no number, in the inbox. Its `number` is not looked at. Returns its id, and the number it
    /// has all the same, if somebody gave it one: fold that again.
    pub async fn keep_unassigned_note(&mut self, new: &NewEvent) -> Result<(Uuid, Option<Uuid>), StoreError> {
        let (event_id, _, shipment) = self.keep(new, None).await?;
        Ok((event_id, shipment))
    }

    async fn keep(
        &mut self,
        new: &NewEvent,
        shipment: Option<Uuid>,
    ) -> Result<(Uuid, KeptChange, Option<Uuid>), StoreError> {
        let id = ids::event(new.endpoint, new.is_test, &new.reported.identity);
        let content = Content::of(&new.reported, &new.mapped);
        let hash = content.hash()?;
        let place = self.place_of(new, shipment).await?;
        if self.insert_event(id, new, place, &content, &hash).await? {
            self.note_keys(id, new).await?;
            self.link(id, new).await?;
            self.restore_void(id, new).await?;
            return Ok((id, KeptChange::Added, place.shipment));
        }
        self.link(id, new).await?;
        let known: KnownRow =
            sqlx::query_as("SELECT shipment_id, last_received_at, content, content_hash FROM events WHERE id = $1")
                .bind(id.to_string())
                .fetch_one(&mut self.conn)
                .await?;
        let change = self.revise(id, new, &known, &content, &hash).await?;
        sqlx::query(
            "UPDATE events SET received_at = MIN(received_at, $2), last_received_at = MAX(last_received_at, $2),
               dispatched_at = MIN(COALESCE(dispatched_at, $3), COALESCE($3, dispatched_at)),
               shipment_id = CASE WHEN $5 THEN $4 ELSE COALESCE(shipment_id, $4) END, moved = $6,
               seen_count = MAX(1, (SELECT COUNT(*) FROM event_deliveries WHERE event_id = $1))
             WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(new.received_at.millis())
        .bind(new.reported.dispatched_at.map(Timestamp::millis))
        .bind(place.shipment.map(|id| id.to_string()))
        .bind(place.by_operator)
        .bind(place.moved)
        .execute(&mut self.conn)
        .await?;
        let known = row::id_opt(known.shipment_id.as_deref())?.filter(|_| !place.by_operator);
        Ok((id, change, known.or(place.shipment)))
    }

    /// Where an event belongs: under the number that was sent, unless operators put it elsewhere. Every number it ever
    /// stood under is known since its receipt, whether it is moved before or after it comes again.
    async fn place_of(&mut self, new: &NewEvent, sent: Option<Uuid>) -> Result<Place, StoreError> {
        let moves = self.moves_of(new.endpoint, new.is_test, &new.reported.identity).await?;
        let mut place = Place { shipment: sent, by_operator: !moves.is_empty(), moved: false };
        for Moving { to, .. } in moves {
            place.shipment = match to {
                Some(number) => {
                    Some(self.keep_shipment(new.endpoint, new.carrier, new.is_test, &number, new.received_at).await?)
                }
                None => None,
            };
        }
        place.moved = place.shipment.is_some() && place.shipment != sent;
        Ok(place)
    }

    async fn insert_event(
        &mut self,
        id: Uuid,
        new: &NewEvent,
        place: Place,
        content: &Content,
        hash: &str,
    ) -> Result<bool, StoreError> {
        let operator = new.operator.as_ref().map(row::to_json).transpose()?;
        let done = sqlx::query(
            "INSERT INTO events (id, endpoint_id, carrier, is_test, dedupe_key, shipment_id, piece, piece_norm, operator,
               received_at, last_received_at, seen_count, content, content_hash, occurred_at, occurred_local,
               dispatched_at, kind, map_key, unmapped_key, effective_at, status, substatus, reason, flags, nameless,
               moved)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1, $11, $12, $13, $14, $15, $16, $17, $18,
               COALESCE($13, $10), $19, $20, $21, $22, $23, $24)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id.to_string())
        .bind(new.endpoint.to_string())
        .bind(new.carrier.as_str())
        .bind(new.is_test)
        .bind(&new.reported.identity)
        .bind(place.shipment.map(|id| id.to_string()))
        .bind(&content.piece)
        .bind(content.piece.as_deref().map(normalise))
        .bind(operator)
        .bind(new.received_at.millis())
        .bind(row::to_json(content)?)
        .bind(hash)
        .bind(content.time.at.map(Timestamp::millis))
        .bind(content.time.local.map(row::local_text))
        .bind(new.reported.dispatched_at.map(Timestamp::millis))
        .bind(content.mapped.target.kind.as_str())
        .bind(content.mapped.used.as_ref().map(|used| used.key.as_str()))
        .bind(content.mapped.unmapped.as_deref())
        .bind(content.mapped.target.status.map(Status::as_str))
        .bind(content.mapped.target.substatus.map(Substatus::as_str))
        .bind(content.mapped.target.reason.map(Reason::as_str))
        .bind(row::to_json(&content.flags)?)
        .bind(is_nameless(new))
        .bind(place.moved)
        .execute(&mut self.conn)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Every key that may decide it, now or once the key has a row.
    async fn note_keys(&mut self, id: Uuid, new: &NewEvent) -> Result<(), StoreError> {
        let keys: Vec<&String> = new.reported.keys.iter().chain(&new.reported.claims).collect();
        if keys.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO event_keys (carrier, key, event_id) SELECT $1, value, $2 FROM json_each($3) WHERE TRUE
             ON CONFLICT DO NOTHING",
        )
        .bind(new.carrier.as_str())
        .bind(id.to_string())
        .bind(row::to_json(&keys)?)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn link(&mut self, id: Uuid, new: &NewEvent) -> Result<(), StoreError> {
        let Some(delivery) = new.delivery else { return Ok(()) };
        sqlx::query(
            "INSERT INTO event_deliveries (event_id, delivery_id, item, received_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (event_id, delivery_id) DO NOTHING",
        )
        .bind(id.to_string())
        .bind(delivery.to_string())
        .bind(new.item)
        .bind(new.received_at.millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// An event that was voided before a rebuild is voided again.
    async fn restore_void(&mut self, id: Uuid, new: &NewEvent) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE events SET voided_at = (
               SELECT CASE WHEN act = 'void' THEN at END FROM operator_acts
               WHERE endpoint_id = $2 AND is_test = $3 AND dedupe_key = $4 AND act IN ('void', 'unvoid') AND undone_at IS NULL
               ORDER BY at DESC, id DESC LIMIT 1)
             WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(new.endpoint.to_string())
        .bind(new.is_test)
        .bind(&new.reported.identity)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Takes a resend into a known event.
    async fn revise(
        &mut self,
        id: Uuid,
        new: &NewEvent,
        known: &KnownRow,
        content: &Content,
        hash: &str,
    ) -> Result<KeptChange, StoreError> {
        let merged: Content = if known.content_hash == hash {
            // The same words; they may be mapped differently by now.
            Content {
                mapped: content.mapped.clone(),
                kind: content.kind,
                structural_confidence: content.structural_confidence,
                ..row::json(&known.content)?
            }
        } else {
            if known.content_hash != MERGED {
                let first = row::json(&known.content)?;
                self.put_revision(id, &known.content_hash, &first, known.last_received_at, None).await?;
            }
            self.put_revision(id, hash, content, new.received_at.millis(), new.delivery).await?;
            self.note_keys(id, new).await?;
            let all: Vec<String> = sqlx::query_scalar(
                "SELECT content FROM event_revisions WHERE event_id = $1 ORDER BY last_received_at, content_hash",
            )
            .bind(id.to_string())
            .fetch_all(&mut self.conn)
            .await?;
            let all = all.iter().map(|text| row::json(text)).collect::<Result<Vec<Content>, _>>()?;
            Content::merged(&all)?
        };
        let hash = if known.content_hash == hash { hash } else { MERGED };
        // Compared as text: numbers need not survive reading to the last bit.
        let same = row::to_json(&merged)? == known.content;
        if !same || known.content_hash != hash {
            self.put_content(id, &merged, hash).await?;
        }
        Ok(if same { KeptChange::Known } else { KeptChange::Revised })
    }

    async fn put_revision(
        &mut self,
        id: Uuid,
        hash: &str,
        content: &Content,
        received_at: i64,
        delivery: Option<Uuid>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO event_revisions (event_id, content_hash, content, last_received_at, delivery_id)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (event_id, content_hash) DO UPDATE SET
               content = excluded.content, last_received_at = MAX(last_received_at, excluded.last_received_at)",
        )
        .bind(id.to_string())
        .bind(hash)
        .bind(row::to_json(content)?)
        .bind(received_at)
        .bind(delivery.map(|id| id.to_string()))
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    pub(super) async fn put_content(&mut self, id: Uuid, content: &Content, hash: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE events SET content = $2, content_hash = $3, occurred_at = $4, occurred_local = $5, kind = $6,
               map_key = $7, unmapped_key = $8 WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(row::to_json(content)?)
        .bind(hash)
        .bind(content.time.at.map(Timestamp::millis))
        .bind(content.time.local.map(row::local_text))
        .bind(content.mapped.target.kind.as_str())
        .bind(content.mapped.used.as_ref().map(|used| used.key.as_str()))
        .bind(content.mapped.unmapped.as_deref())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}
