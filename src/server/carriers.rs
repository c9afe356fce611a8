//! The carriers: one file each, one entry each in [`CARRIERS`]. All else follows from what they declare.
//!
//! A carrier's file does no I/O, knows no clock, no store and no crypto: it describes, reads and composes.

pub use super::signature::Composed;
use super::signature::{MessageKeyRule, Scheme};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::{CarrierFacts, SecretName};
use crate::tracking::event::Reading;
use crate::tracking::fold::Policy;
use crate::tracking::mapping::DefaultRow;
use crate::tracking::registration::{Handout, RegistrationAct};
use crate::tracking::time::Timestamp;
use serde_json::{Map, Value};

pub mod answers;
pub mod bex;
pub mod boxnow;
pub mod fast;
pub mod json;
pub mod pos_malaysia;
pub mod settings;
pub mod trackingmore;

/// Every carrier, in the order pages list them.
pub static CARRIERS: &[&dyn Carrier] =
    &[&pos_malaysia::PosMalaysia, &trackingmore::Trackingmore, &bex::Bex, &boxnow::BoxNow, &fast::Fast];

/// The carrier with this id.
pub fn carrier(id: CarrierId) -> &'static dyn Carrier {
    *CARRIERS.iter().find(|known| known.id() == id).expect("a test holds CARRIERS and CarrierId::ALL together")
}

/// Settings of an endpoint: validated, every key of the schema present.
pub type Settings = Map<String, Value>;

/// What a carrier's file declares.
pub trait Carrier: Sync + Send {
    /// Which.
    fn id(&self) -> CarrierId;

    /// Name, forms, test events, retry rule: what pages need. `settings` starts with `settings::common(zone)`.
    fn facts(&self) -> CarrierFacts;

    /// Aliases of the hook path that carriers know without our prefix (`/api/poslaju/webhook`).
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether `?token=` may stand for the path token.
    fn token_in_query(&self) -> bool {
        true
    }

    /// The query parameter of a GET probe that must be echoed, if this carrier probes.
    fn echo_parameter(&self) -> Option<&'static str> {
        None
    }

    /// What proves the origin, given the settings and which secrets are stored.
    fn scheme(&self, settings: &Settings, stored: &[SecretName]) -> Scheme;

    /// Checks that settings and stored secrets fit together (`require_signature` without a secret): a sentence per fault.
    fn check_settings(&self, _settings: &Settings, _stored: &[SecretName]) -> Vec<String> {
        Vec::new()
    }

    /// What makes two deliveries the same message.
    fn message_key(&self) -> MessageKeyRule {
        MessageKeyRule::Body
    }

    /// What the fold must know of this carrier.
    fn policy(&self, settings: &Settings) -> Policy;

    /// Reads an admitted body. Tolerant: BOM, numbers as strings, nulls, unknown keys. Never panics.
    fn read(&self, body: &[u8], settings: &Settings) -> Reading;

    /// Fields whose values name no person and prove nothing, in lower case: they are shown to whoever looks at a delivery.
    /// All others are masked.
    fn plain_fields(&self) -> &'static [&'static str];

    /// The mapping rows that ship.
    fn default_rows(&self) -> Vec<DefaultRow>;

    /// Composes what this carrier would send, unsigned.
    fn compose(&self, event: &TestEvent, settings: &Settings) -> Result<Composed, ComposeFault>;

    /// A number for a test parcel, made from a nonce of at least ten characters.
    fn sample_number(&self, nonce: &str) -> String {
        format!("TEST{}", nonce.get(..10).unwrap_or(nonce).to_uppercase())
    }

    /// Whole journeys for `parcelwire simulate`, told in test events; the usual one first.
    fn journeys(&self) -> &'static [Journey] {
        &[]
    }

    /// What there is to do until deliveries come.
    fn registration_plan(&self, context: &RegistrationContext<'_>) -> RegistrationPlan;

    /// The request of one act, where this carrier can be asked by program.
    fn registration_request(
        &self,
        _act: RegistrationAct,
        _context: &RegistrationContext<'_>,
    ) -> Result<Vec<OutgoingRequest>, String> {
        Err("This carrier has nothing to ask by program; follow the checklist.".into())
    }

    /// Reads the answer of the last request of an act: what to remember and what it said, or the error in words.
    fn registration_answer(
        &self,
        _act: RegistrationAct,
        _context: &RegistrationContext<'_>,
        _status: u16,
        _body: &[u8],
    ) -> Result<RegistrationAnswer, String> {
        Err("This carrier has nothing to ask by program.".into())
    }
}

/// A test event to be composed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestEvent {
    /// One of the carrier's `facts().test_events`.
    pub event: String,
    /// The parcel's number.
    pub number: String,
    /// When it should have happened.
    pub at: Timestamp,
    /// Random, for message ids: 32 lower hex characters, new for a new message.
    pub nonce: String,
    /// The carrier's attempt counter.
    pub attempt: u32,
}

/// A journey a parcel may take, for the simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journey {
    /// One word.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// Test events, each with the minutes since the journey's start.
    pub steps: &'static [(&'static str, i64)],
}

/// Why a test event cannot be composed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeFault {
    /// Not one of this carrier's test events.
    #[error("this carrier has no test event “{0}”")]
    UnknownEvent(String),
}

/// What registration may use. No Debug: it can read secrets.
pub struct RegistrationContext<'a> {
    /// The URL the carrier is to post to.
    pub hook_url: &'a str,
    /// The endpoint's label.
    pub label: &'a str,
    /// Its settings.
    pub settings: &'a Settings,
    /// Which secrets are stored.
    pub stored: &'a [SecretName],
    /// Reads a stored secret, for outgoing requests only.
    pub secret: &'a (dyn Fn(SecretName) -> Option<String> + Sync),
    /// What earlier answers left to remember (registration id), an object.
    pub memory: &'a Value,
}

/// One thing to do until deliveries come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// The step's word; equals the act's word where a program does it.
    pub name: String,
    /// One sentence.
    pub title: String,
    /// Done by this act, or by hand when `None`.
    pub act: Option<RegistrationAct>,
}

/// How a carrier is told where to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationPlan {
    /// In order; the first delivery is added by `registration`.
    pub steps: Vec<PlannedStep>,
    /// What may be asked by program.
    pub acts: Vec<RegistrationAct>,
    /// To copy for the carrier.
    pub handouts: Vec<Handout>,
}

/// A request to a carrier. Values may hold secrets: never logged, no Debug.
#[derive(Clone)]
pub struct OutgoingRequest {
    /// `GET`, `POST`, `PUT`, `DELETE`.
    pub method: &'static str,
    /// Absolute.
    pub url: String,
    /// In order. `{token}` in a value is replaced by `access_token` of the previous answer of the same act.
    pub headers: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Value>,
}

/// What an answer of a carrier leaves behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistrationAnswer {
    /// Merged into the endpoint's memory.
    pub remember: Map<String, Value>,
    /// What the carrier said, in words.
    pub message: String,
    /// Set by a check: whether the carrier has our URL registered and active.
    pub registered: Option<bool>,
}
