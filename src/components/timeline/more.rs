//! What is behind a line: the mapping used, the carrier's own data, earlier forms, repeated scans, the raw deliveries.

use super::{Lines, place_text, short_id};
use crate::components::act::{Act, EventActLink};
use crate::components::badge::event_flag_sentence;
use crate::components::card::Fact;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::time::{Moment, clocks, event_time_text, utc_text};
use crate::tracking::event::{Event, Proof};
use crate::tracking::sheet::{EarlierForm, Sibling};
use crate::tracking::status::{Confidence, Kind};
use crate::tracking::time::TimePrecision;
use crate::words::{common, timeline as words};
use leptos::prelude::*;
use uuid::Uuid;

/// Deliveries named on a line; the first one always is.
const DELIVERIES: usize = 12;

#[component]
pub fn EventMore(event: Event, repeats: Vec<Event>, lines: Lines) -> impl IntoView {
    let place = event.place.clone().unwrap_or_default();
    let coordinates = place.latitude.zip(place.longitude).map(|(north, east)| format!("{north}, {east}"));
    let zone =
        format!("{} ({})", event.zone.clone().unwrap_or_else(|| words::UNKNOWN_ZONE.into()), event.tz_source.label());
    let extra = lines.extra(&event).cloned();
    let (earlier, stop) = extra.map(|extra| (extra.earlier, extra.stop)).unwrap_or_default();
    let from_carrier = event.operator.is_none();
    view! {
        <details class="event-more">
            <summary><Icon name="chevron"/>{common::DETAILS}</summary>
            <dl class="facts">
                {from_carrier.then(|| view! { <MappingFact event=event.clone() lines=lines.clone()/> })}
                <Fact name=common::CARRIERS_CODE value=event.raw_code.clone() mono=true/>
                <Fact name=common::CARRIERS_TEXT value=event.raw_text.clone().filter(|_| from_carrier)/>
                <Fact name=words::TIME_AS_SENT value=event.occurred_raw.clone() mono=true/>
                <Fact name=words::IN_UTC value=event.occurred_at.filter(|_| event.time_precision != TimePrecision::Day).map(utc_text)/>
                <Fact name=words::TIME_ZONE value=zone/>
                <Fact name=words::PRECISION value=event.time_precision.label().to_owned()/>
                <Fact name=common::RECEIVED value=utc_text(event.received_at)/>
                {event.flags.iter().map(|flag| view! { <Fact name=flag.label() value=event_flag_sentence(*flag).to_owned()/> }).collect_view()}
                <Fact name=common::PIECE value=event.piece.clone() mono=true/>
                <Fact name=words::FACILITY value=place.facility.clone().filter(|_| place.name.is_some()) mono=true/>
                <Fact name=words::COORDINATES value=coordinates mono=true/>
                <Fact name=words::KIND value=event.kind.label().to_owned()/>
                <Stop stop/>
                <Deliveries ids=event.deliveries.clone() seen=event.seen_count/>
            </dl>
            <Earlier forms=earlier/>
            <Repeats events=repeats/>
            {(lines.parcel.is_some() && event.voided_at.is_none() && from_carrier).then(|| view! {
                <p class="row event-acts">
                    <EventActLink act=Act::Void event=event.id/>
                    <EventActLink act=Act::Move event=event.id/>
                </p>
            })}
        </details>
    }
}

/// `BEX tracking_event/7 → out_for_delivery.on_vehicle, v3`, with the way to change it.
#[component]
fn MappingFact(event: Event, lines: Lines) -> impl IntoView {
    let unmapped = lines.extra(&event).and_then(|extra| extra.unmapped.clone());
    let used = event.mapping.clone();
    let key = used.as_ref().map(|used| used.key.clone()).or(unmapped);
    (event.kind != Kind::Note || key.is_some()).then(|| {
        let code = key.clone().map(|key| format!("{} {}", lines.carrier.label(), key.replace(':', "/")));
        let means = match (event.status, event.substatus) {
            (Some(status), Some(substatus)) => format!("{status}.{substatus}"),
            (Some(status), None) => status.to_string(),
            (None, _) if used.is_some() => event.kind.to_string(),
            (None, _) => words::NO_MEANING.into(),
        };
        let version = used.as_ref().map(|used| match used.version {
            0 => words::OWN_RULE.to_owned(),
            version => words::version(version),
        });
        let unsure = used.is_some_and(|used| used.confidence == Confidence::Low);
        let link = key.map(|key| with_query("/mappings", &[("carrier", lines.carrier.to_string()), ("key", key)]));
        view! {
            <dt>{common::MAPPING}</dt>
            <dd>
                <span class="mono">{code}" → "{means}{version}</span>
                {unsure.then_some(words::TO_CONFIRM)}
                {link.map(|link| view! { " · "<a href=link>{words::CHANGE_MAPPING}</a> })}
            </dd>
        }
    })
}

#[component]
fn Stop(stop: Vec<Sibling>) -> impl IntoView {
    (!stop.is_empty()).then(|| {
        view! {
            <dt>{words::SAME_STOP}</dt>
            <dd class="row">
                {stop
                    .into_iter()
                    .map(|other| view! { <a class="mono" href=path(&format!("/parcels/{}", other.parcel))>{other.number}</a> })
                    .collect_view()}
            </dd>
        }
    })
}

#[component]
fn Deliveries(ids: Vec<Uuid>, seen: u32) -> impl IntoView {
    (!ids.is_empty()).then(|| {
        let rest = (seen as usize).saturating_sub(ids.len().min(DELIVERIES));
        view! {
            <dt>{if seen > 1 { words::sent_times(seen) } else { common::DELIVERY.to_owned() }}</dt>
            <dd class="row">
                {ids
                    .into_iter()
                    .take(DELIVERIES)
                    .map(|id| view! { <a class="mono" href=path(&format!("/deliveries/{id}"))>{short_id(id)}</a> })
                    .collect_view()}
                {(rest > 0).then(|| words::and_more(rest))}
            </dd>
        }
    })
}

/// What the event was before later messages improved it (R10).
#[component]
fn Earlier(forms: Vec<EarlierForm>) -> impl IntoView {
    (!forms.is_empty()).then(|| {
        view! {
            <p class="more-head small">{words::EARLIER}</p>
            <ul class="stack small">
                {forms
                    .into_iter()
                    .map(|form| {
                        let place = form.place.as_ref().and_then(place_text);
                        view! {
                            <li>
                                <dl class="facts">
                                    <dt>{common::RECEIVED}</dt>
                                    <dd><Moment at=form.received_at/></dd>
                                    <Fact name=common::CARRIERS_TEXT value=form.raw_text/>
                                    <Fact name=words::TIME_AS_SENT value=form.occurred_raw mono=true/>
                                    <Fact name=common::PLACE value=place/>
                                    <Fact name=words::REMARK value=form.remark/>
                                    <Fact name=words::PROOF value=proof_text(&form.proofs)/>
                                </dl>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        }
    })
}

fn proof_text(proofs: &[Proof]) -> String {
    if proofs.is_empty() {
        return words::NO_PROOF.into();
    }
    let words = proofs.iter().map(|proof| match &proof.received_by {
        Some(by) => words::proof_by(&proof.kind.label().to_lowercase(), by),
        None => proof.kind.label().to_lowercase(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The scans a line stands for, besides the one it shows.
#[component]
fn Repeats(events: Vec<Event>) -> impl IntoView {
    let zones = clocks().zones;
    (!events.is_empty()).then(|| {
        view! {
            <p class="more-head small">{words::REPEATS}</p>
            <ul class="stack small">
                {events
                    .into_iter()
                    .map(|event| {
                        view! {
                            <li class="row" id=super::line_anchor(event.id)>
                                <span class="mono">{event_time_text(&event, &zones)}</span>
                                {event.raw_text.map(|text| view! { <q dir="auto">{text}</q> })}
                                {event
                                    .deliveries
                                    .first()
                                    .map(|id| view! { <a class="mono" href=path(&format!("/deliveries/{id}"))>{short_id(*id)}</a> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        }
    })
}
