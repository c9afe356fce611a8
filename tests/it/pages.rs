//! Pages as a browser without scripts sees them: what they say, whom they let act, and what their forms do.

use crate::app::TestApp;
use hmac::{Hmac, KeyInit, Mac};
use parcelwire::tracking::page::PageRequest;
use parcelwire::tracking::people::{Role, Scope};
use reqwest::Response;
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::atomic::{AtomicU32, Ordering};

const SECRET: &str = "bex-secret-of-forty-characters-012345678";

/// An instance with one BEX and one FAST account, and somebody of each role.
struct Site {
    app: TestApp,
    token: String,
    bex: String,
    fast: String,
    viewer: String,
    operator: String,
    envelopes: AtomicU32,
}

impl Site {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let token = app.token(Scope::Admin).await;
        let url = |endpoint: Value| endpoint["hook_url"].as_str().expect("a URL").to_owned();
        let bex = url(app.endpoint(&token, "bex", Some(SECRET), json!({})).await);
        let fast = url(app.endpoint(&token, "fast", None, json!({})).await);
        let (viewer, operator) = (app.cookie(Role::Viewer).await, app.cookie(Role::Operator).await);
        Self { app, token, bex, fast, viewer, operator, envelopes: AtomicU32::new(0) }
    }

    /// Posts as BEX does, one envelope, and waits until it is applied.
    async fn bex(&self, notifications: Value) {
        let id = format!("envelope-{}", self.envelopes.fetch_add(1, Ordering::Relaxed));
        let body = json!({"Id": id, "Attempt": 1, "Properties": {}, "Notifications": notifications}).to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key fits");
        mac.update(body.as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let headers = [("content-type", "application/json"), ("ms-signature", signature.as_str())];
        assert_eq!(self.app.post_hook(&self.bex, &headers, body).await.status(), 200);
        self.app.drain().await;
    }

    async fn fast(&self, check_in: Value) {
        let headers = [("content-type", "application/json")];
        assert_eq!(self.app.post_hook(&self.fast, &headers, check_in.to_string()).await.status(), 200);
        self.app.drain().await;
    }

    /// The parcels of a number, as the API has them.
    async fn parcels(&self, number: &str) -> Vec<Value> {
        let url = format!("{}/api/v1/parcels?number={number}", self.app.url());
        let answer = self.app.client.get(url).bearer_auth(&self.token).send().await.expect("an answer");
        let page: Value = answer.json().await.expect("JSON");
        page["items"].as_array().cloned().unwrap_or_default()
    }

    async fn parcel(&self, number: &str) -> Value {
        self.parcels(number).await.first().cloned().unwrap_or_else(|| panic!("no parcel {number}"))
    }

    /// The page, which must be there, as this person sees it.
    async fn page(&self, cookie: &str, path: &str) -> String {
        let url = format!("{}{path}", self.app.url());
        let answer = self.app.client.get(url).header("cookie", cookie).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        seen(&answer.text().await.expect("text"))
    }

    /// Sends a form of a page, as a browser without scripts does.
    async fn send(&self, cookie: &str, function: &str, from: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.app
            .client
            .post(format!("{}/fn/{function}", self.app.url()))
            .header("cookie", cookie)
            .header("accept", "text/html")
            .header("referer", format!("{}{from}", self.app.url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
            .send()
            .await
            .expect("an answer")
    }

    /// Sends a form and follows where it leads.
    async fn act(&self, function: &str, from: &str, fields: &[(&str, &str)]) -> (String, String) {
        let answer = self.send(&self.operator, function, from, fields).await;
        let status = answer.status();
        let location = answer.headers().get("location").cloned();
        let Some(location) = location.filter(|_| status == 302) else {
            panic!("{function}: {status} {}", answer.text().await.unwrap_or_default());
        };
        let location = location.to_str().expect("text").to_owned();
        let path = location.strip_prefix(&self.app.url()).unwrap_or(&location).to_owned();
        let page = self.page(&self.operator, &path).await;
        (path, page)
    }
}

/// What a browser without scripts makes of a page: without the scripts, and the marks that hydration leaves in texts.
fn seen(page: &str) -> String {
    let mut parts = page.split("<script");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| part.split_once("</script>").map(|(_, after)| after));
    rest.fold(first, |page, part| page + part).replace("<!>", "").replace("<!---->", "")
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn scan(waybill: &str, kind: i64, text: &str, at: &str) -> Value {
    json!({"Action": "tracking_event", "WaybillNumber": waybill, "TrackingDate": at, "TrackingUser": "John",
           "TrackingDescription": text, "TrackingReference": "", "TrackingTypeId": kind})
}

fn id_of(parcel: &Value) -> String {
    parcel["id"].as_str().expect("an id").to_owned()
}

/// What `did` in an address names.
fn did(path: &str) -> String {
    let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let found = query.split('&').find_map(|pair| pair.strip_prefix("did="));
    found.unwrap_or_else(|| panic!("{path} names no event")).to_owned()
}

#[tokio::test]
async fn a_parcels_page_says_why_it_has_its_state() {
    let site = Site::start().await;
    site.bex(json!([
        scan("WHY1", 1, "Handed to courier", "2026-09-01 08:00:00"),
        {"Action": "pod", "WaybillNumber": "WHY1", "PODDate": "2026-09-02", "PODTime": "10:05:00", "Signee": "Thandi Nkosi", "PODPieces": 1},
        scan("WHY1", 5, "Arrived at JNB depot", "2026-09-02 12:00:00"),
        scan("WHY1", 42, "Nobody knows", "2026-09-02 13:00:00"),
    ]))
    .await;
    let parcel = site.parcel("WHY1").await;
    let head = parcel["head_event"].as_str().expect("a deciding event").to_owned();
    let page = site.page(&site.viewer, &format!("/parcels/{}", id_of(&parcel))).await;
    for words in [
        "Why this state",
        &format!("href=\"#e-{head}\""),
        &format!("id=\"e-{head}\""),
        "A delivery stands until a return",
        "After delivery",
        "Until delivery",
        "T••• N•••",
        "/mappings?carrier=bex&amp;key=tracking_event%3A42",
        "BEX tracking_event/5 → in_transit.arrived_facility, v1",
        "change mapping",
    ] {
        assert!(page.contains(words), "{words} is not on the page");
    }
    assert!(!page.contains("Thandi"), "who signed is masked");
    for act in ["Set the status", "Add a note", "Void this event", "Confirm"] {
        assert!(!page.contains(act), "a viewer is not offered “{act}”");
    }
    let later = site.page(&site.viewer, &format!("/parcels/{}?at={head}", id_of(&parcel))).await;
    assert!(later.contains(&format!("id=\"e-{head}\"")) && later.contains("Handed to courier"));
    assert!(!later.contains("Arrived at JNB depot</q>"), "the timeline begins with the event asked for");
}

#[tokio::test]
async fn an_assertion_is_shown_with_its_reason_and_undone_from_the_notice() {
    let site = Site::start().await;
    site.bex(json!([scan("ACT1", 7, "Loaded onto vehicle for delivery", "2026-09-01 08:00:00")])).await;
    let id = id_of(&site.parcel("ACT1").await);
    let from = format!("/parcels/{id}?act=mark");
    assert!(
        site.page(&site.operator, &from).await.contains("How you know")
            || site.page(&site.operator, &from).await.contains("how you know")
    );

    let fields = [("parcel", id.as_str()), ("choice", "delivered"), ("reason", "The recipient rang"), ("pin", "true")];
    let refused = site.send(&site.viewer, "assert_status", &from, &fields).await;
    assert_eq!(refused.status(), 403, "a viewer may not");
    assert_eq!(site.parcel("ACT1").await["status"], "out_for_delivery");

    let (path, page) = site.act("assert_status", &from, &fields).await;
    assert_eq!(site.parcel("ACT1").await["status"], "delivered");
    for words in ["Done: it is delivered", "Undo", "The recipient rang", "the-operator", "Pinned"] {
        assert!(page.contains(words), "{words} is not on the page");
    }
    let event = did(&path);
    let undo = [("events", event.as_str()), ("reason", "Taken back"), ("parcel", id.as_str())];
    let (_, page) = site.act("void_event", &path, &undo).await;
    assert_eq!(site.parcel("ACT1").await["status"], "out_for_delivery");
    assert!(page.contains("Voided by the-operator") && page.contains("Taken back"), "who took it back, and why");

    let back = [("event", event.as_str()), ("reason", "It was right"), ("parcel", id.as_str())];
    site.act("put_event_back", &path, &back).await;
    assert_eq!(site.parcel("ACT1").await["status"], "delivered");
}

#[tokio::test]
async fn a_timeline_shows_the_lines_of_one_kind_when_asked() {
    let site = Site::start().await;
    site.bex(json!([scan("LINES1", 5, "Arrived at JNB depot", "2026-09-02 12:00:00")])).await;
    let address = format!("/parcels/{}", id_of(&site.parcel("LINES1").await));
    let parcel = id_of(&site.parcel("LINES1").await);
    site.act("add_note", &address, &[("parcel", &parcel), ("text", "Rang the depot")]).await;
    let lines = async |only: &str| site.page(&site.viewer, &format!("{address}?only={only}")).await;
    for (only, arrived, rang) in
        [("", true, true), ("status", true, false), ("notes", false, true), ("operators", false, true)]
    {
        let page = lines(only).await;
        assert_eq!((page.contains("JNB depot</q>"), page.contains("Rang the depot")), (arrived, rang), "{only}");
    }
    assert!(lines("taken_out").await.contains("No line of this kind."));
}

#[tokio::test]
async fn a_form_without_a_reason_says_so_where_it_was_sent() {
    let site = Site::start().await;
    site.bex(json!([scan("ACT2", 7, "Loaded onto vehicle for delivery", "2026-09-01 08:00:00")])).await;
    let id = id_of(&site.parcel("ACT2").await);
    let from = format!("/parcels/{id}?act=mark");
    let fields = [("parcel", id.as_str()), ("choice", "lost"), ("reason", " ")];
    let (path, page) = site.act("assert_status", &from, &fields).await;
    assert!(path.contains("act=mark"), "back at the form: {path}");
    assert!(page.contains("Say why"), "the fault is in words");
    assert_eq!(site.parcel("ACT2").await["status"], "out_for_delivery");
}

#[tokio::test]
async fn an_event_moves_to_another_number_and_back() {
    let site = Site::start().await;
    site.bex(json!([
        scan("MOVE1", 1, "Handed to courier", "2026-09-01 08:00:00"),
        scan("MOVE1", 7, "Loaded onto vehicle for delivery", "2026-09-01 09:00:00"),
    ]))
    .await;
    let parcel = site.parcel("MOVE1").await;
    let (id, event) = (id_of(&parcel), parcel["head_event"].as_str().expect("a head").to_owned());
    let from = format!("/parcels/{id}?act=move&event={event}");
    assert!(site.page(&site.operator, &from).await.contains("Number it belongs to"));
    let fields = [("event", event.as_str()), ("number", "MOVE2"), ("reason", "Wrong label"), ("parcel", id.as_str())];
    let (_, page) = site.act("move_event", &from, &fields).await;
    assert!(page.contains("Moved to MOVE2") && page.contains("Undo"));
    assert_eq!(site.parcel("MOVE1").await["status"], "in_transit");
    let other = site.parcel("MOVE2").await;
    assert_eq!(other["status"], "out_for_delivery");
    let page = site.page(&site.viewer, &format!("/parcels/{}", id_of(&other))).await;
    assert!(page.contains("Moved here") && page.contains("Wrong label") && page.contains("the-operator"));
    let back = [("event", event.as_str()), ("number", "MOVE1"), ("reason", "Moved back"), ("parcel", id.as_str())];
    site.act("move_event", &from, &back).await;
    assert_eq!(site.parcel("MOVE1").await["status"], "out_for_delivery");
}

#[tokio::test]
async fn an_operator_says_which_piece_of_a_waybill_was_signed_for() {
    let site = Site::start().await;
    let pieces = |names: &[&str]| names.iter().map(|name| json!({"ParcelBarcodeNumber": name})).collect::<Vec<_>>();
    let update = |names: &[&str]| json!({"Action": "waybill_update", "WaybillNumber": "WB3", "Service": "ECO", "TotalCharges": 152.38, "Parcels": pieces(names)});
    site.bex(json!([update(&["P1", "P2", "P3", "P4"])])).await;
    site.bex(json!([update(&["P1", "P2", "P3"])])).await;
    site.bex(json!([
        scan("WB3", 7, "Loaded onto vehicle for delivery", "2026-09-01 08:00:00"),
        {"Action": "pod", "WaybillNumber": "WB3", "PODDate": "2026-09-01", "PODTime": "10:05:00", "Signee": "Thandi Nkosi", "PODPieces": 1},
    ]))
    .await;
    let parcels = site.parcels("WB3").await;
    let piece = |name: &str| parcels.iter().find(|p| p["piece"] == name).map(id_of).expect("a piece");
    let shipment = parcels[0]["shipment"]["id"].as_str().expect("a shipment").to_owned();
    let from = format!("/shipments/{shipment}");
    let page = site.page(&site.operator, &from).await;
    for words in
        ["1 of 3 delivered · 2 out for delivery", "1 withdrawn piece", "did not say which", "Charges", "152.38"]
    {
        assert!(page.contains(words), "{words} is not on the page");
    }
    assert!(!site.page(&site.viewer, &from).await.contains("Set the ticked pieces"), "viewers do not see the form");

    let fields = [("shipment", shipment.as_str()), ("parcels[]", &piece("P2")), ("reason", "The driver said so")];
    let (path, page) = site.act("sign_pieces", &from, &fields).await;
    assert!(page.contains("Done: the ticked pieces are delivered") && !page.contains("did not say which"));
    let status = async |name: &str| {
        site.parcels("WB3").await.iter().find(|p| p["piece"] == name).expect("a piece")["status"].clone()
    };
    assert_eq!((status("P1").await, status("P2").await), (json!("out_for_delivery"), json!("delivered")));
    let own = site.page(&site.viewer, &format!("/parcels/{}", piece("P1"))).await;
    assert!(own.contains("from waybill"), "what is about the whole waybill says so");

    let undo = [("events", &*did(&path)), ("reason", "Taken back"), ("shipment", &shipment)];
    let (_, page) = site.act("void_event", &path, &undo).await;
    assert!(page.contains("Taken back"));
    assert_eq!(status("P2").await, "out_for_delivery");
}

#[tokio::test]
async fn a_note_waits_until_an_operator_attaches_it() {
    let site = Site::start().await;
    assert!(!site.page(&site.viewer, "/parcels").await.contains("Notes inbox"), "nothing waits");
    site.bex(json!([scan("NOTE1", 1, "Handed to courier", "2026-09-01 08:00:00")])).await;
    site.bex(json!([{"Action": "waybill_note", "NoteText": "Deliver after five", "NoteUser": "Sipho"}])).await;
    assert!(site.page(&site.viewer, "/parcels").await.contains("Notes inbox"));
    let page = site.page(&site.operator, "/notes").await;
    for words in ["Deliver after five", "Test bex", "NOTE1", "came at the same time", "Delivery "] {
        assert!(page.contains(words), "{words} is not on the page");
    }
    assert!(!site.page(&site.viewer, "/notes").await.contains("Attach to"), "viewers only read");
    let first = PageRequest::default();
    let waiting = site.app.server.state.store.list_unassigned_notes(&first).await.expect("a page");
    let event = waiting.items[0].id.to_string();
    let (path, page) = site.act("attach_note", "/notes", &[("event", &event), ("number", "NOTE1")]).await;
    assert!(page.contains("Attached to") && page.contains("No note waits"));
    let parcel = site.parcel("NOTE1").await;
    let shown = site.page(&site.viewer, &format!("/parcels/{}", id_of(&parcel))).await;
    assert!(shown.contains("Deliver after five") && shown.contains("Attached to this number by the-operator"));
    let (_, page) = site.act("attach_note", &path, &[("event", &event), ("number", "")]).await;
    assert!(page.contains("It waits here again") && page.contains("Deliver after five"));
}

#[tokio::test]
async fn a_stop_names_the_others_and_a_richer_message_keeps_the_earlier_form() {
    let site = Site::start().await;
    let check_in = |received_by: Value, photos: Value| {
        json!({"CheckInTypeId": 21, "CheckInTypeName": "Unload Complete\r\n", "CheckInDate": "2026-06-18T09:49:08",
               "CheckInTime": "09:49:08", "CheckInBusinessUnitId": 12, "Longitude": 122.5, "Latitude": 10.7,
               "Remarks": "Dock 2", "ReceivedBy": received_by, "DexTypeId": null, "DexTypeName": null, "CustomerId": 410,
               "ShipmentReferences": [
                   {"ShipmentId": 741_534, "WaybillNo": null, "CustomerDocuments": ["CEBS0501966"]},
                   {"ShipmentId": 741_536, "WaybillNo": "W-1", "CustomerDocuments": ["CEBS0501975"]}],
               "CheckInPhotosURL": photos})
    };
    site.fast(check_in(Value::Null, Value::Null)).await;
    site.fast(check_in(
        json!("J. Cruz"),
        json!(["https://photos.example.com/1.jpg", "http://photos.example.com/2.jpg"]),
    ))
    .await;
    let parcel = site.parcel("741534").await;
    let page = site.page(&site.viewer, &format!("/parcels/{}", id_of(&parcel))).await;
    for words in [
        "one stop with 1 other",
        "741536",
        "improved by a later message",
        "Before a later message improved it",
        "J••• C•••",
        "https://photos.example.com/1.jpg",
        "rel=\"noopener noreferrer external\"",
    ] {
        assert!(page.contains(words), "{words} is not on the page");
    }
    assert!(!page.contains("http://photos.example.com"), "only https links are links");
    assert!(!page.contains("<img"), "photos are never loaded");
}

#[tokio::test]
async fn parcels_of_one_order_are_shown_together() {
    let site = Site::start().await;
    let hook = site.app.endpoint(&site.token, "pos-malaysia", None, json!({})).await;
    let url = hook["hook_url"].as_str().expect("a URL").to_owned();
    for (number, code) in [("ORDA", "LM_SUCCESS"), ("ORDB", "EM013")] {
        let body = json!({"account_no": "A", "tracking_number": number, "event_code": code,
                          "date_time": "2026-06-18", "order_number": "SO-1"});
        assert_eq!(
            site.app.post_hook(&url, &[("content-type", "application/json")], body.to_string()).await.status(),
            200
        );
    }
    site.app.drain().await;
    let parcel = site.parcel("ORDA").await;
    let page = site.page(&site.viewer, &format!("/parcels/{}", id_of(&parcel))).await;
    assert!(!page.contains("00:00"), "a day without a clock shows none");
    assert!(page.contains("day only"));
    let link = page.split("href=\"/shipments/").nth(1).and_then(|rest| rest.split('"').next());
    let order = site.page(&site.viewer, &format!("/shipments/{}", link.expect("a link to the order"))).await;
    for words in ["Order", "SO-1", "1 of 2 delivered · 1 out for delivery", "ORDA", "ORDB"] {
        assert!(order.contains(words), "{words} is not on the page");
    }
}

#[tokio::test]
async fn a_title_holds_no_markup_whatever_a_link_or_a_carrier_says() {
    let site = Site::start().await;
    let hostile = "</title><meta http-equiv=refresh>";
    site.fast(json!({"CheckInTypeId": 17, "CheckInTypeName": "x", "CheckInDate": "2026-06-14T09:49:08",
                     "ShipmentReferences": [{"ShipmentId": hostile}]}))
        .await;
    let items = site.app.client.get(format!("{}/api/v1/parcels", site.app.url())).bearer_auth(&site.token);
    let items: Value = items.send().await.expect("an answer").json().await.expect("JSON");
    let parcel = id_of(&items["items"][0]);
    for path in [format!("/parcels/{parcel}"), format!("/search?q={}", encoded(hostile))] {
        let page = site.page(&site.viewer, &path).await;
        let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).expect("a title").0;
        assert!(title.contains("&lt;/title>&lt;meta"), "{path}: {title}");
        assert!(!page.contains("<meta http-equiv=refresh>"), "{path}");
    }
}

#[tokio::test]
async fn a_link_to_a_page_of_a_list_that_was_bent_is_the_visitors_to_mend() {
    let site = Site::start().await;
    let admin = site.app.cookie(Role::Admin).await;
    for list in ["/parcels", "/deliveries", "/mappings", "/attention", "/notes", "/settings/audit"] {
        let url = format!("{}{list}?cursor=x", site.app.url());
        let answer = site.app.client.get(url).header("cookie", &admin).send().await.expect("an answer");
        assert_eq!(answer.status(), 422, "{list}");
        assert!(seen(&answer.text().await.expect("text")).contains("Go back to its first page."), "{list}");
    }
}
