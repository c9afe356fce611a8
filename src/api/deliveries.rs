//! Deliveries for the pages: the log, one delivery with its bytes, failed signatures, replay and re-verify.

use super::Fault;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{Delivery, DeliveryFilter, FailureReason, Header, ReplayReport, WouldMatch};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::time::Timestamp;
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One delivery with what only its own page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryDetail {
    /// The delivery.
    pub delivery: Delivery,
    /// Its headers in order; credentials masked.
    pub headers: Vec<Header>,
    /// The body as text (lossy where it is not UTF-8), cut after 256 KiB for display only.
    pub body: String,
    /// The same, indented, where it is JSON.
    pub pretty: Option<String>,
    /// Whether `body` was cut for display.
    pub cut: bool,
}

/// Failed proofs of one endpoint for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureGroup {
    /// Which endpoint.
    pub endpoint: Uuid,
    /// Its label.
    pub endpoint_label: String,
    /// Whose.
    pub carrier: CarrierId,
    /// Why.
    pub reason: FailureReason,
    /// How many requests, identical ones counted each.
    pub count: u64,
    /// The first kept one.
    pub first_at: Timestamp,
    /// The newest one.
    pub last_at: Timestamp,
    /// What would have matched the newest one.
    pub would_match: Vec<WouldMatch>,
    /// The newest one.
    pub newest: Uuid,
}

/// One page of the log. Viewer.
#[server(endpoint = "list_deliveries")]
pub async fn list_deliveries(filter: DeliveryFilter, page: PageRequest) -> Result<Screen<Page<Delivery>>, Fault> {
    crate::server::console::deliveries::list(&filter, &page).await
}

/// One delivery with headers and body. Viewer.
#[server(endpoint = "find_delivery")]
pub async fn find_delivery(id: Uuid) -> Result<Screen<DeliveryDetail>, Fault> {
    crate::server::console::deliveries::find(id).await
}

/// Failed proofs by endpoint and reason, newest first. Viewer.
#[server(endpoint = "failure_groups")]
pub async fn failure_groups() -> Result<Screen<Vec<FailureGroup>>, Fault> {
    crate::server::console::deliveries::failure_groups().await
}

/// What a replay would change. Nothing is kept. Operator.
#[server(endpoint = "preview_replay")]
pub async fn preview_replay(id: Uuid) -> Result<Screen<ReplayReport>, Fault> {
    crate::server::console::deliveries::preview_replay(id).await
}

/// Applies a delivery again. Operator.
#[server(endpoint = "replay_delivery")]
pub async fn replay_delivery(id: Uuid) -> Result<(), Fault> {
    crate::server::console::deliveries::replay(id).await
}

/// Checks the proof of a refused delivery again, and admits it when it now holds. Operator.
#[server(endpoint = "reverify_delivery")]
pub async fn reverify_delivery(id: Uuid) -> Result<(), Fault> {
    crate::server::console::deliveries::reverify(id).await
}
