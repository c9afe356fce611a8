//! Mappings: what each code of each carrier means, by versions of which the newest counts for every event.
//!
//! What is valid is decided by the desk ([`crate::server::mappings`]), as for the pages. What was read can be written
//! back as it is.

use crate::server::auth::Actor;
use crate::server::mappings::{MappingChange, MappingsError};
use crate::server::routes::extract::{Filters, Json as JsonBody, Listing, NoFilter, PageParams, page_of};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{InContext, Mapping, MappingPreview, Rederivation, Target};
use crate::tracking::page::Page;
use crate::tracking::status::{Confidence, Kind, ParcelFlag, Reason, Status, Substatus};
use crate::tracking::time::Timestamp;
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::http::request::Parts;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What a list of mappings is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct MappingFilter {
    /// Whose.
    carrier: Option<CarrierId>,
    /// How sure: `L` lists what waits to be confirmed.
    confidence: Option<Confidence>,
}

/// What a code is to mean from now on. Takes what reading a mapping gives, too; `version`, `author` and `created_at` are
/// then not looked at, and `carrier` and `key` must be those of the address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingRequest {
    /// What sort of line; `status` when absent.
    kind: Option<Kind>,
    /// Null: the code is shown and moves nothing.
    status: Option<Status>,
    /// One that belongs to the status; null with `from_text` leaves it to the carrier's words.
    substatus: Option<Substatus>,
    /// Why; only for failed attempts, exceptions, returns and delays.
    reason: Option<Reason>,
    /// Whether the carrier's words refine substatus and reason.
    #[serde(default)]
    #[schema(required = false)]
    from_text: bool,
    /// A flag the event sets on its parcel: `return_expected` or `aggregator_gave_up`.
    flag: Option<ParcelFlag>,
    /// Decided by what came before.
    in_context: Option<InContext>,
    /// Implies at most `info_received` and overrides nothing.
    #[serde(default)]
    #[schema(required = false)]
    weak: bool,
    /// How sure; `H` when absent.
    confidence: Option<Confidence>,
    /// The carrier's words for the code; those of the version before when absent.
    #[schema(max_length = 500)]
    note: Option<String>,
    /// As read.
    carrier: Option<CarrierId>,
    /// As read.
    key: Option<String>,
    /// As read.
    #[expect(dead_code, reason = "taken so that what was read can be written back")]
    version: Option<u32>,
    /// As read.
    #[expect(dead_code, reason = "taken so that what was read can be written back")]
    author: Option<String>,
    /// As read.
    #[expect(dead_code, reason = "taken so that what was read can be written back")]
    created_at: Option<Timestamp>,
}

impl MappingRequest {
    fn change(self) -> MappingChange {
        let target = Target {
            kind: self.kind.unwrap_or(Kind::Status),
            status: self.status,
            substatus: self.substatus,
            reason: self.reason,
            from_text: self.from_text,
            flag: self.flag,
            in_context: self.in_context,
            weak: self.weak,
        };
        MappingChange { target, confidence: self.confidence, note: self.note }
    }
}

/// Which version to go back to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevertRequest {
    /// One of the key's versions.
    #[schema(minimum = 1)]
    version: u32,
}

/// The `{carrier}` and `{key}` of a path.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Code {
    /// Whose code.
    carrier: CarrierId,
    /// Parts joined by `:`, percent-encoded.
    key: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Code {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::bad_request("The path is not valid UTF-8."))?;
        let part = |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
        match (part("carrier").and_then(|word| word.parse().ok()), part("key")) {
            (Some(carrier), Some(key)) => Ok(Self { carrier, key: key.to_owned() }),
            _ => Err(ApiError::no_such("carrier")),
        }
    }
}

/// List mappings
///
/// The newest version of each key, by carrier and key.
#[utoipa::path(
    get, path = "/mappings", tag = "mappings", operation_id = "list_mappings", params(MappingFilter, PageParams),
    responses((status = 200, description = "One page", body = Page<Mapping>))
)]
pub async fn list(State(state): State<Api>, listing: Listing<MappingFilter>) -> ApiResult<Json<Page<Mapping>>> {
    let MappingFilter { carrier, confidence } = listing.filter;
    Ok(Json(state.store.list_mappings(carrier, confidence, &listing.page).await?))
}

/// Read a mapping
///
/// The newest version of its key.
#[utoipa::path(
    get, path = "/mappings/{carrier}/{key}", tag = "mappings", operation_id = "get_mapping",
    params(Code),
    responses((status = 200, description = "The mapping", body = Mapping))
)]
pub async fn read(State(state): State<Api>, code: Code, _: Filters<NoFilter>) -> ApiResult<Json<Mapping>> {
    Ok(Json(state.mappings.find(code.carrier, &code.key).await?))
}

/// Change a mapping
///
/// Makes a new version of the key (or a first one), unless it would say what the newest says. Events that have the code
/// are derived again: a few before the answer, many in the background (see `/rederivations`).
#[utoipa::path(
    put, path = "/mappings/{carrier}/{key}", tag = "mappings", operation_id = "put_mapping",
    params(Code),
    request_body = MappingRequest,
    responses((status = 200, description = "The mapping as it is now", body = Mapping))
)]
pub async fn put(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    code: Code,
    JsonBody(wanted): JsonBody<MappingRequest>,
) -> ApiResult<Json<Mapping>> {
    let other = |name: &str| ApiError::invalid(format!("“{name}” is not the one of the address."));
    if wanted.carrier.is_some_and(|carrier| carrier != code.carrier) {
        return Err(other("carrier"));
    }
    if wanted.key.as_ref().is_some_and(|key| *key != code.key) {
        return Err(other("key"));
    }
    Ok(Json(state.mappings.put(&actor.name, code.carrier, &code.key, wanted.change()).await?))
}

/// List the versions of a mapping
#[utoipa::path(
    get, path = "/mappings/{carrier}/{key}/history", tag = "mappings", operation_id = "list_mapping_versions",
    params(Code, PageParams),
    responses((status = 200, description = "One page, newest first", body = Page<Mapping>))
)]
pub async fn history(
    State(state): State<Api>,
    code: Code,
    listing: Listing<NoFilter>,
) -> ApiResult<Json<Page<Mapping>>> {
    Ok(Json(state.mappings.history(code.carrier, &code.key, &listing.page).await?))
}

/// Go back to an earlier version
///
/// Makes a new version that equals it.
#[utoipa::path(
    post, path = "/mappings/{carrier}/{key}/revert", tag = "mappings", operation_id = "revert_mapping",
    params(Code),
    request_body = RevertRequest,
    responses((status = 200, description = "The mapping as it is now", body = Mapping))
)]
pub async fn revert(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    code: Code,
    JsonBody(wanted): JsonBody<RevertRequest>,
) -> ApiResult<Json<Mapping>> {
    Ok(Json(state.mappings.revert(&actor.name, code.carrier, &code.key, wanted.version).await?))
}

/// Confirm a mapping
///
/// Makes a new version that is sure (`H`) and otherwise the same; takes no body.
#[utoipa::path(
    post, path = "/mappings/{carrier}/{key}/confirm", tag = "mappings", operation_id = "confirm_mapping",
    params(Code),
    responses((status = 200, description = "The mapping as it is now", body = Mapping))
)]
pub async fn confirm(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    code: Code,
) -> ApiResult<Json<Mapping>> {
    Ok(Json(state.mappings.confirm(&actor.name, code.carrier, &code.key).await?))
}

/// Preview a mapping
///
/// Takes the fields of changing a mapping, with its `carrier` and `key`. Maps and folds what saving would, and keeps
/// nothing. Of very many numbers only some are derived: `at_least` is then true.
#[utoipa::path(
    post, path = "/mappings/preview", tag = "mappings", operation_id = "preview_mapping", request_body = MappingRequest,
    responses((status = 200, description = "What would change", body = MappingPreview))
)]
pub async fn preview(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    JsonBody(mut wanted): JsonBody<MappingRequest>,
) -> ApiResult<Json<MappingPreview>> {
    let (Some(carrier), Some(key)) = (wanted.carrier, wanted.key.take()) else {
        return Err(ApiError::invalid("Name “carrier” and “key”."));
    };
    Ok(Json(state.mappings.preview(&actor.name, carrier, &key, wanted.change()).await?))
}

/// List what is being derived again
///
/// After a mapping, a policy of an endpoint or the rules of a new version changed. Empty when all is derived.
#[utoipa::path(
    get, path = "/rederivations", tag = "mappings", operation_id = "list_rederivations", params(PageParams),
    responses((status = 200, description = "One page, in the order of the work", body = Page<Rederivation>))
)]
pub async fn rederivations(
    State(state): State<Api>,
    listing: Listing<NoFilter>,
) -> ApiResult<Json<Page<Rederivation>>> {
    Ok(Json(page_of(state.mappings.rederivations().await?, &listing.page)?))
}

impl From<MappingsError> for ApiError {
    fn from(error: MappingsError) -> Self {
        match error {
            MappingsError::NotFound => Self::no_such("mapping"),
            MappingsError::Invalid(faults) => Self::faults(faults.iter().map(ToString::to_string).collect()),
            MappingsError::Store(error) => error.into(),
            MappingsError::Apply(error) => error.into(),
        }
    }
}
