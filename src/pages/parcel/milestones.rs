//! The stages of a journey, with the time spent between them; a return journey has stages of its own.

use crate::components::badge::look;
use crate::components::icon::Icon;
use crate::components::time::{KnownMoment, span_text};
use crate::tracking::event::Event;
use crate::tracking::parcel::Parcel;
use crate::tracking::sheet::Rough;
use crate::tracking::status::{Status, Substatus};
use crate::tracking::time::Timestamp;
use crate::words::{parcel as words, timeline};
use leptos::prelude::*;

#[derive(Clone)]
struct Stage {
    name: &'static str,
    icon: &'static str,
    tone: &'static str,
    reached: bool,
    at: Option<Timestamp>,
}

/// Five dots, and two more for the way back. The third has no stored time: it is taken from the events, where all of
/// them are at hand.
#[component]
pub fn Milestones(
    /// Whose.
    parcel: Parcel,
    /// Its whole timeline, or nothing where only part of it is loaded.
    events: Vec<Event>,
    /// Instants that are not to be taken at their word.
    rough: Vec<Rough>,
) -> impl IntoView {
    let outbound = stages(&parcel, moving_since(&events)).to_vec();
    let back = return_stages(&parcel);
    let (zone, exact) = (parcel.zone.clone(), rough.clone());
    let transit = parcel.milestones.transit_seconds.map(|s| words::in_transit_for(&span_text(s)));
    let attempts = match parcel.attempts {
        0 => None,
        n => Some(words::attempts(n)),
    };
    let foot = [transit, attempts].into_iter().flatten().collect::<Vec<_>>().join(" ");
    view! {
        <Strip stages=outbound zone rough label=words::STAGES/>
        {back.map(|stages| view! {
            <h3 class="strip-head">{timeline::RETURN_JOURNEY}</h3>
            <Strip stages=stages.to_vec() zone=parcel.zone.clone() rough=exact label=words::RETURN_STAGES/>
        })}
        {(!foot.is_empty()).then(|| view! { <p class="muted small strip-foot">{foot}</p> })}
    }
}

#[component]
fn Strip(stages: Vec<Stage>, zone: String, rough: Vec<Rough>, label: &'static str) -> impl IntoView {
    let current = stages.iter().rposition(|stage| stage.reached);
    let exact = |at: Timestamp| rough.iter().all(|known| known.at != at);
    let mut before: Option<Timestamp> = None;
    let items = stages
        .into_iter()
        .enumerate()
        .map(|(nth, stage)| {
            let span = before.zip(stage.at).filter(|(from, to)| exact(*from) && exact(*to));
            let span = span.map(|(from, to)| to.seconds_since(from)).filter(|&s| s >= 60).map(span_text);
            before = stage.at.or(before);
            let unseen = match (stage.reached, current > Some(nth)) {
                (true, _) => None,
                (false, true) => Some(words::NOT_REPORTED),
                (false, false) => Some(words::NOT_YET),
            };
            view! {
                <li
                    data-tone=stage.tone
                    data-reached=stage.reached.then_some("")
                    data-current=(current == Some(nth)).then_some("")
                    aria-current=(current == Some(nth)).then_some("step")
                >
                    <span class="dot"><Icon name=stage.icon/></span>
                    <span class="milestone-name">{stage.name}{unseen.map(|words| view! { <span class="unseen">{words}</span> })}</span>
                    <span class="milestone-time small">
                        {stage.at.map(|at| view! { <KnownMoment at zone=zone.clone() rough=rough.clone()/> })}
                    </span>
                    {span.map(|span| view! { <span class="milestone-span">{words::after(&span)}</span> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="milestones" aria-label=label>{items}</ol> }
}

fn moving_since(events: &[Event]) -> Option<Timestamp> {
    let moving = |event: &&Event| {
        event.status == Some(Status::InTransit)
            && event.substatus != Some(Substatus::Accepted)
            && event.set_aside.is_none()
            && event.voided_at.is_none()
            && event.retracted_at.is_none()
    };
    events.iter().filter(moving).map(|event| event.effective_at).min()
}

fn stage(status: Status, reached: bool, at: Option<Timestamp>) -> Stage {
    let (tone, icon) = look(status);
    Stage { name: status.label(), icon, tone, reached, at }
}

/// The way back, where there is one.
fn return_stages(parcel: &Parcel) -> Option<[Stage; 2]> {
    let m = &parcel.milestones;
    let returned = parcel.status == Status::Returned || m.returned_at.is_some();
    let begun = returned || parcel.status == Status::Returning || m.returning_at.is_some();
    begun.then(|| [stage(Status::Returning, true, m.returning_at), stage(Status::Returned, returned, m.returned_at)])
}

fn stages(parcel: &Parcel, moving_at: Option<Timestamp>) -> [Stage; 5] {
    let m = &parcel.milestones;
    let rank = parcel.status.rank();
    let cancelled = parcel.status == Status::Cancelled;
    // Trouble says nothing of how far it came before.
    let in_order = !cancelled && !matches!(parcel.status, Status::Exception | Status::Returning | Status::Returned);
    let done = parcel.status == Status::Delivered || m.delivered_at.is_some();
    let to_locker = m.first_out_for_delivery_at.is_none()
        && parcel.status != Status::FailedAttempt
        && m.first_attempt_at.is_some_and(|at| Some(at) != m.delivered_at);
    let last_lap = m.first_out_for_delivery_at.is_some()
        || to_locker
        || matches!(parcel.status, Status::OutForDelivery | Status::FailedAttempt | Status::AvailableForPickup);
    let moving = moving_at.is_some() || last_lap || done;
    let accepted = m.accepted_at.is_some() || moving || (in_order && rank >= Status::InTransit.rank());
    let known = m.info_received_at.is_some() || accepted || rank >= Status::InfoReceived.rank();
    let waiting = to_locker || parcel.status == Status::AvailableForPickup;
    let fourth = if waiting { Status::AvailableForPickup } else { Status::OutForDelivery };
    let (last, last_at) = match parcel.status {
        Status::Cancelled => (Status::Cancelled, parcel.status_since),
        Status::Exception | Status::FailedAttempt => (parcel.status, parcel.status_since),
        _ => (Status::Delivered, m.delivered_at),
    };
    let ended = done || last != Status::Delivered;
    [
        stage(Status::InfoReceived, known, m.info_received_at),
        Stage { name: words::ACCEPTED, icon: "parcels", tone: "blue", reached: accepted, at: m.accepted_at },
        stage(Status::InTransit, moving, moving_at),
        stage(fourth, last_lap, m.first_out_for_delivery_at.or(m.first_attempt_at.filter(|_| waiting))),
        stage(last, ended, last_at),
    ]
}
