//! The recorded vectors give what they promise, down to the parcel.

use super::*;

fn vectors() -> Vec<Value> {
    let text = include_str!("../../vectors.json");
    serde_json::from_str(text).expect("the vectors are a list")
}

fn body_of(vector: &Value) -> Vec<u8> {
    let text = vector["body_base64"].as_str().expect("a body");
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

fn headers_of(vector: &Value) -> Vec<(String, Vec<u8>)> {
    let headers = vector["headers"].as_object().expect("headers");
    headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().as_bytes().to_vec())).collect()
}

/// Posts a vector to an endpoint made for it.
async fn endpoint_for(bed: &Bed, vector: &Value) -> Uuid {
    let carrier: CarrierId = vector["carrier"].as_str().expect("a carrier").parse().expect("a known carrier");
    let secret = vector["secret"].as_str().filter(|secret| !secret.is_empty());
    let typed = secret.map(|secret| (SecretName::Secret, Zeroizing::new(secret.to_owned())));
    bed.endpoint_with(carrier, vector["settings"].clone(), typed.into_iter().collect()).await
}

fn now_of(vector: &Value) -> &str {
    vector["now"].as_str().unwrap_or("2026-07-01T00:00:00Z")
}

#[tokio::test]
async fn every_vector_gives_what_it_expects() {
    let all = vectors();
    for vector in &all {
        let (name, expect) = (vector["name"].as_str().unwrap_or_default(), &vector["expect"]);
        let bed = Bed::new(now_of(vector)).await;
        let endpoint = endpoint_for(&bed, vector).await;
        if let Some(before) = expect["after"].as_str() {
            let before = all.iter().find(|other| other["name"] == before).expect("the vector before");
            bed.post_raw(endpoint, headers_of(before), body_of(before)).await;
        }
        let captured = bed.post_raw(endpoint, headers_of(vector), body_of(vector)).await;
        bed.drain().await;
        let delivery = bed.delivery(&captured).await;
        check_delivery(name, expect, &captured, &delivery);
        if let Some(number) = expect["number"].as_str() {
            check_parcel(name, expect, &bed, number).await;
        }
    }
}

fn check_delivery(name: &str, expect: &Value, captured: &Captured, delivery: &Delivery) {
    assert_eq!(expect["verdict"], delivery.verdict.as_str(), "{name}: verdict");
    if let Some(reason) = expect["reason"].as_str() {
        assert_eq!(Some(reason), delivery.reason.map(|reason| reason.as_str()), "{name}: reason");
        assert_eq!(delivery.outcome, Outcome::Rejected, "{name}: outcome");
        assert!(delivery.events.is_empty(), "{name}: nothing is read");
        return;
    }
    if let Some(covers) = expect["covers"].as_str() {
        assert_eq!(covers, delivery.covers.as_str(), "{name}: covers");
    }
    if expect["answer"] == "duplicate" {
        assert_eq!(captured.answer(), Answer::Duplicate, "{name}: answer");
        assert_eq!(delivery.outcome, Outcome::Duplicate, "{name}: outcome");
        return;
    }
    assert_eq!(delivery.outcome, Outcome::Applied, "{name}: outcome {:?}", delivery.outcome_detail);
    if let Some(events) = expect["events"].as_u64() {
        assert_eq!(events, delivery.events.len() as u64, "{name}: events");
    }
    if let Some(parcels) = expect["parcels"].as_u64() {
        assert_eq!(parcels, delivery.parcels.len() as u64, "{name}: parcels");
    }
    if let Some(at) = expect["occurred_at"].as_str() {
        let at = Some(time(at));
        assert!(delivery.events.iter().all(|event| event.occurred_at == at), "{name}: occurred_at");
    }
}

async fn check_parcel(name: &str, expect: &Value, bed: &Bed, number: &str) {
    let parcel = bed.parcel(number).await;
    assert_eq!(expect["status"], parcel.status.as_str(), "{name}: status");
    if let Some(substatus) = expect["substatus"].as_str() {
        assert_eq!(Some(substatus), parcel.substatus.map(|word| word.as_str()), "{name}: substatus");
    }
    assert!(!parcel.explanation.is_empty(), "{name}: explained");
}
