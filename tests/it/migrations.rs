//! Migrations, one by one, each over the rows of all before it: `tests/migrations/NNNN.sql` holds what version NNNN adds.

use parcelwire::server::carriers::CARRIERS;
use parcelwire::server::store::{Store, StoreOptions};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::parcel::ParcelFilter;
use parcelwire::tracking::time::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

static ALL: Migrator = sqlx::migrate!("./migrations");

/// Tables that hold no rows of ours: what SQLite and the search index keep for themselves.
fn is_ours(table: &str) -> bool {
    !table.starts_with("sqlite_") && !table.starts_with("_sqlx") && !table.contains("_index")
}

async fn open(path: &Path) -> SqliteConnection {
    let url = format!("sqlite://{}?mode=rwc", path.display());
    SqliteConnection::connect(&url).await.expect("opens")
}

/// Brings a database to a version, as the program of then would have.
async fn up_to(conn: &mut SqliteConnection, version: i64) {
    let some: Vec<_> = ALL.iter().filter(|migration| migration.version <= version).cloned().collect();
    let migrator = Migrator { migrations: some.into(), ..Migrator::DEFAULT };
    migrator.run(conn).await.unwrap_or_else(|error| panic!("{version:04}: {error}"));
}

/// Adds the rows of one version, if it has any.
async fn put_sample(conn: &mut SqliteConnection, version: i64) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/migrations/{version:04}.sql"));
    let Ok(sample) = std::fs::read_to_string(file) else { return };
    sqlx::raw_sql(AssertSqlSafe(sample))
        .execute(conn)
        .await
        .unwrap_or_else(|error| panic!("{version:04}.sql: {error}"));
}

async fn counts(conn: &mut SqliteConnection) -> BTreeMap<String, i64> {
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut *conn)
        .await
        .expect("read");
    let mut counts = BTreeMap::new();
    for table in tables.into_iter().filter(|table| is_ours(table)) {
        let sql = format!("SELECT COUNT(*) FROM \"{table}\"");
        let rows = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *conn).await.expect("counted");
        counts.insert(table, rows);
    }
    counts
}

async fn faults(conn: &mut SqliteConnection) -> Vec<String> {
    let mut faults: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *conn).await.expect("checked");
    let orphans: Vec<String> = sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check")
        .fetch_all(&mut *conn)
        .await
        .expect("checked");
    faults.extend(orphans);
    faults.retain(|line| line != "ok");
    faults
}

/// A database as the version before this one left it.
pub async fn older(path: &Path) {
    let mut conn = open(path).await;
    let newest = ALL.iter().map(|migration| migration.version).max().expect("there are some");
    for version in ALL.iter().map(|migration| migration.version).filter(|version| *version < newest) {
        up_to(&mut conn, version).await;
        put_sample(&mut conn, version).await;
    }
    conn.close().await.expect("closes");
}

#[tokio::test]
async fn each_migration_keeps_the_rows_of_all_before_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("parcelwire.db");
    let mut conn = open(&path).await;
    let mut before: BTreeMap<String, i64> = BTreeMap::new();
    for migration in ALL.iter() {
        up_to(&mut conn, migration.version).await;
        assert_eq!(faults(&mut conn).await, Vec::<String>::new(), "{:04}", migration.version);
        let after = counts(&mut conn).await;
        for (table, rows) in &before {
            // The first audit log was never written to; 0011 made another.
            if (migration.version, table.as_str()) == (11, "audit") {
                continue;
            }
            assert!(after.get(table).is_some_and(|now| now >= rows), "{:04} takes rows of {table}", migration.version);
        }
        put_sample(&mut conn, migration.version).await;
        before = counts(&mut conn).await;
        let empty: Vec<_> = before.iter().filter(|(_, rows)| **rows == 0).map(|(table, _)| table).collect();
        assert!(empty.is_empty(), "tests/migrations/{:04}.sql has no row for {empty:?}", migration.version);
    }
    assert_eq!(faults(&mut conn).await, Vec::<String>::new());
    conn.close().await.expect("closes");
}

#[tokio::test]
async fn a_database_of_every_version_is_opened_after_a_copy_of_it_was_kept() {
    let newest = ALL.iter().map(|migration| migration.version).max().expect("there are some");
    let now: Timestamp = "2026-06-18T06:30:00.000Z".parse().expect("a time");
    for version in ALL.iter().map(|migration| migration.version) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("parcelwire.db");
        let mut conn = open(&path).await;
        for migration in ALL.iter().filter(|migration| migration.version <= version) {
            up_to(&mut conn, migration.version).await;
            put_sample(&mut conn, migration.version).await;
        }
        let held = counts(&mut conn).await;
        conn.close().await.expect("closes");
        let defaults = CARRIERS.iter().map(|carrier| (carrier.id(), carrier.default_rows())).collect();
        let store = Store::open(StoreOptions { path: path.clone(), defaults, now }).await.expect("opens");
        assert_eq!(store.schema_version().await.expect("versions"), (newest, newest));
        assert_eq!(store.integrity_check().await.expect("checked"), Vec::<String>::new(), "{version:04}");
        if held.contains_key("parcels") {
            let filter = ParcelFilter { number: Some("n1".into()), ..ParcelFilter::default() };
            let found = store.list_parcels(&filter, &PageRequest::default(), now).await.expect("listed");
            assert_eq!(found.items.len(), 1, "{version:04}: its parcel is there");
        }
        store.close().await;
        let kept = directory.path().join("backups").join(format!("before-schema-{newest}-20260618T063000Z.db"));
        assert_eq!(kept.exists(), version < newest, "{version:04}: a copy is made where something changes");
        if version < newest {
            let mut copy = open(&kept).await;
            assert_eq!(counts(&mut copy).await, held, "{version:04}: the copy is the database as it was");
        }
    }
}

#[tokio::test]
async fn an_empty_database_is_brought_up_to_date_without_a_copy() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("parcelwire.db");
    let mut conn = open(&path).await;
    up_to(&mut conn, 2).await;
    conn.close().await.expect("closes");
    let now: Timestamp = "2026-06-18T06:30:00.000Z".parse().expect("a time");
    Store::open(StoreOptions { path, defaults: Vec::new(), now }).await.expect("opens").close().await;
    assert!(!directory.path().join("backups").exists());
}
