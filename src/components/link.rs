//! Addresses within the console.

use super::console::console;
use crate::api::query_of;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// `to` (which starts with a slash) under the base path.
pub fn path(to: &str) -> String {
    format!("{}{to}", console().base)
}

/// Where the visitor is, without the base path.
pub fn here() -> String {
    use_location().pathname.get_untracked()
}

/// `to` with these parameters; the empty ones are left out.
pub fn with_query(to: &str, parameters: &[(&str, String)]) -> String {
    query_of(&path(to), parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_leave_out_what_is_empty_and_encode_the_rest() {
        let parameters = [("q", "a&b c".to_owned()), ("status", String::new()), ("carrier", "bex".to_owned())];
        Owner::new().with(|| assert_eq!(with_query("/parcels", &parameters), "/parcels?q=a%26b%20c&carrier=bex"));
    }
}
