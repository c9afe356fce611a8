//! Parcelwire: proves, keeps and folds carrier webhooks into one timeline per parcel.
//!
//! Three halves: [`tracking`], the vocabulary and the fold, pure and for both targets; `server`, all that the browser
//! must never see; and the pages (`api`, `components`, `pages`, `app`), whose texts are in [`words`]. Read `server::ingest` and `server::apply`
//! first: they are the architecture. The two target switches of the crate are in this file.
#![recursion_limit = "512"]

pub mod api;
pub mod app;
pub mod components;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
pub mod tracking;
pub mod words;

/// Wakes up the page the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    components::console::find_base();
    leptos::mount::hydrate_body(app::App);
    components::console::mark_awake();
}
