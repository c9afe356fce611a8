//! Deliveries: the log, one delivery with its bytes, failed signatures, replay and re-verify.

use super::{failed, screen};
use crate::server::carriers::carrier;
use crate::server::state::AppState;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{DeliveryDetail, DeliveryFilter, FailureGroup, Header, MASK, ReplayReport};
use crate::tracking::page::PageRequest;
use crate::tracking::people::Role;
use crate::tracking::screen::{DeliveryLog, Fault, Screen};
use crate::words::{common, faults as words};
use serde_json::Value;
use uuid::Uuid;

/// The largest body that a page shows; the download has all of any.
const SHOWN_BYTES: usize = 256 * 1024;
/// Most endpoints that are offered to narrow the log to.
const MOST_ENDPOINTS: u32 = 200;

/// One page of the log.
pub async fn list(state: &AppState, filter: &DeliveryFilter, page: &PageRequest) -> Result<Screen<DeliveryLog>, Fault> {
    let page = state.store.list_deliveries(filter, page).await.map_err(failed)?;
    let endpoints = state.store.list_endpoints(&PageRequest { limit: MOST_ENDPOINTS, cursor: None }).await;
    let endpoints =
        endpoints.map_err(failed)?.items.into_iter().map(|endpoint| (endpoint.id, endpoint.label)).collect();
    Ok(screen(state, DeliveryLog { page, endpoints }))
}

/// One delivery with headers and body. Masked are people, for everybody, and headers that prove the origin, for viewers.
pub async fn find(state: &AppState, role: Role, id: Uuid) -> Result<Screen<DeliveryDetail>, Fault> {
    let none = || Fault::NotFound(common::NO_DELIVERY.into());
    let delivery = state.store.find_delivery(id).await.map_err(failed)?.ok_or_else(none)?;
    let headers = headers(state, role, id).await?;
    let bytes = state.store.delivery_body(id).await.map_err(failed)?.unwrap_or_default();
    let body = (bytes.len() <= SHOWN_BYTES).then(|| masked(delivery.carrier, &bytes)).flatten();
    Ok(screen(state, DeliveryDetail { delivery, headers, body }))
}

async fn headers(state: &AppState, role: Role, id: Uuid) -> Result<Vec<Header>, Fault> {
    let shown = crate::server::routes::v1::headers::headers_of(&state.store, &state.keyring, id, role).await;
    shown.map(Option::unwrap_or_default).map_err(|_| Fault::Failed(words::HEADERS_SEALED.into()))
}

/// The body indented, where it is JSON, with every value masked that its carrier does not call plain: a field nobody
/// knows may hold a person.
fn masked(from: CarrierId, bytes: &[u8]) -> Option<String> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut value: Value = serde_json::from_slice(text).ok()?;
    mask(&mut value, carrier(from).plain_fields(), false);
    serde_json::to_string_pretty(&value).ok()
}

fn mask(value: &mut Value, plain: &[&str], shown: bool) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                mask(value, plain, plain.contains(&name.to_ascii_lowercase().as_str()));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, plain, shown)),
        Value::String(_) | Value::Number(_) if !shown => *value = MASK.into(),
        _ => {}
    }
}

/// Failed proofs by endpoint and reason, newest first.
pub async fn failure_groups(state: &AppState) -> Result<Screen<Vec<FailureGroup>>, Fault> {
    let groups = state.store.failure_groups().await.map_err(failed)?;
    Ok(screen(state, groups))
}

/// What a replay would change.
pub async fn preview_replay(state: &AppState, id: Uuid) -> Result<Screen<ReplayReport>, Fault> {
    let report = state.apply.replay(id, true).await.map_err(of_apply)?;
    Ok(screen(state, report))
}

/// Applies a delivery again.
pub async fn replay(state: &AppState, id: Uuid) -> Result<ReplayReport, Fault> {
    state.apply.replay(id, false).await.map_err(of_apply)
}

/// Checks a proof again.
pub async fn reverify(state: &AppState, id: Uuid) -> Result<ReplayReport, Fault> {
    state.apply.reverify(id).await.map_err(of_apply)
}

fn of_apply(error: crate::server::apply::ApplyError) -> Fault {
    use crate::server::apply::ApplyError;
    match error {
        ApplyError::NotFound => Fault::NotFound(common::NO_DELIVERY.into()),
        ApplyError::Refused(sentence) => Fault::Unfit(sentence),
        other => failed(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_masked_wherever_they_stand_and_what_names_nobody_is_not() {
        let text = masked(CarrierId::Boxnow, "\u{feff}{\"ParcelId\":\"9219709201\",\"customer\":{\"name\":\"Jane\",\"n\":7},\"to\":[\"Jane\",[8]],\"x\":null,\"ok\":true,\"event\":[\"new\"]}".as_bytes());
        let value: Value = serde_json::from_str(&text.expect("JSON")).expect("still JSON");
        let expected = serde_json::json!({
            "ParcelId": "9219709201", "customer": {"name": MASK, "n": MASK}, "to": [MASK, [MASK]], "x": null, "ok": true,
            "event": ["new"]
        });
        assert_eq!(value, expected);
        assert_eq!(masked(CarrierId::Boxnow, b"Jane Doe"), None);
        assert_eq!(masked(CarrierId::Boxnow, b"\"Jane Doe\"").as_deref(), Some("\"\u{2022}\u{2022}\u{2022}\u{2022}\""));
    }

    #[test]
    fn no_carrier_calls_a_field_plain_that_holds_a_person() {
        let people =
            ["signee", "signed_by", "received_by", "receivedby", "name", "phone", "phonenumber", "email", "notetext"];
        let theirs =
            ["customer", "customer_name", "customer_email", "customer_sms", "trackinguser", "postedby", "parcelpin"];
        for id in CarrierId::ALL {
            let plain = carrier(id).plain_fields();
            assert!(plain.iter().all(|field| *field == field.to_ascii_lowercase()), "{id:?}");
            for field in people.iter().chain(&theirs).chain(&["account_no", "accountno", "customerid", "signature"]) {
                assert!(!plain.contains(field), "{id:?}: {field}");
            }
        }
    }
}
