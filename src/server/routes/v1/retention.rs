//! Personal data: for how long it is kept, revealing it, and erasing it.

use crate::server::retention::RetentionError;
use crate::server::routes::extract::{Filters, Id, Json as JsonBody, NoFilter};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::retention::{Erased, Retention, RetentionSheet, Revealed};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

/// Why personal data is erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseRequest {
    /// Kept in the audit log: name nobody in it.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// Read what is kept for how long
#[utoipa::path(
    get, path = "/retention", tag = "personal data", operation_id = "get_retention",
    responses((status = 200, description = "The settings, what the next purge removes, what the last one did", body = RetentionSheet))
)]
pub async fn read(State(state): State<Api>, _: Filters<NoFilter>) -> ApiResult<Json<RetentionSheet>> {
    Ok(Json(state.keeping.sheet().await?))
}

/// Set what is kept for how long
///
/// In days; `null` keeps for ever. The purge keeps to it within the hour. Scope: `admin`.
#[utoipa::path(
    put, path = "/retention", tag = "personal data", operation_id = "set_retention", request_body = Retention,
    responses((status = 200, description = "The settings, and what the next purge removes", body = RetentionSheet))
)]
pub async fn set(State(state): State<Api>, JsonBody(settings): JsonBody<Retention>) -> ApiResult<Json<RetentionSheet>> {
    state.keeping.set(settings).await?;
    Ok(Json(state.keeping.sheet().await?))
}

/// Reveal a parcel's personal data
///
/// Recipient and signers in full; masked everywhere else. Recorded in the audit log. Scope: `operate`.
#[utoipa::path(
    post, path = "/parcels/{id}/reveal", tag = "personal data", operation_id = "reveal_parcel",
    params(("id" = uuid::Uuid, Path, description = "The parcel")),
    responses((status = 200, description = "What is known", body = Revealed))
)]
pub async fn reveal(State(state): State<Api>, Id(id): Id, _: Filters<NoFilter>) -> ApiResult<Json<Revealed>> {
    Ok(Json(state.keeping.reveal(id).await?))
}

/// Erase a parcel's personal data
///
/// For good: recipients with what is searched of them, names of those who signed, and the raw bodies that name the
/// number. Timelines stay. Backups made before still hold it. Scope: `admin`.
#[utoipa::path(
    post, path = "/parcels/{id}/erase", tag = "personal data", operation_id = "erase_parcel",
    params(("id" = uuid::Uuid, Path, description = "The parcel")), request_body = EraseRequest,
    responses((status = 200, description = "What was removed", body = Erased))
)]
pub async fn erase(
    State(state): State<Api>,
    Id(id): Id,
    JsonBody(asked): JsonBody<EraseRequest>,
) -> ApiResult<Json<Erased>> {
    Ok(Json(state.keeping.erase(id, &asked.reason).await?))
}

impl From<RetentionError> for ApiError {
    fn from(error: RetentionError) -> Self {
        match error {
            RetentionError::NotFound => Self::no_such("parcel"),
            RetentionError::Unfit(sentence) => Self::invalid(sentence),
            RetentionError::Store(error) => error.into(),
        }
    }
}
