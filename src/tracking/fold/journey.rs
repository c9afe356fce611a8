//! The state of one piece while its events are counted, first one first (R5–R8, R11, R15).

use super::aside::Aside;
use super::order::Timed;
use super::{Policy, context, milestones};
use crate::tracking::parcel::{Episode, Leg, Milestones};
use crate::tracking::status::{Confidence, Kind, ParcelFlag, Reason, Status, Substatus};
use crate::tracking::time::Timestamp;
use crate::tracking::why::{Rule, SetAsideKind};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

mod over;

/// What an event says after the context rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub status: Option<Status>,
    pub substatus: Option<Substatus>,
    pub reason: Option<Reason>,
}

/// What became of one event on one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    pub meaning: Meaning,
    pub leg: u32,
    /// Why it does not count; `None` when it does, or when it is of a kind that never moves a parcel.
    pub set_aside: Option<Aside>,
}

impl Taken {
    /// Stands behind the line that says “delivered”.
    pub fn is_after_delivery(&self) -> bool {
        self.set_aside.as_ref().is_some_and(|aside| aside.kind == SetAsideKind::AfterDelivery)
    }
}

/// What was seen on the current leg, for the context rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub with_carrier: bool,
    pub in_depot_or_locker: bool,
    pub out_for_delivery: bool,
}

/// The state of one piece.
#[derive(Debug, Clone)]
pub(super) struct Journey {
    pub status: Status,
    pub substatus: Option<Substatus>,
    pub reason: Option<Reason>,
    pub since: Option<Timestamp>,
    pub head: Option<Uuid>,
    /// How the head came to decide.
    pub rule: Rule,
    /// Who asserted the status, where an operator did.
    pub asserted_by: Option<String>,
    pub legs: Vec<Leg>,
    pub episodes: Vec<Episode>,
    pub flags: BTreeSet<ParcelFlag>,
    pub milestones: Milestones,
    pub failed_attempts: Vec<Timestamp>,
    /// What does not make the status, in the order of the timeline.
    pub aside: Vec<(Uuid, Aside)>,
    /// Events set aside since the head for what the parcel has come to.
    pub blocked: u32,
    /// The first of delivered and ready for pickup: where transit ends (R17).
    pub reached_at: Option<Timestamp>,
    pub(super) seen: Seen,
    delivered_on: Option<NaiveDate>,
    /// Place and rank of the newest event that made the status.
    newest: Option<(Timestamp, u8)>,
}

/// Whether the parcel was in the carrier's hands when this was scanned.
pub(super) fn is_physical(status: Status, substatus: Option<Substatus>) -> bool {
    match status {
        Status::Pending | Status::InfoReceived | Status::Cancelled => false,
        Status::Exception => substatus != Some(Substatus::CollectionFailed),
        Status::Returning => substatus != Some(Substatus::ReturnAnnounced),
        _ => true,
    }
}

/// Evidence that a carrier took a parcel over anew: enough to open a leg (R5 b). A guessed mapping is not.
pub(super) fn is_acceptance(timed: &Timed<'_>) -> bool {
    let event = timed.event;
    event.kind == Kind::Status
        && event.status == Some(Status::InTransit)
        && event.substatus == Some(Substatus::Accepted)
        && event.confidence != Confidence::Low
        && event.in_context.is_none()
        && !event.weak
}

impl Journey {
    /// A number that is known and of which nothing was heard.
    pub fn new() -> Self {
        Self {
            status: Status::Pending,
            substatus: None,
            reason: None,
            since: None,
            head: None,
            rule: Rule::NothingHeard,
            asserted_by: None,
            legs: vec![Leg { leg: 1, direction: "outbound".into(), opened_by: None, opened_at: None }],
            episodes: Vec::new(),
            flags: BTreeSet::new(),
            milestones: Milestones::default(),
            failed_attempts: Vec::new(),
            aside: Vec::new(),
            blocked: 0,
            reached_at: None,
            seen: Seen::default(),
            delivered_on: None,
            newest: None,
        }
    }

    /// The current leg's number.
    pub fn leg(&self) -> u32 {
        self.legs.last().map_or(1, |leg| leg.leg)
    }

    fn is_on_return(&self) -> bool {
        self.legs.last().is_some_and(|leg| leg.direction == "return")
    }

    /// Counts one event, or says why it does not count.
    pub fn take(&mut self, timed: &Timed<'_>, policy: &Policy) -> Taken {
        let event = timed.event;
        let meaning = context::meaning(event, self.seen);
        let set_aside = if event.voided {
            Some(match &event.voided_by {
                Some(by) => Aside::because(SetAsideKind::Voided, format!("Voided by {by}")),
                None => Aside::because(SetAsideKind::Voided, "Voided"),
            })
        } else if timed.retracted_at.is_some() {
            Some(Aside::of(SetAsideKind::Retracted))
        } else if event.kind == Kind::Operator {
            self.assert(timed, meaning);
            None
        } else if self.rule == Rule::OperatorPinned {
            (event.kind == Kind::Status).then(|| Aside::of(SetAsideKind::Pinned))
        } else {
            self.hear(timed, meaning, policy)
        };
        self.note_aside(event.id, set_aside.as_ref());
        Taken { meaning, leg: self.leg(), set_aside }
    }

    /// Remembers what does not make the status.
    pub fn note_aside(&mut self, event: Uuid, aside: Option<&Aside>) {
        if let Some(aside) = aside {
            self.blocked += u32::from(aside.is_blocked());
            self.aside.push((event, aside.clone()));
        }
    }

    /// A carrier's event.
    fn hear(&mut self, timed: &Timed<'_>, meaning: Meaning, policy: &Policy) -> Option<Aside> {
        let event = timed.event;
        if event.weak {
            self.imply(timed, meaning);
        }
        if event.kind != Kind::Status {
            self.raise(event.flag);
            return (event.unmapped && !event.weak).then(|| Aside::of(SetAsideKind::NotMapped));
        }
        let set_aside = match meaning.status {
            None if event.flag.is_some() || (event.weak && self.head == Some(event.id)) => None,
            None => return Some(Aside::of(SetAsideKind::NotMapped)),
            Some(_) if event.weak && self.head != Some(event.id) => Some(Aside::of(SetAsideKind::Weak)),
            Some(_) if event.weak => None,
            Some(status) => {
                self.flags.remove(&ParcelFlag::AggregatorGaveUp);
                self.count(timed, Meaning { status: Some(status), ..meaning }, status, policy)
            }
        };
        if set_aside.is_none() {
            self.raise(event.flag);
        }
        set_aside
    }

    fn raise(&mut self, flag: Option<ParcelFlag>) {
        if !self.status.is_terminal() {
            self.flags.extend(flag);
        }
    }

    /// R15: a weak event says at most that the carrier has data, and only where nothing else is known.
    fn imply(&mut self, timed: &Timed<'_>, meaning: Meaning) {
        if self.status == Status::Pending && self.head.is_none() {
            let pending = meaning.status == Some(Status::Pending);
            let status = if pending { Status::Pending } else { Status::InfoReceived };
            let substatus = meaning.substatus.filter(|sub| status.substatuses().contains(sub));
            self.enter(timed, Meaning { status: Some(status), substatus, reason: None }, status);
            self.rule = Rule::WeakEvent;
        }
    }

    /// A status event of the carrier: whether it counts depends on where the parcel is.
    fn count(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status, policy: &Policy) -> Option<Aside> {
        match self.status {
            Status::Delivered => self.after_delivered(timed, meaning, status),
            Status::Returned => self.after_returned(timed, meaning, status),
            Status::Cancelled => self.after_cancelled(timed, meaning, status),
            Status::Returning => self.while_returning(timed, meaning, status, policy),
            _ => self.while_open(timed, meaning, status),
        }
    }

    /// Not over and not on its way back: the newest event rules (R2, R7), except that `pending`, which says that
    /// nothing is known, undoes nothing (R15).
    fn while_open(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) -> Option<Aside> {
        if status == Status::Pending && self.status != Status::Pending {
            return Some(Aside::of(SetAsideKind::NothingNew));
        }
        self.go_back_if(timed, status, meaning.substatus);
        self.enter(timed, meaning, status);
        None
    }

    /// R11: an operator's word moves the parcel from anywhere.
    fn assert(&mut self, timed: &Timed<'_>, meaning: Meaning) {
        let (Some(status), Some(act)) = (meaning.status, timed.event.operator.as_ref()) else { return };
        for flag in [ParcelFlag::DeliveredContradicted, ParcelFlag::MovedAfterCancel, ParcelFlag::AggregatorGaveUp] {
            self.flags.remove(&flag);
        }
        self.close_episodes(timed);
        self.go_back_if(timed, status, meaning.substatus);
        self.enter(timed, meaning, status);
        self.raise(timed.event.flag);
        self.rule = if act.pin { Rule::OperatorPinned } else { Rule::OperatorAsserted };
        self.asserted_by = Some(act.by.clone());
    }

    /// Makes `meaning` the state.
    fn enter(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) {
        let at = timed.effective_at;
        let trouble = matches!(status, Status::Exception | Status::FailedAttempt);
        let same_trouble = self.status == status && self.substatus == meaning.substatus && trouble;
        if self.status != status || self.head.is_none() {
            self.since = Some(at);
            self.flags.remove(&ParcelFlag::ReturnExpected);
        }
        if !same_trouble || self.open_episode().is_none() {
            self.close_episodes(timed);
            if trouble {
                self.open(timed, status.as_str(), meaning);
            }
        }
        if let Some(leg) = self.legs.last_mut().filter(|leg| leg.opened_by.is_none()) {
            leg.opened_by = Some(timed.event.id);
            leg.opened_at = Some(at);
        }
        self.rule = self.rule_of(timed, status);
        (self.status, self.substatus, self.reason) = (status, meaning.substatus, meaning.reason);
        self.head = Some(timed.event.id);
        (self.asserted_by, self.blocked, self.newest) = (None, 0, Some((at, timed.rank)));
        if matches!(status, Status::Delivered | Status::AvailableForPickup) {
            self.reached_at = Some(self.reached_at.map_or(at, |known| known.min(at)));
        }
        milestones::reached(&mut self.milestones, status, meaning.substatus, at);
        match status {
            Status::Delivered => self.delivered_on = Some(timed.day),
            Status::FailedAttempt => self.failed_attempts.push(at),
            _ => {}
        }
        self.remember(status, meaning.substatus);
    }

    /// What lets an event decide that simply counts; special cases say so after they entered it.
    fn rule_of(&self, timed: &Timed<'_>, status: Status) -> Rule {
        use Status as St;
        let was_trouble = matches!(self.status, St::Exception | St::FailedAttempt) && self.head.is_some();
        let moves = matches!(status, St::InTransit | St::OutForDelivery | St::AvailableForPickup | St::Delivered);
        // The carrier's clock alone would not have put it last.
        let by_rank = self.newest.is_some_and(|(at, rank)| at >= timed.effective_at && rank < timed.rank);
        if timed.event.in_context.is_some() {
            Rule::DecidedInContext
        } else if by_rank {
            Rule::HigherRankInTie
        } else if was_trouble && moves {
            Rule::TroubleRecovered
        } else {
            Rule::NewestCounts
        }
    }

    fn remember(&mut self, status: Status, substatus: Option<Substatus>) {
        use Substatus as S;
        self.seen.with_carrier |= is_physical(status, substatus);
        self.seen.out_for_delivery |= status == Status::OutForDelivery;
        self.seen.in_depot_or_locker |= status == Status::AvailableForPickup
            || matches!(substatus, Some(S::ArrivedFacility | S::DepartedFacility | S::ArrivedDeliveryDepot));
    }

    /// Opens the return leg where `status` shows that the parcel is on its way back (R5 a). A return that is only
    /// announced leaves the parcel where it is, unless it had been delivered.
    fn go_back_if(&mut self, timed: &Timed<'_>, status: Status, substatus: Option<Substatus>) {
        let moving = match status {
            Status::Returned => true,
            Status::Returning => substatus != Some(Substatus::ReturnAnnounced) || self.status == Status::Delivered,
            _ => false,
        };
        if moving && !self.is_on_return() {
            self.open_leg(timed, "return");
        }
    }

    fn open_leg(&mut self, timed: &Timed<'_>, direction: &str) {
        self.close_episodes(timed);
        self.seen = Seen::default();
        self.legs.push(Leg {
            leg: self.leg() + 1,
            direction: direction.to_owned(),
            opened_by: Some(timed.event.id),
            opened_at: Some(timed.effective_at),
        });
    }

    fn open_episode(&self) -> Option<&Episode> {
        self.episodes.iter().find(|episode| episode.closed_at.is_none())
    }

    fn open(&mut self, timed: &Timed<'_>, kind: &str, meaning: Meaning) {
        self.episodes.push(Episode {
            kind: kind.to_owned(),
            substatus: meaning.substatus,
            reason: meaning.reason,
            opened_by: timed.event.id,
            opened_at: timed.effective_at,
            closed_by: None,
            closed_at: None,
        });
    }

    fn close_episodes(&mut self, timed: &Timed<'_>) {
        for episode in self.episodes.iter_mut().filter(|episode| episode.closed_at.is_none()) {
            episode.closed_by = Some(timed.event.id);
            episode.closed_at = Some(timed.effective_at);
        }
    }

    /// Whether a person should act (status, open trouble after a delivery, or a contradiction).
    pub fn action_required(&self) -> bool {
        self.status.action_required(self.substatus)
            || self.open_episode().is_some_and(|episode| episode.kind == "after_delivery")
            || self.flags.contains(&ParcelFlag::DeliveredContradicted)
            || self.flags.contains(&ParcelFlag::SourceDisagrees)
            || (self.flags.contains(&ParcelFlag::MovedAfterCancel) && !self.status.is_terminal())
    }
}
