//! Acts on many parcels at once: their reports, from which they can be undone; and uploaded lists.

use super::error::StoreError;
use super::{Store, row};
use crate::tracking::bulk::BulkReport;
use crate::tracking::import::ImportReport;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// How long an upload and its report are kept.
const IMPORT_KEPT_S: i64 = 7 * 24 * 3600;

/// An uploaded list.
pub struct StoredImport {
    /// Who uploaded it.
    pub actor: String,
    /// Its text; `None` once it was taken over.
    pub body: Option<String>,
    /// What it came to, once it was taken over.
    pub report: Option<ImportReport>,
}

impl Store {
    /// Keeps the report of an act on many parcels.
    pub async fn keep_bulk(&self, report: &BulkReport) -> Result<(), StoreError> {
        let text = row::to_json(report)?;
        let (id, by, at) = (report.id, report.by.clone(), report.at);
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("INSERT INTO bulk_acts (id, actor, at, report) VALUES ($1, $2, $3, $4)")
                    .bind(id.to_string())
                    .bind(by)
                    .bind(at.millis())
                    .bind(text)
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The report of an act on many parcels.
    pub async fn find_bulk(&self, id: Uuid) -> Result<Option<BulkReport>, StoreError> {
        let mut conn = self.read().await?;
        let found: Option<(String, Option<i64>)> =
            sqlx::query_as("SELECT report, undone_at FROM bulk_acts WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(&mut *conn)
                .await?;
        found
            .map(|(report, undone)| Ok(BulkReport { undone: undone.is_some(), ..row::json::<BulkReport>(&report)? }))
            .transpose()
    }

    /// Marks an act on many parcels as taken back.
    pub async fn mark_bulk_undone(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE bulk_acts SET undone_at = COALESCE(undone_at, $2) WHERE id = $1")
                    .bind(id.to_string())
                    .bind(at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps an upload until it is taken over; drops old ones.
    pub async fn keep_import(&self, id: Uuid, actor: &str, body: String, at: Timestamp) -> Result<(), StoreError> {
        let actor = actor.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("DELETE FROM imports WHERE at < $1")
                    .bind(at.plus_seconds(-IMPORT_KEPT_S).millis())
                    .execute(&mut tx.conn)
                    .await?;
                sqlx::query("INSERT INTO imports (id, actor, at, body) VALUES ($1, $2, $3, $4)")
                    .bind(id.to_string())
                    .bind(actor)
                    .bind(at.millis())
                    .bind(body)
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// An upload.
    pub async fn find_import(&self, id: Uuid) -> Result<Option<StoredImport>, StoreError> {
        let mut conn = self.read().await?;
        let found: Option<(String, Option<String>, Option<String>)> =
            sqlx::query_as("SELECT actor, body, report FROM imports WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(&mut *conn)
                .await?;
        found
            .map(|(actor, body, report)| Ok(StoredImport { actor, body, report: row::json_opt(report.as_deref())? }))
            .transpose()
    }

    /// Takes an upload for taking it over: its text, once.
    pub async fn take_import(&self, id: Uuid) -> Result<Option<String>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let body: Option<Option<String>> = sqlx::query_scalar("SELECT body FROM imports WHERE id = $1")
                    .bind(id.to_string())
                    .fetch_optional(&mut tx.conn)
                    .await?;
                sqlx::query("UPDATE imports SET body = NULL WHERE id = $1")
                    .bind(id.to_string())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(body.flatten())
            })
        })
        .await
    }

    /// Keeps what an upload came to.
    pub async fn report_import(&self, report: &ImportReport) -> Result<(), StoreError> {
        let (id, text) = (report.id, row::to_json(report)?);
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE imports SET report = $2 WHERE id = $1")
                    .bind(id.to_string())
                    .bind(text)
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
