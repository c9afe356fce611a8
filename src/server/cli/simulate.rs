//! `parcelwire simulate`: sends what a carrier would send to the running server, through its front door.

use super::instance::Instance;
use super::output::Format;
use crate::server::carriers::{Journey, carrier};
use crate::server::config::Config;
use crate::server::simulator::Simulator;
use crate::tracking::audit::Act;
use crate::tracking::delivery::Signing;
use crate::tracking::test_bench::{TestRequest, TestResult};
use crate::tracking::time::Timestamp;
use anyhow::Context as _;
use std::sync::Arc;
use uuid::Uuid;

/// What to send.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The endpoint's id; see `parcelwire endpoint list`
    endpoint: Uuid,
    /// The event, as the carrier's list of test events names it
    #[arg(long, default_value = "delivered")]
    event: String,
    /// A whole journey instead of one event
    #[arg(long, conflicts_with_all = ["event", "signing", "all_journeys"])]
    journey: Option<String>,
    /// Every journey this carrier has, each with a parcel of its own
    #[arg(long, conflicts_with_all = ["event", "signing", "number"])]
    all_journeys: bool,
    /// The tracking number [default: a made-up one]
    #[arg(long)]
    number: Option<String>,
    /// How it is signed: valid, wrong or missing
    #[arg(long, default_value = "valid")]
    signing: Signing,
    /// When it happened, or when the journey began, such as 2026-06-18T06:30:00Z [default: now]
    #[arg(long)]
    at: Option<Timestamp>,
    /// Not marked as tests: real parcels come of it. For demonstrations, where nothing real is at stake
    #[arg(long)]
    unmarked: bool,
    #[command(flatten)]
    format: Format,
}

/// Runs it; `PARCELWIRE_LISTEN` must be where the server listens.
pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let bound = config.listen;
    let instance = Instance::open(config.bound_to(bound)).await?;
    let simulator = Simulator::new(
        instance.store.clone(),
        instance.endpoints(),
        instance.keyring.clone(),
        instance.clock.clone(),
        Arc::new(instance.config.clone()),
    );
    let simulator = if arguments.unmarked { simulator.unmarked() } else { simulator };
    let sending = send(&instance, &simulator, &arguments);
    let sent = instance.acting(Act::TestSend, &arguments.endpoint.to_string(), sending).await;
    instance.close().await;
    arguments.format.print(&sent?, |results| results.iter().map(words).collect::<Vec<_>>().join("\n"))
}

fn words(result: &TestResult) -> String {
    let kept = result.delivery.zip(result.verdict);
    let kept = kept.map_or("not stored".to_owned(), |(id, verdict)| format!("{verdict}, delivery {id}"));
    format!("answered {}: {kept}", result.response_status)
}

async fn send(instance: &Instance, simulator: &Simulator, asked: &Arguments) -> anyhow::Result<Vec<TestResult>> {
    let stored = instance.store.find_endpoint(asked.endpoint).await?.context("there is no such endpoint")?;
    let known = carrier(stored.carrier).journeys();
    let journeys: Vec<&Journey> = match &asked.journey {
        None if !asked.all_journeys => {
            let test = TestRequest {
                event: Some(asked.event.clone()),
                number: asked.number.clone(),
                signing: Some(asked.signing),
                at: asked.at,
                ..TestRequest::default()
            };
            return Ok(vec![simulator.send(asked.endpoint, &test).await?]);
        }
        None => known.iter().collect(),
        Some(name) => vec![known.iter().find(|journey| journey.name == name).with_context(|| {
            let names: Vec<&str> = known.iter().map(|journey| journey.name).collect();
            format!("this carrier has no journey “{name}”; it has {}", names.join(", "))
        })?],
    };
    let mut results = Vec::new();
    for journey in journeys {
        let minutes = journey.steps.iter().map(|(_, minutes)| *minutes).max().unwrap_or_default();
        // Unless said otherwise a journey ends now.
        let start = asked.at.unwrap_or_else(|| instance.clock.now().plus_seconds(-minutes * 60));
        results.extend(simulator.play(asked.endpoint, journey, asked.number.clone(), start).await?);
    }
    Ok(results)
}
