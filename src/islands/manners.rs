//! Small things pages ask for by an attribute, so that no part of them needs scripts of its own:
//!
//! - `data-copy="text"`: a click copies the text; `data-copied-label` is said for a moment.
//! - `data-tick-all="name"`: the box ticks all boxes of that name, or none.
//! - `data-narrows="id"`: what is chosen leaves only the group of that label in the list with this id.
//! - `details.popup`: a click elsewhere closes it.
//! - `data-ago="seconds"`: how long ago, when the page was made; kept up by the browser's stopwatch.

use super::visit::{VISITED, found};
use crate::components::time::ago_text;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, HtmlOptGroupElement, HtmlSelectElement, MouseEvent};

/// How often times are kept up.
const TICK: core::time::Duration = core::time::Duration::from_secs(30);
/// How long a button says that it copied.
const SAID: core::time::Duration = core::time::Duration::from_secs(2);

thread_local! {
    /// What the stopwatch showed when the page shown was made, in milliseconds.
    static MADE_AT: Cell<f64> = const { Cell::new(0.0) };
}

/// Listens. Called once.
pub fn listen() {
    // The listeners live as long as the document.
    let _ = window_event_listener(ev::click, |event| {
        copy(&event);
        close_others(&event);
    });
    let _ = window_event_listener(ev::change, |event| {
        tick_all(&event);
        narrow(&event);
    });
    let _ = window_event_listener(ev::Custom::<Event>::new(VISITED), |_| MADE_AT.set(stopwatch()));
    set_interval(keep_up, TICK);
}

fn target<T: JsCast>(event: &Event) -> Option<T> {
    event.target()?.dyn_into::<T>().ok()
}

fn copy(event: &MouseEvent) {
    let button = target::<Element>(event).and_then(|inner| inner.closest("[data-copy]").ok().flatten());
    let Some(button) = button else { return };
    let text = button.get_attribute("data-copy").unwrap_or_default();
    // The promise needs no waiting for: where the browser refuses, there is nothing to say that helps.
    drop(window().navigator().clipboard().write_text(&text));
    let (label, copied) = (button.get_attribute("aria-label"), button.get_attribute("data-copied-label"));
    if button.has_attribute("data-copied") {
        return;
    }
    let say = move |label: Option<&str>| {
        // Names of ours are names.
        drop(button.toggle_attribute("data-copied"));
        for name in ["aria-label", "title"] {
            drop(button.set_attribute(name, label.unwrap_or_default()));
        }
    };
    say(copied.as_deref());
    set_timeout(move || say(label.as_deref()), SAID);
}

fn close_others(event: &MouseEvent) {
    let Some(clicked) = target::<Element>(event) else { return };
    for popup in found::<Element>("details.popup[open]").filter(|popup| !popup.contains(Some(&clicked))) {
        // Removing an attribute cannot fail.
        drop(popup.remove_attribute("open"));
    }
}

fn tick_all(event: &Event) {
    let Some(all) = target::<HtmlInputElement>(event) else { return };
    let Some(name) = all.get_attribute("data-tick-all") else { return };
    for tick in found::<HtmlInputElement>(&format!("input[name='{name}']")) {
        tick.set_checked(all.checked());
    }
}

fn narrow(event: &Event) {
    let Some(by) = target::<HtmlSelectElement>(event) else { return };
    let list = by.get_attribute("data-narrows").and_then(|id| document().get_element_by_id(&id));
    let Some(list) = list.and_then(|list| list.dyn_into::<HtmlSelectElement>().ok()) else { return };
    let chosen = by.selected_options().item(0).and_then(|option| option.text_content()).unwrap_or_default();
    let groups = found::<HtmlOptGroupElement>("optgroup").filter(|group| list.contains(Some(group)));
    for group in groups {
        let other = !by.value().is_empty() && group.label() != chosen;
        group.set_hidden(other);
        group.set_disabled(other);
    }
    // What was chosen from a group that is no longer offered is let go of.
    if list.query_selector("optgroup:disabled > option:checked").is_ok_and(|gone| gone.is_some()) {
        list.set_value("");
    }
}

fn stopwatch() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

fn keep_up() {
    #[expect(clippy::cast_possible_truncation, reason = "a tab is not open for billions of years")]
    let passed = ((stopwatch() - MADE_AT.get()) / 1000.0) as i64;
    for time in found::<Element>("time[data-ago]") {
        let seconds = time.get_attribute("data-ago").and_then(|seconds| seconds.parse::<i64>().ok());
        if let Some(seconds) = seconds {
            time.set_text_content(Some(&ago_text(seconds + passed)));
        }
    }
}
