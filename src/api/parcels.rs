//! What the pages ask about parcels and shipments.

use super::Fault;
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::screen::{ParcelList, ParcelSheet, Screen, ShipmentSheet};
use leptos::prelude::*;
use uuid::Uuid;

/// One page of the list of parcels, and how many stand in each view. Role: viewer.
#[server(endpoint = "list_parcels")]
pub async fn list_parcels(
    /// What it is narrowed to.
    filter: ParcelFilter,
    /// Which page.
    page: PageRequest,
) -> Result<Screen<ParcelList>, Fault> {
    let views: crate::server::views::Views = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    views.parcel_list(&ParcelFilter { people: actor.may_reveal(), ..filter }, &page).await
}

/// Everything on a parcel's page; `cursor` goes on in its timeline. Role: viewer.
#[server(endpoint = "show_parcel")]
pub async fn show_parcel(
    /// Which.
    id: Uuid,
    /// From the timeline's page before.
    cursor: Option<String>,
) -> Result<Screen<ParcelSheet>, Fault> {
    let views: crate::server::views::Views = super::lent()?;
    views.parcel_sheet(id, &PageRequest { limit: 100, cursor }).await
}

/// Everything on a shipment's page. Role: viewer.
#[server(endpoint = "show_shipment")]
pub async fn show_shipment(
    /// Which.
    id: Uuid,
) -> Result<Screen<ShipmentSheet>, Fault> {
    let views: crate::server::views::Views = super::lent()?;
    views.shipment_sheet(id).await
}
