//! The pieces of a shipment (section 5.4): which there are, and which one an event is about.

use super::FoldEvent;
use super::journey::Journey;
use super::order::Timed;
use crate::tracking::event::Piece;
use crate::tracking::number::normalise;
use std::collections::HashSet;

/// One piece and its state. Without any barcode there is one implicit piece; it takes the first barcode that comes.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub piece_no: u32,
    pub barcode: Option<String>,
    pub listed: Option<Piece>,
    /// Missing in the newest list.
    pub withdrawn: bool,
    pub journey: Journey,
    norm: String,
}

/// All pieces ever listed, in the order in which they were first listed; then those that only events name.
pub(super) fn slots(events: &[Timed<'_>]) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let lists: Vec<&[Piece]> = events.iter().filter(|timed| timed.is_live()).filter_map(list_of).collect();
    for piece in lists.iter().copied().flatten() {
        add(&mut slots, &piece.barcode).listed = Some(piece.clone());
    }
    if let Some(newest) = lists.last() {
        let current: HashSet<String> = newest.iter().map(|piece| normalise(&piece.barcode)).collect();
        for slot in &mut slots {
            slot.withdrawn = !current.contains(&slot.norm);
        }
    }
    for timed in events.iter().filter(|timed| timed.is_live()) {
        if let Some(barcode) = &timed.event.piece {
            add(&mut slots, barcode);
        }
    }
    if slots.is_empty() {
        slots.push(Slot::new(1, None));
    }
    slots
}

fn list_of<'a>(timed: &Timed<'a>) -> Option<&'a [Piece]> {
    timed.event.pieces.as_deref().filter(|pieces| !pieces.is_empty())
}

fn add<'s>(slots: &'s mut Vec<Slot>, barcode: &str) -> &'s mut Slot {
    let norm = normalise(barcode);
    let index = slots.iter().position(|slot| slot.norm == norm).unwrap_or_else(|| {
        let piece_no = u32::try_from(slots.len() + 1).unwrap_or(u32::MAX);
        slots.push(Slot::new(piece_no, Some(barcode)));
        slots.len() - 1
    });
    &mut slots[index]
}

impl Slot {
    fn new(piece_no: u32, barcode: Option<&str>) -> Self {
        Self {
            piece_no,
            barcode: barcode.map(str::to_owned),
            listed: None,
            withdrawn: false,
            journey: Journey::new(),
            norm: barcode.map(normalise).unwrap_or_default(),
        }
    }

    /// Still under way, and still part of the shipment.
    pub fn is_open(&self) -> bool {
        !self.withdrawn && !self.journey.status.is_terminal()
    }
}

/// The piece an event is about: the one it names, or the one barcode that one of its references equals. `None` for
/// the whole shipment.
pub(super) fn slot_of(event: &FoldEvent, slots: &[Slot]) -> Option<usize> {
    let at = |norm: &str| slots.iter().position(|slot| !slot.norm.is_empty() && slot.norm == norm);
    if let Some(barcode) = &event.piece {
        return at(&normalise(barcode));
    }
    if event.pieces.is_some() {
        return None;
    }
    let named: HashSet<usize> =
        event.references.iter().filter_map(|reference| at(&normalise(&reference.value))).collect();
    match named.len() {
        1 => named.into_iter().next(),
        _ => None,
    }
}

/// The pieces an event without a barcode applies to: those under way, or all when none is.
pub(super) fn open_slots(slots: &[Slot]) -> Vec<usize> {
    let all = 0..slots.len();
    if slots.len() == 1 || !slots.iter().any(Slot::is_open) {
        return all.collect();
    }
    all.filter(|index| !slots[*index].journey.status.is_terminal()).collect()
}
