//! The audit log: who did what to which thing, from where. For admins.

use crate::api::audit::show_audit;
use crate::api::bench::moment;
use crate::components::asked::Asked;
use crate::components::badge::Chip;
use crate::components::filter::{FilterBar, FilterSelect, FilterText, options};
use crate::components::link::{path, with_query};
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::table::TableBox;
use crate::components::time::Moment;
use crate::tracking::audit::{Act, ActOutcome, AuditFilter, AuditRow};
use crate::tracking::page::{Page, PageRequest};
use crate::words::{audit as words, common, frame};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

const HERE: &str = "/settings/audit";

/// `/settings/audit`.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let rows = show_audit(filter_of(&query), PageRequest { limit: 50, cursor: query.get("cursor") });
    view! {
        <PageHead title=frame::AUDIT_LOG lead=words::LEAD/>
        <Asked answer=rows children={move |page: Page<AuditRow>| {
            view! { <Filters query=query.clone()/><Rows page query/> }
        }}/>
    }
}

fn filter_of(query: &ParamsMap) -> AuditFilter {
    let word = |name: &str| query.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    AuditFilter {
        actor: word("actor"),
        act: word("act").and_then(|text| text.parse().ok()),
        subject: word("subject"),
        outcome: word("outcome").and_then(|text| text.parse().ok()),
        from: word("from").and_then(|text| moment(&text)),
        to: word("to").and_then(|text| moment(&text)),
    }
}

#[component]
fn Filters(query: ParamsMap) -> impl IntoView {
    let filter = filter_of(&query);
    let narrowed = [
        filter.actor.is_some(),
        filter.act.is_some(),
        filter.subject.is_some(),
        filter.outcome.is_some(),
        filter.from.is_some(),
        filter.to.is_some(),
    ];
    let narrowed = narrowed.into_iter().filter(|set| *set).count();
    let moment = move |name: &'static str, label: &'static str| {
        let value = query.get(name).unwrap_or_default();
        view! { <label>{label}<input class="control" type="datetime-local" name=name value=value/></label> }
    };
    view! {
        <FilterBar to=HERE narrowed>
            <FilterText name="actor" label=words::WHO placeholder=words::WHO_HELP/>
            <FilterSelect name="act" label=words::WHAT options=options(Act::ALL, Act::as_str, Act::label)/>
            <FilterText name="subject" label=words::TO_WHAT placeholder=words::TO_WHAT_HELP/>
            <FilterSelect name="outcome" label=words::OUTCOME options=options(ActOutcome::ALL, ActOutcome::as_str, ActOutcome::label)/>
            {moment("from", common::FROM_UTC)}
            {moment("to", common::UNTIL_UTC)}
        </FilterBar>
    }
}

#[component]
fn Rows(page: Page<AuditRow>, query: ParamsMap) -> impl IntoView {
    if page.items.is_empty() {
        return view! { <EmptyState icon="filter" title=common::NO_MATCH>
            <a class="button" href=path(HERE)>{common::CLEAR_FILTERS}</a>
        </EmptyState> }
        .into_any();
    }
    let shown = page.items.len();
    let filter = filter_of(&query);
    let text = |at: Option<crate::tracking::time::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let download = with_query(
        "/api/v1/audit.csv",
        &[
            ("actor", filter.actor.unwrap_or_default()),
            ("act", filter.act.map(Act::as_str).unwrap_or_default().to_owned()),
            ("subject", filter.subject.unwrap_or_default()),
            ("outcome", filter.outcome.map(ActOutcome::as_str).unwrap_or_default().to_owned()),
            ("from", text(filter.from)),
            ("to", text(filter.to)),
        ],
    );
    view! {
        <p class="row"><a class="button" href=download rel="external" download="audit.csv">{words::DOWNLOAD}</a></p>
        <TableBox label=frame::AUDIT_LOG>
            <table class="table" data-cards>
                <thead><tr>
                    <th scope="col" class="end">{words::ROW}</th><th scope="col">{common::WHEN}</th><th scope="col">{words::WHO}</th>
                    <th scope="col">{words::WHAT}</th><th scope="col">{words::TO_WHAT}</th><th scope="col">{words::OUTCOME}</th>
                    <th scope="col">{words::FROM}</th>
                </tr></thead>
                <tbody>{page.items.into_iter().map(|row| view! { <Line row/> }).collect_view()}</tbody>
            </table>
        </TableBox>
        <Pager to=HERE shown next_cursor=page.next_cursor/>
    }
    .into_any()
}

#[component]
fn Line(row: AuditRow) -> impl IntoView {
    let detail: Vec<String> = row.detail.iter().map(|(name, text)| format!("{name}: {text}")).collect();
    let detail = detail.join(" · ");
    let actor = if row.actor.is_empty() { words::UNKNOWN.to_owned() } else { row.actor };
    let tone = match row.outcome {
        ActOutcome::Done => None,
        ActOutcome::Refused => Some("amber"),
        ActOutcome::Failed => Some("red"),
    };
    view! {
        <tr>
            <td class="end numeric" data-half="end" title=row.hash>{row.id}</td>
            <td data-half="start"><Moment at=row.at exact=true/></td>
            <td data-label=words::WHO>{actor}<span class="second">{row.via.label()}</span></td>
            <td data-label=words::WHAT>{row.act.label()}{(!detail.is_empty()).then(|| view! { <span class="second clip" title=detail.clone()>{detail.clone()}</span> })}</td>
            <td data-label=words::TO_WHAT>{(!row.subject.is_empty()).then(|| view! { <span class="mono clip">{row.subject}</span> })}</td>
            <td data-label=words::OUTCOME><Chip word=row.outcome.label() tone/></td>
            <td class="mono" data-label=words::FROM>{row.remote_addr}</td>
        </tr>
    }
}
