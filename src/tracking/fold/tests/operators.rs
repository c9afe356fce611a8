//! What operators say and strike out (R11).

use super::*;

#[test]
fn an_operators_word_moves_a_parcel_from_anywhere() {
    let parcel = parcel(vec![delivered(on(1, "08:00")), scan(Exception, S::Lost, on(2, "08:00")).by_operator(false)]);
    assert_eq!(parcel.status, Exception);
    assert!(parcel.explanation.contains("set by ana"));
}

#[test]
fn it_follows_the_rules_of_its_status_unless_pinned() {
    let lost = |pin| scan(Exception, S::Lost, on(2, "08:00")).by_operator(pin);
    let found = arrived(on(3, "08:00"));
    assert_eq!(parcel(vec![lost(false), found.clone()]).status, InTransit);
    let pinned = folded(vec![lost(true), found.clone()]);
    assert_eq!(pinned.parcels[0].status, Exception);
    assert_eq!(place_of(&pinned, &found).set_aside.as_deref(), Some("The status is pinned by an operator"));
    let released = scan(InTransit, S::Moving, on(4, "08:00")).by_operator(false);
    assert_eq!(parcel(vec![lost(true), found, released, on_vehicle(on(5, "08:00"))]).status, OutForDelivery);
    let asserted = delivered(on(1, "08:00")).by_operator(false);
    assert_eq!(parcel(vec![asserted, on_vehicle(on(2, "08:00"))]).status, Delivered);
}

#[test]
fn it_wins_ties_at_its_time() {
    let moving = scan(InTransit, S::Moving, on(1, "08:00")).by_operator(false);
    assert_eq!(parcel(vec![moving, scan(Exception, S::Held, on(1, "08:00"))]).status, InTransit);
}

#[test]
fn it_settles_contradictions() {
    let settled = parcel(vec![
        delivered(on(1, "08:00")),
        attempt(on(2, "08:00")),
        scan(Exception, S::Damaged, on(2, "09:00")),
        delivered(on(3, "08:00")).by_operator(false),
    ]);
    assert_eq!(settled.status, Delivered);
    assert!(settled.flags.is_empty() && !settled.action_required);
    assert_eq!(settled.status_since, Some(on(1, "08:00")));
}

#[test]
fn what_is_voided_stays_and_counts_for_nothing() {
    let mistaken = delivered(on(2, "08:00")).voided();
    let folded = folded(vec![arrived(on(1, "08:00")), mistaken.clone()]);
    assert_eq!(folded.parcels[0].status, InTransit);
    assert_eq!(place_of(&folded, &mistaken).set_aside.as_deref(), Some("Voided"));
    assert_eq!((folded.parcels[0].events_count, folded.parcels[0].milestones.delivered_at), (2, None));
}
