//! `/notes`: notes that name no number.

pub const LEAD: &str = "Carriers sent these without saying which parcel they are about. Attach each to its number; it then stands on that timeline.";
pub const WAITS_AGAIN: &str = "It waits here again.";
pub const NONE_WAITS: &str = "No note waits";
pub const NONE_WAITS_HELP: &str = "Every note of a carrier has its parcel.";
pub const ATTACHED_TO: &str = "Attached to ";
pub const NO_TEXT: &str = "A note without text";
pub const RECEIVED_AT: &str = "received ";
pub const DELIVERY: &str = "Delivery ";
pub const MAY_BE_ABOUT: &str = "It may be about";
pub const NAMED: &str = "named in the text";
pub const SAME_TIME: &str = "came at the same time";
pub const ATTACH_TO: &str = "Attach to ";
pub const ATTACH: &str = "Attach";
