//! What commands beside a running server open: the store, the key, the desk; and the lock of the data directory.

use crate::server::carriers::CARRIERS;
use crate::server::clock::{SharedClock, SystemClock};
use crate::server::config::Config;
use crate::server::endpoints::Endpoints;
use crate::server::secrets::Keyring;
use crate::server::store::copies::awaits_migration;
use crate::server::store::{Deed, Store, StoreError, StoreOptions, Who};
use crate::tracking::audit::{Act, ActOutcome};
use anyhow::Context as _;
use secrecy::ExposeSecret;
use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Where the store keeps what the key must fit.
const KEY_CHECK: &str = "key_check";

/// An opened data directory.
pub struct Instance {
    /// The settings.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// The key.
    pub keyring: Arc<Keyring>,
    /// The clock.
    pub clock: SharedClock,
}

impl Instance {
    /// Opens the data directory, making it when it is not there. A key that does not fit the database is refused.
    ///
    /// A database of an older version is brought up to date only where no server runs on it.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        let older =
            awaits_migration(&config.database()).await.map_err(told).context("the database cannot be opened")?;
        let _lock = if older { Some(lock(&config).context("the database is of an older version")?) } else { None };
        Self::open_at(config, Arc::new(SystemClock)).await
    }

    /// The same, told the time by another clock.
    pub async fn open_at(config: Config, clock: SharedClock) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("the data directory {} cannot be made", config.data_dir.display()))?;
        let defaults = CARRIERS.iter().map(|carrier| (carrier.id(), carrier.default_rows())).collect();
        let options = StoreOptions { path: config.database(), defaults, now: clock.now() };
        let store = Store::open(options).await.map_err(told).context("the database cannot be opened")?;
        let check = store.meta(KEY_CHECK).await?;
        let given = config.secret_key.as_ref().map(ExposeSecret::expose_secret);
        let keyring = Arc::new(Keyring::open_fitting(&config.data_dir, given, check.as_deref())?);
        if check.is_none() {
            store.set_meta(KEY_CHECK, keyring.check_value()).await?;
        }
        Ok(Self { config, store, keyring, clock })
    }

    /// The desk for endpoints.
    pub fn endpoints(&self) -> Endpoints {
        Endpoints::new(self.store.clone(), self.keyring.clone(), self.clock.clone(), self.config.hooks_url.clone())
    }

    /// Does something that comes into the audit log with what it writes.
    pub async fn acting<T>(
        &self,
        act: Act,
        subject: &str,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let deed = Deed::new(Who::command_line(), act, self.clock.now()).on(subject);
        let done = deed.cover(work).await;
        let outcome = if done.is_ok() { ActOutcome::Done } else { ActOutcome::Failed };
        let recorded = deed.conclude(&self.store, outcome).await;
        let done = done?;
        recorded.context("it is done, but could not be recorded in the audit log")?;
        Ok(done)
    }

    /// Ends the writer after what it has begun.
    pub async fn close(self) {
        self.store.close().await;
    }
}

/// With what can be done about it.
fn told(error: StoreError) -> anyhow::Error {
    match error.advice() {
        Some(advice) => anyhow::anyhow!("{error}\n{advice}"),
        None => error.into(),
    }
}

/// Holds the data directory for one process; given back when it is dropped, also by the end of the process.
pub struct DirectoryLock(#[expect(dead_code, reason = "held, not read")] File);

/// Locks the data directory, or says who has it.
pub fn lock(config: &Config) -> anyhow::Result<DirectoryLock> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("the data directory {} cannot be made", config.data_dir.display()))?;
    let path = config.lock_file();
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|source| {
        let fault = StoreError::File { path: path.clone(), source: Arc::new(source) };
        told(fault).context("the data directory cannot be locked")
    })?;
    match file.try_lock() {
        Ok(()) => Ok(DirectoryLock(file)),
        Err(std::fs::TryLockError::WouldBlock) => {
            anyhow::bail!("{} is in use by a running Parcelwire; stop it first", config.data_dir.display())
        }
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// A secret from standard input (its line end taken off) or from a prompt without echo.
pub fn secret(from_stdin: bool, prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    if !from_stdin {
        return Ok(Zeroizing::new(rpassword::prompt_password(format!("{prompt}: "))?));
    }
    let mut text = Zeroizing::new(String::new());
    std::io::stdin().take(64 * 1024).read_to_string(&mut text).context("standard input cannot be read")?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
