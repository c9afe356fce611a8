//! What is due to be derived again because a row, a policy or the rules changed, and how far that came.

use crate::server::store::error::StoreError;
use crate::server::store::writer::Tx;
use crate::server::store::{Store, row};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::time::Timestamp;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Why something is derived again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A row of a carrier's key changed.
    Mapping(CarrierId, String),
    /// A policy of an endpoint changed.
    Settings(Uuid),
}

/// Something due to be derived again, and how far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Why.
    pub cause: Cause,
    /// When it was asked for.
    pub since: Timestamp,
    /// The last event or number that is done; empty at the beginning.
    pub done_to: String,
}

impl Due {
    fn names(&self) -> (&'static str, String, String) {
        match &self.cause {
            Cause::Mapping(carrier, key) => ("mapping", carrier.to_string(), key.clone()),
            Cause::Settings(endpoint) => ("settings", endpoint.to_string(), String::new()),
        }
    }
}

/// Where a list of an endpoint's numbers goes on; before the first one without.
fn place_of(after: &str) -> (i64, &str) {
    match after.split_once(' ') {
        Some((is_test, number)) => (i64::from(is_test == "1"), number),
        None => (0, ""),
    }
}

async fn list_due(conn: &mut SqliteConnection, limit: u32) -> Result<Vec<Due>, StoreError> {
    let rows: Vec<(String, String, String, i64, String)> = sqlx::query_as(
        "SELECT cause, scope, key, since, done_to FROM rederivations ORDER BY since, cause, scope, key LIMIT $1",
    )
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(cause, scope, key, since, done_to)| {
            let cause = match cause.as_str() {
                "mapping" => Cause::Mapping(row::word(&scope)?, key),
                _ => Cause::Settings(row::id(&scope)?),
            };
            Ok(Due { cause, since: row::time(since), done_to })
        })
        .collect()
}

impl Tx {
    /// Makes what a changed row may decide due; what no event has asks for nothing.
    pub(in crate::server::store) async fn remap_due(
        &mut self,
        carrier: CarrierId,
        key: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO rederivations (cause, scope, key, since, done_to) SELECT 'mapping', $1, $2, $3, ''
             WHERE EXISTS (SELECT 1 FROM event_keys WHERE carrier = $1 AND key = $2)
             ON CONFLICT DO UPDATE SET since = excluded.since, done_to = ''",
        )
        .bind(carrier.as_str())
        .bind(key)
        .bind(at.millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Makes all numbers of an endpoint due, whose policy changed.
    pub(in crate::server::store) async fn refold_due(
        &mut self,
        endpoint: Uuid,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO rederivations (cause, scope, key, since, done_to) SELECT 'settings', $1, '', $2, ''
             WHERE EXISTS (SELECT 1 FROM shipments WHERE endpoint_id = $1)
             ON CONFLICT DO UPDATE SET since = excluded.since, done_to = ''",
        )
        .bind(endpoint.to_string())
        .bind(at.millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// What waits longest to be derived again.
    pub async fn next_due(&mut self) -> Result<Option<Due>, StoreError> {
        Ok(list_due(&mut self.conn, 1).await?.pop())
    }

    /// Notes how far it came; `None`: to the end.
    pub async fn move_due(&mut self, due: &Due, done_to: Option<&str>) -> Result<(), StoreError> {
        let (cause, scope, key) = due.names();
        let sql = match done_to {
            Some(_) => "UPDATE rederivations SET done_to = $4 WHERE cause = $1 AND scope = $2 AND key = $3",
            None => "DELETE FROM rederivations WHERE cause = $1 AND scope = $2 AND key = $3 AND $4 IS NULL",
        };
        sqlx::query(sql).bind(cause).bind(scope).bind(key).bind(done_to).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Events a key may decide, after this one: event, number, endpoint.
    pub async fn events_with_key(
        &mut self,
        carrier: CarrierId,
        key: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(Uuid, Option<Uuid>, Uuid)>, StoreError> {
        let rows: Vec<(String, Option<String>, String)> = sqlx::query_as(
            "SELECT e.id, e.shipment_id, e.endpoint_id FROM event_keys k JOIN events e ON e.id = k.event_id
             WHERE k.carrier = $1 AND k.key = $2 AND k.event_id > $3 ORDER BY k.event_id LIMIT $4",
        )
        .bind(carrier.as_str())
        .bind(key)
        .bind(after)
        .bind(limit)
        .fetch_all(&mut self.conn)
        .await?;
        let parse = |(event, shipment, endpoint): &(String, Option<String>, String)| {
            Ok((row::id(event)?, row::id_opt(shipment.as_deref())?, row::id(endpoint)?))
        };
        rows.iter().map(parse).collect()
    }

    /// Numbers of an endpoint after this one, with where each stands in that order.
    pub async fn numbers_of_endpoint(
        &mut self,
        endpoint: Uuid,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(Uuid, String)>, StoreError> {
        let (is_test, number) = place_of(after);
        let rows: Vec<(String, bool, String)> = sqlx::query_as(
            "SELECT id, is_test, number_norm FROM shipments
             WHERE endpoint_id = $1 AND (is_test, number_norm) > ($2, $3) ORDER BY is_test, number_norm LIMIT $4",
        )
        .bind(endpoint.to_string())
        .bind(is_test)
        .bind(number)
        .bind(limit)
        .fetch_all(&mut self.conn)
        .await?;
        let parse = |(id, is_test, number): (String, bool, String)| {
            Ok((row::id(&id)?, format!("{} {number}", u8::from(is_test))))
        };
        rows.into_iter().map(parse).collect()
    }

    /// Numbers that were folded by other rules than these (or never), at most `limit`, with their endpoints.
    pub async fn stale_shipments(
        &mut self,
        version: u32,
        not_these: &[Uuid],
        limit: u32,
    ) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, endpoint_id FROM shipments WHERE (derivation_version < $1 OR derivation_version > $1)
               AND id NOT IN (SELECT value FROM json_each($2)) LIMIT $3",
        )
        .bind(version)
        .bind(row::id_set(not_these))
        .bind(limit.clamp(1, 1000))
        .fetch_all(&mut self.conn)
        .await?;
        rows.iter().map(|(id, endpoint)| Ok((row::id(id)?, row::id(endpoint)?))).collect()
    }
}

impl Store {
    /// All that is due to be derived again, with how many events or numbers are left.
    pub async fn list_due(&self) -> Result<Vec<(Due, u64)>, StoreError> {
        let mut conn = self.read().await?;
        let mut all = Vec::new();
        for due in list_due(&mut conn, 1000).await? {
            let left: i64 = match &due.cause {
                Cause::Mapping(carrier, key) => {
                    sqlx::query_scalar(
                        "SELECT COUNT(*) FROM event_keys WHERE carrier = $1 AND key = $2 AND event_id > $3",
                    )
                    .bind(carrier.as_str())
                    .bind(key)
                    .bind(&due.done_to)
                    .fetch_one(&mut *conn)
                    .await?
                }
                Cause::Settings(endpoint) => {
                    let (is_test, number) = place_of(&due.done_to);
                    sqlx::query_scalar(
                        "SELECT COUNT(*) FROM shipments WHERE endpoint_id = $1 AND (is_test, number_norm) > ($2, $3)",
                    )
                    .bind(endpoint.to_string())
                    .bind(is_test)
                    .bind(number)
                    .fetch_one(&mut *conn)
                    .await?
                }
            };
            all.push((due, row::count(left)));
        }
        Ok(all)
    }

    /// How many numbers were folded by other rules than these.
    pub async fn count_stale(&self, version: u32) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let count: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM shipments WHERE derivation_version < $1 OR derivation_version > $1",
        )
        .bind(version)
        .fetch_one(&mut *conn)
        .await?;
        Ok(row::count(count))
    }
}
