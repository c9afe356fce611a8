//! The page of what needs attention: the queues, the items, notes without a number, and what became of items.

use super::failed;
use crate::server::attention::{Act, AttentionError};
use crate::server::auth::Actor;
use crate::server::live::Topic;
use crate::server::state::AppState;
use crate::server::views::zones::Gathered;
use crate::tracking::attention::{AttentionFilter, AttentionSheet};
use crate::tracking::page::PageRequest;
use crate::tracking::screen::{Fault, Screen};
use crate::words::common;
use uuid::Uuid;

/// Lines of the log that are shown.
const LOG_LINES: u32 = 12;

/// Everything on the page.
pub async fn show(
    state: &AppState,
    filter: &AttentionFilter,
    page: &PageRequest,
) -> Result<Screen<AttentionSheet>, Fault> {
    let looked = state.attention.look(filter, page).await.map_err(of_attention)?;
    let test = filter.test.unwrap_or_default();
    let notes = PageRequest { limit: 50, cursor: None };
    let store = &state.store;
    let sheet = AttentionSheet {
        queues: looked.queues.clone(),
        owners: looked.owners.clone(),
        oldest: looked.oldest,
        resting: looked.resting,
        cut: looked.cut,
        notes: store.list_unassigned_notes(&notes).await.map_err(failed)?,
        unmapped: store.count_unmapped().await.map_err(failed)?,
        people: store.list_operators().await.map_err(failed)?,
        log: store.attention_log(test, LOG_LINES).await.map_err(failed)?,
        days: store.attention_days(test, state.clock.now()).await.map_err(failed)?,
        page: looked.into(),
    };
    let now = state.clock.now();
    let mut gathered = Gathered::at(now);
    for item in &sheet.page.items {
        gathered.zone(&item.zone);
        gathered.time(item.since);
        gathered.time(item.last_event_at);
    }
    Ok(Screen { now, zones: gathered.cut(), item: sheet })
}

/// Does something about a parcel.
pub async fn act(state: &AppState, actor: &Actor, parcel: Uuid, act: Act) -> Result<(), Fault> {
    state.attention.act(&actor.name, parcel, act).await.map_err(of_attention)?;
    state.live.announce(&[Topic::Attention]);
    Ok(())
}

fn of_attention(error: AttentionError) -> Fault {
    match error {
        AttentionError::NotFound => Fault::NotFound(common::NO_PARCEL.into()),
        AttentionError::Unfit(sentence) => Fault::Unfit(sentence),
        AttentionError::Store(error) => failed(error),
    }
}
