//! `/`: the overview.

use super::plural;
use std::fmt::Display;

// First steps
pub const DONE_IS: &str = "Done: ";
pub const THREE_STEPS: &str = "Three steps to the first parcel";
pub const ADD_ENDPOINT: &str = "Add an endpoint";
pub const ADD_ENDPOINT_HELP: &str = "One receiving address per carrier account, with its secret.";
pub const SEND_TEST_HELP: &str =
    "The test bench signs and sends what the carrier would, through the same door. It stays apart from real parcels.";
pub const OPEN_BENCH: &str = "Open the test bench";
pub const GIVE_ADDRESS: &str = "Give the carrier the address";
pub const GIVE_ADDRESS_HELP: &str =
    "Its page shows the address and how far the registration is. Parcels appear with the first event.";
pub const SEE_ADDRESS: &str = "See the address";

// What is moving
pub const MOVING: &str = "Moving";
pub const DELIVERED_TODAY: &str = "Delivered today";
pub const NEW_TODAY: &str = "New today";
pub const TODAY_IS: &str = "Today is meant in ";
pub const CHOOSE_ZONE: &str = "Choose your zone";
pub const NO_COMPARISON: &str = "not enough data to compare";
pub const AS_A_WEEK_AGO: &str = "as a week ago by now";
pub fn more(n: impl Display) -> String {
    format!("{n} more than a week ago by now")
}
pub fn fewer(n: impl Display) -> String {
    format!("{n} fewer than a week ago by now")
}

// What happened
pub const LAST_DAYS: &str = "Events of the last 14 days";
pub const AS_TABLE: &str = "As a table";
pub const DAY: &str = "Day";
pub const ON_THE_WAY: &str = "On the way";
pub const TROUBLE: &str = "Trouble";
pub const GOING_BACK: &str = "Going back";
pub const LATEST: &str = "Latest activity";
pub fn day_total(day: &str, n: u32) -> String {
    format!("{day}: {}", plural(n, "event", "events"))
}

// What needs somebody
pub const NEEDS_ME: &str = "Needs me";
pub const PARCELS_AFTER: &str = " parcels";
pub fn all(n: u64) -> String {
    if n == 1 { "1 parcel".into() } else { format!("All {n}") }
}
pub fn looks_after(owner: &str) -> String {
    format!(" {owner} looks after it.")
}
pub const ALSO: &str = "Also worth a look";
pub fn failed_today(n: u64) -> String {
    if n == 0 {
        "No failed signatures today".into()
    } else {
        plural(n, "failed signature today", "failed signatures today")
    }
}
pub fn not_mapped(n: u64) -> String {
    if n == 0 { "Every code is mapped".into() } else { plural(n, "code not mapped", "codes not mapped") }
}
pub fn notes(n: u64) -> String {
    if n == 0 {
        super::attention::NO_NOTES.into()
    } else {
        plural(n, "note without a parcel", "notes without a parcel")
    }
}

// Whether every carrier is alive
pub const ALL_CARRIERS: &str = "All carriers";
pub fn hours(taken: u64, refused: u64) -> String {
    format!("{taken} received, {refused} refused")
}
pub fn day_by_hours(endpoint: &str, hours: &str) -> String {
    format!("{endpoint}, last 24 hours by the hour: {hours}")
}
pub const LAST_PROVEN: &str = "Last proven delivery ";
pub const NO_PROVEN: &str = "No proven delivery yet";
pub const IN_24H: &str = " · 24 h";
pub fn silent(now: &str, before: &str) -> String {
    format!("Silent for {now}; the longest silence before was {before}.")
}
pub fn as_usual(span: &str) -> String {
    format!("As usual: heard of at least every {span}.")
}
pub const NO_RHYTHM: &str = "Not enough data to know its rhythm.";
