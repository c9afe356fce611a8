//! Journeys told as tables: real payloads, signed and posted to the hooks of a running instance at given moments, and
//! what the API then says. The tables are `tests/journeys/*.json`; the names of their keys are explained there.

use crate::app::TestApp;
use parcelwire::server::clock::ManualClock;
use parcelwire::server::endpoints::scheme_of;
use parcelwire::server::signature::{Composed, sign};
use parcelwire::tracking::delivery::Signing;
use parcelwire::tracking::people::Scope;
use parcelwire::tracking::time::Timestamp;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
const CARRIERS: [&str; 5] = ["bex", "boxnow", "fast", "trackingmore", "pos-malaysia"];

/// An instance with a clock, and a token for its API.
struct Stage {
    app: TestApp,
    clock: Arc<ManualClock>,
    token: String,
}

/// One journey on an endpoint of its own.
struct Told<'a> {
    stage: &'a Stage,
    name: String,
    endpoint: Uuid,
    hook: String,
    posted: u32,
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

impl Stage {
    async fn open() -> Self {
        let clock = ManualClock::at(time("2026-01-01T00:00:00Z"));
        let app = TestApp::with(|_| {}, clock.clone()).await;
        let token = app.token(Scope::Admin).await;
        Self { app, clock, token }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let url = format!("{}/api/v1{path}", self.app.url());
        let method = method.parse().expect("a method");
        let mut request = self.app.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.expect("the instance answers");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    async fn tell(&self, case: &Value) {
        let carrier =
            CARRIERS.into_iter().find(|carrier| case["steps"].to_string().contains(&format!("\"{carrier}\":")));
        let carrier = carrier.expect("somebody posts");
        let signs = matches!(carrier, "bex" | "boxnow" | "trackingmore");
        let settings = case.get("settings").cloned().unwrap_or_else(|| json!({}));
        let endpoint = self.app.endpoint(&self.token, carrier, signs.then_some(SECRET), settings).await;
        let mut told = Told {
            stage: self,
            name: case["name"].as_str().expect("a name").to_owned(),
            endpoint: endpoint["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"),
            hook: endpoint["hook_url"].as_str().expect("a URL").to_owned(),
            posted: 0,
        };
        for step in case["steps"].as_array().expect("steps") {
            told.step(step).await;
        }
    }
}

impl Told<'_> {
    async fn step(&mut self, step: &Value) {
        if let Some(at) = step["at"].as_str() {
            self.stage.clock.set(time(at));
        }
        for carrier in CARRIERS {
            for sent in step.get(carrier).map(several).unwrap_or_default() {
                self.posted += 1;
                let key = format!("{}-{}", self.endpoint.simple(), self.posted);
                self.post(&payload::of(carrier, &sent, &key)).await;
            }
        }
        if let Some(call) = step.get("api") {
            self.call(call).await;
        }
        for (number, expected) in step.get("parcel").and_then(Value::as_object).into_iter().flatten() {
            let parcels = self.parcels(number).await;
            let expected = several(expected);
            assert_eq!(parcels.len(), expected.len(), "{}: parcels of {number}: {parcels:#?}", self.name);
            for (parcel, expected) in parcels.iter().zip(&expected) {
                self.same(number, parcel, expected);
            }
        }
        for (number, expected) in step.get("events").and_then(Value::as_object).into_iter().flatten() {
            let events = Value::Array(self.events(number).await);
            self.same(&format!("events of {number}"), &events, expected);
        }
    }

    /// Signed as the carrier would, over HTTP.
    async fn post(&self, body: &Value) {
        let state = &self.stage.app.server.state;
        let stored = state.store.find_endpoint(self.endpoint).await.expect("asked").expect("an endpoint");
        let keys = state.endpoints.keys(&stored).expect("keys");
        let composed = Composed { headers: Vec::new(), body: body.to_string().into_bytes() };
        let now = self.stage.clock_now();
        let signed = sign(&scheme_of(&stored), &composed, &keys, now, Signing::Valid).expect("it can be signed");
        let headers: Vec<(&str, &str)> =
            signed.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.stage.app.post_hook(&self.hook, &headers, signed.body).await;
        assert_eq!(answer.status(), 200, "{}: {body}", self.name);
        self.stage.app.drain().await;
    }

    /// `[method, path, body]`; `{endpoint}`, `{parcel:NUMBER}` and `{event:NUMBER:N}` stand for ids.
    async fn call(&self, call: &Value) {
        let mut path = call[1].as_str().expect("a path").replace("{endpoint}", &self.endpoint.to_string());
        while let Some((from, to)) = path.find('{').zip(path.find('}')) {
            let parts: Vec<&str> = path[from + 1..to].split(':').collect();
            let id = match parts[0] {
                "parcel" => self.parcels(parts[1]).await[0]["id"].clone(),
                _ => self.events(parts[1]).await[parts[2].parse::<usize>().expect("a number")]["id"].clone(),
            };
            path.replace_range(from..=to, id.as_str().expect("an id"));
        }
        let body = call.get(2).map(|body| {
            let text = body.to_string().replace("{endpoint}", &self.endpoint.to_string());
            serde_json::from_str::<Value>(&text).expect("still JSON")
        });
        let (status, answer) = self.stage.ask(call[0].as_str().expect("a method"), &path, body.as_ref()).await;
        assert!((200..300).contains(&status), "{}: {call} {status} {answer}", self.name);
        if let Some(expected) = call.get(3) {
            self.same("answer", &answer, expected);
        }
        self.stage.app.drain().await;
        self.stage.app.server.state.apply.refold_stale().await.expect("folded again");
    }

    async fn parcels(&self, number: &str) -> Vec<Value> {
        let (_, page) = self.stage.ask("GET", &format!("/parcels?number={number}&limit=50"), None).await;
        let mut own: Vec<Value> = several(&page["items"]);
        own.retain(|parcel| parcel["endpoint"] == json!(self.endpoint));
        own.sort_by_key(|parcel| (parcel["created_at"].to_string(), parcel["piece_no"].as_u64()));
        own
    }

    /// Oldest first, of the newest parcel of the number.
    async fn events(&self, number: &str) -> Vec<Value> {
        let parcels = self.parcels(number).await;
        let id = parcels.last().map(|parcel| parcel["id"].clone()).expect("a parcel");
        let path = format!("/parcels/{}/events?limit=200", id.as_str().expect("an id"));
        let mut events = several(&self.stage.ask("GET", &path, None).await.1["items"]);
        events.reverse();
        events
    }

    /// Every key that is expected is there with that value; text that begins with `~` is contained.
    fn same(&self, what: &str, found: &Value, expected: &Value) {
        if let Err(fault) = same(found, expected) {
            panic!("{}, {what}: {fault}\nin {found:#}", self.name);
        }
    }
}

impl Stage {
    fn clock_now(&self) -> Timestamp {
        parcelwire::server::clock::Clock::now(&*self.clock)
    }
}

fn several(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn same(found: &Value, expected: &Value) -> Result<(), String> {
    match (found, expected) {
        (found, Value::Object(fields)) => fields.iter().try_for_each(|(path, expected)| {
            let pointer = format!("/{}", path.replace('.', "/"));
            let value = found.pointer(&pointer).unwrap_or(&Value::Null);
            same(value, expected).map_err(|fault| format!("{path}: {fault}"))
        }),
        (Value::Array(found), Value::Array(expected)) => {
            if found.len() != expected.len() {
                return Err(format!("{} in place of {}: {}", found.len(), expected.len(), json!(found)));
            }
            let mut pairs = found.iter().zip(expected).enumerate();
            pairs.try_for_each(|(n, (found, expected))| same(found, expected).map_err(|fault| format!("{n}: {fault}")))
        }
        (Value::String(found), Value::String(expected)) if expected.starts_with('~') => {
            let holds = found.to_lowercase().contains(&expected[1..].to_lowercase());
            holds.then_some(()).ok_or_else(|| format!("{found:?} does not contain {:?}", &expected[1..]))
        }
        _ if found == expected => Ok(()),
        _ => Err(format!("{found} in place of {expected}")),
    }
}

/// The fields a carrier always sends, around those a table names.
mod payload {
    use super::{Map, Value, json, several};

    pub fn of(carrier: &str, sent: &Value, key: &str) -> Value {
        match carrier {
            "bex" => bex(sent, key),
            "boxnow" => boxnow(sent, key),
            "fast" => over(
                json!({"CheckInTypeId": 900, "CheckInTypeName": "", "CheckInDate": null, "CheckInTime": null,
                    "CheckInBusinessUnitId": 12, "CustomerId": 410, "Latitude": 0, "Longitude": 0, "Remarks": null,
                    "ReceivedBy": null, "DexTypeId": null, "DexTypeName": null, "CheckInPhotosURL": null,
                    "ShipmentReferences": [{"ShipmentId": 74001, "WaybillNo": null, "CustomerDocuments": ["DOC-1"]}]}),
                sent,
            ),
            "trackingmore" => trackingmore(sent),
            _ => over(json!({"account_no": "A1", "tracking_number": "ELM1MY"}), sent),
        }
    }

    fn over(mut base: Value, sent: &Value) -> Value {
        let fields: &Map<String, Value> = sent.as_object().expect("an object");
        for (key, value) in fields {
            base[key] = value.clone();
        }
        base
    }

    /// A list of notifications in one envelope.
    fn bex(sent: &Value, key: &str) -> Value {
        let notifications = sent["Notifications"].as_array().cloned().unwrap_or_else(|| several(sent));
        let full = notifications.iter().map(|sent| {
            let base = match sent["Action"].as_str().unwrap_or("tracking_event") {
                "pod" => json!({"Action": "pod", "WaybillNumber": "W1", "Signee": "J. Doe", "PODImagePresent": false}),
                "attempted_delivery" => json!({"WaybillNumber": "W1", "NonDeliveryReason": "", "DriverComment": ""}),
                "waybill_update" => json!({"WaybillNumber": "W1", "Service": "ECO", "Parcels": []}),
                "waybill_note" => json!({"PostedBy": "J. Doe"}),
                _ => json!({"Action": "tracking_event", "WaybillNumber": "W1", "TrackingUser": "J. Doe",
                            "TrackingDescription": "scan", "TrackingReference": "740493"}),
            };
            over(base, sent)
        });
        json!({"Id": key, "Attempt": 1, "Properties": {}, "Notifications": full.collect::<Vec<_>>()})
    }

    /// The `data` of a `CloudEvent`; `sent` is the time of its dispatch.
    fn boxnow(sent: &Value, key: &str) -> Value {
        let mut data = over(json!({"parcelId": "921", "parcelState": sent["event"], "orderNumber": "O-1"}), sent);
        let dispatched =
            data.as_object_mut().and_then(|data| data.remove("sent")).unwrap_or_else(|| sent["time"].clone());
        json!({"specversion": "1.0", "type": "gr.boxnow.parcel_event_change", "source": "https://boxnow.gr/w/1",
            "subject": data["parcelId"], "id": key, "time": dispatched, "datacontenttype": "application/json",
            "datasignature": "", "data": data})
    }

    /// `origin` and `destination` are lists of `[date, status, substatus, detail, country]`.
    fn trackingmore(sent: &Value) -> Value {
        let mut data = over(json!({"tracking_number": "RR1PH", "courier_code": "phlpost"}), sent);
        for side in ["origin", "destination"] {
            let Some(list) = data.as_object_mut().and_then(|data| data.remove(side)) else { continue };
            let checkpoints: Vec<Value> = several(&list)
                .iter()
                .map(|row| {
                    json!({"checkpoint_date": row[0], "checkpoint_delivery_status": row[1],
                        "checkpoint_delivery_substatus": row[2], "tracking_detail": row.get(3).unwrap_or(&json!("scan")),
                        "country_iso2": row.get(4).unwrap_or(&json!("PH")), "location": "Hub"})
                })
                .collect();
            data[format!("{side}_info")] = json!({"courier_code": "phlpost", "trackinfo": checkpoints});
        }
        json!({"code": 200, "message": "success", "data": data})
    }
}

async fn tell_all(table: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/journeys").join(table);
    let text = std::fs::read_to_string(&path).expect("a table");
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{table}: {fault}"));
    let stage = Stage::open().await;
    for case in &cases {
        stage.tell(case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_golden_cases() {
    tell_all("golden.json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_beside_them() {
    tell_all("rules.json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_and_resends() {
    tell_all("sources.json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_and_zones() {
    tell_all("clocks.json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_and_notes() {
    tell_all("pieces.json").await;
}
