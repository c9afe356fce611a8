//! Everything the browser must never see, in the order in which data flows through it.

pub mod apply;
pub mod auth;
pub mod carriers;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod endpoints;
pub mod handover;
pub mod ids;
pub mod ingest;
pub mod listener;
pub mod live;
pub mod mappings;
pub mod outgoing;
pub mod problem;
pub mod registration;
pub mod router;
pub mod routes;
pub mod secrets;
pub mod signature;
pub mod simulator;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod views;
