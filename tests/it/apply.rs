//! From a request to a line on a timeline: judged, captured, read, mapped, folded and saved, over a real file.

use parcelwire::server::acts::{ActError, Acts};
use parcelwire::server::apply::{Apply, ApplyError};
use parcelwire::server::carriers::CARRIERS;
use parcelwire::server::clock::{Clock as _, ManualClock};
use parcelwire::server::config::WebAddress;
use parcelwire::server::endpoints::{EndpointChange, Endpoints, GivenSecrets, NewEndpoint, scheme_of};
use parcelwire::server::ingest::Ingest;
use parcelwire::server::live::Live;
use parcelwire::server::secrets::Keyring;
use parcelwire::server::signature::{Composed, Received, sign};
use parcelwire::server::store::{Answer, Captured, Store, StoreOptions};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::delivery::{Delivery, Outcome, Signing, Verdict};
use parcelwire::tracking::endpoint::{EndpointState, SecretName};
use parcelwire::tracking::event::Event;
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::parcel::{Parcel, ParcelFilter};
use parcelwire::tracking::status::{ParcelFlag, Status, Substatus};
use parcelwire::tracking::time::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;
use zeroize::Zeroizing;

mod acts;
mod again;
mod histories;
mod journeys;
pub mod rebuild;
mod remap;
mod trouble;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// Everything behind the front door, on a clock that is moved by hand.
struct Bed {
    directory: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: Store,
    endpoints: Endpoints,
    ingest: Arc<Ingest>,
    apply: Apply,
    acts: Acts,
    live: Live,
}

impl Bed {
    async fn new(now: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        Self::open(directory, now).await
    }

    async fn open(directory: tempfile::TempDir, now: &str) -> Self {
        let clock = ManualClock::at(time(now));
        let defaults = CARRIERS.iter().map(|carrier| (carrier.id(), carrier.default_rows())).collect();
        let path = directory.path().join("parcelwire.db");
        let store = Store::open(StoreOptions { path, defaults, now: time(now) }).await.expect("the store opens");
        let keyring = Arc::new(Keyring::open_or_create(directory.path(), None).expect("a key"));
        let hooks = WebAddress::parse("http://127.0.0.1:3000").expect("an address");
        let endpoints = Endpoints::new(store.clone(), keyring.clone(), clock.clone(), hooks);
        let (live, wake) = (Live::new(), Arc::new(Notify::new()));
        let ingest =
            Arc::new(Ingest::new(store.clone(), endpoints.clone(), keyring, clock.clone(), live.clone(), wake.clone()));
        let apply = Apply::new(store.clone(), ingest.clone(), clock.clone(), live.clone(), wake);
        let acts = Acts::new(store.clone(), clock.clone(), live.clone());
        Self { directory, clock, store, endpoints, ingest, apply, acts, live }
    }

    fn now(&self) -> Timestamp {
        parcelwire::server::clock::Clock::now(&*self.clock)
    }

    /// The same files in a new process.
    async fn restarted(self) -> Self {
        let Self { directory, clock, store, endpoints, ingest, apply, acts, .. } = self;
        drop((endpoints, ingest, apply, acts));
        store.close().await;
        Self::open(directory, &clock.now().to_string()).await
    }

    async fn endpoint(&self, carrier: CarrierId, settings: Value) -> Uuid {
        let signs = matches!(carrier, CarrierId::Bex | CarrierId::Boxnow | CarrierId::Trackingmore);
        let typed = if signs { vec![(SecretName::Secret, Zeroizing::new(SECRET.to_owned()))] } else { Vec::new() };
        self.endpoint_with(carrier, settings, typed).await
    }

    async fn endpoint_with(
        &self,
        carrier: CarrierId,
        settings: Value,
        typed: Vec<(SecretName, Zeroizing<String>)>,
    ) -> Uuid {
        let new = NewEndpoint {
            carrier,
            label: "Main".into(),
            state: None,
            settings: Some(settings),
            secrets: GivenSecrets { typed, generate: false },
        };
        self.endpoints.create(new).await.map(|made| made.endpoint.id).expect("an endpoint")
    }

    /// Posts exact bytes with exact headers, as the front door would pass them on.
    async fn post_raw(&self, endpoint: Uuid, headers: Vec<(String, Vec<u8>)>, body: Vec<u8>) -> Captured {
        let stored = self.store.find_endpoint(endpoint).await.expect("asked").expect("an endpoint");
        let received = Received { body, headers, received_at: self.now(), remote_addr: "198.51.100.7".to_owned() };
        let judged = self.ingest.judge(&stored, &received).await.expect("judged");
        self.ingest.keep(&stored, received, judged).await.expect("stored")
    }

    /// Posts a body, signed as the carrier would.
    async fn post(&self, endpoint: Uuid, body: &Value) -> Captured {
        let stored = self.store.find_endpoint(endpoint).await.expect("asked").expect("an endpoint");
        let keys = self.endpoints.keys(&stored).expect("keys");
        let composed = Composed { headers: Vec::new(), body: body.to_string().into_bytes() };
        let signed = sign(&scheme_of(&stored), &composed, &keys, self.now(), Signing::Valid).expect("it can be signed");
        let headers = signed.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
        self.post_raw(endpoint, headers, signed.body).await
    }

    /// Posts at a moment of its own and applies.
    async fn post_at(&self, endpoint: Uuid, at: &str, body: &Value) -> Captured {
        self.clock.set(time(at));
        let captured = self.post(endpoint, body).await;
        self.drain().await;
        captured
    }

    async fn drain(&self) {
        self.apply.drain().await.expect("applied");
    }

    async fn delivery(&self, captured: &Captured) -> Delivery {
        self.store.find_delivery(captured.delivery()).await.expect("asked").expect("a delivery")
    }

    async fn parcels(&self, number: &str) -> Vec<Parcel> {
        let filter = ParcelFilter { number: Some(number.into()), ..ParcelFilter::default() };
        self.store.list_parcels(&filter, &PageRequest::default(), self.now()).await.expect("asked").items
    }

    async fn parcel(&self, number: &str) -> Parcel {
        let mut parcels = self.parcels(number).await;
        assert_eq!(parcels.len(), 1, "one parcel {number}");
        parcels.remove(0)
    }

    async fn events(&self, parcel: Uuid) -> Vec<Event> {
        let all = PageRequest { limit: 200, cursor: None };
        self.store.parcel_events(parcel, None, &all).await.expect("asked").items
    }
}

/// POS Malaysia's flat object.
fn pos(number: &str, code: &str, at: &str) -> Value {
    json!({"account_no": "A1", "tracking_number": number, "event_code": code, "date_time": at})
}

/// A BEX envelope.
fn bex(id: &str, notifications: Value) -> Value {
    json!({"Id": id, "Attempt": 1, "Properties": {}, "Notifications": notifications})
}

fn bex_scan(waybill: &str, type_id: i64, at: &str, reference: &str) -> Value {
    json!({"Action": "tracking_event", "WaybillNumber": waybill, "TrackingDate": at, "TrackingUser": "J",
           "TrackingDescription": format!("scan {type_id}"), "TrackingReference": reference, "TrackingTypeId": type_id})
}
