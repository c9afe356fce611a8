//! Whom it would be told: once, and only what is news (R16).

use super::*;

/// Folds the events one by one as they were received and gathers what would be told.
fn told_of(mut events: Vec<FoldEvent>, is_test: bool) -> (Vec<Subject>, Vec<Quiet>) {
    events.sort_by_key(|event| event.received_at);
    let (mut told, mut quiet): (Vec<Told>, Vec<Quiet>) = (Vec::new(), Vec::new());
    let mut before = None;
    for count in 1..=events.len() {
        let event = &events[count - 1];
        let folded = folded(events[..count].to_vec());
        let parcel = &folded.parcels[0];
        let happened = place_of(&folded, event).effective_at;
        let change = News { parcel, before, event: Some((happened, event.received_at)), is_test };
        match news(&change, &told) {
            Ok(news) => told.push(news),
            Err(why) => quiet.push(why),
        }
        before = Some(Standing::of(parcel));
    }
    (told.into_iter().map(|told| told.subject).collect(), quiet)
}

#[test]
fn each_status_is_told_once_on_a_journey() {
    let events = vec![
        accepted(on(1, "08:00")),
        departed(on(1, "09:00")),
        on_vehicle(on(2, "08:00")),
        attempt(on(2, "10:00")),
        on_vehicle(on(3, "08:00")),
        delivered(on(3, "12:00")),
        on_vehicle(on(3, "12:30")),
    ];
    let (told, quiet) = told_of(events, false);
    assert_eq!(told, [InTransit, OutForDelivery, FailedAttempt, Delivered].map(Subject::Status));
    assert_eq!(quiet, [Quiet::Unchanged, Quiet::ToldBefore, Quiet::Unchanged]);
}

#[test]
fn late_events_history_and_tests_are_no_news() {
    let late = delivered(on(1, "12:00")).received(on(1, "20:00"));
    assert_eq!(told_of(vec![arrived(on(1, "18:00")), late], false).1, [Quiet::Late]);
    let old = delivered(on(1, "12:00")).received(on(2, "12:01"));
    assert_eq!(told_of(vec![old], false).1, [Quiet::Backfill]);
    assert_eq!(told_of(vec![delivered(on(1, "12:00"))], true), (vec![], vec![Quiet::Test]));
}

#[test]
fn after_the_end_only_returns_and_contradictions_are_told() {
    let end = || delivered(on(1, "12:00"));
    let (told, _) = told_of(vec![end(), scan(Returning, S::ReturnMoving, on(2, "08:00"))], false);
    assert_eq!(told, [Delivered, Returning].map(Subject::Status));
    let (told, _) = told_of(vec![end(), attempt(on(2, "09:00")), attempt(on(3, "09:00"))], false);
    assert_eq!(told, [Subject::Status(Delivered), Subject::Contradiction]);
    let cancelled = scan(Cancelled, S::BySender, on(1, "08:00"));
    let (told, quiet) = told_of(vec![cancelled, arrived(on(2, "08:00")), on_vehicle(on(2, "09:00"))], false);
    assert_eq!(told[..2], [Subject::Status(Cancelled), Subject::Contradiction]);
    assert_eq!((told.len(), quiet.len()), (3, 0), "it moves again, so it is followed again");
    let lost = scan(Exception, S::Lost, on(2, "08:00")).by_operator(false);
    assert_eq!(told_of(vec![end(), lost], false).1, [Quiet::AfterTheEnd]);
}
