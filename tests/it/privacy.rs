//! Personal data: masked, revealed on request, erased on request, removed in time; timelines stay whole.

use crate::app::TestApp;
use parcelwire::server::cli::rebuild::rebuild;
use parcelwire::server::clock::ManualClock;
use parcelwire::server::config::Config;
use parcelwire::tracking::audit::{Act, AuditFilter};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::people::{Role, Scope};
use parcelwire::tracking::time::Timestamp;
use serde_json::{Value, json};

const DAY_S: i64 = 24 * 3600;

fn now() -> Timestamp {
    "2026-06-18T06:30:00Z".parse().expect("a time")
}

/// What FAST sends of a parcel that somebody signed for.
const BODY: &str = r#"{"CheckInTypeId":21,"CheckInTypeName":"Unload Complete","CheckInDate":"2026-06-18T09:49:08",
"CheckInTime":"09:49:08","CheckInBusinessUnitId":12,"Longitude":122.5,"Latitude":10.7,"Remarks":"Dock 2",
"ReceivedBy":"Jessamyn Quixote-Cruz","DexTypeId":null,"DexTypeName":null,"CustomerId":410,
"ShipmentReferences":[{"ShipmentId":741534,"WaybillNo":null,"CustomerDocuments":["CEBS0501966"]}],"CheckInPhotosURL":[]}"#;

async fn everything(app: &TestApp, token: &str, parcel: &str) -> (Value, Value) {
    let mut parcel_json = app.get_json(token, &format!("/api/v1/parcels/{parcel}")).await;
    // A look at the clock, not at the timeline.
    if let Some(object) = parcel_json.as_object_mut() {
        object.remove("updated_at");
        object.remove("expired");
        object.remove("stalled");
    }
    (parcel_json, app.get_json(token, &format!("/api/v1/parcels/{parcel}/events")).await)
}

async fn acts(app: &TestApp, act: Act) -> usize {
    let filter = AuditFilter { act: Some(act), ..AuditFilter::default() };
    let page = PageRequest { limit: 200, cursor: None };
    app.server.state.store.list_audit(&filter, &page).await.expect("the log").items.len()
}

struct Bed {
    app: TestApp,
    clock: std::sync::Arc<ManualClock>,
    token: String,
    parcel: String,
}

async fn bed() -> Bed {
    let clock = ManualClock::at(now());
    let app = TestApp::with(|_| {}, clock.clone()).await;
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "fast", None, json!({})).await;
    let url = endpoint["hook_url"].as_str().expect("a URL").to_owned();
    assert_eq!(app.post_hook(&url, &[("content-type", "application/json")], BODY).await.status(), 200);
    app.drain().await;
    let parcels = app.get_json(&token, "/api/v1/parcels").await;
    let parcel = parcels["items"][0]["id"].as_str().expect("a parcel").to_owned();
    Bed { app, clock, token, parcel }
}

async fn post(bed: &Bed, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let request = bed.app.client.post(format!("{}/api/v1{path}", bed.app.url())).bearer_auth(token).json(body);
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// Whether a text stands anywhere in the file of the database, or in what waits beside it.
async fn in_the_file(app: &TestApp, text: &str) -> bool {
    let path = app.server.state.store.path().to_owned();
    let mut conn = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{}", path.display()))
        .await
        .expect("opens");
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&mut conn).await.expect("written back");
    let bytes = std::fs::read(&path).expect("read");
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn revealing_is_an_act_of_operators_and_is_recorded() {
    let bed = bed().await;
    let (masked, _) = everything(&bed.app, &bed.token, &bed.parcel).await;
    let path = format!("/parcels/{}/reveal", bed.parcel);
    let read = bed.app.token(Scope::Read).await;
    assert_eq!(post(&bed, &path, &read, &json!({})).await.0, 403);
    let (status, revealed) = post(&bed, &path, &bed.token, &json!({})).await;
    let signer = revealed["signers"][0].as_str().expect("somebody signed").to_owned();
    assert_eq!(status, 200);
    assert!(!masked.to_string().contains(&signer), "masked by default");
    assert_eq!(acts(&bed.app, Act::DataReveal).await, 2, "the one that was refused as well");
    let (viewer, operator) = (bed.app.cookie(Role::Viewer).await, bed.app.cookie(Role::Operator).await);
    let page = format!("/parcels/{}", bed.parcel);
    assert!(!bed.app.page(&operator, &page).await.contains(&signer), "not before it is asked for");
    let (_, to) = bed.app.send_form(&operator, "reveal_parcel", &[("parcel", &bed.parcel)]).await;
    let to = to.split('#').next().unwrap_or_default().to_owned();
    assert!(to.contains("revealed="), "{to}");
    let to = to.strip_prefix(&bed.app.server.state.base).unwrap_or(&to).to_owned();
    assert!(bed.app.page(&operator, &to).await.contains(&signer));
    assert!(!bed.app.page(&viewer, &to).await.contains(&signer), "nobody else's");
    assert!(!bed.app.page(&bed.app.cookie(Role::Admin).await, &to).await.contains(&signer), "nobody else's");
    assert_eq!(acts(&bed.app, Act::DataReveal).await, 3);
    bed.app.stop().await;
}

#[tokio::test]
async fn people_in_a_body_are_masked_and_its_exact_bytes_are_a_recorded_act() {
    let bed = bed().await;
    let delivery = bed.app.get_json(&bed.token, "/api/v1/deliveries").await["items"][0]["id"].clone();
    let delivery = delivery.as_str().expect("an id");
    let (page, body) = (format!("/deliveries/{delivery}"), format!("/api/v1/deliveries/{delivery}/body"));
    for role in [Role::Viewer, Role::Operator, Role::Admin] {
        let cookie = bed.app.cookie(role).await;
        let html = bed.app.page(&cookie, &page).await;
        assert!(html.contains("Unload Complete") && html.contains("CEBS0501966"), "{html}");
        assert!(!html.contains("Jessamyn"), "{html}");
        assert_eq!(html.contains(&format!("{body}\"")), role > Role::Viewer, "the link, for whoever may follow it");
        let bytes = bed.app.client.get(format!("{}{body}", bed.app.url())).header("cookie", &cookie);
        let bytes = bytes.send().await.expect("an answer");
        if role == Role::Viewer {
            assert_eq!(bytes.status(), 403);
        } else {
            assert_eq!(bytes.bytes().await.expect("read"), BODY.as_bytes());
        }
    }
    // The API's scope `read` reads everything; it is recorded.
    let read = bed.app.token(Scope::Read).await;
    let bytes = bed.app.client.get(format!("{}{body}", bed.app.url())).bearer_auth(&read).send().await;
    assert_eq!(bytes.expect("an answer").bytes().await.expect("read"), BODY.as_bytes());
    assert_eq!(acts(&bed.app, Act::DataReveal).await, 4, "three that were done and one that was refused");
    bed.app.stop().await;
}

#[tokio::test]
async fn erasing_takes_people_bodies_and_search_and_leaves_the_timeline_also_after_a_rebuild() {
    let bed = bed().await;
    let reveal = format!("/parcels/{}/reveal", bed.parcel);
    let signer = post(&bed, &reveal, &bed.token, &json!({})).await.1["signers"][0].as_str().expect("a name").to_owned();
    let (before, events) = everything(&bed.app, &bed.token, &bed.parcel).await;
    assert!(in_the_file(&bed.app, &signer).await);
    let path = format!("/parcels/{}/erase", bed.parcel);
    let operate = bed.app.token(Scope::Operate).await;
    assert_eq!(post(&bed, &path, &operate, &json!({"reason": "asked"})).await.0, 403);
    assert_eq!(post(&bed, &path, &bed.token, &json!({"reason": " "})).await.0, 422);
    let (status, erased) = post(&bed, &path, &bed.token, &json!({"reason": "asked by letter"})).await;
    assert_eq!(status, 200, "{erased}");
    assert_eq!((erased["bodies"].as_u64(), erased["signers"].as_u64()), (Some(1), Some(1)), "{erased}");
    assert_eq!(acts(&bed.app, Act::DataErase).await, 3, "the two that were refused as well");
    bed.app.server.state.apply.refold_stale().await.expect("folded");
    assert!(!in_the_file(&bed.app, &signer).await, "overwritten");
    assert_eq!(post(&bed, &reveal, &bed.token, &json!({})).await.1["signers"], json!([]));
    let delivery = bed.app.get_json(&bed.token, "/api/v1/deliveries").await["items"][0]["id"].clone();
    let body = format!("{}/api/v1/deliveries/{}/body", bed.app.url(), delivery.as_str().expect("an id"));
    assert_eq!(bed.app.client.get(body).bearer_auth(&bed.token).send().await.expect("an answer").status(), 404);
    let (after, events_after) = everything(&bed.app, &bed.token, &bed.parcel).await;
    assert_eq!(after["status"], before["status"]);
    assert_eq!(after["milestones"], before["milestones"]);
    assert_eq!(after["events_count"], before["events_count"]);
    let ids =
        |events: &Value| events["items"].as_array().map(|all| all.iter().map(|e| e["id"].clone()).collect::<Vec<_>>());
    assert_eq!(ids(&events_after), ids(&events));
    let (token, parcel) = (bed.token.clone(), bed.parcel.clone());
    let directory = bed.app.stop().await;
    rebuild(Config::in_directory(directory.path()).expect("valid"), bed.clock.clone()).await.expect("rebuilt");
    let app = TestApp::again(directory, |_| {}, bed.clock.clone()).await;
    let (rebuilt, events_rebuilt) = everything(&app, &token, &parcel).await;
    assert_eq!(rebuilt, after, "what no body can derive again is kept");
    assert_eq!(events_rebuilt, events_after);
    app.stop().await;
}

#[tokio::test]
async fn what_has_had_its_time_is_shown_removed_and_reported() {
    let bed = bed().await;
    let refused = bed.app.endpoint(&bed.token, "bex", Some("0123456789abcdef0123456789abcdef"), json!({})).await;
    let url = refused["hook_url"].as_str().expect("a URL").to_owned();
    assert_eq!(bed.app.post_hook(&url, &[], "{}").await.status(), 401);
    bed.app.drain().await;
    let keeping = bed.app.server.state.keeping.clone();
    let path = format!("{}/api/v1/retention", bed.app.url());
    let put = async |settings: Value| {
        bed.app
            .client
            .put(&path)
            .bearer_auth(&bed.token)
            .json(&settings)
            .send()
            .await
            .expect("an answer")
            .status()
            .as_u16()
    };
    let (before, events) = everything(&bed.app, &bed.token, &bed.parcel).await;
    assert_eq!(put(json!({"bodies_days": 0, "refused_days": 1, "people_days": 1})).await, 422);
    assert_eq!(put(json!({"bodies_days": null, "refused_days": 10, "people_days": null})).await, 200);
    bed.clock.set(now().plus_seconds(9 * DAY_S));
    assert_eq!(keeping.purge().await.expect("purged").total(), 0, "nothing has had its time");
    bed.clock.set(now().plus_seconds(11 * DAY_S));
    let token = &bed.token;
    let sheet = bed.app.get_json(token, "/api/v1/retention").await;
    let due = |sheet: &Value, kind: &str| {
        let all = sheet["due"].as_array().cloned().unwrap_or_default();
        all.into_iter().find(|due| due["kind"] == kind).and_then(|due| due["count"].as_u64())
    };
    assert_eq!((due(&sheet, "bodies"), due(&sheet, "refused"), due(&sheet, "people")), (Some(0), Some(1), Some(0)));
    assert_eq!(keeping.purge().await.expect("purged").refused, 1);
    assert_eq!(put(json!({"bodies_days": 10, "refused_days": 10, "people_days": 10})).await, 200);
    let sheet = bed.app.get_json(token, "/api/v1/retention").await;
    assert_eq!((due(&sheet, "bodies"), due(&sheet, "people")), (Some(1), Some(1)), "{sheet}");
    assert_eq!(sheet["last"]["refused"], 1);
    let purged = keeping.purge().await.expect("purged");
    assert_eq!((purged.bodies, purged.signers, purged.refused), (1, 1, 0));
    assert_eq!(keeping.purge().await.expect("purged").total(), 0, "gone is gone");
    bed.app.server.state.apply.refold_stale().await.expect("folded");
    let (after, events_after) = everything(&bed.app, token, &bed.parcel).await;
    assert_eq!((&after["status"], &after["events_count"]), (&before["status"], &before["events_count"]));
    assert_eq!(events_after["items"].as_array().map(Vec::len), events["items"].as_array().map(Vec::len));
    assert_eq!(acts(&bed.app, Act::DataPurge).await, 2);
    assert_eq!(acts(&bed.app, Act::SettingsChange).await, 3);
    let html = bed.app.page(&bed.app.cookie(Role::Admin).await, "/settings").await;
    assert!(html.contains("Removed last") && html.contains("1 raw body"), "said on the page");
    bed.app.stop().await;
}

#[tokio::test]
async fn a_purge_of_many_bodies_delays_no_delivery() {
    let clock = ManualClock::at(now());
    let app = TestApp::with(|_| {}, clock.clone()).await;
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "fast", None, json!({})).await;
    let url = endpoint["hook_url"].as_str().expect("a URL").to_owned();
    let filler = "x".repeat(200 * 1024);
    for n in 0..150 {
        let body = format!("{{\"n\":{n},\"filler\":\"{filler}\"}}");
        assert_eq!(app.post_hook(&url, &[("content-type", "application/json")], body).await.status(), 200);
    }
    app.drain().await;
    clock.set(now().plus_seconds(400 * DAY_S));
    let keeping = app.server.state.keeping.clone();
    let purge = tokio::spawn(async move { keeping.purge().await.expect("purged") });
    let mut answered = 0;
    while !purge.is_finished() {
        let body = format!("{{\"answered\":{answered}}}");
        assert_eq!(app.post_hook(&url, &[("content-type", "application/json")], body).await.status(), 200);
        answered += 1;
    }
    assert_eq!(purge.await.expect("ended").bodies, 150);
    assert!(answered > 5, "only {answered} were answered while 150 bodies went");
    app.stop().await;
}
