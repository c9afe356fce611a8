//! How the API reads requests: strictly, and with an answer that says what is wrong.
//!
//! The names a query may hold come from the same declaration as the OpenAPI document, so both are true together.
//! Unknown or repeated parameters are 400, unknown fields of a body 422, an id that is not a UUID names nothing: 404.

use super::problem::ApiError;
use crate::server::problem::ProblemKind;
use crate::server::store::Keyset;
use crate::tracking::page::{Page, PageRequest};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use url::form_urlencoded;
use utoipa::IntoParams;
use uuid::Uuid;

/// Most items of one page.
const MAX_LIMIT: u32 = 200;

/// The parameters every list takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// How many items at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before; a cursor holds only for the list and filters that gave it.
    #[param(pattern = "^(-?[0-9]{1,18}\\.([0-9a-f]{2}){0,200})?$")]
    pub cursor: Option<String>,
}

/// A list without filters.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoFilter {}

/// The filters and the page of a list.
#[derive(Debug)]
pub struct Listing<F> {
    /// What it is narrowed to.
    pub filter: F,
    /// Which page.
    pub page: PageRequest,
}

/// The filters of an answer that has no pages.
#[derive(Debug)]
pub struct Filters<F>(pub F);

impl<S: Send + Sync, F: DeserializeOwned + IntoParams> FromRequestParts<S> for Listing<F> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let mut pairs = pairs(&parts.uri)?;
        let mut take = |name: &str| pairs.iter().position(|(key, _)| key == name).map(|at| pairs.remove(at).1);
        // An empty cursor is the first page, for every list alike.
        let (limit, cursor) = (take("limit"), take("cursor").filter(|cursor| !cursor.is_empty()));
        let page =
            PageRequest { limit: limit.map_or(Ok(PageRequest::default().limit), |text| read_limit(&text))?, cursor };
        Ok(Self { filter: read_filter(pairs)?, page })
    }
}

impl<S: Send + Sync, F: DeserializeOwned + IntoParams> FromRequestParts<S> for Filters<F> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(Self(read_filter(pairs(&parts.uri)?)?))
    }
}

/// The filters of an answer that has no pages, and what else its query may hold.
#[derive(Debug)]
pub struct FiltersAnd<F, G>(pub F, pub G);

impl<S, F, G> FromRequestParts<S> for FiltersAnd<F, G>
where
    S: Send + Sync,
    F: DeserializeOwned + IntoParams,
    G: DeserializeOwned + IntoParams,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let own: Vec<String> = G::into_params(|| None).into_iter().map(|parameter| parameter.name).collect();
        let (more, filter) = pairs(&parts.uri)?.into_iter().partition(|(name, _)| own.contains(name));
        Ok(Self(read_filter(filter)?, read_filter(more)?))
    }
}

/// The query's pairs; a name may occur once.
fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, ApiError> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        if found.iter().any(|(known, _)| *known == name) {
            return Err(ApiError::bad_request(format!("The parameter “{}” occurs more than once.", short(&name))));
        }
        found.push((name.into_owned(), value.into_owned()));
    }
    Ok(found)
}

fn read_limit(text: &str) -> Result<u32, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(limit) if digits && (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        _ => Err(ApiError::bad_request(format!("“limit” is a whole number from 1 to {MAX_LIMIT}."))),
    }
}

fn read_filter<F: DeserializeOwned + IntoParams>(pairs: Vec<(String, String)>) -> Result<F, ApiError> {
    let known: Vec<String> = F::into_params(|| None).into_iter().map(|parameter| parameter.name).collect();
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &pairs {
        if !known.contains(name) {
            return Err(ApiError::bad_request(format!("There is no parameter “{}” here.", short(name))));
        }
        query.append_pair(name, value);
    }
    let uri: Uri =
        format!("/?{}", query.finish()).parse().map_err(|_| ApiError::bad_request("The query is too long."))?;
    let Query(filter) = Query::try_from_uri(&uri).map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
    Ok(filter)
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The `{id}` of a path.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::bad_request("The path is not valid UTF-8."))?;
        let id = params.iter().find(|(name, _)| *name == "id").and_then(|(_, value)| Uuid::try_parse(value).ok());
        id.map(Self).ok_or_else(|| ApiError::new(ProblemKind::NotFound, "There is nothing with this id."))
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let kind = ProblemKind::UnsupportedMediaType;
            return Err(ApiError::new(kind, kind.stock_detail()));
        }
        read_json(&read_bytes(request, state).await?).map(Self)
    }
}

/// A JSON body that may be absent altogether.
#[derive(Debug)]
pub struct MaybeJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for MaybeJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let json = is_json(request.headers());
        let bytes = read_bytes(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        if !json {
            let kind = ProblemKind::UnsupportedMediaType;
            return Err(ApiError::new(kind, kind.stock_detail()));
        }
        if bytes.trim_ascii() == b"null" {
            return Ok(Self(T::default()));
        }
        read_json(&bytes).map(Self)
    }
}

async fn read_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
            let kind = ProblemKind::TooLarge;
            ApiError::new(kind, kind.stock_detail())
        } else {
            ApiError::bad_request("The body did not arrive completely.")
        }
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// A body is a JSON object; what serde says is passed on without the values it saw (they may be secrets).
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let read = serde_json::from_slice::<T>(bytes).map_err(|error| match error.classify() {
        Category::Data => ApiError::invalid(sentence(&error)),
        Category::Io | Category::Syntax | Category::Eof => {
            ApiError::bad_request(format!("The body is not JSON (line {}, column {}).", error.line(), error.column()))
        }
    })?;
    if first == Some(&b'{') { Ok(read) } else { Err(ApiError::invalid("The body must be a JSON object.")) }
}

fn sentence(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let unfit =
        said.starts_with("invalid type") || said.starts_with("invalid value") || said.starts_with("invalid length");
    match said.split_once(", expected ") {
        Some((_, expected)) if unfit => format!("A field has the wrong type: expected {expected}."),
        _ => format!("The body does not fit: {said}."),
    }
}

/// A page of a list that is whole in memory and does not change between pages; the cursor is a position.
pub fn page_of<T>(items: Vec<T>, page: &PageRequest) -> Result<Page<T>, ApiError> {
    let from = match page.cursor.as_deref().map(Keyset::read) {
        None => 0,
        Some(Some(place)) => usize::try_from(place.at).unwrap_or(0).min(items.len()),
        Some(None) => return Err(ApiError::bad_request("The cursor is not from this list.")),
    };
    let limit = page.limit as usize;
    let next_cursor = (from + limit < items.len())
        .then(|| Keyset { at: i64::try_from(from + limit).unwrap_or(i64::MAX), id: String::new() }.text());
    Ok(Page { items: items.into_iter().skip(from).take(limit).collect(), next_cursor })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::parcel::ParcelFilter;

    async fn listing(query: &str) -> Result<Listing<ParcelFilter>, ApiError> {
        let request = Request::builder().uri(format!("/parcels{query}")).body(()).expect("well-formed");
        let (mut parts, ()) = request.into_parts();
        Listing::from_request_parts(&mut parts, &()).await
    }

    #[test]
    fn cursors_are_described_as_they_are_written() {
        let told = serde_json::to_string(&PageParams::into_params(|| None)).expect("plain data");
        let pattern = serde_json::to_string(crate::tracking::page::CURSOR_PATTERN).expect("text");
        assert!(told.contains(&pattern), "{told} has {pattern}");
    }

    #[tokio::test]
    async fn filters_and_pages_are_read_together() {
        let read =
            listing("?status=delivered&attention=true&limit=7&cursor=abc&q=a%26b&from=2026-01-02T03:04:05Z").await;
        let read = read.expect("all of it is known");
        assert_eq!((read.page.limit, read.page.cursor.as_deref()), (7, Some("abc")));
        assert_eq!(read.filter.attention, Some(true));
        assert_eq!(listing("?cursor=").await.expect("the first page").page.cursor, None);
        assert_eq!(read.filter.q.as_deref(), Some("a&b"));
        assert!(!read.filter.status.is_empty() && read.filter.from.is_some());
    }

    #[tokio::test]
    async fn what_is_unknown_repeated_or_out_of_range_is_400() {
        for query in [
            "?limit=0",
            "?limit=201",
            "?limit=-1",
            "?limit=ten",
            "?limit=",
            "?limit=%2B5",
            "?colour=red",
            "?status=expired",
            "?attention=maybe",
            "?q=a&q=b",
            "?from=yesterday",
            "?status=",
        ] {
            let error = listing(query).await.expect_err(query);
            assert_eq!(error.kind(), ProblemKind::BadRequest, "{query}");
        }
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "read by serde only")]
        secret: Option<String>,
    }

    #[test]
    fn bodies_are_objects_and_what_they_held_is_not_echoed() {
        assert!(read_json::<Sample>(br#" {"secret":"x"}"#).is_ok());
        let kind = |body: &[u8]| read_json::<Sample>(body).expect_err("not acceptable").kind();
        assert_eq!(kind(b"{"), ProblemKind::BadRequest);
        assert_eq!(kind(b""), ProblemKind::BadRequest);
        assert_eq!(kind(br#"["x"]"#), ProblemKind::Invalid);
        assert_eq!(kind(br#"{"colour":1}"#), ProblemKind::Invalid);
        let error = read_json::<Sample>(br#"{"secret":123456789}"#).expect_err("a number is no secret");
        assert!(!format!("{error:?}").contains("123456789"), "{error:?}");
    }

    #[test]
    fn a_fixed_list_pages_by_position() {
        let page = |cursor: Option<&str>| {
            page_of((0..5).collect::<Vec<_>>(), &PageRequest { limit: 2, cursor: cursor.map(Into::into) })
        };
        assert_eq!(page(None).expect("first").next_cursor.as_deref(), Some("2."));
        let last = page(Some("4.")).expect("last");
        assert_eq!((last.items, last.next_cursor), (vec![4], None));
        assert!(page(Some("x")).is_err() && page(Some("9.")).expect("past the end").items.is_empty());
    }
}
