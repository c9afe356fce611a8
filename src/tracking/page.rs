//! One page of a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Items newest first and the cursor of the next page (keyset, stable under inserts).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Pass as `cursor` to go on; `null` on the last page.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Converts every item.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

/// How every cursor is written: a sort value, a dot, and the hexadecimal bytes of an id. Whatever is written so names a
/// place in the order of a list, whether or not a row stands there.
pub const CURSOR_PATTERN: &str = r"^(-?[0-9]{1,18}\.([0-9a-f]{2}){0,200})?$";

/// Which page of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// 1 to 200.
    pub limit: u32,
    /// From `Page::next_cursor`; `None` for the first page.
    pub cursor: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, cursor: None }
    }
}
