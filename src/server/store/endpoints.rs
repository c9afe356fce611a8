//! Endpoints, their secrets and path tokens.

use crate::server::secrets::Sealed;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::SecretSlot;
use crate::tracking::endpoint::{EndpointState, SecretName};
use crate::tracking::time::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

/// An endpoint as stored. No Debug and no Serialize: it holds sealed values.
#[derive(Clone)]
pub struct StoredEndpoint {
    /// Which.
    pub id: Uuid,
    /// Whose webhooks.
    pub carrier: CarrierId,
    /// The operator's name for it.
    pub label: String,
    /// What it does with what it receives.
    pub state: EndpointState,
    /// Validated settings, every key present.
    pub settings: Map<String, Value>,
    /// The path token, sealed to `endpoint/<id>/token`.
    pub token: Sealed,
    /// Until when the URL before the last change is served too.
    pub previous_url_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted; it then receives nothing, and what it received stays.
    pub deleted_at: Option<Timestamp>,
    /// Current and previous secrets.
    pub secrets: Vec<StoredSecret>,
    /// What registration left to remember, an object.
    pub memory: Value,
    /// When the carrier was last asked what it has registered.
    pub last_checked_at: Option<Timestamp>,
}

/// A secret as stored. No Debug.
#[derive(Clone)]
pub struct StoredSecret {
    /// Which.
    pub name: SecretName,
    /// Whether it is the newest.
    pub slot: SecretSlot,
    /// Sealed to `endpoint/<id>/secret/<name>`, whatever its slot.
    pub sealed: Sealed,
    /// Its last four characters; `None` for secrets under 16 (which count as weak).
    pub last4: Option<String>,
    /// When it was typed.
    pub rotated_at: Timestamp,
    /// Until when it holds; `None` for the current one.
    pub valid_until: Option<Timestamp>,
    /// When it matched last.
    pub last_used_at: Option<Timestamp>,
}

/// What is counted at an endpoint, tests excluded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointCounters {
    /// When the last delivery came, whatever its verdict.
    pub last_delivery_at: Option<Timestamp>,
    /// When the last good one came.
    pub last_verified_at: Option<Timestamp>,
    /// Since its making.
    pub deliveries_count: u64,
    /// Failed proofs in the last 24 hours (to the hour).
    pub failed_24h: u64,
}
