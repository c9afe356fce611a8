//! The way to a sign-in provider and back: plain links and redirects.

use super::{Entrance, Going, address, user_agent, waiting, welcome, with_cookie};
use crate::server::auth::gate::{safe_next, see_other};
use crate::server::auth::{ClientAddress, ProviderError, Returned, SignInError};
use crate::server::router::pages::Note;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

/// Most bytes of where somebody was going, as it is kept meanwhile.
const MOST_NEXT: usize = 2048;

/// What a provider adds to the address it sends people back to.
#[derive(Deserialize)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Sends somebody to the provider.
pub(super) async fn depart(
    State(entrance): State<Entrance>,
    client: Option<Extension<ClientAddress>>,
    Query(going): Query<Going>,
    headers: HeaderMap,
) -> Response {
    if entrance.auth.needs_setup().await.unwrap_or(false) {
        return see_other(&format!("{}/setup", entrance.base));
    }
    let next = going.next.filter(|next| next.len() <= MOST_NEXT).unwrap_or_default();
    match entrance.auth.depart(&next, address(client)).await {
        Ok(departure) => with_cookie(see_other(&departure.to), &departure.set_cookie),
        Err(error) => told(&entrance, error, Some(next), &headers).await,
    }
}

/// Somebody comes back.
pub(super) async fn come_back(
    State(entrance): State<Entrance>,
    client: Option<Extension<ClientAddress>>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Response {
    let returned = Returned {
        code: answer.code.as_deref(),
        state: answer.state.as_deref(),
        error: answer.error.as_deref(),
        cookies: headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).collect(),
    };
    let (done, next) = entrance.auth.come_back(returned, address(client), user_agent(&headers)).await;
    let response = match done {
        Ok(signed_in) => welcome(&signed_in, &safe_next(next.as_deref().unwrap_or_default(), &entrance.base)),
        Err(error) => told(&entrance, error, next, &headers).await,
    };
    match entrance.auth.arrived() {
        Some(cookie) => with_cookie(response, &cookie),
        None => response,
    }
}

/// The sign-in page, saying why.
async fn told(entrance: &Entrance, error: ProviderError, next: Option<String>, headers: &HeaderMap) -> Response {
    let (status, wait) = match &error {
        ProviderError::NotSet => (StatusCode::NOT_FOUND, None),
        ProviderError::Unreachable => (StatusCode::SERVICE_UNAVAILABLE, Some(10)),
        ProviderError::SignIn(SignInError::NeedsCode(_)) => (StatusCode::OK, None),
        ProviderError::SignIn(SignInError::Store(cause)) => {
            tracing::error!(error = %cause, "signing in failed");
            (StatusCode::SERVICE_UNAVAILABLE, Some(5))
        }
        _ => (StatusCode::UNAUTHORIZED, None),
    };
    let message = error.to_string();
    let ticket = match error {
        ProviderError::SignIn(SignInError::NeedsCode(ticket)) => Some(ticket),
        _ => None,
    };
    let note = Note { message, next: next.filter(|next| !next.is_empty()), ticket, ..Note::default() };
    waiting(entrance.pages.show("/login", status, headers, Some(note)).await, wait)
}
