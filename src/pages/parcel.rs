//! `/parcels/{id}`: one parcel. Where it is, why it is said to be there, and everything the carrier reported.

mod acts;
mod cards;
pub mod milestones;
mod people;
mod tags;
mod why;

use crate::api::Fault;
use crate::api::parcels::show_parcel;
use crate::components::asked::Asked;
use crate::components::badge::{ParcelChips, flag_sentence, flag_tone, look};
use crate::components::card::Card;
use crate::components::copy::CopyButton;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::notice::Notice;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::time::{KnownMoment, clocks, span_text};
use crate::components::timeline::{PieceColumn, Timeline};
use crate::tracking::parcel::Parcel;
use crate::tracking::sheet::{ParcelSheet, Rough};
use crate::tracking::status::{Reason, Substatus};
use crate::tracking::view::TimelineLines;
use crate::words::{badges, common, frame, parcel as words};
use acts::{Confirm, Done, HeadActs, OpenAct, may_act};
use cards::SideCards;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use milestones::Milestones;
use uuid::Uuid;
use why::Why;

/// One parcel.
#[component]
pub fn ParcelPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let query = use_query_map().get_untracked();
    let (cursor, at) = (query.get("cursor"), query.get("at").and_then(|at| at.parse().ok()));
    let only = only_of(&query);
    let live = format!("parcel:{id}");
    let sheet = async move {
        let id = id.parse().map_err(|_| Fault::NotFound(common::NO_PARCEL.into()))?;
        show_parcel(id, cursor, at, only).await
    };
    view! {
        <Title text=common::PARCEL/>
        <nav class="page-trail" aria-label=common::TRAIL><a href=path("/parcels")>{frame::PARCELS}</a></nav>
        <Asked answer=sheet live children={|sheet: ParcelSheet| view! { <Sheet sheet/> }}/>
    }
}

#[component]
fn Sheet(sheet: ParcelSheet) -> impl IntoView {
    let ParcelSheet { parcel, events, extras, head, proofs, pieces, order, rough } = sheet;
    let query = use_query_map().get_untracked();
    let (from_middle, only) = (query.get_str("at").is_some(), only_of(&query));
    let complete = events.next_cursor.is_none();
    let shown = events.items.len();
    let list = events.items.clone();
    let address = format!("/parcels/{}", parcel.id);
    let whole = if complete && only.is_none() { events.items } else { Vec::new() };
    let acting = may_act();
    let column = if parcel.shipment.is_some() { PieceColumn::OfOne } else { PieceColumn::None };
    let newest = path(&address);
    let (own, carrier, legs) = (parcel.clone(), parcel.carrier, parcel.legs.clone());
    let of_strip = rough.clone();
    view! {
        <Head parcel=parcel.clone() acting/>
        <Done parcel=parcel.clone()/>
        {acting.then(|| view! { <OpenAct parcel=parcel.id/> })}
        <section class="state card" aria-label=words::STATE>
            <Banner parcel=parcel.clone() rough=rough.clone()/>
            <div class="card-body stack">
                <Flags parcel=parcel.clone()/>
                <Why parcel=parcel.clone() head=head events=list.clone()/>
                {acting.then(|| view! { <Confirm parcel=parcel.clone()/> })}
            </div>
        </section>
        <Card title=words::JOURNEY><Milestones parcel=own events=whole rough=of_strip/></Card>
        <div class="columns">
            <Card title=common::TIMELINE>
                <Only id=parcel.id only/>
                {from_middle.then(|| view! { <p class="small"><a href=newest>{words::BACK_TO_NEWEST}</a></p> })}
                {if list.is_empty() && only.is_some() {
                    view! { <p class="muted">{words::NO_SUCH_LINE}</p> }.into_any()
                } else if list.is_empty() {
                    view! { <EmptyState icon="clock" title=common::NO_EVENT_YET help=words::NO_EVENT_HELP/> }
                        .into_any()
                } else {
                    let head = parcel.head_event;
                    let of = acting.then_some(parcel.id);
                    view! { <Timeline events=list extras carrier head legs pieces=column parcel=of partly=only.is_some()/> }.into_any()
                }}
                {(!complete || shown == 0).then(|| view! { <Pager to=address shown next_cursor=events.next_cursor/> })}
            </Card>
            <SideCards parcel pieces proofs order rough/>
        </div>
    }
}

/// The lines the address asks for.
fn only_of(query: &ParamsMap) -> Option<TimelineLines> {
    query.get_str("only").and_then(|word| word.parse().ok())
}

/// Which lines are shown, with the ways to the others.
#[component]
fn Only(id: Uuid, only: Option<TimelineLines>) -> impl IntoView {
    let choices = std::iter::once(None).chain(TimelineLines::ALL.iter().copied().map(Some));
    let links = choices.map(|choice| {
        let word = choice.map(|choice| choice.as_str().to_owned()).unwrap_or_default();
        let href = with_query(&format!("/parcels/{id}"), &[("only", word)]);
        let current = (choice == only).then_some("page");
        view! { <a class="chip" href=href aria-current=current data-noscroll>{choice.map_or(common::ALL, TimelineLines::label)}</a> }
    });
    view! { <nav class="only" aria-label=words::LINES_SHOWN>{links.collect_view()}</nav> }
}

#[component]
fn Head(parcel: Parcel, acting: bool) -> impl IntoView {
    let piece = parcel.piece.clone();
    let name = piece.map_or_else(|| parcel.number.clone(), |piece| format!("{} / {piece}", parcel.number));
    view! {
        <Title text=format!("{name} · {}", parcel.status.label())/>
        <header class="page-head">
            <h1 class="number">{name}</h1>
            <CopyButton text=parcel.number.clone() what=common::NUMBER_NOUN/>
            <ParcelChips parcel=parcel.clone()/>
            {acting.then(|| view! { <HeadActs/> })}
        </header>
        {parcel.is_test.then(|| view! { <p class="muted small row"><Icon name="bench"/>{words::TEST_PARCEL}</p> })}
    }
}

/// The status in its colour, with its icon and word, and since when.
#[component]
fn Banner(parcel: Parcel, rough: Vec<Rough>) -> impl IntoView {
    let now = clocks().now;
    let (tone, icon) = look(parcel.status);
    let finer = [parcel.substatus.map(Substatus::label), parcel.reason.map(Reason::label)];
    let finer = finer.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let open = !parcel.status.is_terminal();
    let vague = |at| rough.iter().any(|known| known.at == at);
    let lasting = parcel.status_since.filter(|at| open && !vague(*at)).map(|at| span_text(now.seconds_since(at)));
    let zone = parcel.zone.clone();
    view! {
        <div class="state-banner" data-tone=tone>
            <span class="state-icon"><Icon name=icon/></span>
            <p class="state-word">
                <strong>{parcel.status.label()}</strong>
                {(!finer.is_empty()).then(|| view! { <span>{finer}</span> })}
            </p>
            {parcel.status_since.map(|at| view! {
                <p class="state-since">
                    {common::SINCE}<KnownMoment at zone rough/>
                    {lasting.map(|lasting| view! { <span class="state-span">{lasting}</span> })}
                </p>
            })}
        </div>
    }
}

/// What a person should know, one sentence each.
#[component]
fn Flags(parcel: Parcel) -> impl IntoView {
    view! {
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
            .then(|| view! { <Notice tone="amber" icon="moon"><p><strong>{badges::GONE_QUIET}</strong>{words::GONE_QUIET_HELP}</p></Notice> })}
    }
}
