//! An endpoint: one receiving URL for one carrier account, with its secrets and settings.

use super::carrier_id::CarrierId;
use super::status::vocabulary;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

vocabulary! {
    /// What an endpoint does with what it receives.
    EndpointState, "endpoint state":
    Active = "active", "Active";
    Paused = "paused", "Paused";
    Observe = "observe", "Observing";
}

vocabulary! {
    /// The named secrets an endpoint can hold; all write-only.
    SecretName, "secret name":
    Secret = "secret", "Webhook secret";
    ApiKey = "api_key", "API key";
    HeaderValue = "header_value", "Header value";
    ClientId = "client_id", "Client id";
    ClientSecret = "client_secret", "Client secret";
}

impl SecretName {
    /// Those that are sent to the carrier when it is asked something.
    pub const SENT_OUT: &'static [Self] = &[Self::ApiKey, Self::ClientId, Self::ClientSecret];
}

/// What may be known of a stored secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecretState {
    /// Whether one is stored.
    pub set: bool,
    /// Its last four characters; null for secrets under 16.
    pub last4: Option<String>,
    /// When it was typed.
    pub rotated_at: Option<Timestamp>,
    /// Until when the previous one holds too.
    pub previous_until: Option<Timestamp>,
    /// When the previous one matched last.
    pub previous_last_used_at: Option<Timestamp>,
}

/// An endpoint as the API and the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Endpoint {
    /// Which.
    pub id: Uuid,
    /// Whose webhooks.
    pub carrier: CarrierId,
    /// The operator's name for it.
    pub label: String,
    /// What it does with what it receives.
    pub state: EndpointState,
    /// Where the carrier posts; the token is masked for scope `read`.
    pub hook_url: String,
    /// Until when the URL before the last change is served too.
    pub previous_url_until: Option<Timestamp>,
    /// The webhook secret.
    pub secret: SecretState,
    /// The API key.
    pub api_key: SecretState,
    /// The static header's value.
    pub header_value: SecretState,
    /// OAuth client id.
    pub client_id: SecretState,
    /// OAuth client secret.
    pub client_secret: SecretState,
    /// Per carrier, see the settings schema; every key present, defaults filled in.
    pub settings: serde_json::Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the last delivery came, whatever its verdict, tests excluded.
    pub last_delivery_at: Option<Timestamp>,
    /// When the last verified or authenticated delivery came, tests excluded.
    pub last_verified_at: Option<Timestamp>,
    /// Since its making, tests excluded.
    pub deliveries_count: u64,
    /// Failed proofs in the last 24 hours, tests excluded.
    pub failed_24h: u64,
}

/// What sort of value a setting takes; the form and the validation follow from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// Yes or no.
    Flag,
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// Unit shown behind the field.
        unit: String,
    },
    /// Text; empty means absent.
    Text {
        /// Most characters.
        max_length: u32,
    },
    /// A web address.
    Url,
    /// An HTTP header name.
    HeaderName,
    /// An IANA time zone.
    TimeZone,
    /// One of a closed list: word and label.
    Choice {
        /// The words and their labels.
        options: Vec<(String, String)>,
    },
    /// Several of a closed list; empty means all or any, as the help says.
    Choices {
        /// The words and their labels.
        options: Vec<(String, String)>,
    },
    /// A list of whole numbers.
    Integers,
    /// A list of networks in CIDR notation.
    Networks,
    /// Thresholds per status in hours: `{"in_transit":{"watch_hours":48,"act_hours":96},…}`.
    Stall,
}

/// One setting of a carrier's endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SettingField {
    /// The key in `settings`.
    pub key: String,
    /// On the form.
    pub label: String,
    /// One sentence under the field.
    pub help: String,
    /// What it takes.
    pub field: FieldKind,
    /// What counts when it is not given.
    pub default: serde_json::Value,
    /// Shown under “Advanced”.
    pub advanced: bool,
}

/// A named secret a carrier's endpoints use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecretField {
    /// Which.
    pub name: SecretName,
    /// On the form.
    pub label: String,
    /// One sentence under the field.
    pub help: String,
    /// Fewest characters.
    pub min_length: u32,
    /// Most characters.
    pub max_length: u32,
    /// Whether Parcelwire may make one up.
    pub can_generate: bool,
}

/// What a page needs to know of a carrier to offer its forms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CarrierFacts {
    /// Which.
    pub id: CarrierId,
    /// The name people know.
    pub name: String,
    /// One sentence: what its proof of origin is and what it protects.
    pub proof: String,
    /// One sentence: how it retries.
    pub retries: String,
    /// IANA zone of its times.
    pub default_zone: String,
    /// A caution shown on its pages, where there is one.
    pub caution: Option<String>,
    /// Its settings, common ones first.
    pub settings: Vec<SettingField>,
    /// Its secrets.
    pub secrets: Vec<SecretField>,
    /// Its test events.
    pub test_events: Vec<super::event::TestEventKind>,
    /// Whether anything is signed, so that wrong and missing signatures can be tried.
    pub signs: bool,
}

/// A carrier and its endpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarrierCard {
    /// The carrier.
    pub facts: CarrierFacts,
    /// Its endpoints with their registration, oldest first.
    pub endpoints: Vec<(Endpoint, super::registration::Registration)>,
}

/// One endpoint with what its page needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointDetail {
    /// The endpoint; its URL is masked for viewers.
    pub endpoint: Endpoint,
    /// Its carrier.
    pub facts: CarrierFacts,
    /// What the carrier has registered.
    pub registration: super::registration::Registration,
    /// A secret made a moment ago, shown this once.
    pub made: Option<String>,
    /// Whether the asker may change anything here.
    pub may_change: bool,
}
