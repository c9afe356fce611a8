//! Signed-in browsers: a random cookie whose hash is stored, held for two weeks after its last use.

use super::strangers::Stranger;
use super::{Actor, Auth, PasswordFault, Via};
use crate::server::config::WebAddress;
use crate::server::store::{Deed, NewSession, StoreError, Who};
use crate::server::{ids, secrets};
use crate::tracking::audit::{Act, Door};
use crate::tracking::people::SessionInfo;
use secrecy::SecretString;
use std::net::IpAddr;
use uuid::Uuid;

/// How long a session holds after its last use.
pub const HOLDS_S: i64 = 14 * 24 * 3600;
/// The browser keeps the cookie longer than the server does: the server decides.
const COOKIE_AGE_S: i64 = 400 * 24 * 3600;
/// Use is noted at most this often.
const NOTED_EVERY_S: i64 = 60;
/// Characters kept of a browser's name.
const MAX_USER_AGENT: usize = 200;

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Name or password, never saying which.
    #[error("The name or the password is wrong.")]
    Wrong,
    /// Too many wrong ones; try again after so many seconds.
    #[error("Too many wrong passwords. Try again in a minute.")]
    TooMany(u64),
    /// The database failed.
    #[error("Signing in does not work right now.")]
    Store(#[from] StoreError),
}

impl From<PasswordFault> for SignInError {
    fn from(_: PasswordFault) -> Self {
        Self::TooMany(5)
    }
}

/// Signed in: the `Set-Cookie` to send.
#[derive(Clone)]
pub struct SignedIn {
    /// The header's value.
    pub set_cookie: String,
}

/// How the session cookie is named and bound.
#[derive(Debug, Clone)]
pub(super) struct Cookie {
    name: &'static str,
    attributes: String,
}

impl Cookie {
    /// `__Host-` where a browser grants it: https and no path.
    pub(super) fn of(address: &WebAddress) -> Self {
        let bound = address.is_secure() && address.path().is_empty();
        let path = if address.path().is_empty() { "/" } else { address.path() };
        let secure = if address.is_secure() { "; Secure" } else { "" };
        Self {
            name: if bound { "__Host-parcelwire" } else { "parcelwire" },
            attributes: format!("; Path={path}; HttpOnly; SameSite=Lax{secure}"),
        }
    }

    fn set(&self, value: &str) -> String {
        format!("{}={value}{}; Max-Age={COOKIE_AGE_S}", self.name, self.attributes)
    }

    fn removed(&self) -> String {
        format!("{}={}; Max-Age=0", self.name, self.attributes)
    }

    fn find<'a>(&self, header: &'a str) -> Option<&'a str> {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name)
            .map(|(_, value)| value)
    }
}

impl Auth {
    /// Signs in with a name and a password.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &SecretString,
        from: IpAddr,
        user_agent: &str,
    ) -> Result<SignedIn, SignInError> {
        let desk = &self.0;
        let account = name.trim().to_lowercase().chars().take(64).collect::<String>();
        if let Err(wait) = desk.throttle.begin(&account, from, desk.clock.now()) {
            self.note_stranger(&account, from, Stranger::Locked).await;
            tracing::warn!(user = ?account, address = %from, "sign-in refused: too many wrong passwords");
            metrics::counter!("parcelwire_logins_failed_total").increment(1);
            return Err(SignInError::TooMany(wait));
        }
        let found = desk.store.find_user_by_name(&account).await?;
        let (user, hash) = found.map(|found| (found.user, found.password_hash)).unzip();
        let fits = desk.passwords.fits(password, hash).await?;
        let Some(user) = user.filter(|user| fits && !user.disabled) else {
            tracing::warn!(user = ?account, address = %from, "sign-in failed");
            metrics::counter!("parcelwire_logins_failed_total").increment(1);
            self.note_stranger(&account, from, Stranger::Wrong).await;
            return Err(SignInError::Wrong);
        };
        desk.throttle.right(&account, from);
        let who = Who {
            name: user.name.clone(),
            id: Some(user.id.to_string()),
            via: Door::SignIn,
            from: Some(from.to_string()),
        };
        let deed = Deed::new(who, Act::SignIn, desk.clock.now());
        let signed_in = deed.cover(self.open_session(user.id, from, user_agent)).await?;
        tracing::info!(user = ?user.name, address = %from, "signed in");
        Ok(signed_in)
    }

    /// Opens a session for a user who has shown who they are.
    pub(super) async fn open_session(
        &self,
        user: Uuid,
        from: IpAddr,
        user_agent: &str,
    ) -> Result<SignedIn, StoreError> {
        let cookie = secrets::random_token(32);
        let now = self.0.clock.now();
        let session = NewSession {
            hash: secrets::token_hash(&cookie),
            user,
            id: ids::new(now),
            at: now,
            expires_at: now.plus_seconds(HOLDS_S),
            remote_addr: from.to_string(),
            user_agent: user_agent.chars().take(MAX_USER_AGENT).collect(),
        };
        self.0.store.insert_session(session).await?;
        Ok(SignedIn { set_cookie: self.0.cookie.set(&cookie) })
    }

    /// Whose session a `Cookie` header carries; using it makes it hold longer.
    pub async fn actor_of_cookies(&self, header: &str) -> Result<Option<Actor>, StoreError> {
        let Some(cookie) = self.0.cookie.find(header) else { return Ok(None) };
        let now = self.0.clock.now();
        let Some(session) = self.0.store.find_session(&secrets::token_hash(cookie), now).await? else {
            return Ok(None);
        };
        if now.seconds_since(session.last_used_at) >= NOTED_EVERY_S {
            // A full disk must not sign everybody out: the session holds, only its end stays where it was.
            if let Err(error) = self.0.store.touch_session(session.id, now, now.plus_seconds(HOLDS_S)).await {
                tracing::warn!(%error, "the use of a session could not be noted");
            }
        }
        let user = session.user;
        Ok(Some(Actor { name: user.name, role: user.role, via: Via::Session { id: session.id, user: user.id } }))
    }

    /// Ends the actor's session; answers the `Set-Cookie` that removes the cookie.
    pub async fn sign_out(&self, actor: Option<&Actor>) -> Result<String, StoreError> {
        if let Some(Actor { name, via: Via::Session { id, .. }, .. }) = actor {
            self.0.store.delete_session(*id).await?;
            tracing::info!(user = ?name, "signed out");
        }
        Ok(self.0.cookie.removed())
    }

    /// The actor's open sessions, or everybody's for an admin who asks so.
    pub async fn sessions(&self, actor: &Actor, everybody: bool) -> Result<Vec<SessionInfo>, StoreError> {
        let Via::Session { id, user } = actor.via else {
            return Ok(Vec::new());
        };
        let everybody = everybody && actor.role == crate::tracking::people::Role::Admin;
        self.0.store.list_sessions((!everybody).then_some(user), Some(id), self.0.clock.now()).await
    }

    /// Ends every session of the actor but the one that asks.
    pub async fn end_other_sessions(&self, actor: &Actor) -> Result<(), StoreError> {
        match actor.via {
            Via::Session { id, user } => self.0.store.end_other_sessions(user, id).await,
            Via::Token(_) => Ok(()),
        }
    }

    /// Ends a session: one's own, or anybody's as an admin. `false` when there is no such one.
    pub async fn end_session(&self, actor: &Actor, session: Uuid) -> Result<bool, StoreError> {
        let seen = self.sessions(actor, true).await?;
        if !seen.iter().any(|known| known.id == session) {
            return Ok(false);
        }
        self.0.store.delete_session(session).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_bound_as_tightly_as_the_address_allows() {
        let cookie = |address: &str| Cookie::of(&WebAddress::parse(address).expect("an address"));
        let plain = cookie("http://127.0.0.1:3000").set("v");
        assert!(plain.starts_with("parcelwire=v; Path=/; HttpOnly; SameSite=Lax; Max-Age="), "{plain}");
        let host = cookie("https://x.example").set("v");
        assert!(host.starts_with("__Host-parcelwire=v; Path=/; HttpOnly; SameSite=Lax; Secure;"), "{host}");
        let below = cookie("https://x.example/track").set("v");
        assert!(below.starts_with("parcelwire=v; Path=/track; HttpOnly; SameSite=Lax; Secure;"), "{below}");
        assert_eq!(cookie("http://x").find("a=b; parcelwire=abc; c=d"), Some("abc"));
        assert_eq!(cookie("http://x").find("xparcelwire=abc"), None);
    }
}
