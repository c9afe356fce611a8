//! The head of a page: its one `h1`, its title, its actions.

use leptos::prelude::*;
use leptos_meta::Title;

/// Heading and document title.
#[component]
pub fn PageHead(
    /// The `h1` and the first part of the document's title.
    #[prop(into)]
    title: String,
    /// One sentence under it.
    #[prop(optional, into)]
    lead: String,
    /// Buttons and links at its end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=title.clone()/>
        <header class="page-head">
            <h1>{title}</h1>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
            {(!lead.is_empty()).then(|| view! { <p class="page-lead">{lead}</p> })}
        </header>
    }
}
