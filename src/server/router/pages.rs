//! Pages and their questions: the Leptos app with what it is lent, and the policy of each page.

use super::dressing::page_policy;
use super::preferences::{preferences, theme};
use crate::api::Reply;
use crate::app::{App, shell};
use crate::components::console::{Console, Viewer};
use crate::server::auth::{Actor, ClientAddress};
use crate::server::state::AppState;
use crate::server::views::Views;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use futures::future::BoxFuture;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes as _, ResponseOptions, generate_route_list_with_exclusions};
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

/// Pages the router looks after itself: they are rendered, but not always.
const OWN: [&str; 2] = ["/login", "/setup"];

/// What the form that was sent to a page led to; an extension of the request that renders the page again.
#[derive(Debug, Clone, Default)]
pub(super) struct Note {
    /// What went wrong, in words.
    pub message: String,
    /// The name that was typed.
    pub name: String,
    /// Where the visitor was going.
    pub next: Option<String>,
    /// What stands in for the password while a code is asked for.
    pub ticket: Option<String>,
}

type Render = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// Renders pages. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pages {
    state: AppState,
    render: Render,
}

impl Pages {
    pub(super) fn new(state: &AppState) -> Self {
        let lend = lender(state);
        let options = state.leptos.clone();
        let render = leptos_axum::render_app_async_with_context(lend, move || shell(options.clone()));
        Self { state: state.clone(), render: Arc::new(move |request| render(request)) }
    }

    /// The app's routes, and its server functions under `/fn`.
    pub(super) fn routes(&self) -> Router {
        let list = listing().to_vec();
        let lend = lender(&self.state);
        let options = self.state.leptos.clone();
        let questions = {
            let lend = lend.clone();
            move |request: Request| leptos_axum::handle_server_fns_with_context(lend.clone(), request)
        };
        Router::<AppState>::new()
            .route("/fn/{name}", post(questions))
            .leptos_routes_with_context(&self.state, list, lend, move || shell(options.clone()))
            .with_state(self.state.clone())
    }

    /// Renders the page at `path`, with a note about the form that led to it.
    pub(super) async fn show(&self, path: &str, status: StatusCode, from: &HeaderMap, note: Option<Note>) -> Response {
        let mut request = Request::builder().method(Method::GET).uri(path).body(Body::empty()).unwrap_or_default();
        *request.headers_mut() = from.clone();
        request.headers_mut().remove(header::CONTENT_LENGTH);
        request.headers_mut().remove(header::CONTENT_TYPE);
        if let Some(note) = note {
            request.extensions_mut().insert(note);
        }
        let mut response = (self.render)(request).await;
        if status != StatusCode::OK {
            *response.status_mut() = status;
        }
        response
    }

    /// Answers whatever has no route with the page that says so.
    pub(super) fn missing(
        &self,
    ) -> impl tower::Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>
    + Clone
    + Send
    + Sync
    + 'static {
        let pages = self.clone();
        tower::service_fn(move |mut request: Request| {
            let pages = pages.clone();
            async move {
                *request.method_mut() = Method::GET;
                *request.body_mut() = Body::empty();
                let mut response = (pages.render)(request).await;
                *response.status_mut() = StatusCode::NOT_FOUND;
                Ok(response.into_response())
            }
        })
    }
}

/// The app's routes. Found once in a process: while Leptos looks for them, no page of any instance would load its data.
fn listing() -> &'static [AxumRouteListing] {
    static LISTING: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    LISTING.get_or_init(|| {
        // The catch-all is the router's fallback, which also answers other methods.
        let mut excluded: Vec<String> = OWN.map(str::to_owned).to_vec();
        excluded.extend(["/*any".to_owned(), "/{*any}".to_owned()]);
        generate_route_list_with_exclusions(App, Some(excluded))
    })
}

/// What a page or a question is lent: the circumstances, the answer, and what is asked.
fn lender(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        let Some(parts) = use_context::<Parts>() else { return };
        let actor = parts.extensions.get::<Actor>().cloned();
        let console = circumstances(&state, &parts, actor.as_ref());
        provide_context(console.preferences.clone());
        provide_context(console);
        if let Some(actor) = actor {
            provide_context(actor);
        }
        if let Some(client) = parts.extensions.get::<ClientAddress>() {
            provide_context(*client);
        }
        provide_context(Views { store: state.store.clone(), clock: state.clock.clone(), base: state.base.clone() });
        provide_context(state.clone());
        let Some(answer) = use_context::<ResponseOptions>() else { return };
        if let Some(policy) = use_nonce().and_then(|nonce| HeaderValue::from_str(&page_policy(&nonce)).ok()) {
            answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        let (status, cookies) = (answer.clone(), answer);
        provide_context(Reply::new(
            move |code| {
                if let Ok(code) = StatusCode::from_u16(code) {
                    status.set_status(code);
                }
            },
            move |cookie| {
                if let Ok(cookie) = HeaderValue::from_str(cookie) {
                    cookies.append_header(header::SET_COOKIE, cookie);
                }
            },
        ));
    }
}

fn circumstances(state: &AppState, parts: &Parts, actor: Option<&Actor>) -> Console {
    let note = parts.extensions.get::<Note>().cloned();
    let (message, typed_name, going_to, ticket) = match note {
        Some(note) => (Some(note.message), Some(note.name), note.next, note.ticket),
        None => (None, None, None, None),
    };
    Console {
        base: state.base.clone(),
        viewer: actor.map(|actor| Viewer { name: actor.name.clone(), role: actor.role }),
        theme: theme(&parts.headers),
        preferences: preferences(&parts.headers, state.clock.now()),
        message,
        typed_name,
        going_to,
        ticket,
        provider: state.auth.provider().map(str::to_owned),
        mark: state.live.mark(),
    }
}
