//! Focus is never lost: when what had it is gone, its row has it, else the next row, else the page.

use super::visit::found;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Where the focus was before the page changed.
pub struct Before {
    row: Option<Element>,
    neighbour: Option<Element>,
    had: bool,
}

/// To be asked before the page changes; `form` is the one that was sent.
pub fn before(form: Option<&Element>) -> Before {
    let active = document().active_element();
    let near = form.or(active.as_ref());
    let row = near.and_then(|near| near.closest("[data-row], tr").ok().flatten());
    let neighbour = row.as_ref().and_then(|row| row.next_element_sibling().or_else(|| row.previous_element_sibling()));
    Before { row, neighbour, had: form.is_some() || is_somewhere(active.as_ref()) }
}

impl Before {
    /// To be called once the page has changed.
    pub fn restore(self) {
        if !self.had || is_somewhere(document().active_element().as_ref()) {
            return;
        }
        let there = [self.row, self.neighbour].into_iter().flatten().find(|row| row.is_connected());
        if !there.is_some_and(|row| in_row(&row)) {
            on_main();
        }
    }
}

fn is_somewhere(active: Option<&Element>) -> bool {
    active.is_some_and(|element| element.tag_name() != "BODY")
}

/// Puts the focus on a row's link.
pub fn in_row(row: &Element) -> bool {
    let link = row.query_selector(".row-link, a, button").ok().flatten();
    link.and_then(|link| link.dyn_into::<HtmlElement>().ok()).is_some_and(|link| link.focus().is_ok())
}

/// Puts the focus on the page.
pub fn on_main() {
    if let Some(main) = found::<HtmlElement>("#main").next() {
        on(&main);
    }
}

/// Puts the focus on this.
pub fn on(element: &HtmlElement) {
    // Focusing an element of this document cannot fail.
    drop(element.focus());
}
