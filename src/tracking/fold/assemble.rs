//! From a walked incarnation to what is kept: parcels and placed events.

use super::order::Timed;
use super::pieces::Slot;
use super::walk::{Step, Walked};
use super::{FoldEvent, FoldedParcel, Placed, explain, milestones};
use crate::tracking::event::{Proof, Reference};
use crate::tracking::status::{Confidence, EventFlag, Kind};
use crate::tracking::time::Timestamp;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::hash::Hash;
use uuid::Uuid;

/// One event of the whole number: where it stands and what became of it.
pub(super) fn placed(timed: &Timed<'_>, step: &Step, slots: &[Slot], incarnation: u32, position: u32) -> Placed {
    let event = timed.event;
    let mut flags: HashSet<EventFlag> = event.flags.iter().copied().collect();
    flags.extend(timed.clock_ahead.then_some(EventFlag::ClockAhead));
    flags.extend(step.taken.is_after_delivery().then_some(EventFlag::AfterDelivery));
    let guessed = event.kind == Kind::Status && event.confidence == Confidence::Low && event.status.is_some();
    flags.extend(guessed.then_some(EventFlag::ToConfirm));
    let mut flags: Vec<EventFlag> = flags.into_iter().collect();
    flags.sort_unstable();
    let named = step.slot.and_then(|slot| slots[slot].barcode.clone());
    Placed {
        event: event.id,
        incarnation,
        piece: named.or_else(|| event.piece.clone()),
        leg: step.taken.leg,
        effective_at: timed.effective_at,
        late_seconds: event.received_at.seconds_since(timed.effective_at).max(0),
        status: step.taken.meaning.status,
        substatus: step.taken.meaning.substatus,
        reason: step.taken.meaning.reason,
        flags,
        set_aside: step.taken.set_aside.as_ref().map(|aside| aside.words.clone().into_owned()),
        retracted_at: timed.retracted_at,
        position,
    }
}

/// The parcel in a slot, with everything of its timeline.
pub(super) fn parcel(
    index: usize,
    walked: &Walked,
    events: &[Timed<'_>],
    incarnation: u32,
    known_since: Option<Timestamp>,
    id: Uuid,
) -> FoldedParcel {
    let slot = &walked.slots[index];
    let journey = &slot.journey;
    let timeline: Vec<(&Timed<'_>, &Step)> =
        events.iter().zip(&walked.steps).filter(|(_, step)| step.slot.is_none_or(|known| known == index)).collect();
    let live: Vec<&FoldEvent> =
        timeline.iter().filter(|(timed, _)| timed.is_live()).map(|(timed, _)| timed.event).collect();
    let last = newest_words(&timeline);
    let mut stones = journey.milestones.clone();
    stones.last_event_at =
        timeline.iter().filter(|(timed, _)| is_heard(timed)).map(|(timed, _)| timed.effective_at).max();
    let ways = stones.accepted_at.zip(journey.reached_at).filter(|(from, to)| from < to);
    stones.transit_seconds = ways.map(|(from, to)| to.seconds_since(from));
    let events: Vec<&Timed<'_>> = timeline.iter().map(|(timed, _)| *timed).collect();
    let late = explain::overtaken(&events);
    let why = explain::why(journey, &events, &late);
    FoldedParcel {
        id,
        piece_no: slot.piece_no,
        piece: slot.barcode.clone(),
        listed: slot.listed.clone(),
        incarnation,
        status: journey.status,
        substatus: journey.substatus,
        reason: journey.reason,
        status_since: journey
            .since
            .or(known_since)
            .or_else(|| timeline.iter().map(|(timed, _)| timed.effective_at).min()),
        head_event: journey.head,
        head_is_late: journey.head.is_some_and(|head| late.contains_key(&head)),
        explanation: explain::explain(journey, &why),
        why,
        leg: journey.leg(),
        legs: journey.legs.clone(),
        episodes: journey.episodes.clone(),
        flags: journey.flags.iter().copied().collect(),
        action_required: journey.action_required(),
        milestones: stones,
        attempts: milestones::attempts(&journey.failed_attempts),
        last_event_text: last.and_then(|event| event.raw_text.clone()),
        last_event_place: last.and_then(|event| event.place.clone()),
        events_count: u32::try_from(timeline.len()).unwrap_or(u32::MAX),
        details: details(&live),
        references: each_once(live.iter().flat_map(|event| event.references.iter())) as Vec<Reference>,
        proofs: each_once(live.iter().flat_map(|event| event.proofs.iter())) as Vec<Proof>,
    }
}

/// A sign of life of the carrier, whatever it said.
fn is_heard(timed: &Timed<'_>) -> bool {
    timed.is_live() && timed.event.operator.is_none() && !matches!(timed.event.kind, Kind::Operator | Kind::System)
}

/// The newest carrier event that counts and says something; else the newest that says something.
fn newest_words<'a>(timeline: &[(&Timed<'a>, &Step)]) -> Option<&'a FoldEvent> {
    let says = |timed: &Timed<'_>| is_heard(timed) && (timed.event.raw_text.is_some() || timed.event.place.is_some());
    let counts = |step: &Step| step.taken.set_aside.is_none();
    timeline
        .iter()
        .rfind(|(timed, step)| says(timed) && counts(step) && timed.event.kind == Kind::Status)
        .or_else(|| timeline.iter().rfind(|(timed, _)| says(timed)))
        .map(|(timed, _)| timed.event)
}

/// Field by field, the newest that is not empty.
fn details(live: &[&FoldEvent]) -> Value {
    let mut merged = Map::new();
    for fields in live.iter().filter_map(|event| event.details.as_object()) {
        for (key, value) in fields.iter().filter(|(_, value)| !is_empty(value)) {
            merged.insert(key.clone(), value.clone());
        }
    }
    if merged.is_empty() { Value::Null } else { Value::Object(merged) }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn each_once<'a, T: Clone + Eq + Hash + 'a>(all: impl Iterator<Item = &'a T>) -> Vec<T> {
    let mut seen = HashSet::new();
    all.filter(|item| seen.insert(*item)).cloned().collect()
}
