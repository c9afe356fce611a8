//! A list of parcels brought as CSV: what each line would come to, and taking it over. Bringing it again changes nothing.

mod reading;

use super::{failed, lists, screen};
use crate::server::acts::ActError;
use crate::server::auth::Actor;
use crate::server::live::Topic;
use crate::server::state::AppState;
use crate::server::store::StoredEndpoint;
use crate::tracking::act::Assertion;
use crate::tracking::bulk::BulkAct;
use crate::tracking::event::Reference;
use crate::tracking::import::{ImportLine, ImportReport, LineOutcome};
use crate::tracking::number::normalise;
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::{Parcel, ParcelFilter};
use crate::tracking::screen::{Fault, Screen};
use crate::words::import as words;
use reading::{Line, Sheet};
use std::collections::HashMap;
use uuid::Uuid;

/// What an uploaded list would come to, or came to; nothing where none is named.
pub async fn show(state: &AppState, id: Option<Uuid>) -> Result<Screen<Option<ImportReport>>, Fault> {
    let Some(id) = id else { return Ok(screen(state, None)) };
    let none = || Fault::NotFound(words::GONE.into());
    let stored = state.store.find_import(id).await.map_err(failed)?.ok_or_else(none)?;
    let report = match (stored.report, stored.body) {
        (Some(report), _) => report,
        (None, Some(body)) => plan(state, id, &body).await?.0,
        (None, None) => return Err(Fault::Unfit(words::BEING_TAKEN.into())),
    };
    Ok(screen(state, Some(report)))
}

/// Takes a list over, line by line, and keeps the report of it. A second time it is the same report.
pub async fn commit(state: &AppState, actor: &Actor, id: Uuid) -> Result<(), Fault> {
    let Some(body) = state.store.take_import(id).await.map_err(failed)? else { return Ok(()) };
    let (mut report, plans) = plan(state, id, &body).await?;
    for (line, planned) in report.lines.iter_mut().zip(plans) {
        let Some(planned) = planned else { continue };
        match carry_out(state, actor, planned).await {
            Ok(parcel) => line.parcel = Some(parcel),
            Err(Carried::Refused(why)) => {
                line.outcome = LineOutcome::Refused;
                line.says = why;
            }
            Err(Carried::Failed(fault)) => {
                line.outcome = LineOutcome::Refused;
                line.says = words::broke_off(&fault.to_string());
                break;
            }
        }
    }
    report.committed = true;
    state.store.report_import(&report).await.map_err(failed)?;
    state.live.announce(&[Topic::Parcels]);
    Ok(())
}

/// What a line asks for, where it asks for anything.
struct Planned {
    endpoint: Uuid,
    number: String,
    /// Those that are new.
    references: Vec<Reference>,
    /// Those that are new.
    tags: Vec<String>,
    asserts: Option<BulkAct>,
    reason: String,
    known: Option<Parcel>,
}

enum Carried {
    Refused(String),
    Failed(Fault),
}

async fn plan(state: &AppState, id: Uuid, body: &str) -> Result<(ImportReport, Vec<Option<Planned>>), Fault> {
    let Sheet { columns, ignored, fault, lines } = reading::read(body);
    let endpoints = endpoints(state).await?;
    let mut report = ImportReport { id, committed: false, columns, ignored, fault, lines: Vec::new() };
    let mut plans = Vec::new();
    let mut seen: HashMap<(Uuid, String), u64> = HashMap::new();
    for line in lines {
        let shown = |account: &str, outcome, says: String, parcel| ImportLine {
            line: line.line,
            number: line.number.clone(),
            account: account.to_owned(),
            outcome,
            says,
            parcel,
        };
        let endpoint = match line.fault.clone().map_or_else(|| endpoint_for(&endpoints, &line), Err) {
            Ok(endpoint) => endpoint,
            Err(why) => {
                report.lines.push(shown("", LineOutcome::Refused, why, None));
                plans.push(None);
                continue;
            }
        };
        if let Some(first) = seen.insert((endpoint.id, normalise(&line.number)), line.line) {
            let why = words::twice(first);
            report.lines.push(shown(&endpoint.label, LineOutcome::Refused, why, None));
            plans.push(None);
            continue;
        }
        let planned = planned(state, endpoint.id, &line).await?;
        let (outcome, says) = describe(&planned);
        let parcel = planned.known.as_ref().map(|parcel| parcel.id);
        report.lines.push(shown(&endpoint.label, outcome, says, parcel));
        plans.push(matches!(outcome, LineOutcome::Created | LineOutcome::Changed).then_some(planned));
    }
    Ok((report, plans))
}

async fn endpoints(state: &AppState) -> Result<Vec<StoredEndpoint>, Fault> {
    let mut page = PageRequest { limit: 200, cursor: None };
    let mut all = Vec::new();
    loop {
        let found = state.store.list_endpoints(&page).await.map_err(failed)?;
        all.extend(found.items);
        match found.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return Ok(all),
        }
    }
}

/// The account a line names; else the only one of its carrier; else the only one there is.
fn endpoint_for<'e>(endpoints: &'e [StoredEndpoint], line: &Line) -> Result<&'e StoredEndpoint, String> {
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let fit: Vec<&StoredEndpoint> = endpoints
        .iter()
        .filter(|endpoint| {
            let account = &line.account;
            account.is_empty() || same(account, &endpoint.label) || same(account, &endpoint.id.to_string())
        })
        .filter(|endpoint| {
            let carrier = &line.carrier;
            carrier.is_empty() || same(carrier, endpoint.carrier.as_str()) || same(carrier, endpoint.carrier.label())
        })
        .collect();
    match fit.as_slice() {
        [only] => Ok(only),
        [] if endpoints.is_empty() => Err(words::NO_ACCOUNT.into()),
        [] => Err(words::NO_ACCOUNT_FITS.into()),
        _ => Err(words::SEVERAL_FIT.into()),
    }
}

async fn planned(state: &AppState, endpoint: Uuid, line: &Line) -> Result<Planned, Fault> {
    let filter = ParcelFilter { number: Some(line.number.clone()), ..ParcelFilter::default() };
    let page = PageRequest { limit: 200, cursor: None };
    let found = state.store.list_parcels(&filter, &page, state.clock.now()).await.map_err(failed)?;
    // The newest incarnation stands first; its pieces share references and tags.
    let known = found.items.into_iter().find(|parcel| parcel.endpoint == endpoint);
    let references =
        line.references.iter().filter(|given| known.as_ref().is_none_or(|parcel| !parcel.references.contains(given)));
    let tags = line.tags.iter().filter(|tag| known.as_ref().is_none_or(|parcel| !parcel.tags.contains(tag)));
    let asserts = line.asserts.filter(|act| known.as_ref().is_none_or(|parcel| !lists::stands(parcel, *act)));
    Ok(Planned {
        endpoint,
        number: line.number.clone(),
        references: references.cloned().collect(),
        tags: tags.cloned().collect(),
        asserts,
        reason: line.reason.clone(),
        known,
    })
}

fn describe(planned: &Planned) -> (LineOutcome, String) {
    let mut parts = Vec::new();
    match planned.references.len() {
        0 => {}
        n => parts.push(words::references(n)),
    }
    if !planned.tags.is_empty() {
        parts.push(words::tags(&planned.tags.join(", ")));
    }
    if let Some(act) = planned.asserts {
        parts.push(act.label().to_lowercase());
    }
    match (&planned.known, parts.is_empty()) {
        (None, true) => (LineOutcome::Created, words::FOLLOWED.into()),
        (None, false) => (LineOutcome::Created, words::followed_with(&parts.join("; "))),
        (Some(_), false) => (LineOutcome::Changed, words::adds(&parts.join("; "))),
        (Some(parcel), true) => (LineOutcome::Known, words::nothing_to_do(parcel.status.label())),
    }
}

async fn carry_out(state: &AppState, actor: &Actor, planned: Planned) -> Result<Uuid, Carried> {
    let store = |error| Carried::Failed(failed(error));
    let parcel = match planned.known {
        Some(parcel) if planned.references.is_empty() => parcel.id,
        _ => {
            state
                .acts
                .register(planned.endpoint, &planned.number, planned.references)
                .await
                .map_err(|error| match error {
                    ActError::Store(error) => store(error),
                    other => Carried::Refused(other.to_string()),
                })?
                .id
        }
    };
    for tag in &planned.tags {
        state.store.tag_parcels(&[parcel], tag, true).await.map_err(store)?;
    }
    if let Some((status, substatus)) = planned.asserts.and_then(BulkAct::asserts) {
        let said = Assertion { status, substatus, reason: planned.reason, pin: false };
        match state.acts.assert_status(&actor.name, parcel, said).await {
            Ok(_) => {}
            Err(ActError::Store(error)) => return Err(store(error)),
            Err(other) => return Err(Carried::Refused(other.to_string())),
        }
    }
    Ok(parcel)
}
