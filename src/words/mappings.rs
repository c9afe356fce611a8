//! Mappings: what carriers' codes mean.

use super::common::events;

// While parcels are worked out again
pub fn new_meaning(name: &str, left: u64) -> String {
    format!("Parcels are being worked out again because “{name}” has another meaning: {} left.", events(left))
}
pub fn new_policy(left: u64) -> String {
    format!("Parcels are being worked out again because a setting of their endpoint changed: {} left.", events(left))
}
pub fn new_rules(left: u64) -> String {
    format!("Parcels are being worked out again by the rules of this version: {} left.", events(left))
}
