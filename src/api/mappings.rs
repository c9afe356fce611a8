//! Mappings and unmapped codes for the pages.

use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{Mapping, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use leptos::prelude::*;

/// The rows of one carrier, by key. Viewer.
#[server(endpoint = "list_mappings")]
pub async fn list_mappings(carrier: CarrierId, page: PageRequest) -> Result<Page<Mapping>, ServerFnError> {
    crate::server::desk::mappings::list(carrier, &page).await
}

/// Codes no row knows. Viewer.
#[server(endpoint = "list_unmapped")]
pub async fn list_unmapped(page: PageRequest) -> Result<Page<UnmappedCode>, ServerFnError> {
    crate::server::desk::mappings::unmapped(&page).await
}
