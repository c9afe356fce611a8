//! What admins do with users and tokens, from the console and the command line alike.

use super::{Actor, Auth, PasswordFault, Via};
use crate::server::ids;
use crate::server::store::StoreError;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::people::{ApiToken, Role, User};
use secrecy::SecretString;
use std::net::IpAddr;
use uuid::Uuid;

/// Most characters of a name.
const MAX_NAME: usize = 64;

/// Why something about people was not done.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Not a name.
    #[error("a name has 1 to {MAX_NAME} characters, none of them a control character")]
    Name,
    /// Not a password.
    #[error(transparent)]
    Password(PasswordFault),
    /// No such user.
    #[error("there is no user “{0}”")]
    NoSuchUser(String),
    /// The last admin who may sign in stays so.
    #[error("“{0}” is the only admin who may sign in")]
    LastAdmin(String),
    /// The password shown before setting another.
    #[error("the present password is wrong")]
    WrongPassword,
    /// Too many wrong ones.
    #[error("too many wrong attempts, try again later")]
    TooMany,
    /// Not the code of now.
    #[error("the code is wrong, or was used before")]
    WrongCode,
    /// They have none.
    #[error("“{0}” has no second factor")]
    NoFactor(String),
    /// There is one already, or it cannot be read.
    #[error("this cannot be done with the second factor as it is")]
    Factor,
    /// No sign-in provider is set up.
    #[error("no sign-in provider is set up (PARCELWIRE_OIDC_ISSUER)")]
    NoProvider,
    /// Not a provider's name for a person.
    #[error("the subject has 1 to 255 bytes")]
    Subject,
    /// They sign in here only.
    #[error("“{0}” is not linked with a provider")]
    NotLinked(String),
    /// The database failed, or the name is taken.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A trimmed name that can be stored and shown.
pub(super) fn fitting_name(name: &str) -> Result<String, PeopleError> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(PeopleError::Name) }
}

impl Auth {
    /// Adds a user.
    pub async fn add_user(&self, name: &str, role: Role, password: &SecretString) -> Result<User, PeopleError> {
        let name = fitting_name(name)?;
        let hash = self.0.passwords.hash(password).await?;
        let now = self.0.clock.now();
        let id = ids::new(now);
        self.0.store.insert_user(id, &name, hash, role, now).await?;
        tracing::info!(user = ?name, %role, "user added");
        Ok(User { id, name, role, disabled: false, created_at: now, last_login_at: None })
    }

    /// Sets a user's password and ends their sessions.
    pub async fn reset_password(&self, name: &str, password: &SecretString) -> Result<User, PeopleError> {
        let user = self.user(name).await?;
        let hash = self.0.passwords.hash(password).await?;
        self.0.store.set_password(user.id, hash, None).await?;
        tracing::info!(user = ?user.name, "password reset");
        Ok(user)
    }

    /// Sets one's own password, showing the one before; every other session of the user ends.
    pub async fn change_password(
        &self,
        actor: &Actor,
        current: &SecretString,
        new: &SecretString,
        from: IpAddr,
    ) -> Result<(), PeopleError> {
        let Via::Session { id, user } = actor.via else { return Err(PeopleError::WrongPassword) };
        self.prove_password(actor, current, from).await?;
        let hash = self.0.passwords.hash(new).await?;
        self.0.store.set_password(user, hash, Some(id)).await?;
        tracing::info!(user = ?actor.name, "password changed");
        Ok(())
    }

    /// Whether it is the actor's password; throttled like signing in.
    pub(super) async fn prove_password(
        &self,
        actor: &Actor,
        password: &SecretString,
        from: IpAddr,
    ) -> Result<(), PeopleError> {
        let account = actor.name.to_lowercase();
        self.0.throttle.begin(&account, from, self.0.clock.now()).map_err(|_| PeopleError::TooMany)?;
        let found = self.0.store.find_user_by_name(&actor.name).await?;
        if !self.0.passwords.fits(password, found.map(|found| found.password_hash)).await? {
            return Err(PeopleError::WrongPassword);
        }
        self.0.throttle.right(&account, from);
        Ok(())
    }

    /// Lets a user sign in or not; disabling ends their sessions.
    pub async fn set_disabled(&self, name: &str, disabled: bool) -> Result<User, PeopleError> {
        self.change(name, None, Some(disabled)).await
    }

    /// Gives a user another role, from their next request on.
    pub async fn set_role(&self, name: &str, role: Role) -> Result<User, PeopleError> {
        self.change(name, Some(role), None).await
    }

    async fn change(&self, name: &str, role: Option<Role>, disabled: Option<bool>) -> Result<User, PeopleError> {
        let user = self.user(name).await?;
        if !self.0.store.change_user(user.id, role, disabled).await? {
            return Err(PeopleError::LastAdmin(user.name));
        }
        let user = User { role: role.unwrap_or(user.role), disabled: disabled.unwrap_or(user.disabled), ..user };
        tracing::info!(user = ?user.name, role = %user.role, disabled = user.disabled, "user changed");
        Ok(user)
    }

    /// Every user, newest first.
    pub async fn users(&self, page: &PageRequest) -> Result<Page<User>, StoreError> {
        self.0.store.list_users(page).await
    }

    /// API tokens, newest first.
    pub async fn tokens(&self, page: &PageRequest) -> Result<Page<ApiToken>, StoreError> {
        self.0.store.list_tokens(page).await
    }

    /// Ends a token. `false` when there is none that holds.
    pub async fn revoke_token(&self, id: Uuid) -> Result<bool, StoreError> {
        self.0.store.revoke_token(id, self.0.clock.now()).await
    }

    pub(super) async fn user(&self, name: &str) -> Result<User, PeopleError> {
        let found = self.0.store.find_user_by_name(name).await?;
        found.map(|found| found.user).ok_or_else(|| PeopleError::NoSuchUser(name.trim().to_owned()))
    }
}
