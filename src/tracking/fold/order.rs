//! T3 and T4: where each event stands; R2 and R4: in which order they count.

use super::{FoldEvent, History, Policy};
use crate::tracking::status::{Kind, Status};
use crate::tracking::time::{TimePrecision, Timestamp, TzSource};
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use std::cmp::Ordering;
use std::collections::HashMap;
use uuid::Uuid;

/// A clock may run ahead of ours by this much (T4).
const AHEAD_S: i64 = 10 * 60;
/// A time whose zone was only assumed may be ahead by the widest offset on earth (T4).
const AHEAD_ASSUMED_S: i64 = 14 * 3600;
/// Earlier years are filler (0001-01-01, the epoch), not times (T4).
const FIRST_YEAR: i32 = 2010;
/// Operators win ties (R11).
const OPERATOR_RANK: u8 = 200;

/// An event in its place.
#[derive(Debug, Clone)]
pub(super) struct Timed<'a> {
    /// The event.
    pub event: &'a FoldEvent,
    /// T3.
    pub effective_at: Timestamp,
    /// T4.
    pub clock_ahead: bool,
    /// R4.
    pub rank: u8,
    /// R9.
    pub retracted_at: Option<Timestamp>,
    /// The local day of the event, for R5 d.
    pub day: NaiveDate,
}

impl Timed<'_> {
    /// Neither voided nor retracted.
    pub fn is_live(&self) -> bool {
        !self.event.voided && self.retracted_at.is_none()
    }
}

/// All events of a history, first one first. A total order that depends on nothing but the set.
pub(super) fn in_order<'a>(
    history: &'a History,
    policy: &Policy,
    retracted: &HashMap<Uuid, Timestamp>,
) -> Vec<Timed<'a>> {
    let mut timed: Vec<Timed<'a>> = history
        .events
        .iter()
        .map(|event| {
            let (effective_at, clock_ahead) = own_place(event, policy);
            Timed {
                event,
                effective_at,
                clock_ahead,
                rank: rank(event),
                retracted_at: retracted.get(&event.id).copied(),
                day: local_day(event, effective_at, clock_ahead, policy),
            }
        })
        .collect();
    for (index, effective_at) in day_places(&timed) {
        timed[index].effective_at = effective_at;
    }
    let bucket_ms = policy.tie_bucket_s.max(0).saturating_mul(1000).max(1);
    timed.sort_by(|a, b| compare(a, b, bucket_ms));
    timed
}

fn compare(a: &Timed<'_>, b: &Timed<'_>, bucket_ms: i64) -> Ordering {
    let bucket = |timed: &Timed<'_>| timed.effective_at.millis().div_euclid(bucket_ms);
    (bucket(a), a.rank, a.effective_at)
        .cmp(&(bucket(b), b.rank, b.effective_at))
        .then_with(|| a.event.dedupe_key.cmp(&b.event.dedupe_key))
        .then_with(|| a.event.id.cmp(&b.event.id))
}

fn rank(event: &FoldEvent) -> u8 {
    match (event.kind, event.status) {
        (Kind::Operator, _) => OPERATOR_RANK,
        (_, Some(status)) if event.weak => status.rank().min(Status::InfoReceived.rank()),
        (_, Some(status)) => status.rank(),
        (_, None) => 0,
    }
}

/// T3 and T4 for one event by itself; an event of day precision stands at its local midnight until `day_places`.
fn own_place(event: &FoldEvent, policy: &Policy) -> (Timestamp, bool) {
    let said = match event.time.precision {
        TimePrecision::Second | TimePrecision::Minute => event.time.at.or_else(|| local_as_utc(event)),
        TimePrecision::Day => local_date(event, policy).map(|day| midnight(day, zone(event, policy))),
        TimePrecision::None => None,
    };
    let sane = |time: &Timestamp| time.to_utc().year() >= FIRST_YEAR;
    let Some(said) = said.filter(sane).or(event.dispatched_at.filter(sane)) else {
        return (event.received_at, false);
    };
    let tolerance = if event.time.tz_source == TzSource::AssumedUtc { AHEAD_ASSUMED_S } else { AHEAD_S };
    if said > event.received_at.plus_seconds(tolerance) { (event.received_at, true) } else { (said, false) }
}

/// The place right after the last timed event of the day whose rank is not higher (T3), for events of day precision.
fn day_places(timed: &[Timed<'_>]) -> Vec<(usize, Timestamp)> {
    let bare: Vec<usize> = (0..timed.len())
        .filter(|index| {
            let own = &timed[*index];
            own.event.time.precision == TimePrecision::Day && !own.clock_ahead && has_date(own.event)
        })
        .collect();
    if bare.is_empty() {
        return Vec::new();
    }
    let mut days: HashMap<NaiveDate, Vec<&Timed<'_>>> = HashMap::new();
    for other in timed {
        days.entry(other.day).or_default().push(other);
    }
    bare.into_iter()
        .filter_map(|index| {
            let own = &timed[index];
            let day = days.get(&own.day)?;
            let last = day.iter().filter(|other| is_anchor(other, own)).map(|other| other.effective_at).max()?;
            Some((index, Timestamp::from_millis(last.millis() + 1)))
        })
        .collect()
}

fn is_anchor(other: &Timed<'_>, own: &Timed<'_>) -> bool {
    let same_piece = match (&other.event.piece, &own.event.piece) {
        (Some(one), Some(two)) => one == two,
        _ => true,
    };
    let timed = matches!(other.event.time.precision, TimePrecision::Second | TimePrecision::Minute)
        && (other.event.time.at.is_some() || other.event.time.local.is_some());
    timed
        && same_piece
        && !other.clock_ahead
        && other.is_live()
        && other.event.kind == Kind::Status
        && other.event.status.is_some()
        && other.rank <= own.rank
}

fn has_date(event: &FoldEvent) -> bool {
    let year = event.time.local.map(|local| local.year()).or(event.time.at.map(|at| at.to_utc().year()));
    year.is_some_and(|year| year >= FIRST_YEAR)
}

fn zone(event: &FoldEvent, policy: &Policy) -> chrono_tz::Tz {
    event.zone.unwrap_or(policy.zone)
}

/// A wall clock without a zone is ordered as if it were UTC (T2).
fn local_as_utc(event: &FoldEvent) -> Option<Timestamp> {
    event.time.local.map(|local| local.and_utc().into())
}

fn local_date(event: &FoldEvent, policy: &Policy) -> Option<NaiveDate> {
    let from_instant = || event.time.at.map(|at| at.to_utc().with_timezone(&zone(event, policy)).date_naive());
    event.time.local.map(|local| local.date()).or_else(from_instant)
}

fn local_day(event: &FoldEvent, effective_at: Timestamp, clock_ahead: bool, policy: &Policy) -> NaiveDate {
    let said = local_date(event, policy).filter(|day| !clock_ahead && day.year() >= FIRST_YEAR);
    said.unwrap_or_else(|| effective_at.to_utc().with_timezone(&zone(event, policy)).date_naive())
}

fn midnight(day: NaiveDate, zone: chrono_tz::Tz) -> Timestamp {
    let naive = day.and_time(NaiveTime::MIN);
    let at = |hours| zone.from_local_datetime(&(naive + TimeDelta::hours(hours))).earliest();
    // A zone that moves its clocks at midnight has no such moment once a year: the day begins an hour later then.
    at(0).or_else(|| at(1)).map_or_else(|| naive.and_utc(), |local| local.to_utc()).into()
}

/// Whether a clock that is ahead by `ahead_s` seconds looks like a zone set wrongly: the error is close to a whole
/// number of half hours, and not more than any zone on earth (T4).
pub fn looks_like_a_zone_mistake(ahead_s: i64) -> bool {
    const HALF_HOUR: i64 = 30 * 60;
    let rest = ahead_s.rem_euclid(HALF_HOUR);
    ahead_s > AHEAD_S && ahead_s <= AHEAD_ASSUMED_S + AHEAD_S && rest.min(HALF_HOUR - rest) <= 5 * 60
}
