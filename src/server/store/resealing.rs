//! Sealing everything again with another key, in one transaction.

use super::Store;
use super::error::StoreError;
use crate::server::secrets::Sealed;
use sqlx::AssertSqlSafe;

/// Rows opened at a time.
const AT_ONCE: i64 = 500;

/// One kind of sealed value: its table, its two columns, and the place it is bound to, as SQL over its row.
struct Kind {
    table: &'static str,
    /// Names a row; for tables without rowid, made of their key.
    row: &'static str,
    key_id: &'static str,
    sealed: &'static str,
    place: &'static str,
}

/// Every sealed value there is. A test holds this against the schema.
const KINDS: &[Kind] = &[
    Kind {
        table: "endpoints",
        row: "id",
        key_id: "token_key_id",
        sealed: "token_sealed",
        place: "'endpoint/' || id || '/token'",
    },
    Kind {
        table: "endpoint_secrets",
        row: "endpoint_id || '/' || name || '/' || slot",
        key_id: "key_id",
        sealed: "sealed",
        place: "'endpoint/' || endpoint_id || '/secret/' || name",
    },
    Kind {
        table: "second_factors",
        row: "user_id",
        key_id: "key_id",
        sealed: "sealed",
        place: "'second_factor/' || user_id",
    },
    Kind {
        table: "delivery_bodies",
        row: "seq",
        key_id: "headers_key_id",
        sealed: "headers",
        place: "'delivery/' || (SELECT d.id FROM deliveries d WHERE d.seq = delivery_bodies.seq) || '/headers'",
    },
];

/// The table and the key column of every sealed value.
pub fn sealed_columns() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().map(|kind| (kind.table, kind.key_id))
}

/// What was sealed again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Resealed {
    /// Values sealed with the new key.
    pub values: u64,
    /// Values of a key nobody has: they stay as they are.
    pub foreign: u64,
}

/// Opens and seals one value; `None` where it does not open.
pub type Reseal = dyn Fn(&str, &Sealed) -> Option<Sealed> + Send + Sync;

impl Store {
    /// Seals everything that is of the key `old` again, and notes the check value of the new key, all in one transaction.
    /// Nothing else may use the database meanwhile.
    pub async fn reseal(&self, old: String, check: String, reseal: Box<Reseal>) -> Result<Resealed, StoreError> {
        self.writer
            .write_unhurried(true, move |tx| {
                Box::pin(async move {
                    let mut done = Resealed::default();
                    for kind in KINDS {
                        tx.reseal_kind(kind, &old, &*reseal, &mut done).await?;
                    }
                    tx.set_meta("key_check", &check).await?;
                    Ok(done)
                })
            })
            .await
    }
}

impl super::Tx {
    async fn reseal_kind(
        &mut self,
        kind: &Kind,
        old: &str,
        reseal: &Reseal,
        done: &mut Resealed,
    ) -> Result<(), StoreError> {
        let Kind { table, row, key_id, sealed, place } = kind;
        let foreign = format!("SELECT COUNT(*) FROM {table} WHERE {key_id} <> $1");
        let foreign: i64 = sqlx::query_scalar(AssertSqlSafe(foreign)).bind(old).fetch_one(&mut self.conn).await?;
        done.foreign += foreign.unsigned_abs();
        let page =
            format!("SELECT CAST({row} AS TEXT), {place}, {sealed} FROM {table} WHERE {key_id} = $1 LIMIT {AT_ONCE}");
        let update = format!("UPDATE {table} SET {key_id} = $2, {sealed} = $3 WHERE CAST({row} AS TEXT) = $1");
        let by_number = format!("UPDATE {table} SET {key_id} = $2, {sealed} = $3 WHERE {row} = CAST($1 AS INTEGER)");
        let update = if *row == "seq" { by_number } else { update };
        loop {
            let rows: Vec<(String, String, Vec<u8>)> =
                sqlx::query_as(AssertSqlSafe(page.clone())).bind(old).fetch_all(&mut self.conn).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for (id, place, bytes) in rows {
                let value = Sealed { key_id: old.to_owned(), bytes };
                let again = reseal(&place, &value)
                    .ok_or_else(|| StoreError::Inconsistent(format!("what is sealed at {place} does not open")))?;
                sqlx::query(AssertSqlSafe(update.clone()))
                    .bind(id)
                    .bind(&again.key_id)
                    .bind(&again.bytes)
                    .execute(&mut self.conn)
                    .await?;
                done.values += 1;
            }
        }
    }
}
