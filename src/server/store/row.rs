//! From columns to types and back. A column that does not parse is `Inconsistent`, never a default.

use super::error::StoreError;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::status::UnknownWord;
use crate::tracking::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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
pub(super) struct Keyset {
    pub at: i64,
    pub id: String,
}

impl Keyset {
    /// Before every row, in lists that go from new to old.
    fn start() -> Self {
        Self { at: i64::MAX, id: "~".to_owned() }
    }

    pub fn of(page: &PageRequest) -> Result<Self, StoreError> {
        Ok(Self::given(page)?.unwrap_or_else(Self::start))
    }

    /// The same for lists that go from low to high.
    pub fn of_rising(page: &PageRequest) -> Result<Self, StoreError> {
        Ok(Self::given(page)?.unwrap_or_else(|| Self { at: i64::MIN, id: String::new() }))
    }

    fn given(page: &PageRequest) -> Result<Option<Self>, StoreError> {
        let Some(cursor) = page.cursor.as_deref().filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
        if cursor.len() > 300 {
            return Err(StoreError::BadCursor);
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::BadCursor)?;
        let text = String::from_utf8(bytes).map_err(|_| StoreError::BadCursor)?;
        let (at, id) = text.split_once('|').ok_or(StoreError::BadCursor)?;
        Ok(Some(Self { at: at.parse().map_err(|_| StoreError::BadCursor)?, id: id.to_owned() }))
    }

    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}|{}", self.at, self.id))
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
        let keyset = Keyset { at: 17, id: "a|b".into() };
        let request = PageRequest { limit: 1, cursor: Some(keyset.text()) };
        assert_eq!(Keyset::of(&request).expect("ours"), keyset);
        for cursor in ["!", "YWJj", "LTF8"] {
            let request = PageRequest { limit: 1, cursor: Some(cursor.into()) };
            let found = Keyset::of(&request);
            assert!(found.is_err() || cursor == "LTF8", "{cursor}: {found:?}");
        }
    }
}
