//! The audit log: rows are added and read, never changed. The chain is walked a slice at a time.

mod deed;

pub use deed::{Deed, Who};

use super::Store;
use super::error::StoreError;
use super::row::{self, Keyset};
use super::writer::Tx;
use crate::server::secrets::sha256_hex;
use crate::tracking::audit::{Act, ActOutcome, AuditFilter, AuditRow, ChainCheck};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::time::Timestamp;

/// The hash before the first row.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Rows of the chain checked at a time.
const SLICE: i64 = 1000;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    at: i64,
    actor: String,
    actor_id: Option<String>,
    via: String,
    remote_addr: Option<String>,
    act: String,
    subject: String,
    outcome: String,
    detail: String,
    previous: String,
    hash: String,
}

impl Row {
    /// SHA-256 over the hash before and every field, each with its length before it.
    fn computed(&self) -> String {
        let (id, at) = (self.id.to_string(), self.at.to_string());
        let fields = [
            Some(self.previous.as_str()),
            Some(&id),
            Some(&at),
            Some(&self.actor),
            self.actor_id.as_deref(),
            Some(&self.via),
            self.remote_addr.as_deref(),
            Some(&self.act),
            Some(&self.subject),
            Some(&self.outcome),
            Some(&self.detail),
        ];
        let mut bytes = Vec::new();
        for field in fields {
            match field {
                Some(text) => {
                    bytes.extend_from_slice(text.len().to_string().as_bytes());
                    bytes.push(b':');
                    bytes.extend_from_slice(text.as_bytes());
                }
                None => bytes.push(b'-'),
            }
        }
        sha256_hex(&bytes)
    }
}

impl TryFrom<Row> for AuditRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            at: row::time(row.at),
            actor: row.actor,
            actor_id: row.actor_id,
            via: row::word(&row.via)?,
            remote_addr: row.remote_addr,
            act: row::word(&row.act)?,
            subject: row.subject,
            outcome: row::word(&row.outcome)?,
            detail: row::json(&row.detail)?,
            previous: row.previous,
            hash: row.hash,
        })
    }
}

impl Tx {
    /// Adds a row at the end of the chain.
    async fn record(&mut self, deed: &Deed) -> Result<(), StoreError> {
        let last: Option<(i64, String)> = sqlx::query_as("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_optional(&mut self.conn)
            .await?;
        let (before, previous) = last.unwrap_or((0, NOTHING.to_owned()));
        let mut row = deed.row()?;
        row.id = before + 1;
        row.previous = previous;
        row.hash = row.computed();
        sqlx::query(
            "INSERT INTO audit (id, at, actor, actor_id, via, remote_addr, act, subject, outcome, detail, previous, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(row.id)
        .bind(row.at)
        .bind(row.actor)
        .bind(row.actor_id)
        .bind(row.via)
        .bind(row.remote_addr)
        .bind(row.act)
        .bind(row.subject)
        .bind(row.outcome)
        .bind(row.detail)
        .bind(row.previous)
        .bind(row.hash)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}

impl Store {
    /// Adds a row about something that is done already, or was not done.
    pub async fn record(&self, deed: &Deed) -> Result<(), StoreError> {
        let deed = deed.clone();
        self.writer.write(true, move |tx| Box::pin(async move { tx.record(&deed).await })).await
    }

    /// The log, newest first.
    pub async fn list_audit(&self, filter: &AuditFilter, request: &PageRequest) -> Result<Page<AuditRow>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM audit WHERE id < $1 AND ($2 IS NULL OR actor = $2) AND ($3 IS NULL OR act = $3)
               AND ($4 IS NULL OR subject = $4) AND ($5 IS NULL OR outcome = $5) AND ($6 IS NULL OR at >= $6)
               AND ($7 IS NULL OR at < $7)
             ORDER BY id DESC LIMIT $8",
        )
        .bind(after.at)
        .bind(&filter.actor)
        .bind(filter.act.map(Act::as_str))
        .bind(&filter.subject)
        .bind(filter.outcome.map(ActOutcome::as_str))
        .bind(filter.from.map(Timestamp::millis))
        .bind(filter.to.map(Timestamp::millis))
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let rows = rows.into_iter().map(AuditRow::try_from).collect::<Result<_, _>>()?;
        Ok(row::page(rows, request, |last: &AuditRow| Keyset { at: last.id, id: String::new() }))
    }

    /// Walks the chain from the first row to the last. `holds`: a hash kept elsewhere that must be in it.
    pub async fn verify_audit(&self, holds: Option<&str>) -> Result<ChainCheck, StoreError> {
        let mut check = ChainCheck { head: NOTHING.to_owned(), ..ChainCheck::default() };
        let (mut next, mut seen) = (1, holds.is_none());
        loop {
            let mut conn = self.read().await?;
            let rows: Vec<Row> = sqlx::query_as("SELECT * FROM audit WHERE id >= $1 ORDER BY id LIMIT $2")
                .bind(if next == 1 { i64::MIN } else { next })
                .bind(SLICE)
                .fetch_all(&mut *conn)
                .await?;
            drop(conn);
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let fault = if row.id != next {
                    Some(format!("row {next} is missing"))
                } else if row.previous != check.head {
                    Some("it does not follow the row before it".to_owned())
                } else {
                    (row.computed() != row.hash).then(|| "its fields are not those that were hashed".to_owned())
                };
                if fault.is_some() {
                    return Ok(ChainCheck { broken_at: Some(row.id), reason: fault, ..check });
                }
                seen |= holds == Some(row.hash.as_str());
                check.head = row.hash;
                check.rows += 1;
                next += 1;
            }
        }
        let mut conn = self.read().await?;
        let given: Option<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
            .fetch_optional(&mut *conn)
            .await?;
        let cut = given.is_some_and(|given| given >= next);
        if cut || !seen {
            check.broken_at = Some(next);
            let why = if cut { "rows at the end are missing" } else { "no row has the hash that was asked for" };
            check.reason = Some(why.to_owned());
        }
        Ok(check)
    }
}
