//! The box around a table: it scrolls by itself and can be reached by keyboard.

use leptos::prelude::*;

/// Give the table inside `class="table"`, and `data-cards` where rows become cards on small screens
/// (then with `role`s on `table`, `tr`, `td`, as the change of layout drops their meaning).
#[component]
pub fn TableBox(
    /// What is listed, to screen readers.
    #[prop(into)]
    label: String,
    /// The table.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-box" role="region" aria-label=label tabindex="0">
            {children()}
        </div>
    }
}
