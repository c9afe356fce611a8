//! What needs attention, and what operators do about it.

use super::Fault;
use crate::tracking::attention::{AttentionFilter, AttentionSheet, SnoozeFor};
use crate::tracking::page::PageRequest;
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use uuid::Uuid;

/// The queues and the items of a filter. Role: viewer.
#[server(endpoint = "show_attention")]
pub async fn show_attention(
    /// What it is narrowed to; nothing at all is not sent.
    #[server(default)]
    filter: AttentionFilter,
    /// Which page.
    page: PageRequest,
) -> Result<Screen<AttentionSheet>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::attention::show(&state, &filter, &page).await
}

/// Somebody looks after a parcel; empty for nobody any more. Role: operator.
#[server(endpoint = "assign_attention")]
pub async fn assign_attention(
    /// Which parcel.
    parcel: Uuid,
    /// The user's name.
    #[server(default)]
    owner: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let act = crate::server::attention::Act::Assign(Some(owner).filter(|owner| !owner.is_empty()));
    crate::server::console::attention::act(&state, &actor, parcel, act).await
}

/// A parcel rests. Role: operator.
#[server(endpoint = "snooze_attention")]
pub async fn snooze_attention(
    /// Which parcel.
    parcel: Uuid,
    /// How long.
    how_long: SnoozeFor,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let act = crate::server::attention::Act::Snooze(how_long);
    crate::server::console::attention::act(&state, &actor, parcel, act).await
}

/// A parcel needs nobody any more. Role: operator.
#[server(endpoint = "resolve_attention")]
pub async fn resolve_attention(
    /// Which parcel.
    parcel: Uuid,
    /// Why.
    reason: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let act = crate::server::attention::Act::Resolve(reason);
    crate::server::console::attention::act(&state, &actor, parcel, act).await
}

/// A parcel is open again. Role: operator.
#[server(endpoint = "reopen_attention")]
pub async fn reopen_attention(
    /// Which parcel.
    parcel: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let act = crate::server::attention::Act::Reopen;
    crate::server::console::attention::act(&state, &actor, parcel, act).await
}
