//! No such page: answered with 404.

use crate::components::console::answer_status;
use crate::components::link::path;
use crate::components::page_head::PageHead;
use crate::components::state::EmptyState;
use crate::words::{common, states as words};
use leptos::prelude::*;

/// Says so, and where to go.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    answer_status(404);
    view! {
        <PageHead title=words::PAGE_NOT_FOUND/>
        <EmptyState icon="search" title=words::NOTHING_AT_ADDRESS help=words::NOTHING_AT_ADDRESS_HELP>
            <a class="button" data-kind="primary" href=path("/parcels")>{common::TO_PARCELS}</a>
        </EmptyState>
    }
}
