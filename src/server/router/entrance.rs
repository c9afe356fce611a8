//! Signing in and out, and the set-up of the first admin: plain forms that work without scripts.

mod provider;

use super::pages::{Note, Pages};
use crate::server::auth::gate::{safe_next, see_other};
use crate::server::auth::{
    Actor, Auth, ClientAddress, PROVIDER_BEGIN, PROVIDER_RETURN, SetupError, Shown, SignInError, SignedIn,
};
use crate::server::state::AppState;
use crate::words::sign_in as words;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use secrecy::SecretString;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr};

/// Bytes of a form; far more than its fields need.
const MAX_FORM: usize = 16 * 1024;

#[derive(Clone)]
struct Entrance {
    auth: Auth,
    base: String,
    pages: Pages,
}

/// Where somebody was going.
#[derive(Deserialize)]
struct Going {
    next: Option<String>,
}

#[derive(Deserialize)]
/// The first step, the second, or both.
struct SignIn {
    #[serde(default)]
    username: String,
    password: Option<SecretString>,
    code: Option<String>,
    ticket: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct SetUp {
    code: String,
    username: String,
    password: SecretString,
}

/// `/login` and the way to a provider, `/logout` and `/setup`.
pub(super) fn routes(state: &AppState, pages: Pages) -> Router {
    let entrance = Entrance { auth: state.auth.clone(), base: state.base.clone(), pages };
    Router::new()
        .route("/login", get(show_login).post(sign_in))
        .route(PROVIDER_BEGIN, get(provider::depart))
        .route(PROVIDER_RETURN, get(provider::come_back))
        .route("/logout", post(sign_out))
        .route("/setup", get(show_setup).post(set_up))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .with_state(entrance)
}

async fn show_login(
    State(entrance): State<Entrance>,
    actor: Option<Extension<Actor>>,
    Query(going): Query<Going>,
    headers: HeaderMap,
) -> Response {
    if actor.is_some() {
        return see_other(&safe_next(going.next.as_deref().unwrap_or_default(), &entrance.base));
    }
    // A failing database shows the form: what fails next says so.
    if entrance.auth.needs_setup().await.unwrap_or(false) {
        return see_other(&format!("{}/setup", entrance.base));
    }
    let mut path = "/login".to_owned();
    if let Some(next) = going.next {
        path.push_str("?next=");
        path.extend(url::form_urlencoded::byte_serialize(next.as_bytes()));
    }
    entrance.pages.show(&path, StatusCode::OK, &headers, None).await
}

async fn sign_in(
    State(entrance): State<Entrance>,
    client: Option<Extension<ClientAddress>>,
    Query(going): Query<Going>,
    headers: HeaderMap,
    form: Result<Form<SignIn>, FormRejection>,
) -> Response {
    let Some(form) = form.ok().map(|Form(form)| form).filter(|form| form.password.is_some() || form.ticket.is_some())
    else {
        let note = Note { message: words::FILL_IN.to_owned(), next: going.next, ..Note::default() };
        return entrance.pages.show("/login", StatusCode::BAD_REQUEST, &headers, Some(note)).await;
    };
    let next = form.next.or(going.next).filter(|next| !next.is_empty());
    let from = address(client);
    let empty = SecretString::default();
    let shown = Shown {
        name: &form.username,
        password: form.password.as_ref().unwrap_or(&empty),
        code: form.code.as_deref(),
        ticket: form.ticket.as_deref(),
    };
    match entrance.auth.sign_in(shown, from, user_agent(&headers)).await {
        Ok(signed_in) => welcome(&signed_in, &safe_next(next.as_deref().unwrap_or_default(), &entrance.base)),
        Err(error) => {
            let (status, wait) = match &error {
                SignInError::NeedsCode(_) => (StatusCode::OK, None),
                SignInError::Wrong | SignInError::WrongCode(_) | SignInError::Expired | SignInError::Broken => {
                    (StatusCode::UNAUTHORIZED, None)
                }
                SignInError::TooMany(wait) => (StatusCode::TOO_MANY_REQUESTS, Some(*wait)),
                SignInError::Store(cause) => {
                    tracing::error!(error = %cause, "signing in failed");
                    (StatusCode::SERVICE_UNAVAILABLE, Some(5))
                }
            };
            let message = error.to_string();
            let ticket = match error {
                SignInError::NeedsCode(ticket) | SignInError::WrongCode(ticket) => Some(ticket),
                _ => None,
            };
            let note = Note { message, name: form.username, next, ticket };
            let response = entrance.pages.show("/login", status, &headers, Some(note)).await;
            waiting(response, wait)
        }
    }
}

async fn sign_out(State(entrance): State<Entrance>, actor: Option<Extension<Actor>>) -> Response {
    let actor = actor.map(|Extension(actor)| actor);
    match entrance.auth.sign_out(actor.as_ref()).await {
        Ok(removed) => with_cookie(see_other(&format!("{}/login", entrance.base)), &removed),
        Err(error) => {
            tracing::error!(%error, "signing out failed");
            waiting(see_other(&format!("{}/", entrance.base)), None)
        }
    }
}

async fn show_setup(State(entrance): State<Entrance>, headers: HeaderMap, uri: axum::http::Uri) -> Response {
    if !entrance.auth.needs_setup().await.unwrap_or(false) {
        return gone(&entrance, &headers).await;
    }
    let path = uri.path_and_query().map_or("/setup", |path| path.as_str());
    entrance.pages.show(path, StatusCode::OK, &headers, None).await
}

async fn set_up(
    State(entrance): State<Entrance>,
    client: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    form: Result<Form<SetUp>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        let note = Note { message: words::FILL_IN_ALL.to_owned(), ..Note::default() };
        return entrance.pages.show("/setup", StatusCode::BAD_REQUEST, &headers, Some(note)).await;
    };
    let done =
        entrance.auth.set_up(&form.code, &form.username, &form.password, address(client), user_agent(&headers)).await;
    match done {
        Ok(signed_in) => welcome(&signed_in, &format!("{}/", entrance.base)),
        Err(SetupError::Done) => gone(&entrance, &headers).await,
        Err(error) => {
            let (status, wait) = match &error {
                SetupError::WrongCode => (StatusCode::UNAUTHORIZED, None),
                SetupError::TooMany(wait) => (StatusCode::TOO_MANY_REQUESTS, Some(*wait)),
                SetupError::Store(cause) => {
                    tracing::error!(error = %cause, "setting up failed");
                    (StatusCode::SERVICE_UNAVAILABLE, Some(5))
                }
                SetupError::Done | SetupError::Unfit(_) => (StatusCode::UNPROCESSABLE_ENTITY, None),
            };
            let note = Note { message: sentence(&error.to_string()), name: form.username, ..Note::default() };
            let response = entrance.pages.show("/setup", status, &headers, Some(note)).await;
            waiting(response, wait)
        }
    }
}

/// There is an admin: the page is no more.
async fn gone(entrance: &Entrance, headers: &HeaderMap) -> Response {
    entrance.pages.show("/no-longer-here", StatusCode::NOT_FOUND, headers, None).await
}

fn welcome(signed_in: &SignedIn, to: &str) -> Response {
    with_cookie(see_other(to), &signed_in.set_cookie)
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn waiting(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn address(client: Option<Extension<ClientAddress>>) -> IpAddr {
    client.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Extension(ClientAddress(address))| address)
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}{}", letters.as_str(), if text.ends_with('.') { "" } else { "." })
}
