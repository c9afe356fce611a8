//! Capture, the first of the two flows: judge, seal, commit. What is answered is made from what was committed.
//!
//! Nothing here reads what a body says; that is `apply`, which is woken after the commit. A forged delivery costs a
//! bounded effort (its diagnosis) and is kept as refused. The same judging serves re-verification.

use super::carriers::carrier;
use super::clock::SharedClock;
use super::endpoints::{Endpoints, EndpointsError, scheme_of};
use super::ids;
use super::live::{Live, Topic};
use super::secrets::{Keyring, SecretsError, sha256_hex};
use super::signature::{Judged, Key, Received, diagnose, judge};
use super::store::{Capture, Captured, RawDelivery, Store, StoreError, StoredEndpoint};
use crate::tracking::delivery::{Outcome, Verdict};
use crate::tracking::endpoint::EndpointState;
use crate::tracking::page::PageRequest;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// The header that holds a test delivery's one-time nonce.
pub const TEST_HEADER: &str = "x-parcelwire-test";

/// Endpoints whose secrets a diagnosis looks at.
const NEIGHBOURS: u32 = 100;

/// Why a delivery could not be taken. The carrier is to try again.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was sealed does not open.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The stored headers are not what was written.
    #[error("the stored headers cannot be read")]
    Headers,
    /// The desk failed.
    #[error(transparent)]
    Endpoints(#[from] EndpointsError),
}

/// Takes deliveries in.
pub struct Ingest {
    store: Store,
    endpoints: Endpoints,
    keyring: Arc<Keyring>,
    clock: SharedClock,
    live: Live,
    wake: Arc<Notify>,
}

impl Ingest {
    /// `wake` is notified when apply has something to do.
    pub fn new(
        store: Store,
        endpoints: Endpoints,
        keyring: Arc<Keyring>,
        clock: SharedClock,
        live: Live,
        wake: Arc<Notify>,
    ) -> Self {
        Self { store, endpoints, keyring, clock, live, wake }
    }

    /// Judges a request; a failed proof comes with its diagnosis.
    pub async fn judge(&self, endpoint: &StoredEndpoint, received: &Received) -> Result<Judged, IngestError> {
        let scheme = scheme_of(endpoint);
        let keys = self.endpoints.keys(endpoint)?;
        let observing = endpoint.state == EndpointState::Observe;
        let judged = judge(received, &scheme, &carrier(endpoint.carrier).message_key(), &keys, observing);
        if judged.verdict() != Verdict::Failed {
            return Ok(judged);
        }
        let neighbours = self.neighbours(endpoint).await?;
        Ok(diagnose(judged, received, &scheme, &keys, neighbours))
    }

    /// Whether a request so judged will be answered 401.
    pub fn refuses(endpoint: &StoredEndpoint, judged: &Judged) -> bool {
        wanted_outcome(endpoint.state, judged.verdict()) == Outcome::Rejected
    }

    /// Commits a judged request. When this returns, it is on the disk.
    pub async fn keep(
        &self,
        endpoint: &StoredEndpoint,
        received: Received,
        judged: Judged,
    ) -> Result<Captured, IngestError> {
        let id = ids::new(self.clock.now());
        let headers = self.keyring.seal(&headers_place(id), &headers_to_json(&received.headers));
        let verdict = judged.verdict();
        let nonce = received.header_values(TEST_HEADER).next().and_then(|value| std::str::from_utf8(value).ok());
        let capture = Capture {
            id,
            endpoint: endpoint.id,
            received_at: received.received_at,
            body_sha256: sha256_hex(&received.body),
            headers,
            verdict,
            reason: judged.reason(),
            scheme: judged.scheme().to_owned(),
            covers: judged.covers(),
            secret: judged.matched(),
            warnings: judged.warnings().to_vec(),
            diagnosis: judged.diagnosis().cloned(),
            message_key: judged.message_key().map(str::to_owned),
            attempt: judged.attempt(),
            outcome: wanted_outcome(endpoint.state, verdict),
            outcome_detail: None,
            test_nonce: nonce.map(str::to_owned),
            remote_addr: received.remote_addr,
            body: received.body,
        };
        let captured = self.store.capture(capture).await?;
        let name = endpoint.carrier.as_str();
        metrics::counter!("parcelwire_deliveries_total", "carrier" => name, "verdict" => verdict.as_str()).increment(1);
        if captured.is_due() {
            self.wake.notify_one();
        } else {
            self.live.announce(&[Topic::Deliveries, Topic::Endpoints]);
        }
        Ok(captured)
    }

    /// Judges a stored delivery again, at the instant at which it was received, with the secrets and settings of now.
    pub async fn judge_again(&self, raw: RawDelivery) -> Result<Judged, IngestError> {
        let json = self.keyring.unseal(&headers_place(raw.id), &raw.headers)?;
        let received = Received {
            body: raw.body,
            headers: headers_from_json(&json).ok_or(IngestError::Headers)?,
            received_at: raw.received_at,
            remote_addr: raw.remote_addr,
        };
        self.judge(&raw.endpoint, &received).await
    }

    async fn neighbours(&self, endpoint: &StoredEndpoint) -> Result<Vec<Key>, IngestError> {
        let first = PageRequest { limit: NEIGHBOURS, cursor: None };
        let mut keys = Vec::new();
        for other in self.store.list_endpoints(&first).await?.items {
            if other.carrier == endpoint.carrier && other.id != endpoint.id {
                // One neighbour's damaged secret is no reason to lose this delivery.
                keys.extend(self.endpoints.keys(&other).unwrap_or_default());
            }
        }
        Ok(keys)
    }
}

/// What becomes of a delivery unless it is a duplicate.
fn wanted_outcome(state: EndpointState, verdict: Verdict) -> Outcome {
    match (state, verdict) {
        (EndpointState::Observe, _) => Outcome::Observed,
        (_, Verdict::Failed | Verdict::Unattempted) => Outcome::Rejected,
        (EndpointState::Active, Verdict::Verified | Verdict::Authenticated) => Outcome::Received,
        (EndpointState::Paused, Verdict::Verified | Verdict::Authenticated) => Outcome::Held,
    }
}

/// The place a delivery's headers are sealed to.
pub fn headers_place(delivery: Uuid) -> String {
    format!("delivery/{delivery}/headers")
}

fn headers_to_json(headers: &[(String, Vec<u8>)]) -> Vec<u8> {
    let pairs: Vec<(&str, std::borrow::Cow<'_, str>)> =
        headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value))).collect();
    serde_json::to_vec(&pairs).expect("pairs of texts always serialise")
}

/// The ordered headers from their stored form.
pub fn headers_from_json(json: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let pairs: Vec<(String, String)> = serde_json::from_slice(json).ok()?;
    Some(pairs.into_iter().map(|(name, value)| (name, value.into_bytes())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_good_proofs_are_ever_applied() {
        for state in EndpointState::ALL {
            for verdict in Verdict::ALL {
                let outcome = wanted_outcome(*state, *verdict);
                let live = matches!(outcome, Outcome::Received | Outcome::Held);
                assert!(!live || verdict.is_good());
                assert_eq!(outcome == Outcome::Observed, *state == EndpointState::Observe);
            }
        }
    }

    #[test]
    fn headers_survive_in_order_with_repeats() {
        let headers =
            vec![("b".to_owned(), b"1".to_vec()), ("a".to_owned(), b"2".to_vec()), ("b".to_owned(), b"3".to_vec())];
        assert_eq!(headers_from_json(&headers_to_json(&headers)), Some(headers));
    }
}
