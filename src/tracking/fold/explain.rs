//! Why a parcel has the status it has, in plain words and in parts.

use super::aside::{Aside, span};
use super::journey::Journey;
use super::order::Timed;
use crate::tracking::status::{Kind, ParcelFlag, Status};
use crate::tracking::time::{TimePrecision, Timestamp};
use crate::tracking::why::{MOST_SET_ASIDE, Rule, SetAside, SetAsideKind, Why};
use std::collections::HashMap;
use uuid::Uuid;

/// Received this much after it happened, and after what came later: worth saying.
const LATE_S: i64 = 60;
/// Longest quotation of the carrier's words, in characters.
const MOST_QUOTED: usize = 80;

/// The deciding event, the rule, and what was set aside. `events` are those of the parcel's timeline, in order.
pub(super) fn why(journey: &Journey, events: &[&Timed<'_>], late: &HashMap<Uuid, i64>) -> Why {
    let rule = rule(journey);
    let head = journey.head.and_then(|id| events.iter().find(|timed| timed.event.id == id));
    let mut asides = set_aside(journey, events, late);
    let total = u32::try_from(asides.len()).unwrap_or(u32::MAX);
    asides.truncate(MOST_SET_ASIDE);
    Why {
        event: journey.head,
        rule,
        effect: rule.label().to_owned(),
        sentence: sentence(journey, rule, head.copied(), late),
        to_confirm: rule == Rule::ReturnInferred,
        set_aside: asides,
        set_aside_total: total,
    }
}

/// One to some sentences: the decision, what was set aside for it, and the flags.
pub(super) fn explain(journey: &Journey, why: &Why) -> String {
    let mut sentences = vec![why.sentence.clone()];
    if journey.blocked > 0 {
        let count = journey.blocked;
        let (events, were) = if count == 1 { ("event", "was") } else { ("events", "were") };
        sentences.push(format!("{count} later {events} {were} set aside."));
    }
    sentences.extend(journey.flags.iter().filter_map(|flag| flag_sentence(*flag)).map(str::to_owned));
    sentences.join(" ")
}

/// The rule that let the head decide; where later events were set aside for it, the rule that did so.
fn rule(journey: &Journey) -> Rule {
    use Rule as R;
    let plain =
        matches!(journey.rule, R::NewestCounts | R::HigherRankInTie | R::DecidedInContext | R::TroubleRecovered);
    if journey.head.is_none() {
        return R::NothingHeard;
    }
    match journey.status {
        Status::Delivered if plain && journey.blocked > 0 => R::DeliveredIsSticky,
        Status::Returned if plain && journey.blocked > 0 => R::ReturnedIsFinal,
        Status::Cancelled if plain && journey.blocked > 0 => R::CancelledStands,
        Status::Returning if plain && journey.blocked > 0 => R::ReturningUntilArrived,
        _ => journey.rule,
    }
}

fn sentence(journey: &Journey, rule: Rule, head: Option<&Timed<'_>>, late: &HashMap<Uuid, i64>) -> String {
    let status = journey.status.label();
    let Some(head) = head else {
        return "The number is known; no event of the carrier moved it yet.".into();
    };
    let by = journey.asserted_by.as_deref().unwrap_or("an operator");
    let decision = match rule {
        Rule::OperatorPinned => format!(
            "{status}: set by {by} on {}, and pinned, so that events of the carrier do not change it.",
            when(head)
        ),
        Rule::OperatorAsserted => format!("{status}: set by {by} on {}.", when(head)),
        _ => {
            let late =
                late.get(&head.event.id).map(|late| format!(", received {} late", span(*late))).unwrap_or_default();
            let words = match quoted(head) {
                Some(words) => format!("“{words}” of {}", when(head)),
                None => format!("an event of {}", when(head)),
            };
            format!("{status}: decided by {words}{late}.")
        }
    };
    match rule {
        Rule::OperatorAsserted | Rule::OperatorPinned => decision,
        _ => format!("{decision} {}", rule.label()),
    }
}

fn quoted(timed: &Timed<'_>) -> Option<String> {
    let text = timed.event.raw_text.as_deref()?.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return None;
    }
    let cut: String = text.chars().take(MOST_QUOTED).collect();
    Some(if cut.len() < text.len() { format!("{}…", cut.trim_end()) } else { cut })
}

/// The time as the carrier's clock showed it; where it sent none that can be true, when it counts, in UTC.
fn when(timed: &Timed<'_>) -> String {
    let time = &timed.event.time;
    match (time.local.filter(|_| !timed.clock_ahead), time.precision) {
        (Some(local), TimePrecision::Day) => local.format("%-d %b %Y").to_string(),
        (Some(local), TimePrecision::Second | TimePrecision::Minute) => local.format("%-d %b %Y, %H:%M").to_string(),
        _ => timed.effective_at.to_utc().format("%-d %b %Y, %H:%M UTC").to_string(),
    }
}

/// Events that were received after one that stands behind them, and how late.
pub(super) fn overtaken(events: &[&Timed<'_>]) -> HashMap<Uuid, i64> {
    let mut late = HashMap::new();
    let mut known: Option<Timestamp> = None;
    for timed in events.iter().rev().filter(|timed| timed.is_live() && timed.event.kind == Kind::Status) {
        let received = timed.event.received_at;
        let seconds = received.seconds_since(timed.effective_at);
        if known.is_some_and(|known| known < received) && seconds >= LATE_S {
            late.insert(timed.event.id, seconds);
        }
        known = Some(known.map_or(received, |known| known.min(received)));
    }
    late
}

/// What does not make the status, newest first: what the rules set aside, and what came too late to make it.
fn set_aside(journey: &Journey, events: &[&Timed<'_>], late: &HashMap<Uuid, i64>) -> Vec<SetAside> {
    let asides: HashMap<Uuid, &Aside> = journey.aside.iter().map(|(event, aside)| (*event, aside)).collect();
    let said = |timed: &&Timed<'_>| {
        let id = timed.event.id;
        let late = late.get(&id).filter(|_| journey.head != Some(id) && timed.event.status.is_some());
        let (kind, reason) = match (asides.get(&id), late) {
            (Some(aside), Some(late)) => (aside.kind, format!("{}; received {} late", aside.words, span(*late))),
            (Some(aside), None) => (aside.kind, aside.words.clone().into_owned()),
            (None, Some(late)) => {
                (SetAsideKind::Late, format!("Received {} late; it took its place before what was known", span(*late)))
            }
            (None, None) => return None,
        };
        Some(SetAside { event: id, kind, reason })
    };
    events.iter().rev().filter_map(said).collect()
}

fn flag_sentence(flag: ParcelFlag) -> Option<&'static str> {
    match flag {
        ParcelFlag::DeliveredContradicted => Some(
            "On a later day the carrier tried to deliver it again; a person or a second delivery has to settle it.",
        ),
        ParcelFlag::SourceDisagrees => Some("The carrier's own summary says something else."),
        ParcelFlag::PartialPod => Some("Some pieces of the shipment were signed for; the proof does not say which."),
        ParcelFlag::AggregatorGaveUp => Some("The aggregator has stopped watching it."),
        ParcelFlag::ReturnExpected => Some("It is expected to be sent back."),
        ParcelFlag::Withdrawn => Some("The newest list of pieces does not name it any more."),
        ParcelFlag::MovedAfterCancel | ParcelFlag::Stalled => None,
    }
}
