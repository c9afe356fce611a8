//! The first page: what needs a person, what is moving, whether every carrier is alive.

use super::failed;
use crate::server::attention::AttentionError;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::views::zones::{Gathered, day_start};
use crate::tracking::attention::AttentionFilter;
use crate::tracking::overview::{OverviewSheet, Today};
use crate::tracking::page::PageRequest;
use crate::tracking::preferences::Preferences;
use crate::tracking::screen::{Fault, Screen};
use crate::tracking::time::Timestamp;

/// Items that are shown.
const ITEMS: u32 = 6;
const WEEK_S: i64 = 7 * 24 * 3600;

/// Everything on the page; today is meant in the zone the operator prefers.
pub async fn show(state: &AppState, preferences: &Preferences) -> Result<Screen<OverviewSheet>, Fault> {
    let now = state.clock.now();
    let looked = state.attention.look(&AttentionFilter::default(), &PageRequest { limit: ITEMS, cursor: None }).await;
    let looked = looked.map_err(|error| match error {
        AttentionError::Store(error) => failed(error),
        other => failed(other),
    })?;
    let sheet = counted(state, preferences, now).await.map_err(failed)?;
    let sheet = OverviewSheet { queues: looked.queues, items: looked.page, ..sheet };
    let mut gathered = Gathered::at(now);
    for item in &sheet.items {
        gathered.zone(&item.zone);
        gathered.time(item.since);
        gathered.time(item.last_event_at);
    }
    sheet.pulses.iter().for_each(|pulse| gathered.time(pulse.last_verified_at));
    Ok(Screen { now, zones: gathered.cut(), item: sheet })
}

async fn counted(state: &AppState, preferences: &Preferences, now: Timestamp) -> Result<OverviewSheet, StoreError> {
    let store = &state.store;
    let from = day_start(preferences.zone.as_deref(), now);
    let then = (from.plus_seconds(-WEEK_S), now.plus_seconds(-WEEK_S));
    // A day on which nothing was known yet compares with nothing.
    let known = store.first_parcel_at().await?.is_some_and(|first| first <= then.0);
    let week_ago = |n: u64| known.then_some(n);
    Ok(OverviewSheet {
        queues: Vec::new(),
        items: Vec::new(),
        statuses: store.status_counts(false).await?,
        delivered: Today {
            so_far: store.count_delivered(from, now.plus_seconds(1)).await?,
            week_ago: week_ago(store.count_delivered(then.0, then.1).await?),
        },
        new: Today {
            so_far: store.count_new(from, now.plus_seconds(1)).await?,
            week_ago: week_ago(store.count_new(then.0, then.1).await?),
        },
        zone: preferences.zone.clone(),
        pulses: store.pulses(now).await?,
        unmapped: store.count_unmapped().await?,
        notes: store.count_unassigned_notes().await?,
        failed: store.count_failures(from).await?,
        any_delivery: store.any_delivery().await?,
    })
}
