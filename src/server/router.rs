//! The composition root: every route, and what is done to every request and answer.
//!
//! From the outside in: request id, log line and metrics · base path · cross-site check (not for bearer tokens) ·
//! security headers and compression · the gate · the route. Hooks stand beside all of it but the first two: no gate, no
//! cross-site check, no redirect.

mod alone;
pub mod assets;
mod dressing;
mod entrance;
mod pages;
mod preferences;

use super::auth::ClientAddress;
use super::auth::gate::{Gate, bearer, gate, see_other};
use super::config::Config;
use super::routes::hooks::{self, Hooks};
use super::routes::probes::{self, Probes};
use super::routes::v1::{self, Api};
use super::routes::{imports, live};
use super::secrets::random_hex;
use super::state::AppState;
use super::telemetry::loggable_path;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::csrf::CsrfLayer;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers every request of an instance. Cheap to clone.
#[derive(Clone)]
pub struct Front(Arc<Doors>);

struct Doors {
    config: Arc<Config>,
    hooks: Router,
    console: Router,
    /// The same behind the cross-site check: for whoever shows no bearer token.
    guarded: Router,
}

impl Front {
    /// Puts everything together.
    pub fn new(state: &AppState) -> Self {
        let hooks = Hooks::new(state.ingest.clone(), state.store.clone(), state.config.clone(), state.clock.clone());
        let hooks = hooks::routes(hooks).fallback(|| async { not_found() });
        let console = console(state);
        let cross_site = CsrfLayer::new().with_rejection_response(|_| cross_site());
        let cross_site = match cross_site.clone().add_trusted_origin(state.config.public_url.origin()) {
            Ok(trusting) => trusting,
            Err(error) => {
                tracing::warn!(%error, "the public address cannot be trusted as an origin; the Host header decides");
                cross_site
            }
        };
        let guarded = console.clone().layer(cross_site);
        Self(Arc::new(Doors { config: state.config.clone(), hooks, console, guarded }))
    }

    /// Answers on the main listener.
    pub async fn answer(self, request: Request, peer: SocketAddr) -> Response {
        self.observed(request, peer, false).await
    }

    /// Answers on the listener that serves only hooks.
    pub async fn answer_hooks(self, request: Request, peer: SocketAddr) -> Response {
        self.observed(request, peer, true).await
    }

    /// Names the request, answers it, counts it and writes one line about it.
    async fn observed(self, mut request: Request, peer: SocketAddr, only_hooks: bool) -> Response {
        let began = Instant::now();
        let client = ClientAddress::of(peer.ip(), request.headers(), &self.0.config);
        let id = random_hex(8);
        let id_value = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("-"));
        request.headers_mut().insert(REQUEST_ID, id_value.clone());
        request.extensions_mut().insert(client);
        request.extensions_mut().insert(ConnectInfo(peer));
        let method = request.method().clone();
        let path = loggable_path(request.uri().path()).into_owned();
        let (class, mut response) = self.routed(request, only_hooks).await;
        response.headers_mut().insert(REQUEST_ID, id_value);
        let status = response.status();
        let took = began.elapsed();
        metrics::counter!("parcelwire_http_requests_total", "class" => class, "status" => status.as_u16().to_string())
            .increment(1);
        metrics::histogram!("parcelwire_http_request_seconds", "class" => class).record(took.as_secs_f64());
        let (status, ms) = (status.as_u16(), took.as_millis());
        if matches!(class, "asset" | "probe") {
            tracing::debug!(%method, path, status, ms, client = %client.0, id, "answered");
        } else {
            tracing::info!(%method, path, status, ms, client = %client.0, id, "answered");
        }
        response
    }

    async fn routed(&self, mut request: Request, only_hooks: bool) -> (&'static str, Response) {
        let doors = &self.0;
        let path = request.uri().path();
        let (base, hooks_base) = (doors.config.base(), doors.config.hooks_url.path());
        let under_base = below(path, base);
        // Carriers may be told another path than people, and a second listener may be reached without any.
        let hook_path = under_base
            .or_else(|| below(path, hooks_base))
            .or_else(|| only_hooks.then_some(path))
            .filter(|path| is_hook(path))
            .map(str::to_owned);
        if let Some(path) = hook_path {
            set_path(&mut request, &path);
            return ("hook", run(&doors.hooks, request).await);
        }
        if only_hooks {
            return ("hook", not_found());
        }
        let path = match under_base {
            Some(path) => path.to_owned(),
            None if is_probe(path) => path.to_owned(),
            None if path == "/" => return ("page", see_other(&format!("{base}/"))),
            None => return ("page", not_found()),
        };
        let class = class(&path);
        set_path(&mut request, &path);
        let door = if bearer(request.headers()).is_some() { &doors.console } else { &doors.guarded };
        (class, run(door, request).await)
    }
}

/// Everything but the hooks, behind the gate.
fn console(state: &AppState) -> Router {
    let api = Api {
        store: state.store.clone(),
        clock: state.clock.clone(),
        keyring: state.keyring.clone(),
        endpoints: state.endpoints.clone(),
        apply: state.apply.clone(),
        mappings: state.mappings.clone(),
        attention: state.attention.clone(),
        keeping: state.keeping.clone(),
        acts: state.acts.clone(),
        registrar: state.registrar.clone(),
        simulator: state.simulator.clone(),
        live: state.live.clone(),
        base: state.base.clone(),
    };
    let probes = Probes::new(state.store.clone(), state.clock.clone(), state.config.clone());
    let pages = pages::Pages::new(state);
    let compressed = DefaultPredicate::new().and(NotForContentType::new("application/octet-stream"));
    let rendered = Router::new()
        .merge(entrance::routes(state, pages.clone()))
        .merge(pages.routes())
        .fallback_service(pages.missing())
        .layer(from_fn(alone::alone));
    Router::new()
        .merge(v1::router(api))
        .merge(probes::routes(probes))
        .merge(live::routes(state.auth.clone(), state.live.clone(), state.stop.clone()))
        .merge(assets::routes())
        .merge(imports::routes(state))
        .merge(rendered)
        .layer(from_fn_with_state(Gate { auth: state.auth.clone(), base: state.base.clone() }, gate))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn_with_state(state.config.public_url.is_secure(), dressing::dress))
        .layer(from_fn(dressing::catch))
}

async fn run(door: &Router, request: Request) -> Response {
    match door.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// The path below a base, always with a slash in front.
fn below<'p>(path: &'p str, base: &str) -> Option<&'p str> {
    match path.strip_prefix(base)? {
        "" => Some("/"),
        rest if rest.starts_with('/') => Some(rest),
        _ => None,
    }
}

fn is_hook(path: &str) -> bool {
    let aliases = super::carriers::CARRIERS.iter().flat_map(|carrier| carrier.aliases()).copied();
    std::iter::once("/hooks").chain(aliases).any(|prefix| below(path, prefix).is_some() && path.starts_with(prefix))
}

fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

fn class(path: &str) -> &'static str {
    match path {
        _ if is_probe(path) => "probe",
        _ if path.starts_with("/api/") => "api",
        _ if path.starts_with("/fn/") => "question",
        "/live" => "live",
        _ if path.starts_with("/pkg/") || path.rsplit('/').next().is_some_and(|name| name.contains('.')) => "asset",
        _ => "page",
    }
}

fn set_path(request: &mut Request, path: &str) {
    let uri = request.uri();
    let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    // A part of a valid path is valid.
    if let Ok(uri) = target.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], r#"{"error":"not_found"}"#).into_response()
}

fn cross_site() -> Response {
    (StatusCode::FORBIDDEN, "This request came from another site and was not carried out.\n").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_path_is_taken_off_whole() {
        assert_eq!(below("/x/parcels", "/x"), Some("/parcels"));
        assert_eq!(below("/x", "/x"), Some("/"));
        assert_eq!(below("/xy", "/x"), None);
        assert_eq!(below("/parcels", ""), Some("/parcels"));
    }

    #[test]
    fn hooks_are_told_apart() {
        assert!(is_hook("/hooks/bex/t") && is_hook("/hooks") && is_hook("/hooks/"));
        assert!(is_hook("/api/poslaju/webhook") && is_hook("/api/poslaju/webhook/t"));
        assert!(!is_hook("/hooksy") && !is_hook("/api/v1/parcels") && !is_hook("/"));
    }
}
