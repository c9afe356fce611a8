//! The log of deliveries, and the preset of failed signatures with its summary.

use crate::api::bench::moment;
use crate::api::deliveries::{failure_groups, list_deliveries};
use crate::components::asked::Asked;
use crate::components::badge::Chip;
use crate::components::delivery::{OutcomeBadge, VerdictBadge};
use crate::components::filter::{FilterBar, FilterKeep, FilterMore, FilterSelect, FilterText, options};
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::table::TableBox;
use crate::components::time::Moment;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::{Delivery, DeliveryFilter, FailureGroup, FailureReason, Outcome, Verdict};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::DeliveryLog;
use crate::words::{common, deliveries as words, frame};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// `/deliveries`.
#[component]
pub fn DeliveriesPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let rows = list_deliveries(filter_of(&query), page_of(&query));
    let failed = shows_failed(&query);
    let (title, lead) =
        if failed { (frame::FAILED_SIGNATURES, words::LEAD_FAILED) } else { (frame::DELIVERIES, words::LEAD) };
    view! {
        <PageHead title lead/>
        {failed.then(|| view! { <FailureSummary/> })}
        <Asked answer=rows live="deliveries" children={move |log: DeliveryLog| {
            view! { <Filters query=query.clone() endpoints=log.endpoints/><Rows page=log.page query/> }
        }}/>
    }
}

fn shows_failed(query: &ParamsMap) -> bool {
    query.get_str("verdict") == Some("failed")
}

fn filter_of(query: &ParamsMap) -> DeliveryFilter {
    let word = |name: &str| query.get(name).filter(|text| !text.trim().is_empty());
    let one = word("retries_of").or_else(|| word("q")).or_else(|| word("parcel")).is_some();
    let grouped = !one && word("outcome").as_deref() != Some(Outcome::Duplicate.as_str());
    DeliveryFilter {
        retries: word("retries").and_then(|text| text.parse().ok()).or(grouped.then_some(false)),
        retries_of: word("retries_of").and_then(|text| text.parse().ok()),
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

/// What is listed when nothing narrows it: retries stand in the row of the first.
fn everything() -> DeliveryFilter {
    DeliveryFilter { retries: Some(false), ..DeliveryFilter::default() }
}

fn page_of(query: &ParamsMap) -> PageRequest {
    PageRequest { limit: 50, cursor: query.get("cursor") }
}

#[component]
fn Filters(query: ParamsMap, endpoints: Vec<(Uuid, String)>) -> impl IntoView {
    let filter = filter_of(&query);
    let count = |narrowed: &[bool]| narrowed.iter().filter(|set| **set).count();
    let more = count(&[
        filter.endpoint.is_some(),
        filter.reason.is_some(),
        filter.test.is_some(),
        filter.retries == Some(true),
        filter.from.is_some(),
        filter.to.is_some(),
    ]);
    let narrowed = more
        + count(&[
            filter.q.is_some(),
            filter.carrier.is_some(),
            filter.verdict.is_some(),
            filter.outcome.is_some(),
            filter.parcel.is_some(),
            filter.retries_of.is_some(),
        ]);
    let endpoints = endpoints.into_iter().map(|(id, label)| (id.to_string(), label)).collect();
    let test = vec![
        ("false".to_owned(), common::WITHOUT_TESTS.to_owned()),
        ("true".to_owned(), common::TESTS_ONLY.to_owned()),
    ];
    let moment = move |name: &'static str, label: &'static str| {
        let value = query.get(name).unwrap_or_default();
        view! { <label>{label}<input class="control" type="datetime-local" name=name value=value/></label> }
    };
    view! {
        <FilterBar to="/deliveries" narrowed>
            <FilterText name="q" label=common::SEARCH placeholder=words::SEARCH_HELP/>
            <FilterSelect name="carrier" label=common::CARRIER options=options(&CarrierId::ALL, CarrierId::as_str, CarrierId::label)/>
            <FilterSelect name="verdict" label=words::VERDICT options=options(Verdict::ALL, Verdict::as_str, Verdict::label)/>
            <FilterSelect name="outcome" label=words::OUTCOME options=options(Outcome::ALL, Outcome::as_str, Outcome::label)/>
            <FilterMore narrowed=more>
                <FilterSelect name="endpoint" label=common::ENDPOINT options=endpoints/>
                <FilterSelect name="reason" label=common::REASON options=options(FailureReason::ALL, FailureReason::as_str, FailureReason::label)/>
                <FilterSelect name="test" label=common::TESTS options=test/>
                <FilterSelect name="retries" label=words::RETRIES any=words::ONE_ROW options=vec![("true".to_owned(), words::ROW_EACH.to_owned())]/>
                {moment("from", common::FROM_UTC)}
                {moment("to", common::UNTIL_UTC)}
            </FilterMore>
            <FilterKeep name="retries_of"/>
            <FilterKeep name="parcel"/>
        </FilterBar>
    }
}

#[component]
fn Rows(page: Page<Delivery>, query: ParamsMap) -> impl IntoView {
    if page.items.is_empty() {
        return view! { <Nothing query/> }.into_any();
    }
    let shown = page.items.len();
    view! {
        <TableBox label=frame::DELIVERIES>
            <table class="table" data-cards>
                <thead><tr>
                    <th scope="col">{common::RECEIVED}</th><th scope="col">{common::CARRIER}</th><th scope="col">{words::VERDICT}</th>
                    <th scope="col">{words::OUTCOME}</th><th scope="col">{frame::PARCELS}</th><th scope="col" class="end">{common::EVENTS}</th>
                    <th scope="col" class="end">{words::ATTEMPT}</th><th scope="col" class="end">{common::SIZE}</th>
                    <th scope="col" class="end">{words::KEPT_IN}</th>
                </tr></thead>
                <tbody>{page.items.into_iter().map(|delivery| view! { <Row delivery/> }).collect_view()}</tbody>
            </table>
        </TableBox>
        <Pager to="/deliveries" shown next_cursor=page.next_cursor/>
    }
    .into_any()
}

#[component]
fn Nothing(query: ParamsMap) -> impl IntoView {
    let filter = filter_of(&query);
    let only_failed = DeliveryFilter { verdict: Some(Verdict::Failed), ..everything() };
    if filter == only_failed {
        let help = words::NO_FAILED_HELP;
        view! { <EmptyState icon="check" title=words::NO_FAILED help/> }.into_any()
    } else if filter == everything() {
        let help = words::NOTHING_YET_HELP;
        view! {
            <EmptyState icon="deliveries" title=words::NOTHING_YET help>
                <a class="button" data-kind="primary" href=path("/carriers")>{frame::CARRIERS}</a>
                <a class="button" href=path("/test-bench")>{frame::TEST_BENCH}</a>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <EmptyState icon="filter" title=common::NO_MATCH>
                <a class="button" href=path("/deliveries")>{common::CLEAR_FILTERS}</a>
            </EmptyState>
        }
        .into_any()
    }
}

#[component]
fn Row(delivery: Delivery) -> impl IntoView {
    let href = path(&format!("/deliveries/{}", delivery.id));
    let parcels: Vec<String> = delivery.parcels.iter().map(|parcel| parcel.number.clone()).collect();
    let shown = match parcels.as_slice() {
        [] => "—".to_owned(),
        [one] => one.clone(),
        [one, rest @ ..] => common::one_and_more(one, rest.len()),
    };
    view! {
        <tr data-link>
            <td data-half="start" class="nowrap"><a class="row-link" href=href><Moment at=delivery.received_at exact=true/></a>
                {again(&delivery)}
            </td>
            <td class="nowrap">{delivery.carrier.label()}<span class="second">{delivery.endpoint_label}</span></td>
            <td><VerdictBadge verdict=delivery.verdict/>
                {delivery.reason.map(|reason| view! { <span class="second">{reason.label()}</span> })}
            </td>
            <td data-half="end"><OutcomeBadge outcome=delivery.outcome/>
                {delivery.is_test.then(|| view! { " "<Chip word=common::TEST tone=Some("violet")/> })}
            </td>
            <td data-half="start"><span class="number clip">{shown}</span></td>
            <td class="end numeric" data-half="end" data-label=common::EVENTS>{delivery.events.len()}</td>
            <td class="end numeric" data-small="hide">{delivery.attempt}</td>
            <td class="end numeric nowrap" data-small="hide">{common::bytes(delivery.size)}</td>
            <td class="end numeric nowrap" data-small="hide">{delivery.commit_ms.map(common::milliseconds)}</td>
        </tr>
    }
}

/// How often the same came again: refused ones share a row, retries of a taken one are listed apart.
fn again(delivery: &Delivery) -> impl IntoView + use<> {
    let refused = (delivery.seen_count > 1).then(|| format!("×{}", delivery.seen_count));
    let retries = (delivery.retries > 0)
        .then(|| (words::retries(delivery.retries), path(&format!("/deliveries?retries_of={}", delivery.id))));
    view! {
        {refused.map(|text| view! { <span class="second"><span class="chip">{text}</span></span> })}
        {retries.map(|(text, href)| view! { <span class="second"><a class="chip" href=href>{text}</a></span> })}
    }
}

/// Why signatures fail, since when, and what would have matched: one line per endpoint and reason.
#[component]
fn FailureSummary() -> impl IntoView {
    view! {
        <Asked answer=failure_groups() live="deliveries" children={|groups: Vec<FailureGroup>| view! {
            <div class="stack">{groups.into_iter().map(|group| view! { <Group group/> }).collect_view()}</div>
        }}/>
    }
}

#[component]
fn Group(group: FailureGroup) -> impl IntoView {
    let times = words::times(group.count);
    let since = if group.count > 1 { words::SINCE } else { ", " };
    let last = (group.count > 1).then(|| view! { {words::LAST}<Moment at=group.last_at/> });
    view! {
        <div class="notice" data-tone="red">
            <Icon name="triangle"/>
            <div class="notice-body">
                <strong>{group.reason.label()}</strong>" · "{group.carrier.label()}" · "
                <a href=path(&format!("/carriers/{}", group.endpoint))>{group.endpoint_label.clone()}</a>
                <p>{times}{since}<Moment at=group.first_at/>{last}". "
                    <a href=path(&format!("/deliveries/{}", group.newest))>{words::SEE_NEWEST}</a>
                </p>
                {(!group.would_match.is_empty()).then(|| view! {
                    <ul>{group.would_match.iter().map(|w| view! { <li>{w.label()}"."</li> }).collect_view()}</ul>
                })}
            </div>
        </div>
    }
}
