//! Parcels that need a person, and what is done about them.

use crate::server::attention::{Act, AttentionError};
use crate::server::auth::Actor;
use crate::server::routes::extract::{Id, Json as JsonBody, Listing, PageParams};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::attention::{AttentionFilter, AttentionItem, SnoozeFor};
use crate::tracking::page::Page;
use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;

/// What is done about a parcel that needs a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum AttentionAct {
    /// Somebody looks after it.
    Assign {
        /// The user's name; null for nobody any more.
        owner: Option<String>,
    },
    /// It rests.
    Snooze {
        /// How long.
        r#for: SnoozeFor,
    },
    /// It needs nobody any more, as long as its trouble stays the same.
    Resolve {
        /// Why.
        #[schema(min_length = 1, max_length = 500)]
        reason: String,
    },
    /// It is open again.
    Reopen,
}

/// List parcels that need a person
///
/// Computed when asked; the most urgent first, then by queue, then the oldest. Each parcel stands in one queue.
#[utoipa::path(
    get, path = "/attention", tag = "attention", operation_id = "list_attention", params(AttentionFilter, PageParams),
    responses((status = 200, description = "One page, the most urgent first", body = Page<AttentionItem>))
)]
pub async fn list(State(state): State<Api>, listing: Listing<AttentionFilter>) -> ApiResult<Json<Page<AttentionItem>>> {
    Ok(Json(state.attention.look(&listing.filter, &listing.page).await?.into()))
}

/// Do something about a parcel that needs a person
#[utoipa::path(
    post, path = "/attention/{id}", tag = "attention", operation_id = "act_on_attention", request_body = AttentionAct,
    params(("id" = uuid::Uuid, Path, description = "The parcel")),
    responses((status = 200, description = "How it stands now", body = AttentionItem))
)]
pub async fn act(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    JsonBody(act): JsonBody<AttentionAct>,
) -> ApiResult<Json<AttentionItem>> {
    let act = match act {
        AttentionAct::Assign { owner } => Act::Assign(owner),
        AttentionAct::Snooze { r#for } => Act::Snooze(r#for),
        AttentionAct::Resolve { reason } => Act::Resolve(reason),
        AttentionAct::Reopen => Act::Reopen,
    };
    Ok(Json(state.attention.act(&actor.name, id, act).await?))
}

impl From<AttentionError> for ApiError {
    fn from(error: AttentionError) -> Self {
        match error {
            AttentionError::NotFound => Self::no_such("parcel"),
            AttentionError::Unfit(sentence) => Self::invalid(sentence),
            AttentionError::Store(error) => error.into(),
        }
    }
}
