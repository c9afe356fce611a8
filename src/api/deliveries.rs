//! Deliveries for the pages: the log, one delivery with its bytes, failed signatures, replay and re-verify.

use super::Fault;
use crate::tracking::delivery::{DeliveryDetail, DeliveryFilter, FailureGroup, ReplayReport};
use crate::tracking::page::PageRequest;
use crate::tracking::screen::{DeliveryLog, Screen};
use leptos::prelude::*;
use uuid::Uuid;

/// One page of the log. Role: viewer.
#[server(endpoint = "list_deliveries")]
pub async fn list_deliveries(
    /// What it is narrowed to; nothing at all is not sent.
    #[server(default)]
    filter: DeliveryFilter,
    /// Which page.
    page: PageRequest,
) -> Result<Screen<DeliveryLog>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::deliveries::list(&state, &filter, &page).await
}

/// One delivery with headers and body. Role: viewer.
#[server(endpoint = "show_delivery")]
pub async fn show_delivery(
    /// Which.
    id: Uuid,
) -> Result<Screen<DeliveryDetail>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::deliveries::find(&state, actor.role, id).await
}

/// Failed proofs by endpoint and reason, newest first. Role: viewer.
#[server(endpoint = "failure_groups")]
pub async fn failure_groups() -> Result<Screen<Vec<FailureGroup>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::deliveries::failure_groups(&state).await
}

/// What a replay would change; nothing is kept. Role: operator.
#[server(endpoint = "preview_replay")]
pub async fn preview_replay(
    /// Which delivery.
    id: Uuid,
) -> Result<Screen<ReplayReport>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::deliveries::preview_replay(&state, id).await
}

/// Applies a delivery again. Role: operator.
#[server(endpoint = "replay_delivery")]
pub async fn replay_delivery(
    /// Which delivery.
    id: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::deliveries::replay(&state, id).await?;
    leptos_axum::redirect(&format!("{}/deliveries/{id}?done=replayed", state.base));
    Ok(())
}

/// Checks the proof of a refused delivery again, and admits it when it now holds. Role: operator.
#[server(endpoint = "reverify_delivery")]
pub async fn reverify_delivery(
    /// Which delivery.
    id: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let report = crate::server::console::deliveries::reverify(&state, id).await?;
    let word = if report.verdict.is_good() { "admitted" } else { "still-failed" };
    leptos_axum::redirect(&format!("{}/deliveries/{id}?done={word}", state.base));
    Ok(())
}
