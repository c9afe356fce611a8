//! The command line: one file a subcommand. Exit codes: 0 done, 1 failed, 2 bad usage.
//!
//! `serve` holds a lock on the data directory; `restore` and `rebuild` refuse while it does, everything else works
//! beside it. Secrets come from a prompt, standard input or a file, never from an argument.

mod audit;
mod backup;
mod doctor;
mod endpoint;
mod healthcheck;
mod instance;
mod key;
mod openapi;
mod output;
pub mod rebuild;
mod restore;
pub mod serve;
mod simulate;
mod token;
mod user;

use crate::server::clock::SystemClock;
use crate::server::config::{Config, Settings, process_environment};
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Proves, keeps and folds carrier webhooks into one timeline per parcel.
#[derive(Debug, Parser)]
#[command(name = "parcelwire", version, about, arg_required_else_help = false, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the console, the API and the hooks (the default)
    Serve,
    /// Add and list users, reset their passwords, disable them
    #[command(subcommand)]
    User(user::Command),
    /// Make, list and revoke API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Add and list endpoints, rotate their secrets and addresses
    #[command(subcommand)]
    Endpoint(endpoint::Command),
    /// Check that nothing was taken out of the audit log or changed in it
    #[command(subcommand)]
    Audit(audit::Command),
    /// Exchange the key that seals stored secrets
    #[command(subcommand)]
    Key(key::Command),
    /// Send what a carrier would send to the running server
    Simulate(simulate::Arguments),
    /// Derive everything again from the raw deliveries
    Rebuild(rebuild::Arguments),
    /// Write a consistent copy of the database, without the key, into one new file
    Backup(backup::Arguments),
    /// Fill a data directory that holds no database from a backup
    Restore(restore::Arguments),
    /// Check settings, schema, key and integrity
    Doctor(doctor::Arguments),
    /// Print the description of the JSON API
    Openapi,
    /// Ask the running server whether it is ready
    Healthcheck,
    /// Print the version
    Version(output::Format),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are not errors; clap says which is which.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

/// Something the caller has to put right; exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// How long work that cannot be cancelled may hold up the end of the process.
const LAST_WORDS: Duration = Duration::from_secs(1);

fn dispatch(arguments: Arguments) -> anyhow::Result<()> {
    let command = arguments.command.unwrap_or(Command::Serve);
    if let Command::Version(format) = &command {
        return output::version(*format);
    }
    let config =
        Config::resolve(&arguments.settings, &process_environment).map_err(|faults| Usage(faults.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async move {
        match command {
            Command::Serve => serve::run(config, Arc::new(SystemClock)).await,
            Command::User(command) => user::run(config, command).await,
            Command::Token(command) => token::run(config, command).await,
            Command::Endpoint(command) => endpoint::run(config, command).await,
            Command::Audit(command) => audit::run(config, command).await,
            Command::Key(command) => key::run(config, command).await,
            Command::Simulate(arguments) => simulate::run(config, arguments).await,
            Command::Rebuild(arguments) => rebuild::run(config, arguments, Arc::new(SystemClock)).await,
            Command::Backup(arguments) => backup::run(config, arguments).await,
            Command::Restore(arguments) => restore::run(&config, arguments).await,
            Command::Doctor(arguments) => doctor::run(config, arguments).await,
            Command::Openapi => openapi::run(&config),
            Command::Healthcheck => healthcheck::run(&config).await,
            Command::Version(format) => output::version(format),
        }
    });
    runtime.shutdown_timeout(LAST_WORDS);
    done
}
