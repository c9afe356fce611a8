//! The golden cases of the status model, and the rules they stand for.

use super::*;

#[test]
fn a_plain_journey() {
    let parcel = parcel(vec![
        accepted(on(1, "08:00")),
        departed(on(2, "08:00")),
        on_vehicle(on(3, "08:00")),
        delivered(on(4, "08:00")),
    ]);
    assert_eq!(state(&parcel), (Delivered, Some(S::Confirmed)));
    assert_eq!(parcel.milestones.accepted_at, Some(on(1, "08:00")));
    assert_eq!(parcel.milestones.first_out_for_delivery_at, Some(on(3, "08:00")));
    assert_eq!(parcel.milestones.first_attempt_at, Some(on(4, "08:00")));
    assert_eq!(parcel.milestones.delivered_at, Some(on(4, "08:00")));
    assert_eq!(parcel.status_since, Some(on(4, "08:00")));
    assert_eq!((parcel.leg, parcel.attempts, parcel.events_count), (1, 0, 4));
    assert!(!parcel.action_required && parcel.flags.is_empty());
}

#[test]
fn nothing_heard_is_pending() {
    let mut known = history(vec![]);
    known.registered_at = Some(on(1, "08:00"));
    let folded = fold(&known, &policy(), &parcel_id);
    assert_eq!(state(&folded.parcels[0]), (Status::Pending, None));
    assert_eq!(folded.parcels[0].status_since, Some(on(1, "08:00")));
    assert_eq!(folded.parcels[0].id, parcel_id(1, 1));
    assert!(!folded.shipment.shown);
}

#[test]
fn delivered_is_sticky() {
    let late = on_vehicle(on(1, "10:05"));
    let folded = folded(vec![delivered(on(1, "10:00")), late.clone()]);
    assert_eq!(folded.parcels[0].status, Delivered);
    let placed = place_of(&folded, &late);
    assert_eq!(placed.set_aside.as_deref(), Some("After delivery"));
    assert_eq!(placed.flags, vec![EventFlag::AfterDelivery]);
    assert!(folded.parcels[0].explanation.contains("1 later event was set aside"));
}

#[test]
fn a_late_event_takes_its_place_and_changes_nothing() {
    let late = arrived(on(1, "07:00")).received(on(2, "07:00"));
    let folded = folded(vec![on_vehicle(on(1, "08:00")), delivered(on(1, "12:00")), late.clone()]);
    assert_eq!(folded.parcels[0].status, Delivered);
    assert_eq!(place_of(&folded, &late).position, 0);
    assert_eq!(place_of(&folded, &late).late_seconds, DAY);
    assert_eq!(folded.parcels[0].milestones.accepted_at, Some(on(1, "07:00")), "milestones are recomputed");
}

#[test]
fn mondays_delivery_received_after_tuesdays_scan_rules() {
    let folded = folded(vec![arrived(on(2, "08:00")), delivered(on(1, "12:00")).received(on(2, "09:00"))]);
    assert_eq!(folded.parcels[0].status, Delivered);
}

#[test]
fn an_attempt_on_a_later_day_contradicts_a_delivery() {
    let contradicted = parcel(vec![delivered(on(1, "10:00")), attempt(on(2, "09:00"))]);
    assert_eq!(contradicted.status, Delivered);
    assert_eq!(contradicted.flags, vec![ParcelFlag::DeliveredContradicted]);
    assert!(contradicted.action_required);

    let same_day = parcel(vec![delivered(on(1, "10:00")), attempt(on(1, "18:00"))]);
    assert!(same_day.flags.is_empty() && !same_day.action_required);

    let settled = parcel(vec![delivered(on(1, "10:00")), attempt(on(2, "09:00")), delivered(on(3, "09:00"))]);
    assert!(settled.flags.is_empty());
    assert_eq!(settled.status_since, Some(on(1, "10:00")));
}

#[test]
fn the_day_of_a_contradiction_is_the_local_one() {
    // 22:30 and 23:30 UTC are the same evening in London's winter but not in Athens.
    let mut events = vec![delivered(on(1, "20:30")), attempt(on(1, "21:30"))];
    for event in &mut events {
        event.time.local = None;
    }
    let athens = Policy { zone: chrono_tz::Europe::Athens, ..policy() };
    let contradicted = fold(&history(events.clone()), &athens, &parcel_id);
    assert_eq!(contradicted.parcels[0].flags, vec![ParcelFlag::DeliveredContradicted]);
    assert!(parcel(events).flags.is_empty());
}

#[test]
fn an_exception_after_delivery_asks_for_a_person() {
    let parcel = parcel(vec![delivered(on(1, "10:00")), scan(Exception, S::Damaged, on(1, "15:00"))]);
    assert_eq!(parcel.status, Delivered);
    assert!(parcel.action_required);
    assert_eq!(parcel.episodes.len(), 1);
    assert_eq!(parcel.episodes[0].kind, "after_delivery");
}

#[test]
fn even_lost_parcels_recover() {
    let parcel = parcel(vec![scan(Exception, S::Lost, on(1, "08:00")), arrived(on(9, "08:00"))]);
    assert_eq!(state(&parcel), (InTransit, Some(S::ArrivedFacility)));
    let [episode] = &parcel.episodes[..] else { panic!("one episode") };
    assert_eq!(episode.substatus, Some(S::Lost));
    assert_eq!(episode.closed_at.map(|end| end.seconds_since(episode.opened_at)), Some(8 * DAY));
    assert!(episode.closed_by.is_some());
}

#[test]
fn the_newest_rules_and_pending_undoes_nothing() {
    let label = scan(InfoReceived, S::LabelCreated, on(2, "08:00"));
    assert_eq!(parcel(vec![arrived(on(1, "08:00")), label.clone()]).status, InfoReceived);
    let nothing = scan(Status::Pending, S::NotFound, on(3, "08:00"));
    let folded = folded(vec![label, nothing.clone()]);
    assert_eq!(folded.parcels[0].status, InfoReceived, "the source knows nothing now; it did before");
    assert!(place_of(&folded, &nothing).set_aside.is_some());
}

#[test]
fn a_second_delivery_ends_the_trouble_between() {
    let damaged = scan(Exception, S::Damaged, on(1, "15:00"));
    let parcel = parcel(vec![delivered(on(1, "10:00")), damaged, delivered(on(2, "10:00"))]);
    assert_eq!((parcel.status, parcel.action_required), (Delivered, false));
    assert!(parcel.episodes[0].closed_at.is_some());
}

#[test]
fn a_way_back_after_cancelling_counts() {
    let announced = scan(Returning, S::ReturnAnnounced, on(2, "08:00"));
    let parcel = parcel(vec![scan(Cancelled, S::BySender, on(1, "08:00")), announced]);
    assert_eq!((parcel.status, parcel.flags), (Returning, vec![ParcelFlag::MovedAfterCancel]));
}

#[test]
fn transit_ends_at_the_door_or_the_counter() {
    let ready = scan(AvailableForPickup, S::AtLocker, on(3, "08:00"));
    let waited = parcel(vec![accepted(on(1, "08:00")), ready, delivered(on(5, "08:00"))]);
    assert_eq!(waited.milestones.transit_seconds, Some(2 * DAY));
    assert_eq!(
        parcel(vec![accepted(on(1, "08:00")), delivered(on(4, "08:00"))]).milestones.transit_seconds,
        Some(3 * DAY)
    );
    assert_eq!(parcel(vec![accepted(on(1, "08:00"))]).milestones.transit_seconds, None);
}

#[test]
fn what_announced_the_next_parcel_may_stand_between_notes() {
    let label = scan(InfoReceived, S::LabelCreated, on(80, "08:00"));
    let (update, note) = (list(on(81, "08:00"), &["P1"]), line(Kind::Note, on(82, "08:00")));
    let events =
        vec![delivered(on(3, "08:00")), label.clone(), update.clone(), note.clone(), accepted(on(94, "08:00"))];
    let folded = folded(events);
    for event in [&label, &update, &note] {
        assert_eq!(place_of(&folded, event).incarnation, 2, "{}", event.dedupe_key);
    }
    assert_eq!(folded.parcels[0].piece, None, "the old parcel has no barcode");
}

#[test]
fn a_number_that_was_scanned_delivered_lately_is_the_same_parcel() {
    let events = vec![delivered(on(1, "08:00")), delivered(on(60, "08:00")), accepted(on(95, "08:00"))];
    assert_eq!(folded(events).parcels.len(), 1);
}

#[test]
fn an_unclaimed_parcel_goes_back() {
    let mut expired = scan(Exception, S::Unclaimed, on(5, "08:00"));
    expired.flag = Some(ParcelFlag::ReturnExpected);
    let waiting = scan(AvailableForPickup, S::AtLocker, on(1, "08:00"));
    let before = parcel(vec![waiting.clone(), expired.clone()]);
    assert_eq!(before.flags, vec![ParcelFlag::ReturnExpected]);
    assert!(before.action_required);

    let after = parcel(vec![waiting, expired, scan(Returned, S::ToSender, on(8, "08:00"))]);
    assert_eq!(state(&after), (Returned, Some(S::ToSender)));
    assert!(after.flags.is_empty() && !after.action_required);
    assert!(after.episodes.iter().all(|episode| episode.closed_at.is_some()));
    assert_eq!(after.legs.iter().map(|leg| leg.direction.as_str()).collect::<Vec<_>>(), ["outbound", "return"]);
}

#[test]
fn what_delivered_means_on_the_way_back_is_the_carriers_policy() {
    use DeliveredWhileReturning as Rule;
    let case = |sub: Substatus, rule: DeliveredWhileReturning| {
        let policy = Policy { delivered_while_returning: rule, ..policy() };
        let events = vec![
            accepted(on(1, "08:00")),
            scan(Returning, sub, on(2, "08:00")),
            on_vehicle(on(3, "07:00")),
            delivered(on(3, "08:00")),
        ];
        let folded = fold(&history(events), &policy, &parcel_id);
        state(&folded.parcels[0])
    };
    let inferred = (Returned, Some(S::ToSenderInferred));
    let plain = (Delivered, Some(S::Confirmed));
    assert_eq!(case(S::ReturnMoving, Rule::ReturnedInferred), inferred);
    assert_eq!(case(S::ReturnAnnounced, Rule::ByAnnouncement), plain);
    assert_eq!(case(S::CustomerReturn, Rule::ByAnnouncement), inferred);
    assert_eq!(case(S::ReturnMoving, Rule::Delivered), plain);
}

#[test]
fn on_the_way_back_only_its_end_counts() {
    let way_back = scan(Returning, S::ReturnMoving, on(2, "08:00"));
    for other in [
        arrived(on(3, "08:00")),
        on_vehicle(on(3, "08:00")),
        attempt(on(3, "08:00")),
        scan(AvailableForPickup, S::AtDepot, on(3, "08:00")),
        scan(Exception, S::Damaged, on(3, "08:00")),
        scan(InfoReceived, S::LabelCreated, on(3, "08:00")),
    ] {
        let folded = folded(vec![accepted(on(1, "08:00")), way_back.clone(), other.clone()]);
        assert_eq!(folded.parcels[0].status, Returning, "{}", other.dedupe_key);
        assert!(place_of(&folded, &other).set_aside.is_some());
        assert_eq!(folded.parcels[0].leg, 2);
    }
    let again = parcel(vec![way_back.clone(), accepted(on(3, "08:00"))]);
    assert_eq!(again.status, InTransit);
    assert_eq!(again.leg, 3);
    let off = parcel(vec![way_back, scan(Cancelled, S::ByCarrier, on(3, "08:00"))]);
    assert_eq!(off.status, Cancelled);
}

#[test]
fn a_return_that_is_only_announced_stays_on_the_outbound_leg() {
    let announced = parcel(vec![arrived(on(1, "08:00")), scan(Returning, S::ReturnAnnounced, on(2, "08:00"))]);
    assert_eq!((announced.status, announced.leg), (Returning, 1));
    let moving = parcel(vec![delivered(on(1, "08:00")), scan(Returning, S::ReturnAnnounced, on(2, "08:00"))]);
    assert_eq!((moving.status, moving.leg), (Returning, 2));
}

#[test]
fn missing_depends_on_what_was_scanned_before() {
    let missing = |at| scan(Exception, S::CollectionFailed, at).in_context(InContext::Missing);
    let label = scan(InfoReceived, S::LabelCreated, on(1, "08:00"));
    let never = parcel(vec![label.clone(), missing(on(2, "08:00"))]);
    assert_eq!(
        (state(&never), never.reason),
        ((Exception, Some(S::CollectionFailed)), Some(Reason::CarrierCouldNotCollect))
    );
    let lost = folded(vec![label, arrived(on(1, "12:00")), missing(on(2, "08:00"))]);
    assert_eq!(state(&lost.parcels[0]), (Exception, Some(S::Lost)));
    assert_eq!(lost.placed[2].substatus, Some(S::Lost), "the event shows what it came to mean");
}

#[test]
fn an_arrival_depends_on_what_was_scanned_before() {
    let arrival = |at| {
        let mut event = scan(InTransit, S::ArrivedFacility, at).in_context(InContext::Arrived).guessed();
        (event.status, event.substatus) = (None, None);
        event
    };
    let first = parcel(vec![arrival(on(1, "08:00"))]);
    assert_eq!(state(&first), (InfoReceived, Some(S::CollectionScheduled)));
    let second = parcel(vec![arrival(on(1, "08:00")), accepted(on(1, "09:00")), arrival(on(1, "12:00"))]);
    assert_eq!(state(&second), (InTransit, Some(S::ArrivedFacility)));
    let third = parcel(vec![accepted(on(1, "09:00")), on_vehicle(on(1, "10:00")), arrival(on(1, "12:00"))]);
    assert_eq!(state(&third), (OutForDelivery, Some(S::AtStop)));
}

#[test]
fn one_attempt_in_two_words_counts_once() {
    let scanned = attempt(on(1, "10:00")).coded("tracking_event:9");
    let reported = attempt(on(1, "10:04")).coded("attempted_delivery");
    assert_eq!(parcel(vec![scanned.clone(), reported.clone()]).attempts, 1);
    assert_eq!(parcel(vec![scanned, reported, attempt(on(2, "10:00"))]).attempts, 2);
}

#[test]
fn what_is_not_mapped_moves_nothing() {
    let unknown = line(Kind::Status, on(2, "08:00"));
    let folded = folded(vec![accepted(on(1, "08:00")), unknown.clone()]);
    assert_eq!(folded.parcels[0].status, InTransit);
    assert_eq!(place_of(&folded, &unknown).set_aside.as_deref(), Some("Not mapped"));
    assert_eq!(folded.parcels[0].milestones.last_event_at, Some(on(2, "08:00")), "it is a sign of life");
}

#[test]
fn notes_details_and_places_move_nothing() {
    for kind in [Kind::Info, Kind::Note, Kind::Location, Kind::Proof, Kind::System] {
        let mut other = scan(Exception, S::Lost, on(2, "08:00"));
        other.kind = kind;
        let folded = folded(vec![accepted(on(1, "08:00")), other.clone()]);
        assert_eq!(folded.parcels[0].status, InTransit, "{kind}");
        assert_eq!(place_of(&folded, &other).set_aside, None);
    }
}

#[test]
fn a_scan_after_cancelling_reopens() {
    let cancelled = scan(Cancelled, S::BySender, on(1, "08:00"));
    let moved = parcel(vec![cancelled.clone(), arrived(on(2, "08:00"))]);
    assert_eq!((moved.status, moved.flags.clone()), (InTransit, vec![ParcelFlag::MovedAfterCancel]));
    assert!(moved.action_required);
    let still = parcel(vec![cancelled, scan(InfoReceived, S::LabelCreated, on(2, "08:00"))]);
    assert_eq!(still.status, Cancelled);
}

#[test]
fn the_same_minute_goes_to_the_higher_rank() {
    let mut ofd = on_vehicle(on(1, "10:00"));
    ofd.time.at = ofd.time.at.map(|at| at.plus_seconds(5));
    let depart = Timestamp::from_millis(on(1, "10:00").millis() + 40_000);
    assert_eq!(parcel(vec![ofd.clone(), departed(depart)]).status, OutForDelivery);
    let next_minute = Timestamp::from_millis(on(1, "10:01").millis());
    assert_eq!(parcel(vec![ofd, departed(next_minute)]).status, InTransit);
    let resumed = scan(InTransit, S::Resumed, on(1, "10:10"));
    assert_eq!(parcel(vec![scan(Exception, S::Held, on(1, "10:00")), resumed]).status, InTransit);
}

#[test]
fn a_new_acceptance_after_delivery_is_a_new_journey() {
    let back = parcel(vec![delivered(on(1, "08:00")), accepted(on(5, "08:00"))]);
    assert_eq!((back.status, back.leg), (InTransit, 2));
    assert_eq!(back.legs[1].direction, "return");
    let guess = parcel(vec![delivered(on(1, "08:00")), accepted(on(5, "08:00")).guessed()]);
    assert_eq!((guess.status, guess.leg), (Delivered, 1), "a guessed row is no evidence");
    let again = parcel(vec![scan(Returned, S::ToSender, on(1, "08:00")), accepted(on(5, "08:00"))]);
    assert_eq!((again.status, again.leg), (InTransit, 3));
    let closed = parcel(vec![scan(Returned, S::ToSender, on(1, "08:00")), arrived(on(5, "08:00"))]);
    assert_eq!(closed.status, Returned);
}

#[test]
fn a_number_used_again_after_ninety_days_is_another_parcel() {
    let label = scan(InfoReceived, S::LabelCreated, on(120, "08:00"));
    let folded =
        folded(vec![accepted(on(1, "08:00")), delivered(on(3, "08:00")), label.clone(), accepted(on(121, "08:00"))]);
    let states: Vec<_> = folded.parcels.iter().map(|parcel| (parcel.incarnation, parcel.status, parcel.leg)).collect();
    assert_eq!(states, [(1, Delivered, 1), (2, InTransit, 1)]);
    assert_ne!(folded.parcels[0].id, folded.parcels[1].id);
    assert_eq!(place_of(&folded, &label).incarnation, 2, "what announced it belongs to it");
    assert_eq!(folded.parcels[1].milestones.info_received_at, Some(on(120, "08:00")));
}

#[test]
fn returning_evidence_after_delivery_opens_a_return_leg() {
    let parcel = parcel(vec![delivered(on(1, "08:00")), scan(Returning, S::CustomerReturn, on(5, "08:00"))]);
    assert_eq!((parcel.status, parcel.leg, parcel.action_required), (Returning, 2, true));
}

#[test]
fn weak_events_only_tell_that_the_carrier_knows_it() {
    let mut weak = line(Kind::Status, on(1, "08:00"));
    weak.weak = true;
    let first = parcel(vec![weak.clone()]);
    assert_eq!(state(&first), (InfoReceived, None));
    let earlier = parcel(vec![arrived(on(0, "08:00")), weak]);
    assert_eq!(earlier.status, InTransit);
    let update = parcel(vec![list(on(1, "08:00"), &["P1"])]);
    assert_eq!(update.status, InfoReceived);
}

#[test]
fn silence_is_computed_and_stores_nothing() {
    let parcel = parcel(vec![arrived(on(1, "08:00"))]);
    let quiet = |now| {
        let last = parcel.milestones.last_event_at;
        silence(parcel.status, parcel.status_since, last, &Thresholds::default(), now)
    };
    assert_eq!(quiet(on(2, "08:00")), Silence { expired: false, stalled: None });
    assert_eq!(quiet(on(3, "08:00")).stalled, Some(Stalled::Watch));
    assert_eq!(quiet(on(5, "08:00")).stalled, Some(Stalled::Act));
    assert!(!quiet(on(31, "07:59")).expired);
    assert!(quiet(on(32, "08:00")).expired);
    assert_eq!(parcel.status, InTransit);
    let over = silence(Delivered, Some(on(1, "08:00")), Some(on(1, "08:00")), &Thresholds::default(), on(90, "08:00"));
    assert_eq!(over, Silence { expired: false, stalled: None });
}

#[test]
fn thresholds_come_from_settings() {
    let stall = serde_json::json!({"in_transit": {"watch_hours": 1, "act_hours": 2}, "nonsense": 3});
    let own = Thresholds::from_settings(Some(&stall), Some(48));
    assert_eq!(own.per_status[&InTransit], (HOUR, 2 * HOUR));
    let waiting = |now| silence(AvailableForPickup, Some(on(1, "00:00")), Some(on(1, "00:00")), &own, now).stalled;
    assert_eq!((waiting(on(1, "20:00")), waiting(on(2, "01:00"))), (None, Some(Stalled::Watch)));
    assert_eq!(waiting(on(2, "16:00")), Some(Stalled::Act));
}
