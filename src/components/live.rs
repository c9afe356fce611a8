//! Lists that keep themselves up to date: the server says *that* something changed, the page asks again.
//!
//! One event stream per tab. A page knows the mark it was made at; a stream begins with the mark of now. Where they
//! differ (the page was waking up, the tab was hidden, the connection or the server was gone) it asks for everything.

use super::console::console;
use super::link::path;
use leptos::prelude::*;
use serde::Deserialize;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent, VisibilityState};

/// Changes are gathered for this long before pages ask again.
const GATHER: core::time::Duration = core::time::Duration::from_millis(400);

/// How long to wait after the server refused the stream.
const RETRY: core::time::Duration = core::time::Duration::from_secs(15);

/// How the stream is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Not open: no scripts yet, or a hidden tab.
    Resting,
    /// Open.
    Live,
    /// Lost; the browser tries again.
    Reconnecting,
}

thread_local! {
    /// The open source. Not in the reactive graph: the server's requests move between threads, and it cannot.
    static SOURCE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
}

/// The stream of this tab.
#[derive(Clone, Copy)]
struct Live {
    stream: RwSignal<Stream>,
    /// Counts up; `None` in the topics means “anything may have changed”.
    news: RwSignal<(u64, Option<Vec<String>>)>,
    gathered: StoredValue<Option<Vec<String>>>,
    /// Where the announcements stood when this page last heard of them.
    mark: StoredValue<String>,
}

#[derive(Deserialize)]
struct Announcement {
    topics: Vec<String>,
    mark: Option<String>,
}

/// Opens the stream once the page has woken up. Called once, by the frame.
pub fn provide_live() {
    let live = Live {
        stream: RwSignal::new(Stream::Resting),
        news: RwSignal::new((0, Some(Vec::new()))),
        gathered: StoredValue::new(None),
        mark: StoredValue::new(console().mark),
    };
    provide_context(live);
    let address = path("/live");
    let signed_in = console().viewer.is_some();
    Effect::new(move |_| {
        if signed_in {
            watch_visibility(live, address.clone());
            live.open(&address);
        }
    });
}

/// How the stream is doing; resting where there is none.
pub fn use_stream() -> Signal<Stream> {
    match use_context::<Live>() {
        Some(live) => live.stream.into(),
        None => Signal::derive(|| Stream::Resting),
    }
}

/// Changes whenever something under `topic` did: `parcels`, `parcel:<id>`, `deliveries`, `endpoints`.
pub fn use_live(topic: impl Into<String>) -> Memo<u64> {
    let topic = topic.into();
    let live = use_context::<Live>();
    Memo::new(move |before: Option<&u64>| {
        let before = before.copied().unwrap_or_default();
        let Some(live) = live else { return before };
        live.news.with(|(count, topics)| match topics {
            Some(topics) if !topics.contains(&topic) => before,
            _ => *count,
        })
    })
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
            self.gather(Some(topics));
        } else if mark != self.mark.try_get_value() {
            self.gather(None);
        }
        if let Some(mark) = mark {
            let _ = self.mark.try_set_value(mark);
        }
    }

    fn gather(self, topics: Option<Vec<String>>) {
        let waiting = self.gathered.try_update_value(|gathered| {
            let waiting = gathered.is_some();
            let known = gathered.get_or_insert_default();
            known.extend(topics.unwrap_or_else(|| vec![EVERYTHING.into()]));
            waiting
        });
        if waiting == Some(false) {
            set_timeout(move || self.announce(), GATHER);
        }
    }

    fn announce(self) {
        let topics = self.gathered.try_update_value(Option::take).flatten().unwrap_or_default();
        let topics = (!topics.iter().any(|topic| topic == EVERYTHING)).then_some(topics);
        let _ = self.news.try_update(|(count, last)| {
            *count += 1;
            *last = topics;
        });
    }
}

/// Stands for every topic while changes are gathered.
const EVERYTHING: &str = "*";

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
