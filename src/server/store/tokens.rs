//! API tokens, by the hash of their text.

use super::Store;
use super::error::StoreError;
use super::row::{self, Keyset};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::people::{ApiToken, Scope};
use crate::tracking::time::Timestamp;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    name: String,
    scope: String,
    created_at: i64,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<TokenRow> for ApiToken {
    type Error = StoreError;
    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row::id(&row.id)?,
            name: row.name,
            scope: row::word(&row.scope)?,
            created_at: row::time(row.created_at),
            last_used_at: row::time_opt(row.last_used_at),
            revoked_at: row::time_opt(row.revoked_at),
        })
    }
}

impl Store {
    /// Adds an API token by the hash of its text.
    pub async fn insert_token(
        &self,
        id: Uuid,
        name: &str,
        hash: String,
        scope: Scope,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let name = name.trim().to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("INSERT INTO api_tokens (id, name, hash, scope, created_at) VALUES ($1, $2, $3, $4, $5)")
                    .bind(id.to_string())
                    .bind(name)
                    .bind(hash)
                    .bind(scope.as_str())
                    .bind(at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The token with this hash, unless it is revoked.
    pub async fn find_token(&self, hash: &str) -> Result<Option<ApiToken>, StoreError> {
        let mut conn = self.read().await?;
        let row: Option<TokenRow> = sqlx::query_as("SELECT * FROM api_tokens WHERE hash = $1 AND revoked_at IS NULL")
            .bind(hash)
            .fetch_optional(&mut *conn)
            .await?;
        row.map(ApiToken::try_from).transpose()
    }

    /// API tokens, newest first, revoked ones too.
    pub async fn list_tokens(&self, request: &PageRequest) -> Result<Page<ApiToken>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<TokenRow> = sqlx::query_as(
            "SELECT * FROM api_tokens WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3",
        )
        .bind(after.at)
        .bind(after.id)
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let tokens = rows.into_iter().map(ApiToken::try_from).collect::<Result<_, _>>()?;
        Ok(row::page(tokens, request, |last: &ApiToken| Keyset {
            at: last.created_at.millis(),
            id: last.id.to_string(),
        }))
    }

    /// Ends a token. `false` when there is none that holds.
    pub async fn revoke_token(&self, id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
                    .bind(id.to_string())
                    .bind(at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Notes that a token was used; call it when the last note is older than a minute.
    pub async fn touch_token(&self, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1")
                    .bind(id.to_string())
                    .bind(now.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
