//! Signing in at a provider (OpenID Connect): the authorization code flow with PKCE, state and nonce.
//!
//! Who somebody is, is said by the provider's address and its name for the person, which an admin has linked with a
//! user; never by an e-mail or a name, which people change and choose. What a provider vouches for opens a session like
//! any other. A second factor set up here is asked for as well: the provider may know none. Passwords go on working.

mod asking;
mod pending;

use super::sessions::Cookie;
use super::strangers::Stranger;
use super::{Auth, PeopleError, SignInError, SignedIn, people};
use crate::server::config::Config;
use crate::server::outgoing::Outgoing;
use crate::server::store::{Deed, Identity, StoreError, StoredUser, Who};
use crate::server::{ids, secrets};
use crate::tracking::audit::{Act, Door};
use crate::tracking::people::{Role, User};
use asking::{Asking, Vouched};
use pending::{HOLDS_S, Pending, Waiting};
use std::net::IpAddr;

/// Below the base path: where the way to the provider begins.
pub const BEGIN: &str = "/login/oidc";
/// Below the base path: where the provider sends people back to.
pub const RETURN: &str = "/login/oidc/return";

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// There is no provider.
    #[error("No provider is set up here.")]
    NotSet,
    /// The provider, or the person there, said no.
    #[error("Signing in there was not finished. Try again, or use your password.")]
    Denied,
    /// Begun in another browser, too long ago, or used already.
    #[error("That took too long, or was begun in another browser. Try again.")]
    Stale,
    /// What came back is not what a provider says of somebody who signed in here.
    #[error("What the provider answered does not hold. Try again; if it stays so, tell an admin.")]
    Untrusted,
    /// It could not be asked.
    #[error("The provider cannot be reached right now. Use your password, or try again later.")]
    Unreachable,
    /// A stranger.
    #[error("Nobody here is linked with this account. Ask an admin.")]
    Unlinked,
    /// A stranger who would become a user, had they another name.
    #[error("Your name there belongs to somebody here, or cannot be taken. Ask an admin to link you.")]
    Name,
    /// A disabled user.
    #[error("You may not sign in here. Ask an admin.")]
    Disabled,
    /// As with a password.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

impl From<StoreError> for ProviderError {
    fn from(error: StoreError) -> Self {
        Self::SignIn(error.into())
    }
}

/// The provider and who is on their way there.
pub(super) struct Elsewhere {
    asking: Asking,
    pending: Pending,
    cookie: Cookie,
    name: String,
    issuer: String,
    creates: Option<Role>,
}

impl Elsewhere {
    /// As the settings say.
    pub(super) fn of(config: &Config) -> Option<Self> {
        let settings = config.provider.as_ref()?;
        let redirect = format!("{}{RETURN}", config.public_url);
        Some(Self {
            asking: Asking::new(settings, redirect, Outgoing::new(config.outgoing_allow.clone())),
            pending: Pending::default(),
            cookie: Cookie::named("parcelwire-sign-in", &config.public_url),
            name: settings.name.clone(),
            issuer: settings.issuer.clone(),
            creates: settings.creates,
        })
    }
}

/// Where to send somebody, and the `Set-Cookie` by which their browser is known when it comes back.
pub struct Departure {
    /// At the provider.
    pub to: String,
    /// The header's value.
    pub set_cookie: String,
}

/// What the provider sent back with somebody.
pub struct Returned<'r> {
    /// To be exchanged.
    pub code: Option<&'r str>,
    /// As we gave it.
    pub state: Option<&'r str>,
    /// Its word for what went wrong.
    pub error: Option<&'r str>,
    /// The `Cookie` headers.
    pub cookies: Vec<&'r str>,
}

impl Auth {
    /// What the button of the sign-in page calls the provider; none without one.
    pub fn provider(&self) -> Option<&str> {
        self.0.provider.as_ref().map(|elsewhere| elsewhere.name.as_str())
    }

    /// Sends somebody to the provider, to come back and go on to `next`.
    pub async fn depart(&self, next: &str, from: IpAddr) -> Result<Departure, ProviderError> {
        let elsewhere = self.0.provider.as_ref().ok_or(ProviderError::NotSet)?;
        let now = self.0.clock.now();
        let way = elsewhere.asking.way(now).await?;
        let browser = secrets::random_token(32);
        let waiting = Waiting {
            browser: secrets::token_hash(&browser),
            nonce: way.nonce,
            verifier: way.verifier,
            next: next.to_owned(),
            from,
            since: now,
        };
        elsewhere.pending.put(&way.state, waiting);
        Ok(Departure { to: way.url, set_cookie: elsewhere.cookie.set(&browser, HOLDS_S) })
    }

    /// The `Set-Cookie` that forgets the way there.
    pub fn arrived(&self) -> Option<String> {
        self.0.provider.as_ref().map(|elsewhere| elsewhere.cookie.removed())
    }

    /// Signs in whom the provider vouches for; where they were going comes back in any case.
    pub async fn come_back(
        &self,
        returned: Returned<'_>,
        from: IpAddr,
        user_agent: &str,
    ) -> (Result<SignedIn, ProviderError>, Option<String>) {
        let Some(elsewhere) = &self.0.provider else { return (Err(ProviderError::NotSet), None) };
        let waiting = match self.waiting(elsewhere, &returned) {
            Ok(waiting) => waiting,
            Err(error) => {
                self.turned_away("", from, Stranger::Stale).await;
                return (Err(error), None);
            }
        };
        let next = Some(waiting.next.clone());
        (self.judge(elsewhere, returned, waiting, from, user_agent).await, next)
    }

    /// What was begun with this state, once, and only in the browser in which it was begun.
    fn waiting(&self, elsewhere: &Elsewhere, returned: &Returned<'_>) -> Result<Waiting, ProviderError> {
        let state = returned.state.ok_or(ProviderError::Stale)?;
        let waiting = elsewhere.pending.take(state, self.0.clock.now()).ok_or(ProviderError::Stale)?;
        let known = returned.cookies.iter().filter_map(|cookies| elsewhere.cookie.find(cookies));
        let same = known
            .map(secrets::token_hash)
            .any(|hash| secrets::constant_time_eq(hash.as_bytes(), waiting.browser.as_bytes()));
        if same { Ok(waiting) } else { Err(ProviderError::Stale) }
    }

    async fn judge(
        &self,
        elsewhere: &Elsewhere,
        returned: Returned<'_>,
        waiting: Waiting,
        from: IpAddr,
        user_agent: &str,
    ) -> Result<SignedIn, ProviderError> {
        let Some(code) = returned.code.filter(|_| returned.error.is_none()) else {
            let error = returned.error.unwrap_or("no code").chars().take(100).collect::<String>();
            tracing::warn!(?error, "the provider did not sign somebody in");
            self.turned_away("", from, Stranger::Denied).await;
            return Err(ProviderError::Denied);
        };
        let vouched = match elsewhere.asking.redeem(code, waiting, self.0.clock.now()).await {
            Ok(vouched) => vouched,
            Err(error) => {
                if matches!(error, ProviderError::Untrusted) {
                    self.turned_away("", from, Stranger::Untrusted).await;
                }
                return Err(error);
            }
        };
        let user = self.person(elsewhere, &vouched, from).await?;
        if self.asks_second(user.id).await? {
            let ticket = self.0.factors.ticket(user.id, &user.name, self.0.clock.now());
            return Err(SignInError::NeedsCode(ticket).into());
        }
        Ok(self.enter(user.id, &user.name, Some(&elsewhere.issuer), from, user_agent).await?)
    }

    /// Which user it is; a new one where the settings say so.
    async fn person(&self, elsewhere: &Elsewhere, vouched: &Vouched, from: IpAddr) -> Result<User, ProviderError> {
        let identity = Identity { issuer: elsewhere.issuer.clone(), subject: vouched.subject.clone() };
        match (self.0.store.find_user_by_identity(&identity).await?, elsewhere.creates) {
            (Some(user), _) if user.disabled => {
                self.turned_away(&user.name, from, Stranger::Disabled).await;
                Err(ProviderError::Disabled)
            }
            (Some(user), _) => Ok(user),
            (None, Some(role)) => self.welcome(identity, role, vouched.name.as_deref().unwrap_or_default(), from).await,
            (None, None) => {
                tracing::warn!(subject = ?identity.subject, "link this account with `parcelwire user link`");
                self.turned_away("", from, Stranger::Unlinked).await;
                Err(ProviderError::Unlinked)
            }
        }
    }

    /// Makes a user of somebody the provider brought. Nobody is given the user of a name that is taken.
    async fn welcome(&self, identity: Identity, role: Role, name: &str, from: IpAddr) -> Result<User, ProviderError> {
        let name = people::fitting_name(name).map_err(|_| ProviderError::Name)?;
        let now = self.0.clock.now();
        // A password nobody knows: an admin may reset it.
        let password = secrets::random_token(32).into();
        let password_hash = self.0.passwords.hash(&password).await.map_err(SignInError::from)?;
        let user = User { id: ids::new(now), name, role, disabled: false, created_at: now, last_login_at: None };
        let who = Who {
            name: user.name.clone(),
            id: Some(user.id.to_string()),
            via: Door::SignIn,
            from: Some(from.to_string()),
        };
        let deed = Deed::new(who, Act::UserAdd, now)
            .on(&user.name)
            .saying("role", role.as_str())
            .saying("provider", &identity.issuer);
        let new = StoredUser { user: user.clone(), password_hash };
        match deed.cover(self.0.store.insert_linked_user(new, identity)).await {
            Ok(()) => {
                tracing::info!(user = ?user.name, %role, "user added at their first sign-in");
                Ok(user)
            }
            Err(StoreError::Exists(_)) => {
                self.turned_away(&user.name.to_lowercase(), from, Stranger::NameTaken).await;
                Err(ProviderError::Name)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Lets the provider's `subject` be this user from now on.
    pub async fn link(&self, name: &str, subject: &str) -> Result<User, PeopleError> {
        let elsewhere = self.0.provider.as_ref().ok_or(PeopleError::NoProvider)?;
        let subject = subject.trim();
        if subject.is_empty() || subject.len() > asking::MOST_SUBJECT {
            return Err(PeopleError::Subject);
        }
        let user = self.user(name).await?;
        let identity = Identity { issuer: elsewhere.issuer.clone(), subject: subject.to_owned() };
        self.0.store.link_identity(user.id, identity, self.0.clock.now()).await?;
        tracing::info!(user = ?user.name, subject, "linked with the provider");
        Ok(user)
    }

    /// Forgets by which names providers know a user; their sessions end.
    pub async fn unlink(&self, name: &str) -> Result<User, PeopleError> {
        let user = self.user(name).await?;
        if !self.0.store.unlink_identities(user.id).await? {
            return Err(PeopleError::NotLinked(user.name));
        }
        self.0.store.end_sessions(user.id).await?;
        tracing::info!(user = ?user.name, "no longer linked with a provider");
        Ok(user)
    }
}
