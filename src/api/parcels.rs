//! What the pages ask about parcels and shipments.

use super::Fault;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::screen::{ParcelList, Screen, Waiting};
use crate::tracking::sheet::{ParcelSheet, ShipmentSheet, WaitingNote};
use crate::tracking::view::TimelineLines;
use leptos::prelude::*;
use uuid::Uuid;

/// One page of the list of parcels, how many stand in each view, and how it is looked at. Role: viewer.
#[server(endpoint = "list_parcels")]
pub async fn list_parcels(
    /// What it is narrowed to.
    filter: ParcelFilter,
    /// Which page.
    page: PageRequest,
    /// Columns named in the address, with commas.
    columns: Option<String>,
    /// The saved view in the address.
    saved: Option<Uuid>,
    /// The act on many parcels whose report is shown.
    bulk: Option<Uuid>,
) -> Result<Screen<ParcelList>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let asked = crate::server::console::lists::Asked { columns, saved, bulk };
    crate::server::console::lists::list(&state, &actor, filter, &page, asked).await
}

/// Everything on a parcel's page; `cursor` goes on in its timeline, `at` starts it with an event. Role: viewer.
#[server(endpoint = "show_parcel")]
pub async fn show_parcel(
    /// Which.
    id: Uuid,
    /// From the timeline's page before.
    cursor: Option<String>,
    /// The event the page begins with, where there is no cursor.
    at: Option<Uuid>,
    /// Which lines; all of them otherwise.
    only: Option<TimelineLines>,
) -> Result<Screen<ParcelSheet>, Fault> {
    let views: crate::server::views::Views = super::lent()?;
    views.parcel_sheet(id, cursor, at, only).await
}

/// Everything on a shipment's page; `cursor` goes on in its timeline. Role: viewer.
#[server(endpoint = "show_shipment")]
pub async fn show_shipment(
    /// Which.
    id: Uuid,
    /// From the timeline's page before.
    cursor: Option<String>,
) -> Result<Screen<ShipmentSheet>, Fault> {
    let views: crate::server::views::Views = super::lent()?;
    views.shipment_sheet(id, cursor).await
}

/// Notes that name no number, newest first. Role: viewer.
#[server(endpoint = "list_waiting_notes")]
pub async fn list_waiting_notes(
    /// Which page.
    page: PageRequest,
) -> Result<Screen<Page<WaitingNote>>, Fault> {
    let views: crate::server::views::Views = super::lent()?;
    views.waiting_notes(&page).await
}

/// What waits for somebody, for the rail. Role: viewer.
#[server(endpoint = "count_waiting")]
pub async fn count_waiting() -> Result<Waiting, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let views: crate::server::views::Views = super::lent()?;
    let notes = views.count_waiting_notes().await?;
    Ok(Waiting { attention: state.attention.open(), notes })
}
