//! `parcelwire backup FILE`: a consistent copy of the database in one new file, while the server serves.

use super::instance::Instance;
use super::output::Format;
use crate::server::clock::{Clock as _, SystemClock};
use crate::server::config::Config;
use crate::server::safekeeping::{Safekeeping, back_up};
use crate::server::store::copies::awaits_migration;
use crate::tracking::audit::Act;
use crate::tracking::trust::BackupMade;
use anyhow::Context as _;
use std::path::PathBuf;
use std::sync::Arc;

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file to write; it must not exist
    file: PathBuf,
    #[command(flatten)]
    format: Format,
}

/// Runs it. The database is copied as it is, also one that an older version serves; only a whole and restorable copy
/// gets the asked name.
pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let file = std::path::absolute(&arguments.file)?;
    let database = config.database();
    let made = back_up(&database, &file, SystemClock.now()).await.context("nothing was backed up")?;
    if !awaits_migration(&database).await? {
        note(config, &made).await;
    }
    arguments.format.print(&made, |made| {
        format!(
            "{}\nChecked, and restored into a temporary place: {} deliveries.\n\
             The key is not in it: keep secret.key (or PARCELWIRE_SECRET_KEY) apart from the backups.",
            made.file, made.deliveries
        )
    })
}

/// So that the console shows it; the backup is good without.
async fn note(config: Config, made: &BackupMade) {
    let noted = async {
        let instance = Instance::open(config).await?;
        let (store, clock, config) = (instance.store.clone(), instance.clock.clone(), instance.config.clone());
        let keeping = Safekeeping::new(store, clock, Arc::new(config));
        let noting = async { Ok(keeping.note_backup(made).await?) };
        let noted = instance.acting(Act::Backup, &made.file, noting).await;
        instance.close().await;
        noted
    };
    if let Err(error) = noted.await {
        eprintln!("warning: the console does not know of this backup: {error:#}");
    }
}
