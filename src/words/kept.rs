//! What is kept, and for how long.

use std::fmt::Display;

pub const DELIVERIES: &str = "Parcels and their events, and what deliveries were";
pub const DELIVERIES_KEPT: &str = "For good, without the people in them.";
pub const REFUSED: &str = "Refused deliveries";
pub fn refused_kept(most: impl Display) -> String {
    format!("The newest {most} per endpoint, identical ones counted once; older ones make room.")
}
pub const SESSIONS: &str = "Sessions";
pub fn sessions_kept(days: i64) -> String {
    format!("{days} days after their last use.")
}
pub const ACTS: &str = "What operators did, and the audit log";
pub const ACTS_KEPT: &str = "For good.";
