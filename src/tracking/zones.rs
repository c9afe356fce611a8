//! Wall clocks of the zones that stand in one answer.
//!
//! The server knows every zone; the browser is only sent the stretches it needs, so that both render the same text
//! and the zone database stays out of the wasm.

use super::time::Timestamp;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A stretch of time in which a zone keeps one offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Its first instant.
    pub from: Timestamp,
    /// Seconds east of UTC.
    pub offset_s: i32,
    /// `SAST`, `EEST`, or `UTC+8` where the zone has no letters.
    pub name: String,
}

impl Stretch {
    /// UTC, always: the first stretch also stands for what lies before it.
    pub fn utc() -> Self {
        Self { from: Timestamp::from_millis(0), offset_s: 0, name: "UTC".into() }
    }
}

/// A wall clock and the zone it is meant in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallClock {
    /// What the clock on the wall says.
    pub time: NaiveDateTime,
    /// Short name of the zone.
    pub zone: String,
}

/// Zones by IANA name, each with its stretches in order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zones(pub BTreeMap<String, Vec<Stretch>>);

/// The name under which one clock for everything stands; no zone is called so.
const EVERYWHERE: &str = "";

impl Zones {
    /// One clock for everything, wherever it happened.
    pub fn everywhere(stretches: Vec<Stretch>) -> Self {
        Self([(EVERYWHERE.to_owned(), stretches)].into())
    }

    /// Whether these hold one clock for everything.
    pub fn is_everywhere(&self) -> bool {
        self.0.contains_key(EVERYWHERE)
    }

    /// The wall clock in `zone` at `at`; UTC where the zone is not among these.
    pub fn wall_clock(&self, zone: &str, at: Timestamp) -> WallClock {
        let stretches = self.0.get(EVERYWHERE).or_else(|| self.0.get(zone)).map(Vec::as_slice).unwrap_or_default();
        let stretch = stretches.iter().rev().find(|stretch| stretch.from <= at).or(stretches.first());
        let utc = at.to_utc().naive_utc();
        match stretch {
            Some(s) => WallClock { time: utc + chrono::Duration::seconds(s.offset_s.into()), zone: s.name.clone() },
            None => WallClock { time: utc, zone: "UTC".into() },
        }
    }
}

/// `UTC+8`, `UTC+5:30`, `UTC`.
pub fn offset_name(offset_s: i32) -> String {
    let (sign, abs) = if offset_s < 0 { ('-', -offset_s) } else { ('+', offset_s) };
    match (abs / 3600, abs % 3600 / 60) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stretch_in_force_decides() {
        let stretch =
            |from, offset_s, name: &str| Stretch { from: Timestamp::from_millis(from), offset_s, name: name.into() };
        let zones =
            Zones([("Europe/Athens".into(), vec![stretch(0, 7200, "EET"), stretch(10_000, 10800, "EEST")])].into());
        let clock = |at| zones.wall_clock("Europe/Athens", Timestamp::from_millis(at));
        assert_eq!(clock(9_999).zone, "EET");
        assert_eq!(clock(10_000).zone, "EEST");
        assert_eq!(clock(10_000).time.to_string(), "1970-01-01 03:00:10");
        assert_eq!(zones.wall_clock("Nowhere/At_all", Timestamp::from_millis(0)).zone, "UTC");
    }

    #[test]
    fn offsets_are_named() {
        assert_eq!(offset_name(28800), "UTC+8");
        assert_eq!(offset_name(-12600), "UTC-3:30");
        assert_eq!(offset_name(0), "UTC");
    }
}
