//! What the test bench is asked for and what comes of it.

use super::delivery::{Signing, Verdict};
use super::endpoint::{CarrierFacts, Endpoint};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A test event to be sent: a new one (`event`), or an earlier test delivery once more (`resend`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TestRequest {
    /// One of the carrier's test events; absent when an earlier delivery is resent.
    pub event: Option<String>,
    /// The parcel's number; made up when absent.
    pub number: Option<String>,
    /// How it is signed; `valid` when absent.
    pub signing: Option<Signing>,
    /// When it should have happened; now when absent.
    pub at: Option<Timestamp>,
    /// Sent in place of the composed body, signed as asked.
    pub body: Option<String>,
    /// An earlier test delivery to send again: byte for byte, signature included.
    pub resend: Option<Uuid>,
    /// With `resend`: as a new message of the same content, with a signature of its own.
    pub as_new: bool,
}

/// What came of a test event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestResult {
    /// The delivery it became; null when the front door stored nothing.
    pub delivery: Option<Uuid>,
    /// What the front door answered.
    pub response_status: u16,
    /// What the proof was worth; null when the front door stored nothing.
    pub verdict: Option<Verdict>,
    /// The number it was about, where the bench knows it.
    pub number: Option<String>,
}

/// An endpoint that can be tried, with what its carrier can compose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BenchChoice {
    /// The endpoint; its URL is masked.
    pub endpoint: Endpoint,
    /// Its carrier.
    pub facts: CarrierFacts,
}

impl BenchChoice {
    /// The carrier and the account, as they are chosen from.
    pub fn label(&self) -> String {
        format!("{} · {}", self.facts.name, self.endpoint.label)
    }
}

/// A request as it would go out, without its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposedTest {
    /// Where it goes, the token masked.
    pub url: String,
    /// In order.
    pub headers: Vec<(String, String)>,
    /// As text.
    pub body: String,
    /// The number used, made up where none was given.
    pub number: String,
    /// The time used.
    pub at: Timestamp,
}
