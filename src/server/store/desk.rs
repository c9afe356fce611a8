//! Small things: registration steps, test nonces, counters.

use super::Store;
use super::error::StoreError;
use super::row;
use crate::server::secrets::{random_token, token_hash};
use crate::tracking::registration::StepState;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// How far one registration step came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedStep {
    /// The act's or manual step's word.
    pub name: String,
    /// How far.
    pub state: StepState,
    /// What the carrier said, in words.
    pub message: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// The newest record of every step of an endpoint, oldest first.
    pub async fn list_registration_steps(&self, endpoint: Uuid) -> Result<Vec<RecordedStep>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, String, Option<String>, i64)> = sqlx::query_as(
            "SELECT name, state, message, at FROM registration_steps s
             WHERE endpoint_id = $1
               AND id = (SELECT MAX(id) FROM registration_steps n WHERE n.endpoint_id = s.endpoint_id AND n.name = s.name)
             ORDER BY id LIMIT 100",
        )
        .bind(endpoint.to_string())
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter()
            .map(|(name, state, message, at)| {
                Ok(RecordedStep { name, state: row::word(&state)?, message, at: row::time(at) })
            })
            .collect()
    }

    /// Records how far a step came.
    pub async fn record_registration_step(
        &self,
        endpoint: Uuid,
        name: &str,
        state: StepState,
        message: Option<String>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO registration_steps (endpoint_id, name, state, message, at) VALUES ($1, $2, $3, $4, $5)",
                )
                .bind(endpoint.to_string())
                .bind(name)
                .bind(state.as_str())
                .bind(message)
                .bind(at.millis())
                .execute(&mut tx.conn)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes when the carrier was last asked what it has registered.
    pub async fn set_last_checked(&self, endpoint: Uuid, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE endpoints SET last_checked_at = $2 WHERE id = $1")
                    .bind(endpoint.to_string())
                    .bind(at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Makes a one-time nonce by which the front door knows a test delivery of this endpoint. Valid for `lifetime_s`.
    pub async fn mint_test_nonce(
        &self,
        endpoint: Uuid,
        purpose: &str,
        now: Timestamp,
        lifetime_s: i64,
    ) -> Result<String, StoreError> {
        let nonce = random_token(24);
        let (hash, purpose) = (token_hash(&nonce), purpose.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("DELETE FROM test_nonces WHERE expires_at < $1")
                    .bind(now.plus_seconds(-86_400).millis())
                    .execute(&mut tx.conn)
                    .await?;
                sqlx::query("INSERT INTO test_nonces (hash, endpoint_id, purpose, expires_at) VALUES ($1, $2, $3, $4)")
                    .bind(hash)
                    .bind(endpoint.to_string())
                    .bind(purpose)
                    .bind(now.plus_seconds(lifetime_s).millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await?;
        Ok(nonce)
    }

    /// Whether a nonce of this endpoint is still to be used; it is not used up by asking.
    pub async fn awaits_test_nonce(&self, endpoint: Uuid, nonce: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut conn = self.read().await?;
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM test_nonces WHERE hash = $1 AND endpoint_id = $2 AND expires_at > $3 AND delivery_id IS NULL",
        )
        .bind(token_hash(nonce))
        .bind(endpoint.to_string())
        .bind(now.millis())
        .fetch_optional(&mut *conn)
        .await?;
        Ok(found.is_some())
    }

    /// The delivery a nonce became; kept for a day. (A refused test's answer does not name its delivery.)
    pub async fn find_delivery_of_nonce(&self, nonce: &str) -> Result<Option<Uuid>, StoreError> {
        let mut conn = self.read().await?;
        let id: Option<Option<String>> = sqlx::query_scalar("SELECT delivery_id FROM test_nonces WHERE hash = $1")
            .bind(token_hash(nonce))
            .fetch_optional(&mut *conn)
            .await?;
        row::id_opt(id.flatten().as_deref())
    }

    /// Counts what is not stored.
    pub async fn bump_counter(&self, name: &str, by: u64) -> Result<(), StoreError> {
        let name = name.to_owned();
        let by = i64::try_from(by).unwrap_or(i64::MAX);
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO counters (name, value) VALUES ($1, $2)
                     ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                )
                .bind(name)
                .bind(by)
                .execute(&mut tx.conn)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// All counters, by name.
    pub async fn counters(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT name, value FROM counters ORDER BY name LIMIT 200").fetch_all(&mut *conn).await?;
        Ok(rows.into_iter().map(|(name, value)| (name, row::count(value))).collect())
    }
}
