//! Reading endpoints, their secrets and path tokens.

mod write;

pub use write::NewEndpoint;

use super::Store;
use super::error::StoreError;
use super::row::{self, Keyset};
use crate::server::secrets::Sealed;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::SecretSlot;
use crate::tracking::endpoint::{EndpointState, SecretName};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::time::Timestamp;
use serde_json::{Map, Value};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// An endpoint as stored. No Debug and no Serialize: it holds sealed values.
#[derive(Clone)]
pub struct StoredEndpoint {
    /// Which.
    pub id: Uuid,
    /// Whose webhooks.
    pub carrier: CarrierId,
    /// The operator's name for it.
    pub label: String,
    /// What it does with what it receives.
    pub state: EndpointState,
    /// Validated settings, every key present.
    pub settings: Map<String, Value>,
    /// The path token, sealed to `endpoint/<id>/token`.
    pub token: Sealed,
    /// Until when the URL before the last change is served too.
    pub previous_url_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted; it then receives nothing, and what it received stays.
    pub deleted_at: Option<Timestamp>,
    /// Current and previous secrets.
    pub secrets: Vec<StoredSecret>,
    /// What registration left to remember, an object.
    pub memory: Value,
    /// When the carrier was last asked what it has registered.
    pub last_checked_at: Option<Timestamp>,
}

/// A secret as stored. No Debug.
#[derive(Clone)]
pub struct StoredSecret {
    /// Which.
    pub name: SecretName,
    /// Whether it is the newest.
    pub slot: SecretSlot,
    /// Sealed to `endpoint/<id>/secret/<name>`, whatever its slot.
    pub sealed: Sealed,
    /// Its last four characters; `None` for secrets under 16 (which count as weak).
    pub last4: Option<String>,
    /// When it was typed.
    pub rotated_at: Timestamp,
    /// Until when it holds; `None` for the current one.
    pub valid_until: Option<Timestamp>,
    /// When it matched last.
    pub last_used_at: Option<Timestamp>,
}

/// What is counted at an endpoint, tests excluded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointCounters {
    /// When the last delivery came, whatever its verdict.
    pub last_delivery_at: Option<Timestamp>,
    /// When the last good one came.
    pub last_verified_at: Option<Timestamp>,
    /// Since its making.
    pub deliveries_count: u64,
    /// Failed proofs in the last 24 hours (to the hour).
    pub failed_24h: u64,
}

#[derive(sqlx::FromRow)]
struct EndpointRow {
    id: String,
    carrier: String,
    label: String,
    state: String,
    settings: String,
    token_key_id: String,
    token_sealed: Vec<u8>,
    previous_token_until: Option<i64>,
    memory: String,
    last_checked_at: Option<i64>,
    created_at: i64,
    deleted_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct SecretRow {
    endpoint_id: String,
    name: String,
    slot: String,
    key_id: String,
    sealed: Vec<u8>,
    last4: Option<String>,
    rotated_at: i64,
    valid_until: Option<i64>,
    last_used_at: Option<i64>,
}

impl TryFrom<EndpointRow> for StoredEndpoint {
    type Error = StoreError;
    fn try_from(row: EndpointRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row::id(&row.id)?,
            carrier: row::word(&row.carrier)?,
            label: row.label,
            state: row::word(&row.state)?,
            settings: row::json(&row.settings)?,
            token: Sealed { key_id: row.token_key_id, bytes: row.token_sealed },
            previous_url_until: row::time_opt(row.previous_token_until),
            created_at: row::time(row.created_at),
            deleted_at: row::time_opt(row.deleted_at),
            secrets: Vec::new(),
            memory: row::json(&row.memory)?,
            last_checked_at: row::time_opt(row.last_checked_at),
        })
    }
}

impl TryFrom<SecretRow> for StoredSecret {
    type Error = StoreError;
    fn try_from(row: SecretRow) -> Result<Self, StoreError> {
        Ok(Self {
            name: row::word(&row.name)?,
            slot: row::word(&row.slot)?,
            sealed: Sealed { key_id: row.key_id, bytes: row.sealed },
            last4: row.last4,
            rotated_at: row::time(row.rotated_at),
            valid_until: row::time_opt(row.valid_until),
            last_used_at: row::time_opt(row.last_used_at),
        })
    }
}

/// Endpoints with their secrets, in the order of the rows.
async fn complete(conn: &mut SqliteConnection, rows: Vec<EndpointRow>) -> Result<Vec<StoredEndpoint>, StoreError> {
    let mut endpoints = rows.into_iter().map(StoredEndpoint::try_from).collect::<Result<Vec<_>, _>>()?;
    let ids = row::id_set(endpoints.iter().map(|endpoint| &endpoint.id));
    let secrets: Vec<SecretRow> = sqlx::query_as(
        "SELECT * FROM endpoint_secrets WHERE endpoint_id IN (SELECT value FROM json_each($1)) ORDER BY name, slot",
    )
    .bind(ids)
    .fetch_all(conn)
    .await?;
    for secret in secrets {
        let owner = row::id(&secret.endpoint_id)?;
        if let Some(endpoint) = endpoints.iter_mut().find(|endpoint| endpoint.id == owner) {
            endpoint.secrets.push(secret.try_into()?);
        }
    }
    Ok(endpoints)
}

/// An endpoint, deleted ones too.
pub(super) async fn find(conn: &mut SqliteConnection, id: Uuid) -> Result<Option<StoredEndpoint>, StoreError> {
    let rows =
        sqlx::query_as("SELECT * FROM endpoints WHERE id = $1").bind(id.to_string()).fetch_all(&mut *conn).await?;
    Ok(complete(conn, rows).await?.pop())
}

impl Store {
    /// The endpoint whose URL holds this token now: the current one, or the previous one while it holds.
    pub async fn find_endpoint_by_token(
        &self,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<StoredEndpoint>, StoreError> {
        let mut conn = self.read().await?;
        let rows = sqlx::query_as(
            "SELECT * FROM endpoints WHERE deleted_at IS NULL
               AND (token_hash = $1 OR (previous_token_hash = $1 AND previous_token_until > $2)) LIMIT 1",
        )
        .bind(hash)
        .bind(now.millis())
        .fetch_all(&mut *conn)
        .await?;
        Ok(complete(&mut conn, rows).await?.pop())
    }

    /// An endpoint that is not deleted.
    pub async fn find_endpoint(&self, id: Uuid) -> Result<Option<StoredEndpoint>, StoreError> {
        let mut conn = self.read().await?;
        Ok(find(&mut conn, id).await?.filter(|endpoint| endpoint.deleted_at.is_none()))
    }

    /// An endpoint that owns numbers, also when it is deleted by now.
    pub async fn find_owner(&self, id: Uuid) -> Result<Option<StoredEndpoint>, StoreError> {
        let mut conn = self.read().await?;
        find(&mut conn, id).await
    }

    /// Endpoints that are not deleted, newest first.
    pub async fn list_endpoints(&self, request: &PageRequest) -> Result<Page<StoredEndpoint>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows = sqlx::query_as(
            "SELECT * FROM endpoints WHERE deleted_at IS NULL AND (created_at, id) < ($1, $2)
             ORDER BY created_at DESC, id DESC LIMIT $3",
        )
        .bind(after.at)
        .bind(after.id)
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let endpoints = complete(&mut conn, rows).await?;
        Ok(row::page(endpoints, request, |last| Keyset { at: last.created_at.millis(), id: last.id.to_string() }))
    }

    /// What is counted at an endpoint.
    pub async fn endpoint_counters(&self, id: Uuid, now: Timestamp) -> Result<EndpointCounters, StoreError> {
        let mut conn = self.read().await?;
        let stats: Option<(i64, Option<i64>, Option<i64>)> = sqlx::query_as(
            "SELECT deliveries, last_delivery_at, last_verified_at FROM endpoint_stats WHERE endpoint_id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *conn)
        .await?;
        let failed: i64 = sqlx::query_scalar(
            "SELECT COALESCE(SUM(failures), 0) FROM endpoint_failures WHERE endpoint_id = $1 AND hour >= $2",
        )
        .bind(id.to_string())
        .bind(now.millis().div_euclid(3_600_000) - 24)
        .fetch_one(&mut *conn)
        .await?;
        let (deliveries, last, verified) = stats.unwrap_or_default();
        Ok(EndpointCounters {
            last_delivery_at: row::time_opt(last),
            last_verified_at: row::time_opt(verified),
            deliveries_count: row::count(deliveries),
            failed_24h: row::count(failed),
        })
    }
}
