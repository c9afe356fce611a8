//! Codes that came in and that no mapping row knows.

use crate::server::routes::extract::{Listing, NoFilter, PageParams};
use crate::server::routes::problem::ApiResult;
use crate::server::routes::v1::Api;
use crate::tracking::mapping::UnmappedCode;
use crate::tracking::page::Page;
use axum::Json;
use axum::extract::State;

/// List unmapped codes
#[utoipa::path(
    get, path = "/unmapped-codes", tag = "mappings", operation_id = "list_unmapped_codes", params(PageParams),
    responses((status = 200, description = "One page, last seen first", body = Page<UnmappedCode>))
)]
pub async fn list(State(state): State<Api>, listing: Listing<NoFilter>) -> ApiResult<Json<Page<UnmappedCode>>> {
    Ok(Json(state.store.list_unmapped(&listing.page).await?))
}
