//! Settings and secrets of an endpoint.

pub const HOURS: &str = "hours";
pub const OF_HOLDING_TIME: &str = "% of the holding time";
pub const WATCH_AFTER: &str = "watch after";
pub const ACT_AFTER: &str = "act after";
pub const ADVANCED: &str = "Advanced";
pub fn set_ends_in(last4: &str) -> String {
    format!("set, ends in {last4}; leave empty to keep it")
}
pub const SET_KEEP: &str = "set; leave empty to keep it";
