//! `parcelwire restore FILE`: fills a data directory that holds no database. Refuses while a server runs on it.

use super::instance::lock;
use crate::server::config::Config;
use crate::server::safekeeping::restore;
use crate::server::secrets::KEY_FILE;
use anyhow::Context as _;
use std::path::PathBuf;

/// Where from.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A file written by `parcelwire backup`
    file: PathBuf,
}

/// Runs it.
pub async fn run(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let _lock = lock(config)?;
    let deliveries = restore(&arguments.file, &config.database()).await.context("nothing was restored")?;
    println!("Restored into {}: {deliveries} deliveries.", config.data_dir.display());
    if config.secret_key.is_none() && !config.data_dir.join(KEY_FILE).exists() {
        println!("Put the {KEY_FILE} that belongs to it beside it before you start the server.");
    }
    Ok(())
}
