//! What a carrier has registered, as far as we know.

use super::status::vocabulary;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// How far the registration of an endpoint has come.
    RegistrationState, "registration state":
    Unregistered = "unregistered", "Not registered";
    Registered = "registered", "Registered";
    Activated = "activated", "Activated";
    Receiving = "receiving", "Receiving";
    Unsubscribed = "unsubscribed", "Unsubscribed";
    Failed = "failed", "Failed";
    Manual = "manual", "To be set up at the carrier";
}

vocabulary! {
    /// How far one step has come.
    StepState, "step state":
    Todo = "todo", "To do";
    Done = "done", "Done";
    Failed = "failed", "Failed";
}

vocabulary! {
    /// What may be asked of a carrier.
    RegistrationAct, "registration act":
    Register = "register", "Register";
    Activate = "activate", "Activate";
    Check = "check", "Check";
    Unsubscribe = "unsubscribe", "Unsubscribe";
}

/// One step towards receiving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegistrationStep {
    /// Short: `register`, `activate`, `first_delivery`, or a manual step's word.
    pub name: String,
    /// What to do, or what Parcelwire does, in one sentence.
    pub title: String,
    /// How far.
    pub state: StepState,
    /// When it got there.
    pub at: Option<Timestamp>,
    /// What the carrier said, in words.
    pub message: Option<String>,
}

/// Text to give the carrier (an address, a header, a letter), to be copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Handout {
    /// What it is.
    pub label: String,
    /// What to copy.
    pub text: String,
}

/// The registration of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Registration {
    /// How far.
    pub state: RegistrationState,
    /// In order.
    pub steps: Vec<RegistrationStep>,
    /// What may be asked now; empty where the carrier offers nothing to ask.
    pub acts: Vec<RegistrationAct>,
    /// To be copied for the carrier.
    pub handouts: Vec<Handout>,
    /// When the carrier was last asked.
    pub last_checked_at: Option<Timestamp>,
    /// When the last verified or authenticated delivery came, tests excluded.
    pub last_delivery_at: Option<Timestamp>,
}
