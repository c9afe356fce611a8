//! `/settings/audit`.

pub const LEAD: &str = "Who did what to which thing, from where. Rows are only ever added; each holds the hash of the one before, and “parcelwire audit verify” checks them all.";
pub const WHO: &str = "Who";
pub const WHO_HELP: &str = "A user’s or a token’s name";
pub const WHAT: &str = "What";
pub const TO_WHAT: &str = "To what";
pub const TO_WHAT_HELP: &str = "An id or a name";
pub const OUTCOME: &str = "Outcome";
pub const DOWNLOAD: &str = "Download as CSV";
pub const ROW: &str = "Row";
pub const FROM: &str = "From";
pub const UNKNOWN: &str = "Somebody unknown";
