//! Pages that keep themselves up to date: the server says *that* something changed, the page is asked for again.
//!
//! One event stream per tab. A page knows the mark it was made at; a stream begins with the mark of now. Where they
//! differ (the page was waking up, the tab was hidden, the connection or the server was gone) something was missed.
//! What a page is about stands in it, as `data-live` (`components::asked`).
#![expect(missing_docs, reason = "the macro makes a struct of an island's props and cannot be told about it")]

use super::visit::{self, found};
use crate::words::frame as words;
use leptos::prelude::*;
use serde::Deserialize;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, EventSource, MessageEvent, VisibilityState};

/// Changes are gathered for this long before the page is asked for again.
const GATHER: core::time::Duration = core::time::Duration::from_millis(400);

/// How long to wait after the server refused the stream.
const RETRY: core::time::Duration = core::time::Duration::from_secs(15);

/// How the stream is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    /// Not open: no scripts yet, or a hidden tab.
    Resting,
    /// Open.
    Live,
    /// Lost; the browser tries again.
    Reconnecting,
}

impl Stream {
    fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Resting => "resting",
            Self::Reconnecting => "reconnecting",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Live => words::LIVE,
            Self::Resting => words::RESTING,
            Self::Reconnecting => words::RECONNECTING,
        }
    }
}

thread_local! {
    /// The open source. Not in the reactive graph: the server's requests move between threads, and it cannot.
    static SOURCE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
}

/// What has changed since the page was last asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum News {
    /// Anything may have.
    Everything,
    /// These topics.
    Of(Vec<String>),
}

/// The stream of this tab.
#[derive(Clone, Copy)]
struct Live {
    stream: RwSignal<Stream>,
    gathered: StoredValue<Option<News>>,
    /// Where the announcements stood when this page last heard of them.
    mark: StoredValue<String>,
}

#[derive(Deserialize)]
struct Announcement {
    topics: Vec<String>,
    mark: Option<String>,
}

/// Holds the stream and says how it is doing.
#[island]
pub fn LiveDot(
    /// Of the stream.
    address: String,
    /// Where the announcements stood before anything of this page was read.
    mark: String,
) -> impl IntoView {
    let live =
        Live { stream: RwSignal::new(Stream::Resting), gathered: StoredValue::new(None), mark: StoredValue::new(mark) };
    Effect::new(move |_| {
        watch_visibility(live, address.clone());
        live.open(&address);
    });
    view! {
        <span class="live-dot" data-needs-scripts data-state=move || live.stream.get().as_str() title=words::LIVE_HELP>
            <span class="live-word">{move || live.stream.get().label()}</span>
        </span>
    }
}

impl Live {
    fn open(self, address: &str) {
        Self::close();
        let Ok(source) = EventSource::new(address) else { return };
        let on_open = Closure::<dyn FnMut()>::new(move || {
            let _ = self.stream.try_set(Stream::Live);
        });
        let (failing, again) = (source.clone(), address.to_owned());
        let on_error = Closure::<dyn FnMut()>::new(move || {
            let _ = self.stream.try_set(Stream::Reconnecting);
            // After a refusal the browser does not try again by itself.
            if failing.ready_state() == EventSource::CLOSED {
                let address = again.clone();
                set_timeout(move || self.open_if_seen(&address), RETRY);
            }
        });
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(announcement) = serde_json::from_str::<Announcement>(&text) {
                self.hear(announcement);
            }
        });
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The source lives as long as the tab; a few closures per reopening are let go of on purpose.
        on_open.forget();
        on_error.forget();
        on_message.forget();
        SOURCE.set(Some(source));
    }

    fn open_if_seen(self, address: &str) {
        if document().visibility_state() != VisibilityState::Hidden {
            self.open(address);
        }
    }

    fn close() {
        if let Some(source) = SOURCE.take() {
            source.close();
        }
    }

    /// The first message of a stream has no topics: only the mark tells whether something was missed before it.
    fn hear(self, Announcement { topics, mark }: Announcement) {
        if !topics.is_empty() {
            self.gather(News::Of(topics));
        } else if mark != self.mark.try_get_value() {
            self.gather(News::Everything);
        }
        if let Some(mark) = mark {
            let _ = self.mark.try_set_value(mark);
        }
    }

    fn gather(self, news: News) {
        let waiting = self.gathered.try_update_value(|gathered| {
            let before = gathered.take();
            let waiting = before.is_some();
            *gathered = Some(match (before, news) {
                (Some(News::Of(mut topics)), News::Of(more)) => {
                    topics.extend(more);
                    News::Of(topics)
                }
                (None, news) => news,
                _ => News::Everything,
            });
            waiting
        });
        if waiting == Some(false) {
            set_timeout(move || self.tell(), GATHER);
        }
    }

    fn tell(self) {
        let concerns = match self.gathered.try_update_value(Option::take).flatten() {
            Some(News::Everything) => true,
            Some(News::Of(topics)) => is_about(&topics),
            None => false,
        };
        if concerns {
            visit::refresh();
        }
    }
}

/// Whether the page shown is about one of these topics.
fn is_about(topics: &[String]) -> bool {
    found::<Element>("[data-live]").any(|part| {
        let about = part.get_attribute("data-live").unwrap_or_default();
        about.split(' ').any(|topic| topics.iter().any(|told| told == topic))
    })
}

fn watch_visibility(live: Live, address: String) {
    let changed = Closure::<dyn FnMut()>::new(move || {
        if document().visibility_state() == VisibilityState::Hidden {
            Live::close();
            let _ = live.stream.try_set(Stream::Resting);
        } else {
            live.open(&address);
        }
    });
    let listening = document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    if listening.is_ok() {
        changed.forget();
    }
}
