//! Who is asking, and what they may do: users and sessions, API tokens, the first admin, and the gate before every route.
//!
//! Nothing is allowed that [`grants`] does not list. Of passwords, cookies and tokens only hashes are stored. A request
//! with a bearer token is judged by it alone, never by a cookie beside it.

pub mod client;
mod factors;
pub mod gate;
pub mod grants;
mod minute;
mod passwords;
mod people;
mod provider;
mod refusals;
mod sessions;
mod setup;
mod strangers;
mod throttle;
mod witness;

pub use client::ClientAddress;
pub use gate::gate;
pub use passwords::{MIN_PASSWORD, PasswordFault};
pub use people::PeopleError;
pub use provider::{BEGIN as PROVIDER_BEGIN, Departure, ProviderError, RETURN as PROVIDER_RETURN, Returned};
pub use sessions::{HOLDS_S as SESSION_HOLDS_S, Shown, SignInError, SignedIn};
pub use setup::SetupError;

use super::clock::SharedClock;
use super::config::Config;
use super::ids;
use super::secrets::{self, Keyring};
use super::store::{Store, StoreError};
use crate::tracking::people::{ApiToken, Role, Scope};
use std::sync::Arc;
use uuid::Uuid;

/// What an API token begins with, so that people and scanners recognise one.
pub const TOKEN_PREFIX: &str = "pw_";

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user's or the token's name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// How they showed who they are.
    pub via: Via,
}

impl Actor {
    /// Whether recipients may be revealed to them, and so searched for.
    pub fn may_reveal(&self) -> bool {
        self.role >= Role::Operator
    }

    /// The name under what they do: a user's, or `token <name>`.
    pub fn signature(&self) -> String {
        match self.via {
            Via::Session { .. } => self.name.clone(),
            Via::Token(_) => format!("token {}", self.name),
        }
    }
}

/// How somebody showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A signed-in browser.
    Session {
        /// Which.
        id: Uuid,
        /// Whose.
        user: Uuid,
    },
    /// An API token.
    Token(Uuid),
}

/// The desk for users, sessions and tokens. Cheap to clone.
#[derive(Clone)]
pub struct Auth(Arc<Desk>);

struct Desk {
    store: Store,
    clock: SharedClock,
    passwords: passwords::Passwords,
    throttle: throttle::Throttle,
    setup: setup::SetupCode,
    strangers: strangers::Strangers,
    refusals: refusals::Refusals,
    factors: factors::Factors,
    keyring: Arc<Keyring>,
    cookie: sessions::Cookie,
    provider: Option<provider::Elsewhere>,
}

impl Auth {
    /// On this database; cookies as the public address asks for.
    pub fn new(store: Store, clock: SharedClock, keyring: Arc<Keyring>, config: &Config) -> Self {
        Self(Arc::new(Desk {
            store,
            clock,
            passwords: passwords::Passwords::default(),
            throttle: throttle::Throttle::default(),
            setup: setup::SetupCode::default(),
            strangers: strangers::Strangers::default(),
            refusals: refusals::Refusals::default(),
            factors: factors::Factors::default(),
            keyring,
            cookie: sessions::Cookie::of(&config.public_url),
            provider: provider::Elsewhere::of(config),
        }))
    }

    /// Makes an API token; the text is shown this once.
    pub async fn create_token(&self, name: &str, scope: Scope) -> Result<(Uuid, String), PeopleError> {
        let name = people::fitting_name(name)?;
        let text = format!("{TOKEN_PREFIX}{}", secrets::random_token(32));
        let now = self.0.clock.now();
        let id = ids::new(now);
        self.0.store.insert_token(id, &name, secrets::token_hash(&text), scope, now).await?;
        Ok((id, text))
    }

    /// Who a bearer token speaks for; `None` for an unknown or revoked one.
    pub async fn actor_of_token(&self, text: &str) -> Result<Option<Actor>, StoreError> {
        if !text.starts_with(TOKEN_PREFIX) {
            return Ok(None);
        }
        let Some(token) = self.0.store.find_token(&secrets::token_hash(text)).await? else { return Ok(None) };
        self.note_use(&token).await;
        Ok(Some(Actor { name: token.name, role: token.scope.role(), via: Via::Token(token.id) }))
    }

    async fn note_use(&self, token: &ApiToken) {
        let now = self.0.clock.now();
        let fresh = token.last_used_at.is_some_and(|at| now.seconds_since(at) < 60);
        if !fresh && let Err(error) = self.0.store.touch_token(token.id, now).await {
            tracing::warn!(%error, "the use of an API token could not be noted");
        }
    }
}
