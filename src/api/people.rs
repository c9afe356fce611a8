//! Operators, sessions and API tokens for the pages.

use super::Fault;
use crate::tracking::people::{ApiToken, Role, Scope, SessionInfo, User};
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the settings page shows; lists an actor may not see are empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Who is asking.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Everybody (admins only).
    pub users: Vec<User>,
    /// The actor's own open sessions; for admins everybody's.
    pub sessions: Vec<SessionInfo>,
    /// API tokens (admins only).
    pub tokens: Vec<ApiToken>,
    /// A token made a moment ago, shown this once.
    pub made: Option<String>,
    /// The version that runs.
    pub version: String,
}

/// Everything on the settings page. Viewer.
#[server(endpoint = "load_settings")]
pub async fn load_settings(shown: Option<String>) -> Result<Screen<Settings>, Fault> {
    crate::server::console::people::settings(shown).await
}

/// Adds an operator. Admin.
#[server(endpoint = "add_user")]
pub async fn add_user(name: String, password: String, role: Role) -> Result<(), Fault> {
    crate::server::console::people::add_user(name, password, role).await
}

/// Lets an operator in or keeps them out. Admin.
#[server(endpoint = "set_user_disabled")]
pub async fn set_user_disabled(id: Uuid, #[server(default)] disabled: bool) -> Result<(), Fault> {
    crate::server::console::people::set_disabled(id, disabled).await
}

/// Changes the actor's own password. Viewer.
#[server(endpoint = "change_password")]
pub async fn change_password(current: String, new_password: String) -> Result<(), Fault> {
    crate::server::console::people::change_password(current, new_password).await
}

/// Ends a session: one's own, or as admin anybody's. Viewer.
#[server(endpoint = "end_session")]
pub async fn end_session(id: Uuid) -> Result<(), Fault> {
    crate::server::console::people::end_session(id).await
}

/// Makes an API token; it is shown once on the page this leads to. Admin.
#[server(endpoint = "make_token")]
pub async fn make_token(name: String, scope: Scope) -> Result<(), Fault> {
    crate::server::console::people::make_token(name, scope).await
}

/// Ends an API token at once. Admin.
#[server(endpoint = "revoke_token")]
pub async fn revoke_token(id: Uuid) -> Result<(), Fault> {
    crate::server::console::people::revoke_token(id).await
}
