//! The quick look: one parcel beside the list. A link opens it, so that it needs no scripts; Escape closes it with them.

use super::rows::Tags;
use crate::api::parcels::show_parcel;
use crate::components::asked::Asked;
use crate::components::badge::{ParcelChips, StatusBadge, look};
use crate::components::copy::CopyButton;
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::time::{Ago, clocks, date_text, event_clock, event_time_text};
use crate::pages::parcel::milestones::Milestones;
use crate::tracking::event::Event;
use crate::tracking::sheet::ParcelSheet;
use crate::words::{common, parcels as words};
use leptos::prelude::*;
use uuid::Uuid;

/// Lines of the timeline that are shown.
const LINES: usize = 5;

/// One parcel, at the side of the list.
#[component]
pub fn QuickLook(
    /// Which.
    id: Uuid,
    /// The address of the list without it.
    #[prop(into)]
    close: String,
) -> impl IntoView {
    view! {
        <aside class="drawer" aria-label=words::QUICK_LOOK tabindex="-1" autofocus>
            <a class="button drawer-close" data-kind="quiet" href=close data-noscroll><Icon name="cross"/>{common::CLOSE}</a>
            <Asked answer=show_parcel(id, None, None, None) live=format!("parcel:{id}") children={|sheet: ParcelSheet| view! { <Looked sheet/> }}/>
        </aside>
    }
}

#[component]
fn Looked(sheet: ParcelSheet) -> impl IntoView {
    let ParcelSheet { parcel, events, rough, .. } = sheet;
    let lines: Vec<Event> = events.items.iter().take(LINES).cloned().collect();
    let (tone, _) = look(parcel.status);
    let tags = parcel.tags.clone();
    let whole = if events.next_cursor.is_none() { events.items } else { Vec::new() };
    view! {
        <header class="drawer-head">
            <h2 class="number">{parcel.number.clone()}<CopyButton text=parcel.number.clone() what=common::NUMBER_NOUN/></h2>
            <p class="muted">{parcel.carrier.label()}" · "{parcel.endpoint_label.clone()}</p>
        </header>
        <p class="drawer-status" data-tone=tone>
            <StatusBadge status=parcel.status/>
            {parcel.substatus.map(crate::tracking::status::Substatus::label)}
            {parcel.status_since.map(|at| view! { <span class="muted"><Ago at zone=parcel.zone.clone()/></span> })}
        </p>
        <ParcelChips parcel=parcel.clone()/>
        {(!tags.is_empty()).then(|| view! { <Tags tags/> })}
        <p class="small">{parcel.explanation.clone()}</p>
        <Milestones parcel=parcel.clone() events=whole rough/>
        <h3>{words::LATEST_EVENTS}</h3>
        <ol class="drawer-events">{lines.into_iter().map(|event| view! { <Line event/> }).collect_view()}</ol>
        {(!parcel.references.is_empty())
            .then(|| {
                view! {
                    <h3>{common::REFERENCES}</h3>
                    <ul class="drawer-references">
                        {parcel
                            .references
                            .iter()
                            .take(8)
                            .map(|known| view! { <li><span class="muted">{known.kind.clone()}</span>" "<span class="mono">{known.value.clone()}</span></li> })
                            .collect_view()}
                    </ul>
                }
            })}
        <p class="row">
            <a class="button" data-kind="primary" href=path(&format!("/parcels/{}", parcel.id))>{words::OPEN_PARCEL}</a>
            <a class="button" href=path(&format!("/deliveries?parcel={}", parcel.id))>{words::ITS_DELIVERIES}</a>
        </p>
    }
}

#[component]
fn Line(event: Event) -> impl IntoView {
    let clocks = clocks();
    let day = date_text(event_clock(&event, &clocks.zones).time.date(), clocks.now);
    let time = event_time_text(&event, &clocks.zones);
    let label =
        event.status.map_or(event.kind.label(), |status| event.substatus.map_or(status.label(), |sub| sub.label()));
    let place = event.place.as_ref().and_then(|place| place.name.clone());
    view! {
        <li data-voided=event.voided_at.is_some().then_some("")>
            <span class="mono small">{day}" "{time}</span>
            <strong>{label}</strong>
            {event.raw_text.map(|text| view! { <q class="muted" dir="auto">{text}</q> })}
            {place.map(|place| view! { <span class="muted small">{place}</span> })}
        </li>
    }
}
