//! The first page: what needs a person, what is moving, whether every carrier is alive.

use super::failed;
use crate::server::attention::AttentionError;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::server::views::zones::{Gathered, day_of, day_start};
use crate::tracking::attention::AttentionFilter;
use crate::tracking::overview::{DayCount, Latest, News, OverviewSheet, Today};
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::{Parcel, ParcelFilter};
use crate::tracking::preferences::Preferences;
use crate::tracking::screen::{Fault, Screen};
use crate::tracking::time::Timestamp;
use crate::tracking::view::ParcelOrder;

/// Items that are shown.
const ITEMS: u32 = 6;
/// Parcels of the latest activity.
const LATEST: u32 = 8;
/// Days of the chart.
const DAYS: usize = 14;
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
    for latest in &sheet.latest {
        gathered.zone(&latest.zone);
        gathered.time(latest.at);
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
    let needs = store.need_counts(false, now).await?;
    Ok(OverviewSheet {
        needs_action: needs.attention,
        stalled: needs.stalled,
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
        days: days(state, preferences.zone.as_deref(), from).await?,
        latest: latest(state, now).await?,
        pulses: store.pulses(now).await?,
        unmapped: store.count_unmapped().await?,
        notes: store.count_unassigned_notes().await?,
        failed: store.count_failures(from).await?,
        any_delivery: store.any_delivery().await?,
    })
}

async fn latest(state: &AppState, now: Timestamp) -> Result<Vec<Latest>, StoreError> {
    let filter = ParcelFilter { order: Some(ParcelOrder::Updated), ..ParcelFilter::default() };
    let found = state.store.list_parcels(&filter, &PageRequest { limit: LATEST, cursor: None }, now).await?;
    let slim = |parcel: Parcel| Latest {
        parcel: parcel.id,
        number: parcel.number,
        carrier: parcel.carrier,
        status: parcel.status,
        substatus: parcel.substatus,
        text: parcel.last_event_text,
        at: parcel.last_event_at,
        zone: parcel.zone,
    };
    Ok(found.items.into_iter().map(slim).collect())
}

/// The days up to the one that begins `today`, the oldest first.
async fn days(state: &AppState, zone: Option<&str>, today: Timestamp) -> Result<Vec<DayCount>, StoreError> {
    let mut days = Vec::with_capacity(DAYS);
    // Nothing happens later than tomorrow; a clock that is ahead is counted today.
    let (mut from, mut to) = (today, today.plus_seconds(WEEK_S));
    for _ in 0..DAYS {
        let mut events = [0; News::ALL.len()];
        for (status, n) in state.store.count_events(from, to).await? {
            events[News::of(status) as usize] += n;
        }
        days.push(DayCount { day: day_of(zone, from), events });
        to = from;
        from = day_start(zone, from.plus_seconds(-1));
    }
    days.reverse();
    Ok(days)
}
