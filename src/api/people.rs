//! Operators, sessions and API tokens for the pages.

use super::Fault;
use crate::tracking::people::{PeopleSheet, Role, Scope};
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the settings page; `shown` names a token made a moment ago. Role: viewer.
#[server(endpoint = "show_settings")]
pub async fn show_settings(
    /// From the address this was led to with.
    shown: Option<String>,
) -> Result<Screen<PeopleSheet>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::people::settings(&state, &actor, shown.as_deref()).await
}

/// Adds an operator. Role: admin.
#[server(endpoint = "add_user")]
pub async fn add_user(
    /// What they sign in with.
    name: String,
    /// Their first password.
    password: String,
    /// What they may do.
    role: Role,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::people::add_user(&state, &name, password, role).await?;
    leptos_axum::redirect(&format!("{}/settings?done=user", state.base));
    Ok(())
}

/// Lets an operator in or keeps them out. Role: admin.
#[server(endpoint = "set_user_disabled")]
pub async fn set_user_disabled(
    /// Who.
    name: String,
    /// Keep them out.
    #[server(default)]
    disabled: bool,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::people::set_disabled(&state, &name, disabled).await?;
    leptos_axum::redirect(&format!("{}/settings?done=user", state.base));
    Ok(())
}

/// Ends a session: one's own, or as admin anybody's. Role: viewer.
#[server(endpoint = "end_session")]
pub async fn end_session(
    /// Which.
    id: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::people::end_session(&state, &actor, id).await?;
    leptos_axum::redirect(&format!("{}/settings?done=session", state.base));
    Ok(())
}

/// Makes an API token; it is shown once on the page this leads to. Role: admin.
#[server(endpoint = "make_token")]
pub async fn make_token(
    /// The operator's name for it.
    name: String,
    /// What it may do.
    scope: Scope,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let shown = crate::server::console::people::make_token(&state, &actor, &name, scope).await?;
    leptos_axum::redirect(&format!("{}/settings?done=token&shown={shown}", state.base));
    Ok(())
}

/// Ends an API token at once. Role: admin.
#[server(endpoint = "revoke_token")]
pub async fn revoke_token(
    /// Which.
    id: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::people::revoke_token(&state, id).await?;
    leptos_axum::redirect(&format!("{}/settings?done=revoked", state.base));
    Ok(())
}
