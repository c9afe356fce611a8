//! The test bench for the pages: compose what a carrier would send, look at it, send it.

use super::Fault;
use crate::tracking::endpoint::{CarrierFacts, Endpoint};
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What can be chosen on the bench.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BenchChoice {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Its carrier, with the test events it can compose.
    pub facts: CarrierFacts,
}

/// What is asked to be composed; all of it is in the address of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BenchRequest {
    /// Which endpoint.
    pub endpoint: Option<Uuid>,
    /// One of the carrier's test events.
    pub event: String,
    /// The parcel's number; empty makes one up.
    pub number: String,
    /// `YYYY-MM-DDTHH:MM`, UTC; empty is now.
    pub at: String,
    /// `valid`, `wrong` or `missing`.
    pub signing: String,
}

/// The request as it would go out, without its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposedTest {
    /// Where it goes, the token masked.
    pub url: String,
    /// In order.
    pub headers: Vec<(String, String)>,
    /// As text. Line ends become CRLF again on sending where the carrier writes them so.
    pub body: String,
    /// The number used, made up where none was given.
    pub number: String,
    /// The time used, `YYYY-MM-DDTHH:MM`, UTC.
    pub at: String,
}

/// The endpoints that can be tried. Viewer.
#[server(endpoint = "bench_choices")]
pub async fn bench_choices() -> Result<Screen<Vec<BenchChoice>>, Fault> {
    crate::server::console::bench::choices().await
}

/// Composes without sending. Operator.
#[server(endpoint = "compose_test")]
pub async fn compose_test(request: BenchRequest) -> Result<Screen<ComposedTest>, Fault> {
    crate::server::console::bench::compose(request).await
}

/// Signs the body as asked and sends it through the front door; leads back with the result. Operator.
#[server(endpoint = "send_test")]
pub async fn send_test(
    endpoint: Uuid,
    event: String,
    number: String,
    at: String,
    signing: String,
    body: String,
) -> Result<(), Fault> {
    let request = BenchRequest { endpoint: Some(endpoint), event, number, at, signing };
    crate::server::console::bench::send(request, body).await
}

/// Sends an earlier test delivery again, as it was or (with `fresh`) as a new message. Operator.
#[server(endpoint = "resend_test")]
pub async fn resend_test(delivery: Uuid, #[server(default)] fresh: bool) -> Result<(), Fault> {
    crate::server::console::bench::resend(delivery, fresh).await
}

impl BenchRequest {
    /// As the query of the page's address.
    pub fn query(&self) -> String {
        let endpoint = self.endpoint.map(|id| id.to_string()).unwrap_or_default();
        [
            ("endpoint", &endpoint),
            ("event", &self.event),
            ("number", &self.number),
            ("at", &self.at),
            ("signing", &self.signing),
        ]
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .join("&")
    }
}

/// Percent-encodes everything but unreserved characters.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
