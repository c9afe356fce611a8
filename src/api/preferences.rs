//! What an operator prefers in this browser. Kept in cookies; nothing is stored.

use super::Fault;
use crate::tracking::people::Theme;
use leptos::prelude::*;

/// Chooses the theme. Role: viewer.
#[server(endpoint = "set_theme")]
pub async fn set_theme(
    /// Which.
    theme: Theme,
) -> Result<(), Fault> {
    let views: crate::server::views::Views = super::lent()?;
    let reply: super::Reply = super::lent()?;
    reply.cookie(&format!("theme={theme}; Path={}/; Max-Age=31536000; SameSite=Lax", views.base));
    Ok(())
}
