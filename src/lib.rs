//! Parcelwire: proves, keeps and folds carrier webhooks into one timeline per parcel.
//!
//! Three halves: [`tracking`], the vocabulary and the fold, pure and for both targets; `server`, all that the browser
//! must never see; and the pages (`api`, `components`, `pages`, `app`), rendered by the server, with what wakes up in the
//! browser (`islands`); their texts are in [`words`]. Read `server::ingest` and `server::apply`
//! first: they are the architecture. The target switches of the crate are all in this file.
#![recursion_limit = "512"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod app;
pub mod components;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;
pub mod tracking;
pub mod words;

/// Wakes up what the server rendered to be awake.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    islands::find_base();
    leptos::mount::hydrate_islands();
}
