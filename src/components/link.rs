//! Addresses within the console.

use super::console::console;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// `to` (which starts with a slash) under the base path.
pub fn path(to: &str) -> String {
    format!("{}{to}", console().base)
}

/// Where the visitor is, without the base path; follows navigation.
pub fn use_here() -> Memo<String> {
    let base = console().base;
    let pathname = use_location().pathname;
    Memo::new(move |_| pathname.with(|full| full.strip_prefix(&base).unwrap_or(full).to_owned()))
}

/// `to` with these parameters; the empty ones are left out.
pub fn with_query(to: &str, parameters: &[(&str, String)]) -> String {
    query_of(&path(to), parameters)
}

/// A whole address with these parameters; the empty ones are left out.
pub fn query_of(address: &str, parameters: &[(&str, String)]) -> String {
    let mut address = address.to_owned();
    let mut separator = '?';
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(separator);
        address.push_str(name);
        address.push('=');
        address.push_str(&encode(value));
        separator = '&';
    }
    address
}

/// Percent-encodes all but unreserved characters.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
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
