//! From columns to types and back. A column that does not parse is `Inconsistent`, never a default.

use super::error::StoreError;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::status::UnknownWord;
use crate::tracking::time::Timestamp;
use chrono::NaiveDateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use uuid::Uuid;

const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";
const MOST_PER_PAGE: u32 = 200;

pub(super) fn id(text: &str) -> Result<Uuid, StoreError> {
    Uuid::parse_str(text).map_err(|_| StoreError::Inconsistent(format!("id {text:?}")))
}

pub(super) fn id_opt(text: Option<&str>) -> Result<Option<Uuid>, StoreError> {
    text.map(id).transpose()
}

pub(super) fn word<T: FromStr<Err = UnknownWord>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error: UnknownWord| StoreError::Inconsistent(error.to_string()))
}

pub(super) fn word_opt<T: FromStr<Err = UnknownWord>>(text: Option<&str>) -> Result<Option<T>, StoreError> {
    text.map(word).transpose()
}

pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Inconsistent(format!("JSON: {error}")))
}

pub(super) fn json_opt<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, StoreError> {
    text.map(json).transpose()
}

pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Inconsistent(format!("JSON: {error}")))
}

pub(super) fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(super) fn time_opt(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

pub(super) fn local(text: &str) -> Result<NaiveDateTime, StoreError> {
    NaiveDateTime::parse_from_str(text, LOCAL).map_err(|_| StoreError::Inconsistent(format!("local time {text:?}")))
}

pub(super) fn local_text(time: NaiveDateTime) -> String {
    time.format(LOCAL).to_string()
}

/// Counts never are negative and never near the limits.
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

pub(super) fn small(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

/// A set of ids as a JSON array, for `IN (SELECT value FROM json_each($1))`.
pub(super) fn id_set<'a>(ids: impl IntoIterator<Item = &'a Uuid>) -> String {
    let mut text = String::from("[");
    for (n, id) in ids.into_iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(&id.to_string());
        text.push('"');
    }
    text.push(']');
    text
}

/// Where a list goes on: the last row's sort value and its id. Opaque outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset {
    /// What the list is sorted by.
    pub at: i64,
    /// Tells rows of the same sort value apart.
    pub id: String,
}

impl Keyset {
    /// Before every row, in lists that go from new to old.
    fn start() -> Self {
        Self { at: i64::MAX, id: "~".to_owned() }
    }

    pub(super) fn of(page: &PageRequest) -> Result<Self, StoreError> {
        Ok(Self::given(page)?.unwrap_or_else(Self::start))
    }

    /// The same for lists that go from low to high.
    pub(super) fn of_rising(page: &PageRequest) -> Result<Self, StoreError> {
        Ok(Self::given(page)?.unwrap_or_else(|| Self { at: i64::MIN, id: String::new() }))
    }

    fn given(page: &PageRequest) -> Result<Option<Self>, StoreError> {
        match page.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => Self::read(cursor).map(Some).ok_or(StoreError::BadCursor),
            None => Ok(None),
        }
    }

    /// As `CURSOR_PATTERN` says.
    pub fn read(cursor: &str) -> Option<Self> {
        let (at, id) = cursor.split_once('.').filter(|(at, id)| at.len() <= 19 && id.len() <= 400)?;
        let id = hex::decode(id).ok()?;
        Some(Self { at: at.parse().ok()?, id: String::from_utf8_lossy(&id).into_owned() })
    }

    /// The cursor.
    pub fn text(&self) -> String {
        format!("{}.{}", self.at, hex::encode(&self.id))
    }
}

/// How many rows to ask for: one more than wanted, to know whether there is another page.
pub(super) fn limit(page: &PageRequest) -> i64 {
    i64::from(page.limit.clamp(1, MOST_PER_PAGE)) + 1
}

/// Cuts the extra row off and makes the cursor of the next page.
pub(super) fn page<T>(mut rows: Vec<T>, request: &PageRequest, key: impl Fn(&T) -> Keyset) -> Page<T> {
    let wanted = request.limit.clamp(1, MOST_PER_PAGE) as usize;
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next_cursor = if more { rows.last().map(|row| key(row).text()) } else { None };
    Page { items: rows, next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_foreign_ones_are_refused() {
        let keyset = Keyset { at: -17, id: "a|b \u{3b1}".into() };
        let request = PageRequest { limit: 1, cursor: Some(keyset.text()) };
        assert_eq!(Keyset::of(&request).expect("ours"), keyset);
        assert!(Keyset::read("99.").is_some_and(|keyset| keyset.id.is_empty()), "a place where no row stands");
        for cursor in ["!", "17", "x.61", "17.6", "17.6g", "99999999999999999999.61"] {
            assert_eq!(Keyset::read(cursor), None, "{cursor}");
        }
    }
}
