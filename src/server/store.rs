//! All SQL. One file per question group; row structs are private, what leaves is of `tracking` or declared here.
//!
//! SQLite in WAL mode with `synchronous=FULL`: a commit is on the disk when it returns. One task writes ([`writer`]);
//! reads go through a small pool that cannot write. Several processes may open the same file: the command line works
//! beside a running server. Nothing here knows carriers, HTTP or the clock; "now" is passed in. The path of the
//! database is the only file it touches.

pub mod acts;
pub mod apply;
pub mod attention;
pub mod audit;
mod bulk;
pub mod capture;
pub mod codes;
mod content;
pub mod copies;
pub mod deliveries;
pub mod desk;
pub mod endpoints;
pub mod error;
pub mod events;
mod factors;
mod failures;
mod identities;
mod lists;
pub mod mappings;
mod mask;
pub mod notes;
mod overview;
pub mod parcels;
pub mod people;
pub mod resealing;
pub mod retention;
mod row;
mod search;
pub mod sheets;
pub mod tokens;
pub mod writer;

pub use apply::{
    Admitted, Cause, Coded, CodedEvent, Due, Kept, KeptChange, KeptState, Mapped, NewEvent, NewVerdict, RawDelivery,
};
pub use audit::{Deed, Who};
pub use bulk::StoredImport;
pub use capture::{Answer, Capture, Captured, MOST_REFUSED};
pub use desk::RecordedStep;
pub use endpoints::{EndpointCounters, NewEndpoint, StoredEndpoint, StoredSecret};
pub use error::StoreError;
pub use factors::StoredFactor;
pub use identities::Identity;
pub use lists::NewView;
pub use mappings::NewMapping;
pub use people::{NewSession, OpenSession, StoredUser};
pub use row::Keyset;
pub use writer::Tx;

use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::DefaultRow;
use crate::tracking::time::Timestamp;
use futures::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How long SQLite waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// Connections that read.
const READERS: u32 = 4;

/// What opening needs.
pub struct StoreOptions {
    /// The database file; made if absent, with its directory.
    pub path: PathBuf,
    /// The mapping rows that ship, per carrier.
    pub defaults: Vec<(CarrierId, Vec<DefaultRow>)>,
    /// Now.
    pub now: Timestamp,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: writer::Writer,
    readers: SqlitePool,
    path: Arc<Path>,
}

impl Store {
    /// Opens the database, brings its schema up to date (a copy of an older one is kept), seeds the mapping rows that ship and starts the writer.
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        make_file(&options.path)?;
        let connect = SqliteConnectOptions::new()
            .filename(&options.path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(256);
        let mut conn = SqliteConnection::connect_with(&connect).await?;
        copies::prepare(&mut conn, &options.path, options.now).await?;
        MIGRATIONS.run(&mut conn).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(1)
            .acquire_timeout(BUSY)
            .test_before_acquire(false)
            .connect_with(connect.pragma("query_only", "ON"))
            .await?;
        let store = Self { writer: writer::Writer::start(conn), readers, path: options.path.into() };
        let (defaults, now) = (options.defaults, options.now);
        store.write(move |tx| Box::pin(async move { tx.seed_mappings(&defaults, now).await })).await?;
        Ok(store)
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Commits a delivery to the disk. Concurrent captures share a commit. Gives up after [`writer::CAPTURE_PATIENCE`].
    pub async fn capture(&self, capture: Capture) -> Result<Captured, StoreError> {
        self.writer.capture(capture).await
    }

    /// Runs a job in the writer, in one transaction; the answer comes after the commit. A job holds up every capture:
    /// it stays below 25 ms, and longer work is cut into several. What an act writes first also records it ([`Deed`]).
    pub async fn write<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        let Some(deed) = Deed::present() else { return self.writer.write(true, job).await };
        let recorded = deed.clone();
        let done = self.writer.write(true, move |tx| {
            Box::pin(async move {
                let done = job(tx).await?;
                recorded.keep(tx).await?;
                Ok(done)
            })
        });
        let done = done.await?;
        deed.kept();
        Ok(done)
    }

    /// Runs a job and undoes it: what would happen.
    pub async fn dry_run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.write(false, job).await
    }

    /// Drops everything that can be derived again ([`Tx::forget_derived`]), however long it takes: nothing else may use
    /// the database meanwhile.
    pub async fn forget_derived(&self) -> Result<u64, StoreError> {
        self.writer.write_unhurried(true, |tx| Box::pin(tx.forget_derived())).await
    }

    /// Whether a write reaches the disk.
    pub async fn write_probe(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { tx.set_meta("probe", &now.to_string()).await })).await
    }

    /// The newest migration that was applied, and the newest this program knows.
    pub async fn schema_version(&self) -> Result<(i64, i64), StoreError> {
        let mut conn = self.read().await?;
        let applied: Option<i64> =
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut *conn).await?;
        Ok((applied.unwrap_or(0), newest_migration()))
    }

    /// A value of `meta`.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut conn = self.read().await?;
        Ok(sqlx::query_scalar("SELECT value FROM meta WHERE key = $1").bind(key).fetch_optional(&mut *conn).await?)
    }

    /// Sets a value of `meta`.
    pub async fn set_meta(&self, key: &'static str, value: String) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { tx.set_meta(key, &value).await })).await
    }

    /// Waits until every reader is closed. The writer ends with the last clone.
    pub async fn close(self) {
        self.readers.close().await;
    }

    async fn read(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        match self.readers.acquire().await {
            Err(sqlx::Error::PoolTimedOut) => Err(StoreError::Busy),
            Err(sqlx::Error::PoolClosed) => Err(StoreError::Closed),
            other => Ok(other?),
        }
    }
}

impl Tx {
    /// Sets a value of `meta`.
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}

fn newest_migration() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn make_file(path: &Path) -> Result<(), StoreError> {
    let fault = |source: std::io::Error| StoreError::File { path: path.to_owned(), source: Arc::new(source) };
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory).map_err(fault)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    options.mode(0o600);
    options.open(path).map_err(fault)?;
    Ok(())
}

fn make_new_file(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    options.mode(0o600);
    options.open(path).map(drop).map_err(|source| StoreError::File { path: path.to_owned(), source: Arc::new(source) })
}

#[cfg(test)]
mod tests;
