//! Codes whose meaning depends on what came before on the same leg.

use super::FoldEvent;
use super::journey::{Meaning, Seen};
use crate::tracking::mapping::InContext;
use crate::tracking::status::{Reason, Status, Substatus};

/// What an event means, given what was seen before it on its leg.
pub(super) fn meaning(event: &FoldEvent, seen: Seen) -> Meaning {
    let as_mapped = Meaning { status: event.status, substatus: event.substatus, reason: event.reason };
    let turned_into = |status, substatus, reason: Option<Reason>| Meaning {
        status: Some(status),
        substatus: Some(substatus),
        reason,
    };
    match event.in_context {
        None => as_mapped,
        Some(InContext::Missing) if seen.in_depot_or_locker => {
            turned_into(Status::Exception, Substatus::Lost, Some(Reason::CarrierLost))
        }
        Some(InContext::Missing) => {
            turned_into(Status::Exception, Substatus::CollectionFailed, Some(Reason::CarrierCouldNotCollect))
        }
        Some(InContext::Arrived) if seen.out_for_delivery => {
            turned_into(Status::OutForDelivery, Substatus::AtStop, event.reason)
        }
        Some(InContext::Arrived) if seen.with_carrier => {
            turned_into(Status::InTransit, Substatus::ArrivedFacility, event.reason)
        }
        Some(InContext::Arrived) => turned_into(Status::InfoReceived, Substatus::CollectionScheduled, event.reason),
    }
}
