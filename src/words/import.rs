//! `/parcels/import`: bringing a list.

pub const TITLE: &str = "Import parcels";
pub const LEAD: &str = "Numbers to follow before their first event, with their orders and tags; or statuses that you know better than the carrier.";
pub const EMPTY: &str = "Nothing was sent. Choose a file, or paste the list.";
pub const LARGE: &str = "The list is larger than 1 MiB; nothing was changed. Send it in parts.";
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
