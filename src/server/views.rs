//! Puts together what a page shows in one answer: rows, counts, the clock, and the zones of its times.
//!
//! Free of HTTP and Leptos; server functions call it. A failure is logged here and told in words that hold nothing of it.

use super::clock::SharedClock;
use super::store::{Store, StoreError};
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::{Parcel, ParcelFilter};
use crate::tracking::screen::{Fault, ParcelList, Screen};
use crate::tracking::search::Found;
use crate::tracking::status::Status;
use crate::tracking::time::Timestamp;
use crate::tracking::view::{ParcelColumn, ParcelGroup, ViewCounts};
use zones::Gathered;

mod sheets;
pub mod zones;

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

/// Logs what failed while `doing`, and says it without particulars.
pub fn fault(doing: &'static str, error: &StoreError) -> Fault {
    if matches!(error, StoreError::BadCursor) {
        return Fault::Unfit("This link to a page of the list is damaged. Go back to its first page.".into());
    }
    tracing::error!(error = error as &dyn std::error::Error, "{doing} failed");
    Fault::Failed("The database did not answer as it should. The server's log says more.".into())
}

impl Views {
    /// One page of the list of parcels, and how many stand in each view.
    pub async fn parcel_list(&self, filter: &ParcelFilter, page: &PageRequest) -> Result<Screen<ParcelList>, Fault> {
        let now = self.clock.now();
        let listed = self.list(filter, page, now).await;
        let item = listed.map_err(|error| fault("listing parcels", &error))?;
        let mut gathered = Gathered::at(now);
        item.page.items.iter().for_each(|parcel| gather_parcel(&mut gathered, parcel));
        Ok(Screen { now, zones: gathered.cut(), item })
    }

    async fn list(&self, filter: &ParcelFilter, page: &PageRequest, now: Timestamp) -> Result<ParcelList, StoreError> {
        let test = filter.test.unwrap_or_default();
        let page = self.store.list_parcels(filter, page, now).await?;
        let by_status = self.store.status_counts(test).await?;
        let needs = self.store.need_counts(test, now).await?;
        let counts = ViewCounts { attention: needs.attention, stalled: needs.stalled, ..counts(&by_status) };
        Ok(ParcelList {
            page,
            counts,
            columns: ParcelColumn::USUAL.to_vec(),
            saved: Vec::new(),
            tags: Vec::new(),
            bulk: None,
        })
    }

    /// What a search finds; `people` for those who may reveal recipients.
    pub async fn search(&self, q: &str, people: bool, brief: bool) -> Result<Screen<Found>, Fault> {
        let now = self.clock.now();
        let found = self.store.search(q, people, if brief { 5 } else { 25 }, now).await;
        let item = found.map_err(|error| fault("searching", &error))?;
        let mut gathered = Gathered::at(now);
        item.parcels.iter().for_each(|hit| gather_parcel(&mut gathered, &hit.parcel));
        item.deliveries.iter().for_each(|hit| gathered.time(hit.received_at));
        Ok(Screen { now, zones: gathered.cut(), item })
    }
}

fn counts(by_status: &[(Status, u64)]) -> ViewCounts {
    let of = |group| by_status.iter().filter(|(known, _)| ParcelGroup::of(*known) == group).map(|(_, n)| n).sum();
    ViewCounts {
        all: by_status.iter().map(|(_, n)| n).sum(),
        active: by_status.iter().filter(|(status, _)| !status.is_terminal()).map(|(_, n)| n).sum(),
        groups: ParcelGroup::ALL.iter().map(|&group| (group, of(group))).collect(),
        ..ViewCounts::default()
    }
}

fn gather_parcel(gathered: &mut Gathered, parcel: &Parcel) {
    let m = &parcel.milestones;
    gathered.zone(&parcel.zone);
    let stages = [m.info_received_at, m.accepted_at, m.first_out_for_delivery_at, m.first_attempt_at, m.delivered_at];
    let others = [m.returning_at, m.returned_at, parcel.status_since, parcel.last_event_at];
    stages.into_iter().chain(others).for_each(|at| gathered.time(at));
    gathered.time(parcel.created_at);
    gathered.time(parcel.updated_at);
}
