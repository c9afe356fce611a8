//! Test events: what the carrier would send, sent to ourselves over real HTTP.

use crate::server::carriers;
use crate::server::routes::extract::{Id, Json as JsonBody, Listing, NoFilter, PageParams, page_of};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::server::simulator::SimulatorError;
use crate::tracking::event::TestEventKind;
use crate::tracking::page::Page;
use crate::tracking::test_bench::{TestRequest, TestResult};
use axum::Json;
use axum::extract::State;

/// List test events
#[utoipa::path(
    get, path = "/endpoints/{id}/test-events", tag = "endpoints", operation_id = "list_test_events",
    params(("id" = Uuid, Path, description = "The endpoint"), PageParams),
    responses((status = 200, description = "What its carrier can be made to send", body = Page<TestEventKind>))
)]
pub async fn list(
    State(state): State<Api>,
    Id(id): Id,
    listing: Listing<NoFilter>,
) -> ApiResult<Json<Page<TestEventKind>>> {
    let endpoint = state.store.find_endpoint(id).await?.ok_or_else(|| ApiError::no_such("endpoint"))?;
    Ok(Json(page_of(carriers::carrier(endpoint.carrier).facts().test_events, &listing.page)?))
}

/// Send a test event
///
/// It takes the way every delivery takes and lives on test parcels. `signing` other than `valid` is refused (422) where
/// nothing is signed.
#[utoipa::path(
    post, path = "/endpoints/{id}/test-events", tag = "endpoints", operation_id = "send_test_event",
    params(("id" = Uuid, Path, description = "The endpoint")), request_body = TestRequest,
    responses((status = 200, description = "What the front door answered", body = TestResult))
)]
pub async fn send(
    State(state): State<Api>,
    Id(id): Id,
    JsonBody(asked): JsonBody<TestRequest>,
) -> ApiResult<Json<TestResult>> {
    Ok(Json(state.simulator.send(id, &asked).await?))
}

impl From<SimulatorError> for ApiError {
    fn from(error: SimulatorError) -> Self {
        match error {
            SimulatorError::NotFound => Self::no_such("endpoint"),
            SimulatorError::Invalid(why) => Self::invalid(why),
            SimulatorError::NoAnswer(_) => Self::unavailable(error),
            SimulatorError::Endpoints(error) => error.into(),
            SimulatorError::Store(error) => error.into(),
            SimulatorError::Secrets(error) => Self::internal(error),
        }
    }
}
