//! `GET /live`: tells an open page that something changed, as an event stream.
//!
//! Only topics are sent, never what changed. A stream ends with its session, after a while, or when the server stops; the
//! browser opens the next one by itself, and shows who it is again.

use crate::server::auth::Auth;
use crate::server::auth::gate::identify;
use crate::server::live::{Change, Live};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures::stream::{self, Stream, StreamExt as _};
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;

/// How long a stream may last.
const LASTS: Duration = Duration::from_mins(15);
/// How often it is asked whether the listener may still listen.
const RECHECK: Duration = Duration::from_secs(5);
/// How often a silent stream says that it lives, for proxies.
const BREATH: Duration = Duration::from_secs(20);
/// When the browser tries again.
const RETRY: Duration = Duration::from_secs(2);

/// Everything may have changed.
const EVERYTHING: &str = "*";

/// `/live`; streams end with `stop`.
pub fn routes<S: Clone + Send + Sync + 'static>(auth: Auth, live: Live, stop: CancellationToken) -> Router<S> {
    Router::new().route("/live", get(listen)).with_state((auth, live, stop))
}

async fn listen(
    State((auth, live, stop)): State<(Auth, Live, CancellationToken)>,
    headers: HeaderMap,
) -> impl IntoResponse {
    // Heard from here on; what was announced before is in the mark, which a page compares with its own.
    let heard = live.subscribe();
    let hello = json!({ "topics": [], "mark": live.mark() }).to_string();
    let hello = stream::once(async { Ok(Event::default().retry(RETRY).data(hello)) });
    let changes = changes(live, heard);
    let ended = async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LASTS) => {}
            () = signed_out(auth, headers) => {}
        }
    };
    let events = hello.chain(changes).take_until(Box::pin(ended));
    // Proxies that buffer would hold the news back.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), "no");
    ([(header::CACHE_CONTROL, "no-store"), unbuffered], Sse::new(events).keep_alive(KeepAlive::new().interval(BREATH)))
}

/// Waits until nobody is behind the cookie, or the token, any more. A database that cannot be asked ends nothing.
async fn signed_out(auth: Auth, headers: HeaderMap) {
    loop {
        tokio::time::sleep(RECHECK).await;
        if let Ok(None) = identify(&auth, &headers).await {
            return;
        }
    }
}

fn changes(live: Live, heard: Receiver<Change>) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((live, heard), |(live, mut heard)| async move {
        let event = match heard.recv().await {
            Ok(change) => {
                let topics: Vec<String> = change.topics.iter().map(ToString::to_string).collect();
                Event::default().data(json!({ "topics": topics, "mark": live.mark_of(change.id) }).to_string())
            }
            Err(RecvError::Lagged(_)) => Event::default().data(json!({ "topics": [EVERYTHING] }).to_string()),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event), (live, heard)))
    })
}
