//! Mappings over real HTTP: versions, history, revert, confirm, preview, and what saving changes.

use crate::app::TestApp;
use hmac::{Hmac, KeyInit, Mac};
use parcelwire::tracking::people::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

const SECRET: &str = "bex-secret-of-forty-characters-012345678";

/// An instance, and what it takes to ask it.
struct Api {
    app: TestApp,
    operate: String,
    read: String,
    admin: String,
}

impl Api {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let (read, operate) = (app.token(Scope::Read).await, app.token(Scope::Operate).await);
        let admin = app.token(Scope::Admin).await;
        Self { app, operate, read, admin }
    }

    async fn ask(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.app.client.request(method, format!("{}/api/v1{path}", self.app.url())).bearer_auth(token);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = request.send().await.expect("the instance answers");
        (answer.status().as_u16(), answer.json().await.expect("an answer is JSON"))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(&self.read, Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(&self.operate, Method::PUT, path, Some(body)).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(&self.operate, Method::POST, path, Some(body)).await
    }

    async fn bex(&self) -> String {
        let made = self.app.endpoint(&self.admin, "bex", Some(SECRET), json!({})).await;
        made["hook_url"].as_str().expect("an endpoint has a URL").to_owned()
    }

    /// Sends scans of a waybill, signed, and waits until they are applied.
    async fn scans(&self, url: &str, waybill: &str, scans: &[(i64, &str)]) {
        let notifications: Vec<Value> = scans
            .iter()
            .map(|(code, at)| {
                json!({"Action": "tracking_event", "WaybillNumber": waybill, "TrackingDate": at, "TrackingUser": "J",
                    "TrackingDescription": format!("words of {code}"), "TrackingReference": "R", "TrackingTypeId": code})
            })
            .collect();
        let id = format!("{waybill}-{}", scans.len());
        let body = json!({"Id": id, "Attempt": 1, "Properties": {}, "Notifications": notifications}).to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key fits");
        mac.update(body.as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let headers = [("ms-signature", signature.as_str()), ("content-type", "application/json")];
        assert_eq!(self.app.post_hook(url, &headers, body.clone()).await.status(), 200);
        self.app.drain().await;
    }

    async fn parcel(&self, number: &str) -> Value {
        self.get(&format!("/parcels?number={number}")).await["items"][0].clone()
    }
}

#[tokio::test]
async fn a_code_nobody_knows_is_mapped_and_its_parcels_follow() {
    let api = Api::start().await;
    let url = api.bex().await;
    api.scans(&url, "W1", &[(7, "2026-06-17 09:00:00"), (42, "2026-06-17 12:00:00")]).await;
    let parcel = api.parcel("W1").await;
    assert_eq!(
        (parcel["status"].as_str(), parcel["substatus"].as_str()),
        (Some("out_for_delivery"), Some("on_vehicle"))
    );
    let unmapped = api.get("/unmapped-codes").await["items"].clone();
    assert_eq!((unmapped[0]["key"].as_str(), unmapped[0]["count"].as_u64()), (Some("tracking_event:42"), Some(1)));
    assert_eq!(unmapped[0]["sample"], "words of 42");

    let meaning = json!({"status": "in_transit", "substatus": "delayed", "reason": "carrier_vehicle_issue"});
    let mut tried = meaning.clone();
    tried["carrier"] = json!("bex");
    tried["key"] = json!("tracking_event:42");
    let (status, preview) = api.post("/mappings/preview", tried).await;
    assert_eq!((status, preview["would_change"].as_u64(), preview["at_least"].as_bool()), (200, Some(1), Some(false)));
    let shown = &preview["sample"][0];
    assert_eq!((shown["parcel"].as_str(), shown["number"].as_str()), (parcel["id"].as_str(), Some("W1")));
    assert_eq!(
        (shown["from"]["status"].as_str(), shown["to"]["status"].as_str()),
        (Some("out_for_delivery"), Some("in_transit"))
    );
    assert_eq!(api.parcel("W1").await, parcel, "a preview keeps nothing");

    let (status, mapping) = api.put("/mappings/bex/tracking_event%3A42", meaning).await;
    assert_eq!(
        (status, mapping["version"].as_u64(), mapping["author"].as_str()),
        (200, Some(1), Some("test")),
        "{mapping}"
    );
    let after = api.parcel("W1").await;
    assert_eq!((after["status"].as_str(), after["substatus"].as_str()), (Some("in_transit"), Some("delayed")));
    assert_eq!(after["reason"], "carrier_vehicle_issue");
    assert_eq!(api.get("/unmapped-codes").await["items"], json!([]));
    assert_eq!(api.get("/rederivations").await["items"], json!([]));
    let events = api.get(&format!("/parcels/{}/events", after["id"].as_str().expect("an id"))).await;
    let mapped = &events["items"][0]["mapping"];
    assert_eq!((mapped["key"].as_str(), mapped["version"].as_u64()), (Some("tracking_event:42"), Some(1)));

    // What comes later is mapped by the same row.
    api.scans(&url, "W2", &[(42, "2026-06-17 12:00:00")]).await;
    assert_eq!(api.parcel("W2").await["substatus"], "delayed");
}

#[tokio::test]
async fn what_is_read_can_be_written_back_and_every_version_stays() {
    let api = Api::start().await;
    let shipped = api.get("/mappings/bex/tracking_event:9").await;
    assert_eq!((shipped["version"].as_u64(), shipped["author"].is_null()), (Some(1), true));
    let (status, same) = api.put("/mappings/bex/tracking_event%3A9", shipped.clone()).await;
    assert_eq!((status, &same), (200, &shipped), "nothing was said that was not so");
    for row in api.get("/mappings?limit=200").await["items"].as_array().expect("a list") {
        let key: String = row["key"].as_str().expect("a key").bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/mappings/{}/{key}", row["carrier"].as_str().expect("a carrier"));
        assert_eq!(api.put(&path, row.clone()).await, (200, row.clone()), "{path}");
    }

    let key = "name:arrived%20at%20caf%C3%A9%2F2";
    let (status, made) =
        api.put(&format!("/mappings/fast/{key}"), json!({"status": "in_transit", "note": "Arrived"})).await;
    assert_eq!(
        (status, made["key"].as_str(), made["confidence"].as_str()),
        (200, Some("name:arrived at café/2"), Some("H"))
    );
    let (_, second) = api.put(&format!("/mappings/fast/{key}"), json!({"kind": "note"})).await;
    assert_eq!((second["version"].as_u64(), second["note"].as_str()), (Some(2), Some("Arrived")), "the note stays");
    let (status, third) = api.post(&format!("/mappings/fast/{key}/revert"), json!({"version": 1})).await;
    assert_eq!((status, third["version"].as_u64(), third["status"].as_str()), (200, Some(3), Some("in_transit")));
    let history = api.get(&format!("/mappings/fast/{key}/history?limit=2")).await;
    let versions = |page: &Value| -> Vec<u64> {
        page["items"].as_array().expect("a list").iter().filter_map(|row| row["version"].as_u64()).collect()
    };
    assert_eq!(versions(&history), [3, 2]);
    let cursor = history["next_cursor"].as_str().expect("more").to_owned();
    let rest = api.get(&format!("/mappings/fast/{key}/history?limit=2&cursor={cursor}")).await;
    assert_eq!((versions(&rest), rest["next_cursor"].is_null()), (vec![1], true));
    assert_eq!(api.get("/mappings?carrier=fast").await["items"][0], third);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_its_field_and_by_scope() {
    let api = Api::start().await;
    let path = "/mappings/bex/tracking_event:42";
    for (body, field) in [
        (json!({"status": "delivered", "substatus": "lost"}), "substatus"),
        (json!({"status": "delivered", "reason": "consignee_absent"}), "reason"),
        (json!({"substatus": "lost"}), "substatus"),
        (json!({"kind": "operator"}), "kind"),
        (json!({"status": "in_transit", "flag": "partial_pod"}), "flag"),
        (json!({"status": "in_transit", "note": "x".repeat(501)}), "note"),
    ] {
        let (status, problem) = api.put(path, body.clone()).await;
        assert_eq!(status, 422, "{body}");
        assert!(problem["faults"][0].as_str().is_some_and(|fault| fault.starts_with(field)), "{problem}");
    }
    for body in [json!({"status": "expired"}), json!({"colour": 1}), json!({"status": "delivered", "key": "other"})] {
        assert_eq!(api.put(path, body.clone()).await.0, 422, "{body}");
    }
    let (status, _) = api.post("/mappings/preview", json!({"status": "delivered"})).await;
    assert_eq!(status, 422, "a preview names its key");
    assert_eq!(api.put("/mappings/nobody/x", json!({})).await.0, 404);
    for (method, path, body) in [
        (Method::GET, "/mappings/bex/none/history", None),
        (Method::GET, "/mappings/bex/none", None),
        (Method::POST, "/mappings/bex/none/confirm", None),
        (Method::POST, "/mappings/bex/pod/revert", Some(json!({"version": 9}))),
    ] {
        let (status, problem) = api.ask(&api.operate, method, path, body).await;
        assert_eq!((status, problem["detail"].as_str()), (404, Some("There is no such mapping.")), "{path}");
    }
    for (method, path) in [
        (Method::PUT, "/mappings/bex/pod"),
        (Method::POST, "/mappings/bex/pod/revert"),
        (Method::POST, "/mappings/bex/pod/confirm"),
        (Method::POST, "/mappings/preview"),
    ] {
        assert_eq!(api.ask(&api.read, method, path, Some(json!({"version": 1}))).await.0, 403, "{path}");
    }
}

#[tokio::test]
async fn a_row_to_confirm_marks_its_events_until_somebody_does() {
    let api = Api::start().await;
    let made = api.app.endpoint(&api.admin, "pos-malaysia", None, json!({})).await;
    let body = json!({"account_no": "A", "tracking_number": "EN1MY", "event_code": "HUB_EXC",
        "date_time": "2026-06-17 11:00:00"});
    let url = made["hook_url"].as_str().expect("a URL");
    let headers = [("content-type", "application/json")];
    assert_eq!(api.app.post_hook(url, &headers, body.to_string()).await.status(), 200);
    api.app.drain().await;
    let flags = async || {
        let id = api.parcel("EN1MY").await["id"].as_str().expect("an id").to_owned();
        api.get(&format!("/parcels/{id}/events")).await["items"][0]["flags"].clone()
    };
    assert_eq!(flags().await, json!(["to_confirm"]));
    let waiting = api.get("/mappings?carrier=pos-malaysia&confidence=L").await;
    let keys: Vec<&str> =
        waiting["items"].as_array().expect("a list").iter().filter_map(|row| row["key"].as_str()).collect();
    assert!(keys.contains(&"event:HUB_EXC") && !keys.contains(&"event:LM_SUCCESS"), "{keys:?}");
    let (status, confirmed) = api.post("/mappings/pos-malaysia/event:HUB_EXC/confirm", json!({})).await;
    assert_eq!((status, confirmed["confidence"].as_str(), confirmed["version"].as_u64()), (200, Some("H"), Some(2)));
    assert_eq!(confirmed["author"], "test");
    assert_eq!(flags().await, json!([]));
}

/// What a browser without scripts asks and posts.
struct Browser<'a> {
    api: &'a Api,
    cookie: String,
}

impl Browser<'_> {
    async fn page(&self, path: &str) -> String {
        let url = format!("{}{path}", self.api.app.url());
        let answer = self.api.app.client.get(url).header("cookie", &self.cookie).header("accept", "text/html").send();
        let answer = answer.await.expect("the instance answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("a page is text")
    }

    /// Posts a form as a browser would; answers the status and where it led.
    async fn post(&self, function: &str, from: &str, form: &[(&str, &str)]) -> (u16, String) {
        let base = self.api.app.url();
        let body = form.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let request = self.api.app.client.post(format!("{base}/fn/{function}")).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded").header("accept", "text/html");
        let request = request.header("referer", format!("{base}{from}")).header("origin", &base);
        let body = body.collect::<Vec<_>>().join("&");
        let answer = request.body(body).send().await.expect("the instance answers");
        let led = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        (answer.status().as_u16(), led.trim_start_matches(&base).to_owned())
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn the_pages_map_a_code_without_scripts() {
    let api = Api::start().await;
    let url = api.bex().await;
    api.scans(&url, "W1", &[(7, "2026-06-17 09:00:00"), (42, "2026-06-17 12:00:00")]).await;
    let browser = Browser { api: &api, cookie: api.app.cookie(Role::Operator).await };

    let list = browser.page("/mappings?carrier=bex").await;
    let here = "/mappings?carrier=bex&amp;key=tracking_event%3A42";
    assert!(list.contains(here) && list.contains("words of 42") && list.contains("Choose a code"), "{list}");
    let here = here.replace("&amp;", "&");
    let editor = browser.page(&here).await;
    assert!(editor.contains("This code has no meaning yet") && editor.contains("optgroup"), "{editor}");

    let looked =
        browser.page(&format!("{here}&status=&substatus=in_transit.delayed&reason=&note=Held+up&look=yes")).await;
    assert!(looked.contains("1 parcel would change.") && looked.contains("W1"), "{looked}");
    let wrong = browser.page(&format!("{here}&status=delivered&substatus=in_transit.delayed&look=yes")).await;
    assert!(wrong.contains("this one belongs to “In transit”"), "{wrong}");
    assert_eq!(api.parcel("W1").await["status"], "out_for_delivery", "nothing is saved yet");

    let code = [("carrier", "bex"), ("key", "tracking_event:42")];
    let (status, led) = browser
        .post("save_mapping", &here, &[&code[..], &[("status", "delivered"), ("reason", "unknown")]].concat())
        .await;
    assert_eq!(status, 302);
    let refused = browser.page(&led).await;
    assert!(refused.contains("id=\"fault-reason\"") && refused.contains("None goes with “delivered”"), "{refused}");

    let meaning = [("substatus", "in_transit.delayed"), ("note", "Held up")];
    let (status, led) = browser.post("save_mapping", &here, &[&code[..], &meaning[..]].concat()).await;
    assert_eq!((status, led.as_str()), (302, "/mappings?carrier=bex&key=tracking_event%3A42&done=saved"));
    let saved = browser.page(&led).await;
    assert!(saved.contains("Saved.") && saved.contains("the-operator"), "{saved}");
    assert_eq!(api.parcel("W1").await["substatus"], "delayed");

    browser.post("save_mapping", &here, &[&code[..], &[("status", "")]].concat()).await;
    assert_eq!(api.parcel("W1").await["status"], "out_for_delivery");
    let (_, led) = browser.post("revert_mapping", &here, &[&code[..], &[("version", "1")]].concat()).await;
    assert!(led.ends_with("done=reverted"), "{led}");
    assert_eq!(api.parcel("W1").await["substatus"], "delayed");

    let viewer = Browser { api: &api, cookie: api.app.cookie(Role::Viewer).await };
    let shown = viewer.page(&here).await;
    assert!(shown.contains("An operator can change what this code means.") && !shown.contains("<option"), "{shown}");
    assert_eq!(viewer.post("save_mapping", &here, &code).await.0, 403);
}

#[tokio::test]
async fn policies_are_fields_and_what_is_wrong_is_said_at_its_field() {
    let api = Api::start().await;
    let made = api.app.endpoint(&api.admin, "pos-malaysia", None, json!({})).await;
    let id = made["id"].as_str().expect("an id");
    let browser = Browser { api: &api, cookie: api.app.cookie(Role::Admin).await };
    let here = format!("/carriers/{id}");
    let page = browser.page(&here).await;
    for name in [
        "delivered_while_returning",
        "time_zone",
        "hold_hours",
        "require_registered_numbers",
        "stall.in_transit.watch_hours",
    ] {
        assert!(page.contains(&format!("name=\"settings[{name}]\"")), "{name}");
    }
    let form = |watch: &'static str, returning: &'static str| {
        [
            ("id", id),
            ("label", "Main"),
            ("settings[time_zone]", "Asia/Kuala_Lumpur"),
            ("settings[delivered_while_returning]", returning),
            ("settings[hold_hours]", "72"),
            ("settings[require_registered_numbers]", "true"),
            ("settings[stall.in_transit.watch_hours]", watch),
            ("settings[stall.in_transit.act_hours]", "60"),
        ]
    };
    let (_, led) = browser.post("save_endpoint", &here, &form("90", "delivered")).await;
    let refused = browser.page(&led).await;
    let at = refused.find("id=\"fault-stall-in_transit-act_hours\"").expect("a place for what is wrong");
    assert!(refused[at..].starts_with("id=\"fault-stall-in_transit-act_hours\""));
    assert!(refused[at..at + 600].contains("Must not come before watching."), "{}", &refused[at..at + 600]);

    let (_, led) = browser.post("save_endpoint", &here, &form("24", "delivered")).await;
    assert!(led.ends_with("?done=saved"), "{led}");
    let settings = api.get(&format!("/endpoints/{id}")).await["settings"].clone();
    assert_eq!(settings["stall"]["in_transit"], json!({"watch_hours": 24, "act_hours": 60}));
    assert_eq!(settings["delivered_while_returning"], "delivered");
    assert_eq!(
        (settings["hold_hours"].as_i64(), settings["require_registered_numbers"].as_bool()),
        (Some(72), Some(true))
    );
}
