//! Cuts out of the zone database what one answer needs.

use crate::tracking::time::Timestamp;
use crate::tracking::zones::{Stretch, Zones, offset_name};
use chrono::{Offset, TimeZone};
use chrono_tz::{OffsetName, Tz};

const DAY_S: i64 = 86_400;

/// Further back than this nothing is cut out; the oldest stretch stands for it.
const REACH_DAYS: i64 = 366 * 20;

/// The zones of an answer, gathered while its times are walked through.
#[derive(Debug)]
pub struct Gathered {
    names: std::collections::BTreeSet<String>,
    from: Timestamp,
    to: Timestamp,
}

impl Gathered {
    /// Nothing but the moment of the answer.
    pub fn at(now: Timestamp) -> Self {
        Self { names: std::collections::BTreeSet::new(), from: now, to: now }
    }

    /// A zone that is shown.
    pub fn zone(&mut self, name: &str) {
        if !name.is_empty() && !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// A time that is shown.
    pub fn time(&mut self, at: impl Into<Option<Timestamp>>) {
        if let Some(at) = at.into() {
            self.from = self.from.min(at);
            self.to = self.to.max(at);
        }
    }

    /// The stretches of these zones between the first and the last time.
    pub fn cut(self) -> Zones {
        let from = self.from.max(self.to.plus_seconds(-REACH_DAYS * DAY_S));
        let known = self.names.into_iter().filter_map(|name| Some((name.parse::<Tz>().ok()?, name)));
        Zones(known.map(|(tz, name)| (name, stretches(tz, from, self.to))).collect())
    }
}

/// How far back and ahead an operator's own zone is cut out.
const OWN_REACH_DAYS: (i64, i64) = (366 * 6, 366);

/// The clock of an operator's own zone around `now`; `None` where there is no such zone.
pub fn own_zone(name: &str, now: Timestamp) -> Option<Vec<Stretch>> {
    let tz: Tz = name.parse().ok()?;
    let (back, ahead) = OWN_REACH_DAYS;
    Some(stretches(tz, now.plus_seconds(-back * DAY_S), now.plus_seconds(ahead * DAY_S)))
}

/// Whether there is a zone of this name.
pub fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// Every zone there is, by name.
pub fn zone_names() -> Vec<String> {
    chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name().to_owned()).collect()
}

/// The first instant of the day that `now` lies in, on the clock of a zone; of the UTC day where there is no such zone.
pub fn day_start(zone: Option<&str>, now: Timestamp) -> Timestamp {
    let tz = zone_or_utc(zone);
    let midnight = day_of(zone, now).and_hms_opt(0, 0, 0).unwrap_or_default();
    // Where clocks jump over midnight the day begins an hour later.
    let first = tz.from_local_datetime(&midnight).earliest();
    let first = first.or_else(|| tz.from_local_datetime(&(midnight + chrono::Duration::hours(1))).earliest());
    first.map_or(now, |first| first.with_timezone(&chrono::Utc).into())
}

/// The day that `now` lies in, on the clock of a zone; the UTC day where there is no such zone.
pub fn day_of(zone: Option<&str>, now: Timestamp) -> chrono::NaiveDate {
    now.to_utc().with_timezone(&zone_or_utc(zone)).date_naive()
}

fn zone_or_utc(zone: Option<&str>) -> Tz {
    zone.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}

fn stretches(tz: Tz, from: Timestamp, to: Timestamp) -> Vec<Stretch> {
    let mut found = vec![stretch(tz, from)];
    let mut at = from;
    while at < to {
        let next = at.plus_seconds(DAY_S).min(to.plus_seconds(1));
        let there = stretch(tz, next);
        if found.last().is_some_and(|last| last.offset_s != there.offset_s || last.name != there.name) {
            found.push(stretch(tz, first_of(tz, at, next)));
        }
        at = next;
    }
    found
}

/// The first second at which the clock is as it is at `late`, between `early` and `late`.
fn first_of(tz: Tz, mut early: Timestamp, mut late: Timestamp) -> Timestamp {
    let there = stretch(tz, late);
    while late.millis() - early.millis() > 1000 {
        let middle = early.plus_seconds(late.seconds_since(early) / 2);
        if middle == early {
            break;
        }
        let here = stretch(tz, middle);
        if (here.offset_s, &here.name) == (there.offset_s, &there.name) {
            late = middle;
        } else {
            early = middle;
        }
    }
    late
}

fn stretch(tz: Tz, at: Timestamp) -> Stretch {
    let offset = tz.offset_from_utc_datetime(&at.to_utc().naive_utc());
    let offset_s = offset.fix().local_minus_utc();
    let letters = offset.abbreviation().filter(|name| name.chars().all(|c| c.is_ascii_alphabetic()));
    let name = letters.map_or_else(|| offset_name(offset_s), ToOwned::to_owned);
    Stretch { from: at, offset_s, name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time of this test")
    }

    #[test]
    fn a_change_of_clocks_is_found_to_the_second() {
        let mut gathered = Gathered::at(at("2026-04-10T00:00:00.000Z"));
        gathered.time(at("2026-03-01T12:34:56.789Z"));
        gathered.zone("Europe/Athens");
        gathered.zone("Asia/Kuala_Lumpur");
        let zones = gathered.cut();
        let clock = |zone: &str, time: &str| zones.wall_clock(zone, at(time));
        assert_eq!(clock("Europe/Athens", "2026-03-29T00:59:58.000Z").zone, "EET");
        let after = clock("Europe/Athens", "2026-03-29T01:00:01.000Z");
        assert_eq!((after.zone.as_str(), after.time.to_string().as_str()), ("EEST", "2026-03-29 04:00:01"));
        assert_eq!(clock("Asia/Kuala_Lumpur", "2026-04-01T00:00:00.000Z").zone, "UTC+8");
    }

    #[test]
    fn a_day_begins_at_midnight_of_its_zone() {
        let noon = at("2026-03-29T12:00:00.000Z");
        assert_eq!(day_start(None, noon), at("2026-03-29T00:00:00.000Z"));
        assert_eq!(day_start(Some("Europe/Athens"), noon), at("2026-03-28T22:00:00.000Z"));
        assert_eq!(day_start(Some("Asia/Manila"), at("2026-03-29T17:00:00.000Z")), at("2026-03-29T16:00:00.000Z"));
        assert_eq!(day_start(Some("Mars/Base"), noon), at("2026-03-29T00:00:00.000Z"));
        assert_eq!(day_start(Some("Africa/Cairo"), at("2026-04-24T12:00:00.000Z")), at("2026-04-23T22:00:00.000Z"));
    }

    #[test]
    fn unknown_zones_are_left_out() {
        let mut gathered = Gathered::at(at("2026-04-10T00:00:00.000Z"));
        gathered.zone("Mars/Base");
        assert!(gathered.cut().0.is_empty());
    }
}
