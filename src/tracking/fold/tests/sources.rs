//! Carriers that send their whole history or their own summary (R9).

use super::*;

fn listing(at: Timestamp, from: Timestamp, to: Timestamp, events: &[&FoldEvent]) -> FoldListing {
    FoldListing {
        side: "origin".into(),
        listed_at: at,
        received_at: at.plus_seconds(30),
        oldest: from.to_utc().naive_utc(),
        newest: to.to_utc().naive_utc(),
        events: events.iter().map(|event| event.id).collect(),
    }
}

fn with_lists(events: Vec<FoldEvent>, listings: Vec<FoldListing>) -> Folded {
    fold(&History { listings, ..history(events) }, &policy(), &parcel_id)
}

#[test]
fn what_the_newest_list_lacks_is_retracted_and_can_come_back() {
    let first = accepted(on(1, "08:00")).listed_on("origin");
    let wrong = delivered(on(2, "08:00")).listed_on("origin");
    let third = arrived(on(3, "08:00")).listed_on("origin");
    let events = vec![first.clone(), wrong.clone(), third.clone()];
    let with = listing(on(3, "09:00"), on(1, "08:00"), on(3, "08:00"), &[&first, &wrong, &third]);
    let without = listing(on(4, "09:00"), on(1, "08:00"), on(3, "08:00"), &[&first, &third]);
    let again = listing(on(5, "09:00"), on(1, "08:00"), on(3, "08:00"), &[&first, &third]);

    let folded = with_lists(events.clone(), vec![again.clone(), with.clone(), without.clone()]);
    assert_eq!(folded.parcels[0].status, InTransit);
    let placed = place_of(&folded, &wrong);
    assert_eq!(placed.set_aside.as_deref(), Some("Retracted by the source"));
    assert_eq!(placed.retracted_at, Some(without.received_at), "missed since the first list that lacks it");
    assert_eq!(folded.parcels[0].events_count, 3, "it stays on the timeline");

    let back = listing(on(6, "09:00"), on(1, "08:00"), on(3, "08:00"), &[&first, &wrong, &third]);
    let folded = with_lists(events, vec![with, without, back, again]);
    assert_eq!(folded.parcels[0].status, Delivered);
    assert_eq!(place_of(&folded, &wrong).retracted_at, None);
}

#[test]
fn a_list_that_does_not_reach_back_retracts_nothing() {
    let first = accepted(on(1, "08:00")).listed_on("origin");
    let third = arrived(on(3, "08:00")).listed_on("origin");
    let other_side = arrived(on(2, "08:00")).listed_on("destination");
    let short = listing(on(4, "09:00"), on(2, "08:00"), on(3, "08:00"), &[&third]);
    let folded = with_lists(vec![first, third, other_side], vec![short]);
    assert!(folded.placed.iter().all(|placed| placed.retracted_at.is_none()));
}

#[test]
fn a_header_that_repeats_the_newest_checkpoint_is_no_news() {
    let checkpoint = on_vehicle(on(1, "08:00")).listed_on("origin");
    let header = scan(OutForDelivery, S::RecipientContacted, on(1, "08:00")).listed_on("header");
    let folded = folded(vec![checkpoint.clone(), header.clone()]);
    assert_eq!(folded.parcels[0].head_event, Some(checkpoint.id));
    assert_eq!(place_of(&folded, &header).set_aside.as_deref(), Some("Repeats the newest checkpoint"));
    assert!(folded.parcels[0].flags.is_empty());
}

#[test]
fn a_header_that_differs_is_an_event_of_its_own() {
    let checkpoint = arrived(on(1, "08:00")).listed_on("origin");
    let header = delivered(on(1, "08:00")).listed_on("header");
    let agreed = parcel(vec![checkpoint.clone(), header]);
    assert_eq!((agreed.status, agreed.flags.len()), (Delivered, 0));

    let delivery = delivered(on(1, "08:00")).listed_on("origin");
    let behind = on_vehicle(on(1, "09:00")).listed_on("header");
    let disagreed = parcel(vec![delivery.clone(), behind.clone()]);
    assert_eq!((disagreed.status, disagreed.flags.clone()), (Delivered, vec![ParcelFlag::SourceDisagrees]));

    let overtaken = parcel(vec![delivery, behind, delivered(on(2, "09:00")).listed_on("origin")]);
    assert!(overtaken.flags.is_empty(), "an old header says nothing about now");
}

#[test]
fn a_claim_beside_the_newest_event_may_disagree() {
    let claim = |status, substatus| Some(Claim { status, substatus });
    let mut scan = arrived(on(1, "08:00"));
    scan.claim = claim(Delivered, None);
    let disagreed = parcel(vec![scan.clone()]);
    assert_eq!((disagreed.status, disagreed.flags.clone()), (InTransit, vec![ParcelFlag::SourceDisagrees]));
    let mut end = delivered(on(1, "09:00"));
    end.claim = claim(Delivered, None);
    assert!(parcel(vec![scan, end]).flags.is_empty());
}

#[test]
fn an_aggregator_that_gave_up_is_heard_of_until_something_happens() {
    let mut gone = line(Kind::Status, on(2, "08:00"));
    gone.flag = Some(ParcelFlag::AggregatorGaveUp);
    let quiet = folded(vec![arrived(on(1, "08:00")), gone.clone()]);
    assert_eq!(
        (quiet.parcels[0].status, quiet.parcels[0].flags.clone()),
        (InTransit, vec![ParcelFlag::AggregatorGaveUp])
    );
    assert_eq!(place_of(&quiet, &gone).set_aside, None);
    assert!(parcel(vec![arrived(on(1, "08:00")), gone, departed(on(3, "08:00"))]).flags.is_empty());
}
