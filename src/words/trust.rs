//! What the page “Trust” says.

use super::plural;

pub const TITLE: &str = "Trust";
pub const LEAD: &str = "What an answer of Parcelwire promises a carrier, what it does not, and the figures behind it.";

// Promises
pub const PROMISED: &str = "What a 200 promises";
pub const PROMISES: [&str; 4] = [
    "The exact bytes, the headers and the verdict are on the disk: they survive a crash and a loss of power.",
    "The proof of origin was checked before, over the bytes as they came. What fails it is never applied.",
    "The message is applied once, however often it comes, and again after a restart if it was not yet.",
    "What could not be stored was answered 503, so that the carrier sends it again.",
];
pub const NOT_PROMISED: &str = "What it does not promise";
pub const NOT_PROMISES: [&str; 5] = [
    "That the carrier sent everything, or sent it in time: what never came, nobody can keep.",
    "That what the carrier says is true, or that its body could be read.",
    "That an unsigned message is the carrier's: a URL or a header proves only that the sender knew it.",
    "That the disk lives for ever: only a backup elsewhere survives it.",
    "That it is on the pages at once: it is applied right after, mostly within a second.",
];

// Figures
pub const COMMITS: &str = "Commits";
pub const HALF: &str = "Half of them within";
pub const MOST: &str = "99 of 100 within";
pub fn ms(ms: u64) -> String {
    format!("{ms} ms")
}
pub fn measured(n: u32) -> String {
    format!("From the request to the disk, for the newest {}.", plural(n, "delivery", "deliveries"))
}
pub const NONE_MEASURED: &str = "No delivery was measured yet.";

pub const BACKUPS: &str = "Backups";
pub const LAST_BACKUP: &str = "Last good one";
pub const NO_BACKUP: &str = "None yet";
pub const CHECKED: &str = "Checked";
pub fn restored(deliveries: u64) -> String {
    format!("No fault found; restored into a temporary place with {}.", plural(deliveries, "delivery", "deliveries"))
}
pub const SIZE: &str = "Size";
pub const SCHEDULE: &str = "By itself";
pub fn schedule(hours: u32, keep: u32) -> String {
    match hours {
        0 => "Never: PARCELWIRE_BACKUP_EVERY_HOURS is 0.".to_owned(),
        _ => format!("Every {}; the newest {keep} are kept.", plural(hours, "hour", "hours")),
    }
}
pub const BACKUP_FAILED: &str = "The last backup failed: ";

pub const DATABASE: &str = "Database";
pub const DELIVERIES_KEPT: &str = "Deliveries kept";
pub const LAST_CHECK: &str = "Looked for damage";
pub const NOT_CHECKED: &str = "Not yet";
pub const FOUND: &str = "Found";
pub const NO_DAMAGE: &str = "None.";
pub fn unfinished(tables: u32) -> String {
    format!("None so far; {} were not reached in time.", plural(tables, "table", "tables"))
}
pub const DAMAGED: &str = "The database is damaged. Restore the newest good backup: ";

pub const REFUSED: &str = "Turned away";
pub const REFUSED_LEAD: &str = "Counted since the first start; what is only counted is not stored.";
pub fn refused(name: &str) -> &str {
    match name {
        "failed_proofs" => "Failed proofs, last 48 hours (kept, within bounds)",
        "hooks_unknown_url" => "Unknown address",
        "hooks_wrong_network" => "From a network that is not allowed",
        "hooks_too_many" => "Too many refusals in a second",
        "hooks_too_large" => "Too large",
        "hooks_unavailable" => "Could not be stored (503): the carrier was asked to come again",
        other => other,
    }
}
pub const NOTHING_REFUSED: &str = "Nothing yet.";
pub const MORE: &str =
    "docs/SECURITY.md says what each carrier's proof covers, against whom this protects, and how to report a weakness.";

/// Bytes as people say them.
pub fn bytes(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", tenths(1024)),
        1_048_576..1_073_741_824 => format!("{} MiB", tenths(1_048_576)),
        _ => format!("{} GiB", tenths(1_073_741_824)),
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_read_well() {
        assert_eq!([512, 1536, 1_048_576, 37_983_000].map(bytes), ["512 B", "1.5 KiB", "1.0 MiB", "36.2 MiB"]);
    }
}
