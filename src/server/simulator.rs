//! What a carrier would send, sent to our own front door: the test bench and `parcelwire simulate`.
//!
//! A test goes over real HTTP to the bound listener and is treated like any delivery; only the one-time nonce in its
//! header, minted and consumed by the store, makes it a test (a demonstration leaves it away). It can go nowhere else: the address is the listener's own,
//! never one that somebody typed, and redirects are not followed.

use super::carriers::{Carrier, ComposeFault, Composed, Journey, TestEvent, carrier};
use super::clock::SharedClock;
use super::config::Config;
use super::endpoints::{Endpoints, EndpointsError, scheme_of, settings_of};
use super::ingest::{TEST_HEADER, headers_from_json, headers_place};
use super::outgoing;
use super::secrets::{Keyring, SecretsError, random_hex};
use super::signature::{SignFault, sign};
use super::store::endpoints::StoredEndpoint;
use super::store::{Store, StoreError};
use crate::tracking::delivery::Signing;
use crate::tracking::event::Reading;
use crate::tracking::number::normalise;
use crate::tracking::test_bench::{ComposedTest, TestRequest, TestResult};
use crate::tracking::time::Timestamp;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

mod renewing;

/// How long a nonce holds; one exchange with ourselves takes far less.
const NONCE_LIFETIME_S: i64 = 60;
/// For the whole exchange: the front door answers within five seconds, or 503.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Most characters of a number in a test event.
const MAX_NUMBER_CHARS: usize = 100;

/// Why a test event was not sent, or what came of it is not known.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// No such endpoint.
    #[error("there is no such endpoint")]
    NotFound,
    /// What was asked cannot be done; why.
    #[error("{0}")]
    Invalid(String),
    /// The listener did not answer.
    #[error("our own front door did not answer at {0}")]
    NoAnswer(String),
    /// The desk failed.
    #[error("the endpoint cannot be used")]
    Endpoints(#[from] EndpointsError),
    /// What was sealed does not open.
    #[error("the earlier delivery's headers cannot be opened")]
    Secrets(#[from] SecretsError),
    /// The store failed.
    #[error("the test delivery cannot be looked up")]
    Store(#[from] StoreError),
}

impl From<ComposeFault> for SimulatorError {
    fn from(fault: ComposeFault) -> Self {
        Self::Invalid(fault.to_string())
    }
}

impl From<SignFault> for SimulatorError {
    fn from(fault: SignFault) -> Self {
        Self::Invalid(fault.to_string())
    }
}

/// Sends test events.
#[derive(Clone)]
pub struct Simulator {
    store: Store,
    endpoints: Endpoints,
    keyring: Arc<Keyring>,
    clock: SharedClock,
    config: Arc<Config>,
    client: reqwest::Client,
    marked: bool,
}

/// A request ready to be sent and what it is about.
struct Ready {
    request: Composed,
    purpose: String,
    number: Option<String>,
}

impl Simulator {
    /// `config` must know the bound listener (`Config::bound_to`).
    #[expect(clippy::missing_panics_doc, reason = "the client reads nothing that could be wrong")]
    pub fn new(
        store: Store,
        endpoints: Endpoints,
        keyring: Arc<Keyring>,
        clock: SharedClock,
        config: Arc<Config>,
    ) -> Self {
        let client = outgoing::client()
            .timeout(TIMEOUT)
            .build()
            .expect("a client without settings of the environment can always be built");
        Self { store, endpoints, keyring, clock, config, client, marked: true }
    }

    /// Sends without the mark of a test, as the carrier itself would: what comes of it is real. For demonstrations.
    #[must_use]
    pub fn unmarked(self) -> Self {
        Self { marked: false, ..self }
    }

    /// A test event as it would be sent, before it is signed; for editing.
    pub async fn preview(&self, endpoint: Uuid, asked: &TestRequest) -> Result<ComposedTest, SimulatorError> {
        let stored = self.stored(endpoint).await?;
        let (event, composed) = self.compose(&stored, carrier(stored.carrier), asked)?;
        Ok(ComposedTest {
            url: self.endpoints.view(&stored, false).await?.hook_url,
            headers: composed.headers,
            body: String::from_utf8_lossy(&composed.body).into_owned(),
            number: event.number,
            at: event.at,
        })
    }

    /// Sends one test event, or an earlier one again.
    pub async fn send(&self, endpoint: Uuid, asked: &TestRequest) -> Result<TestResult, SimulatorError> {
        let stored = self.stored(endpoint).await?;
        let ready = match asked.resend {
            Some(earlier) => self.again(&stored, asked, earlier).await?,
            None => self.ready(&stored, asked)?,
        };
        self.post(&stored, ready).await
    }

    /// Sends a whole journey that began at `start`, in order, as far as it has come by now; stops at
    /// the first test that cannot be sent.
    pub async fn play(
        &self,
        endpoint: Uuid,
        journey: &Journey,
        number: Option<String>,
        start: Timestamp,
    ) -> Result<Vec<TestResult>, SimulatorError> {
        let stored = self.stored(endpoint).await?;
        let number = number.unwrap_or_else(|| carrier(stored.carrier).sample_number(&random_hex(16)));
        let mut results = Vec::with_capacity(journey.steps.len());
        for (event, minutes) in journey.steps {
            // What has not happened yet is not sent.
            if start.plus_seconds(minutes * 60) > self.clock.now() {
                break;
            }
            let asked = TestRequest {
                event: Some((*event).to_owned()),
                number: Some(number.clone()),
                at: Some(start.plus_seconds(minutes * 60)),
                ..TestRequest::default()
            };
            let ready = self.ready(&stored, &asked)?;
            results.push(self.post(&stored, ready).await?);
        }
        Ok(results)
    }

    async fn stored(&self, id: Uuid) -> Result<StoredEndpoint, SimulatorError> {
        self.store.find_endpoint(id).await?.ok_or(SimulatorError::NotFound)
    }

    fn compose(
        &self,
        stored: &StoredEndpoint,
        carrier: &dyn Carrier,
        asked: &TestRequest,
    ) -> Result<(TestEvent, Composed), SimulatorError> {
        let word = asked.event.clone().ok_or_else(|| SimulatorError::Invalid("Say which event to send.".into()))?;
        let nonce = random_hex(16);
        let number = match asked.number.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
            Some(number) if number.chars().count() > MAX_NUMBER_CHARS || normalise(number).is_empty() => {
                return Err(SimulatorError::Invalid("This cannot be a tracking number.".into()));
            }
            Some(number) => number.to_owned(),
            None => carrier.sample_number(&nonce),
        };
        let at = asked.at.unwrap_or_else(|| self.clock.now());
        let event = TestEvent { event: word, number, at, nonce, attempt: 1 };
        let composed = carrier.compose(&event, &settings_of(stored))?;
        Ok((event, composed))
    }

    fn ready(&self, stored: &StoredEndpoint, asked: &TestRequest) -> Result<Ready, SimulatorError> {
        let carrier = carrier(stored.carrier);
        let (event, mut composed) = self.compose(stored, carrier, asked)?;
        let mut number = Some(event.number);
        if let Some(body) = &asked.body {
            composed.body = body.clone().into_bytes();
            number = number_in(carrier, &composed.body, stored);
        }
        let request = self.signed(stored, &composed, asked.signing.unwrap_or(Signing::Valid))?;
        Ok(Ready { request, purpose: event.event, number })
    }

    /// An earlier test delivery: as it was, or as a new message of the same content.
    async fn again(
        &self,
        stored: &StoredEndpoint,
        asked: &TestRequest,
        earlier: Uuid,
    ) -> Result<Ready, SimulatorError> {
        let gone = || SimulatorError::Invalid("There is no such test delivery at this endpoint.".into());
        let delivery = self.store.find_delivery(earlier).await?.ok_or_else(gone)?;
        if !delivery.is_test || delivery.endpoint != stored.id {
            return Err(gone());
        }
        let bodyless = || SimulatorError::Invalid("The body of this delivery is no longer kept.".into());
        let body = match &asked.body {
            Some(body) => body.clone().into_bytes(),
            None => self.store.delivery_body(earlier).await?.ok_or_else(bodyless)?,
        };
        let sealed = self.store.delivery_headers(earlier).await?.ok_or_else(bodyless)?;
        let opened = self.keyring.unseal(&headers_place(earlier), &sealed)?;
        let mut headers: Vec<(String, String)> = headers_from_json(&opened)
            .unwrap_or_default()
            .into_iter()
            .filter(|(name, _)| renewing::travels(name))
            .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned()))
            .collect();
        let carrier = carrier(stored.carrier);
        let number = number_in(carrier, &body, stored);
        let purpose = "resend".to_owned();
        if !asked.as_new && asked.body.is_none() && asked.signing.is_none() {
            return Ok(Ready { request: Composed { headers, body }, purpose, number });
        }
        let scheme = scheme_of(stored);
        headers.retain(|(name, _)| !renewing::proves(&scheme, name));
        let body = if asked.as_new { renewing::renewed(&carrier.message_key(), &body, &random_hex(16)) } else { body };
        let request = self.signed(stored, &Composed { headers, body }, asked.signing.unwrap_or(Signing::Valid))?;
        Ok(Ready { request, purpose, number })
    }

    fn signed(&self, stored: &StoredEndpoint, composed: &Composed, how: Signing) -> Result<Composed, SimulatorError> {
        let keys = self.endpoints.keys(stored)?;
        Ok(sign(&scheme_of(stored), composed, &keys, self.clock.now(), how)?)
    }

    async fn post(&self, stored: &StoredEndpoint, ready: Ready) -> Result<TestResult, SimulatorError> {
        let now = self.clock.now();
        let nonce = if self.marked {
            Some(self.store.mint_test_nonce(stored.id, &ready.purpose, now, NONCE_LIFETIME_S).await?)
        } else {
            None
        };
        let origin = self.origin();
        let token = self.endpoints.hook_url(stored)?.rsplit('/').next().unwrap_or_default().to_owned();
        let url = format!("{origin}{}/hooks/{}/{token}", self.config.base(), stored.carrier);
        let mut request = self.client.post(url).body(ready.request.body);
        if let Some(nonce) = &nonce {
            request = request.header(TEST_HEADER, nonce);
        }
        for (name, value) in &ready.request.headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|_| SimulatorError::NoAnswer(origin.clone()))?;
        let response_status = answer.status().as_u16();
        let told: Value = answer.bytes().await.ok().and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_default();
        // A refusal does not name its delivery; the nonce knows it.
        let named = told.get("delivery").and_then(Value::as_str).and_then(|id| id.parse().ok());
        let delivery = match &nonce {
            Some(nonce) => self.store.find_delivery_of_nonce(nonce).await?.or(named),
            None => named,
        };
        let verdict = match delivery {
            Some(id) => self.store.find_delivery(id).await?.map(|delivery| delivery.verdict),
            None => None,
        };
        Ok(TestResult { delivery, response_status, verdict, number: ready.number })
    }

    /// Our own listener, reached from here.
    fn origin(&self) -> String {
        let mut listener = self.config.listen;
        match listener.ip() {
            IpAddr::V4(address) if address.is_unspecified() => listener.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(address) if address.is_unspecified() => listener.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{listener}")
    }
}

/// The number an edited body is about, where the carrier's reader finds one.
fn number_in(carrier: &dyn Carrier, body: &[u8], stored: &StoredEndpoint) -> Option<String> {
    match carrier.read(body, &settings_of(stored)) {
        Reading::Events { events, .. } => events.into_iter().find_map(|event| event.number),
        Reading::Ignored(_) | Reading::Unreadable(_) => None,
    }
}
