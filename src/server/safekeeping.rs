//! Keeping the database safe: backups that are proven to restore, and a look for damage, each by itself once in a while.
//!
//! A backup counts only after its copy was found undamaged and was restored into a temporary place, where this program
//! opened it. What became of the last ones stands in the database, so that it is shown after a restart too. Nothing here
//! holds up deliveries: copies and checks only read.

mod backup;
mod restore;

pub use backup::back_up;
pub use restore::restore;

use super::clock::SharedClock;
use super::config::Config;
use super::store::{Store, StoreError, copies};
use crate::tracking::time::Timestamp;
use crate::tracking::trust::{BackupMade, IntegrityCheck, Mishap, Safety};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often is looked whether something is due.
const EVERY: Duration = Duration::from_mins(1);
/// Hours between looks for damage.
const CHECK_HOURS: i64 = 24;
/// How long one look may take.
const CHECK_TIME: Duration = Duration::from_mins(10);
/// Hours until a backup that failed is tried again.
const AGAIN_HOURS: i64 = 1;
const HOUR_MS: i64 = 3_600_000;
/// How the names of our own backups begin.
const PREFIX: &str = "parcelwire-";

/// Where the database keeps what became of them.
const MADE: &str = "backup_made";
const FAILED: &str = "backup_failed";
const CHECKED: &str = "integrity_check";

/// Why a backup or a restore came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum SafekeepingError {
    /// Nothing is overwritten.
    #[error("{} exists already; {}", .0.display(), .1)]
    Exists(PathBuf, &'static str),
    /// There is nothing to back up.
    #[error("{} is not there: this data directory holds no database", .0.display())]
    NoDatabase(PathBuf),
    /// The file is none of ours.
    #[error("{} is not a backup of Parcelwire", .0.display())]
    NotOurs(PathBuf),
    /// It was made by a newer program.
    #[error("{} has schema version {}, newer than this Parcelwire knows; use the newer version", .0.display(), .1)]
    Newer(PathBuf, i64),
    /// What was copied is not whole.
    #[error("{} is damaged: {}", .0.display(), .1)]
    Damaged(PathBuf, String),
    /// The restored copy does not hold what the backup does.
    #[error("restored into a temporary place, {1} of {0} deliveries came back")]
    Incomplete(u64, u64),
    /// It panicked, or the process ends.
    #[error("it broke off")]
    BrokeOff,
    /// A file could not be written or read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes backups and looks for damage when it is time. Cheap to clone.
#[derive(Clone)]
pub struct Safekeeping {
    store: Store,
    clock: SharedClock,
    config: Arc<Config>,
}

impl Safekeeping {
    /// Over an open database.
    pub fn new(store: Store, clock: SharedClock, config: Arc<Config>) -> Self {
        Self { store, clock, config }
    }

    /// Does what is due, once a minute, until it is told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        backup::clear(&self.config.backups());
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.tick() => {}
            }
        }
    }

    /// Does what is due now.
    pub async fn tick(&self) {
        let now = self.clock.now();
        let safety = match self.safety().await {
            Ok(safety) => safety,
            Err(error) => {
                tracing::error!(%error, "it could not be found out when the last backup was made");
                return;
            }
        };
        if self.backup_due(&safety, now) {
            // Logged and noted where it fails.
            let _ = self.back_up_now().await;
        }
        if safety.check.is_none_or(|check| now.millis() - check.at.millis() >= CHECK_HOURS * HOUR_MS) {
            self.look_for_damage(now).await;
        }
    }

    fn backup_due(&self, safety: &Safety, now: Timestamp) -> bool {
        let past = |at: Timestamp, hours: i64| now.millis() - at.millis() >= hours * HOUR_MS;
        let every = i64::from(self.config.backup_every_hours);
        every > 0
            && safety.backup.as_ref().is_none_or(|made| past(made.at, every))
            && safety.backup_failed.as_ref().is_none_or(|failed| past(failed.at, AGAIN_HOURS))
    }

    /// Makes a backup in `backups/`, notes it, and drops the oldest ones beyond those that are kept.
    pub async fn back_up_now(&self) -> Result<BackupMade, SafekeepingError> {
        let now = self.clock.now();
        let directory = self.config.backups();
        let file = directory.join(format!("{PREFIX}{}.db", copies::stamp(now)));
        let made = async {
            copies::make_directory(&directory)
                .map_err(|source| SafekeepingError::File { path: directory.clone(), source })?;
            // Whole files are read and written: off the threads that answer requests.
            let (database, runtime) = (self.store.path().to_owned(), tokio::runtime::Handle::current());
            let copying = tokio::task::spawn_blocking(move || runtime.block_on(back_up(&database, &file, now)));
            copying.await.unwrap_or(Err(SafekeepingError::BrokeOff))
        };
        match made.await {
            Ok(made) => {
                tracing::info!(file = made.file, bytes = made.bytes, deliveries = made.deliveries, "backed up");
                metrics::gauge!("parcelwire_last_backup_timestamp_seconds").set(seconds(now));
                self.note_backup(&made).await?;
                self.rotate(&directory);
                Ok(made)
            }
            Err(error) => {
                tracing::error!(%error, "a backup failed; it is tried again in an hour");
                let failed = Mishap { at: now, why: error.to_string() };
                if let Err(error) = self.note(FAILED, &failed).await {
                    tracing::warn!(%error, "that a backup failed could not be noted");
                }
                Err(error)
            }
        }
    }

    /// Notes a good backup, wherever it is.
    pub async fn note_backup(&self, made: &BackupMade) -> Result<(), StoreError> {
        self.note(MADE, made).await
    }

    fn rotate(&self, directory: &std::path::Path) {
        let keep = usize::try_from(self.config.backup_keep).unwrap_or(usize::MAX);
        for old in copies::named(directory, PREFIX).into_iter().rev().skip(keep) {
            if let Err(error) = std::fs::remove_file(&old) {
                tracing::warn!(file = %old.display(), %error, "an old backup could not be removed");
            }
        }
    }

    async fn look_for_damage(&self, now: Timestamp) {
        let check = match self.store.check(now, CHECK_TIME).await {
            Ok(check) => check,
            Err(error) => IntegrityCheck { at: now, faults: vec![error.to_string()], unfinished: 0 },
        };
        metrics::gauge!("parcelwire_integrity_faults").set(f64::from(u32::try_from(check.faults.len()).unwrap_or(0)));
        if check.faults.is_empty() {
            tracing::info!(unfinished = check.unfinished, "looked for damage in the database: none found");
        } else {
            let faults = check.faults.join("; ");
            tracing::error!(faults, "the database is damaged; restore the newest good backup");
        }
        if let Err(error) = self.note(CHECKED, &check).await {
            tracing::warn!(%error, "a look for damage could not be noted");
        }
    }

    /// How backups and checks stand.
    pub async fn safety(&self) -> Result<Safety, StoreError> {
        let backup: Option<BackupMade> = self.noted(MADE).await?;
        let failed: Option<Mishap> = self.noted(FAILED).await?;
        let since = backup.as_ref().map(|made| made.at);
        Ok(Safety {
            backup_failed: failed.filter(|failed| Some(failed.at) > since),
            backup,
            check: self.noted(CHECKED).await?,
        })
    }

    async fn noted<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        // What an older version wrote otherwise counts as not written.
        Ok(self.store.meta(key).await?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn note<T: serde::Serialize>(&self, key: &'static str, value: &T) -> Result<(), StoreError> {
        let text = serde_json::to_string(value).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        self.store.set_meta(key, text).await
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds fit a float for millions of years")]
fn seconds(at: Timestamp) -> f64 {
    (at.millis() / 1000) as f64
}
