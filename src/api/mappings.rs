//! Mappings and unmapped codes for the pages.

use super::Fault;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{Mapping, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::Screen;
use leptos::prelude::*;

/// The rows of one carrier, by key. Viewer.
#[server(endpoint = "list_mappings")]
pub async fn list_mappings(carrier: CarrierId, page: PageRequest) -> Result<Screen<Page<Mapping>>, Fault> {
    crate::server::console::mappings::list(carrier, &page).await
}

/// Codes no row knows. Viewer.
#[server(endpoint = "list_unmapped")]
pub async fn list_unmapped(page: PageRequest) -> Result<Screen<Page<UnmappedCode>>, Fault> {
    crate::server::console::mappings::unmapped(&page).await
}
