//! The help that `?` opens: what each key does.

use crate::words::keyboard as words;
use leptos::prelude::*;

/// A button and the help it opens. Once, in the frame.
#[component]
pub fn KeyHelp() -> impl IntoView {
    view! {
        <button type="button" class="button keys-button" data-kind="quiet" id="keys-button" popovertarget="keys" data-needs-scripts aria-label=words::SHORTCUTS>"?"</button>
        <div class="keys" id="keys" popover="auto" role="dialog" aria-labelledby="keys-title" tabindex="-1">
            <h2 id="keys-title">{words::KEYBOARD}</h2>
            <dl>{words::KEYS.iter().map(|(key, what)| view! { <dt><kbd>{*key}</kbd></dt><dd>{*what}</dd> }).collect_view()}</dl>
        </div>
    }
}
