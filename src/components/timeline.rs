//! Events along a wire, newest first, grouped by the day at the place of the event.

use super::badge::{Chip, event_flag_sentence, look};
use super::card::Fact;
use super::icon::Icon;
use super::link::path;
use super::time::{clocks, day_text, event_clock, event_time_text, span_text, utc_text};
use crate::tracking::event::{Event, Place};
use crate::tracking::parcel::Leg;
use crate::tracking::status::{Confidence, Kind};
use crate::tracking::time::Timestamp;
use chrono::NaiveDate;
use leptos::prelude::*;
use uuid::Uuid;

/// From here on a silence is drawn.
const SILENCE_S: i64 = 2 * 86_400;

/// From here on a late arrival is said.
const LATE_S: i64 = 3_600;

/// The timeline of one parcel or of all pieces of a shipment.
#[component]
pub fn Timeline(
    /// Newest first.
    events: Vec<Event>,
    /// The event that decides the status.
    #[prop(optional_no_strip)]
    head: Option<Uuid>,
    /// The journeys, for the dividers.
    #[prop(optional)]
    legs: Vec<Leg>,
    /// Say which piece each event is about.
    #[prop(optional)]
    name_pieces: bool,
) -> impl IntoView {
    let days = by_day(events);
    let mut later: Option<(Timestamp, u32)> = None;
    let days = days
        .into_iter()
        .map(|(day, events)| {
            let count = if events.len() == 1 { "1 event".to_owned() } else { format!("{} events", events.len()) };
            let mut before_day = None;
            let mut lines = Vec::new();
            for (nth, event) in events.into_iter().enumerate() {
                let divider = divider(later, &event, &legs);
                later = Some((event.effective_at, event.leg));
                if nth == 0 {
                    before_day = divider;
                } else {
                    lines.push(divider.map(|d| view! { <li>{d}</li> }).into_any());
                }
                lines.push(view! { <EventLine event head name_pieces/> }.into_any());
            }
            view! {
                {before_day}
                <section class="day">
                    <div class="day-head"><h3>{day_text(day)}</h3><span>{count}</span></div>
                    <ol>{lines}</ol>
                </section>
            }
        })
        .collect_view();
    view! { <div class="timeline">{days}</div> }
}

fn by_day(events: Vec<Event>) -> Vec<(NaiveDate, Vec<Event>)> {
    let zones = clocks().zones;
    let mut days: Vec<(NaiveDate, Vec<Event>)> = Vec::new();
    for event in events {
        let day = event_clock(&event, &zones).time.date();
        match days.last_mut() {
            Some((last, events)) if *last == day => events.push(event),
            _ => days.push((day, vec![event])),
        }
    }
    days
}

fn divider(later: Option<(Timestamp, u32)>, event: &Event, legs: &[Leg]) -> Option<AnyView> {
    let (later_at, later_leg) = later?;
    if later_leg != event.leg {
        let direction = legs.iter().find(|leg| leg.leg == later_leg).map(|leg| leg.direction.as_str());
        let words = if direction == Some("return") { "Return journey above" } else { "New journey above" };
        return Some(view! { <div class="leg-divider">{words}</div> }.into_any());
    }
    let silence = later_at.seconds_since(event.effective_at);
    (silence >= SILENCE_S)
        .then(|| view! { <div class="gap">{format!("{} without a scan", span_text(silence))}</div> }.into_any())
}

#[component]
fn EventLine(event: Event, head: Option<Uuid>, name_pieces: bool) -> impl IntoView {
    let zones = clocks().zones;
    let (tone, icon) = line_look(&event);
    let decides = head == Some(event.id);
    let struck = event.voided_at.is_some() || event.retracted_at.is_some();
    let aside = struck || event.set_aside.is_some();
    let time = event_time_text(&event, &zones);
    let shown_at = event.occurred_at.unwrap_or(event.effective_at);
    let words = event.raw_text.clone().filter(|text| text != label_of(&event));
    let place = event.place.as_ref().and_then(place_text);
    let words_shown = words.is_some();
    let label = label_of(&event).to_owned();
    let why_aside = event.set_aside.clone();
    view! {
        <li
            class="event"
            data-tone=tone
            data-head=decides.then_some("")
            data-aside=aside.then_some("")
            data-struck=struck.then_some("")
        >
            <span class="event-icon"><Icon name=icon/></span>
            <time class="event-time" datetime=shown_at.to_string() title=utc_text(shown_at)>{time}</time>
            <div class="event-body">
                <div class="event-title">
                    <span class="event-label">{label}</span>
                    <EventChips event=event.clone() name_pieces/>
                </div>
                {(words.is_some() || place.is_some())
                    .then(|| {
                        view! {
                            <p class="event-words">
                                {words.map(|words| view! { <q>{words}</q> })}
                                {(words_shown && place.is_some()).then_some(" · ")}
                                {place}
                            </p>
                        }
                    })}
                {why_aside.map(|why| view! { <p class="event-words small">{why}</p> })}
                <EventMore event/>
            </div>
        </li>
    }
}

#[component]
fn EventChips(event: Event, name_pieces: bool) -> impl IntoView {
    let unmapped = event.kind == Kind::Status && event.status.is_none();
    let pieces = name_pieces.then(|| event.piece.clone().unwrap_or_else(|| "all pieces".into()));
    view! {
        {pieces.map(|piece| view! { <Chip word=piece icon=Some("parcels")/> })}
        {event.reason.map(|reason| view! { <Chip word=reason.label() tone=Some("violet")/> })}
        {unmapped.then(|| view! { <Chip word="Not mapped" tone=Some("amber") title="This code moves nothing until it has a mapping."/> })}
        {event
            .flags
            .iter()
            .map(|&flag| view! { <Chip word=flag.label() tone=Some("amber") title=event_flag_sentence(flag)/> })
            .collect_view()}
        {(event.late_seconds >= LATE_S)
            .then(|| {
                view! { <Chip word=format!("Late {}", span_text(event.late_seconds)) icon=Some("clock") title="How long after it happened the carrier told us."/> }
            })}
        {(event.seen_count > 1).then(|| view! { <Chip word=format!("×{}", event.seen_count) title="In how many deliveries it came."/> })}
        {event.voided_at.map(|_| view! { <Chip word="Voided" tone=Some("red") title="An operator took it out."/> })}
        {event.retracted_at.map(|_| view! { <Chip word="Retracted" tone=Some("red") title="The source no longer lists it."/> })}
        {event.actor.clone().map(|actor| view! { <Chip word=actor icon=Some("person")/> })}
    }
}

#[component]
fn EventMore(event: Event) -> impl IntoView {
    let mapping = event.mapping.as_ref().map(|used| {
        let sure = if used.confidence == Confidence::High {
            String::new()
        } else {
            format!(", {}", used.confidence.label().to_lowercase())
        };
        let version = if used.version == 0 { "built in".to_owned() } else { format!("version {}", used.version) };
        format!("{} ({version}{sure})", used.key)
    });
    let coordinates = event.place.as_ref().and_then(|place| Some(format!("{}, {}", place.latitude?, place.longitude?)));
    view! {
        <details>
            <summary><Icon name="chevron"/>"Details"</summary>
            <dl class="facts">
                <Fact name="Carrier’s code" value=event.raw_code.clone() mono=true/>
                <Fact name="Carrier’s text" value=event.raw_text.clone()/>
                <Fact name="Mapping" value=mapping mono=true/>
                <Fact name="Time as sent" value=event.occurred_raw.clone() mono=true/>
                <Fact name="In UTC" value=event.occurred_at.map(utc_text)/>
                <Fact name="Zone" value=format!("{} ({})", event.zone.clone().unwrap_or_else(|| "unknown".into()), event.tz_source.label())/>
                <Fact name="Precision" value=event.time_precision.label().to_owned()/>
                <Fact name="Received" value=utc_text(event.received_at)/>
                <Fact name="Piece" value=event.piece.clone() mono=true/>
                <Fact name="Coordinates" value=coordinates mono=true/>
                <Fact name="Kind" value=event.kind.label().to_owned()/>
                {(!event.deliveries.is_empty())
                    .then(|| {
                        view! {
                            <dt>"Deliveries"</dt>
                            <dd class="row">
                                {event
                                    .deliveries
                                    .iter()
                                    .map(|id| {
                                        view! { <a class="mono" href=path(&format!("/deliveries/{id}"))>{short_id(*id)}</a> }
                                    })
                                    .collect_view()}
                            </dd>
                        }
                    })}
            </dl>
        </details>
    }
}

fn label_of(event: &Event) -> &str {
    match (event.kind, event.substatus, event.status) {
        (Kind::Status | Kind::Operator, Some(substatus), Some(status)) if substatus.label() == "Other" => {
            status.label()
        }
        (Kind::Status | Kind::Operator, Some(substatus), _) => substatus.label(),
        (Kind::Status | Kind::Operator, None, Some(status)) => status.label(),
        (Kind::Status, None, None) => event.raw_text.as_deref().or(event.raw_code.as_deref()).unwrap_or("Not mapped"),
        (kind, _, _) => kind.label(),
    }
}

fn line_look(event: &Event) -> (&'static str, &'static str) {
    match (event.kind, event.status) {
        (_, Some(status)) => look(status),
        (Kind::Note, None) => ("grey", "note"),
        (Kind::Proof, None) => ("green", "proof"),
        (Kind::Location, None) => ("grey", "place"),
        (Kind::Operator, None) => ("grey", "person"),
        (Kind::Info | Kind::System | Kind::Status, None) => ("grey", "info"),
    }
}

/// A place in one line, as far as known.
pub fn place_text(place: &Place) -> Option<String> {
    let name = place.name.clone().or_else(|| place.facility.clone());
    let parts: Vec<String> = [name, place.postal_code.clone(), place.country.clone()].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The end of an id, enough to tell two apart.
pub fn short_id(id: Uuid) -> String {
    let text = id.to_string();
    format!("…{}", &text[text.len() - 8..])
}
