//! `/`: the list of parcels, until there is an overview.

use super::parcels::ParcelsPage;
use leptos::prelude::*;

/// The first page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! { <ParcelsPage/> }
}
