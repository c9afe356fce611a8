//! Times, and on whose clock they are shown.

pub const DAY_ONLY_HELP: &str = "The carrier gave the day only.";
pub const NO_TIME_HELP: &str = "The carrier gave no time; this is when it told us.";
pub const BY: &str = "by ";
pub const JUST_NOW: &str = "just now";
pub fn ahead(span: &str) -> String {
    format!("in {span}")
}
pub fn ago(span: &str) -> String {
    format!("{span} ago")
}
pub fn minutes(n: i64) -> String {
    format!("{n} min")
}
pub fn hours(n: i64) -> String {
    format!("{n} h")
}
pub fn days(n: i64) -> String {
    format!("{n} d")
}
pub const UNDER_A_MINUTE: &str = "under 1 min";
pub const DAY_ONLY: &str = "day only";
pub fn received_at(clock: &str) -> String {
    format!("rec’d {clock}")
}
pub fn in_my_zone(zone: &str) -> String {
    format!("Times in my zone, {zone}")
}
pub fn times(whose: &str) -> String {
    format!("Times: {whose}")
}
