//! `/parcels/{id}`: one parcel. Where it is, why it is said to be there, and everything the carrier reported.

mod cards;
mod milestones;

use crate::api::Fault;
use crate::api::parcels::show_parcel;
use crate::components::asked::Asked;
use crate::components::badge::{ParcelChips, StatusBadge, flag_sentence, flag_tone};
use crate::components::card::Card;
use crate::components::copy::CopyButton;
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::live::use_live;
use crate::components::notice::Notice;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::time::{Moment, clocks, span_text};
use crate::components::timeline::Timeline;
use crate::tracking::parcel::Parcel;
use crate::tracking::screen::ParcelSheet;
use cards::SideCards;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use milestones::MilestoneStrip;

/// One parcel.
#[component]
pub fn ParcelPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let query = use_query_map();
    let news = use_live(format!("parcel:{id}"));
    let sheet = Resource::new_blocking(
        move || (query.with(|q| q.get("cursor")), news.get()),
        move |(cursor, _)| {
            let id = id.parse();
            async move {
                match id {
                    Ok(id) => show_parcel(id, cursor).await,
                    Err(_) => Err(Fault::NotFound("There is no such parcel.".into())),
                }
            }
        },
    );
    view! {
        <Title text="Parcel"/>
        <nav class="page-trail" aria-label="Trail"><a href=path("/parcels")>"Parcels"</a></nav>
        <Asked resource=sheet children={|sheet: ParcelSheet| view! { <Sheet sheet/> }}/>
    }
}

#[component]
fn Sheet(sheet: ParcelSheet) -> impl IntoView {
    let ParcelSheet { parcel, events, pieces } = sheet;
    let complete = events.next_cursor.is_none();
    let shown = events.items.len();
    let list = events.items.clone();
    let address = format!("/parcels/{}", parcel.id);
    let whole = if complete { events.items } else { Vec::new() };
    let (head, legs, own) = (parcel.head_event, parcel.legs.clone(), parcel.clone());
    view! {
        <Head parcel=parcel.clone()/>
        <Card title="Journey"><MilestoneStrip parcel=own events=whole/></Card>
        <div class="columns">
            <Card title="Timeline">
                {if list.is_empty() {
                    view! { <EmptyState icon="clock" title="No event yet" help="The number is registered; the carrier has not reported anything."/> }
                        .into_any()
                } else {
                    view! { <Timeline events=list head legs/> }.into_any()
                }}
                {(!complete || shown == 0).then(|| view! { <Pager to=address shown next_cursor=events.next_cursor/> })}
            </Card>
            <SideCards parcel pieces/>
        </div>
    }
}

#[component]
fn Head(parcel: Parcel) -> impl IntoView {
    let now = clocks().now;
    let piece = parcel.piece.clone();
    let name = piece.clone().map_or_else(|| parcel.number.clone(), |piece| format!("{} / {piece}", parcel.number));
    let since = parcel.status_since;
    let finer = [
        parcel.substatus.map(super::super::tracking::status::Substatus::label),
        parcel.reason.map(super::super::tracking::status::Reason::label),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    view! {
        <Title text=format!("{name} · {}", parcel.status.label())/>
        <header class="page-head">
            <h1 class="number">{name}</h1>
            <CopyButton text=parcel.number.clone() what="number"/>
            <StatusBadge status=parcel.status large=true/>
            {(!finer.is_empty()).then(|| view! { <span class="muted">{finer.join(" · ")}</span> })}
            <ParcelChips parcel=parcel.clone()/>
            <p class="page-lead">
                {parcel.explanation.clone()}
                {since
                    .map(|at| {
                        view! {
                            " Since "
                            <Moment at zone=parcel.zone.clone()/>
                            {(!parcel.status.is_terminal()).then(|| format!(", {}", span_text(now.seconds_since(at))))}
                            "."
                        }
                    })}
            </p>
        </header>
        {parcel
            .flags
            .iter()
            .map(|&flag| {
                view! {
                    <Notice tone=flag_tone(flag) icon="triangle">
                        <p><strong>{flag.label()}</strong>". "{flag_sentence(flag)}</p>
                    </Notice>
                }
            })
            .collect_view()}
        {parcel
            .expired
            .then(|| view! { <Notice tone="amber" icon="moon"><p><strong>"Gone quiet"</strong>". Nothing has been heard of it for 30 days."</p></Notice> })}
        {parcel.is_test.then(|| view! { <p class="muted small row"><Icon name="bench"/>"A test parcel: made by the test bench, apart from real ones."</p> })}
    }
}
