//! Deliveries: the log, one delivery with its bytes, failed signatures, replay and re-verify.

use super::{failed, screen};
use crate::server::state::AppState;
use crate::tracking::delivery::{Delivery, DeliveryDetail, DeliveryFilter, FailureGroup, Header, ReplayReport};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::people::Role;
use crate::tracking::screen::{Fault, Screen};
use crate::words::{common, faults as words};
use uuid::Uuid;

/// Most of a body that a page shows; the download has all of it.
const SHOWN_BYTES: usize = 256 * 1024;

/// One page of the log.
pub async fn list(
    state: &AppState,
    filter: &DeliveryFilter,
    page: &PageRequest,
) -> Result<Screen<Page<Delivery>>, Fault> {
    let found = state.store.list_deliveries(filter, page).await.map_err(failed)?;
    Ok(screen(state, found))
}

/// One delivery with headers and body. Headers that prove the origin are masked for viewers.
pub async fn find(state: &AppState, role: Role, id: Uuid) -> Result<Screen<DeliveryDetail>, Fault> {
    let none = || Fault::NotFound(common::NO_DELIVERY.into());
    let delivery = state.store.find_delivery(id).await.map_err(failed)?.ok_or_else(none)?;
    let headers = headers(state, role, id).await?;
    let bytes = state.store.delivery_body(id).await.map_err(failed)?.unwrap_or_default();
    let cut = bytes.len() > SHOWN_BYTES;
    let pretty = (!cut).then(|| pretty(&bytes)).flatten();
    let body = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN_BYTES)]).into_owned();
    Ok(screen(state, DeliveryDetail { delivery, headers, body, pretty, cut }))
}

async fn headers(state: &AppState, role: Role, id: Uuid) -> Result<Vec<Header>, Fault> {
    let shown = crate::server::routes::v1::headers::headers_of(&state.store, &state.keyring, id, role).await;
    shown.map(Option::unwrap_or_default).map_err(|_| Fault::Failed(words::HEADERS_SEALED.into()))
}

/// The body indented, where it is JSON.
fn pretty(bytes: &[u8]) -> Option<String> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: serde_json::Value = serde_json::from_slice(text).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

/// Failed proofs by endpoint and reason, newest first.
pub async fn failure_groups(state: &AppState) -> Result<Screen<Vec<FailureGroup>>, Fault> {
    let groups = state.store.failure_groups().await.map_err(failed)?;
    Ok(screen(state, groups))
}

/// What a replay would change.
pub async fn preview_replay(state: &AppState, id: Uuid) -> Result<Screen<ReplayReport>, Fault> {
    let report = state.apply.replay(id, true).await.map_err(of_apply)?;
    Ok(screen(state, report))
}

/// Applies a delivery again.
pub async fn replay(state: &AppState, id: Uuid) -> Result<ReplayReport, Fault> {
    state.apply.replay(id, false).await.map_err(of_apply)
}

/// Checks a proof again.
pub async fn reverify(state: &AppState, id: Uuid) -> Result<ReplayReport, Fault> {
    state.apply.reverify(id).await.map_err(of_apply)
}

fn of_apply(error: crate::server::apply::ApplyError) -> Fault {
    use crate::server::apply::ApplyError;
    match error {
        ApplyError::NotFound => Fault::NotFound(common::NO_DELIVERY.into()),
        ApplyError::Refused(sentence) => Fault::Unfit(sentence),
        other => failed(other),
    }
}
