//! `parcelwire key rotate`: a new key, everything sealed again with it. Refuses while a server runs on the directory.

use super::Usage;
use super::instance::{Instance, lock};
use super::output::Format;
use crate::server::clock::SystemClock;
use crate::server::config::Config;
use crate::server::secrets::{KEY_FILE, Keyring};
use crate::server::store::{Deed, Who};
use crate::tracking::audit::Act;
use anyhow::Context as _;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// What to do with the key.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Exchange the key of the data directory for a new one
    Rotate {
        #[command(flatten)]
        format: Format,
    },
}

/// What was done.
#[derive(Debug, Serialize)]
struct Rotated {
    values: u64,
    foreign: u64,
    old_key: Option<PathBuf>,
}

/// Runs it.
pub async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    let Command::Rotate { format } = command;
    if config.secret_key.is_some() {
        let words = format!(
            "the key is given by PARCELWIRE_SECRET_KEY: put it into {KEY_FILE} in the data directory, unset the setting, \
             rotate, and set the new one"
        );
        return Err(Usage(words).into());
    }
    let rotated = rotate(config).await?;
    format.print(&rotated, |rotated| {
        let old = rotated.old_key.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        let foreign = match rotated.foreign {
            0 => String::new(),
            n => format!("\n{n} values are of yet another key and were left as they are."),
        };
        format!(
            "{} values are sealed with the new key.{foreign}\n\
             The old key is {old}: backups made before need it. Move it to them, or delete it.",
            rotated.values
        )
    })
}

async fn rotate(config: Config) -> anyhow::Result<Rotated> {
    anyhow::ensure!(config.database().exists(), "{} holds no database", config.data_dir.display());
    let _lock = lock(&config)?;
    let Instance { config, store, keyring, clock } = Instance::open_at(config, Arc::new(SystemClock)).await?;
    let next = Keyring::next(&config.data_dir)?;
    let (old_id, check) = (keyring.key_id().to_owned(), next.check_value());
    let reseal = move |place: &str, value: &_| {
        let plain = keyring.unseal(place, value).ok()?;
        Some(next.seal(place, &plain))
    };
    store.record(&Deed::new(Who::command_line(), Act::Maintenance, clock.now()).on("key")).await?;
    let resealed = store.reseal(old_id, check, Box::new(reseal)).await.context("nothing was changed")?;
    store.close().await;
    let old_key = Keyring::exchange(&config.data_dir)?;
    Ok(Rotated { values: resealed.values, foreign: resealed.foreign, old_key })
}
