//! What every request can reach: made once at the start, cheap to clone.

use super::apply::Apply;
use super::auth::Auth;
use super::clock::SharedClock;
use super::config::Config;
use super::endpoints::Endpoints;
use super::handover::Handover;
use super::ingest::Ingest;
use super::live::Live;
use super::outgoing::Outgoing;
use super::registration::Registrar;
use super::secrets::Keyring;
use super::simulator::Simulator;
use super::store::Store;
use super::views::Views;
use std::sync::Arc;
use tokio::sync::Notify;

/// The parts of a running instance.
#[derive(Clone)]
pub struct AppState {
    /// The settings, with the address the listener got.
    pub config: Arc<Config>,
    /// Tells what time it is.
    pub clock: SharedClock,
    /// Seals and opens.
    pub keyring: Arc<Keyring>,
    /// The one truth.
    pub store: Store,
    /// Announces changes.
    pub live: Live,
    /// Decides what a valid endpoint is.
    pub endpoints: Endpoints,
    /// Captures deliveries.
    pub ingest: Arc<Ingest>,
    /// Applies them.
    pub apply: Arc<Apply>,
    /// Asks carriers.
    pub registrar: Registrar,
    /// Sends test events.
    pub simulator: Simulator,
    /// Knows people and tokens.
    pub auth: Auth,
    /// Answers the parcels' pages.
    pub views: Views,
    /// Secrets made a moment ago.
    pub handover: Arc<Handover>,
    /// Where everything is mounted: empty, or `/x` without a slash at its end.
    pub base: String,
}

impl AppState {
    /// Puts the parts together. `config` must know the bound listener ([`Config::bound_to`]).
    pub fn new(config: Config, store: Store, keyring: Arc<Keyring>, clock: SharedClock) -> Self {
        let config = Arc::new(config);
        let (live, wake) = (Live::new(), Arc::new(Notify::new()));
        let endpoints = Endpoints::new(store.clone(), keyring.clone(), clock.clone(), config.hooks_url.clone());
        let ingest = Arc::new(Ingest::new(
            store.clone(),
            endpoints.clone(),
            keyring.clone(),
            clock.clone(),
            live.clone(),
            wake.clone(),
        ));
        let apply = Arc::new(Apply::new(store.clone(), ingest.clone(), clock.clone(), live.clone(), wake));
        let outgoing = Outgoing::new(config.outgoing_allow.clone());
        let base = config.base().to_owned();
        Self {
            registrar: Registrar::new(store.clone(), endpoints.clone(), clock.clone(), outgoing),
            simulator: Simulator::new(store.clone(), endpoints.clone(), keyring.clone(), clock.clone(), config.clone()),
            auth: Auth::new(store.clone(), clock.clone(), &config),
            views: Views { store: store.clone(), clock: clock.clone(), base: base.clone() },
            handover: Arc::default(),
            config,
            clock,
            keyring,
            store,
            live,
            endpoints,
            ingest,
            apply,
            base,
        }
    }
}
