//! A front door over a real database file, without the rest of the server, and a clock moved by hand.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, header};
use http_body_util::BodyExt as _;
use parcelwire::server::apply::Apply;
use parcelwire::server::carriers::CARRIERS;
use parcelwire::server::clock::ManualClock;
use parcelwire::server::config::{Config, Settings, WebAddress};
use parcelwire::server::endpoints::{Endpoints, GivenSecrets, NewEndpoint};
use parcelwire::server::ingest::Ingest;
use parcelwire::server::live::Live;
use parcelwire::server::routes::hooks::{Hooks, routes};
use parcelwire::server::secrets::Keyring;
use parcelwire::server::store::{Store, StoreOptions};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{Delivery, DeliveryFilter};
use parcelwire::tracking::endpoint::{Endpoint, SecretName};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::time::Timestamp;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Notify;
use tower::ServiceExt as _;
use zeroize::Zeroizing;

pub struct Door {
    pub store: Store,
    pub endpoints: Endpoints,
    pub apply: Apply,
    pub clock: Arc<ManualClock>,
    pub keyring: Arc<Keyring>,
    pub router: Router,
    _directory: tempfile::TempDir,
}

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|fault| panic!("{fault}: {}", self.body))
    }
}

pub fn t0() -> Timestamp {
    "2026-06-18T06:30:00.000Z".parse().expect("a time")
}

impl Door {
    pub async fn open() -> Self {
        Self::open_with(&Settings::default()).await
    }

    pub async fn open_with(settings: &Settings) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let config = Arc::new(Config::resolve(settings, &|_| None).expect("settings hold"));
        let clock = ManualClock::at(t0());
        let defaults = CARRIERS.iter().map(|carrier| (carrier.id(), carrier.default_rows())).collect();
        let path = directory.path().join("parcelwire.db");
        let store = Store::open(StoreOptions { path, defaults, now: t0() }).await.expect("opens");
        let keyring = Arc::new(Keyring::open_or_create(directory.path(), None).expect("a key"));
        let url = WebAddress::parse("https://hooks.example.com").expect("an address");
        let endpoints = Endpoints::new(store.clone(), keyring.clone(), clock.clone(), url);
        let wake = Arc::new(Notify::new());
        let ingest =
            Ingest::new(store.clone(), endpoints.clone(), keyring.clone(), clock.clone(), Live::new(), wake.clone());
        let ingest = Arc::new(ingest);
        let apply = Apply::new(store.clone(), ingest.clone(), clock.clone(), Live::new(), wake);
        let router = routes(Hooks::new(ingest, store.clone(), config, clock.clone()));
        Self { store, endpoints, apply, clock, keyring, router, _directory: directory }
    }

    pub async fn endpoint(&self, carrier: CarrierId, secret: Option<&str>, settings: Value) -> Endpoint {
        let secrets = secret.map(|text| (SecretName::Secret, Zeroizing::new(text.to_owned())));
        self.endpoint_with(carrier, secrets.into_iter().collect(), settings).await
    }

    pub async fn endpoint_with(
        &self,
        carrier: CarrierId,
        typed: Vec<(SecretName, Zeroizing<String>)>,
        settings: Value,
    ) -> Endpoint {
        let secrets = GivenSecrets { typed, generate: false };
        let new = NewEndpoint { carrier, label: "Main".into(), state: None, settings: Some(settings), secrets };
        let made = self.endpoints.create(new).await;
        made.unwrap_or_else(|fault| panic!("{carrier}: {fault}")).endpoint
    }

    pub async fn send(&self, request: Request<Body>) -> Answered {
        self.send_from("203.0.113.9:40000".parse().expect("an address"), request).await
    }

    pub async fn send_from(&self, peer: SocketAddr, mut request: Request<Body>) -> Answered {
        request.extensions_mut().insert(ConnectInfo(peer));
        let response: Response<Body> = self.router.clone().oneshot(request).await.expect("routers do not fail");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let body = String::from_utf8(bytes.to_vec()).expect("text");
        Answered { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub async fn post(&self, url: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answered {
        let mut request = Request::post(path_of(url)).header(header::CONTENT_TYPE, "application/json; charset=utf-8");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).expect("a request")).await
    }

    /// The newest deliveries first.
    pub async fn deliveries(&self) -> Vec<Delivery> {
        let all = self.store.list_deliveries(&DeliveryFilter::default(), &PageRequest::default()).await;
        all.expect("a list").items
    }

    pub async fn newest(&self) -> Delivery {
        self.deliveries().await.into_iter().next().expect("there is a delivery")
    }
}

/// The path and query of a URL.
pub fn path_of(url: &str) -> &str {
    url.strip_prefix("https://hooks.example.com").unwrap_or(url)
}
