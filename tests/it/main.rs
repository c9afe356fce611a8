//! Integration tests: one binary, real SQLite files, real HTTP.

mod api;
mod app;
mod apply;
mod architecture;
mod attention;
mod audit;
mod auth;
mod carriers;
mod cli;
mod docs;
mod door;
mod front_door;
mod journeys;
mod listener;
mod lists;
mod mappings;
mod pages;
mod registration;
mod retries;
mod search;
mod settings;
mod shelf;
mod signatures;
mod simulator;
mod store;
mod vectors;
