//! A surface with a heading.

use leptos::prelude::*;

/// A section of a page.
#[component]
pub fn Card(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// Stands at the end of the heading's line.
    #[prop(optional, into)]
    aside: Option<ViewFn>,
    /// Without padding, for tables.
    #[prop(optional)]
    flush: bool,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" data-flush=flush.then_some("")>
            <header>
                <h2>{title}</h2>
                {aside.map(|aside| aside.run())}
            </header>
            <div class="card-body">{children()}</div>
        </section>
    }
}

/// One line of a `dl.facts`; nothing where the value is absent or empty.
#[component]
pub fn Fact(
    /// What it is.
    #[prop(into)]
    name: String,
    /// What is known.
    #[prop(into)]
    value: Option<String>,
    /// In monospace.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    value.filter(|value| !value.is_empty()).map(|value| {
        view! {
            <dt>{name}</dt>
            <dd class:mono=mono><bdi>{value}</bdi></dd>
        }
    })
}
