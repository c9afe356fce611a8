//! The JSON API, version 1: one file per resource, one declaration for the routes and their description.
//!
//! Who may call what is decided before ([`crate::server::auth`]); handlers only choose what is masked. Every refusal
//! leaves as a problem ([`super::problem::dress`]).

use super::problem::{ApiError, dress};
use crate::server::acts::Acts;
use crate::server::apply::Apply;
use crate::server::attention::Attention;
use crate::server::clock::SharedClock;
use crate::server::endpoints::Endpoints;
use crate::server::live::Live;
use crate::server::mappings::Mappings;
use crate::server::problem::ProblemKind;
use crate::server::registration::Registrar;
use crate::server::retention::Keeping;
use crate::server::secrets::Keyring;
use crate::server::simulator::Simulator;
use crate::server::store::Store;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub mod attention;
pub mod audit;
pub mod deliveries;
pub mod endpoints;
pub mod events;
pub mod headers;
pub mod mappings;
pub mod openapi;
pub mod parcels;
pub mod registration;
pub mod retention;
pub mod test_events;
pub mod unmapped;

/// Where the API lives, below the base path.
pub const PREFIX: &str = "/api/v1";

/// Most bytes of a request body.
const MAX_BODY: usize = 2 * 1024 * 1024;

/// Every route of the API with its description; the one list of them.
fn resources() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(openapi::document))
        .routes(routes!(endpoints::list, endpoints::create))
        .routes(routes!(endpoints::read, endpoints::change, endpoints::delete))
        .routes(routes!(endpoints::put_secrets))
        .routes(routes!(endpoints::new_token))
        .routes(routes!(test_events::list, test_events::send))
        .routes(routes!(registration::read))
        .routes(routes!(registration::ask))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::read))
        .routes(routes!(deliveries::body))
        .routes(routes!(headers::read))
        .routes(routes!(deliveries::replay))
        .routes(routes!(deliveries::reverify))
        .routes(routes!(attention::list))
        .routes(routes!(attention::act))
        .routes(routes!(deliveries::reverify_endpoint))
        .routes(routes!(parcels::list, parcels::register))
        .routes(routes!(parcels::export::csv))
        .routes(routes!(parcels::tags::give, parcels::tags::take))
        .routes(routes!(parcels::read))
        .routes(routes!(parcels::events, events::say))
        .routes(routes!(events::void))
        .routes(routes!(events::unvoid))
        .routes(routes!(events::move_to))
        .routes(routes!(events::unassigned))
        .routes(routes!(mappings::list))
        .routes(routes!(mappings::read, mappings::put))
        .routes(routes!(mappings::history))
        .routes(routes!(mappings::revert))
        .routes(routes!(mappings::confirm))
        .routes(routes!(mappings::preview))
        .routes(routes!(mappings::rederivations))
        .routes(routes!(unmapped::list))
        .routes(routes!(audit::list))
        .routes(routes!(audit::csv))
        .routes(routes!(retention::read, retention::set))
        .routes(routes!(retention::reveal))
        .routes(routes!(retention::erase))
}

/// What the API needs. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    /// Everything that is read.
    pub store: Store,
    /// Now.
    pub clock: SharedClock,
    /// Opens the headers of deliveries.
    pub keyring: Arc<Keyring>,
    /// The desk for endpoints.
    pub endpoints: Endpoints,
    /// Applies again.
    pub apply: Arc<Apply>,
    /// The desk for mappings.
    pub mappings: Mappings,
    /// Parcels that need a person.
    pub attention: Attention,
    /// Personal data.
    pub keeping: Keeping,
    /// Does what operators ask.
    pub acts: Arc<Acts>,
    /// Asks carriers.
    pub registrar: Registrar,
    /// Sends test events.
    pub simulator: Simulator,
    /// Tells the pages.
    pub live: Live,
    /// The path everything is mounted under, without a slash at its end.
    pub base: String,
}

/// The routes below [`PREFIX`], to be merged into the router of everything, behind the gate.
pub fn router<S: Clone + Send + Sync + 'static>(api: Api) -> Router<S> {
    let inner: Router<Api> = resources().into();
    let inner = inner
        .fallback(|| async { ApiError::new(ProblemKind::NotFound, ProblemKind::NotFound.stock_detail()) })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(axum::middleware::from_fn(dress));
    Router::new().nest(PREFIX, inner.with_state(api))
}
