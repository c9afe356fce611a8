//! The headers of a delivery, with what proves its origin masked.
//!
//! Shown are headers that are harmless by name; signatures and their timestamps only from scope `operate` on. All else
//! is masked for everybody: a static header is itself the secret, and a header we do not know may be one.

use crate::server::auth::Actor;
use crate::server::carriers::carrier;
use crate::server::ingest::{IngestError, headers_from_json, headers_place};
use crate::server::routes::extract::{Filters, Id, NoFilter};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::server::secrets::Keyring;
use crate::server::signature::{HmacRule, Place, ProofRule};
use crate::server::store::{Store, StoredEndpoint};
use crate::tracking::delivery::{Header, MASK};
use crate::tracking::page::Page;
use crate::tracking::people::Role;
use axum::extract::State;
use axum::{Extension, Json};
use uuid::Uuid;

/// Headers that never hold a secret.
const HARMLESS: [&str; 18] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "transfer-encoding",
    "user-agent",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Read a delivery's headers
///
/// In the order received. What may be a secret is `••••`; signatures and their timestamps are shown from scope
/// `operate` on.
#[utoipa::path(
    get, path = "/deliveries/{id}/headers", tag = "deliveries", operation_id = "get_delivery_headers",
    params(("id" = Uuid, Path, description = "The delivery")),
    responses((status = 200, description = "All of them; there is one page only", body = Page<Header>))
)]
pub async fn read(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    _: Filters<NoFilter>,
) -> ApiResult<Json<Page<Header>>> {
    let items =
        headers_of(&state.store, &state.keyring, id, actor.role).await?.ok_or_else(|| ApiError::no_such("delivery"))?;
    Ok(Json(Page { items, next_cursor: None }))
}

/// The headers of a delivery as somebody with `role` may see them; `None` when there is no such delivery.
pub async fn headers_of(store: &Store, keyring: &Keyring, id: Uuid, role: Role) -> ApiResult<Option<Vec<Header>>> {
    let Some(delivery) = store.find_delivery(id).await? else { return Ok(None) };
    let Some(sealed) = store.delivery_headers(id).await? else { return Ok(None) };
    let plain = keyring.unseal(&headers_place(id), &sealed).map_err(ApiError::internal)?;
    let pairs = headers_from_json(&plain).ok_or_else(|| ApiError::internal(IngestError::Headers))?;
    let signing = match store.find_endpoint(delivery.endpoint).await? {
        Some(endpoint) if role >= Role::Operator => signing_headers(&endpoint),
        _ => Vec::new(),
    };
    let headers = pairs.into_iter().map(|(name, value)| {
        let known = name.to_ascii_lowercase();
        let shown = HARMLESS.contains(&known.as_str()) || signing.contains(&known);
        let value = if shown { String::from_utf8_lossy(&value).into_owned() } else { MASK.into() };
        Header { name, value }
    });
    Ok(Some(headers.collect()))
}

/// The headers in which this endpoint's carrier sends signatures and their timestamps, in lower case.
fn signing_headers(endpoint: &StoredEndpoint) -> Vec<String> {
    let stored: Vec<_> = endpoint.secrets.iter().map(|secret| secret.name).collect();
    let scheme = carrier(endpoint.carrier).scheme(&endpoint.settings, &stored);
    let mut rules: Vec<&HmacRule> = scheme.other_modes.iter().map(|(_, rule)| rule).collect();
    let mut secret_header = None;
    match &scheme.proof {
        ProofRule::UrlOnly => {}
        ProofRule::Hmac(rule) => rules.push(rule),
        ProofRule::Header(rule) => secret_header = Some(rule.header.to_ascii_lowercase()),
        ProofRule::Either(rule, header) => {
            rules.push(rule);
            secret_header = Some(header.header.to_ascii_lowercase());
        }
    }
    let places = rules.iter().flat_map(|rule| {
        let timestamp = rule.timestamp.as_ref().map(|timestamp| &timestamp.place);
        std::iter::once(&rule.signature).chain(timestamp)
    });
    let names = places.filter_map(|place| if let Place::Header(names) = place { Some(names) } else { None });
    names.flatten().map(|name| name.to_ascii_lowercase()).filter(|name| Some(name) != secret_header.as_ref()).collect()
}
