//! The list of codes: those nobody has explained first, then what rows and rules say.

use crate::api::mappings::{list_mappings, list_unmapped};
use crate::components::asked::Asked;
use crate::components::badge::{Chip, StatusBadge};
use crate::components::link::{path, with_query};
use crate::components::pager::Pager;
use crate::components::time::Moment;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{CodeList, Mapping, RuledCode, Target, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::status::Confidence;
use crate::words::{common, mappings as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The code that is edited.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Whose it is.
    pub carrier: CarrierId,
    /// The code; none is chosen yet without.
    pub key: Option<String>,
}

/// Codes that came in and that nothing explains, of all carriers.
#[component]
pub fn Unmapped(
    /// The code that is edited.
    chosen: Chosen,
) -> impl IntoView {
    let codes = list_unmapped(PageRequest { limit: 100, cursor: None });
    view! {
        <section class="card" aria-labelledby="unmapped-title" data-flush>
            <header><h2 id="unmapped-title">{common::CODES_NOT_MAPPED}</h2></header>
            <div class="card-body">
                <Asked answer=codes live="mappings" children={move |page: Page<UnmappedCode>| {
                    if page.items.is_empty() {
                        return view! { <p class="muted small code-none">{words::NOTHING_UNMAPPED}</p> }.into_any();
                    }
                    let more = page.next_cursor.is_some();
                    view! {
                        <ul class="code-list">{page.items.into_iter().map(|code| view! { <UnmappedItem code chosen=chosen.clone()/> }).collect_view()}</ul>
                        {more.then(|| view! { <p class="muted small code-none">{words::MORE_UNMAPPED}</p> })}
                    }.into_any()
                }}/>
            </div>
        </section>
    }
}

#[component]
fn UnmappedItem(code: UnmappedCode, chosen: Chosen) -> impl IntoView {
    let events = common::events(code.count);
    view! {
        <li>
            <a href=address(code.carrier, &code.key) aria-current=chosen.mark(code.carrier, &code.key)>
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
    /// The code that is edited, and whose codes are listed.
    chosen: Chosen,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let carrier = chosen.carrier;
    let low = Confidence::Low.as_str();
    let only = (query.get_str("confidence") == Some(low)).then_some(Confidence::Low);
    let codes = list_mappings(carrier, only, PageRequest { limit: 200, cursor: query.get("cursor") });
    view! {
        <section class="card" aria-labelledby="codes-title" data-flush>
            <header><h2 id="codes-title">{words::CODES}</h2></header>
            <div class="card-body">
                <nav class="tabs" aria-label=common::CARRIER>{CarrierId::ALL.iter().copied().map(|each| view! {
                    <a href=path(&format!("/mappings?carrier={each}")) aria-current=(carrier == each).then_some("page")>{each.label()}</a>
                }).collect_view()}</nav>
                <nav class="code-none row small" aria-label=words::HOW_SURE>
                    <a href=path(&format!("/mappings?carrier={carrier}")) aria-current=only.is_none().then_some("true")>{common::ALL}</a>
                    <a href=path(&format!("/mappings?carrier={carrier}&confidence={low}")) aria-current=only.is_some().then_some("true")>{words::TO_CONFIRM}</a>
                </nav>
                <Asked answer=codes live="mappings" children={move |list: CodeList| view! { <CodeItems list only=only.is_some() chosen/> }}/>
            </div>
        </section>
    }
}

#[component]
fn CodeItems(list: CodeList, only: bool, chosen: Chosen) -> impl IntoView {
    let shown = list.rows.items.len();
    if shown == 0 && list.ruled.is_empty() {
        let words = if only { words::NOTHING_TO_CONFIRM } else { words::NO_CODES };
        return view! { <p class="muted small code-none">{words}</p> }.into_any();
    }
    view! {
        <ul class="code-list">
            {list.ruled.into_iter().map(|code| view! { <RuledItem code chosen=chosen.clone()/> }).collect_view()}
            {list.rows.items.into_iter().map(|row| view! { <RowItem row chosen=chosen.clone()/> }).collect_view()}
        </ul>
        {list.rows.next_cursor.map(|next| view! { <Pager to="/mappings" shown next_cursor=Some(next)/> })}
    }
    .into_any()
}

#[component]
fn RowItem(row: Mapping, chosen: Chosen) -> impl IntoView {
    view! {
        <li>
            <a href=address(row.carrier, &row.key) aria-current=chosen.mark(row.carrier, &row.key)>
                <span class="code-line"><code>{row.key.clone()}</code><Sure confidence=row.confidence/></span>
                <span class="code-more"><Meaning target=row.target/></span>
                {(!row.note.is_empty()).then(|| view! { <span class="code-more">{row.note}</span> })}
            </a>
        </li>
    }
}

#[component]
fn RuledItem(code: RuledCode, chosen: Chosen) -> impl IntoView {
    view! {
        <li>
            <a href=address(code.carrier, &code.key) aria-current=chosen.mark(code.carrier, &code.key)>
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

impl Chosen {
    /// `aria-current` of this code's line.
    fn mark(&self, carrier: CarrierId, key: &str) -> Option<&'static str> {
        (self.carrier == carrier && self.key.as_deref() == Some(key)).then_some("true")
    }
}
