//! One incarnation of a number from its first event to its last, all pieces in step.

use super::aside::Aside;
use super::journey::{Meaning, Taken};
use super::order::Timed;
use super::pieces::{self, Slot};
use super::{FoldEvent, Policy};
use crate::tracking::status::{Kind, ParcelFlag, Status};
use crate::tracking::why::SetAsideKind;

/// The side of a whole-history carrier that only sums up (R9).
const HEADER: &str = "header";

/// What became of one event.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// On the piece where it counted, else on the first it applied to.
    pub taken: Taken,
    /// The piece it is about; `None` for the whole shipment.
    pub slot: Option<usize>,
}

/// An incarnation after its last event.
pub(super) struct Walked {
    pub slots: Vec<Slot>,
    /// One for each event, in order.
    pub steps: Vec<Step>,
    /// Pieces signed for, capped at the pieces there are.
    pub signed_for: u32,
    /// A list of pieces came, or a proof counted pieces.
    pub shown: bool,
}

/// Proofs of delivery add up (section 5.4).
struct Signed {
    pieces: u32,
    count: u32,
    partly: bool,
}

/// Counts all `events`, which stand in order.
pub(super) fn walk(events: &[Timed<'_>], policy: &Policy) -> Walked {
    let mut slots = pieces::slots(events);
    let current = slots.iter().filter(|slot| !slot.withdrawn).count().max(1);
    let mut signed = Signed { pieces: u32::try_from(current).unwrap_or(u32::MAX), count: 0, partly: false };
    let mut steps = Vec::with_capacity(events.len());
    for timed in events {
        let slot = pieces::slot_of(timed.event, &slots);
        let targets = slot.map_or_else(|| pieces::open_slots(&slots), |slot| vec![slot]);
        let refused = repeated_header(timed, events).or_else(|| signed.count(timed, slot, &slots));
        let taken = match refused {
            Some(aside) => set_aside(timed, &targets, &mut slots, aside),
            None => take(timed, &targets, &mut slots, policy),
        };
        steps.push(Step { taken, slot });
    }
    signed.flag_open(&mut slots);
    for (index, slot) in slots.iter_mut().enumerate() {
        if source_disagrees(index, slot, events, &steps) {
            slot.journey.flags.insert(ParcelFlag::SourceDisagrees);
        }
        if slot.withdrawn {
            slot.journey.flags.insert(ParcelFlag::Withdrawn);
        }
    }
    let listed = slots.iter().any(|slot| slot.listed.is_some());
    let counted = events.iter().any(|timed| timed.is_live() && pieces_signed(timed.event).is_some());
    let signed_for = signed.count.min(signed.pieces);
    Walked { slots, steps, signed_for, shown: listed || counted }
}

fn take(timed: &Timed<'_>, targets: &[usize], slots: &mut [Slot], policy: &Policy) -> Taken {
    let mut first: Option<Taken> = None;
    for index in targets {
        let taken = slots[*index].journey.take(timed, policy);
        // Where it counted for one piece, it counted.
        if first.as_ref().is_none_or(|known| known.set_aside.is_some() && taken.set_aside.is_none()) {
            first = Some(taken);
        }
    }
    first.expect("an event applies to one piece at least")
}

fn set_aside(timed: &Timed<'_>, targets: &[usize], slots: &mut [Slot], aside: Aside) -> Taken {
    let event = timed.event;
    for index in targets {
        slots[*index].journey.note_aside(event.id, Some(&aside));
    }
    Taken {
        meaning: Meaning { status: event.status, substatus: event.substatus, reason: event.reason },
        leg: slots[targets[0]].journey.leg(),
        set_aside: Some(aside),
    }
}

fn pieces_signed(event: &FoldEvent) -> Option<u32> {
    event.proofs.iter().filter_map(|proof| proof.pieces).filter(|pieces| *pieces > 0).max()
}

impl Signed {
    /// Adds a proof of delivery up. Words when it is for a part of the pieces and does not say for which.
    fn count(&mut self, timed: &Timed<'_>, slot: Option<usize>, slots: &[Slot]) -> Option<Aside> {
        let event = timed.event;
        if !timed.is_live() || event.kind != Kind::Status || event.status != Some(Status::Delivered) || event.weak {
            return None;
        }
        let pieces = pieces_signed(event);
        if let Some(slot) = slot {
            let again = slots[slot].journey.status == Status::Delivered;
            self.count = self.count.saturating_add(if again { 0 } else { pieces.unwrap_or(1) });
            return None;
        }
        self.count = pieces.map_or(self.pieces, |pieces| self.count.saturating_add(pieces));
        if self.count >= self.pieces {
            return None;
        }
        self.partly = true;
        let words = format!("Signed for {} of {} pieces so far; it does not say which", self.count, self.pieces);
        Some(Aside::because(SetAsideKind::PartialProof, words))
    }

    /// Marks the pieces still under way while some are signed for and nobody said which.
    fn flag_open(&self, slots: &mut [Slot]) {
        let delivered = slots.iter().filter(|slot| slot.journey.status == Status::Delivered && !slot.withdrawn).count();
        if self.partly && self.count < self.pieces && delivered < self.count as usize {
            for slot in slots.iter_mut().filter(|slot| slot.is_open()) {
                slot.journey.flags.insert(ParcelFlag::PartialPod);
            }
        }
    }
}

fn is_header(timed: &Timed<'_>) -> bool {
    timed.event.side.as_deref() == Some(HEADER)
}

/// Whether `one` did not happen after `two`; by wall clock where both have one, for their zones may be guesses.
fn not_after(one: &Timed<'_>, two: &Timed<'_>) -> bool {
    match (one.event.time.local, two.event.time.local) {
        (Some(first), Some(second)) => first <= second,
        _ => one.effective_at <= two.effective_at,
    }
}

fn is_checkpoint(timed: &Timed<'_>) -> bool {
    timed.is_live() && timed.event.side.is_some() && !is_header(timed) && timed.event.status.is_some()
}

/// R9: a header that says what the newest checkpoint says is not news.
fn repeated_header(header: &Timed<'_>, events: &[Timed<'_>]) -> Option<Aside> {
    if !header.is_live() || !is_header(header) || header.event.status.is_none() {
        return None;
    }
    let newest = events.iter().rfind(|timed| is_checkpoint(timed) && not_after(timed, header))?;
    (newest.event.status == header.event.status).then(|| Aside::of(SetAsideKind::RepeatsCheckpoint))
}

/// R9: what the carrier itself claims now, and whether the fold came out elsewhere.
fn source_disagrees(index: usize, slot: &Slot, events: &[Timed<'_>], steps: &[Step]) -> bool {
    let own: Vec<&Timed<'_>> = events
        .iter()
        .zip(steps)
        .filter(|(timed, step)| timed.is_live() && step.slot.is_none_or(|known| known == index))
        .map(|(timed, _)| timed)
        .collect();
    let newest = own.iter().rfind(|timed| timed.event.kind == Kind::Status && !is_header(timed));
    let claimed = newest.and_then(|timed| timed.event.claim).map(|claim| (claim.status, claim.substatus));
    let header = own.iter().rfind(|timed| is_header(timed) && timed.event.status.is_some());
    let current = header.filter(|header| own.iter().all(|timed| !is_checkpoint(timed) || not_after(timed, header)));
    let summed_up = current.and_then(|header| Some((header.event.status?, None)));
    [claimed, summed_up].into_iter().flatten().any(|(status, substatus)| differs(slot, status, substatus))
}

fn differs(slot: &Slot, status: Status, substatus: Option<crate::tracking::status::Substatus>) -> bool {
    use crate::tracking::status::Substatus::{Lost, ToSenderInferred};
    let journey = &slot.journey;
    // R8 read this very word as a return.
    let read_as_return = status == Status::Delivered && journey.substatus == Some(ToSenderInferred);
    let lost_elsewhere = substatus == Some(Lost) && journey.substatus != Some(Lost);
    (journey.status != status || lost_elsewhere) && !read_as_return
}
