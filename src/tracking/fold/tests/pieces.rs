//! Several pieces under one number (section 5.4).

use super::*;

fn three() -> FoldEvent {
    list(on(1, "07:00"), &["P1", "P2", "P3"])
}

fn statuses(folded: &Folded) -> Vec<Status> {
    folded.parcels.iter().map(|parcel| parcel.status).collect()
}

#[test]
fn proofs_of_delivery_add_up() {
    let first = delivered(on(2, "10:00")).signed_for(1);
    let one = folded(vec![three(), on_vehicle(on(2, "08:00")), first.clone()]);
    assert_eq!(statuses(&one), [OutForDelivery; 3]);
    assert!(one.parcels.iter().all(|parcel| parcel.flags == [ParcelFlag::PartialPod]));
    let shipment = &one.shipment;
    assert_eq!((shipment.pieces, shipment.delivered, shipment.signed_for, shipment.shown), (3, 0, 1, true));
    assert_eq!(shipment.roll_up, PARTIALLY_DELIVERED);
    assert_eq!(shipment.summary, "1 of 3 delivered · 2 out for delivery");
    assert!(place_of(&one, &first).set_aside.is_some());

    let second = delivered(on(2, "16:00")).signed_for(2);
    let all = folded(vec![three(), on_vehicle(on(2, "08:00")), first, second]);
    assert_eq!(statuses(&all), [Delivered; 3]);
    assert!(all.parcels.iter().all(|parcel| parcel.flags.is_empty()));
    assert_eq!((all.shipment.roll_up.as_str(), all.shipment.signed_for), ("delivered", 3));
}

#[test]
fn proofs_are_capped_at_the_pieces_there_are() {
    let all = folded(vec![three(), delivered(on(2, "10:00")).signed_for(9)]);
    assert_eq!((statuses(&all), all.shipment.signed_for), (vec![Delivered; 3], 3));
}

#[test]
fn an_uncounted_proof_or_a_single_piece_is_all_of_it() {
    assert_eq!(statuses(&folded(vec![three(), delivered(on(2, "10:00"))])), [Delivered; 3]);
    let single = folded(vec![delivered(on(2, "10:00")).signed_for(1)]);
    assert_eq!((statuses(&single), single.shipment.shown), (vec![Delivered], true));
}

#[test]
fn the_implicit_piece_takes_the_first_barcode_and_keeps_its_id() {
    let before = folded(vec![accepted(on(1, "06:00"))]);
    let after = folded(vec![accepted(on(1, "06:00")), three()]);
    assert_eq!(before.parcels[0].piece, None);
    assert_eq!(after.parcels[0].piece.as_deref(), Some("P1"));
    assert_eq!(before.parcels[0].id, after.parcels[0].id);
    assert_eq!(statuses(&after), [InTransit; 3], "scans of the waybill apply to every piece");
}

#[test]
fn a_reference_that_equals_a_barcode_is_about_that_piece() {
    let mut scan = on_vehicle(on(1, "09:00"));
    scan.references.push(Reference { kind: "tracking_reference".into(), value: "p-2".into() });
    let folded = folded(vec![three(), accepted(on(1, "08:00")), scan.clone()]);
    assert_eq!(statuses(&folded), [InTransit, OutForDelivery, InTransit]);
    assert_eq!(place_of(&folded, &scan).piece.as_deref(), Some("P2"));
    assert_eq!(folded.parcels.iter().map(|parcel| parcel.events_count).collect::<Vec<_>>(), [2, 3, 2]);
    assert_eq!(folded.shipment.summary, "1 out for delivery · 2 in transit");
}

#[test]
fn what_is_said_of_the_waybill_leaves_finished_pieces_alone() {
    let folded = folded(vec![
        three(),
        delivered(on(1, "09:00")).on_piece("P1"),
        scan(Returning, S::ReturnMoving, on(2, "09:00")),
        attempt(on(3, "09:00")),
    ]);
    assert_eq!(statuses(&folded), [Delivered, Returning, Returning]);
    assert!(folded.parcels[0].flags.is_empty(), "an attempt on the others contradicts nothing");
    assert_eq!(folded.shipment.summary, "1 of 3 delivered · 2 returning");
}

#[test]
fn when_all_pieces_are_done_the_waybill_speaks_for_all() {
    let folded = folded(vec![three(), delivered(on(1, "09:00")), scan(Returning, S::ReturnMoving, on(2, "09:00"))]);
    assert_eq!(statuses(&folded), [Returning; 3]);
}

#[test]
fn a_piece_missing_from_a_later_list_is_withdrawn() {
    let folded =
        folded(vec![three(), list(on(2, "07:00"), &["P1", "P3", "P4"]), delivered(on(3, "09:00")).signed_for(3)]);
    let pieces: Vec<_> = folded.parcels.iter().map(|parcel| (parcel.piece_no, parcel.piece.as_deref())).collect();
    assert_eq!(pieces, [(1, Some("P1")), (2, Some("P2")), (3, Some("P3")), (4, Some("P4"))]);
    assert!(folded.parcels[1].flags.contains(&ParcelFlag::Withdrawn));
    assert_eq!((folded.shipment.pieces, folded.shipment.roll_up.as_str()), (3, "delivered"));
}

#[test]
fn an_operator_tells_which_piece_was_signed_for() {
    let ticked = delivered(on(2, "11:00")).on_piece("P2").by_operator(false);
    let folded = folded(vec![three(), on_vehicle(on(2, "08:00")), delivered(on(2, "10:00")).signed_for(1), ticked]);
    assert_eq!(statuses(&folded), [OutForDelivery, Delivered, OutForDelivery]);
    assert!(folded.parcels.iter().all(|parcel| parcel.flags.is_empty()));
    assert_eq!(folded.shipment.summary, "1 of 3 delivered · 2 out for delivery");
}

#[test]
fn details_references_and_proofs_are_gathered() {
    let mut first = list(on(1, "07:00"), &["P1"]);
    first.details = serde_json::json!({"service": "ECO", "charge": 10, "empty": null});
    let mut second = list(on(2, "07:00"), &["P1"]);
    second.details = serde_json::json!({"service": "", "charge": 12});
    second.references.push(Reference { kind: "order".into(), value: "77".into() });
    let mut third = delivered(on(3, "07:00")).signed_for(1);
    third.references.push(Reference { kind: "order".into(), value: "77".into() });
    let parcel = parcel(vec![third, second, first]);
    assert_eq!(parcel.details, serde_json::json!({"service": "ECO", "charge": 12}));
    assert_eq!((parcel.references.len(), parcel.proofs.len()), (1, 1));
    assert_eq!(parcel.listed.map(|piece| piece.barcode), Some("P1".into()));
}
