//! Mapping again: every event that has the key, through its number's fold, in slices that survive the process.

use super::*;
use parcelwire::server::mappings::{MappingChange, Mappings, MappingsError};
use parcelwire::tracking::mapping::{RederivationCause, Target};
use parcelwire::tracking::status::{Confidence, Kind};
use std::time::Duration;

impl Bed {
    fn desk(&self) -> Mappings {
        let wake = Arc::new(Notify::new());
        let apply = Apply::new(self.store.clone(), self.ingest.clone(), self.clock.clone(), self.live.clone(), wake);
        Mappings::new(self.store.clone(), Arc::new(apply), self.clock.clone(), self.live.clone())
    }

    async fn map(&self, carrier: CarrierId, key: &str, target: Target) {
        self.desk().put("ada", carrier, key, change(target)).await.expect("mapped");
    }

    async fn state(&self, number: &str) -> (Status, Option<Substatus>) {
        let parcel = self.parcel(number).await;
        (parcel.status, parcel.substatus)
    }
}

fn change(target: Target) -> MappingChange {
    MappingChange { target, confidence: None, note: None }
}

/// A FAST check-in of these shipments.
fn check_in(type_id: i64, name: &str, at: &str, received_by: Option<&str>, shipments: &[u32]) -> Value {
    let references: Vec<Value> = shipments
        .iter()
        .map(|id| json!({"ShipmentId": id, "WaybillNo": null, "CustomerDocuments": [format!("D{id}")]}))
        .collect();
    json!({"CheckInTypeId": type_id, "CheckInTypeName": name, "CheckInDate": at, "CheckInTime": &at[11..],
        "CheckInBusinessUnitId": 12, "Longitude": 0, "Latitude": 0, "Remarks": null, "ReceivedBy": received_by,
        "DexTypeId": null, "DexTypeName": null, "CustomerId": 410, "ShipmentReferences": references,
        "CheckInPhotosURL": null})
}

#[tokio::test]
async fn a_row_for_any_key_of_an_event_decides_it_also_when_a_rule_did() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Fast, json!({})).await;
    bed.post(endpoint, &check_in(31, "Cargo Picked Up\r\n", "2026-06-17T09:49:08", None, &[1])).await;
    bed.drain().await;
    assert_eq!(bed.state("1").await, (Status::InTransit, Some(Substatus::Accepted)), "as the rule says");

    // The last of its keys, then the first one.
    bed.map(CarrierId::Fast, "name:cargo picked up", Target::status(Status::InTransit, Substatus::Moving)).await;
    assert_eq!(bed.state("1").await, (Status::InTransit, Some(Substatus::Moving)));
    bed.map(CarrierId::Fast, "check_in:31", Target::status(Status::OutForDelivery, Substatus::OnVehicle)).await;
    assert_eq!(bed.state("1").await, (Status::OutForDelivery, Some(Substatus::OnVehicle)));
    bed.map(CarrierId::Fast, "name:cargo picked up", Target::status(Status::Delivered, Substatus::Signed)).await;
    assert_eq!(bed.state("1").await.0, Status::OutForDelivery, "the more specific row stands");
    let parcel = bed.parcel("1").await;
    let used = bed.events(parcel.id).await[0].mapping.clone().expect("a row");
    assert_eq!((used.key.as_str(), used.version), ("check_in:31", 1));
}

#[tokio::test]
async fn an_event_that_was_revised_is_mapped_again_with_all_it_came_with() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Fast, json!({})).await;
    let at = "2026-06-17T09:49:08";
    bed.post_at(endpoint, "2026-06-17T02:00:00Z", &check_in(44, "Unloading", at, None, &[1])).await;
    bed.post_at(endpoint, "2026-06-17T03:00:00Z", &check_in(44, "Unloading", at, Some("R. Cruz"), &[1])).await;
    assert_eq!(bed.state("1").await, (Status::Delivered, Some(Substatus::Signed)));
    bed.map(CarrierId::Fast, "check_in:44", Target::status(Status::InTransit, Substatus::ArrivedDeliveryDepot)).await;
    assert_eq!(bed.state("1").await, (Status::InTransit, Some(Substatus::ArrivedDeliveryDepot)));
    let event = &bed.events(bed.parcel("1").await.id).await[0];
    assert!(!event.proofs.is_empty(), "who received it is still known");

    // A rebuild derives the same from the raw deliveries and the newest versions.
    let before = bed.parcel("1").await;
    bed.store.write(|tx| Box::pin(async move { tx.forget_derived().await })).await.expect("forgotten");
    bed.drain().await;
    assert_eq!(bed.parcel("1").await, before);
}

#[tokio::test]
async fn much_work_is_done_in_slices_that_a_restart_goes_on_with() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Fast, json!({})).await;
    let many: Vec<u32> = (1000..1450).collect();
    bed.post(endpoint, &check_in(99, "Xyzzy", "2026-06-17T09:49:08", None, &many)).await;
    bed.drain().await;
    let target = Target::status(Status::InTransit, Substatus::Delayed);
    let preview = bed.desk().preview("ada", CarrierId::Fast, "check_in:99", change(target.clone())).await;
    let preview = preview.expect("previewed");
    // A busy machine derives only some in the time there is, and says so.
    assert_eq!((preview.numbers, preview.would_change), (450, preview.checked));
    assert!(preview.checked > 0 && preview.at_least == (preview.checked < 450), "{preview:?}");
    assert_eq!(bed.parcel("1000").await.status, Status::InfoReceived, "a preview keeps nothing");

    let new = parcelwire::server::store::NewMapping {
        carrier: CarrierId::Fast,
        key: "check_in:99".into(),
        target,
        confidence: Confidence::High,
        note: String::new(),
        author: Some("ada".into()),
    };
    let now = bed.now();
    bed.store.write(move |tx| Box::pin(async move { tx.put_mapping(&new, now).await })).await.expect("saved");
    let first = bed.apply.rederive(Duration::ZERO).await.expect("a slice");
    assert!(first.left && first.numbers > 0 && first.numbers <= 200, "{first:?}");
    let [left] = &bed.apply.rederivations().await.expect("listed")[..] else { panic!("one is under way") };
    assert_eq!((left.cause, left.key.as_deref()), (RederivationCause::Mapping, Some("check_in:99")));
    assert_eq!(left.left, 450 - first.numbers);

    let bed = bed.restarted().await;
    let rest = bed.apply.rederive(Duration::MAX).await.expect("the rest");
    assert_eq!((rest.left, first.numbers + rest.numbers), (false, 450));
    assert!(bed.apply.rederivations().await.expect("listed").is_empty());
    for number in [1000, 1225, 1449] {
        assert_eq!(bed.state(&number.to_string()).await, (Status::InTransit, Some(Substatus::Delayed)));
    }
}

#[tokio::test]
async fn a_policy_that_changes_folds_its_numbers_again() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    for (code, at) in [("RTO_START", "2026-06-15 12:00:00"), ("LM_SUCCESS", "2026-06-17 11:00:00")] {
        bed.post(endpoint, &pos("ELM1MY", code, at)).await;
    }
    bed.drain().await;
    let settings = |word: &str| EndpointChange {
        settings: Some(json!({"delivered_while_returning": word})),
        ..EndpointChange::default()
    };
    bed.endpoints.change(endpoint, settings("returned_inferred")).await.expect("changed");
    bed.apply.rederive(Duration::MAX).await.expect("derived again");
    assert_eq!(bed.state("ELM1MY").await, (Status::Returned, Some(Substatus::ToSenderInferred)));
    let changed = bed.endpoints.change(endpoint, settings("delivered")).await.expect("changed");
    assert!(changed.refolds);
    let [due] = &bed.apply.rederivations().await.expect("listed")[..] else { panic!("one is due") };
    assert_eq!((due.cause, due.endpoint, due.left), (RederivationCause::Settings, Some(endpoint), 1));
    bed.apply.rederive(Duration::MAX).await.expect("derived again");
    assert_eq!(bed.state("ELM1MY").await.0, Status::Delivered);

    // What no fold looks at asks for nothing.
    let other = EndpointChange { settings: Some(json!({"hold_hours": 48})), ..EndpointChange::default() };
    assert!(!bed.endpoints.change(endpoint, other).await.expect("changed").refolds);
    assert!(bed.apply.rederivations().await.expect("listed").is_empty());
}

#[tokio::test]
async fn a_preview_says_what_saving_does() {
    let bed = Bed::new("2026-06-20T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    // Histories of every mixture of a code nobody knows with codes everybody does.
    let codes = [42, 1, 5, 7, 9, 42, 4];
    for number in 0..24_u32 {
        let mut said = Vec::new();
        for (nth, code) in codes.iter().enumerate().filter(|(nth, _)| number.wrapping_mul(7) >> nth & 1 == 1) {
            said.push(bex_scan(&format!("W{number}"), *code, &format!("2026-06-1{nth} 09:00:00"), "x"));
        }
        if number % 5 == 0 {
            said.push(json!({"Action": "pod", "WaybillNumber": format!("W{number}"), "PODDate": "2026-06-13",
                "PODTime": "10:00:00", "Signee": "A. Person", "PODPieces": 1}));
        }
        if !said.is_empty() {
            bed.post(endpoint, &bex(&format!("m{number}"), Value::Array(said))).await;
        }
    }
    bed.drain().await;
    let states = async || {
        let all = PageRequest { limit: 200, cursor: None };
        let parcels = bed.store.list_parcels(&ParcelFilter::default(), &all, bed.now()).await.expect("asked").items;
        let state = |parcel: &Parcel| {
            (parcel.status, parcel.substatus, parcel.reason, parcel.leg, parcel.flags.clone(), parcel.id)
        };
        parcels.iter().map(|parcel| (parcel.id, state(parcel))).collect::<std::collections::HashMap<_, _>>()
    };
    let mut some = 0;
    for (key, target) in [
        ("tracking_event:42", Target::status(Status::InTransit, Substatus::Delayed)),
        ("tracking_event:42", Target::status(Status::Returning, Substatus::ReturnMoving)),
        ("tracking_event:42", Target::status(Status::Delivered, Substatus::Confirmed)),
        ("tracking_event:5", Target::status(Status::Exception, Substatus::Lost)),
        ("tracking_event:42", Target::status(Status::InTransit, Substatus::Accepted)),
        ("tracking_event:1", Target::status(Status::Cancelled, Substatus::BySender)),
        ("pod", Target::silent(Kind::Note)),
        ("tracking_event:42", Target::silent(Kind::Info)),
        ("tracking_event:9", Target::status(Status::AvailableForPickup, Substatus::AtDepot)),
        ("tracking_event:77", Target::status(Status::Delivered, Substatus::Confirmed)),
    ] {
        let before = states().await;
        let preview = bed.desk().preview("ada", CarrierId::Bex, key, change(target.clone())).await.expect("previewed");
        assert_eq!(states().await, before, "a preview keeps nothing");
        bed.map(CarrierId::Bex, key, target.clone()).await;
        let after = states().await;
        let moved = after.iter().filter(|(id, state)| before.get(*id) != Some(*state)).count();
        let gone = before.keys().filter(|id| !after.contains_key(*id)).count();
        assert_eq!(preview.would_change as usize, moved + gone, "{key} → {target:?}");
        for shown in &preview.sample {
            let is = after.get(&shown.parcel).map(|state| (state.0, state.1));
            assert_eq!(shown.to.as_ref().map(|to| (to.status, to.substatus)), is, "{key}");
        }
        some += preview.would_change;
    }
    assert!(some > 20, "the histories are worth it: {some}");
}

#[tokio::test]
async fn what_is_not_valid_is_not_saved_and_what_says_the_same_is_no_version() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let desk = bed.desk();
    let wrong = change(Target::status(Status::Delivered, Substatus::Lost));
    let refused = desk.put("ada", CarrierId::Bex, "tracking_event:42", wrong).await;
    let Err(MappingsError::Invalid(faults)) = refused else { panic!("refused: {refused:?}") };
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["substatus"]);
    assert!(matches!(desk.find(CarrierId::Bex, "tracking_event:42").await, Err(MappingsError::NotFound)));
    for key in ["", " x", "a\nb", &"k".repeat(201)] {
        let given = change(Target::status(Status::Delivered, Substatus::Signed));
        assert!(matches!(desk.put("ada", CarrierId::Bex, key, given).await, Err(MappingsError::Invalid(_))), "{key:?}");
    }

    let delayed = Target::status(Status::InTransit, Substatus::Delayed);
    for _ in 0..2 {
        let made = desk.put("ada", CarrierId::Bex, "tracking_event:42", change(delayed.clone())).await.expect("saved");
        assert_eq!((made.version, made.author.as_deref(), made.confidence), (1, Some("ada"), Confidence::High));
    }
}
