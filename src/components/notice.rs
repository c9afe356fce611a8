//! Something to know, said once.

use super::icon::Icon;
use leptos::prelude::*;

/// A sentence with a tone and an icon.
#[component]
pub fn Notice(
    /// `red`, `amber`, `green`, `blue`, `grey`.
    tone: &'static str,
    /// Which icon.
    icon: &'static str,
    /// The sentence, with links where it helps.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=tone>
            <Icon name=icon/>
            <div class="notice-body">{children()}</div>
        </div>
    }
}
