//! Parcelwire: proves, keeps and folds carrier webhooks into one timeline per parcel.
//!
//! Three halves: [`tracking`], the vocabulary and the fold, pure and for both targets; `server`, all that the browser
//! must never see; and the pages (`api`, `components`, `pages`, `app`). Read `server::ingest` and `server::apply`
//! first: they are the architecture. The two target switches of the crate are in this file.
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod server;
pub mod tracking;
