//! What goes wrong holds up nobody.

use super::*;
use parcelwire::server::live::Topic;
use sqlx::Connection as _;

#[tokio::test]
async fn what_cannot_be_read_is_said_and_holds_up_nobody() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let broken = bed.post_raw(endpoint, Vec::new(), b"{not json".to_vec()).await;
    let good = bed.post(endpoint, &pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    bed.drain().await;
    let broken = bed.delivery(&broken).await;
    assert_eq!(broken.outcome, Outcome::Unreadable);
    assert!(broken.outcome_detail.is_some());
    assert_eq!(bed.delivery(&good).await.outcome, Outcome::Applied);
}

#[tokio::test]
async fn what_cannot_be_read_beside_the_rest_makes_it_partial() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::Bex, json!({})).await;
    let notifications = json!([{"Action": "pod"}, bex_scan("W1", 7, "2026-06-17 09:00:00", "x")]);
    let captured = bed.post_at(endpoint, "2026-06-18T00:00:00Z", &bex("a", notifications)).await;
    let delivery = bed.delivery(&captured).await;
    assert_eq!((delivery.outcome, delivery.events.len()), (Outcome::Partial, 1));
    assert!(delivery.outcome_detail.is_some_and(|detail| detail.contains("Notification 1")));
}

#[tokio::test]
async fn numbers_nobody_registered_wait_in_quarantine_where_that_is_asked() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({"require_registered_numbers": true})).await;
    bed.acts.register(endpoint, "elm 1my", Vec::new()).await.expect("registered");
    assert_eq!(bed.parcel("ELM1MY").await.status, Status::Pending);
    let known = bed.post(endpoint, &pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    let unknown = bed.post(endpoint, &pos("ELM2MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    bed.drain().await;
    assert_eq!(bed.delivery(&known).await.outcome, Outcome::Applied);
    let held = bed.delivery(&unknown).await;
    assert_eq!((held.outcome, held.events.len()), (Outcome::Quarantined, 0));
    assert!(bed.parcels("ELM2MY").await.is_empty());

    bed.acts.register(endpoint, "ELM2MY", Vec::new()).await.expect("registered");
    let report = bed.apply.replay(held.id, false).await.expect("replayed");
    assert_eq!((report.outcome, report.events_added), (Outcome::Applied, 1));
    assert_eq!(bed.parcel("ELM2MY").await.status, Status::Delivered);
}

/// A delivery that was begun so often by processes that stopped then, among others; all are applied as far as they can be.
async fn stopped(times: u32) -> Delivery {
    let mut bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let suspect = bed.post(endpoint, &pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await.delivery();
    let mut good = Vec::new();
    for number in 2..6 {
        good.push(bed.post(endpoint, &pos(&format!("ELM{number}MY"), "LM_SUCCESS", "2026-06-17 11:00:00")).await);
    }
    for _ in 0..times {
        // As if the process had stopped right after beginning.
        bed.store.write(move |tx| Box::pin(async move { tx.bump_tries(&[suspect]).await })).await.expect("counted");
        bed = bed.restarted().await;
    }
    bed.drain().await;
    for captured in &good {
        assert_eq!(bed.delivery(captured).await.outcome, Outcome::Applied);
    }
    bed.store.find_delivery(suspect).await.expect("asked").expect("a delivery")
}

#[tokio::test]
async fn a_delivery_at_which_the_process_was_stopped_three_times_is_tried_once_more_at_the_end() {
    assert_eq!(stopped(3).await.outcome, Outcome::Applied, "it was innocent");
}

#[tokio::test]
async fn a_delivery_that_stopped_the_process_then_too_is_set_aside() {
    let set_aside = stopped(4).await;
    assert_eq!(set_aside.outcome, Outcome::Unreadable);
    assert!(set_aside.outcome_detail.is_some_and(|detail| detail.contains("4 times")));
}

#[tokio::test]
async fn what_was_begun_beside_a_crash_is_applied_one_by_one() {
    let mut bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let mut all = Vec::new();
    for number in 1..6 {
        all.push(bed.post(endpoint, &pos(&format!("ELM{number}MY"), "LM_SUCCESS", "2026-06-17 11:00:00")).await);
    }
    let ids: Vec<Uuid> = all.iter().map(Captured::delivery).collect();
    let begun = ids.clone();
    bed.store.write(move |tx| Box::pin(async move { tx.bump_tries(&begun).await })).await.expect("counted");
    bed = bed.restarted().await;
    assert_eq!(bed.apply.drain().await.expect("applied"), 5);
    for captured in &all {
        assert_eq!(bed.delivery(captured).await.outcome, Outcome::Applied);
    }
}

#[tokio::test]
async fn what_the_database_refuses_is_undone_and_later_set_aside() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let url = format!("sqlite://{}", bed.directory.path().join("parcelwire.db").display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.expect("connected");
    sqlx::query(
        "CREATE TRIGGER poison BEFORE INSERT ON shipments WHEN NEW.number_norm = 'POISON'
         BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
    )
    .execute(&mut other)
    .await
    .expect("poisoned");
    let first = bed.post(endpoint, &pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    let poisoned = bed.post(endpoint, &pos("POISON", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    let last = bed.post(endpoint, &pos("ELM2MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    for _ in 0..20 {
        if bed.apply.drain().await.is_ok() {
            break;
        }
    }
    for (captured, outcome) in [(&first, Outcome::Applied), (&poisoned, Outcome::Unreadable), (&last, Outcome::Applied)]
    {
        assert_eq!(bed.delivery(captured).await.outcome, outcome);
    }
    assert!(bed.parcels("POISON").await.is_empty());
}

#[tokio::test]
async fn what_is_applied_is_announced() {
    let bed = Bed::new("2026-06-18T00:00:00Z").await;
    let endpoint = bed.endpoint(CarrierId::PosMalaysia, json!({})).await;
    let mut heard = bed.live.subscribe();
    bed.post(endpoint, &pos("ELM1MY", "LM_SUCCESS", "2026-06-17 11:00:00")).await;
    bed.drain().await;
    let parcel = bed.parcel("ELM1MY").await;
    let change = heard.recv().await.expect("announced");
    for topic in [Topic::Deliveries, Topic::Parcels, Topic::Parcel(parcel.id)] {
        assert!(change.topics.contains(&topic), "{topic}");
    }
}
