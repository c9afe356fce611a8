//! `parcelwire restore FILE`: fills a data directory that holds no database. Refuses while a server runs on it.

use super::instance::lock;
use crate::server::config::Config;
use anyhow::Context as _;
use std::io::Read as _;
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
    let database = config.database();
    anyhow::ensure!(
        !database.exists(),
        "{} exists already; move it away, or restore into another PARCELWIRE_DATA_DIR",
        database.display()
    );
    let mut head = [0_u8; 16];
    let opened = std::fs::File::open(&arguments.file).and_then(|mut file| file.read_exact(&mut head));
    opened.with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    anyhow::ensure!(&head == b"SQLite format 3\0", "{} is not a backup of Parcelwire", arguments.file.display());
    let partial = database.with_extension("db.partial");
    std::fs::copy(&arguments.file, &partial)
        .with_context(|| format!("{} cannot be copied", arguments.file.display()))?;
    std::fs::File::open(&partial)?.sync_all()?;
    std::fs::rename(&partial, &database)?;
    println!("Restored into {}.", config.data_dir.display());
    if config.secret_key.is_none() && !config.data_dir.join("secret.key").exists() {
        println!("Put the secret.key that belongs to it beside it before you start the server.");
    }
    Ok(())
}
