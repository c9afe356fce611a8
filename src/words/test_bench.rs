//! `/test-bench`.

pub const LEAD: &str = "Send what a carrier would send, signed as it would sign, to the address a carrier uses. Test deliveries and their parcels are marked and never touch real ones.";
pub const NOTHING_HELP: &str = "Add an endpoint first; test events go to its address.";
pub const NOTHING: &str = "Nothing to test yet";
pub const STEP_ENDPOINT: &str = "1. Endpoint";
pub const CHOOSE: &str = "Choose";
pub const STEP_EVENT: &str = "2. Event";
pub const EVENT: &str = "Event";
pub const NUMBER: &str = "Parcel number";
pub const NUMBER_HELP: &str = "Empty makes one up. The same number goes on with the same test parcel.";
pub const HAPPENED_AT: &str = "Happened at (UTC)";
pub const HAPPENED_AT_HELP: &str = "Empty is now.";
pub const SIGNING: &str = "Signing";
pub const RIGHT: &str = "Right";
pub const WRONG: &str = "Wrong";
pub const MISSING: &str = "Missing";
pub const SIGNS_NOTHING: &str = "This carrier signs nothing";
pub const COMPOSE: &str = "Compose";
pub const STEP_REQUEST: &str = "3. Request";
pub const REQUEST: &str = "Request line and headers";
pub const BODY: &str = "Body";
pub const BODY_HELP: &str = "Change it as you like: it is signed as it stands here when it is sent.";
pub const SEND: &str = "Send";
pub const RESULT: &str = "Result";
pub const ANSWERED: &str = "Answered";
pub const WHY: &str = "Why";
pub const OPEN_DELIVERY: &str = "Open the delivery";
