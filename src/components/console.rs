//! What every page knows before it asks for anything: the base path, who is looking, the theme, a message.
//!
//! The server provides a [`Console`] as context of every page.

use crate::api::Reply;
use crate::tracking::people::{Role, Theme};
use crate::tracking::preferences::Preferences;
use leptos::prelude::*;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The name they sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// The circumstances of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Console {
    /// Where everything is mounted: empty, or `/x` without a slash at its end.
    pub base: String,
    /// Who is looking; `None` on the sign-in and set-up pages.
    pub viewer: Option<Viewer>,
    /// The theme chosen in this browser.
    pub theme: Theme,
    /// What else is preferred in this browser.
    pub preferences: Preferences,
    /// What went wrong with the form that was sent (sign-in, set-up), in words.
    pub message: Option<String>,
    /// The name that was typed into that form.
    pub typed_name: Option<String>,
    /// Where the visitor was going before signing in.
    pub going_to: Option<String>,
    /// While a code is asked for: what stands in for the password.
    pub ticket: Option<String>,
    /// What the sign-in page calls the provider people may sign in at instead.
    pub provider: Option<String>,
    /// Where the announcements stood before anything of this page was read.
    pub mark: String,
}

impl Console {
    /// Whether whoever is looking may do what `role` may.
    pub fn may(&self, role: Role) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.role >= role)
    }
}

/// The circumstances of this page.
pub fn console() -> Console {
    use_context::<Console>().unwrap_or_default()
}

/// Answers with this HTTP status.
pub fn answer_status(code: u16) {
    if let Some(reply) = use_context::<Reply>() {
        reply.status(code);
    }
}
