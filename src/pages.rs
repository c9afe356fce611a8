//! One file a route: read the parameters, ask one thing, render.

pub mod home;
pub mod login;
pub mod not_found;
pub mod parcel;
pub mod parcels;
pub mod setup;
pub mod shipment;
