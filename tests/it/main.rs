//! Integration tests: one binary, real SQLite files, real HTTP.

mod apply;
mod architecture;
mod docs;
mod registration;
mod store;
