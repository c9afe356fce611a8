//! What stands where on a timeline: stretches of a journey, days, repeated scans. Nothing of it is HTML.

use crate::tracking::event::Event;
use crate::tracking::parcel::Leg;
use crate::tracking::status::{EventFlag, Kind};
use chrono::NaiveDate;

/// From here on a silence is drawn.
const SILENCE_S: i64 = 2 * 86_400;

/// The same scan within this time of the one after it is a repetition (R12).
const REPEAT_S: i64 = 60 * 60;

/// A part of a timeline under one heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Absent where the timeline is in one piece.
    pub heading: Option<Heading>,
    /// Newest first.
    pub days: Vec<Day>,
}

/// What a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// Reported after the parcel was delivered.
    AfterDelivery,
    /// What came before, where something came after.
    UntilDelivery,
    /// The first journey.
    Outbound,
    /// The way back to the sender.
    Return,
    /// The number was used for another journey.
    Again,
}

/// The events of one day at the place of the events.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// How many events, repetitions counted.
    pub count: usize,
    /// Newest first.
    pub rows: Vec<Row>,
}

/// One line: an event, and the repetitions of the same scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Seconds without any event after this one, where that is long enough to be drawn.
    pub silence_s: Option<i64>,
    /// The event shown.
    pub event: Event,
    /// The others of the same scan, newest first.
    pub repeats: Vec<Event>,
}

/// Orders events (newest first) into stretches. `date_of` tells the day of an event; `apart` never joins it to others.
pub fn stretches(
    events: Vec<Event>,
    legs: &[Leg],
    date_of: impl Fn(&Event) -> NaiveDate,
    apart: impl Fn(&Event) -> bool,
) -> Vec<Stretch> {
    let headings = headings(&events, legs);
    let mut found: Vec<Stretch> = Vec::new();
    let mut later = None;
    for (event, heading) in events.into_iter().zip(headings) {
        let at = event.effective_at;
        let silence_s = later.map(|later: crate::tracking::time::Timestamp| later.seconds_since(at));
        later = Some(at);
        if found.last().is_none_or(|stretch| stretch.heading != heading) {
            found.push(Stretch { heading, days: Vec::new() });
        }
        let days = &mut found.last_mut().expect("one was just added").days;
        let date = date_of(&event);
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day { date, count: 0, rows: Vec::new() });
        }
        let day = days.last_mut().expect("one was just added");
        day.count += 1;
        match day.rows.last_mut() {
            Some(row) if !apart(&event) && !apart(&row.event) && repeats(row, &event) => row.repeats.push(event),
            _ => day.rows.push(Row { silence_s: silence_s.filter(|&s| s >= SILENCE_S), event, repeats: Vec::new() }),
        }
    }
    found
}

/// Same status, substatus and place within an hour of the next newer one.
fn repeats(row: &Row, earlier: &Event) -> bool {
    let newest = &row.event;
    let nearest = row.repeats.last().unwrap_or(newest);
    let counts = |event: &Event| {
        event.kind == Kind::Status
            && event.status.is_some()
            && event.operator.is_none()
            && event.voided_at.is_none()
            && event.retracted_at.is_none()
    };
    counts(newest)
        && counts(earlier)
        && (newest.status, newest.substatus) == (earlier.status, earlier.substatus)
        && newest.place == earlier.place
        && newest.piece == earlier.piece
        && newest.set_aside.is_some() == earlier.set_aside.is_some()
        && nearest.effective_at.seconds_since(earlier.effective_at) <= REPEAT_S
}

fn headings(events: &[Event], legs: &[Leg]) -> Vec<Option<Heading>> {
    let several = legs.len() > 1 || events.windows(2).any(|pair| pair[0].leg != pair[1].leg);
    let mut headings: Vec<Option<Heading>> = events
        .iter()
        .map(|event| {
            let direction = legs.iter().find(|leg| leg.leg == event.leg).map(|leg| leg.direction.as_str());
            several.then_some(match (direction, event.leg) {
                (Some("return"), _) => Heading::Return,
                (_, ..=1) => Heading::Outbound,
                _ => Heading::Again,
            })
        })
        .collect();
    // Within a journey, everything down to the last event that came after its delivery.
    let mut start = 0;
    while start < events.len() {
        let leg = events[start].leg;
        let end = events[start..].iter().position(|event| event.leg != leg).map_or(events.len(), |n| start + n);
        let after = |event: &Event| event.flags.contains(&EventFlag::AfterDelivery);
        if let Some(last) = events[start..end].iter().rposition(after) {
            headings[start..=start + last].fill(Some(Heading::AfterDelivery));
            if !several {
                headings[start + last + 1..end].fill(Some(Heading::UntilDelivery));
            }
        }
        start = end;
    }
    headings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::event::Place;
    use crate::tracking::status::{Status, Substatus};
    use crate::tracking::time::{TimePrecision, Timestamp, TzSource};
    use uuid::Uuid;

    fn event(at_s: i64, status: Status, leg: u32) -> Event {
        let at = Timestamp::from_millis(at_s * 1000);
        Event {
            id: Uuid::from_u128(u128::try_from(at_s).expect("a positive time")),
            kind: Kind::Status,
            status: Some(status),
            substatus: status.substatuses().first().copied(),
            reason: None,
            occurred_at: Some(at),
            occurred_raw: None,
            occurred_local: Some(at.to_utc().naive_utc()),
            time_precision: TimePrecision::Second,
            tz_source: TzSource::PayloadOffset,
            zone: None,
            effective_at: at,
            received_at: at,
            late_seconds: 0,
            raw_code: None,
            raw_text: None,
            place: None,
            actor: None,
            flags: Vec::new(),
            seen_count: 1,
            mapping: None,
            deliveries: Vec::new(),
            piece: None,
            leg,
            proofs: Vec::new(),
            set_aside: None,
            voided_at: None,
            retracted_at: None,
            operator: None,
            acts: Vec::new(),
        }
    }

    fn group(events: Vec<Event>, legs: &[Leg]) -> Vec<Stretch> {
        stretches(events, legs, |event| event.effective_at.to_utc().date_naive(), |_| false)
    }

    fn rows(stretches: &[Stretch]) -> Vec<usize> {
        stretches.iter().flat_map(|s| &s.days).flat_map(|d| &d.rows).map(|row| 1 + row.repeats.len()).collect()
    }

    #[test]
    fn the_same_scan_within_an_hour_is_one_line() {
        let scans = [9_000, 6_000, 3_000].map(|at| event(at, Status::InTransit, 1)).to_vec();
        assert_eq!(rows(&group(scans, &[])), [3], "each within an hour of the next");
        let apart = [9_000, 5_000].map(|at| event(at, Status::InTransit, 1)).to_vec();
        assert_eq!(rows(&group(apart, &[])), [1, 1], "more than an hour");
        let mut elsewhere = [9_000, 8_000].map(|at| event(at, Status::InTransit, 1)).to_vec();
        elsewhere[1].place = Some(Place { name: Some("JNB".into()), ..Place::default() });
        assert_eq!(rows(&group(elsewhere, &[])), [1, 1], "another place");
        let mut finer = [9_000, 8_000].map(|at| event(at, Status::InTransit, 1)).to_vec();
        finer[1].substatus = Some(Substatus::Accepted);
        assert_eq!(rows(&group(finer, &[])), [1, 1], "another substatus");
        let mut voided = [9_000, 8_000].map(|at| event(at, Status::InTransit, 1)).to_vec();
        voided[1].voided_at = Some(Timestamp::from_millis(0));
        assert_eq!(rows(&group(voided, &[])), [1, 1], "a voided one stands alone");
        let mut unmapped = [9_000, 8_000].map(|at| event(at, Status::InTransit, 1)).to_vec();
        for event in &mut unmapped {
            event.status = None;
        }
        assert_eq!(rows(&group(unmapped, &[])), [1, 1], "what is not mapped is not known to be the same");
    }

    #[test]
    fn what_came_after_the_delivery_stands_apart() {
        let mut events = vec![
            event(9_000, Status::InTransit, 1),
            event(8_000, Status::OutForDelivery, 1),
            event(7_000, Status::Delivered, 1),
            event(6_000, Status::InTransit, 1),
        ];
        events[1].flags.push(EventFlag::AfterDelivery);
        let found = group(events, &[]);
        let headings: Vec<_> = found.iter().map(|stretch| stretch.heading).collect();
        assert_eq!(headings, [Some(Heading::AfterDelivery), Some(Heading::UntilDelivery)]);
        assert_eq!(found[0].days[0].count, 2, "a note between them does not split it");
    }

    #[test]
    fn journeys_have_headings_of_their_own() {
        let leg = |leg, direction: &str| Leg { leg, direction: direction.into(), opened_by: None, opened_at: None };
        let events = vec![event(9_000, Status::Returning, 2), event(7_000, Status::Delivered, 1)];
        let found = group(events, &[leg(1, "outbound"), leg(2, "return")]);
        let headings: Vec<_> = found.iter().map(|stretch| stretch.heading).collect();
        assert_eq!(headings, [Some(Heading::Return), Some(Heading::Outbound)]);
        let one = group(vec![event(7_000, Status::Delivered, 1)], &[leg(1, "outbound")]);
        assert_eq!(one[0].heading, None, "a single journey needs no heading");
    }

    #[test]
    fn a_long_silence_is_told_on_the_event_before_it() {
        let found = group(vec![event(900_000, Status::InTransit, 1), event(7_000, Status::InTransit, 1)], &[]);
        let silences: Vec<_> =
            found.iter().flat_map(|s| &s.days).flat_map(|d| &d.rows).map(|row| row.silence_s).collect();
        assert_eq!(silences, [None, Some(893_000)]);
    }
}
