//! Personal data: what is kept of people for how long, revealing and erasing it.

use super::plural;

// On a parcel's page
pub const REVEAL: &str = "Reveal";
pub const REVEAL_HELP: &str = "Shows names and addresses in full. The audit log records that you looked.";
pub const REVEALED: &str = "revealed for two minutes";
pub const NOTHING_KNOWN: &str = "Nothing is known of people.";
pub const SIGNED_BY: &str = "Signed by";
pub const ERASE: &str = "Erase personal data";
pub const ERASE_HELP: &str = "Removes the recipient, the names of those who signed, and every raw body that names this number, for good; what else such a body carried stays on its timelines. Backups made before still hold it.";
pub const ERASE_REASON: &str = "Reason";
pub const ERASE_REASON_HELP: &str = "Kept in the audit log: name nobody in it.";
pub const ERASE_NOW: &str = "Erase for good";
pub fn erased(count: &str) -> String {
    let rows = plural(count, "entry", "entries");
    format!("Personal data is erased: {rows} removed.")
}

// On the settings page
pub const DAYS: &str = "days";
pub const DAYS_HELP: &str = "Counted from the last delivery that brought it. Empty: for ever.";
pub const BODIES_HELP: &str = "A raw body names the people its delivery was about. Without it, events stay, but cannot be replayed or proven again.";
pub const DAYS_FAULT: &str = "Days are a whole number, or nothing.";
pub const SAVE: &str = "Save";
pub const FOR_EVER: &str = "For ever";
pub fn for_days(days: u32) -> String {
    plural(days, "day", "days")
}
pub const LONGER_BODIES: &str =
    "Raw bodies are kept for longer than the people in them: what is removed of a person is still in the bodies.";
pub fn next_purge(count: u64) -> String {
    format!("{} with the next purge", plural(count, "row goes", "rows go"))
}
pub const OLDEST: &str = ", the oldest of ";
pub const LAST_PURGE: &str = "Removed last";
pub fn removed(bodies: u64, refused: u64, recipients: u64, signers: u64) -> String {
    let parts = [
        plural(bodies, "raw body", "raw bodies"),
        plural(refused, "refused delivery", "refused deliveries"),
        plural(recipients, "recipient", "recipients"),
        plural(signers, "signer", "signers"),
    ];
    parts.join(", ")
}
