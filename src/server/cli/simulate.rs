//! `parcelwire simulate`: sends what a carrier would send to the running server, through its front door.

use super::instance::Instance;
use super::output::Format;
use crate::server::config::Config;
use crate::server::simulator::Simulator;
use crate::tracking::delivery::Signing;
use crate::tracking::test_bench::TestRequest;
use crate::tracking::time::Timestamp;
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
    /// The tracking number [default: a made-up one]
    #[arg(long)]
    number: Option<String>,
    /// How it is signed: valid, wrong or missing
    #[arg(long, default_value = "valid")]
    signing: Signing,
    /// When it happened, such as 2026-06-18T06:30:00Z [default: now]
    #[arg(long)]
    at: Option<Timestamp>,
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
    let asked = TestRequest {
        event: Some(arguments.event),
        number: arguments.number,
        signing: Some(arguments.signing),
        at: arguments.at,
        ..TestRequest::default()
    };
    let result = simulator.send(arguments.endpoint, &asked).await?;
    arguments.format.print(&result, |result| {
        let kept = result.delivery.zip(result.verdict);
        let kept = kept.map_or("not stored".to_owned(), |(id, verdict)| format!("{verdict}, delivery {id}"));
        format!("answered {}: {kept}", result.response_status)
    })?;
    instance.close().await;
    Ok(())
}
