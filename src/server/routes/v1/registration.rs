//! Registration: how far the carrier's side has come, and asking it to do the next step.

use crate::server::auth::Actor;
use crate::server::live::Topic;
use crate::server::registration::RegistrationError;
use crate::server::routes::extract::{Filters, Id, NoFilter};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::registration::{Registration, RegistrationAct};
use axum::extract::{Path, State};
use axum::{Extension, Json};

/// Read the registration
///
/// `receiving` comes with the first verified or authenticated delivery that is not a test.
#[utoipa::path(
    get, path = "/endpoints/{id}/registration", tag = "endpoints", operation_id = "get_registration",
    params(("id" = Uuid, Path, description = "The endpoint")),
    responses((status = 200, description = "How far it has come", body = Registration))
)]
pub async fn read(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    _: Filters<NoFilter>,
) -> ApiResult<Json<Registration>> {
    Ok(Json(state.registrar.view(id, super::endpoints::reveals(&actor)).await?))
}

/// Ask the carrier
///
/// What the carrier refuses is recorded as a failed step with its words, and answered like a success: read the steps.
#[utoipa::path(
    post, path = "/endpoints/{id}/registration/{act}", tag = "endpoints", operation_id = "ask_registration",
    params(
        ("id" = Uuid, Path, description = "The endpoint"),
        ("act" = RegistrationAct, Path, description = "What to ask for")
    ),
    responses(
        (status = 200, description = "How far it has come, with what the carrier said", body = Registration),
        (status = 422, description = "This carrier cannot be asked that (now)", body = crate::server::problem::Problem, content_type = "application/problem+json")
    )
)]
pub async fn ask(
    State(state): State<Api>,
    Path((_, act)): Path<(String, String)>,
    Id(id): Id,
) -> ApiResult<Json<Registration>> {
    let act: RegistrationAct = act.parse().map_err(|_| ApiError::no_such("act"))?;
    let registration = state.registrar.act(id, act).await?;
    state.live.announce(&[Topic::Endpoints]);
    Ok(Json(registration))
}

impl From<RegistrationError> for ApiError {
    fn from(error: RegistrationError) -> Self {
        match error {
            RegistrationError::NotFound => Self::no_such("endpoint"),
            RegistrationError::NotPossible(why) => Self::invalid(why),
            RegistrationError::Endpoints(error) => error.into(),
            RegistrationError::Store(error) => error.into(),
        }
    }
}
