//! Takes an uploaded list of parcels and leads to its preview. A form with a file needs no scripts; nothing is done yet.

use crate::server::auth::Actor;
use crate::server::auth::gate::see_other;
use crate::server::ids;
use crate::server::state::AppState;
use crate::tracking::import::MOST_BYTES;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};

/// Room for a list and the form around it.
const MOST_FORM: usize = 2 * MOST_BYTES + 64 * 1024;

/// The one route.
pub fn routes(state: &AppState) -> Router {
    Router::new()
        .route("/parcels/import", post(upload))
        .layer(DefaultBodyLimit::max(MOST_FORM))
        .with_state(state.clone())
}

async fn upload(State(state): State<AppState>, Extension(actor): Extension<Actor>, form: Multipart) -> Response {
    let page = format!("{}/parcels/import", state.base);
    let Some(body) = list_of(form).await else { return see_other(&format!("{page}?fault=unreadable")) };
    if body.trim().is_empty() {
        return see_other(&format!("{page}?fault=empty"));
    }
    if body.len() > MOST_BYTES {
        return see_other(&format!("{page}?fault=large"));
    }
    let now = state.clock.now();
    let id = ids::new(now);
    match state.store.keep_import(id, &actor.name, body, now).await {
        Ok(()) => see_other(&format!("{page}?id={id}")),
        Err(error) => {
            tracing::error!(%error, "an uploaded list could not be kept");
            see_other(&format!("{page}?fault=failed"))
        }
    }
}

/// The file where one was chosen, else what was pasted. Old spreadsheets write Latin-1.
async fn list_of(mut form: Multipart) -> Option<String> {
    let (mut file, mut pasted) = (None, None);
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.ok()?;
        match name.as_str() {
            "file" if !bytes.is_empty() => file = Some(bytes),
            "text" => pasted = Some(bytes),
            _ => {}
        }
    }
    let bytes = file.or(pasted).unwrap_or_default();
    Some(String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect()))
}
