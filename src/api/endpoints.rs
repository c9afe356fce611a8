//! Endpoints for the pages: cards, forms, secrets, registration.
//!
//! Settings come as `settings[key]`, secrets as `secrets[name]`.

use super::Fault;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::{CarrierCard, CarrierFacts, EndpointDetail, EndpointState, SecretName};
use crate::tracking::registration::RegistrationAct;
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// Every carrier with its endpoints. Role: viewer.
#[server(endpoint = "list_carriers")]
pub async fn list_carriers() -> Result<Screen<Vec<CarrierCard>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::carriers::list(&state, actor.role).await
}

/// What a carrier's forms need. Role: viewer.
#[server(endpoint = "show_carrier")]
pub async fn show_carrier(
    /// Which.
    carrier: CarrierId,
) -> Result<Screen<CarrierFacts>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    Ok(crate::server::console::carriers::facts(&state, carrier))
}

/// One endpoint; `shown` names a secret made a moment ago. Role: viewer.
#[server(endpoint = "show_endpoint")]
pub async fn show_endpoint(
    /// Which.
    id: Uuid,
    /// From the address this was led to with.
    shown: Option<String>,
) -> Result<Screen<EndpointDetail>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::carriers::find(&state, &actor.name, actor.role, id, shown.as_deref()).await
}

/// Adds an endpoint and leads to its page. Role: admin.
#[server(endpoint = "add_endpoint")]
pub async fn add_endpoint(
    /// Whose.
    carrier: CarrierId,
    /// The operator's name for it.
    label: String,
    /// Typed ones; empty ones count as absent.
    #[server(default)]
    secrets: HashMap<String, String>,
    /// The whole form.
    #[server(default)]
    settings: HashMap<String, String>,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let id = crate::server::console::carriers::add(&state, carrier, label, secrets, settings).await?;
    leptos_axum::redirect(&format!("{}/carriers/{id}?done=added", state.base));
    Ok(())
}

/// Changes label and settings. Role: admin.
#[server(endpoint = "save_endpoint")]
pub async fn save_endpoint(
    /// Which.
    id: Uuid,
    /// The operator's name for it.
    label: String,
    /// The whole form.
    #[server(default)]
    settings: HashMap<String, String>,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::carriers::save(&state, id, label, settings).await?;
    leptos_axum::redirect(&format!("{}/carriers/{id}?done=saved", state.base));
    Ok(())
}

/// Pauses, observes or activates. Role: admin.
#[server(endpoint = "set_endpoint_state")]
pub async fn set_endpoint_state(
    /// Which.
    id: Uuid,
    /// What it does from now on.
    new_state: EndpointState,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::carriers::set_state(&state, id, new_state).await?;
    leptos_axum::redirect(&format!("{}/carriers/{id}?done={new_state}", state.base));
    Ok(())
}

/// Stores a new secret, typed or (with `generate`) made here and shown once. Role: admin.
#[server(endpoint = "put_secret")]
pub async fn put_secret(
    /// Which endpoint.
    id: Uuid,
    /// Which secret.
    name: SecretName,
    /// As typed.
    #[server(default)]
    secret: String,
    /// Make one up instead.
    #[server(default)]
    generate: bool,
    /// For how many hours the previous one holds too.
    keep_previous_hours: u32,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let made = crate::server::console::carriers::put_secret(
        &state,
        &actor.name,
        id,
        name,
        secret,
        generate,
        keep_previous_hours,
    )
    .await?;
    let shown = made.map(|note| format!("&shown={note}")).unwrap_or_default();
    leptos_axum::redirect(&format!("{}/carriers/{id}?done=secret{shown}", state.base));
    Ok(())
}

/// Makes a new URL; the old one holds for a while. Role: admin.
#[server(endpoint = "new_hook_url")]
pub async fn new_hook_url(
    /// Which endpoint.
    id: Uuid,
    /// For how many hours the old one is served too.
    keep_previous_hours: u32,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::carriers::new_url(&state, id, keep_previous_hours).await?;
    leptos_axum::redirect(&format!("{}/carriers/{id}?done=url", state.base));
    Ok(())
}

/// Ends the URL; deliveries and parcels stay. Role: admin.
#[server(endpoint = "delete_endpoint")]
pub async fn delete_endpoint(
    /// Which.
    id: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::carriers::delete(&state, id).await?;
    leptos_axum::redirect(&format!("{}/carriers?done=deleted", state.base));
    Ok(())
}

/// Asks the carrier to register, activate, check or unsubscribe. Role: admin.
#[server(endpoint = "ask_carrier")]
pub async fn ask_carrier(
    /// Which endpoint.
    id: Uuid,
    /// What is asked.
    act: RegistrationAct,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::carriers::registration_act(&state, id, act).await?;
    leptos_axum::redirect(&format!("{}/carriers/{id}?done={act}", state.base));
    Ok(())
}
