//! Signed-in browsers: a random cookie whose hash is stored, held for two weeks after its last use.

use super::factors::Typed;
use super::strangers::Stranger;
use super::{Actor, Auth, PasswordFault, PeopleError, Via};
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
    /// The password is right; a code is asked for, with this ticket.
    #[error("Type the code your app shows, or a recovery code.")]
    NeedsCode(String),
    /// Not the code of now, or used before; the ticket holds on.
    #[error("This code is wrong, or was used before.")]
    WrongCode(String),
    /// The second step took too long.
    #[error("That took too long. Sign in again.")]
    Expired,
    /// The second factor cannot be read.
    #[error("Your second factor cannot be read. Ask an admin to reset it.")]
    Broken,
    /// The database failed.
    #[error("Signing in does not work right now.")]
    Store(#[from] StoreError),
}

impl From<PasswordFault> for SignInError {
    fn from(_: PasswordFault) -> Self {
        Self::TooMany(5)
    }
}

/// What somebody shows to sign in.
pub struct Shown<'s> {
    /// What was typed as the name.
    pub name: &'s str,
    /// The password; not looked at beside a ticket.
    pub password: &'s SecretString,
    /// A code of the app, or a recovery code.
    pub code: Option<&'s str>,
    /// From the first step.
    pub ticket: Option<&'s str>,
}

/// Signed in: the `Set-Cookie` to send.
#[derive(Clone)]
pub struct SignedIn {
    /// The header's value.
    pub set_cookie: String,
}

/// How a cookie is named and bound.
#[derive(Debug, Clone)]
pub(super) struct Cookie {
    name: String,
    attributes: String,
}

impl Cookie {
    /// The session's.
    pub(super) fn of(address: &WebAddress) -> Self {
        Self::named("parcelwire", address)
    }

    /// `__Host-` where a browser grants it: https and no path.
    pub(super) fn named(name: &str, address: &WebAddress) -> Self {
        let bound = address.is_secure() && address.path().is_empty();
        let path = if address.path().is_empty() { "/" } else { address.path() };
        let secure = if address.is_secure() { "; Secure" } else { "" };
        Self {
            name: format!("{}{name}", if bound { "__Host-" } else { "" }),
            attributes: format!("; Path={path}; HttpOnly; SameSite=Lax{secure}"),
        }
    }

    pub(super) fn set(&self, value: &str, seconds: i64) -> String {
        format!("{}={value}{}; Max-Age={seconds}", self.name, self.attributes)
    }

    pub(super) fn removed(&self) -> String {
        format!("{}={}; Max-Age=0", self.name, self.attributes)
    }

    pub(super) fn find<'a>(&self, header: &'a str) -> Option<&'a str> {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name)
            .map(|(_, value)| value)
    }
}

impl Auth {
    /// Signs in: with a name and a password, then, where the user has a second factor, with a code and the ticket that
    /// stands in for the first step. All at once is as well.
    pub async fn sign_in(&self, shown: Shown<'_>, from: IpAddr, user_agent: &str) -> Result<SignedIn, SignInError> {
        let (user, name) = match shown.ticket.filter(|ticket| !ticket.is_empty()) {
            Some(ticket) => self.0.factors.holder(ticket, self.0.clock.now()).ok_or(SignInError::Expired)?,
            None => self.first_step(shown.name, shown.password, from).await?,
        };
        if self.asks_second(user).await? {
            self.second_step(user, &name, &shown, from).await?;
        }
        Ok(self.enter(user, &name, None, from, user_agent).await?)
    }

    /// Opens a session for whoever has shown enough, and records it.
    pub(super) async fn enter(
        &self,
        user: Uuid,
        name: &str,
        provider: Option<&str>,
        from: IpAddr,
        user_agent: &str,
    ) -> Result<SignedIn, StoreError> {
        let id = Some(user.to_string());
        let who = Who { name: name.to_owned(), id, via: Door::SignIn, from: Some(from.to_string()) };
        let mut deed = Deed::new(who, Act::SignIn, self.0.clock.now());
        if let Some(provider) = provider {
            deed = deed.saying("provider", provider);
        }
        let signed_in = deed.cover(self.open_session(user, from, user_agent)).await?;
        tracing::info!(user = ?name, address = %from, provider, "signed in");
        Ok(signed_in)
    }

    /// The name and the password.
    async fn first_step(
        &self,
        name: &str,
        password: &SecretString,
        from: IpAddr,
    ) -> Result<(Uuid, String), SignInError> {
        let desk = &self.0;
        let account = name.trim().to_lowercase().chars().take(64).collect::<String>();
        if let Err(wait) = desk.throttle.begin(&account, from, desk.clock.now()) {
            self.turned_away(&account, from, Stranger::Locked).await;
            return Err(SignInError::TooMany(wait));
        }
        let found = desk.store.find_user_by_name(&account).await?;
        let (user, hash) = found.map(|found| (found.user, found.password_hash)).unzip();
        let fits = desk.passwords.fits(password, hash).await?;
        let Some(user) = user.filter(|user| fits && !user.disabled) else {
            self.turned_away(&account, from, Stranger::Wrong).await;
            return Err(SignInError::Wrong);
        };
        desk.throttle.right(&account, from);
        Ok((user.id, user.name))
    }

    /// The code; without one, a ticket to come back with.
    async fn second_step(&self, user: Uuid, name: &str, shown: &Shown<'_>, from: IpAddr) -> Result<(), SignInError> {
        let ticket = |auth: &Self| match shown.ticket.filter(|ticket| !ticket.is_empty()) {
            Some(ticket) => ticket.to_owned(),
            None => auth.0.factors.ticket(user, name, auth.0.clock.now()),
        };
        let Some(code) = shown.code.filter(|code| !code.trim().is_empty()) else {
            return Err(SignInError::NeedsCode(ticket(self)));
        };
        match self.judge_code(user, code).await {
            Ok(Typed::Right) => {
                if let Some(ticket) = shown.ticket {
                    self.0.factors.spend(ticket);
                }
                Ok(())
            }
            Ok(Typed::Wrong) => {
                self.turned_away(&name.to_lowercase(), from, Stranger::WrongFactor).await;
                Err(SignInError::WrongCode(ticket(self)))
            }
            Ok(Typed::TooMany(wait)) => {
                self.turned_away(&name.to_lowercase(), from, Stranger::Locked).await;
                Err(SignInError::TooMany(wait))
            }
            Err(PeopleError::Store(error)) => Err(SignInError::Store(error)),
            Err(error) => {
                tracing::error!(%error, user = ?name, "the second factor cannot be read");
                Err(SignInError::Broken)
            }
        }
    }

    pub(super) async fn turned_away(&self, account: &str, from: IpAddr, what: Stranger) {
        tracing::warn!(user = ?account, address = %from, reason = what.reason(), "sign-in failed");
        metrics::counter!("parcelwire_logins_failed_total").increment(1);
        self.note_stranger(account, from, what).await;
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
        Ok(SignedIn { set_cookie: self.0.cookie.set(&cookie, COOKIE_AGE_S) })
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
        let plain = cookie("http://127.0.0.1:3000").set("v", 7);
        assert!(plain.starts_with("parcelwire=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=7"), "{plain}");
        let host = cookie("https://x.example").set("v", 7);
        assert!(host.starts_with("__Host-parcelwire=v; Path=/; HttpOnly; SameSite=Lax; Secure;"), "{host}");
        let below = cookie("https://x.example/track").set("v", 7);
        assert!(below.starts_with("parcelwire=v; Path=/track; HttpOnly; SameSite=Lax; Secure;"), "{below}");
        assert_eq!(cookie("http://x").find("a=b; parcelwire=abc; c=d"), Some("abc"));
        assert_eq!(cookie("http://x").find("xparcelwire=abc"), None);
    }
}
