//! One file a route: read the parameters, ask one thing, render.

pub mod attention;
pub mod audit;
pub mod carriers;
pub mod deliveries;
pub mod delivery;
pub mod endpoint;
pub mod endpoint_new;
#[cfg(debug_assertions)]
pub mod gallery;
pub mod home;
pub mod login;
pub mod mappings;
pub mod not_found;
pub mod notes;
pub mod parcel;
pub mod parcel_new;
pub mod parcels;
pub mod parcels_import;
pub mod search;
pub mod settings;
pub mod setup;
pub mod shipment;
pub mod test_bench;
pub mod trust;
