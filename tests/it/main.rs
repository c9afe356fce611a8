//! Integration tests: one binary, real SQLite files, real HTTP.

mod architecture;
mod docs;
mod registration;
mod store;
