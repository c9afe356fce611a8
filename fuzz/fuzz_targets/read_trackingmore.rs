//! The reader of one carrier.
#![no_main]

#[path = "../targets.rs"]
#[allow(dead_code, reason = "shared by all targets")]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::read("trackingmore", data));
