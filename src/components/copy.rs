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
    let (copied, set_copied) = signal(false);
    let label = move || if copied.get() { words::COPIED.to_owned() } else { words::copy(&what) };
    let icon = move || {
        if copied.get() {
            view! { <Icon name="check"/> }
        } else {
            view! { <Icon name="copy"/> }
        }
    };
    let copy = move |_| {
        // The promise needs no waiting for: where the browser refuses, there is nothing to say that helps.
        drop(window().navigator().clipboard().write_text(&text));
        set_copied.set(true);
        set_timeout(
            move || {
                let _ = set_copied.try_set(false);
            },
            core::time::Duration::from_secs(2),
        );
    };
    view! {
        <button
            type="button"
            class="copy-button"
            data-needs-scripts
            data-copied=move || copied.get().then_some("")
            aria-label=label.clone()
            title=label
            on:click=copy
        >
            {icon}
        </button>
    }
}
