//! Some words of a closed list, any of which will do: `delivered,returned` in addresses and the API's queries.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::Display;
use std::str::FromStr;

/// Any of these; none of them named is no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several<T>(pub Vec<T>);

impl<T> Several<T> {
    /// Nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<T> for Several<T> {
    fn from(word: T) -> Self {
        Self(vec![word])
    }
}

impl<T: FromStr + PartialEq> FromStr for Several<T> {
    type Err = T::Err;

    /// Each word counts once; the first that is not known is the error.
    fn from_str(text: &str) -> Result<Self, T::Err> {
        let mut words = Vec::new();
        for word in text.split(',') {
            let word = word.trim().parse()?;
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Ok(Self(words))
    }
}

impl<T: Display> Display for Several<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, word) in self.0.iter().enumerate() {
            let comma = if position > 0 { "," } else { "" };
            write!(f, "{comma}{word}")?;
        }
        Ok(())
    }
}

impl<T: Display> Serialize for Several<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr<Err: Display> + PartialEq> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::status::Status;

    #[test]
    fn words_are_parted_by_commas_and_count_once() {
        let read = |text: &str| text.parse::<Several<Status>>();
        let two = read(" returned ,delivered,returned").expect("known words");
        assert_eq!(two.0, [Status::Returned, Status::Delivered]);
        assert_eq!(two.to_string(), "returned,delivered");
        assert!(read("").is_err() && read("delivered,").is_err());
        assert_eq!(read("delivered,gone").expect_err("unknown").to_string(), "“gone” is not a known status");
    }
}
