//! Second factors: sealed keys, the last step used, and hashes of recovery codes.

use super::Store;
use super::error::StoreError;
use super::row;
use crate::server::secrets::Sealed;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// A user's second factor.
pub struct StoredFactor {
    /// The shared key.
    pub sealed: Sealed,
    /// Whether it is asked for.
    pub confirmed: bool,
    /// How many recovery codes are left.
    pub recovery_left: usize,
}

impl Store {
    /// A user's second factor, confirmed or begun.
    pub async fn find_factor(&self, user: Uuid) -> Result<Option<StoredFactor>, StoreError> {
        let mut conn = self.read().await?;
        let found: Option<(String, Vec<u8>, Option<i64>, i64)> = sqlx::query_as(
            "SELECT key_id, sealed, confirmed_at, json_array_length(recovery) FROM second_factors WHERE user_id = $1",
        )
        .bind(user.to_string())
        .fetch_optional(&mut *conn)
        .await?;
        Ok(found.map(|(key_id, bytes, confirmed_at, left)| StoredFactor {
            sealed: Sealed { key_id, bytes },
            confirmed: confirmed_at.is_some(),
            recovery_left: usize::try_from(left).unwrap_or(0),
        }))
    }

    /// Names of those who have a confirmed second factor; at most 1,000.
    pub async fn list_factors(&self) -> Result<Vec<String>, StoreError> {
        let mut conn = self.read().await?;
        let names = sqlx::query_scalar(
            "SELECT u.name FROM second_factors f JOIN users u ON u.id = f.user_id
             WHERE f.confirmed_at IS NOT NULL ORDER BY u.name_norm LIMIT 1000",
        );
        Ok(names.fetch_all(&mut *conn).await?)
    }

    /// Begins another factor; one that is confirmed stays, and `false` says so.
    pub async fn begin_factor(&self, user: Uuid, sealed: Sealed) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query(
                    "INSERT INTO second_factors (user_id, key_id, sealed) VALUES ($1, $2, $3)
                     ON CONFLICT (user_id) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, last_step = 0
                     WHERE confirmed_at IS NULL",
                )
                .bind(user.to_string())
                .bind(sealed.key_id)
                .bind(sealed.bytes)
                .execute(&mut tx.conn)
                .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// From now on it is asked for. `false` where none was begun.
    pub async fn confirm_factor(
        &self,
        user: Uuid,
        step: i64,
        recovery: Vec<String>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE second_factors SET confirmed_at = $2, last_step = $3, recovery = $4
                     WHERE user_id = $1 AND confirmed_at IS NULL",
                )
                .bind(user.to_string())
                .bind(at.millis())
                .bind(step)
                .bind(row::to_json(&recovery)?)
                .execute(&mut tx.conn)
                .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Uses the code of a step up. `false` where one of it, or of a later step, was used before.
    pub async fn use_step(&self, user: Uuid, step: i64) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE second_factors SET last_step = $2
                     WHERE user_id = $1 AND last_step < $2 AND confirmed_at IS NOT NULL",
                )
                .bind(user.to_string())
                .bind(step)
                .execute(&mut tx.conn)
                .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Uses a recovery code up, by its hash. `false` where there is no such one left.
    pub async fn use_recovery(&self, user: Uuid, hash: String) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE second_factors SET recovery = (
                       SELECT json_group_array(value) FROM json_each(second_factors.recovery) WHERE value <> $2)
                     WHERE user_id = $1 AND confirmed_at IS NOT NULL
                       AND EXISTS (SELECT 1 FROM json_each(second_factors.recovery) WHERE value = $2)",
                )
                .bind(user.to_string())
                .bind(hash)
                .execute(&mut tx.conn)
                .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Removes a user's second factor. `false` where there is none.
    pub async fn remove_factor(&self, user: Uuid) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM second_factors WHERE user_id = $1")
                    .bind(user.to_string())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }
}
