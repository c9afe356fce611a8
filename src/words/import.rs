//! `/parcels/import`: bringing a list.

use super::plural;
use std::fmt::Display;

pub const TITLE: &str = "Import parcels";
pub const LEAD: &str = "Numbers to follow before their first event, with their orders and tags; or statuses that you know better than the carrier.";
pub const EMPTY: &str = "Nothing was uploaded. Choose a file, or paste the list.";
pub const LARGE: &str = "The list is larger than 1 MiB; nothing was changed. Upload it in parts.";
pub const FAILED: &str = "The list could not be kept. Nothing was changed; the server’s log says why.";
pub const UNREADABLE: &str = "The form could not be read. Nothing was changed; try again.";
pub const THE_LIST: &str = "The list";
pub const FILE: &str = "A CSV file";
pub const PASTE: &str = "Or paste it";
pub const EXAMPLE: &str = "number,carrier,order,tag";
pub const PREVIEW: &str = "See what it comes to";

// Its columns
pub const COLUMNS: &str = "Its columns";
pub fn columns_lead(most: usize) -> String {
    format!(
        "The first line names them; only “number” must be there. Commas, semicolons and tabs all separate. At most {most} lines and 1 MiB."
    )
}
pub const NUMBER: &str = "number";
pub const NUMBER_HELP: &str = "The tracking number.";
pub const CARRIER: &str = "carrier, account";
pub const CARRIER_HELP: &str = "Whose, where there are several accounts.";
pub const ORDER: &str = "order, references";
pub const ORDER_HELP: &str = "Other numbers: one order, or several as “order:1 | customer:2”.";
pub const TAG: &str = "tag";
pub const TAG_HELP: &str = "One or several, with | between them.";
pub const STATUS: &str = "status, reason";
pub const STATUS_HELP: &str = "delivered, lost, returned or cancelled, where the carrier never says so, and why.";

// What it comes to
pub const NO_LINES: &str = "No lines";
pub const TAKEN: &str = "Taken over: ";
pub const NOT_YET: &str = "Nothing is done yet. Taking it over means: ";
pub const NOTHING: &str = "There is nothing to take over: ";
pub fn unknown_columns(names: &str) -> String {
    format!("Columns that mean nothing here: {names}.")
}
pub const TAKE: &str = "Take it over";
pub const ANOTHER: &str = "Another list";
pub const LINE: &str = "Line";
pub const LINES: &str = "Lines of the list";
pub const COMES_TO: &str = "Comes to";
pub const MEANS: &str = "Which means";

// What is wrong with a list
pub const GONE: &str = "This list was uploaded more than a week ago, or never. Upload it again.";
pub const BEING_TAKEN: &str = "This list is being taken over. Look again in a moment.";
pub fn broke_off(fault: &str) -> String {
    format!("{fault} This line and those after it were not taken over; upload the list again.")
}
pub fn twice(first: impl Display) -> String {
    format!("The same number stands on line {first}.")
}
pub const NO_ACCOUNT: &str = "There is no account yet. Add an endpoint of its carrier first.";
pub const NO_ACCOUNT_FITS: &str = "No account has this carrier and name. Correct the line, or add the endpoint first.";
pub const SEVERAL_FIT: &str = "Several accounts fit. Name the carrier and the account.";

// What a line does
pub fn references(n: usize) -> String {
    plural(n, "reference", "references")
}
pub fn tags(tags: &str) -> String {
    format!("tag {tags}")
}
pub const FOLLOWED: &str = "Followed from now on.";
pub fn followed_with(what: &str) -> String {
    format!("Followed from now on, with {what}.")
}
pub fn adds(what: &str) -> String {
    format!("Adds: {what}.")
}
pub fn nothing_to_do(status: &str) -> String {
    format!("Nothing to do. It is “{status}”.")
}
pub const LIST_EMPTY: &str = "The list is empty.";
pub const NOT_CSV: &str = "The first line cannot be read as CSV. Save the list as CSV with UTF-8 and upload it again.";
pub const NO_COLUMNS: &str = "The first line must name the columns, one of them “number”.";
pub fn too_many(most: usize) -> String {
    format!("Only the first {most} lines are looked at. Upload the rest as a second list.")
}
pub const LINE_NOT_CSV: &str = "This line cannot be read as CSV.";
pub const TAG_TOO_LONG: &str = "A tag is too long.";
pub fn cannot_be(what: &str) -> String {
    format!("“{what}” cannot be set: only delivered, lost, returned and cancelled can.")
}
pub const NUMBER_LENGTH: &str = "A number has 1 to 100 characters.";
pub const TOO_MANY_REFERENCES: &str = "A line has at most 50 references of at most 200 characters.";
pub const BROUGHT: &str = "Brought with a list";
