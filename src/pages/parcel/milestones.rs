//! The five stages of a journey, with the time spent between them.

use crate::components::badge::look;
use crate::components::icon::Icon;
use crate::components::time::{Moment, span_text};
use crate::tracking::event::Event;
use crate::tracking::parcel::Parcel;
use crate::tracking::status::{Status, Substatus};
use crate::tracking::time::Timestamp;
use leptos::prelude::*;

struct Stage {
    name: &'static str,
    icon: &'static str,
    tone: &'static str,
    reached: bool,
    at: Option<Timestamp>,
}

/// Five dots. The third has no stored time: it is taken from the events, where all of them are at hand.
#[component]
pub fn MilestoneStrip(
    /// Whose.
    parcel: Parcel,
    /// Its whole timeline, or nothing where only part of it is loaded.
    events: Vec<Event>,
) -> impl IntoView {
    let stages = stages(&parcel, moving_since(&events));
    let current = stages.iter().rposition(|stage| stage.reached);
    let mut before: Option<Timestamp> = None;
    let items = stages
        .into_iter()
        .enumerate()
        .map(|(nth, stage)| {
            let span = before.zip(stage.at).map(|(from, to)| to.seconds_since(from)).filter(|&s| s >= 60).map(span_text);
            before = stage.at.or(before);
            view! {
                <li
                    data-tone=stage.tone
                    data-reached=stage.reached.then_some("")
                    data-current=(current == Some(nth)).then_some("")
                    aria-current=(current == Some(nth)).then_some("step")
                >
                    <span class="dot"><Icon name=stage.icon/></span>
                    <span class="milestone-name">{stage.name}{(!stage.reached).then(|| view! { <span class="unseen">{if current > Some(nth) { " (not reported)" } else { " (not yet)" }}</span> })}</span>
                    <span class="milestone-time small">{stage.at.map(|at| view! { <Moment at zone=parcel.zone.clone()/> })}</span>
                    {span.map(|span| view! { <span class="milestone-span">{format!("after {span}")}</span> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="milestones">{items}</ol> }
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
        Status::Returned => (Status::Returned, m.returned_at),
        Status::Returning => (Status::Returning, m.returning_at),
        Status::Cancelled => (Status::Cancelled, parcel.status_since),
        Status::Exception | Status::FailedAttempt => (parcel.status, parcel.status_since),
        _ => (Status::Delivered, m.delivered_at),
    };
    let ended = done || last != Status::Delivered;
    let stage = |status: Status, reached, at| {
        let (tone, icon) = look(status);
        Stage { name: status.label(), icon, tone, reached, at }
    };
    [
        stage(Status::InfoReceived, known, m.info_received_at),
        Stage { name: "Accepted", icon: "parcels", tone: "blue", reached: accepted, at: m.accepted_at },
        stage(Status::InTransit, moving, moving_at),
        stage(fourth, last_lap, m.first_out_for_delivery_at.or(m.first_attempt_at.filter(|_| waiting))),
        stage(last, ended, last_at),
    ]
}
