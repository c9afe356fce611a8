//! Mappings and unmapped codes for the pages.

use super::Fault;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{Mapping, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::Screen;
use leptos::prelude::*;

/// The rows of one carrier, by key. Role: viewer.
#[server(endpoint = "list_mappings")]
pub async fn list_mappings(
    /// Whose.
    carrier: CarrierId,
    /// Which page.
    page: PageRequest,
) -> Result<Screen<Page<Mapping>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::mappings::list(&state, carrier, &page).await
}

/// Codes no row knows. Role: viewer.
#[server(endpoint = "list_unmapped")]
pub async fn list_unmapped(
    /// Which page.
    page: PageRequest,
) -> Result<Screen<Page<UnmappedCode>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::mappings::unmapped(&state, &page).await
}
