//! One delivery: what came, what its proof was worth, what was answered and what it changed.

use crate::api::Fault;
use crate::api::bench::ResendTest;
use crate::api::deliveries::{ReplayDelivery, ReverifyDelivery, preview_replay, show_delivery};
use crate::components::asked::Asked;
use crate::components::badge::{Chip, StatusBadge};
use crate::components::code::CodeBlock;
use crate::components::console::console;
use crate::components::copy::CopyButton;
use crate::components::delivery::{OutcomeBadge, VerdictBadge};
use crate::components::form::{ActForm, ActNotice};
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::time::Moment;
use crate::tracking::delivery::{Covers, Delivery, DeliveryDetail, Outcome, ReplayReport, Verdict};
use crate::tracking::people::Role;
use crate::words::{common, delivery as words, frame};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

/// `/deliveries/{id}`.
#[component]
pub fn DeliveryPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let found = async move {
        let id = id.parse().map_err(|_| Fault::NotFound(common::NO_DELIVERY.into()))?;
        show_delivery(id).await
    };
    view! {
        <nav class="page-trail" aria-label=common::TRAIL><a href=path("/deliveries")>{frame::DELIVERIES}</a></nav>
        <Asked answer=found live="deliveries" children={|detail: DeliveryDetail| view! { <Detail detail/> }}/>
    }
}

#[component]
fn Detail(detail: DeliveryDetail) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let delivery = detail.delivery.clone();
    let id = delivery.id;
    let acting = delivery.clone();
    let done = query.get("done");
    view! {
            <PageHead title=words::title(delivery.carrier.label())>
                <Acts delivery=acting/>
            </PageHead>
            <p class="row">
                <VerdictBadge verdict=delivery.verdict/><OutcomeBadge outcome=delivery.outcome/>
                {delivery.is_test.then(|| view! { <Chip word=common::TEST tone=Some("violet")/> })}
            </p>
            {done.and_then(|word| said(&word)).map(|(tone, icon, text)| view! { <Notice tone icon>{text}</Notice> })}
            {query.get("replay").map(|_| view! { <Preview id/> })}
            <div class="columns">
                <div class="stack">
                    <Proof delivery=delivery.clone()/>
                    <Payload detail=detail.clone()/>
                    <Produced delivery=delivery.clone()/>
                </div>
                <div class="stack"><Facts delivery=delivery.clone()/></div>
            </div>
    }
}

fn said(word: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match word {
        "replayed" => ("green", "check", words::REPLAYED),
        "admitted" => ("green", "check", words::ADMITTED),
        "still-failed" => ("amber", "triangle", words::STILL_FAILED),
        "sent" => ("green", "check", words::SENT),
        _ => return None,
    })
}

#[component]
fn Acts(delivery: Delivery) -> impl IntoView {
    let refused = delivery.verdict == Verdict::Failed;
    let replays = !refused && delivery.outcome != Outcome::Duplicate;
    let id = delivery.id;
    view! {
        {replays.then(|| view! { <a class="button" href=path(&format!("/deliveries/{id}?replay=preview"))>{words::REPLAY_OPEN}</a> })}
        {refused.then(|| view! { <Reverify id/> })}
        {delivery.is_test.then(|| view! { <Resend id/> })}
    }
}

#[component]
fn Reverify(id: Uuid) -> impl IntoView {
    let reverify = ServerAction::<ReverifyDelivery>::new();
    view! {
        <ActForm action=reverify>
            <input type="hidden" name="id" value=id.to_string()/>
            <button class="button" data-kind="primary">{words::REVERIFY}</button>
        </ActForm>
        <ActNotice action=reverify/>
    }
}

#[component]
fn Resend(id: Uuid) -> impl IntoView {
    let resend = ServerAction::<ResendTest>::new();
    view! {
        <ActForm action=resend>
            <input type="hidden" name="delivery" value=id.to_string()/>
            <button class="button">{words::SEND_AGAIN}</button>
        </ActForm>
        <ActForm action=resend>
            <input type="hidden" name="delivery" value=id.to_string()/>
            <input type="hidden" name="as_new" value="true"/>
            <button class="button">{words::SEND_AS_NEW}</button>
        </ActForm>
        <ActNotice action=resend/>
    }
}

#[component]
fn Preview(id: Uuid) -> impl IntoView {
    let replay = ServerAction::<ReplayDelivery>::new();
    view! {
        <section class="card" aria-labelledby="replay-title">
            <header><h2 id="replay-title">{words::REPLAY_TITLE}</h2></header>
            <div class="card-body stack">
                <Asked answer=preview_replay(id) children={|report: ReplayReport| view! { <Report report/> }}/>
                <div class="form-actions">
                    <ActForm action=replay>
                        <input type="hidden" name="id" value=id.to_string()/>
                        <button class="button" data-kind="primary">{words::REPLAY}</button>
                    </ActForm>
                    <a class="button" data-kind="quiet" href=path(&format!("/deliveries/{id}"))>{common::CANCEL}</a>
                </div>
                <ActNotice action=replay/>
            </div>
        </section>
    }
}

#[component]
fn Report(report: ReplayReport) -> impl IntoView {
    let changes = report.changes.clone();
    view! {
        <p>
            {words::replay_counts(report.events_added, report.events_known, report.events_revised)}
            {if changes.is_empty() { words::NO_PARCEL_CHANGES } else { words::PARCELS_CHANGE }}
        </p>
        {report.detail.map(|text| view! { <p class="muted">{text}</p> })}
        {(!changes.is_empty()).then(|| view! {
            <ul class="stack">{changes.into_iter().map(|change| view! {
                <li class="row">
                    <span class="number">{change.number}</span>
                    {match change.before {
                        Some(before) => view! { <StatusBadge status=before/>" → " }.into_any(),
                        None => view! { <span class="muted">{words::NEW_PARCEL}</span> }.into_any(),
                    }}
                    <StatusBadge status=change.after/>
                </li>
            }).collect_view()}</ul>
        })}
    }
}

/// The verdict in words.
fn verdict_sentence(delivery: &Delivery) -> String {
    let covers = match delivery.covers {
        Covers::Body => words::COVERS_BODY,
        Covers::Data => words::COVERS_DATA,
        Covers::Timestamp => words::COVERS_TIMESTAMP,
        Covers::None => words::COVERS_NONE,
    };
    match delivery.verdict {
        Verdict::Verified => words::verified(covers),
        Verdict::Authenticated => words::authenticated(covers),
        Verdict::Failed => words::FAILED.into(),
        Verdict::Unattempted => words::UNATTEMPTED.into(),
    }
}

#[component]
fn Proof(delivery: Delivery) -> impl IntoView {
    let sentence = verdict_sentence(&delivery);
    view! {
        <section class="card" aria-labelledby="proof-title">
            <header><h2 id="proof-title">{words::PROOF}</h2></header>
            <div class="card-body stack">
                <p>{sentence}</p>
                {delivery.diagnosis.map(|diagnosis| view! {
                    <Notice tone="red" icon="triangle"><strong>{diagnosis.code.label()}</strong>". "{diagnosis.explanation}
                        {(!diagnosis.would_match.is_empty()).then(|| view! {
                            <ul>{diagnosis.would_match.iter().map(|w| view! { <li>{w.label()}"."</li> }).collect_view()}</ul>
                        })}
                    </Notice>
                })}
                {(!delivery.warnings.is_empty()).then(|| view! {
                    <Notice tone="amber" icon="triangle"><ul>{delivery.warnings.iter().map(|w| view! { <li>{w.label()}</li> }).collect_view()}</ul></Notice>
                })}
                <dl class="facts">
                    <dt>{words::SCHEME}</dt><dd>{delivery.scheme}</dd>
                    <dt>{words::PROTECTS}</dt><dd>{delivery.covers.label()}</dd>
                    {delivery.secret_slot.map(|slot| view! { <dt>{words::MATCHED}</dt><dd>{words::THE}{slot.label()}</dd> })}
                </dl>
            </div>
        </section>
    }
}

#[component]
fn Payload(detail: DeliveryDetail) -> impl IntoView {
    let id = detail.delivery.id;
    let may_reveal = console().may(Role::Operator);
    view! {
        <section class="card" aria-labelledby="payload-title">
            <header><h2 id="payload-title">{words::BODY}</h2>
                {may_reveal.then(|| view! {
                    <a class="button" href=path(&format!("/api/v1/deliveries/{id}/body")) download>{words::DOWNLOAD}</a>
                })}
            </header>
            <div class="card-body stack">
                {match detail.body {
                    Some(body) => view! { <CodeBlock text=body label=words::BODY_MASKED/> }.into_any(),
                    None => view! { <p class="muted">{words::NOT_SHOWN}</p> }.into_any(),
                }}
                <p class="muted small">{if may_reveal { words::MASKED_DOWNLOAD } else { words::MASKED }}</p>
                <details><summary>{words::headers(detail.headers.len())}</summary>
                    <div class="table-box"><table class="table">
                        <thead><tr><th scope="col">{words::HEADER}</th><th scope="col">{words::VALUE}</th></tr></thead>
                        <tbody>{detail.headers.into_iter().map(|header| view! {
                            <tr><td class="mono nowrap">{header.name}</td><td class="mono breakable">{header.value}</td></tr>
                        }).collect_view()}</tbody>
                    </table></div>
                </details>
                <details><summary>{words::our_answer(detail.delivery.response_status)}</summary>
                    <CodeBlock text=detail.delivery.response_body.clone() label=words::OUR_ANSWER/>
                </details>
            </div>
        </section>
    }
}

#[component]
fn Produced(delivery: Delivery) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="produced-title" data-flush>
            <header><h2 id="produced-title">{words::PRODUCED}</h2></header>
            <div class="card-body">
                {if delivery.events.is_empty() {
                    view! { <p class="card-note muted">{nothing_produced(&delivery)}</p> }.into_any()
                } else {
                    view! {
                        <div class="table-box"><table class="table" data-cards>
                            <thead><tr><th scope="col">{words::EVENT}</th><th scope="col">{common::CARRIERS_TEXT}</th><th scope="col">{words::HAPPENED}</th></tr></thead>
                            <tbody>{delivery.events.into_iter().map(|event| view! {
                                <tr>
                                    <td>{match event.status {
                                        Some(status) => view! { <StatusBadge status/> }.into_any(),
                                        None if event.kind == crate::tracking::status::Kind::Status =>
                                            view! { <span class="chip" data-tone="amber">{common::NOT_MAPPED}</span> }.into_any(),
                                        None => view! { <span class="chip">{event.kind.label()}</span> }.into_any(),
                                    }}
                                    {event.substatus.map(|sub| view! { <span class="second">{sub.label()}</span> })}</td>
                                    <td>{event.raw_text.or(event.raw_code)}</td>
                                    <td>{event.occurred_raw.unwrap_or_else(|| words::NO_TIME.into())}</td>
                                </tr>
                            }).collect_view()}</tbody>
                        </table></div>
                    }.into_any()
                }}
                {(!delivery.parcels.is_empty()).then(|| view! {
                    <ul class="card-note stack">{delivery.parcels.into_iter().map(|parcel| view! {
                        <li class="row">
                            <a class="number" href=path(&format!("/parcels/{}", parcel.id))>{parcel.number}</a>
                            {parcel.piece.map(|piece| view! { <span class="muted">{words::PIECE_IS}{piece}</span> })}
                            <StatusBadge status=parcel.status/>
                        </li>
                    }).collect_view()}</ul>
                })}
            </div>
        </section>
    }
}

fn nothing_produced(delivery: &Delivery) -> String {
    delivery.outcome_detail.clone().unwrap_or_else(|| {
        match delivery.outcome {
            Outcome::Rejected => words::NOTHING_REJECTED,
            Outcome::Duplicate => words::NOTHING_NEW,
            Outcome::Received => words::NOT_APPLIED,
            Outcome::Held => words::HELD,
            Outcome::Observed => words::OBSERVED,
            _ => words::NO_EVENTS,
        }
        .to_owned()
    })
}

#[component]
fn Facts(delivery: Delivery) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="facts-title">
            <header><h2 id="facts-title">{common::DELIVERY}</h2></header>
            <div class="card-body"><dl class="facts">
                <dt>{common::RECEIVED}</dt><dd><Moment at=delivery.received_at/></dd>
                <dt>{common::ENDPOINT}</dt><dd><a href=path(&format!("/carriers/{}", delivery.endpoint))>{delivery.endpoint_label}</a></dd>
                <dt>{words::ANSWERED}</dt><dd>{delivery.response_status}</dd>
                {delivery.commit_ms.map(|ms| view! { <dt>{words::COMMITTED_IN}</dt><dd>{common::milliseconds(ms)}</dd> })}
                <dt>{words::FROM}</dt><dd class="mono">{delivery.remote_addr}</dd>
                <dt>{common::SIZE}</dt><dd>{common::bytes(delivery.size)}</dd>
                {delivery.attempt.map(|attempt| view! { <dt>{words::ATTEMPT}</dt><dd>{attempt}</dd> })}
                {(delivery.seen_count > 1).then(|| view! {
                    <dt>{words::SEEN}</dt><dd>{delivery.seen_count}{words::TIMES_LAST}<Moment at=delivery.last_seen_at/></dd>
                })}
                {(delivery.retries > 0).then(|| view! {
                    <dt>{words::CAME_AGAIN}</dt><dd><a href=path(&format!("/deliveries?retries_of={}", delivery.id))>{delivery.retries}{words::TIMES}</a></dd>
                })}
                {delivery.duplicate_of.map(|first| view! {
                    <dt>{words::SAME_AS}</dt><dd><a href=path(&format!("/deliveries/{first}"))>{words::FIRST_ONE}</a></dd>
                })}
                {delivery.message_key.map(|key| view! { <dt>{words::MESSAGE_KEY}</dt><dd class="mono small">{key}</dd> })}
                <dt>{words::SHA_256}</dt><dd class="mono small">{delivery.body_sha256.clone()}<CopyButton text=delivery.body_sha256 what=words::HASH/></dd>
                <dt>{words::ID}</dt><dd class="mono small">{delivery.id.to_string()}</dd>
            </dl></div>
        </section>
    }
}
