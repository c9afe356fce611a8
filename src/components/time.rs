//! Times on pages: the place's wall clock first, UTC behind it, and how long ago.
//!
//! What is said depends only on the answer it came with (`Clocks`).

use crate::tracking::event::Event;
use crate::tracking::preferences::Preferences;
use crate::tracking::screen::Screen;
use crate::tracking::sheet::Rough;
use crate::tracking::status::EventFlag;
use crate::tracking::time::{TimePrecision, Timestamp, TzSource};
use crate::tracking::zones::{WallClock, Zones, offset_name};
use crate::words::times as words;
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use leptos::prelude::*;
use std::sync::Arc;

/// The server's clock and the zones of one answer; context of everything that shows times.
#[derive(Debug, Clone, PartialEq)]
pub struct Clocks {
    /// When the server answered.
    pub now: Timestamp,
    /// Of the times in that answer.
    pub zones: Arc<Zones>,
}

impl Clocks {
    /// Of this answer, on the clock the operator prefers.
    pub fn of<T>(screen: &Screen<T>, preferences: &Preferences) -> Self {
        Self { now: screen.now, zones: Arc::new(preferences.zones(&screen.zones)) }
    }
}

/// The clocks of the answer being shown.
pub fn clocks() -> Clocks {
    use_context().unwrap_or_else(|| Clocks { now: Timestamp::from_millis(0), zones: Arc::default() })
}

/// An instant on the wall clock of a place: `17 Dec 14:05 SAST`; the year only where it is another.
#[component]
pub fn Moment(
    /// When.
    at: Timestamp,
    /// IANA name of the zone to show it in; UTC without.
    #[prop(optional, into)]
    zone: String,
    /// Without the zone's short name, where a heading says it.
    #[prop(optional)]
    bare: bool,
    /// To the millisecond, for logs.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let clocks = clocks();
    let wall = clocks.zones.wall_clock(&zone, at);
    let text = format!(
        "{} {}",
        date_text(wall.time.date(), clocks.now),
        wall.time.format(if exact { "%H:%M:%S%.3f" } else { "%H:%M" })
    );
    let text = if bare { text } else { format!("{text} {}", wall.zone) };
    view! { <time datetime=at.to_string() title=utc_text(at)>{text}</time> }
}

/// An instant the carrier may have given as a day only, or not at all: says no more than is known.
#[component]
pub fn KnownMoment(
    /// Where the event was placed.
    at: Timestamp,
    /// IANA name of the zone to show it in.
    #[prop(optional, into)]
    zone: String,
    /// The instants that are not to be taken at their word.
    rough: Vec<Rough>,
) -> impl IntoView {
    match rough.iter().find(|known| known.at == at).map(|known| known.day) {
        Some(Some(day)) => {
            let text = date_text(day, clocks().now);
            view! { <time datetime=day.to_string() title=words::DAY_ONLY_HELP>{text}</time> }.into_any()
        }
        Some(None) => view! { <span title=words::NO_TIME_HELP>{words::BY}<Moment at zone/></span> }.into_any(),
        None => view! { <Moment at zone/> }.into_any(),
    }
}

/// How long ago: rendered from the server's clock, then kept up by the browser's stopwatch (`islands::manners`).
#[component]
pub fn Ago(
    /// When.
    at: Timestamp,
    /// IANA name of the zone for the text behind it.
    #[prop(optional, into)]
    zone: String,
) -> impl IntoView {
    let clocks = clocks();
    let wall = clocks.zones.wall_clock(&zone, at);
    let title = format!(
        "{} {} {} · {}",
        date_text(wall.time.date(), clocks.now),
        wall.time.format("%H:%M:%S"),
        wall.zone,
        utc_text(at)
    );
    let seconds = clocks.now.seconds_since(at);
    view! { <time class="nowrap" datetime=at.to_string() title=title data-ago=seconds>{ago_text(seconds)}</time> }
}

/// `just now`, `5 min ago`, `3 h ago`, `2 d ago`; `in 5 min` for what lies ahead.
pub fn ago_text(seconds: i64) -> String {
    match seconds {
        -59..=59 => words::JUST_NOW.into(),
        ..=-60 => words::ahead(&coarse(-seconds)),
        _ => words::ago(&coarse(seconds)),
    }
}

fn coarse(seconds: i64) -> String {
    match seconds {
        ..3_600 => words::minutes(seconds / 60),
        3_600..86_400 => words::hours(seconds / 3_600),
        _ => words::days(seconds / 86_400),
    }
}

/// A length of time in its two largest units: `2 d 4 h`, `3 h 12 min`, `5 min`.
pub fn span_text(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3_600, seconds % 3_600 / 60);
    match (days, hours, minutes) {
        (0, 0, 0) => words::UNDER_A_MINUTE.into(),
        (0, 0, m) => words::minutes(m),
        (0, h, 0) => words::hours(h),
        (0, h, m) => format!("{} {}", words::hours(h), words::minutes(m)),
        (d, 0, _) => words::days(d),
        (d, h, _) => format!("{} {}", words::days(d), words::hours(h)),
    }
}

/// `17 Dec`, with the year where it is not the present one.
pub fn date_text(date: NaiveDate, now: Timestamp) -> String {
    let format = if date.year() == now.to_utc().year() { "%-d %b" } else { "%-d %b %Y" };
    date.format(format).to_string()
}

/// `Tue 17 Dec 2024`.
pub fn day_text(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}

/// `2024-12-17 12:05:03 UTC`.
pub fn utc_text(at: Timestamp) -> String {
    at.to_utc().format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The wall clock of an event: what the carrier sent, else its instant in its zone, else its receipt. On one clock for
/// everything, its instant on that clock; a time without an instant or a mere day stays as sent.
pub fn event_clock(event: &Event, zones: &Zones) -> WallClock {
    let zone = event.zone.as_deref().unwrap_or_default();
    let elsewhere = zones.is_everywhere() && event.time_precision != TimePrecision::Day;
    match (event.occurred_local.filter(|_| !elsewhere || event.occurred_at.is_none()), event.occurred_at) {
        (Some(local), at) => WallClock { time: local, zone: zone_name(local, at, zone, zones) },
        (None, Some(at)) => zones.wall_clock(zone, at),
        (None, None) => zones.wall_clock(zone, event.effective_at),
    }
}

fn zone_name(local: NaiveDateTime, at: Option<Timestamp>, zone: &str, zones: &Zones) -> String {
    let Some(at) = at else { return String::new() };
    let known = zones.wall_clock(zone, at);
    if known.time == local {
        return known.zone;
    }
    let seconds = (local - at.to_utc().naive_utc()).num_seconds();
    i32::try_from(seconds).ok().filter(|s| s.abs() <= 16 * 3600).map(offset_name).unwrap_or_default()
}

/// The time of day of an event as shown on a timeline: `14:05 SAST`, `~14:05` where the zone is a guess, `day only`.
pub fn event_time_text(event: &Event, zones: &Zones) -> String {
    let wall = event_clock(event, zones);
    let guess = event.tz_source == TzSource::AssumedUtc || event.flags.contains(&EventFlag::AmbiguousTime);
    match event.time_precision {
        TimePrecision::Day => words::DAY_ONLY.into(),
        TimePrecision::None => words::received_at(&wall.time.format("%H:%M").to_string()),
        TimePrecision::Second | TimePrecision::Minute if guess => format!("~{}", wall.time.format("%H:%M")),
        TimePrecision::Second | TimePrecision::Minute => format!("{} {}", wall.time.format("%H:%M"), wall.zone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_well() {
        assert_eq!(span_text(59), "under 1 min");
        assert_eq!(span_text(3_600 * 3 + 60 * 12), "3 h 12 min");
        assert_eq!(span_text(86_400 * 2 + 3_600 * 4 + 59), "2 d 4 h");
        assert_eq!(ago_text(30), "just now");
        assert_eq!(ago_text(-300), "in 5 min");
        assert_eq!(ago_text(86_400 * 3), "3 d ago");
    }
}
