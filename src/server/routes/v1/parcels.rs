//! Parcels: the list, one parcel, its timeline, the list as CSV, and registering a number before its first event.

use crate::server::auth::Actor;
use crate::server::routes::extract::{Filters, Id, Json as JsonBody, Listing, NoFilter, PageParams};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::server::store::StoreError;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::{Event, Reference};
use crate::tracking::number::normalise;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::parcel::{Parcel, ParcelFilter};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use futures::stream;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Rows fetched at a time for the CSV.
const CSV_PAGE: u32 = 200;

/// A number to follow before its first event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParcel {
    /// Whose; enough where this carrier has one endpoint only.
    carrier: Option<CarrierId>,
    /// Which account; needed where the carrier has several.
    endpoint: Option<Uuid>,
    /// The tracking number.
    #[schema(min_length = 1, max_length = 100)]
    number: String,
    /// Other numbers somebody may search for.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    references: Vec<Reference>,
}

/// List parcels
///
/// One number can have several parcels (pieces, or a number used again); the newest comes first.
#[utoipa::path(
    get, path = "/parcels", tag = "parcels", operation_id = "list_parcels", params(ParcelFilter, PageParams),
    responses((status = 200, description = "One page, newest first", body = Page<Parcel>))
)]
pub async fn list(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    listing: Listing<ParcelFilter>,
) -> ApiResult<Json<Page<Parcel>>> {
    let filter = ParcelFilter { people: actor.may_reveal(), ..listing.filter };
    Ok(Json(state.store.list_parcels(&filter, &listing.page, state.clock.now()).await?))
}

/// Register a number
///
/// A number that is known already keeps its parcel; its references are added.
#[utoipa::path(
    post, path = "/parcels", tag = "parcels", operation_id = "register_parcel", request_body = NewParcel,
    responses((status = 201, description = "The parcel", body = Parcel))
)]
pub async fn register(State(state): State<Api>, JsonBody(new): JsonBody<NewParcel>) -> ApiResult<Response> {
    let faults = faults_of(&new);
    if !faults.is_empty() {
        return Err(ApiError::faults(faults));
    }
    let endpoint = endpoint_for(&state, &new).await?;
    let parcel = state.acts.register(endpoint, new.number.trim(), new.references).await?;
    Ok((StatusCode::CREATED, Json(parcel)).into_response())
}

fn faults_of(new: &NewParcel) -> Vec<String> {
    let mut faults = Vec::new();
    let length = normalise(&new.number).chars().count();
    if !(1..=100).contains(&length) || new.number.chars().count() > 100 || new.number.contains(char::is_control) {
        faults.push("“number” has 1 to 100 characters.".into());
    }
    if new.references.len() > 50 {
        faults.push("There are at most 50 references.".into());
    }
    for reference in &new.references {
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        if !fits(&reference.kind, 40) || !fits(&reference.value, 200) {
            faults.push("A reference has a kind of at most 40 and a value of at most 200 characters.".into());
            break;
        }
    }
    faults
}

/// The endpoint named, or the only one of the carrier named.
async fn endpoint_for(state: &Api, new: &NewParcel) -> ApiResult<Uuid> {
    if let Some(id) = new.endpoint {
        let found =
            state.store.find_endpoint(id).await?.ok_or_else(|| ApiError::invalid("There is no such endpoint."))?;
        if new.carrier.is_some_and(|carrier| carrier != found.carrier) {
            return Err(ApiError::invalid("The endpoint belongs to another carrier."));
        }
        return Ok(found.id);
    }
    let Some(carrier) = new.carrier else {
        return Err(ApiError::invalid("Name the “carrier” or the “endpoint”."));
    };
    let mut page = PageRequest { limit: 200, cursor: None };
    let mut found = Vec::new();
    loop {
        let endpoints = state.store.list_endpoints(&page).await?;
        found.extend(endpoints.items.iter().filter(|endpoint| endpoint.carrier == carrier).map(|endpoint| endpoint.id));
        match endpoints.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => break,
        }
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(ApiError::invalid("This carrier has no endpoint yet.")),
        _ => Err(ApiError::invalid("This carrier has several endpoints: name the “endpoint”.")),
    }
}

/// Read a parcel
#[utoipa::path(
    get, path = "/parcels/{id}", tag = "parcels", operation_id = "get_parcel",
    params(("id" = Uuid, Path, description = "The parcel")),
    responses((status = 200, description = "The parcel", body = Parcel))
)]
pub async fn read(State(state): State<Api>, Id(id): Id, _: Filters<NoFilter>) -> ApiResult<Json<Parcel>> {
    let parcel = state.store.find_parcel(id, state.clock.now()).await?;
    Ok(Json(parcel.ok_or_else(|| ApiError::no_such("parcel"))?))
}

/// Read a parcel's timeline
///
/// Voided and retracted events stay in the list and carry `voided_at` or `retracted_at`.
#[utoipa::path(
    get, path = "/parcels/{id}/events", tag = "parcels", operation_id = "list_parcel_events",
    params(("id" = Uuid, Path, description = "The parcel"), PageParams),
    responses((status = 200, description = "One page, newest first", body = Page<Event>))
)]
pub async fn events(State(state): State<Api>, Id(id): Id, listing: Listing<NoFilter>) -> ApiResult<Json<Page<Event>>> {
    if state.store.find_parcel(id, state.clock.now()).await?.is_none() {
        return Err(ApiError::no_such("parcel"));
    }
    Ok(Json(state.store.parcel_events(id, &listing.page).await?))
}

/// Download parcels as CSV
///
/// All that match, newest first. A cell that could be read as a formula (`= + - @`, tab, return) begins with `'`.
#[utoipa::path(
    get, path = "/parcels.csv", tag = "parcels", operation_id = "download_parcels", params(ParcelFilter),
    responses((status = 200, description = "A header line, then one line per parcel", body = String, content_type = "text/csv"))
)]
pub async fn csv(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Filters(filter): Filters<ParcelFilter>,
) -> ApiResult<Response> {
    let filter = ParcelFilter { people: actor.may_reveal(), ..filter };
    let first = page_as_csv(&state, &filter, None, true).await?;
    let rest = stream::try_unfold((state, filter, first.1), |(state, filter, cursor)| async move {
        let Some(cursor) = cursor else { return Ok::<_, StoreError>(None) };
        let (bytes, next) = page_as_csv(&state, &filter, Some(cursor), false).await?;
        Ok(Some((bytes, (state, filter, next))))
    });
    let head = stream::iter([Ok::<_, StoreError>(first.0)]);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"parcels.csv\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, Body::from_stream(stream::StreamExt::chain(head, rest))).into_response())
}

async fn page_as_csv(
    state: &Api,
    filter: &ParcelFilter,
    cursor: Option<String>,
    with_header: bool,
) -> Result<(Bytes, Option<String>), StoreError> {
    let page = state.store.list_parcels(filter, &PageRequest { limit: CSV_PAGE, cursor }, state.clock.now()).await?;
    let mut lines = csv::Writer::from_writer(Vec::new());
    let written = if with_header { lines.write_record(CSV_HEADER) } else { Ok(()) };
    written.and_then(|()| page.items.iter().try_for_each(|parcel| lines.write_record(row(parcel)))).expect("memory");
    Ok((lines.into_inner().expect("writing to memory cannot fail").into(), page.next_cursor))
}

const CSV_HEADER: [&str; 21] = [
    "id",
    "carrier",
    "account",
    "number",
    "piece",
    "shipment",
    "status",
    "substatus",
    "reason",
    "status_since",
    "last_event_at",
    "last_event_text",
    "leg",
    "attempts",
    "action_required",
    "expired",
    "flags",
    "delivered_at",
    "references",
    "is_test",
    "created_at",
];

fn row(parcel: &Parcel) -> [String; 21] {
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let flags: Vec<_> = parcel.flags.iter().map(|flag| flag.as_str()).collect();
    let references: Vec<_> = parcel.references.iter().map(|known| format!("{}:{}", known.kind, known.value)).collect();
    [
        parcel.id.to_string(),
        parcel.carrier.to_string(),
        parcel.endpoint_label.clone(),
        parcel.number.clone(),
        text(parcel.piece.clone()),
        text(parcel.shipment.as_ref().map(|shipment| shipment.number.clone())),
        parcel.status.to_string(),
        text(parcel.substatus),
        text(parcel.reason),
        text(parcel.status_since),
        text(parcel.last_event_at),
        text(parcel.last_event_text.clone()),
        parcel.leg.to_string(),
        parcel.attempts.to_string(),
        parcel.action_required.to_string(),
        parcel.expired.to_string(),
        flags.join(" "),
        text(parcel.milestones.delivered_at),
        references.join(" "),
        parcel.is_test.to_string(),
        parcel.created_at.to_string(),
    ]
    .map(harmless)
}

/// A spreadsheet must not run what a carrier wrote.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_defused_and_text_is_left_alone() {
        for cell in ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx"] {
            assert_eq!(harmless(cell.into()), format!("'{cell}"));
        }
        assert_eq!(harmless("ELM-1=2".into()), "ELM-1=2");
        assert_eq!(harmless(String::new()), "");
    }
}
