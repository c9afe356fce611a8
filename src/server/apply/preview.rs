//! What saving a mapping row would do: the same mapping and folding as saving, read-only and bounded.

use super::rederive::map_all;
use super::{Apply, ApplyError, mapping};
use crate::server::carriers::carrier;
use crate::server::endpoints::settings_of;
use crate::server::ids;
use crate::server::store::{KeptState, StoreError};
use crate::tracking::fold::{FoldedParcel, Policy, fold};
use crate::tracking::mapping::{Mapping, MappingPreview, ParcelChange, ParcelState};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Most numbers derived for one preview.
const MOST_NUMBERS: u32 = 2000;
/// After this long a preview answers with what it has.
const PATIENCE: Duration = Duration::from_secs(3);
/// Most parcels shown.
const MOST_SHOWN: usize = 20;

impl Apply {
    /// Which parcels would have another state if this were the newest version of its row.
    pub async fn preview_mapping(&self, candidate: &Mapping) -> Result<MappingPreview, ApplyError> {
        let begun = Instant::now();
        let numbers = self.store.numbers_with_key(candidate.carrier, &candidate.key, MOST_NUMBERS + 1).await?;
        let mut preview =
            MappingPreview { numbers: u32::try_from(numbers.len()).unwrap_or(u32::MAX), ..MappingPreview::default() };
        let mut policies: HashMap<Uuid, Policy> = HashMap::new();
        for (shipment, endpoint) in numbers {
            if preview.checked >= MOST_NUMBERS || begun.elapsed() >= PATIENCE {
                preview.at_least = true;
                break;
            }
            let policy = match policies.entry(endpoint) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(self.policy_of(endpoint).await?),
            };
            let changes = self.changes_of(candidate, shipment, policy).await?;
            preview.checked += 1;
            preview.would_change = preview.would_change.saturating_add(u32::try_from(changes.len()).unwrap_or(0));
            preview.sample.extend(changes.into_iter().take(MOST_SHOWN - preview.sample.len()));
        }
        Ok(preview)
    }

    async fn policy_of(&self, endpoint: Uuid) -> Result<Policy, ApplyError> {
        let owner = self.store.find_owner(endpoint).await?;
        let owner = owner.ok_or_else(|| StoreError::Inconsistent(format!("a number of no endpoint {endpoint}")))?;
        Ok(carrier(owner.carrier).policy(&settings_of(&owner)))
    }

    async fn changes_of(
        &self,
        candidate: &Mapping,
        shipment: Uuid,
        policy: &Policy,
    ) -> Result<Vec<ParcelChange>, ApplyError> {
        let (of, key) = (candidate.carrier, &candidate.key);
        let coded = self.store.coded_events(of, key, shipment).await?;
        let keys: Vec<&String> = coded.iter().flat_map(|event| event.codes.iter().flat_map(mapping::keys_of)).collect();
        let mut rows = self.store.newest_mappings(of, &keys).await?;
        rows.insert(key.clone(), candidate.clone());
        let history = self.store.history_mapped(of, key, shipment, map_all(&coded, &rows)).await?;
        let folded = fold(&history, policy, &|piece_no, incarnation| ids::parcel(shipment, piece_no, incarnation));
        let before = self.store.states_of(shipment).await?;
        let (number, is_test) = self.store.number_of(shipment).await?.unwrap_or_default();
        Ok(compared(before, &folded.parcels, &number, is_test))
    }
}

/// The parcels whose state differs.
fn compared(before: Vec<KeptState>, after: &[FoldedParcel], number: &str, is_test: bool) -> Vec<ParcelChange> {
    let mut before: HashMap<Uuid, KeptState> = before.into_iter().map(|kept| (kept.id, kept)).collect();
    let mut changes = Vec::new();
    for parcel in after {
        let from = before.remove(&parcel.id).map(|kept| kept.state);
        let to = Some(state_of(parcel));
        if from != to {
            let (number, piece) = (number.to_owned(), parcel.piece.clone());
            changes.push(ParcelChange { parcel: parcel.id, number, piece, is_test, from, to });
        }
    }
    // What is left would no longer be there.
    changes.extend(before.into_values().map(|kept| ParcelChange {
        parcel: kept.id,
        number: kept.number,
        piece: kept.piece,
        is_test: kept.is_test,
        from: Some(kept.state),
        to: None,
    }));
    changes
}

fn state_of(parcel: &FoldedParcel) -> ParcelState {
    ParcelState {
        status: parcel.status,
        substatus: parcel.substatus,
        reason: parcel.reason,
        leg: parcel.leg,
        flags: parcel.flags.clone(),
    }
}
