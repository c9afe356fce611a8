//! For machines that watch: is the process up, can it serve, how is it doing.

use crate::server::auth::gate::bearer;
use crate::server::clock::SharedClock;
use crate::server::config::Config;
use crate::server::secrets::constant_time_eq;
use crate::server::store::Store;
use crate::server::telemetry;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long the answer of a write test counts.
const CACHED: Duration = Duration::from_secs(5);
/// How long a write test may take.
const PATIENCE: Duration = Duration::from_secs(5);

const NO_STORE: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// What probes need. Cheap to clone.
#[derive(Clone)]
pub struct Probes(Arc<Parts>);

struct Parts {
    store: Store,
    clock: SharedClock,
    config: Arc<Config>,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Probes {
    /// Over this database.
    pub fn new(store: Store, clock: SharedClock, config: Arc<Config>) -> Self {
        Self(Arc::new(Parts { store, clock, config, last: Mutex::new(None) }))
    }

    /// Whether a write reaches the disk; asked at most every five seconds, however many ask.
    async fn writes(&self) -> bool {
        let mut last = self.0.last.lock().await;
        if let Some((at, answer)) = *last
            && at.elapsed() < CACHED
        {
            return answer;
        }
        let probe = tokio::time::timeout(PATIENCE, self.0.store.write_probe(self.0.clock.now())).await;
        let answer = match probe {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "not ready: the write test failed");
                false
            }
            Err(_) => {
                tracing::error!("not ready: the write test took too long");
                false
            }
        };
        *last = Some((Instant::now(), answer));
        answer
    }
}

/// `/healthz`, `/readyz` and `/metrics`.
pub fn routes<S: Clone + Send + Sync + 'static>(probes: Probes) -> Router<S> {
    Router::new()
        .route("/healthz", get(|| async { ([NO_STORE], "ok\n") }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(probes)
}

async fn ready(State(probes): State<Probes>) -> Response {
    if probes.writes().await {
        ([NO_STORE], "ready\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, [NO_STORE], "not ready: the database cannot be written\n").into_response()
    }
}

async fn metrics(State(probes): State<Probes>, request: Request) -> Response {
    let Some(token) = &probes.0.config.metrics_token else {
        return (StatusCode::NOT_FOUND, [NO_STORE], "metrics are off: set PARCELWIRE_METRICS_TOKEN\n").into_response();
    };
    let given = bearer(request.headers()).unwrap_or_default();
    if !constant_time_eq(given.as_bytes(), token.expose_secret().as_bytes()) {
        return (StatusCode::UNAUTHORIZED, [NO_STORE, (header::WWW_AUTHENTICATE, "Bearer")], "unauthorized\n")
            .into_response();
    }
    ([NO_STORE, (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry::render_metrics())
        .into_response()
}
