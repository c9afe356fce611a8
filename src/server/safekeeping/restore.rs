//! Putting a backup in place: nothing is replaced, and nothing damaged, foreign or too new becomes the database.

use super::SafekeepingError;
use crate::server::store::copies;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Fills `database`, which must not exist, from a backup; returns the deliveries in it.
pub async fn restore(backup: &Path, database: &Path) -> Result<u64, SafekeepingError> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut path = database.as_os_str().to_owned();
        path.push(ending);
        let path = PathBuf::from(path);
        if path.exists() {
            // A log that was left behind would be played into the restored database.
            let what = "move it away (with its -wal and -shm), or restore into another PARCELWIRE_DATA_DIR";
            return Err(SafekeepingError::Exists(path, what));
        }
    }
    let fault = |path: &Path, source| SafekeepingError::File { path: path.to_owned(), source };
    let mut head = [0_u8; 16];
    let opened = std::fs::File::open(backup).and_then(|mut file| file.read_exact(&mut head));
    match opened {
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => return Err(fault(backup, error)),
        _ if &head != b"SQLite format 3\0" => return Err(SafekeepingError::NotOurs(backup.to_owned())),
        _ => {}
    }
    let partial = database.with_extension("db.partial");
    let restored = async {
        std::fs::copy(backup, &partial).map_err(|source| fault(backup, source))?;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&partial, private).map_err(|source| fault(&partial, source))?;
        let deliveries = acceptable(&partial, backup).await?;
        std::fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(|source| fault(&partial, source))?;
        std::fs::rename(&partial, database).map_err(|source| fault(database, source))?;
        sync_directory(database)?;
        Ok(deliveries)
    }
    .await;
    if restored.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    restored
}

/// Looks through the copy; faults name the backup.
async fn acceptable(copy: &Path, backup: &Path) -> Result<u64, SafekeepingError> {
    let damaged = |why: String| SafekeepingError::Damaged(backup.to_owned(), why);
    let inspected = copies::inspect(copy).await.map_err(|error| damaged(error.to_string()))?;
    match inspected.version {
        None => Err(SafekeepingError::NotOurs(backup.to_owned())),
        Some(_) if !inspected.faults.is_empty() => Err(damaged(inspected.faults.join("; "))),
        Some(version) if !inspected.known => Err(SafekeepingError::Newer(backup.to_owned(), version)),
        Some(_) => Ok(inspected.deliveries),
    }
}

/// Has the name of a file on the disk.
pub(super) fn sync_directory(of: &Path) -> Result<(), SafekeepingError> {
    let directory = of.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let synced = std::fs::File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|source| SafekeepingError::File { path: directory.to_owned(), source })
}
