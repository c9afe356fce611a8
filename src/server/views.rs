//! Puts together what a page shows in one answer: rows, counts, the clock, and the zones of its times.
//!
//! Free of HTTP and Leptos; server functions call it and the browser asks them.

use super::clock::SharedClock;
use super::store::Store;
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::screen::{ParcelList, ParcelSheet, Screen, ShipmentSheet};
use uuid::Uuid;

mod zones;

/// What the pages' questions are answered from.
#[derive(Clone)]
pub struct Views {
    /// The one truth.
    pub store: Store,
    /// Tells what time it is.
    pub clock: SharedClock,
    /// Where everything is mounted.
    pub base: String,
}

/// What an operator is told when an answer could not be put together.
const FAILED: &str = "The database did not answer as expected. The log of the server says more.";

impl Views {
    /// One page of the list of parcels, and how many stand in each view.
    pub async fn parcel_list(&self, _filter: &ParcelFilter, _page: &PageRequest) -> Result<Screen<ParcelList>, String> {
        Err(FAILED.into())
    }

    /// Everything on a parcel's page; `None` where there is no such parcel.
    pub async fn parcel_sheet(&self, _id: Uuid, _page: &PageRequest) -> Result<Option<Screen<ParcelSheet>>, String> {
        Err(FAILED.into())
    }

    /// Everything on a shipment's page; `None` where there is no such shipment.
    pub async fn shipment_sheet(&self, _id: Uuid) -> Result<Option<Screen<ShipmentSheet>>, String> {
        Err(FAILED.into())
    }
}
