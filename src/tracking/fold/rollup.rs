//! R18: what the pieces of a job come to.

use super::FoldedShipment;
use super::pieces::Slot;
use super::walk::Walked;
use crate::tracking::status::Status;

/// The roll-up's own word: some pieces are delivered and others are not.
pub const PARTIALLY_DELIVERED: &str = "partially_delivered";

/// From the most urgent on (section 5.4).
const BY_URGENCY: [Status; 8] = [
    Status::Exception,
    Status::Returning,
    Status::FailedAttempt,
    Status::AvailableForPickup,
    Status::OutForDelivery,
    Status::InTransit,
    Status::InfoReceived,
    Status::Pending,
];

/// Adds the pieces up; withdrawn ones only when there are no others.
pub(super) fn roll_up(walked: &Walked) -> FoldedShipment {
    let current: Vec<&Slot> = walked.slots.iter().filter(|slot| !slot.withdrawn).collect();
    let counted = if current.is_empty() { walked.slots.iter().collect() } else { current };
    let count = |status: Status| counted.iter().filter(|slot| slot.journey.status == status).count();
    let pieces = counted.len();
    let delivered = count(Status::Delivered);
    let arrived = delivered.max(walked.signed_for as usize).min(pieces);
    let open = BY_URGENCY.into_iter().find(|status| count(*status) > 0);

    let (roll_up, summary) = if let Some(same) = all_same(&counted).filter(|_| arrived == 0 || arrived == pieces) {
        (same.as_str(), if pieces == 1 { same.label().to_owned() } else { line(pieces, same) })
    } else if arrived > 0 {
        let rest = match open {
            Some(status) => format!(" · {}", line(count(status).min(pieces - arrived).max(1), status)),
            None => others(&counted),
        };
        (PARTIALLY_DELIVERED, format!("{arrived} of {pieces} delivered{rest}"))
    } else {
        let head = open.unwrap_or(Status::Returned);
        (head.as_str(), by_status(&counted))
    };
    FoldedShipment {
        shown: walked.shown,
        pieces: number(pieces),
        delivered: number(delivered),
        signed_for: walked.signed_for,
        roll_up: roll_up.to_owned(),
        summary,
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn all_same(slots: &[&Slot]) -> Option<Status> {
    let first = slots.first()?.journey.status;
    slots.iter().all(|slot| slot.journey.status == first).then_some(first)
}

fn line(count: usize, status: Status) -> String {
    format!("{count} {}", status.label().to_lowercase())
}

/// Delivered ones apart, what else is over.
fn others(slots: &[&Slot]) -> String {
    [Status::Returned, Status::Cancelled]
        .into_iter()
        .map(|status| (status, slots.iter().filter(|slot| slot.journey.status == status).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| format!(" · {}", line(count, status)))
        .collect()
}

fn by_status(slots: &[&Slot]) -> String {
    let over = [Status::Delivered, Status::Returned, Status::Cancelled];
    let lines: Vec<String> = BY_URGENCY
        .into_iter()
        .chain(over)
        .map(|status| (status, slots.iter().filter(|slot| slot.journey.status == status).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| line(count, status))
        .collect();
    lines.join(" · ")
}
