//! Clocks that are wrong, missing or only name the day (T3, T4).

use super::*;

#[test]
fn a_clock_that_runs_ahead_is_ordered_at_receipt() {
    let ahead = on_vehicle(on(1, "18:00")).received(on(1, "10:00"));
    let folded = folded(vec![ahead.clone(), delivered(on(1, "12:00"))]);
    assert_eq!(folded.parcels[0].status, Delivered);
    let placed = place_of(&folded, &ahead);
    assert_eq!(placed.effective_at, on(1, "10:00"));
    assert_eq!(placed.flags, vec![EventFlag::ClockAhead]);
    assert!(looks_like_a_zone_mistake(8 * HOUR));
    assert!(!looks_like_a_zone_mistake(8 * HOUR + 15 * 60));
    assert!(!looks_like_a_zone_mistake(11 * 60));
}

#[test]
fn ten_minutes_ahead_are_forgiven() {
    let close = on_vehicle(on(1, "10:10")).received(on(1, "10:00"));
    assert!(folded(vec![close]).placed[0].flags.is_empty());
}

#[test]
fn an_assumed_zone_may_be_ahead_by_fourteen_hours() {
    let assumed = |at: Timestamp| {
        let mut event = on_vehicle(at).received(on(1, "10:00"));
        event.time.tz_source = TzSource::AssumedUtc;
        event
    };
    let near = folded(vec![assumed(on(1, "23:00"))]);
    assert_eq!((near.placed[0].effective_at, near.placed[0].flags.len()), (on(1, "23:00"), 0));
    let far = folded(vec![assumed(on(2, "01:00"))]);
    assert_eq!(far.placed[0].flags, vec![EventFlag::ClockAhead]);
}

#[test]
fn filler_is_no_time() {
    let mut filler = arrived(on(1, "08:00")).received(on(2, "08:00"));
    filler.time.at = Some(Timestamp::from_millis(0));
    filler.time.local = Some(chrono::NaiveDateTime::default());
    let folded = folded(vec![filler]);
    assert_eq!(folded.placed[0].effective_at, on(2, "08:00"));
    assert_eq!(folded.placed[0].late_seconds, 0);
}

#[test]
fn without_a_time_the_time_of_sending_counts() {
    let mut timeless = arrived(on(1, "08:00")).received(on(3, "08:00"));
    timeless.time = EventTime::absent();
    timeless.dispatched_at = Some(on(2, "08:00"));
    assert_eq!(folded(vec![timeless]).placed[0].effective_at, on(2, "08:00"));
}

#[test]
fn a_bare_day_stands_after_what_ranks_no_higher() {
    let day = delivered(on(1, "00:00")).day_only().received(on(2, "00:00"));
    let folded = folded(vec![on_vehicle(on(1, "15:00")), arrived(on(1, "08:00")), day.clone()]);
    assert_eq!(folded.parcels[0].status, Delivered);
    assert_eq!(place_of(&folded, &day).effective_at.millis(), on(1, "15:00").millis() + 1);

    let scanned = arrived(on(1, "00:00")).day_only().received(on(2, "00:00"));
    let folded = super::folded(vec![on_vehicle(on(1, "15:00")), departed(on(1, "08:00")), scanned.clone()]);
    assert_eq!(folded.parcels[0].status, OutForDelivery, "it does not outrank the vehicle");
    assert_eq!(place_of(&folded, &scanned).effective_at.millis(), on(1, "08:00").millis() + 1);
}

#[test]
fn a_bare_day_alone_stands_at_local_midnight() {
    let mut day = arrived(on(1, "00:00")).day_only().received(on(2, "00:00"));
    day.zone = Some(chrono_tz::Africa::Johannesburg);
    assert_eq!(folded(vec![day]).placed[0].effective_at, on(0, "22:00"));
}

#[test]
fn a_wall_clock_without_zone_is_ordered_as_it_reads() {
    let mut naive = on_vehicle(on(1, "10:00")).received(on(1, "12:00"));
    naive.time.at = None;
    naive.time.tz_source = TzSource::AssumedUtc;
    assert_eq!(folded(vec![naive]).placed[0].effective_at, on(1, "10:00"));
}

#[test]
fn a_day_that_begins_an_hour_late_has_a_first_moment_all_the_same() {
    let mut day = arrived(Timestamp::from(
        NaiveDate::from_ymd_opt(2026, 9, 6).expect("a date").and_time(chrono::NaiveTime::MIN).and_utc(),
    ))
    .day_only();
    day.received_at = day.received_at.plus_seconds(2 * DAY);
    day.zone = Some(chrono_tz::America::Santiago);
    let at = folded(vec![day]).placed[0].effective_at;
    assert_eq!(at.to_string(), "2026-09-06T04:00:00.000Z");
}
