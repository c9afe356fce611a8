//! The head of a page: its one `h1`, its title, its actions.

use leptos::prelude::*;
use leptos_meta::Title;

/// Heading and document title.
#[component]
pub fn PageHead(
    /// The `h1` and the first part of the document's title.
    #[prop(into)]
    title: Signal<String>,
    /// One sentence under it.
    #[prop(optional, into)]
    lead: String,
    /// Buttons and links at its end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    // The head of the document is written last, when the page's own signals may be gone.
    let first = title.get_untracked();
    view! {
        <Title text=move || title.try_get().unwrap_or_else(|| first.clone())/>
        <header class="page-head">
            <h1>{title}</h1>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
            {(!lead.is_empty()).then(|| view! { <p class="page-lead">{lead}</p> })}
        </header>
    }
}
