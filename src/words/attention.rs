//! `/attention`: parcels that need a person.

pub const LEAD: &str = "Parcels that need a person: why, since when, and what usually helps. Each stands in one queue, the most urgent that fits, and leaves by itself when it recovers.";
pub const CUT: &str = "There are more than can be looked at in one go; the oldest are shown.";
pub const ITEMS: &str = "Parcels that need a person";
pub const NOBODY: &str = "Nobody";
pub const STATE: &str = "State";
pub const OPEN: &str = "Open";
pub const SNOOZED: &str = "Snoozed";
pub const RESOLVED: &str = "Resolved";
pub const OLDEST: &str = "Oldest: ";
pub const NONE: &str = "none";
pub fn last_days(came: u32, left: u32) -> String {
    format!("{came} came and {left} left in 7 days")
}
pub const EACH_DAY: &str = "What came and what left on each of the last seven days";
pub const LOOKED_AFTER_BY: &str = "Looked after by:";
pub const ONLY: &str = "Only ";
pub const NOBODYS: &str = "nobody’s";
pub const EVERYBODYS: &str = "Everybody’s";
pub const UNASSIGNED_NOTES: &str = "Unassigned notes";
pub const QUEUES: &str = "Queues";
pub const NOTHING_HELP: &str =
    "Trouble appears here as carriers report it, or when a parcel stands still for too long.";
pub const NOTHING: &str = "Nothing needs you";
pub const NOTHING_HERE: &str = "Nothing here";
pub const EVERYTHING_OPEN: &str = "Everything that is open";
pub const NO_NOTES: &str = "Every note has its parcel";
pub const NO_NOTES_HELP: &str = "A carrier’s note that names no number appears here.";
pub const NOTES_LEAD: &str = "These notes name no number that is known, so they stand on no timeline.";
pub const RECEIVED_AT: &str = "Received ";
pub const BROUGHT_BY: &str = "The delivery that brought it";
pub const NEWEST_NOTES: &str = "The newest 50 are shown.";
pub const RECOVERED: &str = "recovered by itself";
pub fn done_by(act: &str, who: &str) -> String {
    format!("{act} by {who}")
}
pub const LATELY: &str = "Lately";

// An item
pub const SINCE: &str = "Since ";
pub fn piece(piece: &str) -> String {
    format!(" · piece {piece}")
}
pub const LAST: &str = " · last: ";
pub const WHAT_HELPS: &str = "What helps: ";
pub fn looked_after_by(owner: &str) -> String {
    format!("Looked after by {owner}")
}
pub const SNOOZED_UNTIL: &str = "Snoozed until ";
pub const SNOOZED_UNTIL_EVENT: &str = "Snoozed until the next event";
pub const RESOLVED_BY: &str = "Resolved by ";
pub fn snooze_for(number: &str) -> String {
    format!("Snooze {number} for")
}
pub fn why_done(number: &str) -> String {
    format!("Why {number} needs nobody any more")
}
pub fn who_looks_after(number: &str) -> String {
    format!("Who looks after {number}")
}
pub const GIVE_BACK: &str = "Give back";
pub const ASSIGN_TO_ME: &str = "Assign to me";
pub const SNOOZE: &str = "Snooze";
pub const RESOLVE_OPEN: &str = "Resolve…";
pub const WHY_DONE: &str = "Why it needs nobody any more";
pub const RESOLVE: &str = "Resolve";
pub const OPEN_AGAIN: &str = "Open again";
pub const ASSIGN_OPEN: &str = "Assign…";
pub const ASSIGN: &str = "Assign";
