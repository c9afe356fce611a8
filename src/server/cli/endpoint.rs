//! `parcelwire endpoint`: endpoints, their secrets and addresses.

use super::instance::{Instance, secret};
use super::output::{Format, table};
use crate::server::config::Config;
use crate::server::endpoints::{GivenSecrets, KEEP_HOURS, NewEndpoint};
use crate::tracking::audit::Act;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::SecretName;
use crate::tracking::page::PageRequest;
use uuid::Uuid;

/// What to do with endpoints.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add an endpoint; its address is printed
    Add {
        /// pos-malaysia, trackingmore, bex, boxnow or fast
        carrier: CarrierId,
        /// Your name for the account
        #[arg(long)]
        label: String,
        /// Read the webhook secret from standard input
        #[arg(long)]
        secret_stdin: bool,
        #[command(flatten)]
        format: Format,
    },
    /// List the endpoints
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Store a new webhook secret
    RotateSecret {
        /// Which endpoint
        id: Uuid,
        /// Read the secret from standard input instead of asking for it
        #[arg(long)]
        secret_stdin: bool,
        /// For how many hours the old secret holds too
        #[arg(long, default_value_t = KEEP_HOURS)]
        keep_previous_hours: u32,
    },
    /// Make a new address
    RotateUrl {
        /// Which endpoint
        id: Uuid,
        /// For how many hours the old address holds too
        #[arg(long, default_value_t = KEEP_HOURS)]
        keep_previous_hours: u32,
        #[command(flatten)]
        format: Format,
    },
}

/// Runs it.
pub async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    let instance = Instance::open(config).await?;
    let endpoints = instance.endpoints();
    match command {
        Command::Add { carrier, label, secret_stdin, format } => {
            let typed = if secret_stdin { vec![(SecretName::Secret, secret(true, "")?)] } else { Vec::new() };
            let secrets = GivenSecrets { typed, generate: false };
            let named = label.clone();
            let new = NewEndpoint { carrier, label, state: None, settings: None, secrets };
            let made = instance.acting(Act::EndpointAdd, &named, async { Ok(endpoints.create(new).await?) }).await?;
            format.print(&made.endpoint, |endpoint| endpoint.hook_url.clone())?;
        }
        Command::List { format } => {
            let items = endpoints.list(&PageRequest { limit: 200, cursor: None }, format.json).await?.items;
            format.print(&items, |items| {
                let head = ["id", "carrier", "label", "state", "last delivery"].map(str::to_owned).to_vec();
                let rows = items.iter().map(|endpoint| {
                    vec![
                        endpoint.id.to_string(),
                        endpoint.carrier.to_string(),
                        endpoint.label.clone(),
                        endpoint.state.to_string(),
                        endpoint.last_delivery_at.map_or("-".to_owned(), |at| at.to_string()),
                    ]
                });
                table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
            })?;
        }
        Command::RotateSecret { id, secret_stdin, keep_previous_hours } => {
            let typed = vec![(SecretName::Secret, secret(secret_stdin, "New webhook secret")?)];
            let given = GivenSecrets { typed, generate: false };
            let put = async { Ok(endpoints.put_secrets(id, given, Some(keep_previous_hours)).await?) };
            instance.acting(Act::SecretPut, &id.to_string(), put).await?;
        }
        Command::RotateUrl { id, keep_previous_hours, format } => {
            let made = async { Ok(endpoints.new_url(id, Some(keep_previous_hours)).await?) };
            let endpoint = instance.acting(Act::EndpointUrl, &id.to_string(), made).await?;
            format.print(&endpoint, |endpoint| endpoint.hook_url.clone())?;
        }
    }
    instance.close().await;
    Ok(())
}
