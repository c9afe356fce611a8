//! The gate before every route but the hooks: finds out who is asking, looks into the table, lets pass or refuses.
//!
//! Programs are refused with a problem, browsers are sent to sign in. What is not listed is not run: a page that does
//! not exist answers 404 and a method that does not exist 405, because the router is only asked, without the method.

use super::grants::{self, Grant, Who};
use super::{Actor, Auth, Via};
use crate::server::problem::{PROBLEM_JSON, Problem, ProblemKind};
use crate::server::store::StoreError;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Names a request in the log and in problems.
const REQUEST_ID: &str = "x-request-id";

/// What the gate needs.
#[derive(Clone)]
pub struct Gate {
    /// Knows people and tokens.
    pub auth: Auth,
    /// The base path, for where strangers are sent.
    pub base: String,
}

/// The middleware. The actor, where there is one, becomes an extension of the request.
pub async fn gate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let granted = grants::find(request.method().as_str(), &path);
    let actor = match identify(&gate.auth, request.headers()).await {
        Ok(actor) => actor,
        Err(error) => {
            tracing::error!(%error, "it could not be found out who is asking");
            return refuse(&request, ProblemKind::Unavailable);
        }
    };
    if let Some(actor) = &actor {
        request.extensions_mut().insert(actor.clone());
    }
    match (granted, actor) {
        (Some(grant), Some(actor)) if allows(grant, &actor) => match grant.act {
            Some(act) => gate.auth.witnessed(act, grant, &actor, request, next).await,
            None => next.run(request).await,
        },
        (Some(Grant { who: Who::Anybody, .. }), None) => next.run(request).await,
        (_, None) => stranger(&gate, &request),
        (Some(_), Some(actor)) => forbid(&gate, &actor, granted, request).await,
        (None, Some(actor)) if path.starts_with("/fn/") => forbid(&gate, &actor, None, request).await,
        (None, Some(_)) => {
            // No route answers OPTIONS: the router says 404, or 405 with the methods there are.
            *request.method_mut() = Method::OPTIONS;
            next.run(request).await
        }
    }
}

fn allows(grant: &Grant, actor: &Actor) -> bool {
    match grant.who {
        Who::Anybody => true,
        Who::AtLeast(role) => actor.role >= role,
        Who::TokenOr(role) => matches!(actor.via, Via::Token(_)) || actor.role >= role,
    }
}

/// Somebody known asks for what they may not: it is recorded.
async fn forbid(gate: &Gate, actor: &Actor, grant: Option<&Grant>, request: Request) -> Response {
    let response = refuse(&request, ProblemKind::Forbidden);
    gate.auth.note_refusal(actor, grant, request).await;
    response
}

/// Who shows this token or cookie; nobody where it does not hold.
pub async fn identify(auth: &Auth, headers: &HeaderMap) -> Result<Option<Actor>, StoreError> {
    if let Some(token) = bearer(headers) {
        return auth.actor_of_token(token).await;
    }
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    for cookies in headers.get_all(header::COOKIE) {
        let Ok(cookies) = cookies.to_str() else { continue };
        if let Some(actor) = auth.actor_of_cookies(cookies).await? {
            return Ok(Some(actor));
        }
    }
    Ok(None)
}

/// The bearer token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Somebody unknown: programs are told, browsers are sent to sign in and come back.
fn stranger(gate: &Gate, request: &Request) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) || path == "/live" || is_for_programs(path) {
        return refuse(request, ProblemKind::Unauthorized);
    }
    let mut target = format!("{}/login", gate.base);
    let going = request.uri().path_and_query().map_or("/", |going| going.as_str());
    if going != "/" {
        let going = format!("{}{going}", gate.base);
        target.push_str("?next=");
        target.extend(url::form_urlencoded::byte_serialize(going.as_bytes()));
    }
    see_other(&target)
}

/// 303 to a path on this host.
pub fn see_other(path: &str) -> Response {
    let target = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, target), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
}

fn is_for_programs(path: &str) -> bool {
    ["/api/", "/fn/"].iter().any(|prefix| path.starts_with(prefix))
}

fn refuse(request: &Request, kind: ProblemKind) -> Response {
    problem(kind, &request_id(request))
}

/// How the log names a request.
pub(super) fn request_id(request: &Request) -> String {
    request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned()
}

/// A refusal of the gate itself.
pub(super) fn problem(kind: ProblemKind, request_id: &str) -> Response {
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::FORBIDDEN);
    let problem = Problem::new(kind, kind.stock_detail(), request_id).to_json();
    let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], problem).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if kind == ProblemKind::Unauthorized {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Where somebody goes after signing in: `next` where it is a path on this host, the start page otherwise.
pub fn safe_next(next: &str, base: &str) -> String {
    let home = format!("{base}/");
    let inside = next.strip_prefix(base).is_some_and(|rest| {
        rest.starts_with('/')
            && !rest.starts_with("//")
            && !rest.contains(['\\', '\r', '\n', '\t', '\0'])
            && !rest.chars().any(char::is_control)
            && rest.is_ascii()
    });
    let leads_back = ["/login", "/logout", "/setup"].iter().any(|page| {
        next.strip_prefix(base).and_then(|rest| rest.strip_prefix(page)).is_some_and(|rest| !rest.starts_with('-'))
    });
    if inside && !next.starts_with("//") && !leads_back { next.to_owned() } else { home }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_this_host() {
        for (next, base, target) in [
            ("/parcels?q=1", "", "/parcels?q=1"),
            ("", "", "/"),
            ("//evil.example", "", "/"),
            ("/\\evil.example", "", "/"),
            ("https://evil.example/", "", "/"),
            ("/\t/evil.example", "", "/"),
            ("/login?next=/login", "", "/"),
            ("/x/parcels", "/x", "/x/parcels"),
            ("/parcels", "/x", "/x/"),
            ("/x//evil.example", "/x", "/x/"),
            ("/xevil", "/x", "/x/"),
        ] {
            assert_eq!(safe_next(next, base), target, "{next} under {base:?}");
        }
    }
}
