//! `parcelwire serve`, the default: the order of the start, the listeners, and the stop.
//!
//! settings → log → lock → bind → database and key → first admin → apply → accept. Deliveries are accepted last and
//! applied longest: the stop ends accepting, answers what is in flight, then stops applying and closes the database.

use super::instance::{DirectoryLock, Instance, lock};
use crate::server::clock::SharedClock;
use crate::server::config::Config;
use crate::server::listener::{Bound, Limits, serve};
use crate::server::router::{Front, assets};
use crate::server::state::AppState;
use crate::server::telemetry;
use anyhow::Context as _;
use std::net::SocketAddr;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A running instance; tests start their own.
pub struct Server {
    /// Its parts.
    pub state: AppState,
    /// The main listener.
    pub address: SocketAddr,
    /// The listener that serves only hooks.
    pub hooks_address: Option<SocketAddr>,
    listeners: JoinSet<()>,
    applying: CancellationToken,
    applier: tokio::task::JoinHandle<()>,
    noting: tokio::task::JoinHandle<()>,
    keeping: tokio::task::JoinHandle<()>,
    purging: tokio::task::JoinHandle<()>,
    _lock: DirectoryLock,
}

impl Server {
    /// Starts everything; returns when connections are accepted.
    pub async fn start(config: Config, clock: SharedClock) -> anyhow::Result<Self> {
        telemetry::metrics();
        let lock = lock(&config)?;
        let main = bind(config.listen).await?;
        let hooks = match config.hooks_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let config = config.bound_to(main.address());
        let instance = Instance::open_at(config, clock).await?;
        let Instance { config, store, keyring, clock } = instance;
        let leptos = assets::leptos_options(&config).context("the site's hashes cannot be written")?;
        let state = AppState::new(config, store, keyring, clock, leptos);
        state.auth.ensure_admin(state.config.first_admin.as_ref(), &state.config.public_url).await?;
        let applying = CancellationToken::new();
        let applier = tokio::spawn({
            let (apply, applying) = (state.apply.clone(), applying.clone());
            async move { apply.run(applying).await }
        });
        let noting = tokio::spawn({
            let (attention, stop) = (state.attention.clone(), state.stop.clone());
            async move { attention.run(stop).await }
        });
        let keeping = tokio::spawn({
            let (safekeeping, stop) = (state.safekeeping.clone(), state.stop.clone());
            async move { safekeeping.run(stop).await }
        });
        let purging = tokio::spawn({
            let (keeping, stop) = (state.keeping.clone(), state.stop.clone());
            async move { keeping.run(stop).await }
        });
        let front = Front::new(&state);
        let limits = Limits { uncounted: state.config.trusted_proxies.clone(), ..Limits::default() };
        let (address, hooks_address) = (main.address(), hooks.as_ref().map(Bound::address));
        let mut listeners = JoinSet::new();
        if let Some(hooks) = hooks {
            let front = front.clone();
            let answer = move |request, peer| front.clone().answer_hooks(request, peer);
            listeners.spawn(serve(hooks, answer, limits.clone(), state.stop.clone()));
        }
        let answer = move |request, peer| front.clone().answer(request, peer);
        listeners.spawn(serve(main, answer, limits, state.stop.clone()));
        Ok(Self { state, address, hooks_address, listeners, applying, applier, noting, keeping, purging, _lock: lock })
    }

    /// Stops accepting, answers what is in flight, applies what it is at, closes the database.
    pub async fn stop(mut self) {
        self.state.stop.cancel();
        while self.listeners.join_next().await.is_some() {}
        self.applying.cancel();
        // It ends between two transactions; a panic in it was logged.
        let _ = self.applier.await;
        let _ = self.noting.await;
        let _ = self.keeping.await;
        let _ = self.purging.await;
        self.state.store.close().await;
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<Bound> {
    Bound::to(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Serves until SIGTERM or SIGINT.
pub async fn run(config: Config, clock: SharedClock) -> anyhow::Result<()> {
    telemetry::start_logging(&config);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let server = Server::start(config, clock).await?;
    let config = &server.state.config;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        listen = %server.address,
        hooks_listen = server.hooks_address.map(tracing::field::display),
        data_dir = %config.data_dir.display(),
        "Parcelwire serves {}",
        config.public_url
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: answering what is in flight");
    server.stop().await;
    tracing::info!("stopped");
    Ok(())
}
