//! The test bench: choose, look at the exact request, change it, send it through the front door, see the result.

use crate::api::bench::{BenchRequest, SendTest, bench_choices, compose_test};
use crate::api::deliveries::show_delivery;
use crate::components::asked::Asked;
use crate::components::badge::{Chip, StatusBadge};
use crate::components::delivery::{OutcomeBadge, VerdictBadge};
use crate::components::field::{Field, FieldArea, FieldSelect};
use crate::components::form::{ActForm, ActNotice};
use crate::components::link::path;
use crate::components::page_head::PageHead;
use crate::components::state::EmptyState;
use crate::tracking::delivery::DeliveryDetail;
use crate::tracking::test_bench::{BenchChoice, ComposedTest};
use crate::words::{common, frame, test_bench as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// `/test-bench`.
#[component]
pub fn TestBenchPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    view! {
            <PageHead title=frame::TEST_BENCH lead=words::LEAD/>
            <Asked answer=bench_choices() children={move |choices: Vec<BenchChoice>| {
                if choices.is_empty() {
                    let help = words::NOTHING_HELP;
                    return view! {
                        <EmptyState icon="bench" title=words::NOTHING help>
                            <a class="button" data-kind="primary" href=path("/carriers")>{frame::CARRIERS}</a>
                        </EmptyState>
                    }.into_any();
                }
                view! { <Bench choices query/> }.into_any()
            }}/>
    }
}

fn request_of(query: &ParamsMap) -> BenchRequest {
    let word = |name: &str| query.get(name).unwrap_or_default();
    BenchRequest {
        endpoint: word("endpoint").parse().ok(),
        event: word("event"),
        number: word("number"),
        at: word("at"),
        signing: word("signing"),
    }
}

#[component]
fn Bench(choices: Vec<BenchChoice>, query: ParamsMap) -> impl IntoView {
    let request = request_of(&query);
    let sent = query.get("sent").and_then(|text| text.parse::<Uuid>().ok());
    let chosen = request.endpoint.and_then(|id| choices.iter().find(|choice| choice.endpoint.id == id)).cloned();
    let composing = chosen.is_some() && !request.event.is_empty();
    view! {
        <div class="columns bench">
            <div class="stack">
                <section class="card" aria-labelledby="bench-endpoint">
                    <header><h2 id="bench-endpoint">{words::STEP_ENDPOINT}</h2></header>
                    <form class="card-body row" method="get" action=path("/test-bench")>
                        <select class="control" name="endpoint" aria-label=common::ENDPOINT>
                            {choices.iter().map(|choice| view! {
                                <option value=choice.endpoint.id.to_string() selected={Some(choice.endpoint.id) == request.endpoint}>
                                    {choice.label()}
                                </option>
                            }).collect_view()}
                        </select>
                        <button class="button">{words::CHOOSE}</button>
                    </form>
                </section>
                {chosen.clone().map(|choice| view! { <Event choice request=request.clone()/> })}
                {composing.then(|| view! { <Compose request=request.clone()/> })}
            </div>
            <div class="stack">{sent.map(|id| view! { <Result id/> })}</div>
        </div>
    }
}

#[component]
fn Event(choice: BenchChoice, request: BenchRequest) -> impl IntoView {
    let signs = choice.facts.signs;
    let events = choice.facts.test_events.into_iter().map(|kind| (kind.event, kind.label)).collect::<Vec<_>>();
    let signing = if request.signing.is_empty() { "valid".to_owned() } else { request.signing.clone() };
    view! {
        <section class="card" aria-labelledby="bench-event">
            <header><h2 id="bench-event">{words::STEP_EVENT}</h2></header>
            <form class="card-body form" method="get" action=path("/test-bench")>
                <input type="hidden" name="endpoint" value=choice.endpoint.id.to_string()/>
                <FieldSelect name="event" label=words::EVENT options=events value=request.event/>
                <Field name="number" label=words::NUMBER help=words::NUMBER_HELP value=request.number max=Some(100)/>
                <Field name="at" label=words::HAPPENED_AT help=words::HAPPENED_AT_HELP kind="datetime-local" value=request.at narrow=true/>
                <fieldset class="field"><legend>{words::SIGNING}</legend>
                    {[("valid", words::RIGHT), ("wrong", words::WRONG), ("missing", words::MISSING)].into_iter()
                        .filter(move |(word, _)| signs || *word == "valid")
                        .map(|(word, label)| view! {
                            <label class="tick"><input type="radio" name="signing" value=word checked={word == signing}/>
                                {if signs { label } else { words::SIGNS_NOTHING }}</label>
                        }).collect_view()}
                </fieldset>
                <div class="form-actions"><button class="button" data-kind="primary">{words::COMPOSE}</button></div>
            </form>
        </section>
    }
}

#[component]
fn Compose(request: BenchRequest) -> impl IntoView {
    view! {
        <Asked answer=compose_test(request.clone()) children={move |test: ComposedTest| view! { <Send request test/> }}/>
    }
}

#[component]
fn Send(request: BenchRequest, test: ComposedTest) -> impl IntoView {
    let send = ServerAction::<SendTest>::new();
    let at = test.at.to_utc().format("%Y-%m-%dT%H:%M").to_string();
    let request = BenchRequest { number: test.number, at, ..request };
    view! {
        <section class="card" aria-labelledby="bench-request">
            <header><h2 id="bench-request">{words::STEP_REQUEST}</h2></header>
            <div class="card-body stack">
                <div class="code-block" data-wrap><pre tabindex="0" aria-label=words::REQUEST>
                    {format!("POST {}\n", test.url)}
                    {test.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>()}
                </pre></div>
                <ActForm action=send class="stack">
                    {request.parameters().map(|(name, value)| view! {
                        <input type="hidden" name=format!("request[{name}]") value=value/>
                    }).into_iter().collect_view()}
                    <FieldArea name="body" label=words::BODY help=words::BODY_HELP value=test.body mono=true/>
                    <div class="form-actions"><button class="button" data-kind="primary">{words::SEND}</button></div>
                </ActForm>
                <ActNotice action=send/>
            </div>
        </section>
    }
}

#[component]
fn Result(id: Uuid) -> impl IntoView {
    view! {
        <Asked answer=show_delivery(id) live="deliveries" children={|detail: DeliveryDetail| view! { <Arrived detail/> }}/>
    }
}

#[component]
fn Arrived(detail: DeliveryDetail) -> impl IntoView {
    let delivery = detail.delivery;
    view! {
        <section class="card" aria-labelledby="bench-result">
            <header><h2 id="bench-result">{words::RESULT}</h2><Chip word=common::TEST tone=Some("violet")/></header>
            <div class="card-body stack">
                <p class="row"><VerdictBadge verdict=delivery.verdict/><OutcomeBadge outcome=delivery.outcome/></p>
                <dl class="facts">
                    <dt>{words::ANSWERED}</dt><dd>{delivery.response_status}" "<code>{delivery.response_body.clone()}</code></dd>
                    {delivery.reason.map(|reason| view! { <dt>{words::WHY}</dt><dd>{reason.label()}</dd> })}
                    <dt>{common::EVENTS}</dt><dd>{delivery.events.len()}</dd>
                </dl>
                {delivery.diagnosis.map(|diagnosis| view! { <p>{diagnosis.explanation}</p> })}
                <ul class="stack">{delivery.parcels.into_iter().map(|parcel| view! {
                    <li class="row"><a class="number" href=path(&format!("/parcels/{}", parcel.id))>{parcel.number}</a>
                        <StatusBadge status=parcel.status/></li>
                }).collect_view()}</ul>
                <a class="button" href=path(&format!("/deliveries/{}", delivery.id))>{words::OPEN_DELIVERY}</a>
            </div>
        </section>
    }
}
