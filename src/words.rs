//! Every text an operator reads, in one place: a file per page or area, so that a translation has one folder to follow.
//!
//! A text is a `const`; one with values in it is a small function. Pages and components hold no text of their own
//! (`tests/it/architecture.rs`): they write `words::LEAD` after `use crate::words::deliveries as words`. What a status, a
//! verdict or another word of the vocabulary is called stands with the vocabulary, in `tracking`. What a carrier's file
//! says of its carrier stays in that file.
#![allow(missing_docs, reason = "a text says itself what it is")]

pub mod acts;
pub mod attention;
pub mod audit;
pub mod badges;
pub mod carriers;
pub mod common;
pub mod deliveries;
pub mod delivery;
pub mod endpoint;
pub mod faults;
pub mod filters;
pub mod frame;
pub mod gallery;
pub mod home;
pub mod import;
pub mod kept;
pub mod keyboard;
pub mod mappings;
pub mod notes;
pub mod parcel;
pub mod parcels;
pub mod privacy;
pub mod search;
pub mod settings;
pub mod settings_of_carriers;
pub mod shipment;
pub mod sign_in;
pub mod states;
pub mod test_bench;
pub mod timeline;
pub mod times;
pub mod trust;

/// A count with its noun: `1 event`, `3 events`.
pub fn plural(count: impl std::fmt::Display, one: &str, many: &str) -> String {
    let count = count.to_string();
    let noun = if count == "1" { one } else { many };
    format!("{count} {noun}")
}
