//! `/`: what needs me, what is moving, and whether every carrier is alive.

use crate::api::overview::show_overview;
use crate::components::asked::Asked;
use crate::components::badge::{StatusBadge, look};
use crate::components::card::Card;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::live::use_live;
use crate::components::page_head::PageHead;
use crate::components::state::EmptyState;
use crate::components::time::Ago;
use crate::tracking::attention::{AttentionItem, Queue};
use crate::tracking::overview::{OverviewSheet, Today};
use crate::tracking::status::Status;
use carriers::Pulses;
use leptos::prelude::*;

mod carriers;

/// The first page.
#[component]
pub fn HomePage() -> impl IntoView {
    let topics = ["parcels", "attention", "deliveries", "endpoints", "mappings"].map(use_live);
    let sheet =
        Resource::new_blocking(move || topics.iter().map(|topic| topic.get()).sum::<u64>(), |_| show_overview());
    view! {
        <PageHead title="Overview"/>
        <Asked resource=sheet children={|sheet: OverviewSheet| {
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
            view! { <span class="step-mark" data-done><Icon name="check"/><span class="unseen">"Done: "</span></span> }
                .into_any()
        } else {
            view! { <span class="step-mark" aria-hidden="true">{n}</span> }.into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="steps-title">
            <header><h2 id="steps-title">"Three steps to the first parcel"</h2></header>
            <div class="card-body">
                <ol class="steps">
                    <li>{mark(made, "1")}<div><strong>"Add an endpoint"</strong>
                        <p class="muted">"One receiving address per carrier account, with its secret."</p>
                        {(!made).then(|| view! { <a class="button" data-kind="primary" href=path("/carriers")>"Add an endpoint"</a> })}
                    </div></li>
                    <li>{mark(false, "2")}<div><strong>"Send a test event"</strong>
                        <p class="muted">"The test bench signs and sends what the carrier would, through the same door. It stays apart from real parcels."</p>
                        <a class="button" data-kind=made.then_some("primary") href=path("/test-bench")>"Open the test bench"</a>
                    </div></li>
                    <li>{mark(false, "3")}<div><strong>"Give the carrier the address"</strong>
                        <p class="muted">"Its page shows the address and how far the registration is. Parcels appear with the first event."</p>
                        {made.then(|| view! { <a class="button" href=address>"See the address"</a> })}
                    </div></li>
                </ol>
            </div>
        </section>
    }
}

#[component]
fn Everything(sheet: OverviewSheet) -> impl IntoView {
    let day = sheet.zone.clone().unwrap_or_else(|| "UTC".into());
    view! {
        <Moving statuses=sheet.statuses delivered=sheet.delivered new=sheet.new day/>
        <div class="columns">
            <NeedsMe queues=sheet.queues items=sheet.items/>
            <Watch unmapped=sheet.unmapped notes=sheet.notes failed=sheet.failed/>
        </div>
        <Pulses pulses=sheet.pulses/>
    }
}

/// What is moving: a tile each.
#[component]
fn Moving(statuses: Vec<(Status, u64)>, delivered: Today, new: Today, day: String) -> impl IntoView {
    let tile = move |status: Status, label: &'static str| {
        let n = statuses.iter().find(|(known, _)| *known == status).map_or(0, |(_, n)| *n);
        let (tone, icon) = look(status);
        let href = with_query("/parcels", &[("status", status.as_str().to_owned())]);
        view! { <a class="tile" data-tone=tone href=href><span class="tile-label"><Icon name=icon/>{label}</span><span class="tile-number">{n}</span></a> }
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
            <h2 class="section-title" id="moving-title">"Moving"</h2>
            <div class="tiles">
                {tile(Status::InTransit, "In transit")}
                {tile(Status::OutForDelivery, "Out for delivery")}
                {tile(Status::AvailableForPickup, "Ready for pickup")}
                {tile(Status::Returning, "Returning")}
                {today("Delivered today", "green", "check", delivered)}
                {today("New today", "grey", "plus", new)}
            </div>
            <p class="muted small">"Today is meant in "{day}". "<a href=path("/settings#preferences")>"Choose your zone"</a></p>
        </section>
    }
}

fn compared(today: Today) -> String {
    match today.week_ago {
        None => "not enough data to compare".into(),
        Some(before) if before == today.so_far => "as a week ago by now".into(),
        Some(before) if before < today.so_far => format!("{} more than a week ago by now", today.so_far - before),
        Some(before) => format!("{} fewer than a week ago by now", before - today.so_far),
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
                <h2 id="needs-title">"Needs me"<span class="unseen">": "{all}" parcels"</span></h2>
                <a href=path("/attention")>{if all == 1 { "1 parcel".to_owned() } else { format!("All {all}") }}</a>
            </header>
            <div class="card-body">
                {if items.is_empty() {
                    view! { <EmptyState icon="check" title="Nothing needs you" help="Trouble appears here as carriers report it, or when a parcel stands still for too long."/> }.into_any()
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
            <p class="small">{item.why}{item.owner.map(|owner| view! { <span class="muted">{format!(" {owner} looks after it.")}</span> })}</p>
        </li>
    }
}

/// What else wants a look.
#[component]
fn Watch(unmapped: u64, notes: u64, failed: u64) -> impl IntoView {
    let line =
        |n: u64, tone: &'static str, one: &'static str, many: &'static str, none: &'static str, to: &'static str| {
            let text = match n {
                0 => none.to_owned(),
                1 => format!("1 {one}"),
                n => format!("{n} {many}"),
            };
            let (tone, icon) = if n == 0 { ("green", "check") } else { (tone, "triangle") };
            view! { <li class="watch" data-tone=tone><Icon name=icon/><a href=path(to)>{text}</a></li> }
        };
    view! {
        <Card title="Also worth a look">
            <ul class="watches">
                {line(failed, "red", "failed signature today", "failed signatures today", "No failed signatures today", "/deliveries?verdict=failed")}
                {line(unmapped, "amber", "code without a mapping", "codes without a mapping", "Every code is mapped", "/mappings")}
                {line(notes, "amber", "note without a parcel", "notes without a parcel", "Every note has its parcel", "/attention?queue=unassigned_notes")}
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
