//! Copies of the database file, looking into them, and looking for damage.
//!
//! A copy is written by SQLite itself (`VACUUM INTO`): consistent, while others write, and without waiting for them.
//! It holds no key. What looks into a file that no store has open does so read-only and takes no lock.

use super::error::StoreError;
use super::{BUSY, MIGRATIONS, Store, make_new_file, newest_migration};
use crate::tracking::time::Timestamp;
use crate::tracking::trust::IntegrityCheck;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Snapshots before migrations that are kept.
const SNAPSHOTS: usize = 3;
/// How their names begin.
const SNAPSHOT: &str = "before-schema-";
/// Most faults that are told.
const MOST_FAULTS: usize = 20;
/// Steps of SQLite's machine between two looks at the time.
const STEPS: i32 = 20_000;

/// What stands in a database file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// Its schema; `None` where it is no database of ours.
    pub version: Option<i64>,
    /// Whether this program knows that schema.
    pub known: bool,
    /// What is wrong with it; empty when nothing is.
    pub faults: Vec<String>,
    /// Deliveries in it.
    pub deliveries: u64,
}

/// Writes a consistent copy of the database at `from` into a new file, readable by its owner only, and on the disk when
/// this returns. Needs no store, so a database of any schema can be copied.
pub async fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(from).create_if_missing(false).busy_timeout(BUSY);
    let mut conn = SqliteConnection::connect_with(&options).await?;
    let copied = copy_with(&mut conn, to).await;
    let _ = conn.close().await;
    copied
}

async fn copy_with(conn: &mut SqliteConnection, to: &Path) -> Result<(), StoreError> {
    make_new_file(to)?;
    sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(conn).await?;
    let fault = |source: std::io::Error| StoreError::File { path: to.to_owned(), source: Arc::new(source) };
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(fault)
}

/// Looks into a file that nothing else has open.
pub async fn inspect(path: &Path) -> Result<Inspected, StoreError> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false).read_only(true).immutable(true);
    let mut conn = SqliteConnection::connect_with(&options).await?;
    let looked = look(&mut conn).await;
    let _ = conn.close().await;
    looked
}

async fn look(conn: &mut SqliteConnection) -> Result<Inspected, StoreError> {
    let applied = applied(conn).await?;
    let version = applied.iter().max().copied();
    let faults = faults(conn).await?;
    let ours = version.is_some() && faults.is_empty();
    let deliveries: i64 =
        if ours { sqlx::query_scalar("SELECT COUNT(*) FROM deliveries").fetch_one(&mut *conn).await? } else { 0 };
    let known = version.is_some_and(|version| version <= newest_migration());
    Ok(Inspected { version, known, faults, deliveries: deliveries.unsigned_abs() })
}

/// Whether opening the database would change its schema. A file that is not there needs none.
pub async fn awaits_migration(path: &Path) -> Result<bool, StoreError> {
    if !std::fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        return Ok(false);
    }
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(BUSY);
    let mut conn = SqliteConnection::connect_with(&options).await?;
    let applied = applied(&mut conn).await;
    let _ = conn.close().await;
    Ok(!missing(&applied?).is_empty())
}

/// Before an older database is changed: a copy of it beside it, unless there is nothing in it. A database ahead of this
/// program is refused.
pub(super) async fn prepare(conn: &mut SqliteConnection, path: &Path, now: Timestamp) -> Result<(), StoreError> {
    let applied = applied(conn).await?;
    let Some(version) = applied.iter().max().copied() else { return Ok(()) };
    if version > newest_migration() {
        return Err(StoreError::NewerSchema(version));
    }
    if missing(&applied).is_empty() || !holds_anything(conn).await? {
        return Ok(());
    }
    let directory = path.parent().unwrap_or(Path::new(".")).join("backups");
    let fault = |source: std::io::Error| StoreError::File { path: directory.clone(), source: Arc::new(source) };
    make_directory(&directory).map_err(fault)?;
    let file = directory.join(format!("{SNAPSHOT}{}-{}.db", newest_migration(), stamp(now)));
    if !file.exists() {
        let partial = file.with_extension("db.partial");
        let _ = std::fs::remove_file(&partial);
        copy_with(conn, &partial).await?;
        std::fs::rename(&partial, &file).map_err(fault)?;
    }
    tracing::info!(file = %file.display(), "the database as it was before this version is kept");
    for old in named(&directory, SNAPSHOT).into_iter().rev().skip(SNAPSHOTS) {
        let _ = std::fs::remove_file(old);
    }
    Ok(())
}

/// Makes a directory only its owner can enter.
pub fn make_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// A time as part of a file's name; sorts as it should.
pub fn stamp(at: Timestamp) -> String {
    at.to_utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// The databases in a directory whose names begin so, oldest first by name.
pub fn named(directory: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let ours = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(prefix) && path.extension().is_some_and(|ending| ending == "db")
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(ours).collect();
    found.sort();
    found
}

impl Store {
    /// What is wrong with the database, in SQLite's words; empty when nothing is.
    pub async fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        let mut conn = self.read().await?;
        faults(&mut conn).await
    }

    /// The same within a time, table by table, so that no look holds up the log for long; on a connection of its own.
    pub async fn check(&self, now: Timestamp, within: Duration) -> Result<IntegrityCheck, StoreError> {
        let options = SqliteConnectOptions::new().filename(&self.path).read_only(true).busy_timeout(BUSY);
        let mut conn = SqliteConnection::connect_with(&options).await?;
        let until = Instant::now() + within;
        conn.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < until);
        let checked = check_tables(&mut conn, until).await;
        let _ = conn.close().await;
        let (faults, unfinished) = checked?;
        Ok(IntegrityCheck { at: now, faults, unfinished })
    }

    /// Bytes of the database and its log.
    pub fn bytes(&self) -> u64 {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        size(&self.path) + size(Path::new(&log))
    }
}

/// Faults, and how many tables were not reached in time.
async fn check_tables(conn: &mut SqliteConnection, until: Instant) -> Result<(Vec<String>, u32), StoreError> {
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .fetch_all(&mut *conn)
        .await?;
    let mut faults: Vec<String> = Vec::new();
    let mut unfinished = 0;
    for table in tables {
        let looked: Result<Vec<String>, _> =
            sqlx::query_scalar("SELECT * FROM pragma_integrity_check($1)").bind(&table).fetch_all(&mut *conn).await;
        match looked {
            Ok(lines) => {
                faults.extend(lines.into_iter().filter(|line| line != "ok").map(|line| format!("{table}: {line}")));
            }
            Err(_) if Instant::now() >= until => unfinished += 1,
            Err(error) => faults.push(format!("{table}: {error}")),
        }
    }
    faults.truncate(MOST_FAULTS);
    Ok((faults, unfinished))
}

async fn faults(conn: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let mut faults: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *conn).await?;
    faults.retain(|line| line != "ok");
    let orphans: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check").fetch_all(&mut *conn).await?;
    faults.extend(orphans.into_iter().map(|(table,)| format!("{table} holds rows that point nowhere")));
    faults.truncate(MOST_FAULTS);
    Ok(faults)
}

/// The migrations that were applied; empty where there is no schema of ours.
async fn applied(conn: &mut SqliteConnection) -> Result<BTreeSet<i64>, StoreError> {
    let ours: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations')",
    )
    .fetch_one(&mut *conn)
    .await?;
    if !ours {
        return Ok(BTreeSet::new());
    }
    let applied: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(&mut *conn).await?;
    Ok(applied.into_iter().collect())
}

fn missing(applied: &BTreeSet<i64>) -> Vec<i64> {
    MIGRATIONS.iter().map(|migration| migration.version).filter(|version| !applied.contains(version)).collect()
}

async fn holds_anything(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM endpoints) OR EXISTS (SELECT 1 FROM users)")
        .fetch_one(conn)
        .await?)
}
