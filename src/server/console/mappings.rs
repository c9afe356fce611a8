//! Mappings and unmapped codes.

use super::{failed, screen};
use crate::server::mappings::{MappingChange, MappingsError};
use crate::server::state::AppState;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{
    CodeList, Mapping, MappingDraft, MappingSheet, PreviewedDraft, Rederivation, Target, UnmappedCode,
};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::{Fault, FieldFault, Screen};
use crate::tracking::status::{Confidence, Kind, Status, UnknownWord};
use crate::words::faults as words;
use std::str::FromStr;
use url::form_urlencoded;

/// The codes of one carrier, by key.
pub async fn list(
    state: &AppState,
    carrier: CarrierId,
    confidence: Option<Confidence>,
    page: &PageRequest,
) -> Result<Screen<CodeList>, Fault> {
    let rows = state.store.list_mappings(Some(carrier), confidence, page).await.map_err(failed)?;
    let first = page.cursor.as_deref().is_none_or(str::is_empty);
    let mut ruled = if first { state.store.list_ruled(carrier).await.map_err(failed)? } else { Vec::new() };
    ruled.retain(|code| confidence.is_none_or(|wanted| code.confidence == wanted));
    Ok(screen(state, CodeList { ruled, rows }))
}

/// Codes no row knows.
pub async fn unmapped(state: &AppState, page: &PageRequest) -> Result<Screen<Page<UnmappedCode>>, Fault> {
    Ok(screen(state, state.store.list_unmapped(page).await.map_err(failed)?))
}

/// What the editor of a key shows; nothing where none is chosen.
pub async fn sheet(
    state: &AppState,
    carrier: CarrierId,
    key: Option<String>,
) -> Result<Screen<Option<MappingSheet>>, Fault> {
    let sheet = match key {
        Some(key) => Some(state.mappings.sheet(carrier, &key).await.map_err(of_mappings)?),
        None => None,
    };
    Ok(screen(state, sheet))
}

/// What saving a draft would change, or what is wrong with it.
pub async fn preview(state: &AppState, actor: &str, draft: MappingDraft) -> Result<Screen<PreviewedDraft>, Fault> {
    let (carrier, key) = (draft.carrier, draft.key.clone());
    let previewed = match change_of(draft) {
        Ok(change) => state.mappings.preview(actor, carrier, &key, change).await,
        Err(faults) => Err(MappingsError::Invalid(faults)),
    };
    match previewed {
        Ok(preview) => Ok(screen(state, PreviewedDraft { preview: Some(preview), faults: Vec::new() })),
        Err(MappingsError::Invalid(faults)) => Ok(screen(state, PreviewedDraft { preview: None, faults })),
        Err(error) => Err(of_mappings(error)),
    }
}

/// Saves a draft.
pub async fn save(state: &AppState, actor: &str, draft: MappingDraft) -> Result<Mapping, Fault> {
    let (carrier, key) = (draft.carrier, draft.key.clone());
    let change = change_of(draft).map_err(Fault::Fields)?;
    state.mappings.put(actor, carrier, &key, change).await.map_err(of_mappings)
}

/// Goes back to an earlier version.
pub async fn revert(
    state: &AppState,
    actor: &str,
    carrier: CarrierId,
    key: &str,
    version: u32,
) -> Result<Mapping, Fault> {
    state.mappings.revert(actor, carrier, key, version).await.map_err(of_mappings)
}

/// Confirms the newest version.
pub async fn confirm(state: &AppState, actor: &str, carrier: CarrierId, key: &str) -> Result<Mapping, Fault> {
    state.mappings.confirm(actor, carrier, key).await.map_err(of_mappings)
}

/// What is being derived again.
pub async fn rederivations(state: &AppState) -> Result<Screen<Vec<Rederivation>>, Fault> {
    Ok(screen(state, state.mappings.rederivations().await.map_err(of_mappings)?))
}

/// Where a saved row is shown.
pub fn address(state: &AppState, saved: &Mapping, done: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("carrier", saved.carrier.as_str()).append_pair("key", &saved.key).append_pair("done", done);
    format!("{}/mappings?{}", state.base, query.finish())
}

/// The form's words as a change. A substatus says its status, where none is chosen.
fn change_of(draft: MappingDraft) -> Result<MappingChange, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let chosen = draft.substatus.split_once('.');
    let (of, substatus) = chosen.map_or(("", draft.substatus.as_str()), |(of, substatus)| (of, substatus));
    let status_word = if draft.status.is_empty() { of } else { draft.status.as_str() };
    if !of.is_empty() && of != status_word {
        let label = of.parse::<Status>().map_or(of, |status| status.label());
        faults.push(FieldFault::new("substatus", words::belongs_to(label)));
    }
    let target = Target {
        kind: word(&mut faults, "kind", &draft.kind).unwrap_or(Kind::Status),
        status: word(&mut faults, "status", status_word),
        substatus: word(&mut faults, "substatus", substatus),
        reason: word(&mut faults, "reason", &draft.reason),
        from_text: draft.from_text,
        flag: word(&mut faults, "flag", &draft.flag),
        in_context: word(&mut faults, "in_context", &draft.in_context),
        weak: draft.weak,
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(MappingChange { target, confidence: None, note: Some(draft.note) })
}

fn word<T: FromStr<Err = UnknownWord>>(faults: &mut Vec<FieldFault>, field: &str, text: &str) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    let read = text.parse();
    if read.is_err() {
        faults.push(FieldFault::new(field, words::CHOOSE_LISTED));
    }
    read.ok()
}

fn of_mappings(error: MappingsError) -> Fault {
    match error {
        MappingsError::NotFound => Fault::NotFound(words::NO_CODE.into()),
        MappingsError::Invalid(faults) => Fault::Fields(faults),
        other => failed(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::status::{Reason, Substatus};

    fn draft(status: &str, substatus: &str, reason: &str) -> MappingDraft {
        MappingDraft {
            carrier: CarrierId::Bex,
            key: "tracking_event:42".into(),
            status: status.into(),
            substatus: substatus.into(),
            reason: reason.into(),
            ..MappingDraft::of(CarrierId::Bex, "tracking_event:42")
        }
    }

    #[test]
    fn a_form_becomes_a_change_and_a_substatus_brings_its_status() {
        for status in ["", "in_transit"] {
            let change = change_of(draft(status, "in_transit.delayed", "carrier_vehicle_issue")).expect("it fits");
            let target = Target::status(Status::InTransit, Substatus::Delayed).because(Reason::CarrierVehicleIssue);
            assert_eq!(change.target, target);
        }
        assert_eq!(change_of(draft("", "", "")).expect("silent").target, Target::silent(Kind::Status));
    }

    #[test]
    fn what_the_pickers_do_not_offer_together_is_named() {
        let faults = change_of(draft("delivered", "in_transit.delayed", "whatever")).expect_err("it does not fit");
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["substatus", "reason"]);
    }
}
