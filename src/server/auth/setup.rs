//! The first admin: by settings, or by a one-time code that stands in the log while there is no admin.

use super::strangers::Stranger;
use super::{Auth, PasswordFault, PeopleError, SignedIn, people};
use crate::server::config::{FirstAdmin, WebAddress};
use crate::server::store::{Deed, StoreError, Who};
use crate::server::{ids, secrets};
use crate::tracking::audit::{Act, Door};
use secrecy::SecretString;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::Zeroizing;

/// Why there is no first admin after a set-up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is an admin: the page is gone.
    #[error("There is an admin already.")]
    Done,
    /// Not the code in the log.
    #[error("This is not the set-up code in the log.")]
    WrongCode,
    /// Too many wrong codes; seconds to wait.
    #[error("Too many wrong codes. Try again in a minute.")]
    TooMany(u64),
    /// Name or password cannot be taken.
    #[error(transparent)]
    Unfit(PeopleError),
    /// The database failed.
    #[error("Setting up does not work right now.")]
    Store(#[from] StoreError),
}

/// The account name wrong set-up codes are counted under; no user can have it.
const THROTTLED_AS: &str = "\0setup";

/// The code of this process.
pub(super) struct SetupCode {
    code: Zeroizing<String>,
    done: AtomicBool,
}

impl Default for SetupCode {
    fn default() -> Self {
        Self { code: Zeroizing::new(secrets::random_hex(10)), done: AtomicBool::new(false) }
    }
}

impl Auth {
    /// Whether there is no admin yet, so that the set-up page exists.
    pub async fn needs_setup(&self) -> Result<bool, StoreError> {
        if self.0.setup.done.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let needed = self.0.store.count_admins().await? == 0;
        // Admins are never removed, so this cannot change back.
        self.0.setup.done.store(!needed, Ordering::Relaxed);
        Ok(needed)
    }

    /// At the start: makes the first admin of the settings, or writes the set-up code to the log.
    pub async fn ensure_admin(&self, first: Option<&FirstAdmin>, address: &WebAddress) -> Result<(), PeopleError> {
        if !self.needs_setup().await? {
            return Ok(());
        }
        if let Some(first) = first {
            let deed = Deed::new(Who::system(), Act::SetUp, self.0.clock.now()).on(&first.name);
            if deed.cover(self.make_first_admin(&first.name, &first.password)).await?.is_some() {
                tracing::info!(user = ?first.name, "the first admin was made from the settings");
            }
            return Ok(());
        }
        let code = self.0.setup.code.as_str();
        tracing::warn!("There is no admin yet. Open {address}/setup and enter this set-up code: {code}");
        Ok(())
    }

    /// Makes the first admin with the code from the log, and signs them in.
    pub async fn set_up(
        &self,
        code: &str,
        name: &str,
        password: &SecretString,
        from: IpAddr,
        user_agent: &str,
    ) -> Result<SignedIn, SetupError> {
        if !self.needs_setup().await? {
            return Err(SetupError::Done);
        }
        self.0.throttle.begin(THROTTLED_AS, from, self.0.clock.now()).map_err(SetupError::TooMany)?;
        if !secrets::constant_time_eq(code.trim().as_bytes(), self.0.setup.code.as_bytes()) {
            tracing::warn!(address = %from, "set-up failed: wrong code");
            self.note_stranger("", from, Stranger::WrongCode).await;
            return Err(SetupError::WrongCode);
        }
        self.0.throttle.right(THROTTLED_AS, from);
        let who = Who { name: name.trim().to_owned(), id: None, via: Door::SignIn, from: Some(from.to_string()) };
        let deed = Deed::new(who, Act::SetUp, self.0.clock.now()).on(name.trim());
        let made = deed.cover(self.make_first_admin(name, password)).await.map_err(|error| match error {
            PeopleError::Store(error) => SetupError::Store(error),
            unfit => SetupError::Unfit(unfit),
        })?;
        let Some(user) = made else { return Err(SetupError::Done) };
        tracing::info!(user = ?name, address = %from, "the first admin was made");
        Ok(self.open_session(user, from, user_agent).await?)
    }

    async fn make_first_admin(&self, name: &str, password: &SecretString) -> Result<Option<uuid::Uuid>, PeopleError> {
        let name = people::fitting_name(name)?;
        let hash = self.0.passwords.hash(password).await?;
        let now = self.0.clock.now();
        let id = ids::new(now);
        let made = self.0.store.insert_first_admin(id, &name, hash, now).await?;
        Ok(made.then_some(id))
    }
}

impl From<PasswordFault> for PeopleError {
    fn from(fault: PasswordFault) -> Self {
        Self::Password(fault)
    }
}
