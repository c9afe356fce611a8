//! Why a parcel has its status.

use super::*;
use crate::tracking::why::{MOST_SET_ASIDE, Rule, SetAsideKind};

fn reasons(parcel: &FoldedParcel) -> Vec<(SetAsideKind, &str)> {
    parcel.why.set_aside.iter().map(|aside| (aside.kind, aside.reason.as_str())).collect()
}

#[test]
fn it_names_the_event_the_rule_and_what_was_set_aside() {
    let mut end = delivered(on(1, "12:00"));
    end.raw_text = Some("Handed over".into());
    let late = arrived(on(1, "06:00")).received(on(1, "12:30"));
    let mut struck = scan(Exception, S::Lost, on(1, "11:00")).voided();
    struck.voided_by = Some("ana".into());
    let parcel = parcel(vec![end.clone(), on_vehicle(on(1, "12:05")), late.clone(), struck.clone()]);
    assert_eq!((parcel.why.event, parcel.why.rule), (Some(end.id), Rule::DeliveredIsSticky));
    assert_eq!(parcel.why.effect, Rule::DeliveredIsSticky.label());
    assert!(parcel.why.sentence.starts_with("Delivered: decided by “Handed over” of 1 Jun 2026, 12:00."));
    assert!(parcel.explanation.starts_with(&parcel.why.sentence));
    assert_eq!(
        reasons(&parcel),
        [
            (SetAsideKind::AfterDelivery, "After delivery"),
            (SetAsideKind::Voided, "Voided by ana"),
            (SetAsideKind::Late, "Received 6 h late; it took its place before what was known"),
        ]
    );
    assert_eq!(parcel.why.set_aside_total, 3);
}

#[test]
fn each_way_to_a_status_has_its_rule() {
    let rule = |events: Vec<FoldEvent>| parcel(events).why.rule;
    let returned = || scan(Returned, S::ToSender, on(3, "08:00"));
    let announced = || scan(Returning, S::ReturnMoving, on(2, "08:00"));
    let cancelled = || scan(Cancelled, S::BySender, on(1, "08:00"));
    let mut weak = line(Kind::Status, on(1, "08:00"));
    weak.weak = true;
    for (events, expected) in [
        (vec![line(Kind::Note, on(1, "08:00"))], Rule::NothingHeard),
        (vec![arrived(on(1, "08:00"))], Rule::NewestCounts),
        (vec![on_vehicle(on(1, "08:00")), arrived(on(1, "08:00"))], Rule::HigherRankInTie),
        (vec![attempt(on(1, "08:00")), arrived(on(1, "09:00"))], Rule::TroubleRecovered),
        (vec![returned(), arrived(on(4, "08:00"))], Rule::ReturnedIsFinal),
        (vec![cancelled(), scan(InfoReceived, S::LabelCreated, on(2, "08:00"))], Rule::CancelledStands),
        (vec![announced(), arrived(on(3, "08:00"))], Rule::ReturningUntilArrived),
        (vec![delivered(on(1, "08:00")), announced()], Rule::ReturnAfterDelivery),
        (vec![announced(), delivered(on(3, "08:00"))], Rule::ReturnInferred),
        (vec![delivered(on(1, "08:00")), accepted(on(3, "08:00"))], Rule::NewJourney),
        (vec![cancelled(), arrived(on(2, "08:00"))], Rule::MovedAfterCancel),
        (vec![weak], Rule::WeakEvent),
        (vec![delivered(on(1, "08:00")).by_operator(false)], Rule::OperatorAsserted),
        (vec![delivered(on(1, "08:00")).by_operator(true), returned()], Rule::OperatorPinned),
    ] {
        assert_eq!(rule(events), expected);
    }
    let confirmed = vec![announced(), delivered(on(3, "08:00")), returned()];
    assert!(parcel(confirmed[..2].to_vec()).why.to_confirm);
    assert!(!parcel(confirmed).why.to_confirm, "the carrier's own word settles it");
}

#[test]
fn the_list_is_bounded_and_the_newest_come_first() {
    let mut events = vec![delivered(on(1, "08:00"))];
    events.extend((0..50).map(|hour| arrived(on(2, "00:00").plus_seconds(hour * HOUR))));
    let newest = events[50].id;
    let why = parcel(events).why;
    assert_eq!((why.set_aside.len(), why.set_aside_total), (MOST_SET_ASIDE, 50));
    assert_eq!(why.set_aside[0].event, newest);
}

#[test]
fn a_decision_that_came_late_says_so() {
    let decided = parcel(vec![arrived(on(2, "08:00")), delivered(on(1, "12:00")).received(on(2, "09:00"))]);
    assert!(decided.explanation.contains("received 21 h late"), "{}", decided.explanation);
    assert_eq!(decided.why.set_aside.len(), 1);
}
