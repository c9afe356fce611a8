//! Parcels: the list, one parcel, its timeline, and registering a number before its first event; the list as CSV; tags.

pub mod export;
pub mod tags;

use crate::server::auth::Actor;
use crate::server::routes::extract::{Filters, Id, Json as JsonBody, Listing, NoFilter, PageParams};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::{Event, LONGEST_KIND, LONGEST_VALUE, MOST_REFERENCES, Reference};
use crate::tracking::number::is_number;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::parcel::{Parcel, ParcelFilter};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type};
use uuid::Uuid;

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
    #[schema(required = false, schema_with = new_references)]
    references: Vec<Reference>,
}

fn new_references() -> Array {
    let text = |most: usize| ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(most));
    let reference = ObjectBuilder::new()
        .property("kind", text(LONGEST_KIND))
        .required("kind")
        .property("value", text(LONGEST_VALUE))
        .required("value");
    ArrayBuilder::new().items(reference).max_items(Some(MOST_REFERENCES)).build()
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
    if !is_number(&new.number) {
        faults.push("“number” has 1 to 100 characters.".into());
    }
    if new.references.len() > MOST_REFERENCES {
        faults.push(format!("There are at most {MOST_REFERENCES} references."));
    }
    for reference in &new.references {
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        if !fits(&reference.kind, LONGEST_KIND) || !fits(&reference.value, LONGEST_VALUE) {
            faults.push(format!(
                "A reference has a kind of at most {LONGEST_KIND} and a value of at most {LONGEST_VALUE} characters."
            ));
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
    Ok(Json(state.store.parcel_events(id, None, &listing.page).await?))
}
