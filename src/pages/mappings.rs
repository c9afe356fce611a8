//! Mappings: the codes carriers send on the left, what the chosen one means on the right.

use crate::api::mappings::show_mapping;
use crate::components::asked::Asked;
use crate::components::page_head::PageHead;
use crate::components::rederiving::Rederiving;
use crate::components::state::EmptyState;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::MappingSheet;
use crate::words::{frame, mappings as words};
use codes::Chosen;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

mod codes;
mod editor;
mod preview;
mod versions;

use codes::{Codes, Unmapped};
use editor::Editor;

/// `/mappings`.
#[component]
pub fn MappingsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let carrier = query.get("carrier").and_then(|word| word.parse::<CarrierId>().ok()).unwrap_or(CarrierId::ALL[0]);
    let chosen = Chosen { carrier, key: query.get("key").filter(|key| !key.is_empty()) };
    let picked = chosen.key.is_some();
    let sheet = show_mapping(carrier, chosen.key.clone());
    view! {
        <PageHead title=frame::MAPPINGS lead=words::LEAD/>
        <Rederiving/>
        <div class="mapping-desk" data-chosen=picked.then_some("")>
            <div class="stack mapping-codes">
                <Unmapped chosen=chosen.clone()/>
                <Codes chosen/>
            </div>
            <div class="stack mapping-editor">
                <Asked answer=sheet children={|sheet: Option<MappingSheet>| match sheet {
                    Some(sheet) => view! { <Editor sheet/> }.into_any(),
                    None => view! { <EmptyState icon="mappings" title=words::CHOOSE help=words::CHOOSE_HELP/> }.into_any(),
                }}/>
            </div>
        </div>
    }
}
