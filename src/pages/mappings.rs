//! Mappings: what each carrier's codes mean here, and the codes nobody has explained yet.

use crate::api::mappings::{list_mappings, list_unmapped};
use crate::components::asked::Asked;
use crate::components::badge::StatusBadge;
use crate::components::link::path;
use crate::components::live::use_live;
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::table::TableBox;
use crate::components::time::Moment;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::Mapping;
use crate::tracking::mapping::UnmappedCode;
use crate::tracking::page::Page;
use crate::tracking::page::PageRequest;
use crate::tracking::status::Confidence;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/mappings`.
#[component]
pub fn MappingsPage() -> impl IntoView {
    let query = use_query_map();
    let changed = use_live("mappings");
    let carrier = move || {
        query.read().get("carrier").and_then(|word| word.parse::<CarrierId>().ok()).unwrap_or(CarrierId::ALL[0])
    };
    let rows = Resource::new_blocking(
        move || (carrier(), query.read().get("cursor"), changed.get()),
        |(carrier, cursor, _)| list_mappings(carrier, PageRequest { limit: 100, cursor }),
    );
    view! {
            <PageHead title="Mappings" lead="What each carrier's codes mean. A code without a row is shown on its timeline and moves nothing."/>
            <Unmapped/>
            <nav class="tabs" aria-label="Carrier">{CarrierId::ALL.into_iter().map(|each| view! {
                <a href=path(&format!("/mappings?carrier={each}")) aria-current=move || (carrier() == each).then_some("page")>{each.label()}</a>
            }).collect_view()}</nav>
            <Asked resource=rows children={|page: Page<Mapping>| {
                let shown = page.items.len();
                view! {
                    <TableBox label="Mappings"><table class="table" data-cards>
                        <thead><tr><th scope="col">"Code"</th><th scope="col">"Carrier's words"</th>
                            <th scope="col">"Means"</th><th scope="col">"Reason"</th><th scope="col">"How sure"</th></tr></thead>
                        <tbody>{page.items.into_iter().map(|row| view! { <Row row/> }).collect_view()}</tbody>
                    </table></TableBox>
                    <Pager to="/mappings" shown next_cursor=page.next_cursor/>
                }
            }}/>
    }
}

#[component]
fn Row(row: Mapping) -> impl IntoView {
    let target = row.target;
    let means = match (target.in_context, target.status) {
        (Some(rule), _) => view! { <span>"Depends: "{rule.label()}</span> }.into_any(),
        (None, Some(status)) => view! { <StatusBadge status/> }.into_any(),
        (None, None) => view! { <span class="chip">{target.kind.label()}</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-half="start"><code>{row.key}</code></td>
            <td>{row.note}</td>
            <td>{means}{target.substatus.map(|sub| view! { <span class="second">{sub.label()}</span> })}</td>
            <td>{match target.reason {
                Some(reason) => reason.label().to_owned(),
                None if target.from_text => "from the carrier's words".to_owned(),
                None => String::new(),
            }}</td>
            <td data-half="end">{match row.confidence {
                Confidence::Low => view! { <span class="chip" data-tone="amber">"To confirm"</span> }.into_any(),
                other => view! { <span class="muted">{other.label()}</span> }.into_any(),
            }}</td>
        </tr>
    }
}

#[component]
fn Unmapped() -> impl IntoView {
    let changed = use_live("mappings");
    let codes =
        Resource::new_blocking(move || changed.get(), |_| list_unmapped(PageRequest { limit: 100, cursor: None }));
    view! {
        <section class="card" aria-labelledby="unmapped-title" data-flush>
            <header><h2 id="unmapped-title">"Unmapped codes"</h2></header>
            <div class="card-body"><Asked resource=codes children={|page: Page<UnmappedCode>| {
                if page.items.is_empty() {
                    return view! { <EmptyState icon="check" title="Every code that came is mapped" help="New ones appear here."/> }.into_any();
                }
                view! {
                    <TableBox label="Table of unmapped codes"><table class="table" data-cards>
                        <thead><tr><th scope="col">"Code"</th><th scope="col">"Carrier"</th><th scope="col">"Sample"</th>
                            <th scope="col" class="end">"Events"</th><th scope="col">"First seen"</th><th scope="col">"Last seen"</th></tr></thead>
                        <tbody>{page.items.into_iter().map(|code| view! {
                            <tr>
                                <td data-half="start"><code>{code.key}</code></td>
                                <td data-half="end">{code.carrier.label()}</td>
                                <td><span class="clip">{code.sample}</span></td>
                                <td class="end numeric" data-label="Events">{code.count}</td>
                                <td data-label="First seen"><Moment at=code.first_seen/></td>
                                <td data-label="Last seen"><Moment at=code.last_seen/></td>
                            </tr>
                        }).collect_view()}</tbody>
                    </table></TableBox>
                }.into_any()
            }}/></div>
        </section>
    }
}
