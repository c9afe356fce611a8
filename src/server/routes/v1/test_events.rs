//! Test events: what the carrier would send, sent to ourselves over real HTTP.

use crate::server::carriers;
use crate::server::routes::extract::{Id, Json as JsonBody, Listing, NoFilter, PageParams, page_of};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::state::AppState;
use crate::tracking::delivery::Verdict;
use crate::tracking::event::TestEventKind;
use crate::tracking::page::Page;
use crate::tracking::time::Timestamp;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// List test events
#[utoipa::path(
    get, path = "/endpoints/{id}/test-events", tag = "endpoints", operation_id = "list_test_events",
    params(("id" = Uuid, Path, description = "The endpoint"), PageParams),
    responses((status = 200, description = "The events this endpoint's carrier can be made to send", body = Page<TestEventKind>))
)]
pub async fn list(
    State(state): State<AppState>,
    Id(id): Id,
    listing: Listing<NoFilter>,
) -> ApiResult<Json<Page<TestEventKind>>> {
    let endpoint = state.store.find_endpoint(id).await?.ok_or_else(|| ApiError::no_such("endpoint"))?;
    Ok(Json(page_of(carriers::carrier(endpoint.carrier).facts().test_events, &listing.page)?))
}
