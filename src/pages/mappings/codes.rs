//! The list of codes: those nobody has explained first, then what rows and rules say.

use crate::api::mappings::{list_mappings, list_unmapped};
use crate::components::asked::Asked;
use crate::components::badge::{Chip, StatusBadge};
use crate::components::link::{path, with_query};
use crate::components::live::use_live;
use crate::components::pager::Pager;
use crate::components::time::Moment;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{CodeList, Mapping, RuledCode, Target, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::status::Confidence;
use crate::words::{common, mappings as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Codes that came in and that nothing explains, of all carriers.
#[component]
pub fn Unmapped(
    /// Of the chosen code.
    carrier: Memo<CarrierId>,
    /// The chosen code.
    key: Memo<Option<String>>,
) -> impl IntoView {
    let changed = use_live("mappings");
    let codes =
        Resource::new_blocking(move || changed.get(), |_| list_unmapped(PageRequest { limit: 100, cursor: None }));
    view! {
        <section class="card" aria-labelledby="unmapped-title" data-flush>
            <header><h2 id="unmapped-title">{common::CODES_NOT_MAPPED}</h2></header>
            <div class="card-body">
                <Asked resource=codes children={move |page: Page<UnmappedCode>| {
                    if page.items.is_empty() {
                        return view! { <p class="muted small code-none">{words::NOTHING_UNMAPPED}</p> }.into_any();
                    }
                    let more = page.next_cursor.is_some();
                    view! {
                        <ul class="code-list">{page.items.into_iter().map(|code| view! { <UnmappedItem code carrier key/> }).collect_view()}</ul>
                        {more.then(|| view! { <p class="muted small code-none">{words::MORE_UNMAPPED}</p> })}
                    }.into_any()
                }}/>
            </div>
        </section>
    }
}

#[component]
fn UnmappedItem(code: UnmappedCode, carrier: Memo<CarrierId>, key: Memo<Option<String>>) -> impl IntoView {
    let events = common::events(code.count);
    view! {
        <li>
            <a href=address(code.carrier, &code.key) aria-current=current(code.carrier, code.key.clone(), carrier, key)>
                <span class="code-line"><code>{code.key.clone()}</code><span class="numeric">{events}</span></span>
                <span class="code-more">{code.carrier.label()}{(!code.sample.is_empty()).then(|| view! { " · "<q>{code.sample}</q> })}</span>
                <span class="code-more">{words::FIRST}<Moment at=code.first_seen/>{words::LAST}<Moment at=code.last_seen/></span>
            </a>
        </li>
    }
}

/// What one carrier's codes mean.
#[component]
pub fn Codes(
    /// Whose.
    carrier: Memo<CarrierId>,
    /// The chosen code.
    key: Memo<Option<String>>,
) -> impl IntoView {
    let query = use_query_map();
    let changed = use_live("mappings");
    let low = Confidence::Low.as_str();
    let only = Memo::new(move |_| (query.read().get("confidence").as_deref() == Some(low)).then_some(Confidence::Low));
    let cursor = Memo::new(move |_| query.read().get("cursor"));
    let codes = Resource::new_blocking(
        move || (carrier.get(), only.get(), cursor.get(), changed.get()),
        |(carrier, only, cursor, _)| list_mappings(carrier, only, PageRequest { limit: 200, cursor }),
    );
    view! {
        <section class="card" aria-labelledby="codes-title" data-flush>
            <header><h2 id="codes-title">{words::CODES}</h2></header>
            <div class="card-body">
                <nav class="tabs" aria-label=common::CARRIER>{CarrierId::ALL.iter().copied().map(|each| view! {
                    <a href=path(&format!("/mappings?carrier={each}")) aria-current=move || (carrier.get() == each).then_some("page")>{each.label()}</a>
                }).collect_view()}</nav>
                <nav class="code-none row small" aria-label=words::HOW_SURE>
                    <a href=move || path(&format!("/mappings?carrier={}", carrier.get())) aria-current=move || only.get().is_none().then_some("true")>{common::ALL}</a>
                    <a href=move || path(&format!("/mappings?carrier={}&confidence={low}", carrier.get())) aria-current=move || only.get().is_some().then_some("true")>{words::TO_CONFIRM}</a>
                </nav>
                <Asked resource=codes children={move |list: CodeList| view! { <CodeItems list only=only.get_untracked().is_some() carrier key/> }}/>
            </div>
        </section>
    }
}

#[component]
fn CodeItems(list: CodeList, only: bool, carrier: Memo<CarrierId>, key: Memo<Option<String>>) -> impl IntoView {
    let shown = list.rows.items.len();
    if shown == 0 && list.ruled.is_empty() {
        let words = if only { words::NOTHING_TO_CONFIRM } else { words::NO_CODES };
        return view! { <p class="muted small code-none">{words}</p> }.into_any();
    }
    view! {
        <ul class="code-list">
            {list.ruled.into_iter().map(|code| view! { <RuledItem code carrier key/> }).collect_view()}
            {list.rows.items.into_iter().map(|row| view! { <RowItem row carrier key/> }).collect_view()}
        </ul>
        {list.rows.next_cursor.map(|next| view! { <Pager to="/mappings" shown next_cursor=Some(next)/> })}
    }
    .into_any()
}

#[component]
fn RowItem(row: Mapping, carrier: Memo<CarrierId>, key: Memo<Option<String>>) -> impl IntoView {
    view! {
        <li>
            <a href=address(row.carrier, &row.key) aria-current=current(row.carrier, row.key.clone(), carrier, key)>
                <span class="code-line"><code>{row.key.clone()}</code><Sure confidence=row.confidence/></span>
                <span class="code-more"><Meaning target=row.target/></span>
                {(!row.note.is_empty()).then(|| view! { <span class="code-more">{row.note}</span> })}
            </a>
        </li>
    }
}

#[component]
fn RuledItem(code: RuledCode, carrier: Memo<CarrierId>, key: Memo<Option<String>>) -> impl IntoView {
    view! {
        <li>
            <a href=address(code.carrier, &code.key) aria-current=current(code.carrier, code.key.clone(), carrier, key)>
                <span class="code-line"><code>{code.key.clone()}</code><Sure confidence=code.confidence/></span>
                <span class="code-more">{words::BY_RULE}{(!code.sample.is_empty()).then(|| view! { " · "<q>{code.sample}</q> })}</span>
            </a>
        </li>
    }
}

/// How sure a meaning is, where it is not documented.
#[component]
pub fn Sure(
    /// How sure.
    confidence: Confidence,
) -> impl IntoView {
    match confidence {
        Confidence::High => ().into_any(),
        Confidence::Medium => view! { <Chip word=words::REASONABLE title=words::REASONABLE_HELP/> }.into_any(),
        Confidence::Low => {
            view! { <Chip word=words::TO_CONFIRM tone=Some("amber") title=words::TO_CONFIRM_HELP/> }.into_any()
        }
    }
}

/// What a code means, in a line.
#[component]
pub fn Meaning(
    /// The meaning.
    target: Target,
) -> impl IntoView {
    let means = match (target.in_context, target.status) {
        (Some(rule), _) => view! { <span>{words::DEPENDS}{rule.label()}</span> }.into_any(),
        (None, Some(status)) => view! { <StatusBadge status/> }.into_any(),
        (None, None) => view! { <span>{words::moves_nothing(target.kind.label())}</span> }.into_any(),
    };
    let finer: Vec<String> = [
        target.substatus.map(|substatus| substatus.label().to_owned()),
        target.reason.map(|reason| reason.label().to_owned()),
        target.flag.map(|flag| flag.label().to_owned()),
        target.from_text.then(|| words::REFINED.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! { <span class="row">{means}{(!finer.is_empty()).then(|| view! { <span>{finer.join(", ")}</span> })}</span> }
}

fn address(carrier: CarrierId, key: &str) -> String {
    with_query("/mappings", &[("carrier", carrier.to_string()), ("key", key.to_owned())])
}

fn current(
    of: CarrierId,
    code: String,
    carrier: Memo<CarrierId>,
    key: Memo<Option<String>>,
) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync {
    move || (carrier.get() == of && key.with(|key| key.as_ref() == Some(&code))).then_some("true")
}
