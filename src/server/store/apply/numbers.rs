//! What is known of numbers besides their events: lists, recipients, registration.

use super::inbox::words_of;
use crate::server::ids;
use crate::server::secrets::sha256_hex;
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::{Listing, Recipient, Reference};
use crate::tracking::number::normalise;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

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

    pub(super) async fn keep_recipient(
        &mut self,
        shipment: Uuid,
        recipient: &Recipient,
        received_at: Timestamp,
    ) -> Result<(), StoreError> {
        if recipient == &Recipient::default() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO recipients (shipment_id, digest, name, email, phone, postal_code, received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (shipment_id, digest) DO UPDATE SET received_at = MAX(received_at, excluded.received_at)",
        )
        .bind(shipment.to_string())
        .bind(sha256_hex(row::to_json(recipient)?.as_bytes()))
        .bind(&recipient.name)
        .bind(&recipient.email)
        .bind(&recipient.phone)
        .bind(&recipient.postal_code)
        .bind(received_at.millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
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
        let words: Vec<String> = words_of(text).collect();
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
}
