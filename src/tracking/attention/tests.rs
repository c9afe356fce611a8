//! The table of which trouble stands in which queue.

use super::*;

fn now() -> Timestamp {
    "2026-06-18T12:00:00Z".parse().expect("a time")
}

const HOUR: i64 = 3600;

/// In this status for so many hours, without a scan since.
fn standing(status: Status, substatus: Option<Substatus>, hours: i64) -> Standing {
    let since = now().plus_seconds(-hours * HOUR);
    Standing {
        status,
        substatus,
        reason: None,
        status_since: Some(since),
        last_event_at: Some(since),
        created_at: since,
        action_required: status.action_required(substatus),
        attempts: 0,
        flags: Vec::new(),
        episodes: Vec::new(),
    }
}

fn queue(parcel: &Standing) -> Option<(Queue, bool)> {
    let thresholds = Thresholds::from_settings(None, Some(100));
    headline(parcel, &thresholds, now()).map(|found| (found.queue, found.urgent))
}

#[test]
fn each_state_stands_in_the_queue_of_its_trouble() {
    use Status as S;
    use Substatus as U;
    let table = [
        (S::InTransit, None, 1, None),
        (S::InTransit, None, 47, None),
        (S::InTransit, None, 48, Some((Queue::Stalled, false))),
        (S::InTransit, None, 96, Some((Queue::Stalled, true))),
        (S::OutForDelivery, None, 12, Some((Queue::Stalled, false))),
        (S::InfoReceived, None, 23, None),
        (S::InfoReceived, None, 24, Some((Queue::NotHandedOver, false))),
        (S::Pending, None, 31 * 24, Some((Queue::NotHandedOver, true))),
        (S::FailedAttempt, Some(U::RecipientAbsent), 1, None),
        (S::FailedAttempt, Some(U::RecipientAbsent), 24, Some((Queue::FailedAttempts, false))),
        (S::FailedAttempt, Some(U::NotContactable), 1, Some((Queue::FailedAttempts, false))),
        (S::FailedAttempt, Some(U::AddressProblem), 1, Some((Queue::AddressProblem, false))),
        (S::AvailableForPickup, Some(U::AtLocker), 49, None),
        (S::AvailableForPickup, Some(U::AtLocker), 50, Some((Queue::Unclaimed, false))),
        (S::AvailableForPickup, Some(U::AtLocker), 80, Some((Queue::Unclaimed, true))),
        (S::Exception, Some(U::CustomsHold), 1, Some((Queue::Customs, false))),
        (S::Exception, Some(U::AddressProblem), 1, Some((Queue::AddressProblem, false))),
        (S::Exception, Some(U::Unclaimed), 1, Some((Queue::Unclaimed, false))),
        (S::Exception, Some(U::Damaged), 1, Some((Queue::NeedsAction, false))),
        (S::Exception, Some(U::Damaged), 24, Some((Queue::NeedsAction, true))),
        (S::Exception, Some(U::Missorted), 1, None),
        (S::Exception, Some(U::Missorted), 8, Some((Queue::Stalled, false))),
        (S::Returning, Some(U::ReturnMoving), 1, Some((Queue::Returning, false))),
        (S::Delivered, None, 1000, None),
        (S::Returned, None, 1000, None),
        (S::Cancelled, None, 1000, None),
    ];
    for (status, substatus, hours, expected) in table {
        let found = queue(&standing(status, substatus, hours));
        assert_eq!(found, expected, "{status} {substatus:?} for {hours} h");
    }
}

#[test]
fn flags_and_open_episodes_count_after_the_end_too_and_the_most_urgent_wins() {
    let flagged = |status, flag| Standing { flags: vec![flag], ..standing(status, None, 1) };
    let queue_of = |parcel: &Standing| queue(parcel).map(|(queue, _)| queue);
    let contradicted = flagged(Status::Delivered, ParcelFlag::DeliveredContradicted);
    assert_eq!(queue_of(&contradicted), Some(Queue::Contradictions));
    assert_eq!(queue_of(&flagged(Status::InTransit, ParcelFlag::MovedAfterCancel)), Some(Queue::Contradictions));
    assert_eq!(queue_of(&flagged(Status::Delivered, ParcelFlag::PartialPod)), Some(Queue::PartialPod));
    assert_eq!(queue_of(&flagged(Status::InTransit, ParcelFlag::AggregatorGaveUp)), Some(Queue::Stalled));
    assert_eq!(queue_of(&flagged(Status::Delivered, ParcelFlag::AggregatorGaveUp)), None);
    let both = Standing { flags: vec![ParcelFlag::SourceDisagrees], ..standing(Status::Returning, None, 1) };
    assert_eq!(queue_of(&both), Some(Queue::Returning));
    let withdrawn = Standing { flags: vec![ParcelFlag::Withdrawn], ..standing(Status::Returning, None, 1) };
    assert_eq!(queue_of(&withdrawn), None);
    let opened_at = now().plus_seconds(-60);
    let episode = Episode {
        kind: "after_delivery".into(),
        substatus: None,
        reason: None,
        opened_by: Uuid::nil(),
        opened_at,
        closed_by: None,
        closed_at: None,
    };
    let damaged = Standing { episodes: vec![episode.clone()], ..standing(Status::Delivered, None, 40) };
    let found = headline(&damaged, &Thresholds::default(), now()).expect("it needs a person");
    assert_eq!((found.queue, found.since, found.urgent), (Queue::NeedsAction, opened_at, true));
    let over = Episode { closed_at: Some(now()), ..episode };
    assert_eq!(queue_of(&Standing { episodes: vec![over], ..standing(Status::Delivered, None, 40) }), None);
    let undecided = Standing { action_required: true, ..standing(Status::Returned, None, 1) };
    assert_eq!(queue_of(&undecided), Some(Queue::NeedsAction), "what the fold asks for is never lost");
    let twice = Standing { attempts: 2, ..standing(Status::FailedAttempt, Some(Substatus::RecipientAbsent), 1) };
    let found = headline(&twice, &Thresholds::default(), now()).expect("it needs a person");
    assert_eq!(found.why, "2 attempts to deliver it failed.");
}

#[test]
fn what_was_done_holds_for_its_trouble_and_its_time() {
    let found = headline(&standing(Status::Returning, None, 5), &Thresholds::default(), now()).expect("returning");
    let state = |care: &Care, events| care.state(&found, events, now());
    assert_eq!(state(&Care::default(), 3), AttentionState::Open);
    let until = |seconds| Care { snoozed_until: Some(now().plus_seconds(seconds)), ..Care::default() };
    assert_eq!(state(&until(1), 3), AttentionState::Snoozed);
    assert_eq!(state(&until(0), 3), AttentionState::Open, "the time is over");
    let resting = Care { snoozed_at_events: Some(3), ..Care::default() };
    assert_eq!(state(&resting, 3), AttentionState::Snoozed);
    assert_eq!(state(&resting, 4), AttentionState::Open, "there is a new event");
    let resolution = |queue, since| Resolution { by: "ann".into(), at: now(), reason: "agreed".into(), queue, since };
    let done = |queue, since| Care { resolution: Some(resolution(queue, since)), ..Care::default() };
    assert_eq!(state(&done(Queue::Returning, found.since), 3), AttentionState::Resolved);
    assert_eq!(state(&done(Queue::Stalled, found.since), 3), AttentionState::Open, "another trouble");
    assert_eq!(state(&done(Queue::Returning, now()), 3), AttentionState::Open, "the same trouble once more");
}

#[test]
fn every_queue_says_what_helps() {
    assert!(Queue::ALL.iter().all(|queue| queue.next_step().ends_with('.')));
    let mut order = Queue::ALL.to_vec();
    order.sort_unstable();
    assert_eq!(order, Queue::ALL, "the list is the order of urgency");
}
