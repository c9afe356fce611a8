//! Text as it is: payloads, addresses, headers.

use super::copy::CopyButton;
use leptos::prelude::*;

/// Preformatted text with a copy button.
#[component]
pub fn CodeBlock(
    /// The text.
    #[prop(into)]
    text: String,
    /// What it is, to screen readers.
    #[prop(into)]
    label: String,
    /// Break long lines.
    #[prop(optional)]
    wrap: bool,
) -> impl IntoView {
    let copied = text.clone();
    view! {
        <div class="code-block" data-wrap=wrap.then_some("")>
            <pre tabindex="0" role="region" aria-label=label.clone()><code>{text}</code></pre>
            <CopyButton text=copied what=label/>
        </div>
    }
}
