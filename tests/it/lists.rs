//! The list of parcels: views and counts, columns, saved views, tags, acts on many, CSV out and in; over real HTTP, as a
//! browser without scripts would.

use crate::app::TestApp;
use crate::shelf::{Scan, account, put, scan};
use parcelwire::api::encode;
use parcelwire::tracking::people::{Role, Scope};
use parcelwire::tracking::status::{Status, Substatus};
use parcelwire::tracking::view::ParcelGroup;
use reqwest::Method;
use serde_json::{Value, json};

/// One parcel in each status that carriers report.
async fn shelf() -> TestApp {
    let app = TestApp::start().await;
    let endpoint = account(&app).await;
    let of = |number: &str, status: Status, ago_h: i64| Scan {
        status,
        substatus: status.substatuses()[0],
        ago_h,
        ..scan(number, status.label())
    };
    let scans = vec![
        of("INFO1", Status::InfoReceived, 1),
        of("MOVE1", Status::InTransit, 1),
        of("MOVE2", Status::InTransit, 100),
        of("VAN1", Status::OutForDelivery, 1),
        of("FAIL1", Status::FailedAttempt, 1),
        of("WAIT1", Status::AvailableForPickup, 1),
        Scan { substatus: Substatus::Damaged, ..of("BAD1", Status::Exception, 1) },
        of("BACK1", Status::Returning, 1),
        of("DONE1", Status::Delivered, 1),
        of("OFF1", Status::Cancelled, 1),
    ];
    put(&app.server.state.store, endpoint, scans, app.server.state.clock.now()).await;
    app
}

struct Browser<'a> {
    app: &'a TestApp,
    cookie: String,
}

impl Browser<'_> {
    async fn get(&self, path: &str) -> (u16, String) {
        let request = self.app.client.get(format!("{}{path}", self.app.url())).header("cookie", &self.cookie);
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("text").replace("<!>", ""))
    }

    /// Sends a form and answers where it leads.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let body = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>();
        let request = self
            .app
            .client
            .post(format!("{}{path}", self.app.url()))
            .header("cookie", &self.cookie)
            .header("accept", "text/html")
            .header("referer", format!("{}/parcels", self.app.url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"));
        let answer = request.send().await.expect("an answer");
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        (answer.status().as_u16(), to)
    }

    /// Uploads a list and answers the address of its preview.
    async fn upload(&self, file: Option<&[u8]>, pasted: &str) -> String {
        let mut body = Vec::new();
        let part = |body: &mut Vec<u8>, head: &str, content: &[u8]| {
            body.extend_from_slice(format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        part(&mut body, "name=\"file\"; filename=\"list.csv\"", file.unwrap_or_default());
        part(&mut body, "name=\"text\"", pasted.as_bytes());
        body.extend_from_slice(b"--XX--\r\n");
        let request = self
            .app
            .client
            .post(format!("{}/parcels/import", self.app.url()))
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=XX")
            .body(body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 303);
        answer.headers()["location"].to_str().expect("text").to_owned()
    }
}

async fn browser(app: &TestApp, role: Role) -> Browser<'_> {
    Browser { app, cookie: app.cookie(role).await }
}

async fn api(app: &TestApp, scope: Scope, method: Method, path: &str) -> (u16, String) {
    let token = app.token(scope).await;
    let request = app.client.request(method, format!("{}/api/v1{path}", app.url())).bearer_auth(token);
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("text"))
}

async fn parcels(app: &TestApp, query: &str) -> Vec<Value> {
    let (status, body) = api(app, Scope::Operate, Method::GET, &format!("/parcels?{query}")).await;
    assert_eq!(status, 200, "{query}: {body}");
    let list: Value = serde_json::from_str(&body).expect("JSON");
    list["items"].as_array().expect("items").clone()
}

async fn numbers(app: &TestApp, query: &str) -> Vec<String> {
    let mut found: Vec<String> =
        parcels(app, query).await.iter().map(|parcel| parcel["number"].as_str().expect("text").to_owned()).collect();
    found.sort();
    found
}

async fn one(app: &TestApp, number: &str) -> Value {
    parcels(app, &format!("number={number}")).await.remove(0)
}

fn id(parcel: &Value) -> &str {
    parcel["id"].as_str().expect("an id")
}

#[tokio::test]
async fn every_parcel_stands_in_one_stage_and_the_tabs_count_what_they_show() {
    let app = shelf().await;
    let mut all = Vec::new();
    let viewer = browser(&app, Role::Viewer).await;
    let (_, page) = viewer.get("/parcels").await;
    for group in ParcelGroup::ALL {
        let found = numbers(&app, &format!("group={group}")).await;
        let tab = format!("group={group}\">{}<", group.label());
        let after = page.split(&tab).nth(1).unwrap_or_else(|| panic!("the tab of {group}: {page}"));
        let count = after.split("class=\"count\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a count");
        assert_eq!(count, found.len().to_string(), "{group}");
        all.extend(found);
    }
    all.sort();
    assert_eq!(all, numbers(&app, "").await);
    assert_eq!(numbers(&app, "group=trouble").await, ["BAD1", "FAIL1"]);
    let needs = app.server.state.store.need_counts(false, app.server.state.clock.now()).await.expect("counted");
    assert_eq!(usize::try_from(needs.attention).expect("few"), numbers(&app, "attention=true").await.len());
    assert_eq!(usize::try_from(needs.stalled).expect("few"), numbers(&app, "stalled=true").await.len());
    assert_eq!(numbers(&app, "stalled=true").await, ["MOVE2"]);
    let oldest = parcels(&app, "order=standing&limit=1").await;
    assert_eq!(oldest[0]["number"], "MOVE2");
    assert_eq!(api(&app, Scope::Read, Method::GET, "/parcels?group=nonsense").await.0, 400);
    app.stop().await;
}

#[tokio::test]
async fn orders_page_without_gaps() {
    let app = shelf().await;
    for order in ["created", "updated", "last_event", "standing"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/parcels?order={order}&limit=3&cursor={cursor}");
            let (_, body) = api(&app, Scope::Read, Method::GET, &path).await;
            let list: Value = serde_json::from_str(&body).expect("JSON");
            seen.extend(
                list["items"].as_array().expect("items").iter().map(|parcel| parcel["number"].clone().to_string()),
            );
            let Some(next) = list["next_cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (10, 10), "{order}");
    }
    app.stop().await;
}

#[tokio::test]
async fn columns_and_saved_views_are_each_ones_own_unless_shared() {
    let app = shelf().await;
    let (viewer, operator) = (browser(&app, Role::Viewer).await, browser(&app, Role::Operator).await);
    let (status, to) = viewer
        .post("/fn/set_columns", &[("columns[]", "status"), ("columns[]", "account"), ("back", "group=in_transit")])
        .await;
    assert_eq!((status, to.as_str()), (302, "/parcels?group=in_transit"));
    let heads = |page: &str| {
        page.split("<thead").nth(1).and_then(|rest| rest.split("</thead").next()).unwrap_or_default().to_owned()
    };
    let mine = heads(&viewer.get("/parcels").await.1);
    assert!(mine.contains("Account") && !mine.contains("Latest event"), "{mine}");
    assert!(heads(&operator.get("/parcels").await.1).contains("Latest event"), "somebody else's columns");
    assert!(heads(&viewer.get("/parcels?columns=tags").await.1).contains("Tags"), "the address counts more");

    let fields = [("name", "In motion"), ("columns", "status,tags"), ("back", "group=in_transit")];
    let (status, to) = operator.post("/fn/save_view", &fields).await;
    assert_eq!(status, 302);
    let saved = to.split("saved=").nth(1).expect("its id").to_owned();
    assert!(to.starts_with("/parcels?group=in_transit&saved="), "{to}");
    let (_, page) = operator.get(&to).await;
    assert!(heads(&page).contains("Tags") && !heads(&page).contains("Account"));
    assert!(page.contains("MOVE1") && !page.contains("VAN1") && page.contains("Drop “In motion”"));
    assert!(!viewer.get("/parcels").await.1.contains("In motion"), "not shared");
    operator.post("/fn/save_view", &[("name", "in  Motion"), ("shared", "true"), ("back", "group=in_transit")]).await;
    let (_, page) = viewer.get("/parcels").await;
    assert_eq!(page.matches(&format!("saved={saved}")).count(), 1, "the same name replaces; now shared");
    let (_, refused) = viewer.post("/fn/save_view", &[("name", "Mine"), ("shared", "true")]).await;
    assert!(!refused.contains("saved="), "a viewer does not share: {refused}");
    viewer.post("/fn/drop_view", &[("id", &saved)]).await;
    assert!(viewer.get("/parcels").await.1.contains(&saved), "nor drops what is another's");
    operator.post("/fn/drop_view", &[("id", &saved)]).await;
    assert!(!viewer.get("/parcels").await.1.contains(&saved));
    let (_, to) = viewer.post("/fn/set_columns", &[("back", "q=a\r\nX-Evil: 1#//evil.example")]).await;
    assert!(to.starts_with("/parcels?q=a") && !to.contains('\n'), "{to:?}");
    app.stop().await;
}

#[tokio::test]
async fn tags_are_given_and_taken_and_outlive_a_rebuild() {
    let app = shelf().await;
    let parcel = one(&app, "MOVE1").await;
    let path = |tag: &str| format!("/parcels/{}/tags/{}", id(&parcel), encode(tag));
    for _ in 0..2 {
        let (status, body) = api(&app, Scope::Operate, Method::PUT, &path(" very  important ")).await;
        assert_eq!(status, 200, "{body}");
        let tagged: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(tagged["tags"], json!(["very important"]));
    }
    assert_eq!(numbers(&app, "tag=very%20important").await, ["MOVE1"]);
    assert_eq!(api(&app, Scope::Read, Method::PUT, &path("x")).await.0, 403);
    assert_eq!(api(&app, Scope::Operate, Method::PUT, &path("a,b")).await.0, 422);
    assert_eq!(api(&app, Scope::Operate, Method::PUT, &path(&"x".repeat(41))).await.0, 422);
    assert_eq!(api(&app, Scope::Operate, Method::PUT, "/parcels/x/tags/y").await.0, 404);
    app.server.state.store.write(|tx| Box::pin(tx.forget_derived())).await.expect("forgotten");
    app.server.state.apply.refold_stale().await.expect("folded again");
    assert_eq!(numbers(&app, "tag=very%20important").await, ["MOVE1"], "after a rebuild");
    for _ in 0..2 {
        assert_eq!(api(&app, Scope::Operate, Method::DELETE, &path("very important")).await.0, 200);
    }
    assert_eq!(one(&app, "MOVE1").await["tags"], json!([]));
    app.stop().await;
}

#[tokio::test]
async fn an_act_on_many_is_done_reported_and_undone_at_once() {
    let app = shelf().await;
    let operator = browser(&app, Role::Operator).await;
    let (move1, done1, van1) = (one(&app, "MOVE1").await, one(&app, "DONE1").await, one(&app, "VAN1").await);
    let nobody = "018f0000-0000-7000-8000-000000000000";
    let mut fields =
        vec![("parcels[]", id(&move1)), ("parcels[]", id(&done1)), ("parcels[]", id(&van1)), ("parcels[]", nobody)];
    fields.extend([("act", "delivered"), ("reason", "Seen on the shelf"), ("back", "order=created")]);
    let (status, to) = operator.post("/fn/bulk_parcels", &fields).await;
    assert_eq!(status, 302, "{to}");
    assert!(to.starts_with("/parcels?order=created&bulk="), "{to}");
    let (_, page) = operator.get(&to).await;
    for said in ["2 parcels marked delivered. 1 had it already.", "Not done to 1", "There is no such parcel.", "Undo"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(numbers(&app, "status=delivered").await, ["DONE1", "MOVE1", "VAN1"]);
    let bulk = to.split("bulk=").nth(1).expect("its id");
    for _ in 0..2 {
        operator.post("/fn/undo_bulk", &[("id", bulk)]).await;
        assert_eq!(numbers(&app, "status=delivered").await, ["DONE1"]);
    }
    assert_eq!(one(&app, "VAN1").await["status"], "out_for_delivery");
    assert!(operator.get(&to).await.1.contains("This was undone."));

    // Tags: only what changed is taken back.
    let path = format!("/parcels/{}/tags/vip", id(&van1));
    api(&app, Scope::Operate, Method::PUT, &path).await;
    let fields = [("parcels[]", id(&move1)), ("parcels[]", id(&van1)), ("act", "add_tag"), ("tag", "vip")];
    let (_, to) = operator.post("/fn/bulk_parcels", &fields).await;
    assert!(operator.get(&to).await.1.contains("1 parcel got the tag “vip”. 1 had it already."));
    assert_eq!(numbers(&app, "tag=vip").await, ["MOVE1", "VAN1"]);
    operator.post("/fn/undo_bulk", &[("id", to.split("bulk=").nth(1).expect("its id"))]).await;
    assert_eq!(numbers(&app, "tag=vip").await, ["VAN1"]);

    for refused in [
        vec![("act", "delivered"), ("reason", "x")],
        vec![("parcels[]", id(&move1)), ("act", "delivered"), ("reason", " ")],
        vec![("parcels[]", id(&move1)), ("act", "add_tag"), ("tag", "a,b")],
        vec![("parcels[]", id(&move1)), ("act", "nonsense")],
    ] {
        let (_, to) = operator.post("/fn/bulk_parcels", &refused).await;
        assert!(!to.contains("bulk="), "{refused:?}: {to}");
    }
    let viewer = browser(&app, Role::Viewer).await;
    assert_eq!(viewer.post("/fn/bulk_parcels", &[("act", "delivered")]).await.0, 403);
    let (_, page) = viewer.get("/parcels").await;
    assert!(!page.contains("parcels[]"), "a viewer chooses nothing");
    app.stop().await;
}

#[tokio::test]
async fn an_act_on_all_that_fit_reaches_what_is_not_shown() {
    let app = shelf().await;
    let operator = browser(&app, Role::Operator).await;
    let (_, page) = operator.get("/parcels?limit=1&status=delivered").await;
    assert!(!page.contains("name=\"whole\""), "all of it is shown: {page}");
    let (_, page) = operator.get("/parcels?limit=1&status=in_transit,out_for_delivery").await;
    assert!(page.contains("name=\"whole\""), "there is more than is shown: {page}");
    let whole = r#"{"status":"in_transit,out_for_delivery"}"#;
    let act = [("whole", whole), ("act", "add_tag"), ("tag", "seen")];
    let (_, to) = operator.post("/fn/bulk_parcels", &act).await;
    assert!(to.contains("bulk="), "{to}");
    let (tagged, moving) = (numbers(&app, "tag=seen").await, numbers(&app, "status=in_transit,out_for_delivery").await);
    assert_eq!(tagged, moving);
    assert!(tagged.len() > 1 && tagged.len() < numbers(&app, "").await.len(), "{tagged:?}");
    let (_, to) = operator.post("/fn/bulk_parcels", &[("whole", "x"), ("act", "add_tag"), ("tag", "seen")]).await;
    assert!(!to.contains("bulk="), "{to}");
    app.stop().await;
}

#[tokio::test]
async fn a_number_is_followed_before_its_carrier_says_anything() {
    let app = shelf().await;
    let operator = browser(&app, Role::Operator).await;
    let endpoint = account(&app).await.to_string();
    let (status, page) = operator.get("/parcels/new").await;
    assert!(status == 200 && page.contains(&endpoint), "{page}");
    let blank = [("endpoint", endpoint.as_str()), ("number", " - "), ("order", "")];
    let (_, to) = operator.post("/fn/register_parcel", &blank).await;
    assert!(!to.starts_with("/parcels/"), "{to}");
    let long = "7".repeat(201);
    let fields = [("endpoint", endpoint.as_str()), ("number", "NEW 77"), ("order", long.as_str())];
    assert!(!operator.post("/fn/register_parcel", &fields).await.1.starts_with("/parcels/"), "nothing is cut off");
    let fields = [("endpoint", endpoint.as_str()), ("number", "NEW 77"), ("order", "PO-77")];
    let (_, to) = operator.post("/fn/register_parcel", &fields).await;
    assert_eq!(to, format!("/parcels/{}", id(&one(&app, "NEW77").await)));
    let (_, page) = operator.get(&to).await;
    assert!(page.contains("NEW 77") && page.contains("PO-77") && page.contains("Pending"), "{page}");
    let viewer = browser(&app, Role::Viewer).await;
    assert_eq!(viewer.get("/parcels/new").await.0, 403);
    assert!(!viewer.get("/parcels").await.1.contains("/parcels/new"));
    app.stop().await;
}

#[tokio::test]
async fn the_export_is_what_is_shown() {
    let app = shelf().await;
    let token = app.token(Scope::Operate).await;
    let endpoint = account(&app).await;
    put(&app.server.state.store, endpoint, vec![scan("EVIL", "=HYPERLINK(\"x\")")], app.server.state.clock.now()).await;
    let viewer = browser(&app, Role::Viewer).await;
    let (_, page) = viewer.get("/parcels?group=in_transit&columns=latest,tags&order=created").await;
    let link = page.split("href=\"").find(|rest| rest.contains("parcels.csv")).and_then(|rest| rest.split('"').next());
    let link = link.expect("the export").replace("&amp;", "&");
    let (status, csv) = viewer.get(&link).await;
    assert_eq!(status, 200);
    let mut lines = csv.lines();
    let head = "carrier,number,piece,last_event_text,last_event_place,last_event_at,last_event_local,tags";
    assert_eq!(lines.next(), Some(head));
    let rest: Vec<&str> = lines.collect();
    assert_eq!(rest.len(), 3, "{csv}");
    assert!(rest.iter().any(|line| line.contains("\"'=HYPERLINK(\"\"x\"\")\"")), "{csv}");
    assert!(rest.iter().all(|line| line.contains("+08:00")), "on the carrier's clock: {csv}");
    let refused = app.client.get(format!("{}/api/v1/parcels.csv?columns=colour", app.url())).bearer_auth(&token);
    assert_eq!(refused.send().await.expect("an answer").status(), 400);
    app.stop().await;
}

#[tokio::test]
async fn a_list_is_seen_first_taken_over_then_and_changes_nothing_the_second_time() {
    let app = shelf().await;
    let operator = browser(&app, Role::Operator).await;
    let list = "\u{FEFF}number;order;tag;status;reason\r\nNEW 1;\"PO\n7\";vip|late;;\r\nMOVE1;PO 8;vip;delivered;Asked\r\n\
                DONE1;;;delivered;\r\nNEW-1;;;;\r\n;;;;x\r\nVAN1;;;in_transit;\r\n";
    let to = operator.upload(Some(list.as_bytes()), "ignored").await;
    let (status, page) = operator.get(&to).await;
    assert_eq!(status, 200);
    for said in [
        "1 new · 1 known, gains something · 1 known · 3 refused",
        "Followed from now on, with 1 reference; tag vip, late.",
        "Adds: 1 reference; tag vip; mark delivered.",
        "The same number stands on line 2.",
        "A number has 1 to 100 characters.",
        "cannot be set",
        "Take it over",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(numbers(&app, "number=NEW1").await, Vec::<String>::new(), "nothing is done yet");
    let import = to.split("id=").nth(1).expect("its id").to_owned();
    for _ in 0..2 {
        operator.post("/fn/commit_import", &[("id", &import)]).await;
        assert!(operator.get(&to).await.1.contains("Taken over: "));
    }
    let new = one(&app, "NEW1").await;
    assert_eq!((&new["tags"], &new["references"][0]["value"]), (&json!(["late", "vip"]), &json!("PO\n7")));
    let moved = one(&app, "MOVE1").await;
    assert_eq!(moved["status"], "delivered");
    let before = parcels(&app, "").await;
    let again = operator.upload(None, list).await;
    let (_, page) = operator.get(&again).await;
    assert!(page.contains("There is nothing to take over: ") && !page.contains("Take it over"), "{page}");
    operator.post("/fn/commit_import", &[("id", again.split("id=").nth(1).expect("its id"))]).await;
    assert_eq!(parcels(&app, "").await, before);

    for (pasted, said) in [("", "fault=empty"), ("colour\nred", "id=")] {
        assert!(operator.upload(None, pasted).await.contains(said), "{pasted:?}");
    }
    let (_, page) = operator.get(&operator.upload(None, "colour\nred").await).await;
    assert!(page.contains("one of them “number”"));
    let large = format!("number\n{}", "A".repeat(1_100_000));
    assert!(operator.upload(Some(large.as_bytes()), "").await.contains("fault=large"));
    let (_, page) = operator.get(&operator.upload(Some(b"number;tag\r\nM\xDCLLER1;x\r\n"), "").await).await;
    assert!(page.contains("MÜLLER1"), "old spreadsheets write Latin-1");
    let viewer = browser(&app, Role::Viewer).await;
    assert_eq!(viewer.get("/parcels/import").await.0, 403);
    app.stop().await;
}

#[tokio::test]
async fn the_quick_look_opens_by_a_link() {
    let app = shelf().await;
    let viewer = browser(&app, Role::Viewer).await;
    let parcel = one(&app, "VAN1").await;
    let (_, page) = viewer.get("/parcels?group=trouble").await;
    assert!(!page.contains("class=\"drawer\""));
    let (status, page) = viewer.get(&format!("/parcels?group=trouble&look={}", id(&parcel))).await;
    assert_eq!(status, 200);
    assert!(page.contains("class=\"drawer\"") && page.contains("Open the parcel") && page.contains("VAN1"));
    assert!(page.contains("href=\"/parcels?group=trouble\""), "the way back");
    let (status, _) = viewer.get("/parcels?look=018f0000-0000-7000-8000-000000000000").await;
    assert!(status < 500);
    app.stop().await;
}
