//! Mapping rows: append-only versions; the newest version of a key counts. Author null is what ships.

use super::Store;
use super::error::StoreError;
use super::row::{self, Keyset};
use super::writer::Tx;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{DefaultRow, Mapping, Target, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::status::Confidence;
use crate::tracking::time::Timestamp;
use sqlx::SqliteConnection;
use std::collections::HashMap;

#[derive(sqlx::FromRow)]
struct MappingRow {
    carrier: String,
    key: String,
    version: i64,
    target: String,
    confidence: String,
    note: String,
    author: Option<String>,
    created_at: i64,
}

impl TryFrom<MappingRow> for Mapping {
    type Error = StoreError;
    fn try_from(row: MappingRow) -> Result<Self, StoreError> {
        Ok(Self {
            carrier: row::word(&row.carrier)?,
            key: row.key,
            version: row::small(row.version),
            target: row::json(&row.target)?,
            confidence: row::word(&row.confidence)?,
            note: row.note,
            author: row.author,
            created_at: row::time(row.created_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct UnmappedRow {
    carrier: String,
    unmapped_key: String,
    events: i64,
    first_seen: i64,
    last_seen: i64,
    sample: String,
}

impl TryFrom<UnmappedRow> for UnmappedCode {
    type Error = StoreError;
    fn try_from(row: UnmappedRow) -> Result<Self, StoreError> {
        Ok(Self {
            carrier: row::word(&row.carrier)?,
            key: row.unmapped_key,
            sample: row.sample,
            count: row::small(row.events),
            first_seen: row::time(row.first_seen),
            last_seen: row::time(row.last_seen),
        })
    }
}

/// A version of a mapping row to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMapping {
    /// Whose code.
    pub carrier: CarrierId,
    /// Parts joined by `:`.
    pub key: String,
    /// What it means.
    pub target: Target,
    /// How sure.
    pub confidence: Confidence,
    /// The carrier's words for the code.
    pub note: String,
    /// Who made it; `None` only for what ships.
    pub author: Option<String>,
}

async fn find(conn: &mut SqliteConnection, carrier: CarrierId, key: &str) -> Result<Option<Mapping>, StoreError> {
    let row: Option<MappingRow> =
        sqlx::query_as("SELECT * FROM mappings WHERE carrier = $1 AND key = $2 ORDER BY version DESC LIMIT 1")
            .bind(carrier.as_str())
            .bind(key)
            .fetch_optional(conn)
            .await?;
    row.map(Mapping::try_from).transpose()
}

async fn newest(
    conn: &mut SqliteConnection,
    carrier: CarrierId,
    keys: &[&String],
) -> Result<HashMap<String, Mapping>, StoreError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<MappingRow> = sqlx::query_as(
        "SELECT m.* FROM json_each($2) k JOIN mappings m ON m.carrier = $1 AND m.key = k.value
         WHERE m.version = (SELECT MAX(n.version) FROM mappings n WHERE n.carrier = $1 AND n.key = k.value)",
    )
    .bind(carrier.as_str())
    .bind(row::to_json(keys)?)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((row.key.clone(), Mapping::try_from(row)?))).collect()
}

impl Store {
    /// The rows that count for these keys, by key.
    pub async fn newest_mappings(
        &self,
        carrier: CarrierId,
        keys: &[&String],
    ) -> Result<HashMap<String, Mapping>, StoreError> {
        let mut conn = self.read().await?;
        newest(&mut conn, carrier, keys).await
    }

    /// The rows that count, by carrier and key.
    pub async fn list_mappings(
        &self,
        carrier: Option<CarrierId>,
        confidence: Option<Confidence>,
        request: &PageRequest,
    ) -> Result<Page<Mapping>, StoreError> {
        let after = Keyset::of(request)?;
        // This list goes upwards by text: the cursor's id is "carrier key", and the first page has none.
        let after = if request.cursor.as_deref().is_none_or(str::is_empty) { String::new() } else { after.id };
        let mut conn = self.read().await?;
        let rows: Vec<MappingRow> = sqlx::query_as(
            "SELECT m.* FROM mappings m
             WHERE ($1 IS NULL OR m.carrier = $1) AND m.carrier || ' ' || m.key > $2
               AND m.version = (SELECT MAX(version) FROM mappings n WHERE n.carrier = m.carrier AND n.key = m.key)
               AND ($4 IS NULL OR m.confidence = $4)
             ORDER BY m.carrier || ' ' || m.key LIMIT $3",
        )
        .bind(carrier.map(CarrierId::as_str))
        .bind(after)
        .bind(row::limit(request))
        .bind(confidence.map(Confidence::as_str))
        .fetch_all(&mut *conn)
        .await?;
        let mappings = rows.into_iter().map(Mapping::try_from).collect::<Result<_, _>>()?;
        Ok(row::page(mappings, request, |last: &Mapping| Keyset {
            at: 0,
            id: format!("{} {}", last.carrier, last.key),
        }))
    }

    /// The row that counts for a key.
    pub async fn find_mapping(&self, carrier: CarrierId, key: &str) -> Result<Option<Mapping>, StoreError> {
        let mut conn = self.read().await?;
        find(&mut conn, carrier, key).await
    }

    /// Every version of a key, the newest first.
    pub async fn list_versions(
        &self,
        carrier: CarrierId,
        key: &str,
        request: &PageRequest,
    ) -> Result<Page<Mapping>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<MappingRow> = sqlx::query_as(
            "SELECT * FROM mappings WHERE carrier = $1 AND key = $2 AND version < $3 ORDER BY version DESC LIMIT $4",
        )
        .bind(carrier.as_str())
        .bind(key)
        .bind(after.at)
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let versions = rows.into_iter().map(Mapping::try_from).collect::<Result<_, _>>()?;
        Ok(row::page(versions, request, |last: &Mapping| Keyset { at: last.version.into(), id: String::new() }))
    }

    /// One version of a key.
    pub async fn find_version(
        &self,
        carrier: CarrierId,
        key: &str,
        version: u32,
    ) -> Result<Option<Mapping>, StoreError> {
        let mut conn = self.read().await?;
        let row: Option<MappingRow> =
            sqlx::query_as("SELECT * FROM mappings WHERE carrier = $1 AND key = $2 AND version = $3")
                .bind(carrier.as_str())
                .bind(key)
                .bind(version)
                .fetch_optional(&mut *conn)
                .await?;
        row.map(Mapping::try_from).transpose()
    }

    /// Codes no row knows, seen in deliveries that are not tests; last seen first.
    pub async fn list_unmapped(&self, request: &PageRequest) -> Result<Page<UnmappedCode>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<UnmappedRow> = sqlx::query_as(
            "SELECT * FROM (
               SELECT carrier, unmapped_key, COUNT(*) AS events, MIN(received_at) AS first_seen,
                 MAX(last_received_at) AS last_seen, carrier || ' ' || unmapped_key AS id,
                 (SELECT COALESCE(json_extract(n.content, '$.raw_text'), json_extract(n.content, '$.raw_code'), '')
                  FROM events n
                  WHERE n.carrier = e.carrier AND n.unmapped_key = e.unmapped_key AND n.is_test = 0
                  ORDER BY n.received_at DESC LIMIT 1) AS sample
               FROM events e WHERE unmapped_key IS NOT NULL AND is_test = 0 GROUP BY carrier, unmapped_key)
             WHERE (last_seen, id) < ($1, $2) ORDER BY last_seen DESC, id DESC LIMIT $3",
        )
        .bind(after.at)
        .bind(after.id)
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let codes = rows.into_iter().map(UnmappedCode::try_from).collect::<Result<_, _>>()?;
        Ok(row::page(codes, request, |last: &UnmappedCode| Keyset {
            at: last.last_seen.millis(),
            id: format!("{} {}", last.carrier, last.key),
        }))
    }
}

impl Tx {
    /// The rows that count for these keys, by key.
    pub async fn mappings(
        &mut self,
        carrier: CarrierId,
        keys: &[&String],
    ) -> Result<HashMap<String, Mapping>, StoreError> {
        newest(&mut self.conn, carrier, keys).await
    }

    /// Appends a version of a key and makes what it may decide due; returns its number.
    pub async fn put_mapping(&mut self, new: &NewMapping, at: Timestamp) -> Result<u32, StoreError> {
        let version: i64 = sqlx::query_scalar(
            "INSERT INTO mappings (carrier, key, version, target, confidence, note, author, created_at)
             SELECT $1, $2, COALESCE(MAX(version), 0) + 1, $3, $4, $5, $6, $7 FROM mappings WHERE carrier = $1 AND key = $2
             RETURNING version",
        )
        .bind(new.carrier.as_str())
        .bind(&new.key)
        .bind(row::to_json(&new.target)?)
        .bind(new.confidence.as_str())
        .bind(&new.note)
        .bind(&new.author)
        .bind(at.millis())
        .fetch_one(&mut self.conn)
        .await?;
        self.remap_due(new.carrier, &new.key, at).await?;
        Ok(row::small(version))
    }

    /// Adds the rows that ship where a key has none, and a new version where what ships has changed and no operator
    /// has made the key their own.
    pub(super) async fn seed_mappings(
        &mut self,
        defaults: &[(CarrierId, Vec<DefaultRow>)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for (carrier, rows) in defaults {
            for shipped in rows {
                let found = find(&mut self.conn, *carrier, shipped.key).await?;
                let stands = found.is_some_and(|found| {
                    found.author.is_some()
                        || (found.target == shipped.target
                            && found.confidence == shipped.confidence
                            && found.note == shipped.note)
                });
                if !stands {
                    let new = NewMapping {
                        carrier: *carrier,
                        key: shipped.key.to_owned(),
                        target: shipped.target.clone(),
                        confidence: shipped.confidence,
                        note: shipped.note.to_owned(),
                        author: None,
                    };
                    self.put_mapping(&new, now).await?;
                }
            }
        }
        Ok(())
    }
}
