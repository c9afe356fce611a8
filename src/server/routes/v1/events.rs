//! What operators do to timelines: assert, note, void, put back, move; and the inbox of notes without a number.

use crate::server::acts::ActError;
use crate::server::auth::Actor;
use crate::server::problem::Problem;
use crate::server::routes::extract::{Id, Json as JsonBody, Listing, NoFilter, PageParams};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::act::{ASSERTABLE, Assertion};
use crate::tracking::event::Event;
use crate::tracking::page::Page;
use crate::tracking::status::{Status, Substatus};
use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// What is said about a parcel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Said {
    /// What its status is, as of now.
    AssertStatus {
        /// `delivered`, `returned`, `cancelled` or `exception`.
        #[schema(schema_with = assertable)]
        status: Status,
        /// A finer word of that status; without one the usual one (`exception`: `lost`).
        #[schema(required = false)]
        substatus: Option<Substatus>,
        /// Why.
        #[schema(min_length = 1, max_length = 500)]
        reason: String,
        /// Shields it from everything but another operator's act.
        #[serde(default)]
        #[schema(required = false)]
        pin: bool,
    },
    /// A remark.
    Note {
        /// The remark.
        #[schema(min_length = 1, max_length = 2000)]
        text: String,
    },
}

fn assertable() -> Object {
    let words = ASSERTABLE.iter().map(|status| status.as_str());
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Where an event belongs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// The number; null puts a carrier's note back into the inbox.
    #[schema(max_length = 100)]
    number: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Assert a status, or add a note
///
/// It is applied when the answer comes. An assertion follows the rules of the status it asserts and wins ties at its
/// time. Where the number has several pieces it is about this piece only. Void it to undo it.
#[utoipa::path(
    post, path = "/parcels/{id}/events", tag = "parcels", operation_id = "act_on_parcel", request_body = Said,
    params(("id" = Uuid, Path, description = "The parcel")),
    responses(
        (status = 200, description = "The event it became", body = Event),
        (status = 409, description = "The number was used again since", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn say(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    JsonBody(said): JsonBody<Said>,
) -> ApiResult<Json<Event>> {
    let by = actor.signature();
    Ok(Json(match said {
        Said::AssertStatus { status, substatus, reason, pin } => {
            state.acts.assert_status(&by, id, Assertion { status, substatus, reason, pin }).await?
        }
        Said::Note { text } => state.acts.note(&by, id, &text).await?,
    }))
}

/// Void an event
///
/// It stays on the timeline and counts for nothing. Voiding a voided event changes nothing.
#[utoipa::path(
    post, path = "/events/{id}/void", tag = "parcels", operation_id = "void_event", request_body = Because,
    params(("id" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "The event as it stands", body = Event))
)]
pub async fn void(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    JsonBody(because): JsonBody<Because>,
) -> ApiResult<Json<Event>> {
    Ok(Json(state.acts.void(&actor.signature(), id, &because.reason).await?))
}

/// Put a voided event back
///
/// It counts again. Putting back an event that is not voided changes nothing.
#[utoipa::path(
    post, path = "/events/{id}/unvoid", tag = "parcels", operation_id = "unvoid_event", request_body = Because,
    params(("id" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "The event as it stands", body = Event))
)]
pub async fn unvoid(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    JsonBody(because): JsonBody<Because>,
) -> ApiResult<Json<Event>> {
    Ok(Json(state.acts.unvoid(&actor.signature(), id, &because.reason).await?))
}

/// Move an event to another number
///
/// Of the same endpoint; a number nobody knew is known from then on. Also attaches a note from the inbox. The event stays
/// there when the carrier sends it again; move it back to undo. A number that loses its last event loses its parcel.
#[utoipa::path(
    post, path = "/events/{id}/move", tag = "parcels", operation_id = "move_event", request_body = Destination,
    params(("id" = Uuid, Path, description = "The event")),
    responses((status = 200, description = "The event as it stands", body = Event))
)]
pub async fn move_to(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    JsonBody(to): JsonBody<Destination>,
) -> ApiResult<Json<Event>> {
    let number = to.number.unwrap_or_default();
    Ok(Json(state.acts.move_to(&actor.signature(), id, &number, &to.reason).await?))
}

/// List unassigned notes
///
/// Carriers' notes that name no number anybody knows; move each to the number it belongs to.
#[utoipa::path(
    get, path = "/unassigned-notes", tag = "parcels", operation_id = "list_unassigned_notes", params(PageParams),
    responses((status = 200, description = "One page, newest first", body = Page<Event>))
)]
pub async fn unassigned(State(state): State<Api>, listing: Listing<NoFilter>) -> ApiResult<Json<Page<Event>>> {
    Ok(Json(state.store.list_unassigned_notes(&listing.page).await?))
}

impl From<ActError> for ApiError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Store(error) => error.into(),
            ActError::NotFound(thing) => Self::no_such(thing),
            ActError::Invalid(why) => Self::invalid(why),
            ActError::Conflict(why) => Self::conflict(why),
        }
    }
}
