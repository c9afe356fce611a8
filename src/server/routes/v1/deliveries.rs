//! Deliveries: every HTTP request a carrier made, its exact bytes, and applying or proving it again.

use crate::server::apply::ApplyError;
use crate::server::ingest::IngestError;
use crate::server::routes::extract::{Filters, Id, Listing, MaybeJson, NoFilter, PageParams};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::delivery::{Delivery, DeliveryFilter, ReplayReport, ReverifyReport};
use crate::tracking::page::Page;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a replay is asked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReplayRequest {
    /// Answer what would change, and keep nothing.
    dry_run: bool,
}

/// List deliveries
#[utoipa::path(
    get, path = "/deliveries", tag = "deliveries", operation_id = "list_deliveries", params(DeliveryFilter, PageParams),
    responses((status = 200, description = "One page, newest first", body = Page<Delivery>))
)]
pub async fn list(State(state): State<Api>, listing: Listing<DeliveryFilter>) -> ApiResult<Json<Page<Delivery>>> {
    Ok(Json(state.store.list_deliveries(&listing.filter, &listing.page).await?))
}

/// Read a delivery
#[utoipa::path(
    get, path = "/deliveries/{id}", tag = "deliveries", operation_id = "get_delivery",
    params(("id" = Uuid, Path, description = "The delivery")),
    responses((status = 200, description = "The delivery with everything it carried", body = Delivery))
)]
pub async fn read(State(state): State<Api>, Id(id): Id, _: Filters<NoFilter>) -> ApiResult<Json<Delivery>> {
    Ok(Json(find(&state, id).await?))
}

/// Read a delivery's exact bytes
#[utoipa::path(
    get, path = "/deliveries/{id}/body", tag = "deliveries", operation_id = "get_delivery_body",
    params(("id" = Uuid, Path, description = "The delivery")),
    responses((
        status = 200, description = "The body as received, byte for byte", body = Vec<u8>,
        content_type = "application/octet-stream"
    ))
)]
pub async fn body(State(state): State<Api>, Id(id): Id) -> ApiResult<impl IntoResponse> {
    let bytes = state.store.delivery_body(id).await?.ok_or_else(|| ApiError::no_such("delivery or body"))?;
    let headers: [(HeaderName, String); 3] = [
        (header::CONTENT_TYPE, "application/octet-stream".into()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"delivery-{id}.bin\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
    ];
    Ok((headers, bytes))
}

/// Apply a delivery again
///
/// Re-reads, re-maps and folds it. A delivery whose proof failed cannot be replayed (409): re-verify it first.
#[utoipa::path(
    post, path = "/deliveries/{id}/replay", tag = "deliveries", operation_id = "replay_delivery",
    params(("id" = Uuid, Path, description = "The delivery")), request_body = Option<ReplayRequest>,
    responses(
        (status = 200, description = "What it did, or would do", body = ReplayReport),
        (status = 409, description = "Its proof failed, or its body is gone", body = crate::server::problem::Problem, content_type = "application/problem+json")
    )
)]
pub async fn replay(
    State(state): State<Api>,
    Id(id): Id,
    MaybeJson(wanted): MaybeJson<ReplayRequest>,
) -> ApiResult<Json<ReplayReport>> {
    Ok(Json(state.apply.replay(id, wanted.dry_run).await?))
}

/// Check a delivery's proof again
///
/// With the secrets and settings of now, judged as of its receipt; if it holds now, the delivery is applied.
#[utoipa::path(
    post, path = "/deliveries/{id}/reverify", tag = "deliveries", operation_id = "reverify_delivery",
    params(("id" = Uuid, Path, description = "The delivery")),
    responses(
        (status = 200, description = "The verdict and what came of it", body = ReplayReport),
        (status = 409, description = "Its body is gone", body = crate::server::problem::Problem, content_type = "application/problem+json")
    )
)]
pub async fn reverify(State(state): State<Api>, Id(id): Id) -> ApiResult<Json<ReplayReport>> {
    Ok(Json(state.apply.reverify(id).await?))
}

/// Where to go on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReverifyRequest {
    /// `next` of the answer before.
    after: Option<Uuid>,
}

/// Check an endpoint's refused deliveries again
///
/// After a secret was corrected: those whose proof holds now are applied, as of their receipt. A thousand at most; ask
/// again with `next` until it is null.
#[utoipa::path(
    post, path = "/endpoints/{id}/reverify", tag = "deliveries", operation_id = "reverify_endpoint",
    params(("id" = Uuid, Path, description = "The endpoint")), request_body = Option<ReverifyRequest>,
    responses((status = 200, description = "How many were checked and what came of it", body = ReverifyReport))
)]
pub async fn reverify_endpoint(
    State(state): State<Api>,
    Id(id): Id,
    MaybeJson(wanted): MaybeJson<ReverifyRequest>,
) -> ApiResult<Json<ReverifyReport>> {
    let report = state.apply.reverify_endpoint(id, wanted.after).await;
    Ok(Json(report.map_err(|error| match error {
        ApplyError::NotFound => ApiError::no_such("endpoint"),
        other => other.into(),
    })?))
}

async fn find(state: &Api, id: Uuid) -> ApiResult<Delivery> {
    state.store.find_delivery(id).await?.ok_or_else(|| ApiError::no_such("delivery"))
}

impl From<ApplyError> for ApiError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::NotFound => Self::no_such("delivery"),
            ApplyError::Refused(why) => Self::conflict(why),
            ApplyError::Store(error) | ApplyError::Ingest(IngestError::Store(error)) => error.into(),
            ApplyError::Ingest(error) => Self::internal(error),
        }
    }
}
