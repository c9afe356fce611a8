//! Keeping events: once each, whatever is sent again (R1, R10), in any order of applying.
//!
//! Known events are linked to the delivery that repeats them; what is richer becomes a revision. The number a note
//! belongs to may be found later: until then it stands in the inbox, without a shipment.

use super::{Kept, KeptChange, NewEvent};
use crate::server::ids;
use crate::server::secrets::sha256_hex;
use crate::server::store::content::Content;
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::{Listing, Recipient, Reference};
use crate::tracking::number::normalise;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// How long personal data of recipients is kept after the last delivery that named them.
const RECIPIENT_KEPT_S: i64 = 180 * 24 * 3600;
/// Stands for "several contents, see the revisions".
const MERGED: &str = "merged";

#[derive(sqlx::FromRow)]
struct KnownRow {
    shipment_id: Option<String>,
    received_at: i64,
    last_received_at: i64,
    content: String,
    content_hash: String,
}

impl Tx {
    /// The id of a number, known from now on.
    pub async fn keep_shipment(
        &mut self,
        endpoint: Uuid,
        carrier: CarrierId,
        is_test: bool,
        number: &str,
        received_at: Timestamp,
    ) -> Result<Uuid, StoreError> {
        let norm = normalise(number);
        let id = ids::shipment(endpoint, is_test, &norm);
        sqlx::query(
            "INSERT INTO shipments (id, endpoint_id, carrier, is_test, number, number_as_of, number_norm, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $6)
             ON CONFLICT (id) DO UPDATE SET
               number = excluded.number, number_as_of = excluded.number_as_of,
               created_at = MIN(created_at, excluded.created_at)
             WHERE (excluded.number_as_of, excluded.number) < (number_as_of, number)",
        )
        .bind(id.to_string())
        .bind(endpoint.to_string())
        .bind(carrier.as_str())
        .bind(is_test)
        .bind(number.trim())
        .bind(received_at.millis())
        .bind(norm)
        .execute(&mut self.conn)
        .await?;
        Ok(id)
    }

    /// Keeps an event of a number. Fold the number again afterwards, also when the event was known: it may have been
    /// received earlier than thought.
    pub async fn keep_event(&mut self, new: &NewEvent) -> Result<Kept, StoreError> {
        let shipment =
            self.keep_shipment(new.endpoint, new.carrier, new.is_test, &new.number, new.received_at).await?;
        let (event_id, change, shipment_id) = self.keep(new, Some(shipment)).await?;
        if let Some(recipient) = &new.reported.recipient {
            self.keep_recipient(shipment, recipient, new.received_at).await?;
        }
        Ok(Kept { event_id, shipment_id: shipment_id.unwrap_or(shipment), change })
    }

    /// Keeps a note that names no number, in the inbox. Its `number` is not looked at.
    pub async fn keep_unassigned_note(&mut self, new: &NewEvent) -> Result<Uuid, StoreError> {
        Ok(self.keep(new, None).await?.0)
    }

    async fn keep(
        &mut self,
        new: &NewEvent,
        shipment: Option<Uuid>,
    ) -> Result<(Uuid, KeptChange, Option<Uuid>), StoreError> {
        let id = ids::event(new.endpoint, new.is_test, &new.reported.identity);
        let content = Content::of(&new.reported, &new.mapped);
        let hash = content.hash()?;
        if self.insert_event(id, new, shipment, &content, &hash).await? {
            self.link(id, new).await?;
            self.restore_void(id, new).await?;
            return Ok((id, KeptChange::Added, shipment));
        }
        self.link(id, new).await?;
        let known: KnownRow = sqlx::query_as(
            "SELECT shipment_id, received_at, last_received_at, content, content_hash FROM events WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_one(&mut self.conn)
        .await?;
        let change = self.revise(id, new, &known, &content, &hash).await?;
        sqlx::query(
            "UPDATE events SET received_at = MIN(received_at, $2), last_received_at = MAX(last_received_at, $2),
               dispatched_at = MIN(COALESCE(dispatched_at, $3), COALESCE($3, dispatched_at)),
               shipment_id = COALESCE(shipment_id, $4),
               seen_count = MAX(1, (SELECT COUNT(*) FROM event_deliveries WHERE event_id = $1))
             WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(new.received_at.millis())
        .bind(new.reported.dispatched_at.map(Timestamp::millis))
        .bind(shipment.map(|id| id.to_string()))
        .execute(&mut self.conn)
        .await?;
        Ok((id, change, row::id_opt(known.shipment_id.as_deref())?.or(shipment)))
    }

    async fn insert_event(
        &mut self,
        id: Uuid,
        new: &NewEvent,
        shipment: Option<Uuid>,
        content: &Content,
        hash: &str,
    ) -> Result<bool, StoreError> {
        let operator = new.operator.as_ref().map(|act| serde_json::json!({"pin": act.pin, "by": act.by}).to_string());
        let done = sqlx::query(
            "INSERT INTO events (id, endpoint_id, carrier, is_test, dedupe_key, shipment_id, piece, piece_norm, operator,
               received_at, last_received_at, seen_count, content, content_hash, occurred_at, occurred_local,
               dispatched_at, kind, map_key, unmapped_key, effective_at, status, substatus, reason, flags)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1, $11, $12, $13, $14, $15, $16, $17, $18,
               COALESCE($13, $10), $19, $20, $21, $22)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id.to_string())
        .bind(new.endpoint.to_string())
        .bind(new.carrier.as_str())
        .bind(new.is_test)
        .bind(&new.reported.identity)
        .bind(shipment.map(|id| id.to_string()))
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
        .bind(content.mapped.target.status.map(|word| word.as_str()))
        .bind(content.mapped.target.substatus.map(|word| word.as_str()))
        .bind(content.mapped.target.reason.map(|word| word.as_str()))
        .bind(row::to_json(&content.flags)?)
        .execute(&mut self.conn)
        .await?;
        Ok(done.rows_affected() > 0)
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
            Content { mapped: content.mapped.clone(), ..row::json(&known.content)? }
        } else {
            if known.content_hash != MERGED {
                let first = row::json(&known.content)?;
                self.put_revision(id, &known.content_hash, &first, known.last_received_at, None).await?;
            }
            self.put_revision(id, hash, content, new.received_at.millis(), new.delivery).await?;
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

    async fn put_content(&mut self, id: Uuid, content: &Content, hash: &str) -> Result<(), StoreError> {
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

    /// Keeps what a source listed as the whole history of a number (R9).
    pub async fn keep_listing(
        &mut self,
        endpoint: Uuid,
        carrier: CarrierId,
        is_test: bool,
        listing: &Listing,
        delivery: Uuid,
        received_at: Timestamp,
    ) -> Result<Uuid, StoreError> {
        let shipment = self.keep_shipment(endpoint, carrier, is_test, &listing.number, received_at).await?;
        let events: Vec<Uuid> =
            listing.identities.iter().map(|identity| ids::event(endpoint, is_test, identity)).collect();
        sqlx::query(
            "INSERT INTO listings (shipment_id, side, delivery_id, listed_at, received_at, oldest, newest, events)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (shipment_id, side, delivery_id) DO UPDATE SET listed_at = excluded.listed_at,
               oldest = excluded.oldest, newest = excluded.newest, events = excluded.events",
        )
        .bind(shipment.to_string())
        .bind(&listing.side)
        .bind(delivery.to_string())
        .bind(listing.updated_at.unwrap_or(received_at).millis())
        .bind(received_at.millis())
        .bind(row::local_text(listing.oldest))
        .bind(row::local_text(listing.newest))
        .bind(row::id_set(&events))
        .execute(&mut self.conn)
        .await?;
        Ok(shipment)
    }

    async fn keep_recipient(
        &mut self,
        shipment: Uuid,
        recipient: &Recipient,
        received_at: Timestamp,
    ) -> Result<(), StoreError> {
        if recipient == &Recipient::default() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO recipients (shipment_id, digest, name, email, phone, postal_code, received_at, purge_after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (shipment_id, digest) DO UPDATE SET received_at = MAX(received_at, excluded.received_at),
               purge_after = MAX(purge_after, excluded.purge_after)",
        )
        .bind(shipment.to_string())
        .bind(sha256_hex(row::to_json(recipient)?.as_bytes()))
        .bind(&recipient.name)
        .bind(&recipient.email)
        .bind(&recipient.phone)
        .bind(&recipient.postal_code)
        .bind(received_at.millis())
        .bind(received_at.plus_seconds(RECIPIENT_KEPT_S).millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Drops personal data of recipients whose time is over. Returns how many rows.
    pub async fn purge_recipients(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM recipients WHERE purge_after <= $1")
            .bind(now.millis())
            .execute(&mut self.conn)
            .await?;
        Ok(done.rows_affected())
    }

    /// Marks a number as registered by an operator, with the references given. Fold it afterwards.
    pub async fn register_number(
        &mut self,
        endpoint: Uuid,
        carrier: CarrierId,
        is_test: bool,
        number: &str,
        references: &[Reference],
        now: Timestamp,
    ) -> Result<Uuid, StoreError> {
        let id = self.keep_shipment(endpoint, carrier, is_test, number, now).await?;
        let known: String = sqlx::query_scalar("SELECT registered_refs FROM shipments WHERE id = $1")
            .bind(id.to_string())
            .fetch_one(&mut self.conn)
            .await?;
        let mut known: Vec<Reference> = row::json(&known)?;
        for reference in references {
            if !known.contains(reference) {
                known.push(reference.clone());
            }
        }
        sqlx::query(
            "UPDATE shipments SET registered_at = COALESCE(registered_at, $2), registered_refs = $3 WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(now.millis())
        .bind(row::to_json(&known)?)
        .execute(&mut self.conn)
        .await?;
        Ok(id)
    }

    /// Whether an operator has registered this number.
    pub async fn is_registered(&mut self, endpoint: Uuid, is_test: bool, number: &str) -> Result<bool, StoreError> {
        let id = ids::shipment(endpoint, is_test, &normalise(number));
        let found: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM shipments WHERE id = $1 AND registered_at IS NOT NULL")
                .bind(id.to_string())
                .fetch_optional(&mut self.conn)
                .await?;
        Ok(found.is_some())
    }

    /// The first number in a text that this endpoint knows, as it is known.
    pub async fn find_known_number_in(
        &mut self,
        endpoint: Uuid,
        is_test: bool,
        text: &str,
    ) -> Result<Option<String>, StoreError> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '-').map(normalise);
        let words: Vec<String> = words.filter(|word| word.chars().count() >= 4).take(300).collect();
        let number = sqlx::query_scalar(
            "SELECT s.number FROM json_each($3) w JOIN shipments s
               ON s.endpoint_id = $1 AND s.is_test = $2 AND s.number_norm = w.value
             ORDER BY w.key LIMIT 1",
        )
        .bind(endpoint.to_string())
        .bind(is_test)
        .bind(row::to_json(&words)?)
        .fetch_optional(&mut self.conn)
        .await?;
        Ok(number)
    }

    /// Drops everything that can be derived again and makes its deliveries due. What operators did stays, and so do
    /// events whose bodies are gone. Long for one job: only the offline `rebuild` does this. Returns how many are due.
    pub async fn forget_derived(&mut self) -> Result<u64, StoreError> {
        for sql in [
            "DELETE FROM parcels",
            "DELETE FROM listings WHERE delivery_id IN
               (SELECT d.id FROM deliveries d JOIN delivery_bodies b ON b.seq = d.seq WHERE b.body IS NOT NULL)",
            "DELETE FROM events WHERE operator IS NULL AND EXISTS (
               SELECT 1 FROM event_deliveries l JOIN deliveries d ON d.id = l.delivery_id
               JOIN delivery_bodies b ON b.seq = d.seq WHERE l.event_id = events.id AND b.body IS NOT NULL)",
            "DELETE FROM shipments WHERE registered_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM events e WHERE e.shipment_id = shipments.id)",
            "UPDATE shipments SET derivation_version = 0",
        ] {
            sqlx::query(sql).execute(&mut self.conn).await?;
        }
        let due = sqlx::query(
            "UPDATE deliveries SET outcome = 'received', outcome_detail = NULL, tries = 0
             WHERE outcome IN ('applied', 'partial', 'ignored', 'quarantined', 'unreadable')
               AND seq IN (SELECT seq FROM delivery_bodies WHERE body IS NOT NULL)",
        )
        .execute(&mut self.conn)
        .await?;
        Ok(due.rows_affected())
    }
}
