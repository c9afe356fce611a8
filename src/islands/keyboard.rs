//! The keyboard: `j` and `k` move between rows, `x` ticks one, `g` and a letter goes somewhere, `/` leads to the search,
//! `?` says so. Silent while something is typed, and with Ctrl, Alt or Meta.

use super::focus;
use super::visit::found;
use leptos::ev::{KeyboardEvent, keydown};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A row that can be gone to.
const ROW: &str = "main :is([data-row], tr[data-link])";
/// How long `g` waits for its letter.
const PATIENCE: core::time::Duration = core::time::Duration::from_millis(1_500);
/// The field of the search.
const SEARCH: &str = ".bar input[type=search]";

thread_local! {
    /// Whether `g` waits for its letter.
    static GOING: Cell<bool> = const { Cell::new(false) };
}

/// Listens. Called once.
pub fn listen() {
    // The listener lives as long as the document.
    let _ = window_event_listener(keydown, |event| pressed(&event));
}

fn pressed(event: &KeyboardEvent) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    if typing(event) {
        if event.key() == "Escape" {
            leave_field();
        }
        return;
    }
    let key = event.key();
    let done = match (GOING.get(), key.as_str()) {
        (true, letter) => {
            GOING.set(false);
            click(&format!(
                ".rail a[data-go='{}']",
                letter.chars().filter(char::is_ascii_lowercase).collect::<String>()
            ))
        }
        (false, "g") => {
            GOING.set(true);
            set_timeout(|| GOING.set(false), PATIENCE);
            true
        }
        (false, "j") => step(true),
        (false, "k") => step(false),
        (false, "x") => click(&format!("{ROW}:focus-within input[type=checkbox]")),
        (false, "?") => click("#keys-button"),
        (false, "/") => found::<HtmlElement>(SEARCH).next().is_some_and(|field| field.focus().is_ok()),
        (false, "Escape") => found::<Element>(":popover-open").next().is_none() && click(".drawer-close"),
        _ => false,
    };
    if done {
        event.prevent_default();
    }
}

/// Whether something is being typed.
fn typing(event: &KeyboardEvent) -> bool {
    event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()).is_some_and(|element| {
        let tick = element.get_attribute("type").is_some_and(|kind| kind == "checkbox" || kind == "radio");
        element.is_content_editable()
            || (!tick && ["INPUT", "TEXTAREA", "SELECT"].contains(&element.tag_name().as_str()))
    })
}

fn leave_field() {
    let field = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    // Taking focus off an element cannot fail.
    let _ = field.map(|field| field.blur());
}

fn click(selector: &str) -> bool {
    found::<HtmlElement>(selector).next().map(|element| element.click()).is_some()
}

/// Goes to the next row or the one before; to the first where none has focus.
fn step(forward: bool) -> bool {
    let row = match found::<Element>(&format!("{ROW}:focus-within")).next() {
        Some(row) if forward => row.next_element_sibling(),
        Some(row) => row.previous_element_sibling(),
        None => found(ROW).next(),
    };
    row.is_some_and(|row| focus::in_row(&row))
}
