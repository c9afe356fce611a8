//! The second factor: codes by the time (RFC 6238) from an app that holds the same key, and recovery codes for the day
//! it is lost.
//!
//! A code is taken once; neither it nor an earlier one is taken again. Wrong ones are counted per user for an hour,
//! because whoever tries them knows the password already. Between the two steps of signing in a ticket stands in for
//! the password: random, in memory, for five minutes.

use super::{Actor, Auth, PeopleError, Via};
use crate::server::secrets;
use crate::server::store::{StoreError, StoredFactor};
use crate::tracking::people::{Enrolment, FactorSheet, User};
use crate::tracking::time::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use secrecy::SecretString;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use totp_rs::{Algorithm, Secret, TOTP};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Seconds a code holds.
const STEP_S: i64 = 30;
/// Steps before and after ours that are taken too: clocks differ.
const SKEW: i64 = 1;
/// Bytes of the shared key, as RFC 4226 asks.
const KEY_BYTES: usize = 20;
/// Recovery codes of a factor.
const RECOVERY: usize = 10;
/// Wrong codes of a user in an hour.
const WRONG_AN_HOUR: usize = 10;
const HOUR_MS: i64 = 3_600_000;
/// How long the second step may take.
const TICKET_S: i64 = 300;
/// Tickets at once; the oldest go first.
const MOST_TICKETS: usize = 1_000;

/// Tickets and wrong codes. In memory only.
#[derive(Default)]
pub(super) struct Factors(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    tickets: HashMap<String, (Uuid, String, Timestamp)>,
    wrong: HashMap<Uuid, VecDeque<i64>>,
}

impl Factors {
    fn with<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A ticket for a user who has shown the password.
    pub(super) fn ticket(&self, user: Uuid, name: &str, now: Timestamp) -> String {
        let ticket = secrets::random_token(32);
        self.with(|counts| {
            counts.tickets.retain(|_, (_, _, since)| now.seconds_since(*since) < TICKET_S);
            if counts.tickets.len() >= MOST_TICKETS
                && let Some(oldest) =
                    counts.tickets.iter().min_by_key(|(_, (_, _, at))| *at).map(|(key, _)| key.clone())
            {
                counts.tickets.remove(&oldest);
            }
            counts.tickets.insert(secrets::token_hash(&ticket), (user, name.to_owned(), now));
        });
        ticket
    }

    /// Whose ticket it is, while it holds.
    pub(super) fn holder(&self, ticket: &str, now: Timestamp) -> Option<(Uuid, String)> {
        self.with(|counts| {
            let found = counts.tickets.get(&secrets::token_hash(ticket));
            found
                .filter(|(_, _, since)| now.seconds_since(*since) < TICKET_S)
                .map(|(user, name, _)| (*user, name.clone()))
        })
    }

    /// The ticket is used up.
    pub(super) fn spend(&self, ticket: &str) {
        self.with(|counts| counts.tickets.remove(&secrets::token_hash(ticket)));
    }

    /// Begins an attempt, which counts as wrong until it turns out right; `Err` with the seconds to wait.
    fn begin(&self, user: Uuid, now: Timestamp) -> Result<(), u64> {
        let now = now.millis();
        self.with(|counts| {
            let times = counts.wrong.entry(user).or_default();
            while times.front().is_some_and(|first| now - first >= HOUR_MS) {
                times.pop_front();
            }
            if times.len() >= WRONG_AN_HOUR {
                let wait = HOUR_MS - (now - times.front().copied().unwrap_or(now));
                return Err(u64::try_from(wait / 1000 + 1).unwrap_or(3600));
            }
            times.push_back(now);
            Ok(())
        })
    }

    fn right(&self, user: Uuid) {
        self.with(|counts| counts.wrong.remove(&user));
    }
}

/// What typing a code came to.
pub(super) enum Typed {
    /// It is right, and used up.
    Right,
    /// It is not.
    Wrong,
    /// Too many were wrong; seconds to wait.
    TooMany(u64),
}

impl Auth {
    /// Whether a second factor is asked of this user.
    pub(super) async fn asks_second(&self, user: Uuid) -> Result<bool, StoreError> {
        Ok(self.0.store.find_factor(user).await?.is_some_and(|factor| factor.confirmed))
    }

    /// Judges a code of the app, or a recovery code, and uses it up.
    pub(super) async fn judge_code(&self, user: Uuid, code: &str) -> Result<Typed, PeopleError> {
        let now = self.0.clock.now();
        if let Err(wait) = self.0.factors.begin(user, now) {
            return Ok(Typed::TooMany(wait));
        }
        let Some(factor) = self.0.store.find_factor(user).await?.filter(|factor| factor.confirmed) else {
            return Ok(Typed::Wrong);
        };
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(64).collect::<String>().to_lowercase();
        let right = match self.step_of(user, &factor, &code, now)? {
            Some(step) => self.0.store.use_step(user, step).await?,
            None => self.0.store.use_recovery(user, secrets::token_hash(&code)).await?,
        };
        if right {
            self.0.factors.right(user);
        }
        Ok(if right { Typed::Right } else { Typed::Wrong })
    }

    /// Which step a code belongs to, about now; every one is compared.
    fn step_of(
        &self,
        user: Uuid,
        factor: &StoredFactor,
        code: &str,
        now: Timestamp,
    ) -> Result<Option<i64>, PeopleError> {
        let totp = self.totp(user, "", factor)?;
        let present = now.millis() / 1000 / STEP_S;
        let mut found = None;
        for step in present - SKEW..=present + SKEW {
            let expected = totp.generate(u64::try_from(step * STEP_S).unwrap_or(0));
            if secrets::constant_time_eq(expected.as_bytes(), code.as_bytes()) {
                found = Some(step);
            }
        }
        Ok(found)
    }

    fn totp(&self, user: Uuid, account: &str, factor: &StoredFactor) -> Result<TOTP, PeopleError> {
        let key = self.0.keyring.unseal(&place(user), &factor.sealed).map_err(|_| PeopleError::Factor)?;
        // A colon would end the issuer.
        let account = account.replace(':', " ");
        TOTP::new(Algorithm::SHA1, 6, 1, STEP_S.unsigned_abs(), key.to_vec(), Some("Parcelwire".to_owned()), account)
            .map_err(|_| PeopleError::Factor)
    }

    /// Makes a key for the actor's app; it is asked for once a code of it was typed.
    pub async fn begin_factor(&self, actor: &Actor) -> Result<(), PeopleError> {
        let Via::Session { user, .. } = actor.via else { return Err(PeopleError::Factor) };
        let key = Zeroizing::new(secrets::random_bytes::<KEY_BYTES>());
        let sealed = self.0.keyring.seal(&place(user), key.as_slice());
        if self.0.store.begin_factor(user, sealed).await? { Ok(()) } else { Err(PeopleError::Factor) }
    }

    /// Asks for the second factor from now on; answers the recovery codes, shown this once.
    pub async fn confirm_factor(&self, actor: &Actor, code: &str) -> Result<Vec<String>, PeopleError> {
        let Via::Session { user, .. } = actor.via else { return Err(PeopleError::Factor) };
        let now = self.0.clock.now();
        self.0.factors.begin(user, now).map_err(|_| PeopleError::TooMany)?;
        let factor =
            self.0.store.find_factor(user).await?.filter(|factor| !factor.confirmed).ok_or(PeopleError::Factor)?;
        let code: String = code.chars().filter(char::is_ascii_digit).take(8).collect();
        let step = self.step_of(user, &factor, &code, now)?.ok_or(PeopleError::WrongCode)?;
        self.0.factors.right(user);
        let codes: Vec<String> = (0..RECOVERY).map(|_| recovery_code()).collect();
        let hashes = codes.iter().map(|code| secrets::token_hash(&code.replace('-', ""))).collect();
        if !self.0.store.confirm_factor(user, step, hashes, now).await? {
            return Err(PeopleError::Factor);
        }
        tracing::info!(user = ?actor.name, "second factor set up");
        Ok(codes)
    }

    /// Removes the actor's own, showing the password.
    pub async fn remove_factor(&self, actor: &Actor, password: &SecretString, from: IpAddr) -> Result<(), PeopleError> {
        let Via::Session { user, .. } = actor.via else { return Err(PeopleError::Factor) };
        self.prove_password(actor, password, from).await?;
        self.0.store.remove_factor(user).await?;
        tracing::info!(user = ?actor.name, "second factor removed");
        Ok(())
    }

    /// Removes another's, who has lost it; their sessions end.
    pub async fn reset_factor(&self, name: &str) -> Result<User, PeopleError> {
        let user = self.user(name).await?;
        if !self.0.store.remove_factor(user.id).await? {
            return Err(PeopleError::NoFactor(user.name));
        }
        self.0.store.end_sessions(user.id).await?;
        tracing::info!(user = ?user.name, "second factor reset");
        Ok(user)
    }

    /// How it stands with the actor's own; the key is shown until a code of it was typed.
    pub async fn factor_sheet(&self, actor: &Actor) -> Result<FactorSheet, PeopleError> {
        let Via::Session { user, .. } = actor.via else { return Ok(FactorSheet::default()) };
        let Some(factor) = self.0.store.find_factor(user).await? else { return Ok(FactorSheet::default()) };
        if factor.confirmed {
            let recovery_left = u32::try_from(factor.recovery_left).unwrap_or(0);
            return Ok(FactorSheet { on: true, recovery_left, enrolment: None });
        }
        let totp = self.totp(user, &actor.name, &factor)?;
        let uri = totp.get_url();
        let (path, size) = drawn(&uri).ok_or(PeopleError::Factor)?;
        let enrolment = Enrolment { key: spaced(&totp.get_secret_base32()), path, size };
        Ok(FactorSheet { on: false, recovery_left: 0, enrolment: Some(enrolment) })
    }

    /// Names of those who have a second factor.
    pub async fn factors(&self) -> Result<Vec<String>, StoreError> {
        self.0.store.list_factors().await
    }
}

/// What a key's sealed value is bound to.
fn place(user: Uuid) -> String {
    format!("second_factor/{user}")
}

/// `xxxx-xxxx-xxxx-xxxx`, 80 bits.
fn recovery_code() -> String {
    let text = Secret::Raw(secrets::random_bytes::<10>().to_vec()).to_encoded().to_string().to_lowercase();
    grouped(&text, "-")
}

fn spaced(key: &str) -> String {
    grouped(key, " ")
}

fn grouped(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// A QR code as the path of an SVG and the length of its side.
fn drawn(text: &str) -> Option<(String, u32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let border = 4;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + border, y + border));
        }
    }
    Some((path, u32::try_from(code.size() + 2 * border).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_the_password_cannot_try_codes_for_long() {
        let factors = Factors::default();
        let (user, at) = (Uuid::from_u128(1), |seconds: i64| Timestamp::from_millis(seconds * 1000));
        for _ in 0..WRONG_AN_HOUR {
            assert_eq!(factors.begin(user, at(0)), Ok(()));
        }
        assert_eq!(factors.begin(user, at(60)), Err(3541));
        assert_eq!(factors.begin(Uuid::from_u128(2), at(60)), Ok(()), "nobody else is held back");
        assert_eq!(factors.begin(user, at(3600)), Ok(()));
    }

    #[test]
    fn a_ticket_holds_for_five_minutes_and_once() {
        let factors = Factors::default();
        let (user, at) = (Uuid::from_u128(1), |seconds: i64| Timestamp::from_millis(seconds * 1000));
        let ticket = factors.ticket(user, "ann", at(0));
        assert_eq!(factors.holder(&ticket, at(299)), Some((user, "ann".into())));
        assert_eq!(factors.holder(&ticket, at(300)), None);
        factors.spend(&ticket);
        assert_eq!(factors.holder(&ticket, at(1)), None);
    }

    #[test]
    fn recovery_codes_are_long_and_typed_in_groups() {
        let code = recovery_code();
        assert_eq!(code.len(), 19, "{code}");
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
        assert!(
            drawn("otpauth://totp/Parcelwire:ann?secret=ABCD")
                .is_some_and(|(path, size)| size > 20 && path.starts_with('M'))
        );
    }
}
