//! Everything a request may need, put together once.

use super::acts::Acts;
use super::apply::Apply;
use super::attention::Attention;
use super::auth::Auth;
use super::clock::SharedClock;
use super::config::Config;
use super::endpoints::Endpoints;
use super::handover::Handover;
use super::ingest::Ingest;
use super::live::Live;
use super::mappings::Mappings;
use super::outgoing::Outgoing;
use super::registration::Registrar;
use super::retention::Keeping;
use super::safekeeping::Safekeeping;
use super::secrets::Keyring;
use super::simulator::Simulator;
use super::store::Store;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The parts of a running instance. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The database.
    pub store: Store,
    /// Tells what time it is.
    pub clock: SharedClock,
    /// The key of what is sealed.
    pub keyring: Arc<Keyring>,
    /// The settings; they know the bound address.
    pub config: Arc<Config>,
    /// Where everything is mounted: empty, or `/x` without a slash at its end.
    pub base: String,
    /// Announces changes.
    pub live: Live,
    /// The desk for endpoints.
    pub endpoints: Endpoints,
    /// Takes deliveries in.
    pub ingest: Arc<Ingest>,
    /// Applies them.
    pub apply: Arc<Apply>,
    /// The desk for mappings.
    pub mappings: Mappings,
    /// Parcels that need a person.
    pub attention: Attention,
    /// Personal data: how long it is kept, revealing, erasing.
    pub keeping: Keeping,
    /// Does what operators ask.
    pub acts: Arc<Acts>,
    /// Asks carriers.
    pub registrar: Registrar,
    /// Sends test events.
    pub simulator: Simulator,
    /// Makes backups and looks for damage.
    pub safekeeping: Safekeeping,
    /// Users, sessions and tokens.
    pub auth: Auth,
    /// Secrets made a moment ago.
    pub handover: Arc<Handover>,
    /// How pages find their scripts.
    pub leptos: LeptosOptions,
    /// Cancelled when the server stops: ends event streams.
    pub stop: CancellationToken,
}

impl AppState {
    /// Over an opened database and its key. `config` must know the bound address ([`Config::bound_to`]).
    pub fn new(config: Config, store: Store, keyring: Arc<Keyring>, clock: SharedClock, leptos: LeptosOptions) -> Self {
        let config = Arc::new(config);
        let live = Live::new();
        let wake = Arc::new(Notify::new());
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
        let mappings = Mappings::new(store.clone(), apply.clone(), clock.clone(), live.clone());
        let attention = Attention::new(store.clone(), live.clone(), clock.clone());
        let keeping = Keeping::new(store.clone(), clock.clone(), live.clone());
        let acts = Arc::new(Acts::new(store.clone(), clock.clone(), live.clone()));
        let outgoing = Outgoing::new(config.outgoing_allow.clone());
        let registrar = Registrar::new(store.clone(), endpoints.clone(), clock.clone(), outgoing);
        let simulator =
            Simulator::new(store.clone(), endpoints.clone(), keyring.clone(), clock.clone(), config.clone());
        let safekeeping = Safekeeping::new(store.clone(), clock.clone(), config.clone());
        let auth = Auth::new(store.clone(), clock.clone(), keyring.clone(), &config);
        let base = config.base().to_owned();
        let stop = CancellationToken::new();
        Self {
            store,
            clock,
            keyring,
            config,
            base,
            live,
            endpoints,
            ingest,
            apply,
            mappings,
            attention,
            keeping,
            acts,
            registrar,
            simulator,
            safekeeping,
            auth,
            handover: Arc::default(),
            leptos,
            stop,
        }
    }
}
