//! What admins do with users and tokens, from the console and the command line alike.

use super::{Auth, PasswordFault};
use crate::server::ids;
use crate::server::store::StoreError;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::people::{ApiToken, Role, User};
use secrecy::SecretString;
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
        self.0.store.set_password(user.id, hash).await?;
        tracing::info!(user = ?user.name, "password reset");
        Ok(user)
    }

    /// Lets a user sign in or not; disabling ends their sessions.
    pub async fn set_disabled(&self, name: &str, disabled: bool) -> Result<User, PeopleError> {
        let user = self.user(name).await?;
        if disabled && user.role == Role::Admin && !self.another_admin(user.id).await? {
            return Err(PeopleError::LastAdmin(user.name));
        }
        self.0.store.set_disabled(user.id, disabled).await?;
        tracing::info!(user = ?user.name, disabled, "user changed");
        Ok(User { disabled, ..user })
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

    async fn user(&self, name: &str) -> Result<User, PeopleError> {
        let found = self.0.store.find_user_by_name(name).await?;
        found.map(|found| found.user).ok_or_else(|| PeopleError::NoSuchUser(name.trim().to_owned()))
    }

    async fn another_admin(&self, than: Uuid) -> Result<bool, PeopleError> {
        let mut page = PageRequest { limit: 200, cursor: None };
        loop {
            let users = self.0.store.list_users(&page).await?;
            if users.items.iter().any(|user| user.id != than && user.role == Role::Admin && !user.disabled) {
                return Ok(true);
            }
            let Some(next) = users.next_cursor else { return Ok(false) };
            page.cursor = Some(next);
        }
    }
}
