//! What needs a person, over HTTP: the queues, what operators do, what recovers by itself, and the first page.

use crate::app::TestApp;
use crate::shelf::{Scan, account, put, scan};
use parcelwire::tracking::people::{Role, Scope};
use parcelwire::tracking::status::{Status, Substatus};
use serde_json::{Value, json};

fn lost(number: &str, ago_h: i64) -> Scan {
    Scan { status: Status::Exception, substatus: Substatus::Lost, ago_h, ..scan(number, "Cannot be found") }
}

/// Three parcels in trouble and one that is not.
async fn shelf() -> (TestApp, uuid::Uuid) {
    let app = TestApp::start().await;
    let endpoint = account(&app).await;
    let returning = Scan {
        status: Status::Returning,
        substatus: Substatus::ReturnMoving,
        ago_h: 2,
        ..scan("BACK-1", "Going back to the sender")
    };
    let still = Scan { ago_h: 50, ..scan("STILL-1", "Left the hub") };
    let scans = vec![lost("LOST-1", 3), returning, still, scan("FINE-1", "Moving")];
    put(&app.server.state.store, endpoint, scans, app.server.state.clock.now()).await;
    (app, endpoint)
}

async fn list(app: &TestApp, token: &str, query: &str) -> Vec<Value> {
    let request = app.client.get(format!("{}/api/v1/attention{query}", app.url())).bearer_auth(token);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{query}");
    let page: Value = answer.json().await.expect("JSON");
    page["items"].as_array().expect("items").clone()
}

async fn act(app: &TestApp, token: &str, parcel: &Value, body: Value) -> (u16, Value) {
    let address = format!("{}/api/v1/attention/{}", app.url(), parcel.as_str().expect("an id"));
    let answer = app.client.post(address).bearer_auth(token).json(&body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

fn numbers(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["number"].as_str().expect("a number")).collect()
}

#[tokio::test]
async fn each_parcel_in_trouble_stands_in_one_queue_the_most_urgent_first() {
    let (app, _) = shelf().await;
    let token = app.token(Scope::Operate).await;
    let items = list(&app, &token, "").await;
    assert_eq!(numbers(&items), ["BACK-1", "LOST-1", "STILL-1"]);
    let queues: Vec<&str> = items.iter().map(|item| item["queue"].as_str().expect("a queue")).collect();
    assert_eq!(queues, ["returning", "needs_action", "stalled"]);
    assert_eq!(items[1]["why"], "Lost.");
    assert_eq!(items[1]["last_event_text"], "Cannot be found");
    assert_eq!(numbers(&list(&app, &token, "?queue=stalled").await), ["STILL-1"]);
    let first = app.client.get(format!("{}/api/v1/attention?limit=2", app.url())).bearer_auth(&token);
    let first: Value = first.send().await.expect("an answer").json().await.expect("JSON");
    let cursor = first["next_cursor"].as_str().expect("there is more");
    assert_eq!(numbers(&list(&app, &token, &format!("?limit=2&cursor={cursor}")).await), ["STILL-1"]);
    for bad in ["?queue=nonsense", "?cursor=nonsense"] {
        let answer = app.client.get(format!("{}/api/v1/attention{bad}", app.url())).bearer_auth(&token).send().await;
        assert_eq!(answer.expect("an answer").status(), 400, "{bad}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_done_holds_until_the_trouble_is_over_or_another_one() {
    let (app, endpoint) = shelf().await;
    let token = app.token(Scope::Operate).await;
    app.cookie(Role::Operator).await;
    let lost_one = list(&app, &token, "?queue=needs_action").await[0]["parcel"].clone();
    let (status, item) = act(&app, &token, &lost_one, json!({"action": "assign", "owner": "the-operator"})).await;
    assert_eq!((status, &item["owner"]), (200, &json!("the-operator")));
    assert_eq!(act(&app, &token, &lost_one, json!({"action": "assign", "owner": "nobody-known"})).await.0, 422);
    assert_eq!(numbers(&list(&app, &token, "?owner=the-operator").await), ["LOST-1"]);
    assert_eq!(list(&app, &token, "?owner=").await.len(), 2, "nobody's");

    let (_, item) = act(&app, &token, &lost_one, json!({"action": "snooze", "for": "next_event"})).await;
    assert_eq!((&item["state"], &item["snoozed_until_event"]), (&json!("snoozed"), &json!(true)));
    assert_eq!(list(&app, &token, "?queue=needs_action").await.len(), 0);
    assert_eq!(numbers(&list(&app, &token, "?state=snoozed").await), ["LOST-1"]);
    let (store, now) = (&app.server.state.store, app.server.state.clock.now());
    let again = Scan { text: "Still searching".into(), ..lost("LOST-1", 1) };
    put(store, endpoint, vec![again], now).await;
    assert_eq!(numbers(&list(&app, &token, "?queue=needs_action").await), ["LOST-1"], "a new event wakes it up");

    assert_eq!(act(&app, &token, &lost_one, json!({"action": "resolve", "reason": " "})).await.0, 422);
    let (_, item) = act(&app, &token, &lost_one, json!({"action": "resolve", "reason": "Refunded"})).await;
    assert_eq!((&item["state"], &item["resolution"]["reason"]), (&json!("resolved"), &json!("Refunded")));
    assert_eq!(numbers(&list(&app, &token, "?state=resolved").await), ["LOST-1"]);
    act(&app, &token, &lost_one, json!({"action": "reopen"})).await;
    assert_eq!(list(&app, &token, "?queue=needs_action").await.len(), 1);

    let attention = &app.server.state.attention;
    assert_eq!(attention.sweep().await.expect("looked"), 3, "three appeared");
    assert_eq!(attention.sweep().await.expect("looked"), 0, "nothing new");
    put(store, endpoint, vec![Scan { ago_h: 0, ..scan("LOST-1", "Found and moving") }], now).await;
    assert_eq!(list(&app, &token, "?queue=needs_action").await.len(), 0, "it leaves by itself");
    assert_eq!(attention.sweep().await.expect("looked"), 1, "and that is noted");
    let log = store.attention_log(false, 20).await.expect("read");
    let acts: Vec<&str> = log.iter().map(|line| line.act.as_str()).collect();
    assert_eq!(acts, ["recovered", "reopened", "resolved", "snoozed", "assigned"]);
    let days = store.attention_days(false, app.server.state.clock.now()).await.expect("counted");
    assert_eq!(days, [(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (4, 2)], "came and left today");
    assert_eq!(act(&app, &token, &lost_one, json!({"action": "reopen"})).await.0, 422, "nothing troubles it");
    put(store, endpoint, vec![Scan { ago_h: 0, ..lost("LOST-1", 0) }], now).await;
    let fresh = &list(&app, &token, "?queue=needs_action").await[0];
    assert_eq!(fresh["owner"], Value::Null, "a new trouble is nobody's yet");
    app.stop().await;
}

#[tokio::test]
async fn the_pages_say_it_without_scripts_and_take_acts() {
    let (app, _) = shelf().await;
    let (operator, viewer) = (app.cookie(Role::Operator).await, app.cookie(Role::Viewer).await);
    let page = app.page(&operator, "/attention").await;
    assert!(page.contains("BACK-1") && page.contains("Assign to me") && !page.contains("FINE-1"));
    let page = app.page(&viewer, "/attention").await;
    assert!(page.contains("BACK-1") && !page.contains("Assign to me"), "a viewer only looks");
    let token = app.token(Scope::Read).await;
    let parcel = list(&app, &token, "?queue=stalled").await[0]["parcel"].as_str().expect("an id").to_owned();
    let snooze = [("parcel", parcel.as_str()), ("how_long", "3d")];
    assert_eq!(app.send_form(&operator, "snooze_attention", &snooze).await.0, 302);
    assert_eq!(app.send_form(&viewer, "snooze_attention", &snooze).await.0, 403);
    assert!(app.page(&viewer, "/attention?state=snoozed").await.contains("STILL-1"));
    let resolve = [("parcel", parcel.as_str()), ("reason", "agreed")];
    assert_eq!(app.send_form(&operator, "resolve_attention", &resolve).await.0, 302);
    assert!(app.page(&viewer, "/attention?state=resolved").await.contains("agreed"));
    assert!(app.page(&viewer, "/attention?queue=unassigned_notes").await.contains("Every note has its parcel"));
    app.stop().await;
}

#[tokio::test]
async fn the_first_page_shows_the_next_step_then_what_is_going_on() {
    let app = TestApp::start().await;
    let viewer = app.cookie(Role::Viewer).await;
    let page = app.page(&viewer, "/").await;
    assert!(page.contains("Three steps to the first parcel") && page.contains("Add an endpoint"));
    let token = app.token(Scope::Admin).await;
    let endpoint = app.endpoint(&token, "fast", None, json!({})).await;
    let url = endpoint["hook_url"].as_str().expect("a URL");
    assert_eq!(app.post_hook(url, &[], "{}").await.status(), 200);
    app.drain().await;
    let id = uuid::Uuid::parse_str(endpoint["id"].as_str().expect("an id")).expect("an id");
    put(&app.server.state.store, id, vec![lost("LOST-9", 3)], app.server.state.clock.now()).await;
    let page = app.page(&viewer, "/").await;
    for words in
        ["Needs me", "LOST-9", "not enough data to compare", "1 received, 0 refused", "Not enough data to know"]
    {
        assert!(page.replace("<!>", "").contains(words), "{words}: {page}");
    }
    app.stop().await;
}
