//! Mappings and unmapped codes.

use super::{failed, screen};
use crate::server::state::AppState;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{Mapping, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::{Fault, Screen};

/// The rows of one carrier, by key.
pub async fn list(state: &AppState, carrier: CarrierId, page: &PageRequest) -> Result<Screen<Page<Mapping>>, Fault> {
    Ok(screen(state, state.store.list_mappings(Some(carrier), None, page).await.map_err(failed)?))
}

/// Codes no row knows.
pub async fn unmapped(state: &AppState, page: &PageRequest) -> Result<Screen<Page<UnmappedCode>>, Fault> {
    Ok(screen(state, state.store.list_unmapped(page).await.map_err(failed)?))
}
