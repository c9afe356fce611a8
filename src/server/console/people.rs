//! Operators, their sessions, and API tokens.

use super::{failed, screen};
use crate::server::auth::{Actor, ClientAddress, PeopleError, SESSION_HOLDS_S};
use crate::server::live::Topic;
use crate::server::state::AppState;
use crate::server::store::MOST_REFUSED;
use crate::server::views::zones::zone_names;
use crate::tracking::page::PageRequest;
use crate::tracking::people::{Kept, PeopleSheet, Role, Scope};
use crate::tracking::screen::{Fault, Screen};
use crate::words::{faults, kept as words};
use secrecy::SecretString;
use uuid::Uuid;

/// Before recovery codes that are handed over.
const CODES: &str = "recovery:";
const ALL: PageRequest = PageRequest { limit: 200, cursor: None };

/// Everything on the settings page; what the actor may not see is empty.
pub async fn settings(state: &AppState, actor: &Actor, shown: Option<&str>) -> Result<Screen<PeopleSheet>, Fault> {
    let admin = actor.role == Role::Admin;
    let users = if admin { state.auth.users(&ALL).await.map_err(failed)?.items } else { Vec::new() };
    let tokens = if admin { state.auth.tokens(&ALL).await.map_err(failed)?.items } else { Vec::new() };
    let waiting = shown.and_then(|note| state.handover.look(&actor.name, note, state.clock.now()));
    let (made, codes) = match waiting {
        Some(text) => match text.strip_prefix(CODES) {
            Some(codes) => (None, codes.split(' ').map(str::to_owned).collect()),
            None => (Some(text), Vec::new()),
        },
        None => (None, Vec::new()),
    };
    let sheet = PeopleSheet {
        name: actor.name.clone(),
        role: actor.role,
        users,
        sessions: state.auth.sessions(actor, admin).await.map_err(failed)?,
        tokens,
        made,
        codes,
        factor: state.auth.factor_sheet(actor).await.map_err(of_people)?,
        factors: if admin { state.auth.factors().await.map_err(failed)? } else { Vec::new() },
        zones: zone_names(),
        kept: kept(),
        retention: state.keeping.sheet().await.map_err(failed)?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(screen(state, sheet))
}

/// What is kept for how long, as the program does it today.
fn kept() -> Vec<Kept> {
    let days = |seconds: i64| seconds / 86_400;
    let line = |what: &str, how_long: String| Kept { what: what.to_owned(), how_long };
    vec![
        line(words::DELIVERIES, words::DELIVERIES_KEPT.into()),
        line(words::REFUSED, words::refused_kept(MOST_REFUSED)),
        line(words::SESSIONS, words::sessions_kept(days(SESSION_HOLDS_S))),
        line(words::ACTS, words::ACTS_KEPT.into()),
    ]
}

/// Adds an operator.
pub async fn add_user(state: &AppState, name: &str, password: String, role: Role) -> Result<(), Fault> {
    state.auth.add_user(name, role, &SecretString::from(password)).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Lets an operator in or keeps them out.
pub async fn set_disabled(state: &AppState, name: &str, disabled: bool) -> Result<(), Fault> {
    state.auth.set_disabled(name, disabled).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Gives an operator another role.
pub async fn set_role(state: &AppState, name: &str, role: Role) -> Result<(), Fault> {
    state.auth.set_role(name, role).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Sets an operator's password and signs them out everywhere.
pub async fn reset_password(state: &AppState, name: &str, password: String) -> Result<(), Fault> {
    state.auth.reset_password(name, &SecretString::from(password)).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Sets the actor's own password.
pub async fn change_password(
    state: &AppState,
    actor: &Actor,
    from: ClientAddress,
    current: String,
    new: String,
) -> Result<(), Fault> {
    let (current, new) = (SecretString::from(current), SecretString::from(new));
    state.auth.change_password(actor, &current, &new, from.0).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Makes a key for the actor's app.
pub async fn begin_factor(state: &AppState, actor: &Actor) -> Result<(), Fault> {
    state.auth.begin_factor(actor).await.map_err(of_people)
}

/// Asks for the second factor from now on; the recovery codes wait under the returned name.
pub async fn confirm_factor(state: &AppState, actor: &Actor, code: &str) -> Result<String, Fault> {
    let codes = state.auth.confirm_factor(actor, code).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(state.handover.put(&actor.name, format!("{CODES}{}", codes.join(" ")), state.clock.now()))
}

/// Removes the actor's own second factor.
pub async fn remove_factor(
    state: &AppState,
    actor: &Actor,
    from: ClientAddress,
    password: String,
) -> Result<(), Fault> {
    state.auth.remove_factor(actor, &SecretString::from(password), from.0).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Removes another's second factor.
pub async fn reset_factor(state: &AppState, name: &str) -> Result<(), Fault> {
    state.auth.reset_factor(name).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Ends every session of the actor but the one that asks.
pub async fn end_other_sessions(state: &AppState, actor: &Actor) -> Result<(), Fault> {
    state.auth.end_other_sessions(actor).await.map_err(failed)?;
    state.live.announce(&[Topic::People]);
    Ok(())
}

/// Ends a session.
pub async fn end_session(state: &AppState, actor: &Actor, id: Uuid) -> Result<(), Fault> {
    let ended = state.auth.end_session(actor, id).await.map_err(failed)?;
    state.live.announce(&[Topic::People]);
    if ended { Ok(()) } else { Err(Fault::NotFound(faults::SESSION_OVER.into())) }
}

/// Makes an API token; it is handed over once, under the returned name.
pub async fn make_token(state: &AppState, actor: &Actor, name: &str, scope: Scope) -> Result<String, Fault> {
    let (_, token) = state.auth.create_token(name, scope).await.map_err(of_people)?;
    state.live.announce(&[Topic::People]);
    Ok(state.handover.put(&actor.name, token, state.clock.now()))
}

/// Ends an API token at once.
pub async fn revoke_token(state: &AppState, id: Uuid) -> Result<(), Fault> {
    let ended = state.auth.revoke_token(id).await.map_err(failed)?;
    state.live.announce(&[Topic::People]);
    if ended { Ok(()) } else { Err(Fault::NotFound(faults::TOKEN_REVOKED.into())) }
}

fn of_people(error: PeopleError) -> Fault {
    match error {
        PeopleError::Store(crate::server::store::StoreError::Exists(_)) => Fault::Unfit(faults::NAME_TAKEN.into()),
        PeopleError::Store(error) => failed(error),
        other => Fault::Unfit(format!("{}.", capital(&other.to_string()))),
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
