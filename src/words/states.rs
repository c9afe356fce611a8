//! What could not be shown.

pub const NOT_SHOWN: &str = "This could not be shown";
pub const TRY_AGAIN: &str = "Try again";
pub const PAGE_NOT_FOUND: &str = "Page not found";
pub const NOTHING_AT_ADDRESS: &str = "There is nothing at this address";
pub const NOTHING_AT_ADDRESS_HELP: &str = "It may have moved, or the link is incomplete.";
