//! The vocabulary of parcels and the fold that derives their state.
//!
//! Pure and compiled for both targets: no I/O, no clock, no environment, nothing of Leptos.
//! What a word means stands in `docs/ARCHITECTURE.md`, section "Names".

pub mod act;
pub mod attention;
pub mod audit;
pub mod bulk;
pub mod carrier_id;
pub mod delivery;
pub mod endpoint;
pub mod event;
pub mod fold;
pub mod import;
pub mod mapping;
pub mod number;
pub mod overview;
pub mod page;
pub mod parcel;
pub mod people;
pub mod preferences;
pub mod registration;
pub mod retention;
pub mod screen;
pub mod search;
pub mod several;
pub mod sheet;
pub mod status;
pub mod tag;
pub mod test_bench;
pub mod time;
pub mod trust;
pub mod view;
pub mod why;
pub mod words;
pub mod zones;
