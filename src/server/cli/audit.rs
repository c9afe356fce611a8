//! `parcelwire audit`: whether the log of who did what is whole.

use super::instance::Instance;
use super::output::Format;
use crate::server::config::Config;

/// What to do with the audit log.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Walk the chain of hashes; fails at the first row that does not hold
    Verify {
        /// A hash an earlier check printed, kept elsewhere: it must still be in the log
        #[arg(long)]
        holds: Option<String>,
        #[command(flatten)]
        format: Format,
    },
}

/// Runs it.
pub async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    let Command::Verify { holds, format } = command;
    anyhow::ensure!(config.database().exists(), "{} holds no database", config.data_dir.display());
    let instance = Instance::open(config).await?;
    let check = instance.store.verify_audit(holds.as_deref().map(str::trim)).await;
    instance.close().await;
    let check = check?;
    format.print(&check, |check| match (check.broken_at, &check.reason) {
        (Some(row), Some(reason)) => format!("The audit log is broken at row {row}: {reason}."),
        _ => format!("{} rows hold. Last hash: {}", check.rows, check.head),
    })?;
    anyhow::ensure!(check.broken_at.is_none(), "the audit log does not hold");
    Ok(())
}
