//! Mappings: what each code of each carrier means now. Changing them is not here yet.

use crate::server::routes::extract::{Listing, PageParams};
use crate::server::routes::problem::ApiResult;
use crate::server::routes::v1::Api;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::Mapping;
use crate::tracking::page::Page;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// What a list of mappings is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct MappingFilter {
    /// Whose.
    carrier: Option<CarrierId>,
}

/// List mappings
///
/// The newest version of each key.
#[utoipa::path(
    get, path = "/mappings", tag = "mappings", operation_id = "list_mappings", params(MappingFilter, PageParams),
    responses((status = 200, description = "One page", body = Page<Mapping>))
)]
pub async fn list(State(state): State<Api>, listing: Listing<MappingFilter>) -> ApiResult<Json<Page<Mapping>>> {
    Ok(Json(state.store.list_mappings(listing.filter.carrier, &listing.page).await?))
}
