//! Copies a text; not shown without scripts.

use super::icon::Icon;
use crate::words::common as words;
use leptos::prelude::*;

/// A button that copies `text`.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is called: “number”, “address”.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let label = words::copy(&what);
    view! {
        <button
            type="button"
            class="copy-button"
            data-needs-scripts
            data-copy=text
            data-copied-label=words::COPIED
            aria-label=label.clone()
            title=label
        >
            <Icon name="copy"/>
            <Icon name="check"/>
        </button>
    }
}
