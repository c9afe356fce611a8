//! `/parcels`: the list. Everything that narrows it is in the address, under the names the API uses.

mod address;
mod bulk;
mod filters;
mod look;
mod rows;
mod tabs;
mod tools;

use crate::api::parcels::list_parcels;
use crate::components::asked::Asked;
use crate::components::console::console;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::people::Role;
use crate::tracking::screen::ParcelList;
use crate::tracking::view::{ParcelColumn, ParcelOrder};
use crate::words::{common, frame, parcels as words};
use address::{back, filter_of, page_of, with};
use bulk::{BulkForm, BulkNotice};
use filters::{Filters, Narrowed, narrowing};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use look::QuickLook;
use rows::Rows;
use tabs::Views;
use tools::Tools;
use uuid::Uuid;

/// The list of parcels.
#[component]
pub fn ParcelsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let id = |name: &str| query.get(name).and_then(|text| text.parse::<Uuid>().ok());
    let list = list_parcels(filter_of(&query), page_of(&query), query.get("columns"), id("saved"), id("bulk"));
    let looked = id("look");
    let close = with(&query, true, &[]);
    let operator = console().may(Role::Operator);
    view! {
        <PageHead title=title_of(&query)>
            {operator
                .then(|| {
                    view! {
                        <a class="button" href=path("/parcels/import")>{words::IMPORT}</a>
                        <a class="button" href=path("/parcels/new")><Icon name="plus"/>{words::ADD}</a>
                    }
                })}
        </PageHead>
        <div class="list-with-look" data-looking=looked.map(|_| "")>
            <div class="stack">
                <Asked answer=list live="parcels" children={move |list: ParcelList| view! { <Listed list query/> }}/>
            </div>
            {looked.map(|id| view! { <QuickLook id close/> })}
        </div>
    }
}

#[component]
fn Listed(list: ParcelList, query: ParamsMap) -> impl IntoView {
    let filter = filter_of(&query);
    let ParcelList { page, counts, columns, saved, tags, bulk } = list;
    let current = query.get("saved").and_then(|id| saved.iter().find(|view| view.id.to_string() == id).cloned());
    let order = filter.order.unwrap_or(ParcelOrder::Updated);
    let narrowed = !narrowing(&filter).is_empty();
    let back = back(&query);
    let export = export_address(&filter, &columns);
    let choose = console().may(Role::Operator);
    let body = if page.items.is_empty() {
        view! { <Nothing filtered=narrowed/> }.into_any()
    } else {
        let shown = page.items.len();
        let whole = page.next_cursor.is_some().then(|| filter.clone());
        let rows = view! { <Rows parcels=page.items columns=columns.clone() query=query.clone() order choose/> };
        let rows = if choose {
            view! { <BulkForm back=back.clone() whole>{rows}</BulkForm> }.into_any()
        } else {
            rows.into_any()
        };
        view! {
            {rows}
            <Pager to="/parcels" shown next_cursor=page.next_cursor size=page_of(&query).limit/>
        }
        .into_any()
    };
    view! {
        {bulk.map(|report| view! { <BulkNotice report back=back.clone()/> })}
        <Views counts filter=filter.clone() saved/>
        <div class="list-bar">
            <Filters filter=filter.clone() tags/>
            <div class="list-tools-row">
                <Tools columns current back/>
                <a class="button" rel="external" download href=export>{words::EXPORT}</a>
            </div>
        </div>
        {narrowed.then(|| view! { <Narrowed filter query/> })}
        {body}
    }
}

/// Exactly what is shown: the filter, the columns, the order.
fn export_address(filter: &ParcelFilter, columns: &[ParcelColumn]) -> String {
    let mut parameters = filter.parameters();
    parameters.push(("columns", ParcelColumn::text(columns)));
    with_query("/api/v1/parcels.csv", &parameters)
}

#[component]
fn Nothing(filtered: bool) -> impl IntoView {
    if filtered {
        view! {
            <EmptyState icon="filter" title=common::NO_MATCH help=words::NO_MATCH_HELP>
                <a class="button" href=path("/parcels")>{common::CLEAR_FILTERS}</a>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <EmptyState
                icon="parcels"
                title=words::NONE_YET
                help=words::NONE_YET_HELP
            >
                <a class="button" data-kind="primary" href=path("/carriers")>{words::ADD_CARRIER}</a>
                <a class="button" href=path("/test-bench")>{common::SEND_TEST}</a>
            </EmptyState>
        }
        .into_any()
    }
}

fn title_of(query: &ParamsMap) -> String {
    let filter = filter_of(query);
    match narrowing(&filter).as_slice() {
        [] => frame::PARCELS.into(),
        [only] if only.name == "test" => words::TEST_PARCELS.into(),
        [only] if only.name == "q" => words::with(&only.words),
        [only] => words::that_are(&only.within()),
        [first, rest @ ..] => words::that_are(&common::one_and_more(&first.within(), rest.len())),
    }
}
