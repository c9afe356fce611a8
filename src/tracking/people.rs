//! Operators, roles and tokens.

use super::retention::RetentionSheet;
use super::status::vocabulary;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

vocabulary! {
    /// What an operator may do; each role may do what the ones before it may.
    Role, "role":
    Viewer = "viewer", "Viewer";
    Operator = "operator", "Operator";
    Admin = "admin", "Admin";
}

vocabulary! {
    /// What an API token may do; each scope includes the ones before it.
    Scope, "scope":
    Read = "read", "Read";
    Operate = "operate", "Operate";
    Admin = "admin", "Admin";
}

impl Scope {
    /// The role with the same rights.
    pub fn role(self) -> Role {
        match self {
            Self::Read => Role::Viewer,
            Self::Operate => Role::Operator,
            Self::Admin => Role::Admin,
        }
    }
}

vocabulary! {
    /// Which colours an operator sees; the system's until one is chosen.
    Theme, "theme":
    System = "system", "System theme";
    Light = "light", "Light theme";
    Dark = "dark", "Dark theme";
}

impl Theme {
    /// The `data-theme` of the document; none where the system decides.
    pub fn mark(self) -> Option<&'static str> {
        (self != Self::System).then_some(self.as_str())
    }
}

#[expect(clippy::derivable_impls, reason = "the vocabulary's enums are declared by a macro")]
impl Default for Theme {
    fn default() -> Self {
        Self::System
    }
}

/// Somebody who uses the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Which.
    pub id: Uuid,
    /// What they sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// May not sign in.
    pub disabled: bool,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionInfo {
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub user: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// From where it was opened.
    pub remote_addr: String,
    /// The browser's own words.
    pub user_agent: String,
    /// Whether it is the one asking.
    pub current: bool,
}

/// An API token; the token itself is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiToken {
    /// Which.
    pub id: Uuid,
    /// The operator's name for it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used (to the minute).
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A second factor that is being set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The key, to be typed, in groups of four.
    pub key: String,
    /// The key as a QR code: the path of an SVG.
    pub path: String,
    /// The length of its side.
    pub size: u32,
}

/// How it stands with one's own second factor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorSheet {
    /// It is asked for.
    pub on: bool,
    /// How many recovery codes are left.
    pub recovery_left: u32,
    /// What the app needs, until a code of it was typed.
    pub enrolment: Option<Enrolment>,
}

/// How long something is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What.
    pub what: String,
    /// For how long, in words.
    pub how_long: String,
}

/// What the settings page shows; lists an actor may not see are empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleSheet {
    /// Who is asking.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Everybody (admins only).
    pub users: Vec<User>,
    /// The actor's own open sessions; for admins everybody's.
    pub sessions: Vec<SessionInfo>,
    /// API tokens (admins only).
    pub tokens: Vec<ApiToken>,
    /// A token made a moment ago, shown this once.
    pub made: Option<String>,
    /// Recovery codes made a moment ago, shown this once.
    pub codes: Vec<String>,
    /// One's own second factor.
    pub factor: FactorSheet,
    /// Who has a second factor (admins only).
    pub factors: Vec<String>,
    /// Every time zone there is, by name.
    pub zones: Vec<String>,
    /// What has its time, and what has had it.
    pub retention: RetentionSheet,
    /// What else is kept for how long.
    pub kept: Vec<Kept>,
    /// The version that runs.
    pub version: String,
}
