//! Where in a text the search was met.

use crate::tracking::search::Excerpt;
use leptos::prelude::*;

/// The text with the place marked, and what sort of text it is.
#[component]
pub fn ExcerptLine(
    /// Which.
    excerpt: Excerpt,
) -> impl IntoView {
    let Excerpt { label, before, hit, after } = excerpt;
    view! {
        <span class="excerpt">
            <span class="excerpt-label">{label}</span>
            <span class="excerpt-text" dir="auto">{before}<mark>{hit}</mark>{after}</span>
        </span>
    }
}
