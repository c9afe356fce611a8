//! What the first page asks.

use super::Fault;
use crate::tracking::overview::OverviewSheet;
use crate::tracking::screen::Screen;
use leptos::prelude::*;

/// Everything on the first page. Role: viewer.
#[server(endpoint = "show_overview")]
pub async fn show_overview() -> Result<Screen<OverviewSheet>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let preferences: crate::tracking::preferences::Preferences = super::lent()?;
    crate::server::console::overview::show(&state, &preferences).await
}
