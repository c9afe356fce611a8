//! What needs the writing connection itself: a full disk.

use super::{NewEndpoint, Store, StoreError, StoreOptions};
use crate::server::ids;
use crate::server::secrets::{Sealed, sha256_hex};
use crate::server::store::Capture;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{Covers, DeliveryFilter, Outcome, Verdict};
use crate::tracking::endpoint::EndpointState;
use crate::tracking::page::PageRequest;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_781_762_400_000);

fn sealed() -> Sealed {
    Sealed { key_id: "k".into(), bytes: vec![0; 24] }
}

fn capture(endpoint: Uuid, n: usize) -> Capture {
    let body = format!("{n} {}", "x".repeat(40_000)).into_bytes();
    Capture {
        id: ids::new(NOW),
        endpoint,
        received_at: NOW,
        body_sha256: sha256_hex(&body),
        body,
        headers: sealed(),
        remote_addr: "192.0.2.1".into(),
        verdict: Verdict::Authenticated,
        reason: None,
        scheme: "url".into(),
        covers: Covers::None,
        secret: None,
        warnings: Vec::new(),
        diagnosis: None,
        message_key: Some(n.to_string()),
        attempt: None,
        outcome: Outcome::Received,
        outcome_detail: None,
        test_nonce: None,
    }
}

async fn limit_pages(store: &Store, pages: i64) {
    store
        .write(move |tx| {
            Box::pin(async move {
                let sql = format!("PRAGMA max_page_count = {pages}");
                sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut tx.conn).await?;
                Ok(())
            })
        })
        .await
        .expect("a pragma");
}

#[tokio::test]
async fn a_full_disk_is_told_to_every_waiter_and_is_over_when_there_is_room() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("parcelwire.db");
    let store = Store::open(StoreOptions { path, defaults: Vec::new(), now: NOW }).await.expect("opens");
    let endpoint = ids::new(NOW);
    store
        .insert_endpoint(NewEndpoint {
            id: endpoint,
            carrier: CarrierId::ALL[0],
            label: "x".into(),
            state: EndpointState::Active,
            settings: serde_json::Map::new(),
            token_hash: "h".into(),
            token: sealed(),
            secrets: Vec::new(),
            at: NOW,
        })
        .await
        .expect("inserted");
    limit_pages(&store, 1).await;
    let done = futures::future::join_all((0..30).map(|n| store.capture(capture(endpoint, n)))).await;
    let lost = done.iter().filter(|done| matches!(done, Err(StoreError::Driver(_)))).count();
    assert!(lost > 0, "thirty bodies do not fit");
    assert!(store.write_probe(NOW).await.is_ok(), "a small write may fit");
    limit_pages(&store, 1_000_000).await;
    for n in 0..30 {
        store.capture(capture(endpoint, n)).await.expect("the carrier comes again");
    }
    let page = PageRequest { limit: 200, cursor: None };
    let kept = store.list_deliveries(&DeliveryFilter::default(), &page).await.expect("listed").items;
    let firsts = kept.iter().filter(|delivery| delivery.outcome == Outcome::Received).count();
    assert_eq!(firsts, 30, "every message once, whatever became of its first request");
}
