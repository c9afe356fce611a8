//! The whole database derived again: from every recorded request of every carrier and everything operators do, it ends
//! as it was, to the last column of every derived table.

use super::*;
use crate::carriers::{Case, cases};
use parcelwire::server::cli::rebuild::rebuild;
use parcelwire::server::clock::SharedClock;
use parcelwire::server::config::Config;
use parcelwire::server::store::NewMapping;
use parcelwire::tracking::act::Assertion;
use parcelwire::tracking::delivery::DeliveryFilter;
use parcelwire::tracking::event::Reference;
use parcelwire::tracking::mapping::Target;
use parcelwire::tracking::status::Confidence;
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;

/// Every table that is derived, and deliveries with what became of them.
const DERIVED: [&str; 13] = [
    "shipments",
    "parcels",
    "parcel_references",
    "events",
    "event_deliveries",
    "event_revisions",
    "listings",
    "recipients",
    "event_keys",
    "search_parcels",
    "search_texts",
    "search_people",
    "deliveries",
];

/// All rows of the derived tables, as JSON, sorted.
pub async fn dump(directory: &Path) -> BTreeMap<&'static str, Vec<String>> {
    let url = format!("sqlite://{}", directory.join("parcelwire.db").display());
    let mut conn = SqliteConnection::connect(&url).await.expect("the database opens");
    let mut all = BTreeMap::new();
    for table in DERIVED {
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM pragma_table_info($1) WHERE type <> 'INTEGER' OR name <> 'id' ORDER BY cid",
        )
        .bind(table)
        .fetch_all(&mut conn)
        .await
        .expect("columns");
        let pairs: Vec<String> = columns.iter().map(|name| format!("'{name}', \"{name}\"")).collect();
        let sql = format!("SELECT json_object({}) FROM {table} ORDER BY 1", pairs.join(", "));
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut conn).await.expect("rows");
        all.insert(table, rows);
    }
    conn.close().await.expect("closed");
    all
}

#[track_caller]
pub fn same(before: &BTreeMap<&str, Vec<String>>, after: &BTreeMap<&str, Vec<String>>) {
    for table in DERIVED {
        let (was, is) = (&before[table], &after[table]);
        for gone in was.iter().filter(|row| !is.contains(row)).take(3) {
            eprintln!("{table} had  {gone}");
        }
        for new in is.iter().filter(|row| !was.contains(row)).take(3) {
            eprintln!("{table} has  {new}");
        }
        assert!(was == is, "{table} is another ({} and {} rows)", was.len(), is.len());
    }
}

impl Bed {
    /// Posts every recorded request to an endpoint like the one it came to; one endpoint for all of the same shape.
    async fn post_everything(&self, endpoints: &mut BTreeMap<String, Uuid>) {
        for Case { folder, carrier, keys, received, .. } in cases() {
            let file = std::fs::read(folder.join("endpoint.json")).expect("an endpoint");
            let file: Value = serde_json::from_slice(&file).expect("JSON");
            let shape = format!("{} {} {}", carrier.id(), file["settings"], file["secrets"]);
            let known = endpoints.get(&shape).copied();
            let endpoint = if let Some(endpoint) = known {
                endpoint
            } else {
                let typed = keys.iter().map(|key| (key.name, Zeroizing::new(key.text.to_string()))).collect();
                let endpoint = self.endpoint_with(carrier.id(), file["settings"].clone(), typed).await;
                endpoints.insert(shape, endpoint);
                endpoint
            };
            // A second time a while later.
            self.clock.set(received.received_at.plus_seconds(if known.is_some() { 5 } else { 0 }));
            self.post_raw(endpoint, received.headers, received.body).await;
        }
        self.drain().await;
    }

    async fn all_parcels(&self) -> Vec<Parcel> {
        let mut page = PageRequest { limit: 200, cursor: None };
        let mut all = Vec::new();
        loop {
            let got = self.store.list_parcels(&ParcelFilter::default(), &page, self.now()).await.expect("listed");
            all.extend(got.items);
            match got.next_cursor {
                Some(next) => page.cursor = Some(next),
                None => return all,
            }
        }
    }

    /// Everything operators can do, once at least.
    async fn do_everything(&self, endpoints: &[Uuid]) {
        let parcels = self.all_parcels().await;
        let because = |status, pin| Assertion { status, substatus: None, reason: "why".into(), pin };
        for (n, parcel) in parcels.iter().enumerate() {
            let events = self.events(parcel.id).await;
            match n % 7 {
                0 => drop(self.acts.assert_status("ana", parcel.id, because(Status::Delivered, false)).await),
                1 => drop(self.acts.assert_status("ana", parcel.id, because(Status::Exception, true)).await),
                2 => drop(self.acts.note("ben", parcel.id, "a remark").await),
                3 => drop(self.acts.void("ben", events[0].id, "wrong").await.expect("voided")),
                4 => {
                    self.acts.void("ben", events[0].id, "wrong").await.expect("voided");
                    self.acts.unvoid("ana", events[0].id, "right").await.expect("back");
                }
                5 => drop(self.acts.move_to("cy", events[0].id, &format!("MOVED-{n}"), "theirs").await.expect("moved")),
                _ => {
                    let event = events.last().expect("an event").id;
                    self.acts.move_to("cy", event, &format!("MOVED-{n}"), "theirs").await.expect("moved");
                    self.acts.move_to("cy", event, &parcel.number, "ours").await.expect("moved back");
                }
            }
        }
        for note in self.store.list_unassigned_notes(&PageRequest::default()).await.expect("listed").items {
            self.acts.move_to("cy", note.id, "W-ATTACHED", "theirs").await.expect("attached");
        }
        for (n, endpoint) in endpoints.iter().enumerate() {
            let references = vec![Reference { kind: "order".into(), value: format!("O-{n}") }];
            self.acts.register(*endpoint, "REGISTERED", references).await.expect("registered");
        }
        let known = &parcels[0];
        let order = vec![Reference { kind: "order".into(), value: "LATE".into() }];
        self.acts.register(known.endpoint, &known.number, order).await.expect("registered");
    }

    /// An endpoint that only observes, and what it observed applied all the same, a newer request first.
    async fn replay_observed(&self) {
        let endpoint = self.endpoint(CarrierId::PosMalaysia, json!({})).await;
        let state = |state| EndpointChange { state: Some(state), ..EndpointChange::default() };
        self.endpoints.change(endpoint, state(EndpointState::Observe)).await.expect("observing");
        let first = self.post(endpoint, &pos("ELM7MY", "P_SUCCESS", "2026-06-15 12:00:00")).await;
        self.clock.set(self.now().plus_seconds(60));
        let second = self.post(endpoint, &pos("ELM7MY", "LM_SUCCESS", "2026-06-17 12:00:00")).await;
        self.endpoints.change(endpoint, state(EndpointState::Active)).await.expect("active");
        self.clock.set(self.now().plus_seconds(60));
        self.post(endpoint, &pos("elm-7 my", "EM013", "2026-06-16 12:00:00")).await;
        self.drain().await;
        for captured in [second, first] {
            self.apply.replay(captured.delivery(), false).await.expect("replayed");
        }
    }

    /// A mapping row of an operator, and everything it concerns applied again.
    async fn change_a_mapping(&self) {
        let endpoint = self.endpoint(CarrierId::PosMalaysia, json!({})).await;
        let captured = self.post(endpoint, &pos("ELM8MY", "EM777", "2026-06-17 12:00:00")).await;
        self.drain().await;
        let key = self.events(self.parcel("ELM8MY").await.id).await[0].raw_code.clone().expect("a code");
        let unmapped = self.store.list_unmapped(&PageRequest { limit: 200, cursor: None }).await.expect("listed").items;
        let row =
            unmapped.into_iter().find(|row| row.key.to_uppercase().ends_with(&key.to_uppercase())).expect("listed");
        let new = NewMapping {
            carrier: row.carrier,
            key: row.key,
            target: Target::status(Status::InTransit, Substatus::Delayed),
            confidence: Confidence::High,
            note: "late".into(),
            author: Some("ana".into()),
        };
        let now = self.now();
        self.store.write(move |tx| Box::pin(async move { tx.put_mapping(&new, now).await })).await.expect("kept");
        self.apply.replay(captured.delivery(), false).await.expect("replayed");
        assert_eq!(self.parcel("ELM8MY").await.substatus, Some(Substatus::Delayed));
    }

    /// Every delivery that was applied, the newest first.
    async fn replay_everything(&self) {
        let filter = DeliveryFilter { outcome: Some(Outcome::Applied), ..DeliveryFilter::default() };
        let page = PageRequest { limit: 200, cursor: None };
        let applied = self.store.list_deliveries(&filter, &page).await.expect("listed");
        for delivery in applied.items {
            self.apply.replay(delivery.id, false).await.expect("replayed");
        }
    }

    async fn closed(self) -> (tempfile::TempDir, Arc<ManualClock>) {
        let Self { directory, clock, store, endpoints, ingest, apply, acts, .. } = self;
        drop((endpoints, ingest, apply, acts));
        store.close().await;
        (directory, clock)
    }
}

#[tokio::test]
async fn the_whole_database_derived_again_is_the_same_to_the_last_column() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let mut endpoints = BTreeMap::new();
    bed.post_everything(&mut endpoints).await;
    bed.clock.set(time("2026-06-20T00:00:00Z"));
    bed.change_a_mapping().await;
    bed.replay_observed().await;
    bed.clock.set(time("2026-06-21T00:00:00Z"));
    bed.do_everything(&endpoints.values().copied().collect::<Vec<_>>()).await;
    // After the acts the same comes again, and is applied again.
    bed.post_everything(&mut endpoints).await;
    bed.clock.set(time("2026-06-22T00:00:00Z"));
    bed.replay_everything().await;
    // As at the next start.
    bed.apply.refold_stale().await.expect("folded");
    let now = bed.now();
    let (directory, clock) = bed.closed().await;
    let before = dump(directory.path()).await;
    let rows = before.values().map(Vec::len).collect::<Vec<_>>();
    assert!(rows.iter().all(|rows| *rows >= 5) && before["parcels"].len() > 50, "too little to lose: {rows:?}");

    clock.set(now.plus_seconds(1_000_000));
    let config = Config::in_directory(directory.path()).expect("valid");
    let shared: SharedClock = clock.clone();
    let rebuilt = rebuild(config, shared.clone()).await.expect("rebuilt");
    assert!(rebuilt.deliveries > 80, "{rebuilt:?}");
    let after = dump(directory.path()).await;
    same(&before, &after);

    // Interrupted after forgetting, then begun again.
    let bed = Bed::open(directory, &clock.now().to_string()).await;
    bed.store.forget_derived().await.expect("forgotten");
    let (directory, _) = bed.closed().await;
    let config = Config::in_directory(directory.path()).expect("valid");
    rebuild(config, shared).await.expect("rebuilt");
    same(&before, &dump(directory.path()).await);
}

#[tokio::test]
async fn what_came_with_a_body_that_is_gone_stays() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let first = bed.post(endpoint, &pos("ELM1MY", "P_SUCCESS", "2026-06-15 12:00:00")).await;
    bed.clock.set(time("2026-06-18T01:00:00Z"));
    // The same event in another message, and the next one.
    let mut again = pos("ELM1MY", "P_SUCCESS", "2026-06-15 12:00:00");
    again["office"] = json!("Ipoh");
    bed.post(endpoint, &again).await;
    bed.post(endpoint, &pos("ELM1MY", "EM013", "2026-06-16 12:00:00")).await;
    let other = bed.post(endpoint, &pos("ELM2MY", "P_SUCCESS", "2026-06-15 12:00:00")).await;
    bed.drain().await;
    let head = bed.parcel("ELM2MY").await.head_event.expect("a scan");
    bed.acts.move_to("ana", head, "ELM3MY", "theirs").await.expect("moved");
    let (directory, clock) = bed.closed().await;
    let url = format!("sqlite://{}", directory.path().join("parcelwire.db").display());
    let mut conn = SqliteConnection::connect(&url).await.expect("the database opens");
    for gone in [&first, &other] {
        let sql = "UPDATE delivery_bodies SET body = NULL WHERE seq = (SELECT seq FROM deliveries WHERE id = $1)";
        sqlx::query(sql).bind(gone.delivery().to_string()).execute(&mut conn).await.expect("purged");
    }
    conn.close().await.expect("closed");
    let before = dump(directory.path()).await;
    let config = Config::in_directory(directory.path()).expect("valid");
    rebuild(config, clock).await.expect("rebuilt");
    same(&before, &dump(directory.path()).await);
}

/// What must not depend on when deliveries and acts were applied.
async fn essence(bed: &Bed, numbers: &[&str]) -> Value {
    let mut all = Vec::new();
    for number in numbers {
        for parcel in bed.parcels(number).await {
            let mut events: Vec<Value> = Vec::new();
            for event in bed.events(parcel.id).await {
                events.push(json!([
                    event.kind,
                    event.status,
                    event.effective_at,
                    event.voided_at,
                    event.set_aside,
                    event.acts,
                    event.operator,
                    event.late_seconds,
                    event.received_at
                ]));
            }
            let state = (parcel.status, parcel.substatus, parcel.status_since, &parcel.flags, parcel.events_count);
            all.push(json!([number, state, parcel.milestones, parcel.attempts, parcel.created_at, events]));
        }
    }
    json!(all)
}

#[tokio::test]
async fn acts_and_deliveries_may_be_applied_in_any_interleaving() {
    let late = [
        ("2026-06-18T00:00:00Z", "EM013", "2026-06-16 08:00:00"),
        ("2026-06-18T00:01:00Z", "LM_SUCCESS", "2026-06-17 11:00:00"),
        ("2026-06-18T00:02:00Z", "EM080", "2026-06-17 11:04:00"),
    ];
    let numbers = ["ELM1MY", "ELM2MY"];
    let mut seen: Option<Value> = None;
    // Each late delivery is applied before the acts, or after the first, second or third of them.
    for turn in 0..4_usize.pow(3) {
        let when = [turn % 4, turn / 4 % 4, turn / 16];
        let bed = Bed::new("2026-06-17T00:00:00Z").await;
        let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
        for (code, at) in [("P_SUCCESS", "2026-06-15 12:00:00"), ("EM000", "2026-06-15 08:00:00")] {
            bed.post(endpoint, &pos("ELM1MY", code, at)).await;
        }
        bed.drain().await;
        let parcel = bed.parcel("ELM1MY").await;
        let accepted = parcel.head_event.expect("accepted");
        for step in 0..4 {
            match step {
                0 => {}
                1 => {
                    bed.clock.set(time("2026-06-18T01:00:00Z"));
                    bed.acts.void("ana", accepted, "wrong").await.expect("voided");
                }
                2 => {
                    bed.clock.set(time("2026-06-18T02:00:00Z"));
                    bed.acts.move_to("ana", accepted, "ELM2MY", "theirs").await.expect("moved");
                }
                _ => {
                    bed.clock.set(time("2026-06-18T03:00:00Z"));
                    let back =
                        Assertion { status: Status::Returned, substatus: None, reason: "why".into(), pin: false };
                    bed.acts.assert_status("ana", parcel.id, back).await.expect("asserted");
                }
            }
            for (received, code, at) in late.iter().zip(when).filter(|(_, when)| *when == step).map(|(late, _)| *late) {
                bed.post_at(endpoint, received, &pos("ELM1MY", code, at)).await;
            }
        }
        let essence = essence(&bed, &numbers).await;
        assert_eq!(seen.get_or_insert_with(|| essence.clone()), &essence, "turn {turn}");
    }
}
