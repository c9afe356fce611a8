//! `parcelwire openapi`: the description of the JSON API, as the server gives it.

use crate::server::config::Config;
use crate::server::routes::v1::openapi::openapi;

/// Runs it.
pub fn run(config: &Config) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(&openapi(config.base()))?);
    Ok(())
}
