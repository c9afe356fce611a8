//! The API's error: what the operator should do next, decided in one place.
//!
//! Handlers return [`ApiError`]; it is rendered by [`dress`], the outermost layer of the API, which knows the request's
//! id and also turns refusals of the framework (no route, wrong method, body too large) and of `auth` into problems.
//! What is our fault is logged there, once, with its chain; the caller gets a sentence and the id.

use crate::server::problem::{PROBLEM_JSON, Problem, ProblemKind};
use crate::server::store::StoreError;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::error::Error;
use std::sync::Arc;

/// The header that names a request, in requests (set by the outermost layer) and answers.
pub const REQUEST_ID: &str = "x-request-id";

/// Why a request to the API was not done.
#[derive(Debug, Clone)]
pub struct ApiError {
    kind: ProblemKind,
    detail: String,
    faults: Vec<String>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// What handlers return.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A problem the caller can do something about.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), faults: Vec::new(), cause: None }
    }

    /// 400.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::BadRequest, detail)
    }

    /// 404 for a thing by its name.
    pub fn no_such(thing: &str) -> Self {
        Self::new(ProblemKind::NotFound, format!("There is no such {thing}."))
    }

    /// 409.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, detail)
    }

    /// 422 with one sentence.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Invalid, detail)
    }

    /// 422 with a sentence for each fault.
    pub fn faults(faults: Vec<String>) -> Self {
        let detail = if faults.is_empty() { ProblemKind::Invalid.stock_detail().into() } else { faults.join(" ") };
        Self { faults, ..Self::invalid(detail) }
    }

    /// 500; the cause is logged and never sent.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::caused(ProblemKind::Internal, cause)
    }

    /// 503; the cause is logged and never sent.
    pub fn unavailable(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::caused(ProblemKind::Unavailable, cause)
    }

    fn caused(kind: ProblemKind, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Arc::new(cause)), ..Self::new(kind, kind.stock_detail()) }
    }

    /// What sort of problem.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    fn of_status(status: StatusCode) -> Self {
        let kind = ProblemKind::of_status(status.as_u16());
        Self::new(kind, kind.stock_detail())
    }

    fn render(&self, status: StatusCode, request_id: &str) -> Response {
        if status.is_server_error() {
            let chain = self.cause.as_deref().map(chain).unwrap_or_default();
            tracing::error!(request_id, status = status.as_u16(), chain, "API request failed");
        }
        let mut problem = Problem::new(self.kind, self.detail.as_str(), request_id);
        problem.status = status.as_u16();
        problem.faults.clone_from(&self.faults);
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], problem.to_json()).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::BadCursor => Self::bad_request("The cursor is not from this list."),
            StoreError::Exists(_) => Self::conflict(format!("{error}.")),
            StoreError::Driver(_) | StoreError::Busy | StoreError::Closed => Self::unavailable(error),
            StoreError::Panicked
            | StoreError::Inconsistent(_)
            | StoreError::NewerSchema(_)
            | StoreError::Migrate(_)
            | StoreError::File { .. } => Self::internal(error),
        }
    }
}

/// An error and its causes in one line.
fn chain(error: &(dyn Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}

impl IntoResponse for ApiError {
    /// Only the status and the error itself, which [`dress`] renders.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: every refusal leaves as a problem, every answer carries the request's id and is not to be cached.
pub async fn dress(mut request: Request, next: Next) -> Response {
    let id = request_id(&request);
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert(REQUEST_ID, value);
    }
    let mut response = next.run(request).await;
    let status = response.status();
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == PROBLEM_JSON);
    if (status.is_client_error() || status.is_server_error()) && !is_problem {
        let error = response.extensions_mut().remove::<ApiError>().unwrap_or_else(|| ApiError::of_status(status));
        let mut rendered = error.render(status, &id);
        for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
            if let Some(value) = response.headers().get(&name) {
                rendered.headers_mut().insert(name, value.clone());
            }
        }
        response = rendered;
    }
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.entry(REQUEST_ID).or_insert(value);
    }
    response
}

/// The id given by the outermost layer, else a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    match given {
        Some(id) if !id.is_empty() && id.len() <= 64 => id.to_owned(),
        _ => format!("{:016x}", rand::random::<u64>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, routing::get};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    #[derive(Debug, thiserror::Error)]
    #[error("disk said no to /secret/path")]
    struct Inner;

    fn app() -> Router {
        Router::new()
            .route("/ours", get(|| async { Err::<(), _>(ApiError::no_such("parcel")) }))
            .route("/broken", get(|| async { Err::<(), _>(ApiError::internal(Inner)) }))
            .route("/away", get(|| async { Err::<(), _>(ApiError::unavailable(Inner)) }))
            .layer(axum::middleware::from_fn(dress))
    }

    async fn ask(method: &str, path: &str) -> (StatusCode, axum::http::HeaderMap, serde_json::Value) {
        let request = Request::builder().method(method).uri(path).header(REQUEST_ID, "r-1").body(Body::empty());
        let response = app().oneshot(request.expect("well-formed")).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("in memory").to_bytes();
        (parts.status, parts.headers, serde_json::from_slice(&bytes).expect("a problem is JSON"))
    }

    #[tokio::test]
    async fn refusals_of_ours_and_of_the_framework_are_problems() {
        let (status, headers, body) = ask("GET", "/ours").await;
        assert_eq!(status, 404);
        assert_eq!(headers[header::CONTENT_TYPE], PROBLEM_JSON);
        assert_eq!(body["detail"], "There is no such parcel.");
        assert_eq!(body["request_id"], "r-1");
        assert_eq!(headers[REQUEST_ID], "r-1");
        let (status, _, body) = ask("GET", "/nowhere").await;
        assert_eq!((status.as_u16(), body["type"].as_str()), (404, Some("urn:parcelwire:problem:not-found")));
        let (status, headers, body) = ask("POST", "/ours").await;
        assert_eq!((status.as_u16(), body["status"].as_u64()), (405, Some(405)));
        assert_eq!(headers[header::ALLOW], "GET,HEAD");
    }

    #[tokio::test]
    async fn causes_stay_here() {
        let (status, _, body) = ask("GET", "/broken").await;
        assert_eq!(status, 500);
        assert!(!body.to_string().contains("secret"), "{body}");
        let (status, headers, _) = ask("GET", "/away").await;
        assert_eq!(status, 503);
        assert_eq!(headers[header::RETRY_AFTER], "5");
    }
}
