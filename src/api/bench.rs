//! The test bench for the pages: compose what a carrier would send, look at it, send it.

use super::Fault;
use crate::tracking::delivery::Signing;
use crate::tracking::screen::Screen;
use crate::tracking::test_bench::{BenchChoice, ComposedTest, TestRequest};
use crate::tracking::time::Timestamp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is on the bench; all of it is in the address of the page.
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
    /// A word of [`Signing`]; empty is `valid`.
    pub signing: String,
}

impl BenchRequest {
    /// As the parameters of the page's address.
    pub fn parameters(&self) -> [(&'static str, String); 5] {
        [
            ("endpoint", self.endpoint.map(|id| id.to_string()).unwrap_or_default()),
            ("event", self.event.clone()),
            ("number", self.number.clone()),
            ("at", self.at.clone()),
            ("signing", self.signing.clone()),
        ]
    }

    /// As the simulator takes it; a time that cannot be read is now.
    pub fn asked(&self) -> TestRequest {
        TestRequest {
            event: Some(self.event.clone()),
            number: Some(self.number.clone()).filter(|number| !number.is_empty()),
            at: moment(&self.at),
            signing: self.signing.parse::<Signing>().ok(),
            ..TestRequest::default()
        }
    }
}

/// What a `datetime-local` field sends, read as UTC; also a full RFC 3339 time.
pub fn moment(text: &str) -> Option<Timestamp> {
    [text.to_owned(), format!("{text}Z"), format!("{text}:00Z")].iter().find_map(|each| each.parse().ok())
}

/// The endpoints that can be tried. Role: viewer.
#[server(endpoint = "bench_choices")]
pub async fn bench_choices() -> Result<Screen<Vec<BenchChoice>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::bench::choices(&state).await
}

/// Composes without sending. Role: operator.
#[server(endpoint = "compose_test")]
pub async fn compose_test(
    /// What is on the bench.
    request: BenchRequest,
) -> Result<Screen<ComposedTest>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::bench::compose(&state, request.endpoint.unwrap_or_default(), &request.asked()).await
}

/// Signs the body as asked and sends it through the front door; leads back with the result. Role: operator.
#[server(endpoint = "send_test")]
pub async fn send_test(
    /// What was on the bench.
    request: BenchRequest,
    /// As it stands in the form.
    body: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let asked = TestRequest { body: Some(body), ..request.asked() };
    let sent = crate::server::console::bench::send(&state, request.endpoint.unwrap_or_default(), asked).await?;
    let mut parameters = request.parameters().to_vec();
    parameters.push(("sent", sent.to_string()));
    leptos_axum::redirect(&super::query_of(&format!("{}/test-bench", state.base), &parameters));
    Ok(())
}

/// Sends an earlier test delivery again, as it was or (with `as_new`) as a new message. Role: operator.
#[server(endpoint = "resend_test")]
pub async fn resend_test(
    /// Which one.
    delivery: Uuid,
    /// As a new message of the same content.
    #[server(default)]
    as_new: bool,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let sent = crate::server::console::bench::resend(&state, delivery, as_new).await?;
    leptos_axum::redirect(&format!("{}/deliveries/{sent}?done=sent", state.base));
    Ok(())
}
