//! Endpoints for the pages: cards, forms, secrets, registration.

use super::Fault;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::{CarrierFacts, Endpoint, EndpointState, SecretName};
use crate::tracking::registration::{Registration, RegistrationAct};
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A carrier and its endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarrierCard {
    /// The carrier.
    pub facts: CarrierFacts,
    /// Its endpoints with their registration, oldest first.
    pub endpoints: Vec<(Endpoint, Registration)>,
}

/// One endpoint with what its page needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointDetail {
    /// The endpoint; its URL is masked for viewers.
    pub endpoint: Endpoint,
    /// Its carrier.
    pub facts: CarrierFacts,
    /// What the carrier has registered.
    pub registration: Registration,
    /// A secret made a moment ago, shown this once.
    pub made: Option<String>,
    /// Whether the asker may change anything here.
    pub may_change: bool,
}

/// Every carrier with its endpoints. Viewer.
#[server(endpoint = "list_carriers")]
pub async fn list_carriers() -> Result<Screen<Vec<CarrierCard>>, Fault> {
    crate::server::console::carriers::list().await
}

/// What a carrier's forms need. Viewer.
#[server(endpoint = "find_carrier")]
pub async fn find_carrier(carrier: CarrierId) -> Result<Screen<CarrierFacts>, Fault> {
    crate::server::console::carriers::facts(carrier)
}

/// One endpoint. `shown` names a secret made a moment ago. Viewer.
#[server(endpoint = "find_endpoint")]
pub async fn find_endpoint(id: Uuid, shown: Option<String>) -> Result<Screen<EndpointDetail>, Fault> {
    crate::server::console::carriers::find(id, shown).await
}

/// Adds an endpoint and leads to its page. Admin.
#[server(endpoint = "add_endpoint")]
pub async fn add_endpoint(
    carrier: CarrierId,
    label: String,
    #[server(default)] secrets: HashMap<String, String>,
    #[server(default)] settings: HashMap<String, String>,
) -> Result<(), Fault> {
    crate::server::console::carriers::add(carrier, label, secrets, settings).await
}

/// Changes label and settings. Admin.
#[server(endpoint = "save_endpoint")]
pub async fn save_endpoint(
    id: Uuid,
    label: String,
    #[server(default)] settings: HashMap<String, String>,
) -> Result<(), Fault> {
    crate::server::console::carriers::save(id, label, settings).await
}

/// Pauses, observes or activates. Admin.
#[server(endpoint = "set_endpoint_state")]
pub async fn set_endpoint_state(id: Uuid, new_state: EndpointState) -> Result<(), Fault> {
    crate::server::console::carriers::set_state(id, new_state).await
}

/// Stores a new secret, typed or (with `generate`) made here and shown once. Admin.
#[server(endpoint = "put_secret")]
pub async fn put_secret(
    id: Uuid,
    name: SecretName,
    #[server(default)] secret: String,
    #[server(default)] generate: bool,
    keep_previous_hours: u32,
) -> Result<(), Fault> {
    crate::server::console::carriers::put_secret(id, name, secret, generate, keep_previous_hours).await
}

/// Makes a new URL; the old one holds for a while. Admin.
#[server(endpoint = "new_hook_url")]
pub async fn new_hook_url(id: Uuid, keep_previous_hours: u32) -> Result<(), Fault> {
    crate::server::console::carriers::new_url(id, keep_previous_hours).await
}

/// Ends the URL; deliveries and parcels stay. Admin.
#[server(endpoint = "delete_endpoint")]
pub async fn delete_endpoint(id: Uuid) -> Result<(), Fault> {
    crate::server::console::carriers::delete(id).await
}

/// Asks the carrier to register, activate, check or unsubscribe. Admin.
#[server(endpoint = "registration_act")]
pub async fn registration_act(id: Uuid, act: RegistrationAct) -> Result<(), Fault> {
    crate::server::console::carriers::registration_act(id, act).await
}
