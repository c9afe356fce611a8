//! The log of deliveries, and the preset of failed signatures with its summary.

use crate::api::deliveries::{FailureGroup, failure_groups, list_deliveries};
use crate::components::badge::{OutcomeBadge, VerdictBadge};
use crate::components::frame::PageHead;
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::live::use_live;
use crate::components::pager::Pager;
use crate::components::state::{EmptyState, ErrorState, Skeleton};
use crate::components::time::UtcTime;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{Delivery, DeliveryFilter, FailureReason, Outcome, Verdict};
use crate::tracking::page::{Page, PageRequest};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// `/deliveries`.
#[component]
pub fn DeliveriesPage() -> impl IntoView {
    let query = use_query_map();
    let changed = use_live("deliveries");
    let rows = Resource::new(
        move || (query.get(), changed.get()),
        |(query, _)| async move { list_deliveries(filter_of(&query), page_of(&query)).await },
    );
    let failed = move || query.read().get("verdict").as_deref() == Some("failed");
    view! {
        <div class="page">
            <PageHead title=Signal::derive(move || if failed() { "Failed signatures" } else { "Deliveries" }.to_owned())>
                <p class="page-lead">
                    {move || if failed() {
                        "Requests whose proof of origin did not hold. They are kept and explained, and nothing was derived from them."
                    } else {
                        "Every HTTP request the carriers made, as it came: what its proof was worth and what became of it."
                    }}
                </p>
            </PageHead>
            <Show when=failed><FailureSummary/></Show>
            {move || view! { <Filters query=query.get()/> }}
            <Transition fallback=|| view! { <Skeleton/> }>
                {move || Suspend::new(async move {
                    match rows.await {
                        Ok(page) => view! { <Rows page query=query.get_untracked()/> }.into_any(),
                        Err(error) => view! { <ErrorState error=error.to_string()/> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

fn filter_of(query: &ParamsMap) -> DeliveryFilter {
    let word = |name: &str| query.get(name).filter(|text| !text.trim().is_empty());
    DeliveryFilter {
        carrier: word("carrier").and_then(|text| text.parse().ok()),
        endpoint: word("endpoint").and_then(|text| text.parse().ok()),
        verdict: word("verdict").and_then(|text| text.parse().ok()),
        reason: word("reason").and_then(|text| text.parse().ok()),
        outcome: word("outcome").and_then(|text| text.parse().ok()),
        parcel: word("parcel").and_then(|text| text.parse().ok()),
        from: word("from").and_then(|text| moment(&text)),
        to: word("to").and_then(|text| moment(&text)),
        test: word("test").and_then(|text| text.parse().ok()),
        q: word("q"),
    }
}

/// A full RFC 3339 time, or what a `datetime-local` field sends, read as UTC.
fn moment(text: &str) -> Option<crate::tracking::time::Timestamp> {
    text.parse().ok().or_else(|| format!("{text}:00Z").parse().ok()).or_else(|| format!("{text}Z").parse().ok())
}

fn page_of(query: &ParamsMap) -> PageRequest {
    PageRequest { limit: 50, cursor: query.get("cursor") }
}

#[component]
fn Filters(query: ParamsMap) -> impl IntoView {
    let value = move |name: &str| query.get(name).unwrap_or_default();
    let narrowed = ["carrier", "verdict", "reason", "outcome", "from", "to", "test", "q", "endpoint", "parcel"]
        .iter()
        .any(|name| !value(name).is_empty());
    let carriers = CarrierId::ALL.iter().map(|c| (c.as_str(), c.label())).collect::<Vec<_>>();
    let verdicts = Verdict::ALL.iter().map(|v| (v.as_str(), v.label())).collect::<Vec<_>>();
    let reasons = FailureReason::ALL.iter().map(|r| (r.as_str(), r.label())).collect::<Vec<_>>();
    let outcomes = Outcome::ALL.iter().map(|o| (o.as_str(), o.label())).collect::<Vec<_>>();
    view! {
        <form class="filter-bar" method="get" action=path("/deliveries") aria-label="Filter deliveries">
            <label class="filter-grow">"Search"
                <input class="control" type="search" name="q" value=value("q") placeholder="Number, delivery id, address, hash"/>
            </label>
            <Select name="carrier" label="Carrier" options=carriers chosen=value("carrier")/>
            <Select name="verdict" label="Verdict" options=verdicts chosen=value("verdict")/>
            <Select name="reason" label="Reason" options=reasons chosen=value("reason")/>
            <Select name="outcome" label="Outcome" options=outcomes chosen=value("outcome")/>
            <label>"From (UTC)"<input class="control" type="datetime-local" name="from" value=value("from")/></label>
            <label>"Until (UTC)"<input class="control" type="datetime-local" name="to" value=value("to")/></label>
            <Select name="test" label="Test data" options=vec![("false", "Without"), ("true", "Only")] chosen=value("test")/>
            <div class="filter-actions">
                <button class="button">"Filter"</button>
                {narrowed.then(|| view! { <a class="button" data-kind="quiet" href=path("/deliveries")>"Clear all"</a> })}
            </div>
        </form>
    }
}

/// A choice of a filter bar; its first entry is “any”.
#[component]
fn Select(
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: String,
) -> impl IntoView {
    view! {
        <label>{label}
            <select class="control" name=name>
                <option value="">"Any"</option>
                {options.into_iter().map(|(word, label)| view! {
                    <option value=word selected=(word == chosen)>{label}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

#[component]
fn Rows(page: Page<Delivery>, query: ParamsMap) -> impl IntoView {
    let narrowed = query.clone().into_iter().any(|(name, value)| name != "cursor" && !value.is_empty());
    if page.items.is_empty() {
        return if query.get("verdict").as_deref() == Some("failed") {
            view! { <EmptyState icon="check" title="No failed signatures">
                <p>"Every request that came proved where it is from."</p>
            </EmptyState> }.into_any()
        } else if narrowed {
            view! { <EmptyState icon="search" title="Nothing matches these filters">
                <a class="button" href=path("/deliveries")>"Clear filters"</a>
            </EmptyState> }.into_any()
        } else {
            view! { <EmptyState icon="inbox" title="No deliveries yet">
                <p>"Give a carrier the address of one of your endpoints, or send a test event."</p>
                <div class="row">
                    <a class="button" data-kind="primary" href=path("/carriers")>"Carriers"</a>
                    <a class="button" href=path("/test-bench")>"Test bench"</a>
                </div>
            </EmptyState> }.into_any()
        };
    }
    let next = page.next_cursor.clone();
    view! {
        <div class="table-box">
            <table class="table" data-cards>
                <thead><tr>
                    <th scope="col">"Received (UTC)"</th><th scope="col">"Carrier"</th><th scope="col">"Verdict"</th>
                    <th scope="col">"Outcome"</th><th scope="col">"Parcels"</th><th scope="col" class="end">"Events"</th>
                    <th scope="col" class="end">"Size"</th>
                </tr></thead>
                <tbody>{page.items.into_iter().map(|delivery| view! { <Row delivery/> }).collect_view()}</tbody>
            </table>
        </div>
        <Pager base="/deliveries" query=query next=next/>
    }
    .into_any()
}

#[component]
fn Row(delivery: Delivery) -> impl IntoView {
    let href = path(&format!("/deliveries/{}", delivery.id));
    let parcels: Vec<String> = delivery.parcels.iter().map(|parcel| parcel.number.clone()).collect();
    let shown = match parcels.as_slice() {
        [] => "—".to_owned(),
        [one] => one.clone(),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    };
    view! {
        <tr data-link>
            <td data-half="start"><a class="row-link" href=href><UtcTime at=delivery.received_at precise=true/></a>
                {(delivery.seen_count > 1).then(|| view! { <span class="chip">{format!("×{}", delivery.seen_count)}</span> })}
            </td>
            <td>{delivery.carrier.label()}<span class="second">{delivery.endpoint_label}</span></td>
            <td><VerdictBadge verdict=delivery.verdict/>
                {delivery.reason.map(|reason| view! { <span class="second">{reason.label()}</span> })}
            </td>
            <td data-half="end"><OutcomeBadge outcome=delivery.outcome/>
                {delivery.is_test.then(|| view! { " "<span class="chip" data-tone="violet">"Test"</span> })}
            </td>
            <td><span class="number clip">{shown}</span></td>
            <td class="end numeric" data-label="Events">{delivery.events.len()}</td>
            <td class="end numeric nowrap" data-small="hide">{size(delivery.size)}</td>
        </tr>
    }
}

/// Bytes in words.
pub fn size(bytes: u64) -> String {
    if bytes < 1024 {
        format!("{bytes} B")
    } else {
        let tenths = bytes * 10 / 1024;
        format!("{}.{} KiB", tenths / 10, tenths % 10)
    }
}

/// Why signatures fail, since when, and what would have matched: one line per endpoint and reason.
#[component]
fn FailureSummary() -> impl IntoView {
    let changed = use_live("deliveries");
    let groups = Resource::new(move || changed.get(), |_| failure_groups());
    view! {
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match groups.await {
                    Ok(groups) => view! {
                        <div class="stack">{groups.into_iter().map(|group| view! { <Group group/> }).collect_view()}</div>
                    }.into_any(),
                    Err(error) => view! { <ErrorState error=error.to_string()/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Group(group: FailureGroup) -> impl IntoView {
    let times = if group.count == 1 { "Once".to_owned() } else { format!("{} times", group.count) };
    view! {
        <div class="notice" data-tone="red">
            <Icon name="alert"/>
            <div class="notice-body">
                <strong>{group.reason.label()}</strong>" · "{group.carrier.label()}" · "
                <a href=path(&format!("/carriers/{}", group.endpoint))>{group.endpoint_label.clone()}</a>
                <p>{times}", since "<UtcTime at=group.first_at/>", last "<UtcTime at=group.last_at/>". "
                    <a href=path(&format!("/deliveries/{}", group.newest))>"See the newest"</a>
                </p>
                {(!group.would_match.is_empty()).then(|| view! {
                    <ul>{group.would_match.iter().map(|w| view! { <li>{w.label()}"."</li> }).collect_view()}</ul>
                })}
            </div>
        </div>
    }
}
