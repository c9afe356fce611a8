//! The JSON API over real HTTP: shapes, codes, scopes, masks and pages; and that its description is true.

use crate::app::TestApp;
use hmac::{Hmac, KeyInit, Mac};
use parcelwire::server::routes::v1::openapi::openapi;
use parcelwire::tracking::people::Scope;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

const SECRET: &str = "bex-secret-of-forty-characters-012345678";
const NOBODY: &str = "018f0000-0000-7000-8000-000000000000";

/// An instance and a token of each scope.
struct Api {
    app: TestApp,
    client: reqwest::Client,
    tokens: [String; 3],
}

/// An answer, read to its end.
struct Reply {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    bytes: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The answer is a problem with this status.
    #[track_caller]
    fn refused(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for member in ["type", "title", "detail", "request_id"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
        }
        problem
    }

    #[track_caller]
    fn is(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self.json()
    }
}

impl Api {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let tokens = [app.token(Scope::Read).await, app.token(Scope::Operate).await, app.token(Scope::Admin).await];
        Self { client: app.client.clone(), app, tokens }
    }

    fn request(&self, scope: Option<Scope>, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1{path}", self.app.url()));
        match scope {
            None => request,
            Some(Scope::Read) => request.bearer_auth(&self.tokens[0]),
            Some(Scope::Operate) => request.bearer_auth(&self.tokens[1]),
            Some(Scope::Admin) => request.bearer_auth(&self.tokens[2]),
        }
    }

    async fn send(request: reqwest::RequestBuilder) -> Reply {
        let answer = request.send().await.expect("the instance answers");
        let (status, headers) = (answer.status(), answer.headers().clone());
        Reply { status, headers, bytes: answer.bytes().await.expect("the answer is whole").to_vec() }
    }

    async fn get(&self, path: &str) -> Reply {
        Self::send(self.request(Some(Scope::Read), Method::GET, path)).await
    }

    async fn get_as(&self, scope: Scope, path: &str) -> Reply {
        Self::send(self.request(Some(scope), Method::GET, path)).await
    }

    async fn post(&self, scope: Scope, path: &str, body: &Value) -> Reply {
        Self::send(self.request(Some(scope), Method::POST, path).json(body)).await
    }

    async fn patch(&self, path: &str, body: &Value) -> Reply {
        Self::send(self.request(Some(Scope::Admin), Method::PATCH, path).json(body)).await
    }

    /// A BEX endpoint with [`SECRET`].
    async fn bex(&self) -> Value {
        let body = json!({"carrier": "bex", "label": "Main account", "secret": SECRET});
        self.post(Scope::Admin, "/endpoints", &body).await.is(201)
    }

    /// Posts a body as BEX would, and waits until it is applied.
    async fn deliver(&self, endpoint: &Value, body: &str, secret: &str) -> Reply {
        let url = endpoint["hook_url"].as_str().expect("an endpoint has a URL");
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key fits");
        mac.update(body.as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let request = self.client.post(url).header("ms-signature", signature);
        let reply = Self::send(request.header("content-type", "application/json").body(body.to_owned())).await;
        self.app.drain().await;
        reply
    }
}

/// A BEX message about one waybill.
fn scan(waybill: &str, code: u32, at: &str) -> String {
    json!({"Id": format!("{waybill}-{code}-{at}"), "Attempt": 1, "Properties": {}, "Notifications": [{
        "Action": "tracking_event", "WaybillNumber": waybill, "TrackingDate": at, "TrackingUser": "John Doe",
        "TrackingDescription": "=Loaded onto vehicle", "TrackingReference": "740493", "TrackingTypeId": code
    }]})
    .to_string()
}

#[tokio::test]
async fn an_endpoint_is_made_read_changed_and_ended() {
    let api = Api::start().await;
    let made = api.bex().await;
    assert_eq!((made["carrier"].as_str(), made["label"].as_str()), (Some("bex"), Some("Main account")));
    assert_eq!(made["state"], "active");
    assert_eq!((made["secret"]["set"].as_bool(), made["secret"]["last4"].as_str()), (Some(true), Some("5678")));
    assert_eq!(made["settings"]["noecho"], false);
    assert!(made["generated"].is_null());
    let url = made["hook_url"].as_str().expect("a URL").to_owned();
    assert!(url.starts_with(&format!("{}/hooks/bex/", api.app.url())), "{url}");
    assert!(!made.to_string().contains(SECRET));

    let path = format!("/endpoints/{}", made["id"].as_str().expect("an id"));
    let masked = api.get(&path).await.is(200);
    let token = url.rsplit('/').next().expect("a token");
    assert!(!masked.to_string().contains(token), "scope read sees the token");
    assert_eq!(api.get_as(Scope::Operate, &path).await.is(200)["hook_url"], url.as_str());
    let listed = api.get("/endpoints").await.is(200);
    assert_eq!(listed["items"][0], masked);
    assert!(listed["next_cursor"].is_null());

    let changed = api.patch(&path, &json!({"label": "Second", "state": "observe", "settings": {"noecho": true}})).await;
    let changed = changed.is(200);
    assert_eq!((changed["label"].as_str(), changed["state"].as_str()), (Some("Second"), Some("observe")));
    assert_eq!(changed["settings"]["noecho"], true);
    assert_eq!(api.patch(&path, &json!({})).await.is(200)["label"], "Second");

    let renewed = api.post(Scope::Admin, &format!("{path}/token"), &json!({"keep_previous_hours": 1})).await.is(200);
    assert_ne!(renewed["hook_url"], url.as_str());
    assert!(renewed["previous_url_until"].is_string());
    assert_eq!(api.deliver(&made, "{}", SECRET).await.status, 200, "the old URL is still served");

    let gone = Api::send(api.request(Some(Scope::Admin), Method::DELETE, &path)).await;
    assert_eq!((gone.status.as_u16(), gone.bytes.len()), (204, 0));
    api.get(&path).await.refused(404);
    Api::send(api.request(Some(Scope::Admin), Method::DELETE, &path)).await.refused(404);
    assert_eq!(api.deliver(&renewed, "{}", SECRET).await.status, 404);
}

#[tokio::test]
async fn what_is_not_valid_for_an_endpoint_is_422_with_every_fault() {
    let api = Api::start().await;
    for body in [
        json!({"carrier": "bex", "label": "x", "secret": "too short"}),
        json!({"carrier": "bex", "label": "x", "secret": "y".repeat(65)}),
        json!({"carrier": "bex", "label": " "}),
        json!({"carrier": "bex", "label": "x", "settings": {"colour": "red"}}),
        json!({"carrier": "bex", "label": "x", "settings": []}),
        json!({"carrier": "bex", "label": "x", "settings": {"noecho": "yes"}}),
        json!({"carrier": "bex", "label": "x", "secret": SECRET, "generate": true}),
        json!({"carrier": "trackingmore", "label": "x", "generate": true}),
        json!({"carrier": "fast", "label": "x", "client_id": "12345678"}),
        json!({"carrier": "pos-malaysia", "label": "x", "settings": {"require_signature": true}}),
        json!({"carrier": "dhl", "label": "x"}),
        json!({"carrier": "bex"}),
        json!({"carrier": "bex", "label": "x", "colour": "red"}),
    ] {
        api.post(Scope::Admin, "/endpoints", &body).await.refused(422);
    }
    let two = json!({"carrier": "bex", "label": "", "settings": {"colour": 1}});
    let problem = api.post(Scope::Admin, "/endpoints", &two).await.refused(422);
    assert_eq!(problem["faults"].as_array().map(Vec::len), Some(2), "{problem}");
    assert_eq!(api.get("/endpoints").await.is(200)["items"], json!([]), "nothing was made");
}

#[tokio::test]
async fn secrets_go_in_and_never_come_out() {
    let api = Api::start().await;
    let made = api.bex().await;
    let path = format!("/endpoints/{}/secrets", made["id"].as_str().expect("an id"));
    let other = "another-secret-of-more-than-32-characters";
    let set = api.post(Scope::Admin, &path, &json!({"secret": other, "keep_previous_hours": 2})).await.is(200);
    assert!(!set.to_string().contains(other));
    assert_eq!(set["secret"]["last4"], "ters");
    assert!(set["secret"]["previous_until"].is_string());
    let generated = api.post(Scope::Admin, &path, &json!({"generate": true})).await.is(200);
    let secret = generated["generated"].as_str().expect("shown once").to_owned();
    assert!((32..=64).contains(&secret.len()));
    assert!(!api.get_as(Scope::Admin, "/endpoints").await.text().contains(&secret));
    assert_eq!(api.deliver(&made, &scan("ACP1", 7, "2026-09-03 07:06:00"), &secret).await.status, 200);
    assert_eq!(api.deliver(&made, &scan("ACP2", 7, "2026-09-03 07:06:00"), other).await.status, 200, "72 hours");
    assert_eq!(
        api.deliver(&made, &scan("ACP3", 7, "2026-09-03 07:06:00"), SECRET).await.status,
        401,
        "only one before"
    );
    for body in [
        json!({}),
        json!({"keep_previous_hours": 72}),
        json!({"secret": other, "keep_previous_hours": 100_000}),
        json!({"secret": ""}),
        json!({"secret": 5}),
        json!({"client_id": "12345678"}),
    ] {
        api.post(Scope::Admin, &path, &body).await.refused(422);
    }
    api.post(Scope::Admin, &format!("/endpoints/{NOBODY}/secrets"), &json!({"secret": other})).await.refused(404);
}

#[tokio::test]
async fn a_delivery_is_listed_read_and_applied_again() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    let body = scan("ACP1055352", 7, "2026-09-03 07:06:00");
    let captured = api.deliver(&endpoint, &body, SECRET).await.is(200);
    let id = captured["delivery"].as_str().expect("an id").to_owned();
    api.deliver(&endpoint, &scan("ACP9", 7, "2026-09-03 07:06:00"), "wrong-secret-of-32-characters-00000")
        .await
        .is(401);

    let delivery = api.get(&format!("/deliveries/{id}")).await.is(200);
    for (key, value) in [
        ("carrier", json!("bex")),
        ("verdict", json!("verified")),
        ("reason", Value::Null),
        ("covers", json!("body")),
        ("secret_slot", json!("current")),
        ("outcome", json!("applied")),
        ("response_status", json!(200)),
        ("is_test", json!(false)),
        ("duplicate_of", Value::Null),
        ("diagnosis", Value::Null),
        ("size", json!(body.len())),
    ] {
        assert_eq!(delivery[key], value, "{key}");
    }
    assert_eq!(delivery["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(delivery["parcels"][0]["number"], "ACP1055352");

    let listed = api.get("/deliveries?verdict=verified&carrier=bex&test=false").await.is(200);
    assert_eq!(listed["items"], json!([delivery]), "a list returns the objects of the single read");
    let failed = api.get("/deliveries?verdict=failed&reason=bad_signature&outcome=rejected").await.is(200);
    assert_eq!(failed["items"].as_array().map(Vec::len), Some(1));
    let refused = failed["items"][0]["id"].as_str().expect("an id").to_owned();
    let parcel = delivery["parcels"][0]["id"].as_str().expect("an id");
    let of_parcel = api.get(&format!("/deliveries?parcel={parcel}")).await.is(200);
    assert_eq!(of_parcel["items"].as_array().map(Vec::len), Some(1));

    let raw = api.get(&format!("/deliveries/{id}/body")).await;
    assert_eq!((raw.status.as_u16(), raw.text()), (200, body));
    assert_eq!(raw.header("content-type"), "application/octet-stream");
    assert_eq!(raw.header("x-content-type-options"), "nosniff");
    assert!(raw.header("content-disposition").starts_with("attachment"));

    let signature = |reply: &Value| {
        let items = reply["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().find(|header| header["name"] == "ms-signature").map(|header| header["value"].clone())
    };
    let path = format!("/deliveries/{id}/headers");
    assert_eq!(signature(&api.get(&path).await.is(200)), Some(json!("••••")));
    let shown = signature(&api.get_as(Scope::Operate, &path).await.is(200)).expect("it was sent");
    assert!(shown.as_str().is_some_and(|text| text.starts_with("sha256=")), "{shown}");

    let path = format!("/deliveries/{id}/replay");
    let report = api.post(Scope::Operate, &path, &json!({"dry_run": true})).await.is(200);
    assert_eq!((report["dry_run"].as_bool(), report["events_known"].as_u64()), (Some(true), Some(1)));
    let report = Api::send(api.request(Some(Scope::Operate), Method::POST, &path)).await.is(200);
    assert_eq!((report["dry_run"].as_bool(), report["events_added"].as_u64()), (Some(false), Some(0)));
    api.post(Scope::Operate, &path, &json!({"dry": true})).await.refused(422);
    api.post(Scope::Operate, &format!("/deliveries/{refused}/replay"), &json!({})).await.refused(409);
    let report = api.post(Scope::Operate, &format!("/deliveries/{refused}/reverify"), &json!({})).await.is(200);
    assert_eq!(report["verdict"], "failed");
    for path in ["", "/body", "/headers"] {
        api.get(&format!("/deliveries/{NOBODY}{path}")).await.refused(404);
        api.get(&format!("/deliveries/not-an-id{path}")).await.refused(404);
    }
    for act in ["replay", "reverify"] {
        api.post(Scope::Operate, &format!("/deliveries/{NOBODY}/{act}"), &json!({})).await.refused(404);
    }
}

#[tokio::test]
async fn a_secret_that_arrives_late_makes_a_refused_delivery_good() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    let late = "the-secret-the-carrier-really-uses-000";
    api.deliver(&endpoint, &scan("ACP5", 7, "2026-09-03 07:06:00"), late).await.is(401);
    let refused = api.get("/deliveries?verdict=failed").await.is(200)["items"][0].clone();
    let id = endpoint["id"].as_str().expect("an id");
    api.post(Scope::Admin, &format!("/endpoints/{id}/secrets"), &json!({"secret": late})).await.is(200);
    let path = format!("/deliveries/{}/reverify", refused["id"].as_str().expect("an id"));
    let report = api.post(Scope::Operate, &path, &json!({})).await.is(200);
    assert_eq!(report["verdict"], "verified");
    api.app.drain().await;
    assert_eq!(api.get("/parcels?number=ACP5").await.is(200)["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_parcel_is_found_read_and_followed() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    api.deliver(&endpoint, &scan("ACP1055352", 5, "2026-09-02 07:06:00"), SECRET).await.is(200);
    api.deliver(&endpoint, &scan("ACP1055352", 7, "2026-09-03 07:06:00"), SECRET).await.is(200);
    let found = api.get("/parcels?number=acp-1055%20352").await.is(200);
    let parcel = found["items"][0].clone();
    assert_eq!((parcel["number"].as_str(), parcel["status"].as_str()), (Some("ACP1055352"), Some("out_for_delivery")));
    assert_eq!(parcel["leg"], 1);
    let path = format!("/parcels/{}", parcel["id"].as_str().expect("an id"));
    assert_eq!(api.get(&path).await.is(200), parcel);
    let events = api.get(&format!("{path}/events?limit=1")).await.is(200);
    assert_eq!(events["items"][0]["status"], "out_for_delivery", "newest first");
    let cursor = events["next_cursor"].as_str().expect("there is a second one");
    let rest = api.get(&format!("{path}/events?limit=1&cursor={cursor}")).await.is(200);
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
    assert_ne!(rest["items"][0]["id"], events["items"][0]["id"]);
    for query in ["status=out_for_delivery", "carrier=bex", "q=1055", "test=false", "substatus=on_vehicle"] {
        let listed = api.get(&format!("/parcels?{query}")).await.is(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{query}");
    }
    for query in ["status=delivered", "carrier=fast", "number=ACP105535", "test=true"] {
        assert_eq!(api.get(&format!("/parcels?{query}")).await.is(200)["items"], json!([]), "{query}");
    }
    let csv = api.get("/parcels.csv?carrier=bex").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    let text = csv.text();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains(",'=Loaded onto vehicle,"), "a formula is defused: {text}");
    for path in [format!("/parcels/{NOBODY}"), format!("/parcels/{NOBODY}/events"), "/parcels/x".into()] {
        api.get(&path).await.refused(404);
    }
}

#[tokio::test]
async fn a_number_is_registered_before_its_first_event() {
    let api = Api::start().await;
    let new = json!({"carrier": "bex", "number": " acp-77 ", "references": [{"kind": "order", "value": "A-1"}]});
    api.post(Scope::Operate, "/parcels", &new).await.refused(422);
    let endpoint = api.bex().await;
    let parcel = api.post(Scope::Operate, "/parcels", &new).await.is(201);
    assert_eq!(parcel["status"], "pending");
    assert_eq!(parcel["references"], json!([{"kind": "order", "value": "A-1"}]));
    api.deliver(&endpoint, &scan("ACP77", 7, "2026-09-03 07:06:00"), SECRET).await.is(200);
    let found = api.get("/parcels?number=ACP77").await.is(200);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["items"][0]["id"], parcel["id"]);
    let again = json!({"endpoint": endpoint["id"], "number": "ACP77"});
    assert_eq!(api.post(Scope::Operate, "/parcels", &again).await.is(201)["id"], parcel["id"]);
    api.bex().await;
    for body in [
        new,
        json!({"number": "ACP78"}),
        json!({"endpoint": NOBODY, "number": "ACP78"}),
        json!({"endpoint": endpoint["id"], "carrier": "fast", "number": "ACP78"}),
        json!({"endpoint": endpoint["id"], "number": " - "}),
        json!({"endpoint": endpoint["id"], "number": "x".repeat(101)}),
        json!({"endpoint": endpoint["id"], "number": "ACP78", "references": [{"kind": "", "value": "1"}]}),
    ] {
        api.post(Scope::Operate, "/parcels", &body).await.refused(422);
    }
    api.post(Scope::Read, "/parcels", &json!({})).await.refused(403);
}

#[tokio::test]
async fn operators_act_on_timelines() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    api.deliver(&endpoint, &scan("ACP1", 5, "2026-09-02 07:06:00"), SECRET).await.is(200);
    let parcel = api.get("/parcels?number=ACP1").await.is(200)["items"][0].clone();
    let path = format!("/parcels/{}", parcel["id"].as_str().expect("an id"));
    let events = format!("{path}/events");
    let assert = json!({"action": "assert_status", "status": "delivered", "reason": "signed paper", "pin": true});
    api.post(Scope::Read, &events, &assert).await.refused(403);
    let event = api.post(Scope::Operate, &events, &assert).await.is(200);
    assert_eq!(
        (&event["kind"], &event["status"], &event["substatus"]),
        (&json!("operator"), &json!("delivered"), &json!("confirmed"))
    );
    assert_eq!(event["operator"], json!({"by": "token test", "reason": "signed paper", "pin": true}));
    assert_eq!(api.get(&path).await.is(200)["status"], "delivered", "applied when the answer is sent");
    assert_eq!(api.get(&events).await.is(200)["items"][0], event, "lists hold the same objects");
    let note = api.post(Scope::Operate, &events, &json!({"action": "note", "text": "gate code 7"})).await.is(200);
    assert_eq!(
        (&note["kind"], &note["raw_text"], &note["operator"]["reason"]),
        (&json!("note"), &json!("gate code 7"), &json!(null))
    );

    let act = format!("/events/{}", event["id"].as_str().expect("an id"));
    let voided = api.post(Scope::Operate, &format!("{act}/void"), &json!({"reason": "wrong parcel"})).await.is(200);
    assert!(voided["voided_at"].is_string());
    assert_eq!((&voided["acts"][0]["act"], &voided["acts"][0]["by"]), (&json!("void"), &json!("token test")));
    assert_eq!(api.get(&path).await.is(200)["status"], "in_transit");
    let back = api.post(Scope::Operate, &format!("{act}/unvoid"), &json!({"reason": "right after all"})).await.is(200);
    assert_eq!((&back["voided_at"], back["acts"].as_array().map(Vec::len)), (&json!(null), Some(2)));
    let moved = api.post(Scope::Operate, &format!("{act}/move"), &json!({"number": "acp 2", "reason": "theirs"})).await;
    assert_eq!(moved.is(200)["id"], event["id"]);
    assert_eq!(api.get(&path).await.is(200)["status"], "in_transit");
    assert_eq!(api.get("/parcels?number=ACP2").await.is(200)["items"][0]["status"], "delivered");

    for body in [
        json!({"action": "assert_status", "status": "in_transit", "reason": "x"}),
        json!({"action": "assert_status", "status": "delivered", "substatus": "lost", "reason": "x"}),
        json!({"action": "assert_status", "status": "delivered", "reason": " "}),
        json!({"action": "assert_status", "status": "delivered"}),
        json!({"action": "note", "text": ""}),
        json!({"action": "note", "text": "x", "colour": 1}),
        json!({"action": "dance"}),
        json!({}),
    ] {
        api.post(Scope::Operate, &events, &body).await.refused(422);
    }
    api.post(Scope::Operate, &format!("{act}/move"), &json!({"number": null, "reason": "x"})).await.refused(422);
    api.post(Scope::Operate, &format!("{act}/void"), &json!({})).await.refused(422);
    api.post(Scope::Operate, &format!("/parcels/{NOBODY}/events"), &assert).await.refused(404);
    for name in ["void", "unvoid", "move"] {
        let body = if name == "move" { json!({"number": "N", "reason": "x"}) } else { json!({"reason": "x"}) };
        api.post(Scope::Operate, &format!("/events/{NOBODY}/{name}"), &body).await.refused(404);
        api.post(Scope::Read, &format!("{act}/{name}"), &body).await.refused(403);
    }
}

#[tokio::test]
async fn a_note_without_a_number_waits_until_it_is_attached() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    let note = json!({"Id": "n", "Attempt": 1, "Properties": {}, "Notifications": [
        {"Action": "waybill_note", "PostedBy": "J", "NoteDate": "2026-09-02 10:00:00", "NoteText": "call them"}]});
    api.deliver(&endpoint, &note.to_string(), SECRET).await.is(200);
    let waiting = api.get("/unassigned-notes").await.is(200);
    let id = waiting["items"][0]["id"].as_str().expect("a note").to_owned();
    let to = json!({"number": "ACP9", "reason": "they meant this one"});
    let attached = api.post(Scope::Operate, &format!("/events/{id}/move"), &to).await.is(200);
    assert_eq!(attached["acts"][0]["act"], "attach");
    assert_eq!(api.get("/unassigned-notes").await.is(200)["items"], json!([]));
    let parcel = api.get("/parcels?number=ACP9").await.is(200)["items"][0].clone();
    assert_eq!((&parcel["status"], &parcel["events_count"]), (&json!("pending"), &json!(1)));
}

#[tokio::test]
async fn an_endpoints_refusals_are_checked_again_at_once() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    let other = "bex-secret-of-forty-characters-876543210";
    for waybill in ["ACP1", "ACP2"] {
        api.deliver(&endpoint, &scan(waybill, 5, "2026-09-02 07:06:00"), other).await;
    }
    let id = endpoint["id"].as_str().expect("an id");
    let path = format!("/endpoints/{id}/reverify");
    api.post(Scope::Read, &path, &json!({})).await.refused(403);
    let report = api.post(Scope::Operate, &path, &json!({})).await.is(200);
    assert_eq!((&report["checked"], &report["admitted"], &report["next"]), (&json!(2), &json!(0), &json!(null)));
    api.post(Scope::Admin, &format!("/endpoints/{id}/secrets"), &json!({"secret": other})).await;
    let report = api.post(Scope::Operate, &path, &json!({})).await.is(200);
    assert_eq!((&report["checked"], &report["admitted"], &report["refused"]), (&json!(2), &json!(2), &json!(0)));
    assert_eq!(api.get("/parcels").await.is(200)["items"].as_array().map(Vec::len), Some(2));
    api.post(Scope::Operate, &format!("/endpoints/{NOBODY}/reverify"), &json!({})).await.refused(404);
}

#[tokio::test]
async fn pages_are_stable_while_parcels_come_in() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    let id = endpoint["id"].clone();
    for number in 0..5 {
        api.post(Scope::Operate, "/parcels", &json!({"endpoint": id, "number": format!("N{number}")})).await.is(201);
    }
    let (mut seen, mut query) = (Vec::new(), String::from("/parcels?limit=2"));
    for round in 0..9 {
        let page = api.get(&query).await.is(200);
        seen.extend(page["items"].as_array().expect("items").iter().map(|item| item["number"].to_string()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("/parcels?limit=2&cursor={cursor}");
        api.post(Scope::Operate, "/parcels", &json!({"endpoint": id, "number": format!("LATE{round}")})).await.is(201);
    }
    assert_eq!(seen, ["\"N4\"", "\"N3\"", "\"N2\"", "\"N1\"", "\"N0\""]);
}

#[tokio::test]
async fn mappings_and_unmapped_codes_are_listed() {
    let api = Api::start().await;
    let all = api.get("/mappings?carrier=bex&limit=200").await.is(200);
    let rows = all["items"].as_array().expect("items");
    assert!(rows.len() > 5 && rows.iter().all(|row| row["carrier"] == "bex"));
    assert!(rows.iter().any(|row| row["key"] == "tracking_event:7" && row["status"] == "out_for_delivery"));
    assert_eq!(api.get("/unmapped-codes").await.is(200), json!({"items": [], "next_cursor": null}));
    let endpoint = api.bex().await;
    api.deliver(&endpoint, &scan("ACP1", 9999, "2026-09-03 07:06:00"), SECRET).await.is(200);
    let unmapped = api.get("/unmapped-codes").await.is(200);
    assert_eq!(
        (unmapped["items"][0]["carrier"].as_str(), unmapped["items"][0]["count"].as_u64()),
        (Some("bex"), Some(1))
    );
}

#[tokio::test]
async fn test_events_go_over_the_front_door_and_touch_nothing_real() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    let path = format!("/endpoints/{}/test-events", endpoint["id"].as_str().expect("an id"));
    let kinds = api.get(&path).await.is(200);
    assert!(kinds["items"].as_array().is_some_and(|items| items.iter().any(|kind| kind["event"] == "delivered")));
    let sent = api.post(Scope::Operate, &path, &json!({"event": "delivered", "number": "TB1"})).await.is(200);
    assert_eq!((sent["response_status"].as_u64(), sent["verdict"].as_str()), (Some(200), Some("verified")));
    api.app.drain().await;
    let delivery = api.get(&format!("/deliveries/{}", sent["delivery"].as_str().expect("an id"))).await.is(200);
    assert_eq!(delivery["is_test"], true);
    assert_eq!(api.get("/parcels?number=TB1").await.is(200)["items"], json!([]));
    assert_eq!(api.get("/parcels?number=TB1&test=true").await.is(200)["items"][0]["status"], "delivered");
    for signing in ["wrong", "missing"] {
        let sent = api.post(Scope::Operate, &path, &json!({"event": "delivered", "signing": signing})).await.is(200);
        assert_eq!(
            (sent["response_status"].as_u64(), sent["verdict"].as_str()),
            (Some(401), Some("failed")),
            "{signing}"
        );
    }
    for body in [json!({"event": "exploded"}), json!({}), json!({"event": "delivered", "signing": "nearly"})] {
        api.post(Scope::Operate, &path, &body).await.refused(422);
    }
    let fast = api.post(Scope::Admin, "/endpoints", &json!({"carrier": "fast", "label": "TMS"})).await.is(201);
    let path = format!("/endpoints/{}/test-events", fast["id"].as_str().expect("an id"));
    let kind = api.get(&path).await.is(200)["items"][0]["event"].clone();
    api.post(Scope::Operate, &path, &json!({"event": kind, "signing": "wrong"})).await.refused(422);
    assert_eq!(api.post(Scope::Operate, &path, &json!({"event": kind})).await.is(200)["verdict"], "authenticated");
    api.get(&format!("/endpoints/{NOBODY}/test-events")).await.refused(404);
}

#[tokio::test]
async fn registration_is_shown_and_only_what_a_carrier_offers_can_be_asked() {
    let api = Api::start().await;
    let endpoint = api.bex().await;
    let path = format!("/endpoints/{}/registration", endpoint["id"].as_str().expect("an id"));
    let shown = api.get(&path).await.is(200);
    assert!(shown["state"].is_string() && shown["steps"].is_array());
    assert!(shown["last_checked_at"].is_null() && shown["last_delivery_at"].is_null());
    let token = endpoint["hook_url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token");
    assert!(!shown.to_string().contains(token), "scope read sees the token");
    api.post(Scope::Admin, &format!("{path}/explode"), &json!({})).await.refused(404);
    api.post(Scope::Operate, &format!("{path}/check"), &json!({})).await.refused(403);
    let fast = api.post(Scope::Admin, "/endpoints", &json!({"carrier": "fast", "label": "TMS"})).await.is(201);
    let path = format!("/endpoints/{}/registration", fast["id"].as_str().expect("an id"));
    api.post(Scope::Admin, &format!("{path}/register"), &json!({})).await.refused(422);
    api.deliver(&endpoint, &scan("ACP1", 7, "2026-09-03 07:06:00"), SECRET).await.is(200);
    let path = format!("/endpoints/{}/registration", endpoint["id"].as_str().expect("an id"));
    assert_eq!(api.get(&path).await.is(200)["state"], "receiving");
    api.get(&format!("/endpoints/{NOBODY}/registration")).await.refused(404);
}

#[tokio::test]
async fn refusals_are_problems_and_say_what_to_do() {
    let api = Api::start().await;
    api.get("/nowhere").await.refused(404);
    let wrong = Api::send(api.request(Some(Scope::Admin), Method::PUT, "/parcels")).await;
    wrong.refused(405);
    assert!(wrong.header("allow").contains("GET") && wrong.header("allow").contains("POST"), "{:?}", wrong.headers);
    let typed = |kind: &'static str, body: String| {
        let request = api.request(Some(Scope::Admin), Method::POST, "/endpoints");
        Api::send(request.header("content-type", kind).body(body))
    };
    typed("text/plain", "{}".into()).await.refused(415);
    typed("application/json", "{".into()).await.refused(400);
    typed("application/json", "[]".into()).await.refused(422);
    typed("application/json", format!("\"{}\"", "x".repeat(3_000_000))).await.refused(413);
    for query in
        ["limit=0", "limit=201", "limit=x", "cursor=nonsense", "colour=red", "status=expired", "from=now", "q=a&q=b"]
    {
        api.get(&format!("/parcels?{query}")).await.refused(400);
    }
    for list in ["deliveries", "endpoints", "mappings", "unmapped-codes"] {
        api.get(&format!("/{list}?cursor=nonsense")).await.refused(400);
        api.get(&format!("/{list}?limit=0")).await.refused(400);
    }
    let unknown = Api::send(api.request(None, Method::GET, "/parcels").bearer_auth("pw_wrong")).await;
    unknown.refused(401);
    assert_eq!(unknown.header("www-authenticate"), "Bearer");
}

/// Every operation of the description: method, path with its parameters filled in, and the statuses it names.
fn operations() -> Vec<(Method, String, Vec<String>)> {
    let document = openapi("");
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("there are paths") {
        for (method, operation) in item.as_object().expect("a path holds operations") {
            let path = path.replace("/api/v1", "").replace("{id}", NOBODY).replace("{act}", "check");
            let statuses = operation["responses"].as_object().expect("responses").keys().cloned().collect();
            found.push((method.to_uppercase().parse().expect("a method"), path, statuses));
        }
    }
    found
}

#[tokio::test]
async fn every_operation_described_exists_asks_for_its_scope_and_answers_as_described() {
    let api = Api::start().await;
    for (method, path, statuses) in operations() {
        let open = path == "/openapi.json";
        let stranger = Api::send(api.request(None, method.clone(), &path)).await;
        if !open {
            stranger.refused(401);
        }
        let reader = Api::send(api.request(Some(Scope::Read), method.clone(), &path)).await;
        // Reading is one scope, but for what admins alone read.
        let reading = method == Method::GET && !path.starts_with("/audit");
        assert_eq!(reader.status == 403, !reading, "{method} {path}: {}", reader.text());
        let admin = Api::send(api.request(Some(Scope::Admin), method.clone(), &path)).await;
        let status = admin.status.as_u16();
        assert!(statuses.contains(&status.to_string()), "{method} {path} answers {status}: {}", admin.text());
        assert!(!admin.text().contains("There is nothing at this address"), "{method} {path} is not routed");
    }
}

#[tokio::test]
async fn the_description_is_served_under_the_base_it_names() {
    let api = Api::start().await;
    let served = Api::send(api.request(None, Method::GET, "/openapi.json")).await.is(200);
    assert_eq!(served, openapi(""));
    assert_eq!(served["openapi"], "3.1.0");
}
