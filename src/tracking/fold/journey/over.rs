//! What still counts once a journey is over or on its way back (R5, R6, R8).

use super::{Journey, Meaning, is_acceptance, is_physical};
use crate::tracking::fold::aside::Aside;
use crate::tracking::fold::order::Timed;
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::status::{ParcelFlag, Status, Substatus};
use crate::tracking::why::{Rule, SetAsideKind};

impl Journey {
    /// R5: delivered is sticky.
    pub(super) fn after_delivered(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) -> Option<Aside> {
        if matches!(status, Status::Returning | Status::Returned) {
            self.flags.remove(&ParcelFlag::DeliveredContradicted);
            self.go_back_if(timed, status, meaning.substatus);
            self.enter(timed, meaning, status);
            self.rule = Rule::ReturnAfterDelivery;
            return None;
        }
        if is_acceptance(timed) {
            self.flags.remove(&ParcelFlag::DeliveredContradicted);
            self.open_leg(timed, if self.is_on_return() { "outbound" } else { "return" });
            self.enter(timed, meaning, status);
            self.rule = Rule::NewJourney;
            return None;
        }
        if status == Status::Delivered {
            self.settle(timed, meaning);
            return None;
        }
        match status {
            Status::FailedAttempt if self.delivered_on.is_some_and(|day| timed.day > day) => {
                self.flags.insert(ParcelFlag::DeliveredContradicted);
                Some(Aside::because(SetAsideKind::AfterDelivery, "After delivery; it contradicts the delivery"))
            }
            Status::Exception => {
                let open = self.open_episode().is_some_and(|known| known.substatus == meaning.substatus);
                if !open {
                    self.open(timed, "after_delivery", meaning);
                }
                Some(Aside::because(SetAsideKind::AfterDelivery, "After delivery; somebody should look at it"))
            }
            _ => Some(Aside::of(SetAsideKind::AfterDelivery)),
        }
    }

    /// A second delivered scan settles a contradiction and ends trouble that came between (R7); the first one stays the
    /// head, in finer words if it had none.
    fn settle(&mut self, timed: &Timed<'_>, meaning: Meaning) {
        self.flags.remove(&ParcelFlag::DeliveredContradicted);
        self.close_episodes(timed);
        self.delivered_on = self.delivered_on.max(Some(timed.day));
        if matches!(self.substatus, None | Some(Substatus::Confirmed)) && meaning.substatus.is_some() {
            self.substatus = meaning.substatus;
        }
    }

    /// R6: back with the sender; only a new acceptance starts anew.
    pub(super) fn after_returned(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) -> Option<Aside> {
        if is_acceptance(timed) {
            self.open_leg(timed, "outbound");
            self.enter(timed, meaning, status);
            self.rule = Rule::NewJourney;
            return None;
        }
        if status == Status::Returned {
            if self.substatus == Some(Substatus::ToSenderInferred) && meaning.substatus.is_some() {
                self.substatus = meaning.substatus;
                self.rule = Rule::NewestCounts;
            }
            return None;
        }
        Some(Aside::of(SetAsideKind::AfterReturn))
    }

    /// R6: called off; a scan of the parcel itself, or its way back, shows that it moves all the same.
    pub(super) fn after_cancelled(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) -> Option<Aside> {
        if !is_physical(status, meaning.substatus) && status != Status::Returning {
            return (status != Status::Cancelled).then(|| Aside::of(SetAsideKind::AfterCancel));
        }
        self.go_back_if(timed, status, meaning.substatus);
        self.enter(timed, meaning, status);
        self.flags.insert(ParcelFlag::MovedAfterCancel);
        self.rule = Rule::MovedAfterCancel;
        None
    }

    /// R8: on its way back; only the end of that way counts.
    pub(super) fn while_returning(
        &mut self,
        timed: &Timed<'_>,
        meaning: Meaning,
        status: Status,
        policy: &Policy,
    ) -> Option<Aside> {
        match status {
            Status::Returning | Status::Returned => {
                self.go_back_if(timed, status, meaning.substatus);
                self.enter(timed, meaning, status);
            }
            Status::Cancelled => self.enter(timed, meaning, status),
            Status::Delivered => self.delivered_while_returning(timed, meaning, policy),
            Status::Exception => {
                let open = self.open_episode().is_some_and(|known| known.substatus == meaning.substatus);
                if !open {
                    self.open(timed, status.as_str(), meaning);
                }
                let words = "On its way back; the trouble is noted and the status stays";
                return Some(Aside::because(SetAsideKind::WhileReturning, words));
            }
            _ if is_acceptance(timed) => {
                self.open_leg(timed, "outbound");
                self.enter(timed, meaning, status);
                self.rule = Rule::NewJourney;
            }
            _ => {
                let words = "On its way back; only its arrival changes that";
                return Some(Aside::because(SetAsideKind::WhileReturning, words));
            }
        }
        None
    }

    fn delivered_while_returning(&mut self, timed: &Timed<'_>, meaning: Meaning, policy: &Policy) {
        let delivered = match policy.delivered_while_returning {
            DeliveredWhileReturning::Delivered => true,
            DeliveredWhileReturning::ReturnedInferred => false,
            DeliveredWhileReturning::ByAnnouncement => self.substatus == Some(Substatus::ReturnAnnounced),
        };
        if delivered {
            self.enter(timed, meaning, Status::Delivered);
            self.rule = Rule::DeliveredWhileReturning;
            return;
        }
        self.go_back_if(timed, Status::Returned, None);
        let inferred =
            Meaning { status: Some(Status::Returned), substatus: Some(Substatus::ToSenderInferred), reason: None };
        self.enter(timed, inferred, Status::Returned);
        self.rule = Rule::ReturnInferred;
    }
}
