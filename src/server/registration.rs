//! A carrier's side of an endpoint: what it has registered, as far as we know, and asking it.
//!
//! The plan is the carrier's data; what was tried is recorded step by step, failures too, in plain words. Whether it
//! works is decided by nothing but a real delivery: `receiving` comes with the first good one that is not a test.
//! Messages never hold a secret or the path token, also where a carrier repeats them.

use super::carriers::{OutgoingRequest, RegistrationAnswer, RegistrationContext, answers, carrier, json};
use super::clock::SharedClock;
use super::endpoints::{Endpoints, EndpointsError, settings_of};
use super::outgoing::{Answer, Outgoing};
use super::store::desk::RecordedStep;
use super::store::endpoints::StoredEndpoint;
use super::store::{Store, StoreError};
use crate::tracking::endpoint::SecretName;
use crate::tracking::registration::{Registration, RegistrationAct, StepState};
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

mod viewing;

/// Why registration could not be shown or asked for. What a carrier refuses is not among these: it is recorded.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// No such endpoint.
    #[error("there is no such endpoint")]
    NotFound,
    /// This cannot be asked (now); why.
    #[error("{0}")]
    NotPossible(String),
    /// The desk failed.
    #[error("the endpoint cannot be used")]
    Endpoints(#[from] EndpointsError),
    /// The store failed.
    #[error("registration cannot be read or written")]
    Store(#[from] StoreError),
}

/// Knows what is registered, and asks carriers.
#[derive(Clone)]
pub struct Registrar {
    store: Store,
    endpoints: Endpoints,
    clock: SharedClock,
    outgoing: Outgoing,
}

/// An endpoint with its secrets opened, for the time of one question. No Debug.
struct Opened {
    stored: StoredEndpoint,
    hook_url: String,
    secrets: Vec<(SecretName, Zeroizing<String>)>,
}

impl Opened {
    fn with<T>(&self, then: impl FnOnce(&RegistrationContext<'_>) -> T) -> T {
        let names: Vec<SecretName> = self.secrets.iter().map(|(name, _)| *name).collect();
        let secret = |name: SecretName| {
            self.secrets.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str().to_owned())
        };
        then(&RegistrationContext {
            hook_url: &self.hook_url,
            label: &self.stored.label,
            settings: &settings_of(&self.stored),
            stored: &names,
            secret: &secret,
            memory: &self.stored.memory,
        })
    }

    /// The message without anything that must not be read.
    fn scrub(&self, message: &str) -> String {
        let token = self.hook_url.rsplit('/').next().unwrap_or_default();
        let hidden = self.secrets.iter().map(|(_, text)| text.as_str()).chain([token]);
        hidden.filter(|text| text.len() >= 4).fold(message.to_owned(), |said, text| said.replace(text, "••••"))
    }
}

impl Registrar {
    /// Over these.
    pub fn new(store: Store, endpoints: Endpoints, clock: SharedClock, outgoing: Outgoing) -> Self {
        Self { store, endpoints, clock, outgoing }
    }

    /// How far the registration has come. `reveal` shows the token in what is to be copied.
    pub async fn view(&self, id: Uuid, reveal: bool) -> Result<Registration, RegistrationError> {
        let stored = self.store.find_endpoint(id).await?.ok_or(RegistrationError::NotFound)?;
        let hook_url = self.endpoints.view(&stored, reveal).await?.hook_url;
        let counters = self.store.endpoint_counters(id, self.clock.now()).await?;
        let recorded = self.store.list_registration_steps(id).await?;
        let last_checked_at = stored.last_checked_at;
        let opened = Opened { stored, hook_url, secrets: Vec::new() };
        let plan = opened.with(|context| carrier(opened.stored.carrier).registration_plan(context));
        Ok(viewing::view(plan, &recorded, counters.last_verified_at, last_checked_at))
    }

    /// Asks the carrier. A refusal is recorded and shown in the answer, like a success.
    pub async fn act(&self, id: Uuid, act: RegistrationAct) -> Result<Registration, RegistrationError> {
        let opened = self.open(id).await?;
        let carrier = carrier(opened.stored.carrier);
        let plan = opened.with(|context| carrier.registration_plan(context));
        let requests = opened
            .with(|context| carrier.registration_request(act, context))
            .map_err(RegistrationError::NotPossible)?;
        if !plan.acts.contains(&act) {
            return Err(RegistrationError::NotPossible(format!("This carrier cannot be asked to {act}.")));
        }
        let said = match self.ask(carrier.id().label(), requests).await {
            Ok(answer) => opened.with(|context| carrier.registration_answer(act, context, answer.status, &answer.body)),
            Err(words) => Err(words),
        };
        self.record(&opened, act, said).await?;
        self.view(id, true).await
    }

    async fn open(&self, id: Uuid) -> Result<Opened, RegistrationError> {
        let stored = self.store.find_endpoint(id).await?.ok_or(RegistrationError::NotFound)?;
        let mut secrets = Vec::new();
        for name in SecretName::ALL {
            if let Some(text) = self.endpoints.open_secret(&stored, *name)? {
                secrets.push((*name, text));
            }
        }
        Ok(Opened { hook_url: self.endpoints.hook_url(&stored)?, stored, secrets })
    }

    /// Makes the requests of one act in order; each may use the access token the one before was answered.
    async fn ask(&self, who: &str, requests: Vec<OutgoingRequest>) -> Result<Answer, String> {
        let mut token: Option<Zeroizing<String>> = None;
        let mut requests = requests.into_iter().peekable();
        while let Some(mut request) = requests.next() {
            if let Some(token) = &token {
                for (_, value) in &mut request.headers {
                    *value = value.replace("{token}", token);
                }
            }
            let answer = self.outgoing.send(&request).await.map_err(|fault| fault.to_string())?;
            if requests.peek().is_none() {
                return Ok(answer);
            }
            if let Some(words) = answers::refusal(who, answer.status, &answer.body) {
                return Err(format!("Signing in failed: {words}"));
            }
            let told = json::parse(&answer.body).unwrap_or(Value::Null);
            let given = json::text(&told, &["access_token", "accessToken"]);
            token = Some(Zeroizing::new(given.ok_or_else(|| format!("{who} gave no access token at the sign-in"))?));
        }
        Err("There was nothing to ask.".into())
    }

    async fn record(
        &self,
        opened: &Opened,
        act: RegistrationAct,
        said: Result<RegistrationAnswer, String>,
    ) -> Result<(), RegistrationError> {
        let (id, now) = (opened.stored.id, self.clock.now());
        if act == RegistrationAct::Check {
            self.store.set_last_checked(id, now).await?;
        }
        let (state, message) = match said {
            Ok(answer) => {
                let absent = act == RegistrationAct::Check && answer.registered == Some(false);
                if act == RegistrationAct::Check && answer.registered == Some(true) {
                    self.found_registered(id).await?;
                }
                if !answer.remember.is_empty() {
                    self.store.merge_memory(id, answer.remember).await?;
                }
                (if absent { StepState::Failed } else { StepState::Done }, answer.message)
            }
            Err(words) => (StepState::Failed, words),
        };
        let message = opened.scrub(&message);
        tracing::info!(endpoint = %id, %act, %state, message, "asked the carrier about our registration");
        self.store.record_registration_step(id, act.as_str(), state, Some(message), now).await?;
        Ok(())
    }

    /// Registered at the carrier, whoever did it: the step counts as done.
    async fn found_registered(&self, id: Uuid) -> Result<(), RegistrationError> {
        let recorded = self.store.list_registration_steps(id).await?;
        let register = RegistrationAct::Register.as_str();
        if !viewing::in_force(&recorded).iter().any(|step| is_done(step, register)) {
            let found = Some("Found registered at the carrier.".to_owned());
            self.store.record_registration_step(id, register, StepState::Done, found, self.clock.now()).await?;
        }
        Ok(())
    }
}

fn is_done(step: &RecordedStep, name: &str) -> bool {
    step.name == name && step.state == StepState::Done
}
