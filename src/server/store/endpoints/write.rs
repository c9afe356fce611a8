//! Making and changing endpoints, their secrets and path tokens.

use crate::server::secrets::Sealed;
use crate::server::store::Store;
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::{EndpointState, SecretName};
use crate::tracking::time::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

/// An endpoint to be made.
pub struct NewEndpoint {
    /// A new id of version 7; the sealed values are bound to it.
    pub id: Uuid,
    /// Whose webhooks.
    pub carrier: CarrierId,
    /// The operator's name for it.
    pub label: String,
    /// What it does with what it receives.
    pub state: EndpointState,
    /// Validated settings, every key present.
    pub settings: Map<String, Value>,
    /// `secrets::token_hash` of the path token.
    pub token_hash: String,
    /// The path token, sealed.
    pub token: Sealed,
    /// Its secrets: name, sealed value, last four characters.
    pub secrets: Vec<(SecretName, Sealed, Option<String>)>,
    /// Now.
    pub at: Timestamp,
}

impl Store {
    /// Makes an endpoint.
    pub async fn insert_endpoint(&self, new: NewEndpoint) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { tx.insert_endpoint(&new).await })).await
    }

    /// Changes what an operator may change; `refold_at` makes its numbers due to be folded again as of then, and secrets
    /// named in `forgotten` are gone. `false` when there is no such endpoint.
    pub async fn update_endpoint(
        &self,
        id: Uuid,
        label: String,
        state: EndpointState,
        settings: Map<String, Value>,
        refold_at: Option<Timestamp>,
        forgotten: &'static [SecretName],
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let found = tx.update_endpoint(id, &label, state, &settings).await?;
                if let Some(at) = refold_at.filter(|_| found) {
                    tx.refold_due(id, at).await?;
                }
                for name in forgotten.iter().filter(|_| found) {
                    tx.drop_secret(id, *name).await?;
                }
                Ok(found)
            })
        })
        .await
    }

    /// Ends an endpoint's URL and keeps what it received. `false` when there is no such endpoint.
    pub async fn delete_endpoint(&self, id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query("UPDATE endpoints SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL")
                    .bind(id.to_string())
                    .bind(at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Stores a secret; the one before holds until `keep_previous_until` (`None`: it ends now).
    pub async fn put_secret(
        &self,
        id: Uuid,
        name: SecretName,
        sealed: Sealed,
        last4: Option<String>,
        keep_previous_until: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move { tx.put_secret(id, name, &sealed, last4.as_deref(), keep_previous_until, at).await })
        })
        .await
    }

    /// Gives an endpoint a new URL; the one before is served until `keep_previous_until` (`None`: it ends now).
    pub async fn put_token(
        &self,
        id: Uuid,
        hash: String,
        sealed: Sealed,
        keep_previous_until: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE endpoints SET
                       previous_token_hash = CASE WHEN $5 IS NULL THEN NULL ELSE token_hash END, previous_token_until = $5,
                       token_hash = $2, token_key_id = $3, token_sealed = $4
                     WHERE id = $1 AND deleted_at IS NULL",
                )
                .bind(id.to_string())
                .bind(hash)
                .bind(sealed.key_id)
                .bind(sealed.bytes)
                .bind(keep_previous_until.map(Timestamp::millis))
                .execute(&mut tx.conn)
                .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Merges what registration learned into what an endpoint remembers; a null removes a key.
    pub async fn merge_memory(&self, id: Uuid, learned: Map<String, Value>) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE endpoints SET memory = json_patch(memory, $2) WHERE id = $1")
                    .bind(id.to_string())
                    .bind(row::to_json(&learned)?)
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

impl Tx {
    async fn insert_endpoint(&mut self, new: &NewEndpoint) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO endpoints (id, carrier, label, state, settings, token_hash, token_key_id, token_sealed, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new.id.to_string())
        .bind(new.carrier.as_str())
        .bind(&new.label)
        .bind(new.state.as_str())
        .bind(row::to_json(&new.settings)?)
        .bind(&new.token_hash)
        .bind(&new.token.key_id)
        .bind(&new.token.bytes)
        .bind(new.at.millis())
        .execute(&mut self.conn)
        .await?;
        for (name, sealed, last4) in &new.secrets {
            self.put_secret(new.id, *name, sealed, last4.as_deref(), None, new.at).await?;
        }
        Ok(())
    }

    /// See [`Store::update_endpoint`].
    pub async fn update_endpoint(
        &mut self,
        id: Uuid,
        label: &str,
        state: EndpointState,
        settings: &Map<String, Value>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE endpoints SET label = $2, state = $3, settings = $4 WHERE id = $1 AND deleted_at IS NULL",
        )
        .bind(id.to_string())
        .bind(label)
        .bind(state.as_str())
        .bind(row::to_json(settings)?)
        .execute(&mut self.conn)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn drop_secret(&mut self, id: Uuid, name: SecretName) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM endpoint_secrets WHERE endpoint_id = $1 AND name = $2")
            .bind(id.to_string())
            .bind(name.as_str())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// See [`Store::put_secret`].
    pub async fn put_secret(
        &mut self,
        id: Uuid,
        name: SecretName,
        sealed: &Sealed,
        last4: Option<&str>,
        keep_previous_until: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, name) = (id.to_string(), name.as_str());
        sqlx::query("DELETE FROM endpoint_secrets WHERE endpoint_id = $1 AND name = $2 AND slot = 'previous'")
            .bind(&id)
            .bind(name)
            .execute(&mut self.conn)
            .await?;
        // One that ends now is kept all the same: a failure can then be explained by it.
        sqlx::query(
            "UPDATE endpoint_secrets SET slot = 'previous', valid_until = $3
             WHERE endpoint_id = $1 AND name = $2 AND slot = 'current'",
        )
        .bind(&id)
        .bind(name)
        .bind(keep_previous_until.unwrap_or(at).millis())
        .execute(&mut self.conn)
        .await?;
        sqlx::query(
            "INSERT INTO endpoint_secrets (endpoint_id, name, slot, key_id, sealed, last4, rotated_at)
             VALUES ($1, $2, 'current', $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(name)
        .bind(&sealed.key_id)
        .bind(&sealed.bytes)
        .bind(last4)
        .bind(at.millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}
