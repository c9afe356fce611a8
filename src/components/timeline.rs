//! Events along a wire, newest first: by stretch of the journey, by the day at the place of the event, repeated scans
//! as one line. Each line opens what is behind it.

mod grouping;
mod line;
mod more;

use super::act::{Act, picked_act};
use super::time::{clocks, day_text, event_clock, span_text};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::{Event, Place};
use crate::tracking::parcel::Leg;
use crate::tracking::sheet::EventExtra;
use crate::words::{common, timeline as words};
use grouping::{Day, Heading, Row, Stretch, stretches};
use leptos::prelude::*;
use line::EventLine;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Which piece each line is about, where a timeline merges several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PieceColumn {
    /// One parcel that is a job of its own.
    #[default]
    None,
    /// One piece of a job: what is about the whole job says so.
    OfOne,
    /// All pieces of a job, by barcode.
    ByPiece,
    /// Parcels of several numbers.
    ByNumber,
}

/// What every line of a timeline knows.
#[derive(Clone)]
struct Lines {
    carrier: CarrierId,
    head: Option<Uuid>,
    extras: Arc<HashMap<Uuid, EventExtra>>,
    pieces: PieceColumn,
    /// Whose page it is, where lines can be acted on.
    parcel: Option<Uuid>,
    partly: bool,
    picked: Option<(Act, Uuid)>,
}

impl Lines {
    fn extra(&self, event: &Event) -> Option<&EventExtra> {
        self.extras.get(&event.id)
    }
}

/// The timeline of one parcel, of all pieces of a shipment, or of the parcels of an order.
#[component]
pub fn Timeline(
    /// Newest first.
    events: Vec<Event>,
    /// More about them.
    #[prop(optional)]
    extras: Vec<EventExtra>,
    /// Whose codes they are.
    carrier: CarrierId,
    /// The event that decides the status.
    #[prop(optional_no_strip)]
    head: Option<Uuid>,
    /// The journeys, for the headings.
    #[prop(optional)]
    legs: Vec<Leg>,
    /// Say which piece each event is about.
    #[prop(optional)]
    pieces: PieceColumn,
    /// The parcel whose page it is, where an operator may act on its lines.
    #[prop(optional_no_strip)]
    parcel: Option<Uuid>,
    /// Some lines are left out: what lies between two is no silence.
    #[prop(optional)]
    partly: bool,
) -> impl IntoView {
    let lines = Lines {
        carrier,
        head,
        extras: Arc::new(extras.into_iter().map(|extra| (extra.event, extra)).collect()),
        pieces,
        parcel,
        partly,
        picked: picked_act(),
    };
    let zones = clocks().zones;
    let date_of = |event: &Event| event_clock(event, &zones).time.date();
    let found = stretches(events, &legs, date_of, |event| head == Some(event.id));
    let named = found.iter().any(|stretch| stretch.heading.is_some());
    let shown = found.into_iter().map(|stretch| stretch_view(stretch, named, &lines)).collect_view();
    let column = match pieces {
        PieceColumn::None | PieceColumn::OfOne => None,
        PieceColumn::ByPiece => Some("piece"),
        PieceColumn::ByNumber => Some("number"),
    };
    view! { <div class="timeline" data-pieces=column>{shown}</div> }
}

fn stretch_view(stretch: Stretch, named: bool, lines: &Lines) -> AnyView {
    let days = stretch.days.into_iter().map(|day| day_view(day, named, lines)).collect_view();
    let Some(heading) = stretch.heading else { return days.into_any() };
    let (kind, words, help) = heading_words(heading);
    view! {
        <section class="stretch" data-kind=kind>
            <h3 class="stretch-head">{words}</h3>
            {help.map(|help| view! { <p class="muted small">{help}</p> })}
            {days}
        </section>
    }
    .into_any()
}

fn heading_words(heading: Heading) -> (&'static str, &'static str, Option<&'static str>) {
    match heading {
        Heading::AfterDelivery => ("after", words::AFTER_DELIVERY, Some(words::AFTER_DELIVERY_HELP)),
        Heading::UntilDelivery => ("until", words::UNTIL_DELIVERY, None),
        Heading::Outbound => ("outbound", words::OUTBOUND_JOURNEY, None),
        Heading::Return => ("return", words::RETURN_JOURNEY, None),
        Heading::Again => ("again", words::NEW_JOURNEY, None),
    }
}

fn day_view(day: Day, named: bool, lines: &Lines) -> AnyView {
    let count = common::events(day.count);
    let mut rows = day.rows.into_iter();
    let first = rows.next();
    let gap = first.as_ref().and_then(|row| row.silence_s).map(|s| view! { <p class="gap">{silence_text(s)}</p> });
    let first = first.map(|row| row_view(Row { silence_s: None, ..row }, lines));
    let rest = rows.map(|row| row_view(row, lines)).collect_view();
    let name = day_text(day.date);
    let title = if named { view! { <h4>{name}</h4> }.into_any() } else { view! { <h3>{name}</h3> }.into_any() };
    view! {
        {gap}
        <section class="day">
            <div class="day-head">{title}<span>{count}</span></div>
            <ol>{first}{rest}</ol>
        </section>
    }
    .into_any()
}

fn row_view(row: Row, lines: &Lines) -> AnyView {
    let gap = row.silence_s.filter(|_| !lines.partly).map(|s| view! { <li class="gap">{silence_text(s)}</li> });
    view! { {gap}<EventLine event=row.event repeats=row.repeats lines=lines.clone()/> }.into_any()
}

fn silence_text(seconds: i64) -> String {
    words::silence(&span_text(seconds))
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

/// The address of an event's line within a page.
pub fn line_anchor(event: Uuid) -> String {
    format!("e-{event}")
}

pub use line::label_of;
