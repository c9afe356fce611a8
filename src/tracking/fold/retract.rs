//! R9: what a whole-history carrier no longer lists.
//!
//! An event is retracted exactly if the newest list of its side whose span covers it lacks it. It is never deleted, and
//! reappearing clears it. Header events stand in no list and are never retracted.

use super::{FoldEvent, FoldListing, History};
use crate::tracking::time::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// One state of a side's list: all lists with the same `listed_at` and receipt count as one.
struct Listed {
    received_at: Timestamp,
    spans: Vec<(chrono::NaiveDateTime, chrono::NaiveDateTime)>,
    events: HashSet<Uuid>,
}

/// When each retracted event was first missed by the run of lists that lacks it now.
pub(super) fn retracted(history: &History) -> HashMap<Uuid, Timestamp> {
    let sides = by_side(&history.listings);
    history.events.iter().filter_map(|event| Some((event.id, missed_since(event, &sides)?))).collect()
}

fn by_side(listings: &[FoldListing]) -> HashMap<&str, Vec<Listed>> {
    let mut ordered: BTreeMap<(&str, Timestamp, Timestamp), Listed> = BTreeMap::new();
    for listing in listings.iter().filter(|listing| !listing.events.is_empty()) {
        let at = (listing.side.as_str(), listing.listed_at, listing.received_at);
        let listed = ordered.entry(at).or_insert_with(|| Listed {
            received_at: listing.received_at,
            spans: Vec::new(),
            events: HashSet::new(),
        });
        listed.spans.push((listing.oldest, listing.newest));
        listed.events.extend(&listing.events);
    }
    let mut sides: HashMap<&str, Vec<Listed>> = HashMap::new();
    for ((side, ..), listed) in ordered {
        sides.entry(side).or_default().push(listed);
    }
    sides
}

fn missed_since(event: &FoldEvent, sides: &HashMap<&str, Vec<Listed>>) -> Option<Timestamp> {
    let local = event.time.local?;
    let lists = sides.get(event.side.as_deref()?)?;
    lists
        .iter()
        .rev()
        .filter(|list| list.spans.iter().any(|(oldest, newest)| (*oldest..=*newest).contains(&local)))
        .take_while(|list| !list.events.contains(&event.id))
        .last()
        .map(|list| list.received_at)
}
