//! The desk for endpoints: what is valid is decided here, for pages, the API and the command line alike.
//!
//! Secrets and path tokens are sealed here and come out of no view; only a generated secret is handed back, once, to
//! whoever asked for it. What carriers differ in is data they declare. Nothing is announced here, and nothing is
//! applied: whoever changes an endpoint lets `apply` take up what was held ([`Changed::resumed`]) and what is due to be
//! folded again ([`Changed::refolds`]).

use crate::server::carriers::{CARRIERS, Settings, carrier, settings};
use crate::server::clock::SharedClock;
use crate::server::config::WebAddress;
use crate::server::ids;
use crate::server::secrets::{Keyring, Sealed, SecretsError, random_token, token_hash};
use crate::server::signature::{Key, Scheme};
use crate::server::store::{self, Store, StoreError, StoredEndpoint, StoredSecret};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{MASK, SecretSlot};
use crate::tracking::endpoint::{Endpoint, EndpointState, SecretName, SecretState};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::{FieldFault, sentences};
use crate::tracking::time::Timestamp;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;
use zeroize::Zeroizing;

mod checking;

use checking::{asked_host, checked_settings, generated_of, keep_until, label, plain_secrets};

/// Hours an old secret or URL holds when nothing else is asked.
pub const KEEP_HOURS: u32 = 72;
/// Most hours it may hold.
pub const MAX_KEEP_HOURS: u32 = 8760;
/// Secrets shorter than this are weak, and none of their characters is shown.
const SHOWN_FROM: usize = 16;

/// Why the desk did not do it.
#[derive(Debug, thiserror::Error)]
pub enum EndpointsError {
    /// No such endpoint, or it is deleted.
    #[error("there is no such endpoint")]
    NotFound,
    /// What was asked is not valid.
    #[error("{}", sentences(.0))]
    Invalid(Vec<FieldFault>),
    /// A stored value does not open.
    #[error("an endpoint's sealed value cannot be used")]
    Secrets(#[from] SecretsError),
    /// The store failed.
    #[error("endpoints cannot be read or written")]
    Store(#[from] StoreError),
}

/// Secrets somebody typed, and whether to make the webhook secret up. No Debug.
#[derive(Default)]
pub struct GivenSecrets {
    /// Name and plain text.
    pub typed: Vec<(SecretName, Zeroizing<String>)>,
    /// Make the webhook secret up.
    pub generate: bool,
}

/// An endpoint to be made. No Debug.
pub struct NewEndpoint {
    /// Whose webhooks.
    pub carrier: CarrierId,
    /// The operator's name for it.
    pub label: String,
    /// What it does with what it receives; active when absent.
    pub state: Option<EndpointState>,
    /// As given: unknown keys are faults, missing ones take their default.
    pub settings: Option<Value>,
    /// Its secrets.
    pub secrets: GivenSecrets,
}

/// What is to be changed; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct EndpointChange {
    /// The operator's name for it.
    pub label: Option<String>,
    /// What it does with what it receives.
    pub state: Option<EndpointState>,
    /// The keys to change; null goes back to the default.
    pub settings: Option<Value>,
}

/// An endpoint as it is now, and what was just made up for it. No Debug.
pub struct Made {
    /// With its URL.
    pub endpoint: Endpoint,
    /// The generated secret; this is the only time it is shown.
    pub generated: Option<String>,
}

/// An endpoint after a change.
#[derive(Debug)]
pub struct Changed {
    /// With its URL.
    pub endpoint: Endpoint,
    /// It was paused and no longer is: what was held is to be applied.
    pub resumed: bool,
    /// What its numbers are folded by is another: they are to be folded again.
    pub refolds: bool,
}

/// The desk. Cheap to clone.
#[derive(Clone)]
pub struct Endpoints {
    store: Store,
    keyring: Arc<Keyring>,
    clock: SharedClock,
    hooks_url: WebAddress,
}

/// What a secret's sealed value is bound to, whatever its slot.
pub fn secret_place(endpoint: Uuid, name: SecretName) -> String {
    format!("endpoint/{endpoint}/secret/{name}")
}

/// What a path token's sealed value is bound to.
pub fn token_place(endpoint: Uuid) -> String {
    format!("endpoint/{endpoint}/token")
}

impl Endpoints {
    /// A desk whose URLs begin with `hooks_url`.
    pub fn new(store: Store, keyring: Arc<Keyring>, clock: SharedClock, hooks_url: WebAddress) -> Self {
        Self { store, keyring, clock, hooks_url }
    }

    /// Endpoints, newest first. `reveal` shows the token in their URLs.
    pub async fn list(&self, page: &PageRequest, reveal: bool) -> Result<Page<Endpoint>, EndpointsError> {
        let stored = self.store.list_endpoints(page).await?;
        let mut items = Vec::with_capacity(stored.items.len());
        for endpoint in &stored.items {
            items.push(self.view(endpoint, reveal).await?);
        }
        Ok(Page { items, next_cursor: stored.next_cursor })
    }

    /// One endpoint.
    pub async fn find(&self, id: Uuid, reveal: bool) -> Result<Endpoint, EndpointsError> {
        self.view(&self.stored(id).await?, reveal).await
    }

    /// An endpoint as shown.
    pub async fn view(&self, stored: &StoredEndpoint, reveal: bool) -> Result<Endpoint, EndpointsError> {
        let now = self.clock.now();
        let counters = self.store.endpoint_counters(stored.id, now).await?;
        let state_of = |name| secret_state(stored, name, now);
        Ok(Endpoint {
            id: stored.id,
            carrier: stored.carrier,
            label: stored.label.clone(),
            state: stored.state,
            hook_url: if reveal { self.hook_url(stored)? } else { self.address(stored.carrier, MASK) },
            previous_url_until: stored.previous_url_until.filter(|until| *until > now),
            secret: state_of(SecretName::Secret),
            api_key: state_of(SecretName::ApiKey),
            header_value: state_of(SecretName::HeaderValue),
            client_id: state_of(SecretName::ClientId),
            client_secret: state_of(SecretName::ClientSecret),
            settings: Value::Object(settings_of(stored)),
            created_at: stored.created_at,
            last_delivery_at: counters.last_delivery_at,
            last_verified_at: counters.last_verified_at,
            deliveries_count: counters.deliveries_count,
            failed_24h: counters.failed_24h,
        })
    }

    /// The URL the carrier posts to, with its token.
    pub fn hook_url(&self, stored: &StoredEndpoint) -> Result<String, EndpointsError> {
        let token = self.keyring.unseal_text(&token_place(stored.id), &stored.token)?;
        Ok(self.address(stored.carrier, &token))
    }

    fn address(&self, carrier: CarrierId, token: &str) -> String {
        format!("{}/hooks/{carrier}/{token}", self.hooks_url.as_str())
    }

    /// A stored secret that holds now, in its current form.
    pub fn open_secret(
        &self,
        stored: &StoredEndpoint,
        name: SecretName,
    ) -> Result<Option<Zeroizing<String>>, EndpointsError> {
        let found = stored.secrets.iter().find(|secret| secret.name == name && secret.slot == SecretSlot::Current);
        Ok(found.map(|secret| self.keyring.unseal_text(&secret_place(stored.id, name), &secret.sealed)).transpose()?)
    }

    /// Every secret of an endpoint, opened: for judging and signing only.
    pub fn keys(&self, stored: &StoredEndpoint) -> Result<Vec<Key>, EndpointsError> {
        let open = |secret: &StoredSecret| {
            let text = self.keyring.unseal_text(&secret_place(stored.id, secret.name), &secret.sealed)?;
            Ok(Key { name: secret.name, slot: secret.slot, text, valid_until: secret.valid_until })
        };
        stored.secrets.iter().map(open).collect()
    }

    /// Makes an endpoint with a URL of its own.
    pub async fn create(&self, new: NewEndpoint) -> Result<Made, EndpointsError> {
        let carrier = carrier(new.carrier);
        let facts = carrier.facts();
        let mut faults = Vec::new();
        let label = label(&new.label, &mut faults);
        let secrets = plain_secrets(&facts.secrets, new.secrets, &mut faults);
        let names: Vec<_> = secrets.iter().map(|(name, _)| *name).collect();
        let settings = checked_settings(carrier, new.settings.as_ref(), None, &names, &mut faults);
        if !faults.is_empty() {
            return Err(EndpointsError::Invalid(faults));
        }
        let now = self.clock.now();
        let id = ids::new(now);
        let (token_hash, token) = self.new_token(id);
        let generated = generated_of(&secrets);
        let row = store::NewEndpoint {
            id,
            carrier: new.carrier,
            label,
            state: new.state.unwrap_or(EndpointState::Active),
            settings,
            token_hash,
            token,
            secrets: secrets.iter().map(|(name, secret)| self.sealed(id, *name, &secret.text)).collect(),
            at: now,
        };
        self.store.insert_endpoint(row).await?;
        Ok(Made { endpoint: self.find(id, true).await?, generated })
    }

    /// Changes label, state and settings.
    pub async fn change(&self, id: Uuid, change: EndpointChange) -> Result<Changed, EndpointsError> {
        let stored = self.stored(id).await?;
        let carrier = carrier(stored.carrier);
        let mut faults = Vec::new();
        let label = match &change.label {
            Some(given) => label(given, &mut faults),
            None => stored.label.clone(),
        };
        let given = change.settings.as_ref();
        let settings = match given {
            Some(_) => checked_settings(carrier, given, Some(&stored), &current_names(&stored), &mut faults),
            None => stored.settings.clone(),
        };
        if !faults.is_empty() {
            return Err(EndpointsError::Invalid(faults));
        }
        let state = change.state.unwrap_or(stored.state);
        let refolds = carrier.policy(&settings) != carrier.policy(&settings_of(&stored));
        let refold_at = refolds.then(|| self.clock.now());
        // Nobody allowed the new host to have them.
        let forgotten = if asked_host(carrier, &settings) == asked_host(carrier, &settings_of(&stored)) {
            &[][..]
        } else {
            SecretName::SENT_OUT
        };
        if !self.store.update_endpoint(id, label, state, settings, refold_at, forgotten).await? {
            return Err(EndpointsError::NotFound);
        }
        let resumed = stored.state == EndpointState::Paused && state != EndpointState::Paused;
        Ok(Changed { endpoint: self.find(id, true).await?, resumed, refolds })
    }

    /// Sets secrets; the ones before hold for `keep_hours` more.
    pub async fn put_secrets(
        &self,
        id: Uuid,
        given: GivenSecrets,
        keep_hours: Option<u32>,
    ) -> Result<Made, EndpointsError> {
        let stored = self.stored(id).await?;
        let facts = carrier(stored.carrier).facts();
        let mut faults = Vec::new();
        if given.typed.is_empty() && !given.generate {
            faults.push(FieldFault::new("secret", "Name a secret to set, or ask for one to be generated."));
        }
        let secrets = plain_secrets(&facts.secrets, given, &mut faults);
        let now = self.clock.now();
        let until = keep_until(now, keep_hours, &mut faults);
        if !faults.is_empty() {
            return Err(EndpointsError::Invalid(faults));
        }
        let generated = generated_of(&secrets);
        let sealed: Vec<_> = secrets.iter().map(|(name, secret)| self.sealed(id, *name, &secret.text)).collect();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for (name, sealed, last4) in &sealed {
                        tx.put_secret(id, *name, sealed, last4.as_deref(), until, now).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(Made { endpoint: self.find(id, true).await?, generated })
    }

    /// Gives it a new URL; the one before is served for `keep_hours` more.
    pub async fn new_url(&self, id: Uuid, keep_hours: Option<u32>) -> Result<Endpoint, EndpointsError> {
        let mut faults = Vec::new();
        let until = keep_until(self.clock.now(), keep_hours, &mut faults);
        if !faults.is_empty() {
            return Err(EndpointsError::Invalid(faults));
        }
        let (hash, sealed) = self.new_token(id);
        if !self.store.put_token(id, hash, sealed, until).await? {
            return Err(EndpointsError::NotFound);
        }
        self.find(id, true).await
    }

    /// Ends its URL; deliveries and parcels stay.
    pub async fn delete(&self, id: Uuid) -> Result<(), EndpointsError> {
        let done = self.store.delete_endpoint(id, self.clock.now()).await?;
        if done { Ok(()) } else { Err(EndpointsError::NotFound) }
    }

    async fn stored(&self, id: Uuid) -> Result<StoredEndpoint, EndpointsError> {
        self.store.find_endpoint(id).await?.ok_or(EndpointsError::NotFound)
    }

    fn new_token(&self, endpoint: Uuid) -> (String, Sealed) {
        let token = Zeroizing::new(random_token(32));
        (token_hash(&token), self.keyring.seal(&token_place(endpoint), token.as_bytes()))
    }

    fn sealed(&self, endpoint: Uuid, name: SecretName, text: &str) -> (SecretName, Sealed, Option<String>) {
        (name, self.keyring.seal(&secret_place(endpoint, name), text.as_bytes()), last4(text))
    }
}

/// The last four characters of a secret that is long enough to show any.
fn last4(text: &str) -> Option<String> {
    let length = text.chars().count();
    (length >= SHOWN_FROM).then(|| text.chars().skip(length - 4).collect())
}

/// What every carrier's settings default to; asked for every delivery.
static DEFAULTS: LazyLock<HashMap<CarrierId, Settings>> = LazyLock::new(|| {
    CARRIERS.iter().map(|carrier| (carrier.id(), settings::defaults(&carrier.facts().settings))).collect()
});

/// The settings of an endpoint as they count: every key of today's schema is there.
pub fn settings_of(stored: &StoredEndpoint) -> Settings {
    let mut settings = DEFAULTS.get(&stored.carrier).cloned().unwrap_or_default();
    for (key, value) in &mut settings {
        if let Some(given) = stored.settings.get(key) {
            value.clone_from(given);
        }
    }
    settings
}

/// What proves the origin at an endpoint.
pub fn scheme_of(stored: &StoredEndpoint) -> Scheme {
    carrier(stored.carrier).scheme(&settings_of(stored), &current_names(stored))
}

/// The names of the secrets that are set.
pub fn current_names(stored: &StoredEndpoint) -> Vec<SecretName> {
    stored.secrets.iter().filter(|secret| secret.slot == SecretSlot::Current).map(|secret| secret.name).collect()
}

fn secret_state(stored: &StoredEndpoint, name: SecretName, now: Timestamp) -> SecretState {
    let find = |slot| stored.secrets.iter().find(|secret| secret.name == name && secret.slot == slot);
    let Some(current) = find(SecretSlot::Current) else { return SecretState::default() };
    let previous = find(SecretSlot::Previous).filter(|secret| secret.valid_until.is_some_and(|until| until > now));
    SecretState {
        set: true,
        last4: current.last4.clone(),
        rotated_at: Some(current.rotated_at),
        previous_until: previous.and_then(|secret| secret.valid_until),
        previous_last_used_at: previous.and_then(|secret| secret.last_used_at),
    }
}
