//! `/search`: what was found, by kind, with the place where it was met.

use crate::api::search::search;
use crate::components::asked::Asked;
use crate::components::badge::{Chip, ParcelChips, StatusBadge};
use crate::components::card::Card;
use crate::components::delivery::{OutcomeBadge, VerdictBadge};
use crate::components::hit::ExcerptLine;
use crate::components::link::{path, with_query};
use crate::components::page_head::PageHead;
use crate::components::state::EmptyState;
use crate::components::time::{Ago, Moment};
use crate::tracking::parcel::ShipmentSummary;
use crate::tracking::search::{DeliveryHit, Found, ParcelHit};
use crate::words::{common, frame, search as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The results of a search.
#[component]
pub fn SearchPage() -> impl IntoView {
    let q = use_query_map().get_untracked().get("q").unwrap_or_default();
    let title = if q.trim().is_empty() { common::SEARCH.to_owned() } else { words::title(&short(&q)) };
    view! {
        <PageHead title/>
        <Asked answer=search(q.clone(), false) live="parcels" children={move |found: Found| view! { <Results found q/> }}/>
    }
}

fn short(q: &str) -> String {
    let cut: String = q.chars().take(60).collect();
    if cut.len() < q.len() { format!("{cut}…") } else { cut }
}

#[component]
fn Results(found: Found, q: String) -> impl IntoView {
    if q.trim().is_empty() {
        return view! {
            <EmptyState
                icon="search"
                title=words::WHAT
                help=words::WHAT_HELP
            />
        }
        .into_any();
    }
    if found.is_empty() {
        return view! {
            <EmptyState
                icon="search"
                title=words::NOTHING
                help=words::NOTHING_HELP
            >
                <a class="button" href=path("/parcels")>{words::ALL_PARCELS}</a>
                <a class="button" href=path("/deliveries")>{words::ALL_DELIVERIES}</a>
            </EmptyState>
        }
        .into_any();
    }
    let Found { parcels, more_parcels, shipments, deliveries } = found;
    let list = with_query("/parcels", &[("q", q.chars().take(200).collect())]);
    let in_list =
        move || view! { <a href=list.clone()>{if more_parcels { words::ALL_IN_LIST } else { words::IN_LIST }}</a> };
    view! {
        {(!parcels.is_empty())
            .then(|| {
                view! {
                    <Card title=frame::PARCELS aside=in_list flush=true>
                        <ul class="hits">{parcels.into_iter().map(|hit| view! { <ParcelLine hit/> }).collect_view()}</ul>
                    </Card>
                }
            })}
        {(!shipments.is_empty())
            .then(|| {
                view! {
                    <Card title=words::SHIPMENTS flush=true>
                        <ul class="hits">{shipments.into_iter().map(|shipment| view! { <ShipmentLine shipment/> }).collect_view()}</ul>
                    </Card>
                }
            })}
        {(!deliveries.is_empty())
            .then(|| {
                view! {
                    <Card title=frame::DELIVERIES flush=true>
                        <ul class="hits">{deliveries.into_iter().map(|hit| view! { <DeliveryLine hit/> }).collect_view()}</ul>
                    </Card>
                }
            })}
    }
    .into_any()
}

#[component]
fn ParcelLine(hit: ParcelHit) -> impl IntoView {
    let ParcelHit { parcel, excerpt } = hit;
    view! {
        <li>
            <span class="row">
                <a class="number hit-link" href=path(&format!("/parcels/{}", parcel.id))>{parcel.number.clone()}</a>
                <StatusBadge status=parcel.status/>
                <ParcelChips parcel=parcel.clone()/>
            </span>
            {excerpt.map(|excerpt| view! { <ExcerptLine excerpt/> })}
            <span class="second">
                {parcel.carrier.label()}
                {parcel.last_event_at.map(|at| view! { " · " <Ago at zone=parcel.zone.clone()/> })}
            </span>
        </li>
    }
}

#[component]
fn ShipmentLine(shipment: ShipmentSummary) -> impl IntoView {
    view! {
        <li>
            <a class="number hit-link" href=path(&format!("/shipments/{}", shipment.id))>{shipment.number}</a>
            <span class="second">{shipment.summary}</span>
        </li>
    }
}

#[component]
fn DeliveryLine(hit: DeliveryHit) -> impl IntoView {
    view! {
        <li>
            <span class="row">
                <a class="hit-link" href=path(&format!("/deliveries/{}", hit.id))><Moment at=hit.received_at/></a>
                <VerdictBadge verdict=hit.verdict/>
                <OutcomeBadge outcome=hit.outcome/>
                {hit.is_test.then(|| view! { <Chip word=common::TEST tone=Some("violet") icon=Some("bench")/> })}
            </span>
            <span class="second">{hit.carrier.label()}" · "{hit.endpoint_label}</span>
        </li>
    }
}
