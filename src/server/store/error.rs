//! What can go wrong in the store. Absence is not among it: that is `Option`.

use std::path::PathBuf;
use std::sync::Arc;

/// What can go wrong in the store. Cheap to clone: all who share a commit share its error.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database or its disk failed; the same may succeed later.
    #[error("the database failed: {0}")]
    Driver(Arc<sqlx::Error>),
    /// The writer did not get to it in time.
    #[error("the database was too busy")]
    Busy,
    /// The writer has stopped.
    #[error("the database is closed")]
    Closed,
    /// A job in the writer panicked; nothing of it was kept.
    #[error("a write panicked and was undone")]
    Panicked,
    /// What stands in the database is not what the types promise.
    #[error("the database holds something unexpected: {0}")]
    Inconsistent(String),
    /// Something that must be unique is there already; says what.
    #[error("{0} exists already")]
    Exists(&'static str),
    /// A cursor that no page gave out.
    #[error("this cursor is not one of ours")]
    BadCursor,
    /// The database was written by a newer Parcelwire.
    #[error(
        "the database has schema version {0}, newer than this Parcelwire knows; run the newer version again, or restore \
         the copy that was made before the upgrade (backups/before-schema-…) into an empty data directory"
    )]
    NewerSchema(i64),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(Arc<sqlx::migrate::MigrateError>),
    /// A file or directory could not be made.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Arc<std::io::Error>,
    },
}

impl StoreError {
    /// Whether a constraint was violated: the statement is at fault, not the database.
    pub(super) fn is_constraint(&self) -> bool {
        use sqlx::error::ErrorKind as K;
        let Self::Driver(error) = self else { return matches!(self, Self::Exists(_)) };
        let sqlx::Error::Database(error) = error.as_ref() else { return false };
        matches!(error.kind(), K::UniqueViolation | K::ForeignKeyViolation | K::NotNullViolation | K::CheckViolation)
    }

    /// Whether what was to be kept is at fault and not the database: trying again would end the same.
    pub fn is_of_the_data(&self) -> bool {
        let undecodable = |error: &sqlx::Error| {
            matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_))
        };
        match self {
            Self::Driver(error) => self.is_constraint() || undecodable(error),
            Self::Inconsistent(_) | Self::Exists(_) => true,
            _ => false,
        }
    }

    /// What an operator can do about it.
    pub fn advice(&self) -> Option<&'static str> {
        use std::io::ErrorKind as K;
        const DAMAGED: &str = "the file is damaged: keep a copy of it, and restore the newest good backup (see backups/ in \
             the data directory) into an empty data directory with `parcelwire restore FILE`";
        const FULL: &str = "the disk is full: make room; what was refused meanwhile is sent again by the carriers";
        const READ_ONLY: &str = "it cannot be written: let the user Parcelwire runs as write to the data directory, or \
             mount its disk writable";
        const HELD: &str = "another process holds it: end that process (a copy or a shell on the file, mostly)";
        const DISK: &str = "its disk failed, is full or is read-only: see the system's log";
        match self {
            Self::Driver(error) => result_code(error),
            Self::Migrate(error) => match error.as_ref() {
                sqlx::migrate::MigrateError::Execute(error)
                | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => result_code(error),
                _ => None,
            },
            Self::File { source, .. } => match source.kind() {
                K::PermissionDenied | K::ReadOnlyFilesystem => Some(8),
                K::StorageFull => Some(13),
                _ => None,
            },
            Self::Busy => Some(5),
            _ => None,
        }
        .and_then(|code| match code {
            5 | 6 => Some(HELD),
            8 => Some(READ_ONLY),
            10 | 14 => Some(DISK),
            11 | 26 => Some(DAMAGED),
            13 => Some(FULL),
            _ => None,
        })
    }

    /// This error, or [`StoreError::Exists`] where a unique constraint was violated.
    pub(super) fn or_exists(self, what: &'static str) -> Self {
        match &self {
            Self::Driver(error)
                if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
            {
                Self::Exists(what)
            }
            _ => self,
        }
    }
}

/// SQLite's primary result code.
fn result_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Driver(Arc::new(error))
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(Arc::new(error))
    }
}
