//! Making one backup: copied under another name, looked through, restored into a temporary place, then named.

use super::{SafekeepingError, restore};
use crate::server::carriers::CARRIERS;
use crate::server::secrets::random_token;
use crate::server::store::{Store, StoreOptions, copies};
use crate::tracking::time::Timestamp;
use crate::tracking::trust::BackupMade;
use std::path::{Path, PathBuf};

/// How the names of temporary places begin.
const TRIAL: &str = ".restore-";

/// Backs the database up into a new file. Whatever has the asked name is whole and was restored once.
pub async fn back_up(database: &Path, file: &Path, now: Timestamp) -> Result<BackupMade, SafekeepingError> {
    if file.exists() {
        return Err(SafekeepingError::Exists(file.to_owned(), "a backup never replaces a file"));
    }
    if !database.exists() {
        return Err(SafekeepingError::NoDatabase(database.to_owned()));
    }
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let _ = std::fs::remove_file(&partial);
    let made = async {
        copies::copy(database, &partial).await?;
        let deliveries = proven(&partial, now).await?;
        let fault = |source| SafekeepingError::File { path: file.to_owned(), source };
        let bytes = std::fs::metadata(&partial).map_err(fault)?.len();
        std::fs::rename(&partial, file).map_err(fault)?;
        restore::sync_directory(file)?;
        Ok(BackupMade { at: now, file: file.to_string_lossy().into_owned(), bytes, deliveries })
    }
    .await;
    if made.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    made
}

/// Restores the copy into a temporary place beside it and opens it there; returns the deliveries that came back.
async fn proven(copy: &Path, now: Timestamp) -> Result<u64, SafekeepingError> {
    let beside = copy.parent().unwrap_or(Path::new("."));
    let trial = Trial(beside.join(format!("{TRIAL}{}", random_token(6))));
    copies::make_directory(&trial.0).map_err(|source| SafekeepingError::File { path: trial.0.clone(), source })?;
    let place = trial.0.join("parcelwire.db");
    let wanted = restore(copy, &place).await?;
    let defaults = CARRIERS.iter().map(|carrier| (carrier.id(), carrier.default_rows())).collect();
    let store = Store::open(StoreOptions { path: place, defaults, now }).await?;
    let came_back = store.count_deliveries().await;
    store.close().await;
    let came_back = came_back?;
    if came_back == wanted { Ok(wanted) } else { Err(SafekeepingError::Incomplete(wanted, came_back)) }
}

/// A temporary place; gone when it is dropped.
struct Trial(PathBuf);

impl Drop for Trial {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Removes what an interrupted backup left behind.
pub(super) fn clear(directory: &Path) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(TRIAL) {
            let _ = std::fs::remove_dir_all(entry.path());
        } else if name.starts_with(super::PREFIX) && name.ends_with(".partial") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
