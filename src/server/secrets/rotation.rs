//! Exchanging the key of a data directory, so that no interruption leaves a database without its key.
//!
//! The next key is written beside the present one before anything is sealed with it; the database says, in the same
//! transaction that seals everything again, which of the two it needs; only then do the files change names. Whoever opens
//! the directory after an interruption finds the one that fits. The old key stays beside it under its own name: older
//! backups need it.

use super::{KEY_FILE, Keyring, SecretsError, write_private};
use std::path::{Path, PathBuf};

/// The next key, until the database needs it.
const NEXT_FILE: &str = "secret.key.next";

impl Keyring {
    /// The key to exchange for: the one an interrupted exchange left, or a new one, written and on the disk.
    pub fn next(data_dir: &Path) -> Result<Self, SecretsError> {
        if let Some(begun) = Self::read(&data_dir.join(NEXT_FILE))? {
            return Ok(begun);
        }
        let path = data_dir.join(NEXT_FILE);
        let fresh = Self::random();
        // Under its name only when it is whole.
        let partial = data_dir.join(format!(".{NEXT_FILE}"));
        let _ = std::fs::remove_file(&partial);
        let written = write_private(&partial, fresh.text().as_bytes()).and_then(|()| std::fs::rename(&partial, &path));
        written.and_then(|()| sync(data_dir)).map_err(|source| SecretsError::File { path, source })?;
        Ok(fresh)
    }

    /// After the database needs the next key: the files change names. Returns where the old one is now, if there was one.
    pub fn exchange(data_dir: &Path) -> Result<Option<PathBuf>, SecretsError> {
        let path = data_dir.join(KEY_FILE);
        let fault = |source| SecretsError::File { path: path.clone(), source };
        let mut kept = None;
        if let Some(old) = Self::read(&path)? {
            let aside = data_dir.join(format!("{KEY_FILE}.{}", old.key_id()));
            std::fs::rename(&path, &aside).map_err(fault)?;
            kept = Some(aside);
        }
        std::fs::rename(data_dir.join(NEXT_FILE), &path).and_then(|()| sync(data_dir)).map_err(fault)?;
        Ok(kept)
    }

    /// Ends an exchange that was interrupted after the database changed: the next key, if it is the one that fits.
    pub(super) fn recover(data_dir: &Path, check: &str) -> Result<Option<Self>, SecretsError> {
        let next = Self::read(&data_dir.join(NEXT_FILE))?.filter(|next| next.fits(check));
        if next.is_some() {
            Self::exchange(data_dir)?;
            tracing::info!("an exchange of the key that was interrupted is finished");
        }
        Ok(next)
    }
}

fn sync(directory: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_can_be_interrupted_anywhere() {
        let dir = tempfile::tempdir().expect("a directory");
        let open =
            |check: &str| Keyring::open_fitting(dir.path(), None, Some(check)).map(|key| key.key_id().to_owned());
        let old = Keyring::open_or_create(dir.path(), None).expect("a key");
        let next = Keyring::next(dir.path()).expect("the next key");
        assert_ne!(old.key_id(), next.key_id());
        assert_eq!(Keyring::next(dir.path()).expect("again").key_id(), next.key_id(), "begun once");
        assert_eq!(open(&old.check_value()).expect("the database is not changed yet"), old.key_id());
        // As if the process ended between the two names.
        let aside = dir.path().join(format!("{KEY_FILE}.{}", old.key_id()));
        std::fs::rename(dir.path().join(KEY_FILE), &aside).expect("renamed");
        assert_eq!(open(&next.check_value()).expect("recovered"), next.key_id());
        assert_eq!(open(&next.check_value()).expect("and stays"), next.key_id());
        assert!(matches!(open(&old.check_value()), Err(SecretsError::DoesNotFit(_))), "no way back by itself");
        assert!(aside.exists() && !dir.path().join(NEXT_FILE).exists());
    }

    #[test]
    fn a_changed_database_finds_its_key_and_the_old_one_is_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let old = Keyring::open_or_create(dir.path(), None).expect("a key");
        let next = Keyring::next(dir.path()).expect("the next key");
        let found = Keyring::open_fitting(dir.path(), None, Some(&next.check_value())).expect("recovered");
        assert_eq!(found.key_id(), next.key_id());
        let kept = Keyring::read(&dir.path().join(format!("{KEY_FILE}.{}", old.key_id()))).expect("read");
        assert_eq!(kept.map(|key| key.key_id().to_owned()).as_deref(), Some(old.key_id()));
    }
}
