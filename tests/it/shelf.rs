//! Parcels put on the shelf directly through the store: for tests of lists and searches, where many are needed fast.

use crate::app::TestApp;
use parcelwire::server::ids;
use parcelwire::server::store::{Mapped, NewEvent, Store};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::event::{Recipient, Reference, Reported};
use parcelwire::tracking::fold::{DeliveredWhileReturning, Policy, fold};
use parcelwire::tracking::mapping::Target;
use parcelwire::tracking::people::Scope;
use parcelwire::tracking::status::{Kind, Status, Substatus};
use parcelwire::tracking::time::{EventTime, TimePrecision, Timestamp, TzSource};
use serde_json::json;
use uuid::Uuid;

/// One event of a parcel.
#[derive(Clone)]
pub struct Scan {
    pub number: String,
    pub status: Status,
    pub substatus: Substatus,
    /// Hours before now.
    pub ago_h: i64,
    pub text: String,
    pub order: Option<String>,
    pub recipient: Option<Recipient>,
}

/// A moving parcel whose last word is `text`.
pub fn scan(number: &str, text: &str) -> Scan {
    Scan {
        number: number.into(),
        status: Status::InTransit,
        substatus: Substatus::Moving,
        ago_h: 1,
        text: text.into(),
        order: None,
        recipient: None,
    }
}

/// An endpoint for what is put on the shelf.
pub async fn account(app: &TestApp) -> Uuid {
    let token = app.token(Scope::Admin).await;
    let made = app.endpoint(&token, "fast", None, json!({})).await;
    made["id"].as_str().expect("an id").parse().expect("a UUID")
}

/// Keeps the scans and folds their numbers, as apply does, some hundred in a transaction.
pub async fn put(store: &Store, endpoint: Uuid, scans: Vec<Scan>, now: Timestamp) {
    for some in scans.chunks(500) {
        let events: Vec<NewEvent> = some.iter().map(|scan| event(endpoint, scan, now)).collect();
        store
            .write(move |tx| {
                Box::pin(async move {
                    for event in &events {
                        let kept = tx.keep_event(event).await?;
                        let history = tx.load_history(kept.shipment_id).await?;
                        let policy = Policy {
                            delivered_while_returning: DeliveredWhileReturning::ReturnedInferred,
                            tie_bucket_s: 60,
                            zone: chrono_tz::Tz::UTC,
                        };
                        let folded = fold(&history, &policy, &|piece, n| ids::parcel(kept.shipment_id, piece, n));
                        tx.save_folded(kept.shipment_id, &folded, now).await?;
                    }
                    Ok(())
                })
            })
            .await
            .expect("put on the shelf");
    }
}

fn event(endpoint: Uuid, scan: &Scan, now: Timestamp) -> NewEvent {
    let at = now.plus_seconds(-scan.ago_h * 3600);
    let identity = format!("{}|{}|{}", scan.number, scan.ago_h, scan.text);
    let mut reported = Reported::new(identity, Some(scan.number.clone()), Kind::Status);
    reported.raw_text = Some(scan.text.clone());
    reported.references =
        scan.order.iter().map(|value| Reference { kind: "order".into(), value: value.clone() }).collect();
    reported.recipient.clone_from(&scan.recipient);
    reported.time = EventTime {
        raw: None,
        local: Some(at.to_utc().naive_utc()),
        at: Some(at),
        precision: TimePrecision::Second,
        tz_source: TzSource::PayloadOffset,
    };
    NewEvent {
        endpoint,
        carrier: CarrierId::ALL[4],
        is_test: false,
        number: scan.number.clone(),
        delivery: None,
        item: 0,
        received_at: at,
        reported,
        mapped: Mapped { target: Target::status(scan.status, scan.substatus), used: None, unmapped: None, claim: None },
        operator: None,
    }
}
