//! `/carriers/{id}` and `/carriers/new`: one endpoint.

// What was just done
pub const ADDED: &str = "The endpoint is ready. Give the carrier the address below.";
pub const ACTIVE: &str = "The endpoint is active. What was held is being applied.";
pub const PAUSED: &str = "Paused: deliveries are proven and kept, and applied when it is active again.";
pub const OBSERVING: &str = "Observing: everything is answered 200 and kept, and no parcel changes.";
pub const NEW_SECRET_COUNTS: &str = "The new secret counts from now on.";
pub const NEW_ADDRESS_COUNTS: &str = "The new address counts from now on.";
pub const CARRIER_ANSWERED: &str = "The carrier answered; see below what it said.";

// Its head
pub const SECRET_NOUN: &str = "secret";

// Address
pub const ADDRESS: &str = "Address for the carrier";
pub const ADDRESS_NOUN: &str = "address";
pub const ADDRESS_HELP: &str = "Whoever knows this address can post to it: treat it like a password.";
pub const SERVED_UNTIL: &str = "The address before is served until ";
pub const TOO: &str = " too.";
pub const NEW_ADDRESS: &str = "Make a new address";
pub const KEEP_OLD: &str = "Keep the old one for";
pub const HOURS: &str = "hours";

// Registration
pub const REGISTRATION: &str = "Registration";
pub const LAST_CHECKED: &str = "Last checked";
pub const LAST_DELIVERY: &str = "Last delivery";
pub const NEVER: &str = "never";

// What it proves
pub const PROVES: &str = "What it proves";
pub const LAST_PROVEN: &str = "Last proven";
pub const FAILED_24H: &str = "Failed, 24 h";
pub const WAS_ADDED: &str = "Added";

// Secrets
pub const SECRETS: &str = "Secrets";
pub const REPLACE: &str = "Replace";
pub const SET: &str = "Set";
pub const IS_SET: &str = "is set";
pub fn ends_in(last4: &str) -> String {
    format!("ends in {last4}")
}
pub const IS_NOT_SET: &str = "is not set";
pub const SINCE: &str = "Since ";
pub const HOLDS_UNTIL: &str = "The one before holds until ";
pub const USED_LAST: &str = ", used last ";
pub fn new_secret(label: &str) -> String {
    format!("New {label}")
}
pub const MAKE_ONE_UP: &str = "Make one up";

// Settings and conduct
pub const SETTINGS: &str = "Settings";
pub const LABEL: &str = "Label";
pub const RECEIVING: &str = "Receiving";
pub const RECEIVING_HELP: &str = "Paused: proven deliveries are kept, and applied when it is active again. Observing: everything is answered 200 and kept, and no parcel changes.";
pub const ACTIVATE: &str = "Activate";
pub const PAUSE: &str = "Pause";
pub const OBSERVE: &str = "Observe only";
pub const DELETE_OPEN: &str = "Delete this endpoint";
pub const DELETE_HELP: &str = "Its address ends at once: the carrier gets 404. Deliveries and parcels stay.";
pub const DELETE: &str = "Delete endpoint";

// A new one
pub const ADD_TITLE: &str = "Add an endpoint";
pub const FOR_WHICH: &str = "For which carrier?";
pub fn add_title(carrier: &str) -> String {
    format!("Add a {carrier} endpoint")
}
pub const LABEL_HELP: &str = "Your name for this account, for example “Main account”.";
pub const ADD: &str = "Add endpoint";
