//! `/`: what needs me, what is moving, and whether every carrier is alive.

use crate::api::overview::show_overview;
use crate::components::asked::Asked;
use crate::components::badge::{StatusBadge, look};
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::page_head::PageHead;
use crate::components::state::EmptyState;
use crate::components::time::Ago;
use crate::tracking::attention::{AttentionItem, Queue};
use crate::tracking::overview::{Latest, OverviewSheet, Today};
use crate::tracking::status::Status;
use crate::words::{attention, badges, common, frame, home as words, parcels};
use carriers::Pulses;
use days::Days;
use leptos::prelude::*;

mod carriers;
mod days;

/// The first page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <PageHead title=frame::OVERVIEW/>
        <Asked answer=show_overview() live="parcels attention deliveries endpoints mappings" children={|sheet: OverviewSheet| {
            if sheet.pulses.is_empty() || !sheet.any_delivery {
                view! { <FirstSteps endpoint=sheet.pulses.first().map(|pulse| pulse.endpoint.to_string())/> }.into_any()
            } else {
                view! { <Everything sheet/> }.into_any()
            }
        }}/>
    }
}

/// A fresh instance: what to do next.
#[component]
fn FirstSteps(endpoint: Option<String>) -> impl IntoView {
    let made = endpoint.is_some();
    let address = endpoint.map_or_else(|| path("/carriers"), |id| path(&format!("/carriers/{id}")));
    let mark = move |done: bool, n: &'static str| {
        if done {
            view! { <span class="step-mark" data-done><Icon name="check"/><span class="unseen">{words::DONE_IS}</span></span> }
                .into_any()
        } else {
            view! { <span class="step-mark" aria-hidden="true">{n}</span> }.into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="steps-title">
            <header><h2 id="steps-title">{words::THREE_STEPS}</h2></header>
            <div class="card-body">
                <ol class="steps">
                    <li>{mark(made, "1")}<div><strong>{words::ADD_ENDPOINT}</strong>
                        <p class="muted">{words::ADD_ENDPOINT_HELP}</p>
                        {(!made).then(|| view! { <a class="button" data-kind="primary" href=path("/carriers")>{words::ADD_ENDPOINT}</a> })}
                    </div></li>
                    <li>{mark(false, "2")}<div><strong>{common::SEND_TEST}</strong>
                        <p class="muted">{words::SEND_TEST_HELP}</p>
                        <a class="button" data-kind=made.then_some("primary") href=path("/test-bench")>{words::OPEN_BENCH}</a>
                    </div></li>
                    <li>{mark(false, "3")}<div><strong>{words::GIVE_ADDRESS}</strong>
                        <p class="muted">{words::GIVE_ADDRESS_HELP}</p>
                        {made.then(|| view! { <a class="button" href=address>{words::SEE_ADDRESS}</a> })}
                    </div></li>
                </ol>
            </div>
        </section>
    }
}

#[component]
fn Everything(sheet: OverviewSheet) -> impl IntoView {
    let day = sheet.zone.clone().unwrap_or_else(|| common::UTC.into());
    view! {
        <Moving needs_action=sheet.needs_action stalled=sheet.stalled statuses=sheet.statuses delivered=sheet.delivered new=sheet.new day/>
        <div class="columns">
            <div class="stack">
                <Days days=sheet.days/>
                <NeedsMe queues=sheet.queues items=sheet.items/>
            </div>
            <div class="stack">
                <Watch unmapped=sheet.unmapped notes=sheet.notes failed=sheet.failed/>
                <LatestActivity latest=sheet.latest/>
            </div>
        </div>
        <Pulses pulses=sheet.pulses/>
    }
}

/// What is moving: a tile each.
#[component]
fn Moving(
    needs_action: u64,
    stalled: u64,
    statuses: Vec<(Status, u64)>,
    delivered: Today,
    new: Today,
    day: String,
) -> impl IntoView {
    let need = |name: &str, label: &'static str, tone: &'static str, icon: &'static str, n: u64| {
        let href = with_query("/parcels", &[(name, "true".to_owned())]);
        view! { <a class="tile" data-tone=tone href=href><span class="tile-label"><Icon name=icon/>{label}</span><span class="tile-number">{n}</span></a> }
    };
    let tile = move |status: Status| {
        let n = statuses.iter().find(|(known, _)| *known == status).map_or(0, |(_, n)| *n);
        let (tone, icon) = look(status);
        let href = with_query("/parcels", &[("status", status.as_str().to_owned())]);
        view! { <a class="tile" data-tone=tone href=href><span class="tile-label"><Icon name=icon/>{status.label()}</span><span class="tile-number">{n}</span></a> }
    };
    let today = move |label: &'static str, tone: &'static str, icon: &'static str, today: Today| {
        view! {
            <div class="tile" data-tone=tone>
                <span class="tile-label"><Icon name=icon/>{label}</span>
                <span class="tile-number">{today.so_far}</span>
                <span class="tile-note">{compared(today)}</span>
            </div>
        }
    };
    view! {
        <section aria-labelledby="moving-title">
            <h2 class="section-title" id="moving-title">{words::MOVING}</h2>
            <div class="tiles">
                {need("attention", badges::NEEDS_ACTION, "red", "flag", needs_action)}
                {need("stalled", parcels::STANDING_STILL, "amber", "clock", stalled)}
                {tile(Status::InTransit)}
                {tile(Status::OutForDelivery)}
                {tile(Status::AvailableForPickup)}
                {tile(Status::Returning)}
                {today(words::DELIVERED_TODAY, "green", "check", delivered)}
                {today(words::NEW_TODAY, "grey", "plus", new)}
            </div>
            <p class="muted small">{words::TODAY_IS}{day}". "<a href=path("/settings#preferences")>{words::CHOOSE_ZONE}</a></p>
        </section>
    }
}

fn compared(today: Today) -> String {
    match today.week_ago {
        None => words::NO_COMPARISON.into(),
        Some(before) if before == today.so_far => words::AS_A_WEEK_AGO.into(),
        Some(before) if before < today.so_far => words::more(today.so_far - before),
        Some(before) => words::fewer(before - today.so_far),
    }
}

/// What needs me: the queues and the most urgent items.
#[component]
fn NeedsMe(queues: Vec<(Queue, u64)>, items: Vec<AttentionItem>) -> impl IntoView {
    let all: u64 = queues.iter().map(|(_, n)| n).sum();
    let chips = queues.into_iter().filter(|(_, n)| *n > 0).map(|(queue, n)| {
        let href = with_query("/attention", &[("queue", queue.as_str().to_owned())]);
        view! { <a class="chip" href=href>{queue.label()}" "<strong>{n}</strong></a> }
    });
    let chips = chips.collect_view();
    view! {
        <section class="card" aria-labelledby="needs-title">
            <header>
                <h2 id="needs-title">{words::NEEDS_ME}<span class="unseen">": "{all}{words::PARCELS_AFTER}</span></h2>
                <a href=path("/attention")>{words::all(all)}</a>
            </header>
            <div class="card-body">
                {if items.is_empty() {
                    view! { <EmptyState icon="check" title=attention::NOTHING help=attention::NOTHING_HELP/> }.into_any()
                } else {
                    view! {
                        <div class="stack">
                            <p class="row">{chips}</p>
                            <ol class="brief">{items.into_iter().map(|item| view! { <Brief item/> }).collect_view()}</ol>
                        </div>
                    }.into_any()
                }}
            </div>
        </section>
    }
}

#[component]
fn Brief(item: AttentionItem) -> impl IntoView {
    view! {
        <li data-row>
            <p class="row">
                <a class="row-link number" href=path(&format!("/parcels/{}", item.parcel))>{item.number}</a>
                <StatusBadge status=item.status/>
                <span class="muted small">{item.carrier.label()}" · "<Ago at=item.since zone=item.zone/></span>
            </p>
            <p class="small">{item.why}{item.owner.map(|owner| view! { <span class="muted">{words::looks_after(&owner)}</span> })}</p>
        </li>
    }
}

/// What happened last, the newest first.
#[component]
fn LatestActivity(latest: Vec<Latest>) -> impl IntoView {
    let lines = latest.into_iter().map(|latest| {
        let words = latest.text.unwrap_or_else(|| latest.substatus.map_or(latest.status.label(), |sub| sub.label()).into());
        let (tone, icon) = look(latest.status);
        view! {
            <li data-tone=tone>
                <Icon name=icon/>
                <div>
                    <p class="row"><a class="number" href=path(&format!("/parcels/{}", latest.parcel))>{latest.number}</a></p>
                    <p class="small"><span class="unseen">{latest.status.label()}": "</span><bdi>{words}</bdi></p>
                    <p class="muted small">{latest.carrier.label()}{latest.at.map(|at| view! { " · "<Ago at zone=latest.zone/> })}</p>
                </div>
            </li>
        }
    });
    view! {
        <Card title=words::LATEST>
            <ol class="activity">{lines.collect_view()}</ol>
        </Card>
    }
}

/// What else wants a look.
#[component]
fn Watch(unmapped: u64, notes: u64, failed: u64) -> impl IntoView {
    let line = |n: u64, tone: &'static str, text: String, to: &'static str| {
        let (tone, icon) = if n == 0 { ("green", "check") } else { (tone, "triangle") };
        view! { <li class="watch" data-tone=tone><Icon name=icon/><a href=path(to)>{text}</a></li> }
    };
    view! {
        <Card title=words::ALSO>
            <ul class="watches">
                {line(failed, "red", words::failed_today(failed), "/deliveries?verdict=failed")}
                {line(unmapped, "amber", words::not_mapped(unmapped), "/mappings")}
                {line(notes, "amber", words::notes(notes), "/attention?queue=unassigned_notes")}
            </ul>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_compared_only_with_what_is_known() {
        let text = |so_far, week_ago| compared(Today { so_far, week_ago });
        assert_eq!(text(4, None), "not enough data to compare");
        assert_eq!(text(4, Some(4)), "as a week ago by now");
        assert_eq!(text(4, Some(1)), "3 more than a week ago by now");
        assert_eq!(text(0, Some(2)), "2 fewer than a week ago by now");
    }
}
