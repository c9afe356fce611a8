//! The help that `?` opens.

pub const SHORTCUTS: &str = "Keyboard shortcuts";
pub const KEYBOARD: &str = "Keyboard";
/// Key, and what it does.
pub const KEYS: [(&str, &str); 8] = [
    ("j  k", "Next row, row before"),
    ("Enter", "Open the row"),
    ("x", "Tick the row"),
    ("/", "Search"),
    ("Esc", "Leave a field, close this"),
    ("g o", "Overview"),
    ("g p   g a   g d", "Parcels, attention, deliveries"),
    ("g c   g m   g s", "Carriers, mappings, settings"),
];
