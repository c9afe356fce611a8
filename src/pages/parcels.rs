//! `/parcels`: the list. Everything that narrows it is in the address, under the names the API uses.

mod tabs;

use crate::api::parcels::list_parcels;
use crate::components::asked::Asked;
use crate::components::badge::{ParcelChips, StatusBadge};
use crate::components::filter::{FilterBar, FilterKeep, FilterSelect, options};
use crate::components::link::{path, with_query};
use crate::components::live::use_live;
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::table::TableBox;
use crate::components::time::{Ago, clocks, span_text};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::{Parcel, ParcelFilter};
use crate::tracking::screen::ParcelList;
use crate::tracking::status::{Status, Substatus};
use crate::tracking::view::ParcelOrder;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use tabs::Views;

/// The list of parcels.
#[component]
pub fn ParcelsPage() -> impl IntoView {
    let query = use_query_map();
    let news = use_live("parcels");
    let list = Resource::new_blocking(
        move || (query.get(), news.get()),
        |(query, _)| list_parcels(filter_of(&query), page_of(&query)),
    );
    let title = Signal::derive(move || query.with(title_of));
    view! {
        <PageHead title>
            <a class="button" rel="external" download href=move || query.with(|q| with_query("/api/v1/parcels.csv", &kept(q, &[])))>
                "Export CSV"
            </a>
        </PageHead>
        <Asked resource=list children={move |list: ParcelList| view! { <Listed list query=query.get_untracked()/> }}/>
    }
}

#[component]
fn Listed(list: ParcelList, query: ParamsMap) -> impl IntoView {
    let filter = filter_of(&query);
    let page = list.page;
    let empty = page.items.is_empty();
    view! {
        <Views counts=list.counts filter=filter.clone() saved=list.saved/>
        <Filters filter=filter.clone()/>
        {if empty {
            view! { <Nothing filtered=ParcelFilter { order: None, ..filter } != ParcelFilter::default()/> }.into_any()
        } else {
            let shown = page.items.len();
            view! {
                <Rows parcels=page.items/>
                <Pager to="/parcels" shown next_cursor=page.next_cursor/>
            }
                .into_any()
        }}
    }
}

#[component]
fn Filters(filter: ParcelFilter) -> impl IntoView {
    let narrowed = [
        filter.q.is_some(),
        filter.number.is_some(),
        filter.carrier.is_some(),
        filter.status.is_some(),
        filter.substatus.is_some(),
        filter.stalled.is_some(),
        filter.expired.is_some(),
        filter.from.is_some(),
        filter.to.is_some(),
        filter.tag.is_some(),
        filter.test.is_some(),
    ];
    let narrowed = narrowed.into_iter().filter(|set| *set).count();
    let quiet = vec![("true".to_owned(), "Gone quiet".to_owned()), ("false".to_owned(), "Heard of".to_owned())];
    let stalled = vec![("true".to_owned(), "Standing still".to_owned()), ("false".to_owned(), "Moving".to_owned())];
    let test = vec![("true".to_owned(), "Test parcels".to_owned())];
    view! {
        <FilterBar to="/parcels" narrowed>
            <FilterSelect name="carrier" label="Carrier" options=options(&CarrierId::ALL, CarrierId::as_str, CarrierId::label)/>
            <FilterSelect name="status" label="Status" options=options(Status::ALL, Status::as_str, Status::label)/>
            <FilterSelect name="stalled" label="Movement" options=stalled/>
            <FilterSelect name="expired" label="Silence" options=quiet/>
            <FilterSelect name="test" label="Kind" options=test/>
            <FilterSelect name="order" label="Order" any="Last changed" options=vec![("created".to_owned(), "First known".to_owned())]/>
            {["q", "number", "active", "attention", "group", "substatus", "tag", "from", "to"]
                .map(|name| view! { <FilterKeep name/> })
                .into_iter()
                .collect_view()}
        </FilterBar>
    }
}

#[component]
fn Rows(parcels: Vec<Parcel>) -> impl IntoView {
    view! {
        <TableBox label="Parcels">
            <table class="table" data-cards role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Parcel"</th>
                        <th role="columnheader" scope="col">"Status"</th>
                        <th role="columnheader" scope="col">"Latest event"</th>
                        <th role="columnheader" scope="col">"In status"</th>
                        <th role="columnheader" scope="col">"In transit"</th>
                        <th role="columnheader" scope="col">"Attempts"</th>
                        <th role="columnheader" scope="col">"Changed"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {parcels.into_iter().map(|parcel| view! { <Row parcel/> }).collect_view()}
                </tbody>
            </table>
        </TableBox>
    }
}

#[component]
fn Row(parcel: Parcel) -> impl IntoView {
    let now = clocks().now;
    let in_status =
        parcel.status_since.filter(|_| !parcel.status.is_terminal()).map(|since| span_text(now.seconds_since(since)));
    let accepted = parcel.milestones.accepted_at;
    let end = parcel.milestones.delivered_at.or(parcel.milestones.returned_at).unwrap_or(now);
    let in_transit = accepted.map(|from| format!("{} d", end.seconds_since(from).max(0) / 86_400));
    let attempts = (parcel.attempts > 0).then(|| parcel.attempts.to_string());
    let piece = parcel.piece.clone().map(|piece| match &parcel.shipment {
        Some(shipment) => format!("piece {} of {}: {piece}", parcel.piece_no, shipment.pieces),
        None => piece,
    });
    let reference =
        parcel.references.iter().find(|r| r.kind == "order").or(parcel.references.first()).map(|r| r.value.clone());
    let under = [Some(parcel.carrier.label().to_owned()), piece.or(reference)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    let finer = [
        parcel.substatus.map(super::super::tracking::status::Substatus::label),
        parcel.reason.map(super::super::tracking::status::Reason::label),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    let words = parcel.substatus.map_or(parcel.status.label(), Substatus::label);
    let latest = parcel.last_event_text.clone().unwrap_or_else(|| match parcel.last_event_at {
        Some(_) => words.to_owned(),
        None => "No event yet".into(),
    });
    view! {
        <tr data-link role="row">
            <td role="cell">
                <a class="row-link number" href=path(&format!("/parcels/{}", parcel.id))>{parcel.number.clone()}</a>
                <span class="second">{under}</span>
            </td>
            <td role="cell">
                <span class="row"><StatusBadge status=parcel.status/><ParcelChips parcel=parcel.clone()/></span>
                {(!finer.is_empty()).then(|| view! { <span class="second">{finer.join(" · ")}</span> })}
            </td>
            <td role="cell">
                <span class="clip">{latest}</span>
                <span class="second">
                    {parcel.last_event_place.clone().map(|place| format!("{place} · "))}
                    {parcel.last_event_at.map(|at| view! { <Ago at zone=parcel.zone.clone()/> })}
                </span>
            </td>
            <td role="cell" class="nowrap numeric" data-half="start" data-label="In status">{in_status}</td>
            <td role="cell" class="nowrap numeric" data-small="hide">{in_transit}</td>
            <td role="cell" class="numeric" data-small="hide">{attempts}</td>
            <td role="cell" class="nowrap muted" data-half="end"><Ago at=parcel.updated_at zone=parcel.zone.clone()/></td>
        </tr>
    }
}

#[component]
fn Nothing(filtered: bool) -> impl IntoView {
    if filtered {
        view! {
            <EmptyState icon="filter" title="Nothing fits these filters" help="Numbers, pieces and references are searched; a part is enough.">
                <a class="button" href=path("/parcels")>"Clear the filters"</a>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <EmptyState
                icon="parcels"
                title="No parcels yet"
                help="A parcel appears with the first event a carrier sends about it. Add a carrier and give it the address, or try it out with a test event."
            >
                <a class="button" data-kind="primary" href=path("/carriers")>"Add a carrier"</a>
                <a class="button" href=path("/test-bench")>"Send a test event"</a>
            </EmptyState>
        }
        .into_any()
    }
}

/// The filter in the address; words that are not known narrow nothing.
fn filter_of(query: &ParamsMap) -> ParcelFilter {
    fn word<T: std::str::FromStr>(query: &ParamsMap, name: &str) -> Option<T> {
        query.get(name).filter(|text| !text.is_empty()).and_then(|text| text.trim().parse().ok())
    }
    ParcelFilter {
        q: word(query, "q"),
        number: word(query, "number"),
        carrier: word(query, "carrier"),
        people: false,
        status: word(query, "status"),
        group: word(query, "group"),
        substatus: word(query, "substatus"),
        active: word(query, "active"),
        attention: word(query, "attention"),
        stalled: word(query, "stalled"),
        expired: word(query, "expired"),
        from: word(query, "from"),
        to: word(query, "to"),
        tag: word(query, "tag"),
        test: word(query, "test"),
        order: Some(word(query, "order").unwrap_or(ParcelOrder::Updated)),
    }
}

fn page_of(query: &ParamsMap) -> PageRequest {
    let limit = query.get_str("limit").and_then(|text| text.parse().ok()).map_or(50, |limit: u32| limit.clamp(1, 200));
    PageRequest { limit, cursor: query.get("cursor").filter(|cursor| !cursor.is_empty()) }
}

fn kept(query: &ParamsMap, without: &[&str]) -> Vec<(&'static str, String)> {
    [
        "q",
        "number",
        "carrier",
        "status",
        "group",
        "substatus",
        "active",
        "attention",
        "stalled",
        "expired",
        "from",
        "to",
        "tag",
        "test",
    ]
    .into_iter()
    .filter(|name| !without.contains(name))
    .filter_map(|name| Some((name, query.get(name)?)))
    .collect()
}

fn title_of(query: &ParamsMap) -> String {
    let filter = filter_of(query);
    match (filter.q, filter.status) {
        (Some(q), _) => format!("Parcels with “{q}”"),
        (None, Some(status)) => format!("Parcels: {}", status.label().to_lowercase()),
        (None, None) if filter.attention == Some(true) => "Parcels: needs action".into(),
        (None, None) if filter.active == Some(true) => "Parcels: active".into(),
        (None, None) if filter.test == Some(true) => "Test parcels".into(),
        (None, None) => "Parcels".into(),
    }
}
