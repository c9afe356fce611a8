//! Mappings: the codes carriers send on the left, what the chosen one means on the right.

use crate::api::mappings::show_mapping;
use crate::components::asked::Asked;
use crate::components::page_head::PageHead;
use crate::components::rederiving::Rederiving;
use crate::components::state::EmptyState;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::MappingSheet;
use crate::words::{frame, mappings as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

mod codes;
mod editor;
mod preview;
mod versions;

use codes::{Codes, Unmapped};
use editor::{Acts, Editor};

/// `/mappings`.
#[component]
pub fn MappingsPage() -> impl IntoView {
    let query = use_query_map();
    let carrier = Memo::new(move |_| {
        query.read().get("carrier").and_then(|word| word.parse::<CarrierId>().ok()).unwrap_or(CarrierId::ALL[0])
    });
    let key = Memo::new(move |_| query.read().get("key").filter(|key| !key.is_empty()));
    let acts = Acts::new();
    let done = acts.done();
    // Not asked again because something came in: somebody may be typing.
    let sheet = Resource::new_blocking(
        move || (carrier.get(), key.get(), done.get()),
        |(carrier, key, _)| show_mapping(carrier, key),
    );
    view! {
        <PageHead title=frame::MAPPINGS lead=words::LEAD/>
        <Rederiving/>
        <div class="mapping-desk" data-chosen=move || key.get().map(|_| "")>
            <div class="stack mapping-codes">
                <Unmapped carrier key/>
                <Codes carrier key/>
            </div>
            <div class="stack mapping-editor">
                <Asked resource=sheet children={move |sheet: Option<MappingSheet>| match sheet {
                    Some(sheet) => view! { <Editor sheet acts/> }.into_any(),
                    None => view! { <EmptyState icon="mappings" title=words::CHOOSE help=words::CHOOSE_HELP/> }.into_any(),
                }}/>
            </div>
        </div>
    }
}
