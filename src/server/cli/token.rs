//! `parcelwire token`: API tokens. A token works when the command has ended, also beside a running server.

use super::instance::Instance;
use super::output::{Format, table};
use crate::server::config::Config;
use crate::server::ids;
use crate::server::secrets::{random_token, token_hash};
use crate::tracking::audit::Act;
use crate::tracking::page::PageRequest;
use crate::tracking::people::Scope;
use serde_json::json;
use uuid::Uuid;

/// What to do with tokens.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a token; it is printed once
    Create {
        /// Your name for it
        #[arg(long)]
        name: String,
        /// What it may do: read, operate or admin
        #[arg(long, default_value = "read")]
        scope: Scope,
        #[command(flatten)]
        format: Format,
    },
    /// List the tokens
    List {
        #[command(flatten)]
        format: Format,
    },
    /// End a token at once
    Revoke {
        /// Its id
        id: Uuid,
    },
}

/// Runs it.
pub async fn run(config: Config, command: Command) -> anyhow::Result<()> {
    let instance = Instance::open(config).await?;
    match command {
        Command::Create { name, scope, format } => {
            let name = name.trim().to_owned();
            anyhow::ensure!(!name.is_empty() && name.chars().count() <= 80, "a token's name has 1 to 80 characters");
            let now = instance.clock.now();
            let (id, token) = (ids::new(now), format!("pw_{}", random_token(32)));
            let made = async { Ok(instance.store.insert_token(id, &name, token_hash(&token), scope, now).await?) };
            instance.acting(Act::TokenMake, &name, made).await?;
            format.print(&json!({"id": id, "token": token}), |_| token.clone())?;
        }
        Command::List { format } => {
            let tokens = instance.store.list_tokens(&PageRequest { limit: 200, cursor: None }).await?.items;
            format.print(&tokens, |tokens| {
                let head = ["id", "name", "scope", "made", "last used", "revoked"].map(str::to_owned).to_vec();
                let time =
                    |at: Option<crate::tracking::time::Timestamp>| at.map_or("-".to_owned(), |at| at.to_string());
                let rows = tokens.iter().map(|token| {
                    vec![
                        token.id.to_string(),
                        token.name.clone(),
                        token.scope.to_string(),
                        token.created_at.to_string(),
                        time(token.last_used_at),
                        time(token.revoked_at),
                    ]
                });
                table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
            })?;
        }
        Command::Revoke { id } => {
            let revoked = async {
                let known = instance.store.revoke_token(id, instance.clock.now()).await?;
                anyhow::ensure!(known, "there is no such token");
                Ok(())
            };
            instance.acting(Act::TokenRevoke, &id.to_string(), revoked).await?;
        }
    }
    instance.close().await;
    Ok(())
}
