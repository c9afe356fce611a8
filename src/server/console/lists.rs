//! The list of parcels for the pages: rows with counts and columns, saved views, tags, and acts on many at once.

use super::failed;
use crate::server::acts::ActError;
use crate::server::auth::{Actor, Via};
use crate::server::ids;
use crate::server::live::Topic;
use crate::server::state::AppState;
use crate::server::store::NewView;
use crate::server::views::Views;
use crate::tracking::act::Assertion;
use crate::tracking::bulk::{BulkAct, BulkReport, MOST, Refused};
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::{Parcel, ParcelFilter};
use crate::tracking::people::Role;
use crate::tracking::screen::{Fault, ParcelList, Screen};
use crate::tracking::tag::{LONGEST, fitting_tag};
use crate::tracking::view::{ParcelColumn, SavedView};
use crate::words::{common, faults as words};
use uuid::Uuid;

/// Most characters of a saved view's name.
const MOST_NAME: usize = 60;

/// Parcels of a filter that are looked up at once.
const LOOKED_UP: u32 = 200;

/// What is asked of the list besides the filter.
#[derive(Debug, Default)]
pub struct Asked {
    /// Columns named in the address.
    pub columns: Option<String>,
    /// The saved view in the address.
    pub saved: Option<Uuid>,
    /// The act on many whose report is shown.
    pub bulk: Option<Uuid>,
}

/// The query of a list as a form sent it, with nothing in it that an address cannot hold.
fn query(back: &str) -> String {
    back.trim_start_matches('?').chars().filter(|c| c.is_ascii_graphic() && *c != '#').take(3000).collect()
}

/// The list a form was sent from, with one more parameter.
pub fn address(base: &str, back: &str, more: Option<(&str, Uuid)>) -> String {
    let mut parameters = query(back);
    if let Some((name, id)) = more {
        let separator = if parameters.is_empty() { "" } else { "&" };
        parameters.push_str(&format!("{separator}{name}={id}"));
    }
    format!("{base}/parcels?{parameters}")
}

/// One page of the list.
pub async fn list(
    state: &AppState,
    actor: &Actor,
    filter: ParcelFilter,
    page: &PageRequest,
    asked: Asked,
) -> Result<Screen<ParcelList>, Fault> {
    let views = Views { store: state.store.clone(), clock: state.clock.clone(), base: state.base.clone() };
    let filter = ParcelFilter { people: actor.may_reveal(), ..filter };
    let mut screen = views.parcel_list(&filter, page).await?;
    let list = &mut screen.item;
    list.saved = match user_of(actor) {
        Some(user) => state.store.saved_views(user).await.map_err(failed)?,
        None => Vec::new(),
    };
    list.tags = state.store.tags_in_use().await.map_err(failed)?;
    list.columns = columns(state, actor, &list.saved, &asked).await?;
    if let Some(id) = asked.bulk {
        list.bulk = state.store.find_bulk(id).await.map_err(failed)?;
    }
    Ok(screen)
}

/// Those in the address, else those of the saved view, else those chosen, else the usual ones.
async fn columns(
    state: &AppState,
    actor: &Actor,
    saved: &[SavedView],
    asked: &Asked,
) -> Result<Vec<ParcelColumn>, Fault> {
    if let Some(text) = asked.columns.as_deref().filter(|text| !text.is_empty()) {
        return Ok(ParcelColumn::list(text));
    }
    if let Some(view) = saved.iter().find(|view| Some(view.id) == asked.saved) {
        return Ok(view.columns.clone());
    }
    let chosen = match user_of(actor) {
        Some(user) => state.store.columns_of(user).await.map_err(failed)?,
        None => None,
    };
    Ok(chosen.unwrap_or_else(|| ParcelColumn::USUAL.to_vec()))
}

fn user_of(actor: &Actor) -> Option<Uuid> {
    match actor.via {
        Via::Session { user, .. } => Some(user),
        Via::Token(_) => None,
    }
}

fn signed_in(actor: &Actor) -> Result<Uuid, Fault> {
    user_of(actor).ok_or_else(|| Fault::Unfit(words::SIGNED_IN_ONLY.into()))
}

/// Keeps the columns somebody chose; none chosen means the usual ones.
pub async fn set_columns(state: &AppState, actor: &Actor, columns: &[ParcelColumn]) -> Result<(), Fault> {
    let chosen = ParcelColumn::list(&ParcelColumn::text(columns));
    state.store.set_columns(signed_in(actor)?, &chosen).await.map_err(failed)
}

/// Saves a view under a name; returns its id. Only operators share.
pub async fn save_view(
    state: &AppState,
    actor: &Actor,
    name: &str,
    back: &str,
    columns: &[ParcelColumn],
    shared: bool,
) -> Result<Uuid, Fault> {
    let user = signed_in(actor)?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > MOST_NAME || name.contains(char::is_control) {
        return Err(Fault::Unfit(words::view_name(MOST_NAME)));
    }
    if shared && actor.role < Role::Operator {
        return Err(Fault::Unfit(words::ONLY_OPERATORS_SHARE.into()));
    }
    if state.store.saved_views(user).await.map_err(failed)?.iter().filter(|view| view.own).count() >= 30 {
        return Err(Fault::Unfit(words::MANY_VIEWS.into()));
    }
    let at = state.clock.now();
    let columns = ParcelColumn::list(&ParcelColumn::text(columns));
    let view = NewView { id: ids::new(at), user, name, query: query(back), columns, shared, at };
    state.store.save_view(view).await.map_err(failed)
}

/// Drops a view.
pub async fn drop_view(state: &AppState, actor: &Actor, id: Uuid) -> Result<(), Fault> {
    let dropped = state.store.drop_view(signed_in(actor)?, id).await.map_err(failed)?;
    if dropped { Ok(()) } else { Err(Fault::NotFound(words::VIEW_GONE.into())) }
}

/// A tag in words that fit.
fn tag_of(text: &str) -> Result<String, Fault> {
    fitting_tag(text).ok_or_else(|| Fault::Unfit(words::tag(LONGEST)))
}

/// Gives one parcel's number a tag, or takes it.
pub async fn tag(state: &AppState, parcel: Uuid, tag: &str, on: bool) -> Result<(), Fault> {
    let tag = tag_of(tag)?;
    let known = state.store.find_parcel(parcel, state.clock.now()).await.map_err(failed)?;
    known.ok_or_else(|| Fault::NotFound(common::NO_PARCEL.into()))?;
    state.store.tag_parcels(&[parcel], &tag, on).await.map_err(failed)?;
    state.live.announce(&[Topic::Parcels, Topic::Parcel(parcel)]);
    Ok(())
}

/// The parcels that fit a filter, as a page of the list sends it (JSON); at most as many as one act takes.
pub async fn all_that_fit(state: &AppState, actor: &Actor, filter: &str) -> Result<Vec<Uuid>, Fault> {
    let filter: ParcelFilter = serde_json::from_str(filter).map_err(|_| Fault::Unfit(words::NOT_AS_EXPECTED.into()))?;
    let filter = ParcelFilter { people: actor.may_reveal(), ..filter };
    let mut page = PageRequest { limit: LOOKED_UP, cursor: None };
    let mut found = Vec::new();
    loop {
        let parcels = state.store.list_parcels(&filter, &page, state.clock.now()).await.map_err(failed)?;
        found.extend(parcels.items.iter().map(|parcel| parcel.id));
        page.cursor = parcels.next_cursor;
        // One too many is refused by the act.
        if page.cursor.is_none() || found.len() > MOST {
            return Ok(found);
        }
    }
}

/// Does one thing to many parcels and keeps the report of it; returns its id.
pub async fn bulk(
    state: &AppState,
    actor: &Actor,
    parcels: Vec<Uuid>,
    act: BulkAct,
    tag: &str,
    reason: &str,
) -> Result<Uuid, Fault> {
    let mut parcels = parcels;
    parcels.sort_unstable();
    parcels.dedup();
    if parcels.is_empty() {
        return Err(Fault::Unfit(words::CHOOSE_FIRST.into()));
    }
    if parcels.len() > MOST {
        return Err(Fault::Unfit(words::at_most(MOST)));
    }
    let at = state.clock.now();
    let mut report = BulkReport {
        id: ids::new(at),
        by: actor.name.clone(),
        at,
        act,
        words: String::new(),
        parcels: Vec::new(),
        events: Vec::new(),
        unchanged: 0,
        refused: Vec::new(),
        undone: false,
    };
    if act.asserts().is_some() {
        reason.trim().clone_into(&mut report.words);
        if report.words.is_empty() {
            return Err(Fault::Unfit(words::SAY_WHY.into()));
        }
        for parcel in parcels {
            assert_one(state, actor, parcel, &mut report).await?;
        }
    } else {
        report.words = tag_of(tag)?;
        report.parcels =
            state.store.tag_parcels(&parcels, &report.words, act == BulkAct::AddTag).await.map_err(failed)?;
        report.unchanged = u32::try_from(parcels.len() - report.parcels.len()).unwrap_or_default();
    }
    state.store.keep_bulk(&report).await.map_err(failed)?;
    state.live.announce(&[Topic::Parcels]);
    Ok(report.id)
}

async fn assert_one(state: &AppState, actor: &Actor, parcel: Uuid, report: &mut BulkReport) -> Result<(), Fault> {
    let Some((status, substatus)) = report.act.asserts() else { return Ok(()) };
    let Some(known) = state.store.find_parcel(parcel, state.clock.now()).await.map_err(failed)? else {
        report.refused.push(Refused { number: parcel.to_string(), why: common::NO_PARCEL.into() });
        return Ok(());
    };
    if stands(&known, report.act) {
        report.unchanged += 1;
        return Ok(());
    }
    let said = Assertion { status, substatus, reason: report.words.clone(), pin: false };
    match state.acts.assert_status(&actor.name, parcel, said).await {
        Ok(event) => report.events.push(event.id),
        Err(ActError::Store(error)) => return Err(failed(error)),
        Err(other) => report.refused.push(Refused { number: known.number, why: other.to_string() }),
    }
    Ok(())
}

/// Whether a parcel has the status already that an act would assert.
pub(super) fn stands(parcel: &Parcel, act: BulkAct) -> bool {
    act.asserts().is_some_and(|(status, substatus)| {
        parcel.status == status && substatus.is_none_or(|substatus| parcel.substatus == Some(substatus))
    })
}

/// Takes an act on many back: tags as they were, assertions voided. Twice changes nothing.
pub async fn undo_bulk(state: &AppState, actor: &Actor, id: Uuid) -> Result<(), Fault> {
    let none = || Fault::NotFound(words::NO_ACT.into());
    let report = state.store.find_bulk(id).await.map_err(failed)?.ok_or_else(none)?;
    if report.undone {
        return Ok(());
    }
    if report.by != actor.name && actor.role < Role::Admin {
        return Err(Fault::Unfit(words::not_yours(&report.by)));
    }
    if report.act.asserts().is_none() {
        let on = report.act != BulkAct::AddTag;
        state.store.tag_parcels(&report.parcels, &report.words, on).await.map_err(failed)?;
    }
    for event in &report.events {
        match state.acts.void(&actor.name, *event, words::UNDONE_WITH).await {
            // Voided one by one before, or gone: nothing is left to take back.
            Ok(_) | Err(ActError::NotFound(_) | ActError::Invalid(_) | ActError::Conflict(_)) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    state.store.mark_bulk_undone(id, state.clock.now()).await.map_err(failed)?;
    state.live.announce(&[Topic::Parcels]);
    Ok(())
}
