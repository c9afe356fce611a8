//! Around every page: places, live state, signing out.

// Places
pub const OVERVIEW: &str = "Overview";
pub const PARCELS: &str = "Parcels";
pub const ATTENTION: &str = "Attention";
pub const DELIVERIES: &str = "Deliveries";
pub const FAILED_SIGNATURES: &str = "Failed signatures";
pub const FAILED_SHORT: &str = "Failed";
pub const CARRIERS: &str = "Carriers";
pub const MAPPINGS: &str = "Mappings";
pub const TEST_BENCH: &str = "Test bench";
pub const SETTINGS: &str = "Settings";
pub const AUDIT_LOG: &str = "Audit log";
pub const NOTES: &str = "Notes inbox";
pub const NOTES_SHORT: &str = "Notes";

// Around them
pub const SKIP: &str = "Skip to the page";
pub const NAVIGATION: &str = "Navigation";
pub const CONSOLE: &str = "Console";
pub const MORE: &str = "More";
pub const LIVE: &str = "Live";
/// Behind a count in the rail, to screen readers.
pub const WAITING: &str = " waiting";
pub const RESTING: &str = "Paused";
/// Over the page, when an answer did not come.
pub const UNREACHED: &str =
    "The server cannot be reached. What you asked for may not have been done: see whether it was before you try again.";
pub const RECONNECTING: &str = "Reconnecting";
pub const LIVE_HELP: &str = "Whether this page updates by itself";
pub const SIGN_OUT: &str = "Sign out";
