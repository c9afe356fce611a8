//! Properties over generated histories: the fold is a function of the set.

use super::*;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::HashMap;

/// Statuses with a substatus each.
fn meanings() -> impl Strategy<Value = (Status, Substatus)> {
    let all: Vec<(Status, Substatus)> = Status::ALL
        .iter()
        .flat_map(|status| status.substatuses().iter().map(move |substatus| (*status, *substatus)))
        .collect();
    select(all)
}

/// What carriers scan: all but `pending`.
fn scans_of_a_carrier() -> impl Strategy<Value = (Status, Substatus)> {
    meanings().prop_filter("says something", |(status, _)| *status != Status::Pending)
}

fn clocks() -> impl Strategy<Value = (TimePrecision, Option<i64>)> {
    let minute = 0_i64..(6 * 24 * 60);
    prop_oneof![
        8 => minute.clone().prop_map(|minute| (TimePrecision::Second, Some(minute * 60))),
        // Many ties and some long gaps.
        3 => (0_i64..6).prop_map(|minute| (TimePrecision::Minute, Some(minute * 20))),
        2 => (0_i64..400).prop_map(|day| (TimePrecision::Second, Some(day * DAY))),
        2 => (0_i64..6).prop_map(|day| (TimePrecision::Day, Some(day * DAY))),
        1 => Just((TimePrecision::None, None)),
    ]
}

prop_compose! {
    fn events()(
        (status, substatus) in meanings(),
        (precision, offset_s) in clocks(),
        delay_s in -20_i64 * 3600..40 * 3600,
        kind in select(vec![Kind::Status, Kind::Status, Kind::Status, Kind::Status, Kind::Note, Kind::Operator]),
        piece in select(vec![None, None, None, Some("P1"), Some("P2")]),
        side in select(vec![None, None, Some("origin"), Some("header")]),
        (mapped, weak, voided, low, pin) in
            (prop::bool::weighted(0.9), prop::bool::weighted(0.1), prop::bool::weighted(0.1), any::<bool>(), any::<bool>()),
        context in select(vec![None, None, None, None, Some(InContext::Missing), Some(InContext::Arrived)]),
        signed in select(vec![None, None, Some(1), Some(2), Some(5)]),
        lists in select(vec![None, None, None, None, Some(vec!["P1"]), Some(vec!["P1", "P2", "P3"]), Some(vec!["P3", "P2"])]),
    ) -> FoldEvent {
        let at = on(1, "00:00").plus_seconds(offset_s.unwrap_or(0));
        let mut event = match lists {
            Some(barcodes) => list(at, &barcodes),
            None => line(kind, at),
        };
        if event.pieces.is_none() {
            event.time.precision = precision;
            if precision == TimePrecision::None {
                event.time = EventTime::absent();
            }
            if mapped {
                (event.status, event.substatus) = (Some(status), Some(substatus));
            }
            event.in_context = context.filter(|_| kind == Kind::Status);
            event.piece = piece.map(str::to_owned);
            if kind == Kind::Operator {
                event.operator = Some(OperatorAct { pin, by: "ana".into() });
            }
            if let Some(pieces) = signed.filter(|_| status == Delivered) {
                event = event.signed_for(pieces);
            }
        }
        event.received_at = at.plus_seconds(delay_s);
        event.side = side.map(str::to_owned);
        event.weak |= weak;
        event.voided = voided;
        if low {
            event.confidence = Confidence::Low;
        }
        event
    }
}

prop_compose! {
    fn histories(most: usize)(
        mut events in prop::collection::vec(events(), 0..most),
        lists in prop::collection::vec((0_i64..200, 0_i64..100, 0_i64..200, prop::collection::vec(any::<Index>(), 1..6)), 0..4),
    ) -> History {
        // An identity is an identity: no two events share one.
        for (number, event) in events.iter_mut().enumerate() {
            let key = format!("{}/{number}", event.dedupe_key);
            *event = event.clone().named(&key);
        }
        let listings = lists
            .into_iter()
            .filter(|_| !events.is_empty())
            .map(|(hour, oldest, span, picks)| FoldListing {
                side: "origin".into(),
                listed_at: on(1, "00:00").plus_seconds(hour * HOUR),
                received_at: on(1, "00:00").plus_seconds(hour * HOUR + 5),
                oldest: on(1, "00:00").plus_seconds(oldest * HOUR).to_utc().naive_utc(),
                newest: on(1, "00:00").plus_seconds((oldest + span) * HOUR).to_utc().naive_utc(),
                events: picks.iter().map(|pick| pick.get(&events).id).collect(),
            })
            .collect();
        History { listings, ..history(events) }
    }
}

fn folded_with(history: &History) -> Folded {
    let policy = Policy { zone: chrono_tz::Europe::Athens, ..policy() };
    fold(history, &policy, &parcel_id)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn any_order_gives_the_same(history in histories(24), seed in any::<u64>()) {
        let mut shuffled = history.clone();
        shuffle(&mut shuffled.events, seed);
        shuffle(&mut shuffled.listings, seed.rotate_left(7));
        for listing in &mut shuffled.listings {
            shuffle(&mut listing.events, seed.rotate_left(13));
        }
        prop_assert_eq!(folded_with(&history), folded_with(&shuffled));
    }

    #[test]
    fn every_event_is_placed_once_and_every_parcel_explained(history in histories(24)) {
        let folded = folded_with(&history);
        let mut placed: Vec<Uuid> = folded.placed.iter().map(|placed| placed.event).collect();
        let mut given: Vec<Uuid> = history.events.iter().map(|event| event.id).collect();
        placed.sort_unstable();
        given.sort_unstable();
        prop_assert_eq!(placed, given);
        for (position, placed) in folded.placed.iter().enumerate() {
            prop_assert_eq!(placed.position as usize, position);
            prop_assert!(placed.late_seconds >= 0);
        }
        prop_assert!(!folded.parcels.is_empty());
        let mut ids: Vec<Uuid> = folded.parcels.iter().map(|parcel| parcel.id).collect();
        ids.dedup();
        prop_assert_eq!(ids.len(), folded.parcels.len());
        for parcel in &folded.parcels {
            prop_assert!(parcel.explanation.starts_with(&parcel.why.sentence));
            prop_assert_eq!(parcel.why.event, parcel.head_event);
            prop_assert!(parcel.why.set_aside.len() <= crate::tracking::why::MOST_SET_ASIDE);
            let late_head = parcel.why.set_aside.iter().any(|aside| Some(aside.event) == parcel.head_event);
            prop_assert!(!late_head, "what decides is not set aside");
            prop_assert!(parcel.substatus.is_none_or(|sub| parcel.status.substatuses().contains(&sub)));
            prop_assert!(parcel.leg as usize == parcel.legs.len());
        }
        prop_assert!(folded.shipment.signed_for <= folded.shipment.pieces);
        prop_assert!(folded.shipment.delivered <= folded.shipment.pieces);
    }

    #[test]
    fn voiding_and_unvoiding_is_nothing(history in histories(16), pick in any::<Index>()) {
        prop_assume!(!history.events.is_empty());
        let before = folded_with(&history);
        let mut changed = history.clone();
        let event = pick.index(changed.events.len());
        changed.events[event].voided = !changed.events[event].voided;
        let _ = folded_with(&changed);
        changed.events[event].voided = !changed.events[event].voided;
        prop_assert_eq!(before, folded_with(&changed));
    }

    #[test]
    fn what_is_voided_could_as_well_be_missing(mut history in histories(16), pick in any::<Index>()) {
        prop_assume!(!history.events.is_empty());
        history.listings.clear();
        let event = pick.index(history.events.len());
        history.events[event].voided = true;
        let with = folded_with(&history);
        history.events.remove(event);
        let without = folded_with(&history);
        let states = |folded: &Folded| -> Vec<_> {
            folded.parcels.iter().map(|parcel| (parcel.id, parcel.status, parcel.substatus, parcel.head_event)).collect()
        };
        prop_assert_eq!(states(&with), states(&without));
    }

    /// R3: what stands before something known, and is no end, no return and no acceptance, moves no status. Where R6 lets
    /// a scan speak against a cancelling, and where R15 or the context asks what came before, it may.
    #[test]
    fn late_scans_move_no_status(
        scans in prop::collection::vec((scans_of_a_carrier(), 0_i64..400), 1..14),
        days in any::<bool>(),
        late in scans_of_a_carrier(),
        late_at in 0_i64..400,
    ) {
        let step = if days { DAY } else { 20 };
        let timed = |((status, substatus), step_no): &((Status, Substatus), i64), name: &str| {
            scan(*status, *substatus, on(1, "00:00").plus_seconds(step_no * step)).named(&format!("{name}/{step_no}/{substatus}"))
        };
        let (status, substatus) = late;
        prop_assume!(!status.is_terminal() && status != Returning && substatus != S::Accepted);
        let mut events: Vec<FoldEvent> = scans.iter().enumerate().map(|(n, s)| timed(s, &n.to_string())).collect();
        let newest = scans.iter().map(|(_, at)| *at).max().unwrap_or_default();
        prop_assume!((late_at * step).div_euclid(60) < (newest * step).div_euclid(60));
        let states = |folded: &Folded| folded.parcels.iter().map(|parcel| (parcel.incarnation, parcel.status)).collect::<Vec<_>>();
        let before = super::folded(events.clone());
        prop_assume!(before.parcels.iter().all(|parcel| parcel.status != Cancelled));
        events.push(timed(&(late, late_at), "late").received(on(500, "00:00")));
        prop_assert_eq!(states(&before), states(&super::folded(events)));
    }

    #[test]
    fn late_scans_do_not_undo_a_delivery(
        scans in prop::collection::vec((meanings(), 0_i64..7200), 1..12),
        late in meanings(),
        late_at in 0_i64..7200,
    ) {
        let timed = |((status, substatus), minute): &((Status, Substatus), i64), name: &str| {
            scan(*status, *substatus, on(1, "00:00").plus_seconds(minute * 60)).named(&format!("{name}/{minute}/{substatus}"))
        };
        let mut events: Vec<FoldEvent> = scans.iter().enumerate().map(|(n, s)| timed(s, &n.to_string())).collect();
        prop_assume!(scans.iter().all(|((status, _), _)| *status != Returning));
        let before = super::folded(events.clone());
        let (status, substatus) = late;
        prop_assume!(before.parcels.len() == 1 && before.parcels[0].status == Delivered);
        prop_assume!(!status.is_terminal() && status != Returning && substatus != S::Accepted);
        events.push(timed(&(late, late_at), "late").received(on(30, "00:00")));
        let after = super::folded(events);
        prop_assert_eq!(after.parcels[0].status, Delivered);
    }

    /// R16: nobody is told twice, nor of anything but what the parcel came to.
    #[test]
    fn nobody_is_told_twice(history in histories(12)) {
        let mut events = history.events;
        events.sort_by_key(|event| event.received_at);
        let mut told: Vec<Told> = Vec::new();
        let mut before: HashMap<Uuid, Standing> = HashMap::new();
        for count in 1..=events.len() {
            let folded = super::folded(events[..count].to_vec());
            let at = events[count - 1].received_at;
            for parcel in &folded.parcels {
                let change = News { parcel, before: before.get(&parcel.id).copied(), event: Some((at, at)), is_test: false };
                if let Ok(news) = news(&change, &told) {
                    prop_assert!(!told.contains(&news));
                    prop_assert!(matches!(news.subject, Subject::Contradiction) || news.subject == Subject::Status(parcel.status));
                    told.push(news);
                }
                before.insert(parcel.id, Standing::of(parcel));
            }
        }
    }

    /// Notes, details and places change no state at all.
    #[test]
    fn notes_change_no_state(mut history in histories(16), at in 0_i64..9000) {
        history.listings.clear();
        let before = folded_with(&history);
        history.events.push(line(Kind::Note, on(1, "00:00").plus_seconds(at * 60)).named("note"));
        let after = folded_with(&history);
        let states = |folded: &Folded| -> Vec<_> {
            folded.parcels.iter().map(|parcel| (parcel.id, parcel.status, parcel.status_since, parcel.head_event)).collect()
        };
        if !before.placed.is_empty() {
            let heads = before.parcels.iter().all(|parcel| parcel.head_event.is_some());
            prop_assume!(heads);
            prop_assert_eq!(states(&before), states(&after));
        }
    }
}

/// Fisher and Yates with a small generator: the same in every run.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for last in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (last as u64 + 1)).expect("an index fits");
        items.swap(last, other);
    }
}
