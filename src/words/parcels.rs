//! `/parcels`: the list.

use std::fmt::Display;

pub const IMPORT: &str = "Import CSV";
pub const ADD: &str = "Add parcel";
pub const ADD_LEAD: &str =
    "Follows a number before its carrier says anything about it. One that is known already keeps its parcel.";
pub const ACCOUNT: &str = "Carrier and account";
pub const ADD_NUMBER: &str = "Tracking number";
pub const ADD_ORDER: &str = "Order number";
pub const ADD_ORDER_HELP: &str = "To find the parcel by, too. May be empty.";
pub const NO_ACCOUNT: &str = "No carrier to follow it at";
pub const NO_ACCOUNT_HELP: &str = "A number belongs to an account at a carrier. Add its endpoint first.";
pub const EXPORT: &str = "Export CSV";
pub const NO_MATCH_HELP: &str =
    "Numbers, pieces and references are searched, and the carrier’s words; a part is enough.";
pub const NONE_YET: &str = "No parcels yet";
pub const NONE_YET_HELP: &str = "A parcel appears with the first event a carrier sends about it. Add a carrier and give it the address, or try it out with a test event.";
pub const ADD_CARRIER: &str = "Add a carrier";
pub const TEST_PARCELS: &str = "Test parcels";
pub fn with(words: &str) -> String {
    format!("Parcels with {words}")
}
pub fn that_are(what: &str) -> String {
    format!("Parcels: {what}")
}

// Acts on many
pub const CHOSEN: &str = "With those chosen";
pub const CHOSEN_IS: &str = "With those chosen:";
pub const WHAT_TO_DO: &str = "What to do";
pub const DO_IT: &str = "Do it";
pub const WHOLE_LIST: &str = "All that fit the filters, not only those shown";
pub fn not_done(n: usize) -> String {
    format!("Not done to {n}")
}

// Filters
pub const NEEDS_NONE: &str = "Needs none";
pub const ORDER: &str = "Order";
pub const LAST_CHANGED: &str = "Last changed";
pub const MOVEMENT: &str = "Movement";
pub const STANDING_STILL: &str = "Standing still";
pub const MOVING: &str = "Moving";
pub const SILENCE: &str = "Silence";
pub const HEARD_OF: &str = "Heard of";
pub const UNDER_WAY: &str = "Under way";
pub const OVER: &str = "Over";
pub const LAST_FROM: &str = "Last event from";
pub const LAST_TO: &str = "Last event to";
pub const CREATED_FROM: &str = "First known from";
pub const CREATED_TO: &str = "First known to";
pub const FLAGS: &str = "Flags";
pub const PROOF: &str = "Proof of delivery";
pub const HAS_PROOF: &str = "Has proof of delivery";
pub const NO_PROOF: &str = "No proof of delivery";
pub const LEAST_ATTEMPTS: &str = "Attempts, at least";
pub const LEAST_TRANSIT: &str = "Days in transit, at least";
pub const LEAST_QUIET: &str = "Days without an event";
pub fn attempts(n: &str) -> String {
    format!("{n}+ attempts")
}
pub fn transit_days(n: &str) -> String {
    format!("{n}+ days in transit")
}
pub fn quiet_days(n: &str) -> String {
    format!("{n}+ days without an event")
}
pub fn created_from(day: &str) -> String {
    format!("First known from {day}")
}
pub fn created_before(day: &str) -> String {
    format!("First known before {day}")
}
pub const REAL_PARCELS: &str = "Real parcels";
pub const SUBSTATUS: &str = "Substatus";
pub fn take_out(what: &str) -> String {
    format!("Take out: {what}")
}
pub const NARROWED_TO: &str = "Narrowed to";
pub fn number(number: &str) -> String {
    format!("Number {number}")
}
pub fn from(day: &str) -> String {
    format!("From {day}")
}
pub fn before(day: &str) -> String {
    format!("Before {day}")
}
pub fn tag(tag: &str) -> String {
    format!("Tag {tag}")
}

// The quick look
pub const QUICK_LOOK: &str = "Quick look";
pub const LATEST_EVENTS: &str = "Latest events";
pub const OPEN_PARCEL: &str = "Open the parcel";
pub const ITS_DELIVERIES: &str = "Its deliveries";

// Rows
pub fn order_by(what: &str) -> String {
    format!("Order by: {what}")
}
pub const CHOOSE_ALL: &str = "Choose all on this page";
pub fn piece_of(n: impl Display, all: impl Display, piece: &str) -> String {
    format!("piece {n} of {all}: {piece}")
}
pub fn choose(number: &str) -> String {
    format!("Choose {number}")
}
pub fn quick_look_at(number: &str) -> String {
    format!("Quick look at {number}")
}
pub fn n_of(n: impl Display, all: impl Display) -> String {
    format!("{n} of {all}")
}

// Views
pub const VIEWS: &str = "Views";
pub fn shared_by(who: &str) -> String {
    format!("Shared by {who}")
}
pub const SAVED_VIEWS: &str = "Saved views";
pub const SAVED: &str = "Saved";
pub const COLUMNS: &str = "Columns";
pub const COLUMNS_HELP: &str = "What is shown of each parcel";
pub const SHOW_THESE: &str = "Show these";
pub const SAVE_VIEW: &str = "Save this view";
pub const SAVE_VIEW_HELP: &str = "Filters, order and columns are kept. The same name replaces.";
pub const FOR_EVERYBODY: &str = "For everybody";
pub fn drop_view(name: &str) -> String {
    format!("Drop “{name}”")
}
