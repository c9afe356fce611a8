//! No such page: answered with 404.

use crate::components::console::answer_status;
use crate::components::link::path;
use crate::components::page_head::PageHead;
use crate::components::state::EmptyState;
use leptos::prelude::*;

/// Says so, and where to go.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    answer_status(404);
    view! {
        <PageHead title="Page not found"/>
        <EmptyState icon="search" title="There is nothing at this address" help="It may have moved, or the link is incomplete.">
            <a class="button" data-kind="primary" href=path("/parcels")>"To the parcels"</a>
        </EmptyState>
    }
}
