//! The help that `?` opens.

pub const NEXT_ROW: &str = "Next row, row before";
pub const OPEN_ROW: &str = "Open the row";
pub const TICK_ROW: &str = "Tick the row";
pub const SEARCH: &str = "Search";
pub const LEAVE: &str = "Leave a field, close this";
pub const OVERVIEW: &str = "Overview";
pub const DAILY: &str = "Parcels, attention, deliveries";
pub const RARE: &str = "Carriers, mappings, settings";
pub const SHORTCUTS: &str = "Keyboard shortcuts";
pub const KEYBOARD: &str = "Keyboard";
