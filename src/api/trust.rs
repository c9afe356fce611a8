//! What the page “Trust” asks.

use super::Fault;
use crate::tracking::screen::Screen;
use crate::tracking::trust::TrustSheet;
use leptos::prelude::*;

/// The figures behind the promises. Role: viewer.
#[server(endpoint = "show_trust")]
pub async fn show_trust() -> Result<Screen<TrustSheet>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::trust::show(&state).await
}
