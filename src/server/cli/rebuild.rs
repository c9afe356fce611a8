//! `parcelwire rebuild`: derives everything again from the raw deliveries. Refuses while a server runs on the directory.
//!
//! What operators did stays, ids stay, and so do events whose bodies are gone. What is derived is dropped in one
//! transaction with making its deliveries due: a rebuild that is interrupted goes on with the next one, or at the next
//! start of the server.

use super::instance::{Instance, lock};
use super::output::Format;
use crate::server::clock::SharedClock;
use crate::server::config::Config;
use crate::server::state::AppState;
use crate::server::store::{Deed, Who};
use crate::tracking::audit::Act;
use anyhow::Context as _;
use leptos::config::LeptosOptions;
use serde::Serialize;

/// How to print.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    format: Format,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// Deliveries applied again.
    pub deliveries: u64,
    /// Numbers folded again without a delivery of their own.
    pub numbers: u64,
}

/// Runs it.
pub async fn run(config: Config, arguments: Arguments, clock: SharedClock) -> anyhow::Result<()> {
    let rebuilt = rebuild(config, clock).await?;
    arguments.format.print(&rebuilt, |rebuilt| {
        format!("{} deliveries applied again, {} more numbers folded again.", rebuilt.deliveries, rebuilt.numbers)
    })
}

/// Drops what is derived and derives it again.
pub async fn rebuild(config: Config, clock: SharedClock) -> anyhow::Result<Rebuilt> {
    anyhow::ensure!(config.database().exists(), "{} holds no database", config.data_dir.display());
    let _lock = lock(&config)?;
    let Instance { config, store, keyring, clock } = Instance::open_at(config, clock).await?;
    let pages = LeptosOptions::builder().output_name(env!("CARGO_PKG_NAME")).build();
    let state = AppState::new(config, store, keyring, clock, pages);
    let deed = Deed::new(Who::command_line(), Act::Maintenance, state.clock.now()).on("rebuild");
    state.store.record(&deed).await?;
    state.store.forget_derived().await.context("what is derived cannot be dropped; nothing was changed")?;
    let deliveries = state.apply.drain().await?;
    let numbers = state.apply.refold_stale().await?;
    state.apply.end_rebuild().await?;
    state.store.close().await;
    Ok(Rebuilt { deliveries, numbers })
}
