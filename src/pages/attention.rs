//! `/attention`: what needs a person, by queue; who looks after it, and what became of it.

use crate::api::attention::show_attention;
use crate::components::asked::Asked;
use crate::components::bars::Bars;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::time::{Ago, Moment};
use crate::tracking::attention::{AttentionFilter, AttentionLine, AttentionSheet, AttentionState, Queue};
use crate::tracking::event::Event;
use crate::tracking::page::PageRequest;
use crate::words::{attention as words, common, frame};
use item::ItemRow;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

mod item;

/// The word in the address for notes that name no number; not a queue of parcels.
const NOTES: &str = "unassigned_notes";

/// `/attention`.
#[component]
pub fn AttentionPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let sheet = show_attention(filter_of(&query), page_of(&query));
    view! {
        <PageHead title=frame::ATTENTION lead=words::LEAD/>
        <Asked answer=sheet live="attention parcels" children={move |sheet: AttentionSheet| view! { <Sheet sheet query/> }}/>
    }
}

fn filter_of(query: &ParamsMap) -> AttentionFilter {
    fn word<T: std::str::FromStr>(query: &ParamsMap, name: &str) -> Option<T> {
        query.get(name).and_then(|text| text.parse().ok())
    }
    AttentionFilter {
        queue: word(query, "queue"),
        state: word(query, "state"),
        owner: query.get("owner"),
        carrier: word(query, "carrier"),
        test: word(query, "test"),
    }
}

fn page_of(query: &ParamsMap) -> PageRequest {
    PageRequest { limit: 50, cursor: query.get("cursor").filter(|cursor| !cursor.is_empty()) }
}

#[component]
fn Sheet(sheet: AttentionSheet, query: ParamsMap) -> impl IntoView {
    let filter = filter_of(&query);
    let notes = query.get_str("queue") == Some(NOTES);
    let summary = sheet.clone();
    view! {
        <Standing sheet=summary filter=filter.clone()/>
        {sheet.cut.then(|| view! { <p class="notice" data-tone="amber"><Icon name="triangle"/>{words::CUT}</p> })}
        <div class="queues-layout">
            <Queues queues=sheet.queues.clone() notes=sheet.notes.items.len() unmapped=sheet.unmapped filter=filter.clone() on_notes=notes/>
            <div class="stack">
                {if notes {
                    view! { <Notes notes=sheet.notes.items more=sheet.notes.next_cursor.is_some()/> }.into_any()
                } else if sheet.page.items.is_empty() {
                    view! { <Nothing filter/> }.into_any()
                } else {
                    let shown = sheet.page.items.len();
                    let people = sheet.people;
                    view! {
                        <ol class="items" aria-label=words::ITEMS>
                            {sheet.page.items.into_iter().map(|item| view! { <ItemRow item people=people.clone()/> }).collect_view()}
                        </ol>
                        <Pager to="/attention" shown next_cursor=sheet.page.next_cursor/>
                    }.into_any()
                }}
                <Log log=sheet.log/>
            </div>
        </div>
    }
}

/// How old the oldest is, and who has how many.
#[component]
fn Standing(sheet: AttentionSheet, filter: AttentionFilter) -> impl IntoView {
    let open: u64 = sheet.queues.iter().map(|(_, n)| n).sum();
    let view_of = |label: &'static str, state: AttentionState, n: u64| {
        let current = filter.state.unwrap_or(AttentionState::Open) == state;
        let word = if state == AttentionState::Open { String::new() } else { state.as_str().to_owned() };
        view! {
            <a href=with_query("/attention", &[("state", word)]) aria-current=current.then_some("page")>{label}<span class="count">{n}</span></a>
        }
    };
    let owners = sheet.owners.into_iter().map(|(owner, n)| {
        let name = owner.clone().unwrap_or_else(|| words::NOBODY.into());
        let href = format!("{}?owner={}", path("/attention"), crate::api::encode(&owner.unwrap_or_default()));
        view! { <a class="chip" href=href>{name}" "<strong>{n}</strong></a> }
    });
    let (came, left) = sheet.days.iter().fold((0, 0), |(came, left), day| (came + day.0, left + day.1));
    let days = sheet.days.iter().map(|&(came, left)| (left, came)).collect();
    view! {
        <div class="standing">
            <nav class="tabs" aria-label=words::STATE>
                {view_of(words::OPEN, AttentionState::Open, open)}
                {view_of(words::SNOOZED, AttentionState::Snoozed, sheet.resting.0)}
                {view_of(words::RESOLVED, AttentionState::Resolved, sheet.resting.1)}
            </nav>
            <p class="row small">
                <span class="muted">{words::OLDEST}{sheet.oldest.map_or_else(|| view! { {words::NONE} }.into_any(), |at| view! { <Ago at/> }.into_any())}</span>
                <span class="muted row"><Bars hours=days label=words::EACH_DAY/>{words::last_days(came, left)}</span>
                <span class="muted">{words::LOOKED_AFTER_BY}</span>
                {owners.collect_view()}
                {filter.owner.map(|owner| view! {
                    <span class="chip" data-tone="blue">{words::ONLY}{if owner.is_empty() { words::NOBODYS.to_owned() } else { owner }}</span>
                    <a href=path("/attention")>{words::EVERYBODYS}</a>
                })}
            </p>
        </div>
    }
}

#[component]
fn Queues(
    queues: Vec<(Queue, u64)>,
    notes: usize,
    unmapped: u64,
    filter: AttentionFilter,
    on_notes: bool,
) -> impl IntoView {
    let state = filter.state.filter(|state| *state != AttentionState::Open).map(|s| s.as_str().to_owned());
    let kept = [("state", state.unwrap_or_default()), ("owner", filter.owner.clone().unwrap_or_default())];
    let link = move |label: String, n: u64, word: &str, current: bool| {
        let mut parameters = vec![("queue", word.to_owned())];
        parameters.extend(kept.iter().cloned());
        view! {
            <li><a href=with_query("/attention", &parameters) aria-current=current.then_some("page")>
                <span>{label}</span><span class="count" data-empty=(n == 0).then_some("")>{n}</span>
            </a></li>
        }
    };
    let all: u64 = queues.iter().map(|(_, n)| n).sum();
    let whole = link(common::ALL.into(), all, "", filter.queue.is_none() && !on_notes);
    let notes = u64::try_from(notes).unwrap_or_default();
    let unassigned = link(words::UNASSIGNED_NOTES.into(), notes, NOTES, on_notes);
    view! {
        <nav class="queues" aria-label=words::QUEUES>
            <ul>
                {whole}
                {queues.into_iter().map(|(queue, n)| link(queue.label().into(), n, queue.as_str(), filter.queue == Some(queue))).collect_view()}
                {unassigned}
                <li><a href=path("/mappings")><span>{common::CODES_NOT_MAPPED}</span><span class="count" data-empty=(unmapped == 0).then_some("")>{unmapped}</span></a></li>
            </ul>
        </nav>
    }
}

#[component]
fn Nothing(filter: AttentionFilter) -> impl IntoView {
    if filter == AttentionFilter::default() {
        let help = words::NOTHING_HELP;
        view! { <EmptyState icon="check" title=words::NOTHING help><a class="button" href=path("/parcels")>{frame::PARCELS}</a></EmptyState> }
            .into_any()
    } else {
        view! {
            <EmptyState icon="filter" title=words::NOTHING_HERE><a class="button" href=path("/attention")>{words::EVERYTHING_OPEN}</a></EmptyState>
        }
        .into_any()
    }
}

/// Notes of carriers that name no number.
#[component]
fn Notes(notes: Vec<Event>, more: bool) -> impl IntoView {
    if notes.is_empty() {
        return view! { <EmptyState icon="check" title=words::NO_NOTES help=words::NO_NOTES_HELP/> }.into_any();
    }
    view! {
        <p class="muted">{words::NOTES_LEAD}</p>
        <ol class="items" aria-label=words::UNASSIGNED_NOTES>{notes.into_iter().map(|note| view! {
            <li class="item">
                <div class="item-head"><Icon name="note"/><q>{note.raw_text.clone().unwrap_or_default()}</q></div>
                <p class="row small muted">{words::RECEIVED_AT}<Moment at=note.received_at/>
                    {note.deliveries.first().map(|id| view! { <a href=path(&format!("/deliveries/{id}"))>{words::BROUGHT_BY}</a> })}
                </p>
            </li>
        }).collect_view()}</ol>
        {more.then(|| view! { <p class="muted small">{words::NEWEST_NOTES}</p> })}
    }
    .into_any()
}

/// What became of items lately.
#[component]
fn Log(log: Vec<AttentionLine>) -> impl IntoView {
    (!log.is_empty()).then(|| {
        let lines = log.into_iter().map(|line| {
            let what = match (line.act.as_str(), line.actor) {
                ("recovered", _) => words::RECOVERED.to_owned(),
                (act, Some(actor)) => words::done_by(act, &actor),
                (act, None) => act.to_owned(),
            };
            let href = with_query("/parcels", &[("number", line.number.clone())]);
            view! {
                <li>
                    <Ago at=line.at/>" "<a class="number" href=href>{line.number}</a>
                    " "{what}{line.detail.map(|detail| format!(": {detail}"))}" "<span class="muted">"("{line.queue.label()}")"</span>
                </li>
            }
        });
        view! {
            <section class="card" aria-labelledby="log-title">
                <header><h2 id="log-title">{words::LATELY}</h2></header>
                <div class="card-body"><ol class="log small">{lines.collect_view()}</ol></div>
            </section>
        }
    })
}
