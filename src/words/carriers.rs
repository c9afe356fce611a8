//! `/carriers`: every endpoint at a glance.

pub const LEAD: &str =
    "Each endpoint is one receiving address for one carrier account, with its own secret and settings.";
pub const DELETED: &str = "The endpoint is deleted. Its deliveries and parcels stay.";
pub fn add_endpoint(carrier: &str) -> String {
    format!("Add {carrier} endpoint")
}
pub const REGISTRATION: &str = "Registration";
pub const SECRET: &str = "Secret";
pub const LAST_DELIVERY: &str = "Last delivery";
pub const FAILED_24H: &str = "Failed, 24 h";
pub const SET: &str = "set";
pub const NOT_SET: &str = "not set";
pub const NONE_NEEDED: &str = "none needed";
pub const NONE_YET: &str = "none yet";
