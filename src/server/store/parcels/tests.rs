//! How the database answers: by its indexes.

use crate::server::store::{Store, StoreOptions};
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::time::Timestamp;
use crate::tracking::view::{ParcelGroup, ParcelOrder};

const NOW: Timestamp = Timestamp::from_millis(1_781_762_400_000);

/// What SQLite says it would do for a page of the list.
async fn plan_of(store: &Store, filter: &ParcelFilter) -> String {
    let mut conn = store.read().await.expect("a connection");
    let page = PageRequest { limit: 50, cursor: None };
    let query = super::listing(&mut conn, filter, &page, NOW).await.expect("a query");
    let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", query.into_string()));
    let lines: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(&mut *conn).await.expect("a plan");
    lines.into_iter().map(|(.., line)| line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_view_and_order_walks_an_index_and_sorts_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("parcelwire.db");
    let store = Store::open(StoreOptions { path, defaults: Vec::new(), now: NOW }).await.expect("opens");
    let any = ParcelFilter::default;
    let orders = ParcelOrder::ALL.iter().map(|order| ParcelFilter { order: Some(*order), ..any() });
    let updated = |filter: ParcelFilter| ParcelFilter { order: Some(ParcelOrder::Updated), ..filter };
    let views = ParcelGroup::ALL.iter().map(|group| updated(ParcelFilter { group: Some(*group), ..any() }));
    let needs = [
        updated(ParcelFilter { attention: Some(true), ..any() }),
        updated(ParcelFilter { stalled: Some(true), ..any() }),
        ParcelFilter { number: Some("A1".into()), ..any() },
    ];
    for filter in orders.chain(views).chain(needs) {
        let plan = plan_of(&store, &filter).await;
        assert!(plan.contains("SEARCH q USING INDEX"), "{filter:?}\n{plan}");
        assert!(!plan.contains("SCAN q"), "{filter:?}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{filter:?}\n{plan}");
    }
    let plan = plan_of(&store, &ParcelFilter { q: Some("abc".into()), ..any() }).await;
    assert!(plan.contains("SEARCH q USING INDEX sqlite_autoindex_parcels_1 (id=?)"), "hits by their ids:\n{plan}");
}
