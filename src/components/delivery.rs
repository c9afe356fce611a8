//! Badges of deliveries: verdict and outcome.

use super::badge::Badge;
use crate::tracking::delivery::{Outcome, Verdict};
use leptos::prelude::*;

/// What a delivery's proof was worth.
#[component]
pub fn VerdictBadge(
    /// Which.
    verdict: Verdict,
) -> impl IntoView {
    let (tone, icon) = match verdict {
        Verdict::Verified => ("green", "verified"),
        Verdict::Authenticated => ("teal", "key"),
        Verdict::Failed => ("red", "failed"),
        Verdict::Unattempted => ("grey", "eye"),
    };
    view! { <Badge tone icon word=verdict.label()/> }
}

/// What became of a delivery.
#[component]
pub fn OutcomeBadge(
    /// Which.
    outcome: Outcome,
) -> impl IntoView {
    let (tone, icon) = match outcome {
        Outcome::Received => ("blue", "clock"),
        Outcome::Applied => ("green", "check"),
        Outcome::Partial | Outcome::Quarantined => ("amber", "triangle"),
        Outcome::Duplicate => ("grey", "repeat"),
        Outcome::Ignored => ("grey", "slash"),
        Outcome::Held => ("amber", "pause"),
        Outcome::Observed => ("violet", "eye"),
        Outcome::Unreadable => ("red", "triangle"),
        Outcome::Rejected => ("red", "cross"),
    };
    view! { <Badge tone icon word=outcome.label()/> }
}
