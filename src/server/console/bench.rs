//! The test bench: compose what a carrier would send, look at it, send it, send it again.

use super::{failed, of_desk, screen};
use crate::server::carriers::carrier;
use crate::server::simulator::SimulatorError;
use crate::server::state::AppState;
use crate::tracking::page::PageRequest;
use crate::tracking::screen::{Fault, Screen};
use crate::tracking::test_bench::{BenchChoice, ComposedTest, TestRequest};
use crate::words::{common, faults as words};
use uuid::Uuid;

/// The endpoints that can be tried, oldest first.
pub async fn choices(state: &AppState) -> Result<Screen<Vec<BenchChoice>>, Fault> {
    let all = PageRequest { limit: 200, cursor: None };
    let endpoints = state.endpoints.list(&all, false).await.map_err(of_desk)?.items;
    let choices = endpoints.into_iter().rev();
    let choices = choices.map(|endpoint| BenchChoice { facts: carrier(endpoint.carrier).facts(), endpoint }).collect();
    Ok(screen(state, choices))
}

/// Composes without sending.
pub async fn compose(state: &AppState, endpoint: Uuid, asked: &TestRequest) -> Result<Screen<ComposedTest>, Fault> {
    let composed = state.simulator.preview(endpoint, asked).await.map_err(of_simulator)?;
    Ok(screen(state, composed))
}

/// Sends what was asked; returns the delivery it became.
///
/// Forms change the ends of lines: where the carrier writes CR LF, so does what is sent.
pub async fn send(state: &AppState, endpoint: Uuid, mut asked: TestRequest) -> Result<Uuid, Fault> {
    if let Some(edited) = asked.body.take() {
        let plain = edited.replace("\r\n", "\n");
        let composed = state.simulator.preview(endpoint, &asked).await.map_err(of_simulator)?;
        asked.body = Some(if composed.body.contains("\r\n") { plain.replace('\n', "\r\n") } else { plain });
    }
    let result = state.simulator.send(endpoint, &asked).await.map_err(of_simulator)?;
    result.delivery.ok_or_else(|| Fault::Failed(words::not_kept(result.response_status)))
}

/// Sends an earlier test delivery again, as it was or as a new message.
pub async fn resend(state: &AppState, delivery: Uuid, as_new: bool) -> Result<Uuid, Fault> {
    let earlier = state.store.find_delivery(delivery).await.map_err(failed)?;
    let earlier = earlier.ok_or_else(|| Fault::NotFound(common::NO_DELIVERY.into()))?;
    let asked = TestRequest { resend: Some(delivery), as_new, ..TestRequest::default() };
    send(state, earlier.endpoint, asked).await
}

fn of_simulator(error: SimulatorError) -> Fault {
    match error {
        SimulatorError::NotFound => Fault::NotFound(common::NO_ENDPOINT.into()),
        SimulatorError::Invalid(sentence) => Fault::Unfit(sentence),
        SimulatorError::Endpoints(error) => of_desk(error),
        other => failed(other),
    }
}
