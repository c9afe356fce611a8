//! Why a parcel has the status it has, in plain words.

use super::journey::{Journey, Why};
use crate::tracking::status::{ParcelFlag, Status};

/// One to three sentences.
pub(super) fn explain(journey: &Journey) -> String {
    let mut sentences = vec![decision(journey)];
    if journey.after_delivery > 0 && journey.status == Status::Delivered {
        let count = journey.after_delivery;
        let (events, were) = if count == 1 { ("event", "was") } else { ("events", "were") };
        sentences.push(format!(
            "{count} later {events} {were} set aside: a delivery stands until a return, a new acceptance or an operator says otherwise."
        ));
    }
    sentences.extend(journey.flags.iter().filter_map(|flag| flag_sentence(*flag)).map(str::to_owned));
    sentences.join(" ")
}

fn decision(journey: &Journey) -> String {
    let status = journey.status.label();
    match &journey.why {
        _ if journey.head.is_none() => "The number is known; no event of the carrier moved it yet.".into(),
        Why::Operator { by, pinned: true } => {
            format!("{status}: set by {by} and pinned, so that events of the carrier do not change it.")
        }
        Why::Operator { by, pinned: false } => format!("{status}: set by {by}."),
        Why::ReopenedAfterCancel => format!("{status}: the parcel was scanned after it had been cancelled."),
        Why::NewLeg => format!("{status}: the number was accepted again, so a new journey began."),
        Why::InferredReturn => {
            format!(
                "{status}: it arrived while on its way back, so it is taken to be with the sender. Confirm it if you know."
            )
        }
        Why::Weak => format!("{status}: the carrier knows the parcel; nothing says yet that it has it."),
        Why::Newest => match journey.status {
            Status::Delivered | Status::Returned | Status::Cancelled => format!("{status}: the carrier said so."),
            Status::Returning => format!("{status}: the carrier said so; only its arrival changes that."),
            _ => format!("{status}: the newest event that counts says so."),
        },
    }
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
