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

/// Gives an operator another role. Role: admin.
#[server(endpoint = "set_user_role")]
pub async fn set_user_role(
    /// Who.
    name: String,
    /// What they may do from now on.
    role: Role,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::people::set_role(&state, &name, role).await?;
    leptos_axum::redirect(&format!("{}/settings?done=user", state.base));
    Ok(())
}

/// Sets an operator's password and signs them out everywhere. Role: admin.
#[server(endpoint = "reset_user_password")]
pub async fn reset_user_password(
    /// Whose.
    name: String,
    /// The new one.
    password: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::people::reset_password(&state, &name, password).await?;
    leptos_axum::redirect(&format!("{}/settings?done=reset", state.base));
    Ok(())
}

/// Sets one's own password. Role: viewer.
#[server(endpoint = "change_password")]
pub async fn change_password(
    /// The present one.
    current: String,
    /// The new one.
    password: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let from: crate::server::auth::ClientAddress = super::lent()?;
    crate::server::console::people::change_password(&state, &actor, from, current, password).await?;
    leptos_axum::redirect(&format!("{}/settings?done=password", state.base));
    Ok(())
}

/// Signs out every other browser of one's own. Role: viewer.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::people::end_other_sessions(&state, &actor).await?;
    leptos_axum::redirect(&format!("{}/settings?done=sessions", state.base));
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

/// Makes a key for one's own app; the page this leads to shows it. Role: viewer.
#[server(endpoint = "begin_factor")]
pub async fn begin_factor() -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::people::begin_factor(&state, &actor).await?;
    leptos_axum::redirect(&format!("{}/settings?done=factor#factor", state.base));
    Ok(())
}

/// Has the second factor asked for; recovery codes are shown once on the page this leads to. Role: viewer.
#[server(endpoint = "confirm_factor")]
pub async fn confirm_factor(
    /// What the app shows.
    code: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let shown = crate::server::console::people::confirm_factor(&state, &actor, &code).await?;
    leptos_axum::redirect(&format!("{}/settings?done=factor-on&shown={shown}", state.base));
    Ok(())
}

/// Removes one's own second factor. Role: viewer.
#[server(endpoint = "remove_factor")]
pub async fn remove_factor(
    /// One's password.
    password: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let from: crate::server::auth::ClientAddress = super::lent()?;
    crate::server::console::people::remove_factor(&state, &actor, from, password).await?;
    leptos_axum::redirect(&format!("{}/settings?done=factor-off", state.base));
    Ok(())
}

/// Removes the second factor of somebody who has lost it. Role: admin.
#[server(endpoint = "reset_factor")]
pub async fn reset_factor(
    /// Whose.
    name: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::people::reset_factor(&state, &name).await?;
    leptos_axum::redirect(&format!("{}/settings?done=factor-reset", state.base));
    Ok(())
}
