//! Which parcels need a person, why, and what to do about it: a pure function of a parcel's state, its flags, its open
//! episodes and the thresholds of its endpoint.
//!
//! One parcel stands in one queue: the most urgent one that fits. What operators did about it (owner, snooze, resolution)
//! is beside that and never changes which queue it is.

use super::carrier_id::CarrierId;
use super::event::Event;
use super::fold::{Silence, Stalled, Thresholds, silence};
use super::page::Page;
use super::parcel::Episode;
use super::status::{ParcelFlag, Reason, Status, Substatus, vocabulary};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

vocabulary! {
    /// What sort of trouble a parcel is in, the most urgent first.
    Queue, "queue":
    Returning = "returning", "Returning";
    NeedsAction = "needs_action", "Needs action";
    AddressProblem = "address_problem", "Address problem";
    Customs = "customs", "Customs";
    Unclaimed = "unclaimed", "Pickup running out";
    Contradictions = "contradictions", "Contradictions";
    FailedAttempts = "failed_attempts", "Failed attempts";
    PartialPod = "partial_pod", "Partly signed for";
    NotHandedOver = "not_handed_over", "Not handed over";
    Stalled = "stalled", "Stalled";
}

impl Queue {
    /// What usually helps.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Returning => "Ask the recipient whether to send it again, and expect it back.",
            Self::NeedsAction => "Call the carrier with the number, and tell the recipient.",
            Self::AddressProblem => "Check the address with the recipient and give it to the carrier.",
            Self::Customs => "Send the carrier the papers or pay the duties it names.",
            Self::Unclaimed => "Remind the recipient to collect it before it goes back.",
            Self::Contradictions => "Ask the recipient whether it arrived, then mark what is true.",
            Self::FailedAttempts => "Arrange another attempt, or a pickup point, with the recipient.",
            Self::PartialPod => "Ask the carrier where the pieces are that nobody signed for.",
            Self::NotHandedOver => "Check whether it left your warehouse; if it did, ask the carrier to scan it.",
            Self::Stalled => "Ask the carrier where it was seen last.",
        }
    }
}

vocabulary! {
    /// What an operator did about an item.
    AttentionState, "attention state":
    Open = "open", "Open";
    Snoozed = "snoozed", "Snoozed";
    Resolved = "resolved", "Resolved";
}

vocabulary! {
    /// How long an item rests.
    SnoozeFor, "snooze":
    OneDay = "1d", "1 day";
    ThreeDays = "3d", "3 days";
    NextEvent = "next_event", "Until the next event";
}

/// What of a parcel decides whether it needs a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The folded status.
    pub status: Status,
    /// Finer word.
    pub substatus: Option<Substatus>,
    /// Why.
    pub reason: Option<Reason>,
    /// Since when it has this status.
    pub status_since: Option<Timestamp>,
    /// The newest event that counts.
    pub last_event_at: Option<Timestamp>,
    /// When it was first known.
    pub created_at: Timestamp,
    /// Whether the fold says that a person should act.
    pub action_required: bool,
    /// Delivery attempts.
    pub attempts: u32,
    /// What a person should know.
    pub flags: Vec<ParcelFlag>,
    /// Trouble, open and closed.
    pub episodes: Vec<Episode>,
}

/// Why a parcel needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// Which queue.
    pub queue: Queue,
    /// Since when; the same as long as the trouble is the same.
    pub since: Timestamp,
    /// It has lasted so long that somebody should act now.
    pub urgent: bool,
    /// A sentence.
    pub why: String,
}

/// Why this parcel needs a person now; `None` where it does not.
pub fn headline(parcel: &Standing, thresholds: &Thresholds, now: Timestamp) -> Option<Headline> {
    if parcel.flags.contains(&ParcelFlag::Withdrawn) {
        return None;
    }
    let silence = silence(parcel.status, parcel.status_since, parcel.last_event_at, thresholds, now);
    let (queue, why) = queue_of(parcel, silence)?;
    let since_status = parcel.status_since.unwrap_or(parcel.created_at);
    let since = match queue {
        Queue::Stalled => parcel.last_event_at.max(parcel.status_since).unwrap_or(parcel.created_at),
        _ if parcel.status.is_terminal() => after_the_end(parcel).unwrap_or(since_status),
        _ => since_status,
    };
    let urgent = silence.stalled == Some(Stalled::Act) || silence.expired || parcel.status.is_terminal();
    Some(Headline { queue, since, urgent, why })
}

fn queue_of(parcel: &Standing, silence: Silence) -> Option<(Queue, String)> {
    use Status as S;
    let still = silence.stalled.is_some();
    let has = |flag| parcel.flags.contains(&flag);
    let because = |what: &str| match parcel.reason {
        Some(reason) if !matches!(reason, Reason::Unknown | Reason::CustomsHold) => {
            format!("{what}: {}.", lower(reason.label()))
        }
        _ => format!("{what}."),
    };
    let trouble = match (parcel.status, parcel.substatus) {
        (S::Returning, _) => Some((Queue::Returning, because("It is on its way back"))),
        (S::Exception | S::FailedAttempt, Some(Substatus::AddressProblem)) => {
            Some((Queue::AddressProblem, because("The carrier cannot find the address")))
        }
        (S::Exception, Some(Substatus::CustomsHold)) => Some((Queue::Customs, because("Customs is holding it"))),
        (S::Exception, Some(Substatus::Unclaimed)) => {
            Some((Queue::Unclaimed, "Nobody collected it in time; it will go back.".to_owned()))
        }
        (S::AvailableForPickup, _) if still => {
            Some((Queue::Unclaimed, "It waits to be collected, and the time for that is running out.".to_owned()))
        }
        (S::Exception, sub) if parcel.status.action_required(sub) => {
            let what = sub.map_or("The carrier reports an exception", Substatus::label);
            Some((Queue::NeedsAction, because(what)))
        }
        (S::FailedAttempt, sub) if parcel.status.action_required(sub) || parcel.attempts > 1 || still => {
            let what = match parcel.attempts {
                0 | 1 => "An attempt to deliver it failed".to_owned(),
                n => format!("{n} attempts to deliver it failed"),
            };
            Some((Queue::FailedAttempts, because(&what)))
        }
        _ => None,
    };
    if trouble.is_some() {
        return trouble;
    }
    if open_after_delivery(parcel).is_some() && !has(ParcelFlag::DeliveredContradicted) {
        return Some((Queue::NeedsAction, "The carrier reported trouble after it was delivered.".to_owned()));
    }
    let contradiction = [
        (ParcelFlag::DeliveredContradicted, "It was delivered, and then the carrier tried to deliver it again."),
        (ParcelFlag::MovedAfterCancel, "It was cancelled, and then scanned again."),
        (ParcelFlag::SourceDisagrees, "The source's own summary and its events say different things."),
    ];
    if let Some((_, why)) = contradiction.into_iter().find(|(flag, _)| has(*flag)) {
        return Some((Queue::Contradictions, why.to_owned()));
    }
    if has(ParcelFlag::PartialPod) {
        return Some((Queue::PartialPod, "Fewer pieces were signed for than were sent.".to_owned()));
    }
    standing_still(parcel, silence).or_else(|| {
        parcel.action_required.then(|| (Queue::NeedsAction, "Its state asks for a person's decision.".to_owned()))
    })
}

fn standing_still(parcel: &Standing, silence: Silence) -> Option<(Queue, String)> {
    let still = silence.stalled.is_some();
    match parcel.status {
        Status::InfoReceived | Status::Pending if still || silence.expired => {
            Some((Queue::NotHandedOver, "It was announced, and the carrier has not scanned it.".to_owned()))
        }
        _ if silence.expired => Some((Queue::Stalled, "Nothing was heard of it for 30 days.".to_owned())),
        status if still => {
            Some((Queue::Stalled, format!("No scan for longer than usual while it is “{}”.", lower(status.label()))))
        }
        status if parcel.flags.contains(&ParcelFlag::AggregatorGaveUp) && !status.is_terminal() => {
            Some((Queue::Stalled, "The aggregator stopped following this number.".to_owned()))
        }
        _ => None,
    }
}

fn open_after_delivery(parcel: &Standing) -> Option<&Episode> {
    let mut open = parcel.episodes.iter().filter(|episode| episode.closed_at.is_none());
    open.find(|episode| episode.kind == "after_delivery")
}

/// When what contradicts the end of a journey happened.
fn after_the_end(parcel: &Standing) -> Option<Timestamp> {
    open_after_delivery(parcel).map(|episode| episode.opened_at).or(parcel.last_event_at)
}

fn lower(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What operators did about a parcel's trouble. Ground truth: it survives a rebuild.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Care {
    /// Who looks after it.
    pub owner: Option<String>,
    /// It rests until then.
    pub snoozed_until: Option<Timestamp>,
    /// It rests until it has more events than this.
    pub snoozed_at_events: Option<u32>,
    /// How it was resolved.
    pub resolution: Option<Resolution>,
}

/// How an operator resolved a trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resolution {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why it needs nobody any more.
    pub reason: String,
    /// Which trouble was meant.
    pub queue: Queue,
    /// Since when that trouble was.
    pub since: Timestamp,
}

impl Care {
    /// What an item is, given what was done about it. A resolution holds for the trouble it was given for, not the next.
    pub fn state(&self, headline: &Headline, events_count: u32, now: Timestamp) -> AttentionState {
        let meant = |done: &Resolution| done.queue == headline.queue && done.since == headline.since;
        if self.resolution.as_ref().is_some_and(meant) {
            return AttentionState::Resolved;
        }
        let rests = self.snoozed_until.is_some_and(|until| now < until)
            || self.snoozed_at_events.is_some_and(|known| events_count <= known);
        if rests { AttentionState::Snoozed } else { AttentionState::Open }
    }
}

/// A parcel that needs a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttentionItem {
    /// The parcel.
    pub parcel: Uuid,
    /// Whose.
    pub carrier: CarrierId,
    /// Which account.
    pub endpoint_label: String,
    /// Its number.
    pub number: String,
    /// Barcode of the piece, where it is one of several.
    pub piece: Option<String>,
    /// The folded status.
    pub status: Status,
    /// Finer word.
    pub substatus: Option<Substatus>,
    /// Which queue it stands in: the most urgent that fits.
    pub queue: Queue,
    /// It has lasted so long that somebody should act now.
    pub urgent: bool,
    /// Why it needs a person, a sentence.
    pub why: String,
    /// What usually helps.
    pub next_step: String,
    /// Since when.
    pub since: Timestamp,
    /// The newest event that counts.
    pub last_event_at: Option<Timestamp>,
    /// Its words, as the carrier sent them.
    pub last_event_text: Option<String>,
    /// Its place.
    pub last_event_place: Option<String>,
    /// IANA zone of the carrier's times, for display.
    pub zone: String,
    /// What was done about it.
    pub state: AttentionState,
    /// Who looks after it.
    pub owner: Option<String>,
    /// It rests until then.
    pub snoozed_until: Option<Timestamp>,
    /// It rests until the carrier reports something new.
    pub snoozed_until_event: bool,
    /// How it was resolved.
    pub resolution: Option<Resolution>,
    /// Made by the test bench.
    pub is_test: bool,
}

/// What a list of such parcels is narrowed to; names as in URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AttentionFilter {
    /// One queue only.
    pub queue: Option<Queue>,
    /// What was done about them; open ones unless said otherwise.
    pub state: Option<AttentionState>,
    /// Whose they are to look after; empty for those nobody does.
    pub owner: Option<String>,
    /// Of one carrier.
    pub carrier: Option<CarrierId>,
    /// Test parcels only (true), or none of them (false, the default).
    pub test: Option<bool>,
}

/// One line of the log of what became of items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttentionLine {
    /// When.
    pub at: Timestamp,
    /// The number it was about.
    pub number: String,
    /// `opened`, `assigned`, `released`, `snoozed`, `resolved`, `reopened`, `recovered`.
    pub act: String,
    /// Which queue it stood in.
    pub queue: Queue,
    /// Who; null where it happened by itself.
    pub actor: Option<String>,
    /// The reason, the new owner, how long.
    pub detail: Option<String>,
}

/// Everything on the page of what needs attention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttentionSheet {
    /// The items of the filter, the most urgent first, then the oldest.
    pub page: Page<AttentionItem>,
    /// How many open ones stand in each queue.
    pub queues: Vec<(Queue, u64)>,
    /// Open ones by who looks after them; nobody's first.
    pub owners: Vec<(Option<String>, u64)>,
    /// Since when the oldest open one stands.
    pub oldest: Option<Timestamp>,
    /// Snoozed ones, and resolved ones whose trouble lasts.
    pub resting: (u64, u64),
    /// More were found than are looked at.
    pub cut: bool,
    /// Notes that name no number.
    pub notes: Page<Event>,
    /// Codes no mapping knows.
    pub unmapped: u64,
    /// Who may look after one.
    pub people: Vec<String>,
    /// What became of items lately, newest first.
    pub log: Vec<AttentionLine>,
    /// How many came and left in each of the last seven days, the oldest first.
    pub days: Vec<(u32, u32)>,
}

#[cfg(test)]
mod tests;
