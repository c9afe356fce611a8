//! Tags of parcels.

use crate::server::live::Topic;
use crate::server::routes::extract::{Filters, NoFilter};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::parcel::Parcel;
use crate::tracking::tag::{LONGEST, fitting_tag};
use axum::Json;
use axum::extract::{Path, State};
use uuid::Uuid;

/// Tag a parcel
///
/// The tag holds for its number: every piece and later journey has it. Given twice, it is there once.
#[utoipa::path(
    put, path = "/parcels/{id}/tags/{tag}", tag = "parcels", operation_id = "tag_parcel",
    params(("id" = Uuid, Path, description = "The parcel"),
           ("tag" = String, Path, description = "1 to 40 characters, no comma or semicolon", max_length = 40)),
    responses((status = 200, description = "The parcel", body = Parcel))
)]
pub async fn give(
    State(state): State<Api>,
    Path((id, tag)): Path<(String, String)>,
    _: Filters<NoFilter>,
) -> ApiResult<Json<Parcel>> {
    change(&state, &id, &tag, true).await
}

/// Take a tag from a parcel
///
/// Taken twice, it is gone all the same.
#[utoipa::path(
    delete, path = "/parcels/{id}/tags/{tag}", tag = "parcels", operation_id = "untag_parcel",
    params(("id" = Uuid, Path, description = "The parcel"),
           ("tag" = String, Path, description = "1 to 40 characters, no comma or semicolon", max_length = 40)),
    responses((status = 200, description = "The parcel", body = Parcel))
)]
pub async fn take(
    State(state): State<Api>,
    Path((id, tag)): Path<(String, String)>,
    _: Filters<NoFilter>,
) -> ApiResult<Json<Parcel>> {
    change(&state, &id, &tag, false).await
}

async fn change(state: &Api, id: &str, tag: &str, on: bool) -> ApiResult<Json<Parcel>> {
    let none = || ApiError::no_such("parcel");
    let id = Uuid::try_parse(id).map_err(|_| none())?;
    let now = state.clock.now();
    state.store.find_parcel(id, now).await?.ok_or_else(none)?;
    let unfit = || ApiError::invalid(format!("A tag has 1 to {LONGEST} characters and no comma or semicolon."));
    let tag = fitting_tag(tag).ok_or_else(unfit)?;
    let changed = state.store.tag_parcels(&[id], &tag, on).await?;
    if !changed.is_empty() {
        state.live.announce(&[Topic::Parcels, Topic::Parcel(id)]);
    }
    Ok(Json(state.store.find_parcel(id, now).await?.ok_or_else(none)?))
}
