//! `make bench`: how long the fold of a long history takes, next to sorting the same events by time.
//!
//! Recomputing everything is never worth avoiding as long as this stays well under a millisecond.

use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::event::{Piece, Reference};
use parcelwire::tracking::fold::{DeliveredWhileReturning, FoldEvent, History, Policy, fold};
use parcelwire::tracking::status::{Confidence, Kind, Status, Substatus};
use parcelwire::tracking::time::{EventTime, TimePrecision, Timestamp, TzSource};
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

const EVENTS: usize = 1_000;
const ROUNDS: usize = 300;
const LIMIT: Duration = Duration::from_millis(1);

/// A scan every 40 minutes, received out of order, some of them days late, some only dated.
fn event(n: usize) -> FoldEvent {
    let meanings = [
        (Status::InTransit, Substatus::ArrivedFacility),
        (Status::InTransit, Substatus::DepartedFacility),
        (Status::OutForDelivery, Substatus::OnVehicle),
        (Status::FailedAttempt, Substatus::RecipientAbsent),
        (Status::Exception, Substatus::Held),
    ];
    let (status, substatus) = meanings[n % meanings.len()];
    let at = Timestamp::from_millis(1_780_000_000_000).plus_seconds(i64::try_from(n).unwrap_or_default() * 2_400);
    let day_only = n % 50 == 7;
    FoldEvent {
        id: Uuid::from_u128(n as u128 + 1),
        dedupe_key: format!("bench│W1│{n}"),
        kind: Kind::Status,
        status: Some(status),
        substatus: Some(substatus),
        reason: None,
        confidence: Confidence::High,
        in_context: None,
        weak: false,
        unmapped: false,
        flag: None,
        piece: None,
        time: EventTime {
            raw: Some(at.to_string()),
            local: Some(at.to_utc().naive_utc()),
            at: Some(at).filter(|_| !day_only),
            precision: if day_only { TimePrecision::Day } else { TimePrecision::Second },
            tz_source: TzSource::CarrierDefault,
        },
        zone: Some(chrono_tz::Africa::Johannesburg),
        dispatched_at: None,
        received_at: at.plus_seconds(60 + i64::try_from(n * 7_919 % 90_000).unwrap_or_default()),
        side: None,
        place: Some(format!("Depot {}", n % 12)),
        raw_text: Some("Arrived at depot".to_owned()),
        raw_code: Some("tracking_event:5".to_owned()),
        proofs: Vec::new(),
        pieces: None,
        references: vec![Reference { kind: "tracking_reference".into(), value: format!("R{}", n % 20) }],
        details: serde_json::Value::Null,
        claim: None,
        flags: Vec::new(),
        voided: n.is_multiple_of(97),
        voided_by: None,
        operator: None,
        is_test: false,
    }
}

/// The same events in an order of arrival.
fn history(pieces: usize) -> History {
    let mut events: Vec<FoldEvent> = (0..EVENTS).map(event).collect();
    events.sort_by_key(|event| event.received_at);
    if pieces > 1 {
        let listed = |n| Piece { barcode: format!("P{n}"), dimensions_cm: None, weight_kg: None, description: None };
        events[0].pieces = Some((1..=pieces).map(listed).collect());
    }
    History {
        carrier: CarrierId::Bex,
        shipment_id: Uuid::from_u128(1),
        registered_at: None,
        events,
        listings: Vec::new(),
    }
}

/// The median of many rounds.
fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

fn main() {
    let policy = Policy {
        delivered_while_returning: DeliveredWhileReturning::ReturnedInferred,
        tie_bucket_s: 60,
        zone: chrono_tz::Africa::Johannesburg,
    };
    let parcel_id = |piece: u32, incarnation: u32| Uuid::from_u64_pair(piece.into(), incarnation.into());
    let one = history(1);
    let sorting = median(|| {
        let mut events: Vec<&FoldEvent> = one.events.iter().collect();
        events.sort_by(|a, b| (a.time.at, &a.dedupe_key).cmp(&(b.time.at, &b.dedupe_key)));
        black_box(&events);
    });
    println!("fold of {EVENTS} events");
    for pieces in [1, 10] {
        let history = history(pieces);
        let folding = median(|| {
            black_box(fold(black_box(&history), &policy, &parcel_id));
        });
        let ratio = folding.as_secs_f64() / sorting.as_secs_f64().max(1e-9);
        println!("  {pieces:>2} piece(s): {folding:>9.1?} a fold, {ratio:.1} × sorting them ({sorting:.1?})");
        if pieces == 1 && folding > LIMIT && !cfg!(debug_assertions) {
            eprintln!("  slower than {LIMIT:?}: recomputing is meant to be never worth avoiding");
            std::process::exit(1);
        }
    }
}
