//! What is kept, and for how long.

use std::fmt::Display;

pub const DELIVERIES: &str = "Deliveries, parcels and their events";
pub const DELIVERIES_KEPT: &str = "Until you delete the database. Nothing is removed by itself.";
pub const REFUSED: &str = "Refused deliveries";
pub fn refused_kept(most: impl Display) -> String {
    format!("The newest {most} per endpoint, identical ones counted once; older ones make room.")
}
pub const RECIPIENTS: &str = "Names, addresses and numbers of recipients";
pub fn recipients_kept(days: i64) -> String {
    format!(
        "Dated to go {days} days after the last delivery that named them. Removing them on that date is not built yet."
    )
}
pub const SESSIONS: &str = "Sessions";
pub fn sessions_kept(days: i64) -> String {
    format!("{days} days after their last use.")
}
pub const ACTS: &str = "What operators did";
pub const ACTS_KEPT: &str = "For good: it is part of every timeline.";
