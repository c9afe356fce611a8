//! Filters over a list, and what stands under it.

pub const FILTERS: &str = "Filters";
pub const FILTER: &str = "Filter";
pub const CLEAR: &str = "Clear";
pub const ANY: &str = "Any";
pub fn chosen(n: usize) -> String {
    format!("{n} chosen")
}

// Under a list
pub fn in_all(n: usize) -> String {
    format!("{n} in all")
}
pub fn shown(n: usize) -> String {
    format!("{n} shown")
}
pub const PAGES: &str = "Pages";
pub const A_PAGE: &str = "On a page: ";
pub const NEWEST: &str = "Newest";
pub const OLDER: &str = "Older";
pub const MORE_FILTERS: &str = "More filters";
