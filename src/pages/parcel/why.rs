//! Why a parcel has its state: the event that decides, the rule in words, and what was set aside.

use crate::components::icon::Icon;
use crate::components::link::with_query;
use crate::components::time::{clocks, date_text, event_clock, event_time_text};
use crate::components::timeline::{label_of, line_anchor, place_text};
use crate::tracking::event::Event;
use crate::tracking::parcel::Parcel;
use crate::tracking::why::SetAside;
use crate::words::parcel as words;
use leptos::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// Shown at once; the rest opens.
const AT_ONCE: usize = 4;

/// The explanation.
#[component]
pub fn Why(
    /// Whose.
    parcel: Parcel,
    /// The event that decides.
    head: Option<Event>,
    /// The events on this page of the timeline.
    events: Vec<Event>,
) -> impl IntoView {
    let why = parcel.why.clone();
    let known: HashMap<Uuid, Event> = events.into_iter().map(|event| (event.id, event)).collect();
    let decides = head.map(|event| {
        let link = line_link(parcel.id, event.id, &known);
        view! {
            <dt>{words::DECIDED_BY}</dt>
            <dd><a href=link>{event_words(&event)}</a>{event.place.as_ref().and_then(place_text).map(|place| view! { <span class="muted">" · "<bdi>{place}</bdi></span> })}</dd>
        }
    });
    let total = why.set_aside_total as usize;
    let unnamed = total.saturating_sub(why.set_aside.len());
    let mut rows = why.set_aside.into_iter().map(|aside| aside_row(&parcel, &known, &aside)).collect::<Vec<_>>();
    let rest = rows.split_off(rows.len().min(AT_ONCE));
    let more = rest.len() + unnamed;
    view! {
        <div class="why">
            <h2>{words::WHY}</h2>
            {match decides {
                Some(decides) => view! { <dl class="facts">{decides}<dt>{words::RULE}</dt><dd>{why.effect}</dd></dl> }.into_any(),
                None => view! { <p>{why.sentence}</p> }.into_any(),
            }}
            {(total > 0).then(|| view! {
                <p class="more-head small">{words::set_aside(total)}</p>
                <ul class="aside-list small">{rows}</ul>
                {(more > 0).then(|| view! {
                    <details>
                        <summary class="small"><Icon name="chevron"/>{words::more(more)}</summary>
                        <ul class="aside-list small">{rest}</ul>
                        {(unnamed > 0).then(|| view! { <p class="muted small">{words::older(unnamed)}</p> })}
                    </details>
                })}
            })}
        </div>
    }
}

fn aside_row(parcel: &Parcel, known: &HashMap<Uuid, Event>, aside: &SetAside) -> AnyView {
    let link = line_link(parcel.id, aside.event, known);
    let words = known.get(&aside.event).map_or_else(|| words::FURTHER_DOWN.to_owned(), event_words);
    view! { <li><a href=link>{words}</a>": "<span>{aside.reason.clone()}</span></li> }.into_any()
}

/// `“Signed for”, 17 Dec, 14:05 SAST`.
fn event_words(event: &Event) -> String {
    let clocks = clocks();
    let date = date_text(event_clock(event, &clocks.zones).time.date(), clocks.now);
    format!("“{}”, {date}, {}", label_of(event), event_time_text(event, &clocks.zones))
}

/// The event's line: on this page, or at the top of the page of the timeline that begins with it.
fn line_link(parcel: Uuid, event: Uuid, known: &HashMap<Uuid, Event>) -> String {
    let anchor = line_anchor(event);
    if known.contains_key(&event) {
        return format!("#{anchor}");
    }
    format!("{}#{anchor}", with_query(&format!("/parcels/{parcel}"), &[("at", event.to_string())]))
}
