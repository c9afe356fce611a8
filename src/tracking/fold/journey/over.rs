//! What still counts once a journey is over or on its way back (R5, R6, R8).

use super::{Journey, Meaning, Why, is_acceptance, is_physical};
use crate::tracking::fold::order::Timed;
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::status::{ParcelFlag, Status, Substatus};

impl Journey {
    /// R5: delivered is sticky.
    pub(super) fn after_delivered(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) -> Option<String> {
        if matches!(status, Status::Returning | Status::Returned) {
            self.flags.remove(&ParcelFlag::DeliveredContradicted);
            self.go_back_if(timed, status, meaning.substatus);
            self.enter(timed, meaning, status);
            return None;
        }
        if is_acceptance(timed) {
            self.flags.remove(&ParcelFlag::DeliveredContradicted);
            self.open_leg(timed, if self.is_on_return() { "outbound" } else { "return" });
            self.enter(timed, meaning, status);
            self.why = Why::NewLeg;
            return None;
        }
        if status == Status::Delivered {
            self.settle(timed, meaning);
            return None;
        }
        self.after_delivery += 1;
        match status {
            Status::FailedAttempt if self.delivered_on.is_some_and(|day| timed.day > day) => {
                self.flags.insert(ParcelFlag::DeliveredContradicted);
                Some("Arrived after delivery; it contradicts the delivery".to_owned())
            }
            Status::Exception => {
                let open = self.open_episode().is_some_and(|known| known.substatus == meaning.substatus);
                if !open {
                    self.open(timed, "after_delivery", meaning);
                }
                Some("Arrived after delivery; somebody should look at it".to_owned())
            }
            _ => Some("Arrived after delivery".to_owned()),
        }
    }

    /// A second delivered scan settles a contradiction; the first one stays the head, in finer words if it had none.
    fn settle(&mut self, timed: &Timed<'_>, meaning: Meaning) {
        self.flags.remove(&ParcelFlag::DeliveredContradicted);
        self.delivered_on = self.delivered_on.max(Some(timed.day));
        if matches!(self.substatus, None | Some(Substatus::Confirmed)) && meaning.substatus.is_some() {
            self.substatus = meaning.substatus;
        }
    }

    /// R6: back with the sender; only a new acceptance starts anew.
    pub(super) fn after_returned(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) -> Option<String> {
        if is_acceptance(timed) {
            self.open_leg(timed, "outbound");
            self.enter(timed, meaning, status);
            self.why = Why::NewLeg;
            return None;
        }
        if status == Status::Returned {
            if self.substatus == Some(Substatus::ToSenderInferred) && meaning.substatus.is_some() {
                self.substatus = meaning.substatus;
                self.why = Why::Newest;
            }
            return None;
        }
        Some("Arrived after the return to the sender".to_owned())
    }

    /// R6: called off; a scan of the parcel itself shows that it moves all the same.
    pub(super) fn after_cancelled(&mut self, timed: &Timed<'_>, meaning: Meaning, status: Status) -> Option<String> {
        if !is_physical(status, meaning.substatus) {
            return (status != Status::Cancelled).then(|| "Arrived after cancelling".to_owned());
        }
        self.go_back_if(timed, status, meaning.substatus);
        self.enter(timed, meaning, status);
        self.flags.insert(ParcelFlag::MovedAfterCancel);
        self.why = Why::ReopenedAfterCancel;
        None
    }

    /// R8: on its way back; only the end of that way counts.
    pub(super) fn while_returning(
        &mut self,
        timed: &Timed<'_>,
        meaning: Meaning,
        status: Status,
        policy: &Policy,
    ) -> Option<String> {
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
                return Some("On its way back; trouble is noted and the status stays".to_owned());
            }
            _ if is_acceptance(timed) => {
                self.open_leg(timed, "outbound");
                self.enter(timed, meaning, status);
                self.why = Why::NewLeg;
            }
            _ => return Some("On its way back; only its arrival changes that".to_owned()),
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
            return;
        }
        self.go_back_if(timed, Status::Returned, None);
        let inferred =
            Meaning { status: Some(Status::Returned), substatus: Some(Substatus::ToSenderInferred), reason: None };
        self.enter(timed, inferred, Status::Returned);
        self.why = Why::InferredReturn;
    }
}
