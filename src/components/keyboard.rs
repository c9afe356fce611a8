//! The keyboard: `j` and `k` move between rows, `x` ticks one, `g` and a letter goes somewhere, `?` says so. Silent while
//! something is typed, and with Ctrl, Alt or Meta. `/` is the search box's own.
//!
//! Focus survives acts: when the row that was acted on is gone, the next one has it.

use crate::words::keyboard as words;
use leptos::ev::{KeyboardEvent, keydown};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A row that can be gone to.
const ROW: &str = "main :is([data-row], tr[data-link])";
/// How long `g` waits for its letter.
const PATIENCE: core::time::Duration = core::time::Duration::from_millis(1_500);
/// How often is looked whether focus was lost after an act, and how many times.
const LOOKS: (core::time::Duration, u32) = (core::time::Duration::from_millis(100), 30);

/// Listens, and holds the help that `?` opens. Once, in the frame.
#[component]
pub fn Keyboard() -> impl IntoView {
    let going = RwSignal::new(false);
    Effect::new(move |_| {
        let listening = window_event_listener(keydown, move |event| pressed(&event, going));
        on_cleanup(move || listening.remove());
    });
    view! {
        <button type="button" class="button keys-button" data-kind="quiet" id="keys-button" popovertarget="keys" data-needs-scripts aria-label=words::SHORTCUTS>"?"</button>
        <div class="keys" id="keys" popover="auto" role="dialog" aria-labelledby="keys-title" tabindex="-1">
            <h2 id="keys-title">{words::KEYBOARD}</h2>
            <dl>{words::KEYS.iter().map(|(key, what)| view! { <dt><kbd>{*key}</kbd></dt><dd>{*what}</dd> }).collect_view()}</dl>
        </div>
    }
}

fn pressed(event: &KeyboardEvent, going: RwSignal<bool>) {
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
    let done = match (going.get_untracked(), key.as_str()) {
        (true, letter) => {
            going.set(false);
            click(&format!(
                ".rail a[data-go='{}']",
                letter.chars().filter(char::is_ascii_lowercase).collect::<String>()
            ))
        }
        (false, "g") => {
            going.set(true);
            set_timeout(
                move || {
                    let _ = going.try_set(false);
                },
                PATIENCE,
            );
            true
        }
        (false, "j") => step(true),
        (false, "k") => step(false),
        (false, "x") => click(&format!("{ROW}:focus-within input[type=checkbox]")),
        (false, "?") => click("#keys-button"),
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

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn click(selector: &str) -> bool {
    let found = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    found.map(|element| element.click()).is_some()
}

/// Goes to the next row or the one before; to the first where none has focus.
fn step(forward: bool) -> bool {
    let row = match find(&format!("{ROW}:focus-within")) {
        Some(row) if forward => row.next_element_sibling(),
        Some(row) => row.previous_element_sibling(),
        None => find(ROW),
    };
    row.is_some_and(|row| focus_in(&row))
}

/// Puts focus on a row's link.
fn focus_in(row: &Element) -> bool {
    let link = row.query_selector(".row-link, a, button").ok().flatten();
    let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok());
    link.is_some_and(|link| link.focus().is_ok())
}

/// Call when a form that acts is sent: should what has focus go, the row keeps it, or the next one, or the page.
pub fn keep_focus(form: &Element) {
    let row = form.closest("[data-row], tr").ok().flatten();
    let neighbour = row.as_ref().and_then(|row| row.next_element_sibling().or_else(|| row.previous_element_sibling()));
    look_after_focus(row, neighbour, LOOKS.1);
}

fn look_after_focus(row: Option<Element>, neighbour: Option<Element>, looks: u32) {
    let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    if lost {
        let there = [&row, &neighbour].into_iter().flatten().find(|row| row.is_connected());
        if !there.is_some_and(focus_in)
            && let Some(main) = find("#main").and_then(|main| main.dyn_into::<HtmlElement>().ok())
        {
            // Focusing an element of this document cannot fail.
            let _ = main.focus();
        }
    } else if looks > 0 {
        set_timeout(move || look_after_focus(row, neighbour, looks - 1), LOOKS.0);
    }
}
