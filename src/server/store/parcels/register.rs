//! Registering numbers before their first event.

use crate::server::ids;
use crate::server::store::error::StoreError;
use crate::server::store::{Store, Tx, row};
use crate::tracking::event::Reference;
use crate::tracking::fold::{DeliveredWhileReturning, Policy, fold};
use crate::tracking::parcel::Parcel;
use crate::tracking::status::Kind;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

impl Store {
    /// Registers a number before its first event. One that is known keeps its parcels and gains the references.
    pub async fn register_parcel(
        &self,
        endpoint: Uuid,
        number: &str,
        references: &[Reference],
        now: Timestamp,
    ) -> Result<Parcel, StoreError> {
        let Some(owner) = self.find_endpoint(endpoint).await? else {
            return Err(StoreError::Inconsistent(format!("no endpoint {endpoint}")));
        };
        let (number, references) = (number.to_owned(), references.to_vec());
        let shipment = self
            .write(move |tx| {
                Box::pin(async move {
                    let id = tx.register_number(endpoint, owner.carrier, false, &number, &references, now).await?;
                    tx.show_registered(id, now).await?;
                    Ok(id)
                })
            })
            .await?;
        let parcels = self.shipment_parcels(shipment, now).await?;
        parcels.into_iter().next().ok_or_else(|| StoreError::Inconsistent("a registered number has no parcel".into()))
    }
}

impl Tx {
    /// Gives a number without events its pending parcel; one with events gains the registered references.
    async fn show_registered(&mut self, shipment: Uuid, now: Timestamp) -> Result<(), StoreError> {
        for left in self.attach_notes(shipment).await? {
            self.mark_stale(left).await?;
        }
        let history = self.load_history(shipment).await?;
        if history.events.iter().all(|event| event.kind == Kind::Note) {
            // Without events that move a parcel a policy decides nothing.
            let policy = Policy {
                delivered_while_returning: DeliveredWhileReturning::ReturnedInferred,
                tie_bucket_s: 60,
                zone: chrono_tz::Tz::UTC,
            };
            let folded = fold(&history, &policy, &|piece, incarnation| ids::parcel(shipment, piece, incarnation));
            self.save_folded(shipment, &folded, now).await?;
            return Ok(());
        }
        self.add_registered_references(shipment).await
    }

    async fn add_registered_references(&mut self, shipment: Uuid) -> Result<(), StoreError> {
        let registered: String = sqlx::query_scalar("SELECT registered_refs FROM shipments WHERE id = $1")
            .bind(shipment.to_string())
            .fetch_one(&mut self.conn)
            .await?;
        let registered: Vec<Reference> = row::json(&registered)?;
        let parcels: Vec<(String, String)> = sqlx::query_as("SELECT id, refs FROM parcels WHERE shipment_id = $1")
            .bind(shipment.to_string())
            .fetch_all(&mut self.conn)
            .await?;
        for (id, references) in parcels {
            let mut references: Vec<Reference> = row::json(&references)?;
            for reference in &registered {
                if !references.contains(reference) {
                    references.push(reference.clone());
                }
            }
            // The digest no longer fits, so that the next fold writes the row as it would have been.
            sqlx::query("UPDATE parcels SET refs = $2, digest = '' WHERE id = $1")
                .bind(&id)
                .bind(row::to_json(&references)?)
                .execute(&mut self.conn)
                .await?;
            self.save_references(row::id(&id)?, &references).await?;
        }
        self.index_number(&shipment.to_string()).await
    }
}
