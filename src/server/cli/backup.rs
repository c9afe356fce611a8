//! `parcelwire backup FILE`: a consistent copy of the database in one new file, while the server serves.

use super::instance::Instance;
use crate::server::config::Config;
use crate::tracking::audit::Act;
use anyhow::Context as _;
use std::path::PathBuf;

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Runs it. The copy is made under another name and renamed, so that a file with the asked name is always whole.
pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let file = std::path::absolute(&arguments.file)?;
    anyhow::ensure!(!file.exists(), "{} exists already", file.display());
    anyhow::ensure!(config.database().exists(), "{} holds no database", config.data_dir.display());
    let mut partial = file.clone().into_os_string();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    if partial.exists() {
        std::fs::remove_file(&partial).with_context(|| format!("{} cannot be removed", partial.display()))?;
    }
    let instance = Instance::open(config).await?;
    let copying = async { Ok(instance.store.backup_to(&partial).await?) };
    let copied = instance.acting(Act::Backup, &file.to_string_lossy(), copying).await;
    instance.close().await;
    copied.context("the copy failed")?;
    std::fs::File::open(&partial)?.sync_all()?;
    std::fs::rename(&partial, &file).with_context(|| format!("{} cannot be named", file.display()))?;
    println!("{}", file.display());
    println!("The key is not in it: keep secret.key (or PARCELWIRE_SECRET_KEY) apart from the backups.");
    Ok(())
}
