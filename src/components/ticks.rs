//! The ticks of a list, all at once.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Ticks every box of this name on the page, or none. Names are words, perhaps with brackets.
pub fn tick_all(name: &str, on: bool) {
    let Ok(found) = document().query_selector_all(&format!("input[name='{name}']")) else { return };
    for n in 0..found.length() {
        if let Some(tick) = found.item(n).and_then(|node| node.dyn_into::<HtmlInputElement>().ok()) {
            tick.set_checked(on);
        }
    }
}
