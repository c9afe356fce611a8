//! The five time fields of an event and the machine's own timestamps.
//!
//! Nothing here asks what time it is: "now" is always passed in.

use super::status::vocabulary;
use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// A UTC instant in milliseconds; RFC 3339 with exactly three decimals in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-06-18T06:30:00.000Z"))]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970-01-01 UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// As chrono's instant. Out-of-range values (year beyond 262,000) fall back to the epoch.
    pub fn to_utc(self) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(self.0).single().unwrap_or_default()
    }

    /// This instant moved by whole seconds.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this instant.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1000)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_millis())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl std::str::FromStr for Timestamp {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(DateTime::parse_from_rfc3339(text)?.with_timezone(&Utc).into())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

vocabulary! {
    /// How exact the carrier's time is.
    TimePrecision, "time precision":
    Second = "second", "to the second";
    Minute = "minute", "to the minute";
    Day = "day", "the day only";
    None = "none", "no time given";
}

vocabulary! {
    /// How the zone of a time was decided (T1, T2).
    TzSource, "zone source":
    PayloadOffset = "payload_offset", "the carrier sent the zone";
    CarrierDefault = "carrier_default", "the carrier's zone";
    Place = "place", "the zone of the place";
    AssumedUtc = "assumed_utc", "zone unknown, read as UTC";
    ReceivedFallback = "received_fallback", "no time sent, time of receipt";
}

/// When something happened, as the carrier says (T1). Nothing is invented: what was not sent is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventTime {
    /// The text as sent, several fields joined by a blank.
    pub raw: Option<String>,
    /// The wall clock at the place of the event.
    pub local: Option<NaiveDateTime>,
    /// The instant, where time and zone are known (or assumed, see `tz_source`).
    pub at: Option<Timestamp>,
    /// How exact.
    pub precision: TimePrecision,
    /// Where the zone comes from.
    pub tz_source: TzSource,
}

impl EventTime {
    /// No time was sent.
    pub fn absent() -> Self {
        Self { raw: None, local: None, at: None, precision: TimePrecision::None, tz_source: TzSource::ReceivedFallback }
    }
}
