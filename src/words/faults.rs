//! What could not be done, and why: what happened, what it means, what to do.

use std::fmt::Display;

pub const NOT_AS_EXPECTED: &str =
    "The form was not filled in as expected, so nothing was changed. Load the page again and fill it in anew.";
pub const NO_SERVER: &str = "This can only be asked of a running server.";
pub fn no_such_zone(zone: &str) -> String {
    format!("There is no time zone “{zone}”. Names look like Europe/Athens.")
}

// What failed here
pub const FAILED: &str = "This did not work and nothing was changed. What carriers send is received apart from it. Try again; if it fails again, the server’s log says why.";

// Acts on a parcel
pub const CHOOSE_WHAT: &str = "Choose what the parcel is. Nothing was done yet.";
pub const TICK_PIECES: &str = "Tick the pieces that were signed for. Nothing was done yet.";
pub const NOT_A_PIECE: &str = "One of these is not a piece of this shipment. Nothing was done; load the page again.";
pub const NO_EVENT: &str = "There is no such event any more. Nothing was done; load the page again.";
pub const DAMAGED_LINK: &str = "This link to a page of the list is damaged. Go back to its first page.";
pub fn not_kept(status: impl Display) -> String {
    format!(
        "Our own address answered {status} and kept nothing. Real deliveries may fare the same: the server’s log says why."
    )
}
pub const NOT_A_SECRET: &str = "This carrier has no such secret. Nothing was changed.";
pub const HEADERS_SEALED: &str = "The headers of this delivery cannot be opened: they were sealed with another key. Its events and parcels are not affected. Run “parcelwire doctor”.";

// The list of parcels
pub const SIGNED_IN_ONLY: &str = "Only somebody who signed in has columns and views of their own.";
pub fn view_name(most: usize) -> String {
    format!("A view has a name of 1 to {most} characters.")
}
pub const ONLY_OPERATORS_SHARE: &str = "Only operators share views with everybody.";
pub const MANY_VIEWS: &str = "There are 30 saved views already. Drop one first.";
pub const VIEW_GONE: &str = "This view is gone already, or is somebody else’s.";
pub fn tag(longest: usize) -> String {
    format!("A tag has 1 to {longest} characters and no comma or semicolon.")
}
pub const CHOOSE_FIRST: &str = "Choose at least one parcel first.";
pub fn longest_order(most: usize) -> String {
    format!("An order number has at most {most} characters.")
}
pub fn at_most(most: usize) -> String {
    format!("At most {most} parcels at once. Nothing was done; choose fewer.")
}
pub const SAY_WHY: &str = "Say why: the timeline shows it.";
pub const NO_ACT: &str = "There is no such act to undo. Nothing was changed.";
pub fn not_yours(who: &str) -> String {
    format!("Only {who} or an admin takes this back.")
}
pub const UNDONE_WITH: &str = "Undone with the act on many parcels it was part of";

// Mappings
pub fn belongs_to(status: &str) -> String {
    format!("this one belongs to “{status}”")
}
pub const CHOOSE_LISTED: &str = "choose one of the list";
pub const NO_CODE: &str = "There is no such code. The link may be incomplete; choose it from the list.";
pub const SESSION_OVER: &str = "That session is over already.";
pub const TOKEN_REVOKED: &str = "That token is revoked already.";
pub const NAME_TAKEN: &str = "There is somebody of that name already. Choose another name.";
