//! One line: what, when, where, and everything a person should know about it.

use super::more::EventMore;
use super::{Lines, PieceColumn, line_anchor, place_text};
use crate::components::act::{Act, EventAct, EventActLink};
use crate::components::badge::{Chip, event_flag_sentence, look};
use crate::components::icon::Icon;
use crate::components::link::with_query;
use crate::components::time::{Moment, clocks, event_clock, event_time_text, span_text, utc_text};
use crate::tracking::act::ActKind;
use crate::tracking::event::Event;
use crate::tracking::fold::looks_like_a_zone_mistake;
use crate::tracking::status::{EventFlag, Kind, Substatus};
use crate::tracking::time::TimePrecision;
use crate::words::{common, timeline as words, times};
use leptos::prelude::*;

/// From here on a late arrival is said.
const LATE_S: i64 = 3_600;

#[component]
pub fn EventLine(event: Event, repeats: Vec<Event>, lines: Lines) -> impl IntoView {
    let zones = clocks().zones;
    let (tone, icon) = line_look(&event);
    let decides = lines.head == Some(event.id);
    let struck = event.voided_at.is_some();
    let aside = struck || event.retracted_at.is_some() || event.set_aside.is_some();
    let time = event_time_text(&event, &zones);
    let shown_at = event.occurred_at.unwrap_or(event.effective_at);
    let (machine, behind) = match event.time_precision {
        TimePrecision::Day => {
            let date = event_clock(&event, &zones).time.date();
            (date.format("%Y-%m-%d").to_string(), times::DAY_ONLY_HELP.to_owned())
        }
        _ => (shown_at.to_string(), utc_text(shown_at)),
    };
    let unmapped = lines.extra(&event).is_some_and(|extra| extra.unmapped.is_some());
    let label = if unmapped { unmapped_label(&event) } else { label_of(&event) }.to_owned();
    let piece = piece_text(&event, &lines);
    let picked = lines.picked.filter(|(_, picked)| *picked == event.id);
    let acted = lines.parcel.zip(picked).map(|(parcel, (act, _))| view! { <EventAct act parcel event=event.clone()/> });
    let undo = undo_of(&event);
    let id = event.id;
    view! {
        <li
            class="event"
            id=line_anchor(id)
            data-tone=tone
            data-head=decides.then_some("")
            data-aside=aside.then_some("")
            data-struck=struck.then_some("")
        >
            <span class="event-icon"><Icon name=icon/></span>
            <time class="event-time" datetime=machine title=behind>{time}</time>
            {piece.map(|piece| view! { <span class="event-piece mono"><span class="unseen">{words::PIECE_IS}</span>{piece}</span> })}
            <div class="event-body">
                <div class="event-title">
                    <span class="event-label">{label}</span>
                    <EventChips event=event.clone() repeats=repeats.len() lines=lines.clone()/>
                    {lines.parcel.zip(undo).map(|(_, act)| view! { <EventActLink act event=id/> })}
                </div>
                <EventWords event=event.clone() lines=lines.clone()/>
                <EventMore event repeats lines=lines.clone()/>
                {acted}
            </div>
        </li>
    }
}

/// What is offered on the line itself: taking back what an operator did.
fn undo_of(event: &Event) -> Option<Act> {
    match (event.operator.is_some(), event.voided_at.is_some()) {
        (true, false) => Some(Act::Undo),
        (_, true) => Some(Act::PutBack),
        (false, false) => None,
    }
}

fn piece_text(event: &Event, lines: &Lines) -> Option<String> {
    match lines.pieces {
        PieceColumn::None | PieceColumn::OfOne => None,
        PieceColumn::ByPiece => Some(event.piece.clone().unwrap_or_else(|| words::ALL_PIECES.into())),
        PieceColumn::ByNumber => lines.extra(event).map(|extra| extra.number.clone()),
    }
}

#[component]
fn EventChips(event: Event, repeats: usize, lines: Lines) -> impl IntoView {
    let unmapped = lines
        .extra(&event)
        .and_then(|extra| extra.unmapped.clone())
        .map(|key| with_query("/mappings", &[("carrier", lines.carrier.to_string()), ("key", key)]));
    let of_all = lines.pieces == PieceColumn::OfOne && event.piece.is_none() && event.operator.is_none();
    let improved = lines.extra(&event).is_some_and(|extra| !extra.earlier.is_empty());
    let shared = lines.extra(&event).map_or(0, |extra| extra.stop.len());
    let by = event.operator.as_ref().map(|mark| (mark.by.clone(), mark.pin));
    view! {
        {(repeats > 0).then(|| view! { <Chip word=format!("×{}", repeats + 1) icon=Some("repeat") title=words::REPEATS_HELP/> })}
        {of_all.then(|| view! { <Chip word=words::WHOLE_WAYBILL icon=Some("parcels") title=words::WHOLE_WAYBILL_HELP/> })}
        {event.reason.map(|reason| view! { <Chip word=reason.label() tone=Some("violet")/> })}
        {unmapped.map(|link| view! { <a class="chip" data-tone="amber" href=link><Icon name="mappings"/>{words::GIVE_MEANING}</a> })}
        {by.map(|(by, pin)| view! {
            <Chip word=by icon=Some("person") title=words::OPERATOR_HELP/>
            {pin.then(|| view! { <Chip word=words::PINNED tone=Some("blue") icon=Some("flag") title=words::PINNED_HELP/> })}
        })}
        {event
            .flags
            .iter()
            .filter(|flag| **flag != EventFlag::AfterDelivery)
            .map(|&flag| view! { <Chip word=flag.label() tone=Some("amber") title=event_flag_sentence(flag)/> })
            .collect_view()}
        {late_text(&event)
            .map(|late| {
                view! { <Chip word=words::late(&late) icon=Some("clock") title=words::LATE_HELP/> }
            })}
        {improved.then(|| view! { <Chip word=words::IMPROVED icon=Some("plus") title=words::IMPROVED_HELP/> })}
        {(shared > 0).then(|| view! { <Chip word=words::one_stop(shared) icon=Some("truck") title=words::ONE_STOP_HELP/> })}
        {event.voided_at.map(|_| view! { <Chip word=words::VOIDED tone=Some("red") title=words::VOIDED_HELP/> })}
        {event.retracted_at.map(|_| view! { <Chip word=words::RETRACTED tone=Some("grey") title=words::RETRACTED_HELP/> })}
    }
}

/// How late, no more exactly than the carrier told the time.
fn late_text(event: &Event) -> Option<String> {
    let days = event.late_seconds / 86_400;
    match event.time_precision {
        TimePrecision::None => None,
        TimePrecision::Day => (days > 0).then(|| times::days(days)),
        TimePrecision::Minute | TimePrecision::Second => {
            (event.late_seconds >= LATE_S).then(|| span_text(event.late_seconds))
        }
    }
}

/// The carrier's words, the place, and why it does not count.
#[component]
fn EventWords(event: Event, lines: Lines) -> impl IntoView {
    let unmapped = lines.extra(&event).is_some_and(|extra| extra.unmapped.is_some());
    let label = if unmapped { unmapped_label(&event) } else { label_of(&event) };
    let words = event.raw_text.clone().filter(|text| text != label);
    let place = event.place.as_ref().and_then(place_text);
    let actor = event.actor.clone().filter(|_| event.operator.is_none());
    let parts = [words.is_some(), place.is_some(), actor.is_some()];
    let dot = move |nth: usize| (parts[nth] && parts[..nth].contains(&true)).then_some(" · ");
    let remark = lines.extra(&event).and_then(|extra| extra.remark.clone());
    let reason = event.operator.as_ref().and_then(|mark| mark.reason.clone());
    let aside = event.set_aside.clone().filter(|_| event.voided_at.is_none() && event.retracted_at.is_none());
    let zone_hint = event.flags.contains(&EventFlag::ClockAhead)
        && event.occurred_at.is_some_and(|at| looks_like_a_zone_mistake(at.seconds_since(event.received_at)));
    let acts = event.acts.clone();
    view! {
        {parts
            .contains(&true)
            .then(|| {
                view! {
                    <p class="event-words">
                        {words.map(|words| view! { <q dir="auto">{words}</q> })}
                        {dot(1)}
                        {place.map(|place| view! { <bdi>{place}</bdi> })}
                        {dot(2)}
                        {actor.map(|actor| view! { <bdi>{actor}</bdi> })}
                    </p>
                }
            })}
        {remark.map(|remark| view! { <p class="event-words">{words::REMARK_IS}<q dir="auto">{remark}</q></p> })}
        {reason.map(|reason| view! { <p class="event-words"><bdi>{reason}</bdi></p> })}
        {aside.map(|why| view! { <p class="event-aside small"><Icon name="info"/>{words::does_not_count(&lower_first(why.trim_end_matches('.')))}</p> })}
        {zone_hint.then(|| view! { <p class="event-aside small"><Icon name="clock"/>{words::ZONE_HINT}</p> })}
        {acts
            .into_iter()
            .map(|act| {
                let did = match act.act {
                    ActKind::Void => words::VOIDED,
                    ActKind::Unvoid => words::PUT_BACK,
                    ActKind::Move => words::MOVED_HERE,
                    ActKind::Attach => words::ATTACHED,
                };
                view! {
                    <p class="event-aside small">
                        <Icon name="person"/>
                        <span>{words::did_by(did, &act.by)}<Moment at=act.at/>": "<bdi>{act.reason}</bdi></span>
                    </p>
                }
            })
            .collect_view()}
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    // An abbreviation keeps its capitals.
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The words of a line: the finer word, else the status, else what the carrier wrote.
pub fn label_of(event: &Event) -> &str {
    match (event.kind, event.substatus, event.status) {
        // Words that say nothing without their status.
        (Kind::Status | Kind::Operator, Some(Substatus::Other | Substatus::Confirmed), Some(status)) => status.label(),
        (Kind::Operator, _, Some(status)) if status.is_terminal() => status.label(),
        (Kind::Status | Kind::Operator, Some(substatus), _) => substatus.label(),
        (Kind::Status | Kind::Operator, None, Some(status)) => status.label(),
        (Kind::Status, None, None) => {
            event.raw_text.as_deref().or(event.raw_code.as_deref()).unwrap_or(common::NOT_MAPPED)
        }
        (Kind::Info, _, _) => words::NEW_DETAILS,
        (kind, _, _) => kind.label(),
    }
}

/// What a code without a meaning says of itself.
fn unmapped_label(event: &Event) -> &str {
    event.raw_text.as_deref().or(event.raw_code.as_deref()).unwrap_or(common::NOT_MAPPED)
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
