//! Loading, and what could not be shown.

pub const LOADING: &str = "Loading";
pub const NOT_SHOWN: &str = "This could not be shown";
pub const TRY_AGAIN: &str = "Try again";
