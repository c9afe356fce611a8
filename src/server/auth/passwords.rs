//! Argon2id, a few at a time: sign-ins cannot exhaust the memory.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Fewest characters of a password.
pub const MIN_PASSWORD: usize = 8;
/// Most bytes of a password: what is hashed is bounded.
const MAX_PASSWORD: usize = 1024;
/// Hashes at once; each takes 19 MiB.
const AT_ONCE: usize = 2;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a password cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Below [`MIN_PASSWORD`].
    #[error("the password needs at least {MIN_PASSWORD} characters")]
    TooShort,
    /// Beyond what is hashed.
    #[error("the password is longer than {MAX_PASSWORD} bytes")]
    TooLong,
    /// Too many are being checked.
    #[error("too many sign-ins at once, try again in a moment")]
    Busy,
}

/// Hashes and checks passwords.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// The PHC string of a password that is long enough.
    pub(super) async fn hash(&self, password: &SecretString) -> Result<String, PasswordFault> {
        if password.expose_secret().chars().count() < MIN_PASSWORD {
            return Err(PasswordFault::TooShort);
        }
        if password.expose_secret().len() > MAX_PASSWORD {
            return Err(PasswordFault::TooLong);
        }
        let password = password.clone();
        self.in_turn(move || hash(password.expose_secret().as_bytes())).await
    }

    /// Whether a password fits a stored hash. `None` (an unknown name) takes as long and never fits.
    pub(super) async fn fits(&self, password: &SecretString, stored: Option<String>) -> Result<bool, PasswordFault> {
        if password.expose_secret().len() > MAX_PASSWORD {
            return Ok(false);
        }
        let password = password.clone();
        self.in_turn(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| nobodys().to_owned());
            let fits = PasswordHash::new(&stored).is_ok_and(|parsed| {
                Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok()
            });
            fits && known
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordFault> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(PasswordFault::Busy) };
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| PasswordFault::Busy)
    }
}

fn hash(password: &[u8]) -> String {
    Argon2::default().hash_password(password).expect("the default parameters and lengths are valid").to_string()
}

/// A hash that stands in where there is no user.
fn nobodys() -> &'static str {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    NOBODYS.get_or_init(|| hash(b"nobody has this password"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let passwords = Passwords::default();
        let secret = |text: &str| SecretString::from(text.to_owned());
        assert_eq!(passwords.hash(&secret("7 chars")).await, Err(PasswordFault::TooShort));
        let stored = passwords.hash(&secret("correct horse")).await.expect("long enough");
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert_eq!(passwords.fits(&secret("correct horse"), Some(stored.clone())).await, Ok(true));
        assert_eq!(passwords.fits(&secret("correct hors"), Some(stored)).await, Ok(false));
        assert_eq!(passwords.fits(&secret("nobody has this password"), None).await, Ok(false));
    }
}
