//! `/deliveries`, and the failed signatures among them.

use super::plural;
use std::fmt::Display;

pub const LEAD_FAILED: &str =
    "Requests whose proof of origin did not hold. They are kept and explained; no parcel was changed by them.";
pub const LEAD: &str =
    "Every HTTP request the carriers made, as it came: what its proof was worth and what became of it.";
pub const SEARCH_HELP: &str = "Number, id, address or hash";
pub const VERDICT: &str = "Verdict";
pub const OUTCOME: &str = "Outcome";
pub const RETRIES: &str = "Retries";
pub const ONE_ROW: &str = "One row for all";
pub const ROW_EACH: &str = "One row each";
pub const ATTEMPT: &str = "Attempt";
pub const KEPT_IN: &str = "Kept in";
pub const NO_FAILED_HELP: &str = "Every request that came proved where it is from.";
pub const NO_FAILED: &str = "No failed signatures";
pub const NOTHING_YET_HELP: &str = "Give a carrier the address of one of your endpoints, or send a test event.";
pub const NOTHING_YET: &str = "No deliveries yet";
pub fn retries(n: impl Display) -> String {
    format!("×{}", plural(n, "retry", "retries"))
}
pub fn times(n: u64) -> String {
    if n == 1 { "Once".into() } else { format!("{n} times") }
}
pub const SINCE: &str = ", since ";
pub const LAST: &str = ", last ";
pub const SEE_NEWEST: &str = "See the newest";
