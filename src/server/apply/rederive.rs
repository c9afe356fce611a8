//! Deriving again what a changed mapping row, a changed policy or other rules ask for.
//!
//! What is due stands in the database, written in the transaction of the change; each slice of work notes how far it
//! came in its own transaction. A process that stops goes on where it stopped. The newest version of a row counts for
//! all events, old ones too: so a rebuild ends where this ends.

use super::mapping;
use super::one::{Applied, refold};
use super::{Apply, ApplyError, SLICE};
use crate::server::carriers::carrier;
use crate::server::clock::SharedClock;
use crate::server::endpoints::settings_of;
use crate::server::live::Topic;
use crate::server::store::{Cause, CodedEvent, Due, Mapped, StoreError, Tx};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::fold::{DERIVATION_VERSION, Policy};
use crate::tracking::mapping::{Mapping, Rederivation, RederivationCause};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Most events or numbers looked at in one transaction.
const BATCH: u32 = 200;
/// Most numbers that are passed over because they cannot be folded.
const MOST_UNFOLDABLE: usize = 1000;

/// How far deriving again came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rederived {
    /// How many numbers were folded again.
    pub numbers: u64,
    /// There is more to do.
    pub left: bool,
}

/// What one transaction came to.
#[derive(Default)]
struct Slice {
    numbers: u64,
    applied: Applied,
    failed: Vec<Uuid>,
    /// What was worked on, when it came to its end.
    ended: Option<Due>,
    left: bool,
}

impl Apply {
    /// Derives again what is due: one slice at least, more until nothing is left or `patience` is over.
    pub async fn rederive(&self, patience: Duration) -> Result<Rederived, ApplyError> {
        let begun = Instant::now();
        let mut done = Rederived::default();
        loop {
            let slice = self.rederive_slice().await?;
            done.numbers += slice.numbers;
            done.left = slice.left;
            self.announce_rederived(&slice);
            if !slice.left || begun.elapsed() >= patience {
                return Ok(done);
            }
        }
    }

    /// Derives again all that is due, however long it takes. Returns how many numbers were folded.
    pub async fn refold_stale(&self) -> Result<u64, ApplyError> {
        Ok(self.rederive(Duration::MAX).await?.numbers)
    }

    /// Has the loop look at once.
    pub fn hurry(&self) {
        self.wake.notify_one();
    }

    /// What is being derived again, and how much of it is left.
    pub async fn rederivations(&self) -> Result<Vec<Rederivation>, ApplyError> {
        let mut all: Vec<Rederivation> = self.store.list_due().await?.into_iter().map(shown).collect();
        let stale = self.store.count_stale(DERIVATION_VERSION).await?;
        let left = stale.saturating_sub(self.unfoldable().len() as u64);
        if left > 0 {
            let cause = RederivationCause::Rules;
            all.push(Rederivation { cause, carrier: None, key: None, endpoint: None, left, since: None });
        }
        Ok(all)
    }

    async fn rederive_slice(&self) -> Result<Slice, ApplyError> {
        // A batch is folded by the policies it was begun with: between two batches there is none.
        let _turn = self.turn.lock().await;
        let (clock, unfoldable) = (self.clock.clone(), self.unfoldable());
        let slice = self.store.write(move |tx| Box::pin(async move { slice(tx, &clock, &unfoldable).await })).await?;
        if !slice.failed.is_empty() {
            let mut known = self.unfoldable.lock().unwrap_or_else(PoisonError::into_inner);
            let room = MOST_UNFOLDABLE.saturating_sub(known.len());
            known.extend(slice.failed.iter().take(room));
        }
        Ok(slice)
    }

    fn unfoldable(&self) -> Vec<Uuid> {
        self.unfoldable.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn announce_rederived(&self, slice: &Slice) {
        if slice.ended.is_some() {
            self.live.announce(&[Topic::Mappings]);
        }
        if let Some(due) = &slice.ended {
            tracing::info!(cause = ?due.cause, "derived again");
        }
        if slice.applied.parcels.is_empty() {
            return;
        }
        self.announce(std::iter::once(&slice.applied));
    }
}

fn shown((due, left): (Due, u64)) -> Rederivation {
    let (cause, carrier, key, endpoint) = match due.cause {
        Cause::Mapping(carrier, key) => (RederivationCause::Mapping, Some(carrier), Some(key), None),
        Cause::Settings(endpoint) => (RederivationCause::Settings, None, None, Some(endpoint)),
    };
    Rederivation { cause, carrier, key, endpoint, left, since: Some(due.since) }
}

async fn slice(tx: &mut Tx, clock: &SharedClock, unfoldable: &[Uuid]) -> Result<Slice, StoreError> {
    let mut work = Work { clock, begun: Instant::now(), policies: HashMap::new(), slice: Slice::default() };
    match tx.next_due().await? {
        Some(due) => {
            let done_to = match &due.cause {
                Cause::Mapping(carrier, key) => work.remap_some(tx, *carrier, key, &due.done_to).await?,
                Cause::Settings(endpoint) => work.refold_some(tx, *endpoint, &due.done_to).await?,
            };
            tx.move_due(&due, done_to.as_deref()).await?;
            work.slice.left = true;
            work.slice.ended = done_to.is_none().then_some(due);
        }
        None => work.refold_stale(tx, unfoldable).await?,
    }
    Ok(work.slice)
}

/// One transaction's work.
struct Work<'a> {
    clock: &'a SharedClock,
    begun: Instant,
    policies: HashMap<Uuid, Policy>,
    slice: Slice,
}

impl Work<'_> {
    fn is_over(&self) -> bool {
        self.begun.elapsed() >= SLICE
    }

    /// Maps events after `done_to` again, and all of their numbers' events with the key along with them. Returns how
    /// far it came; `None` at the end.
    async fn remap_some(
        &mut self,
        tx: &mut Tx,
        carrier: CarrierId,
        key: &str,
        done_to: &str,
    ) -> Result<Option<String>, StoreError> {
        let events = tx.events_with_key(carrier, key, done_to, BATCH).await?;
        let more = events.len() == BATCH as usize;
        let mut seen = BTreeSet::new();
        let last = events.last().map(|(event, ..)| *event);
        for (event, shipment, endpoint) in events {
            if shipment.is_none_or(|shipment| seen.insert(shipment)) {
                tx.savepoint().await?;
                let remapped = self.remap_one(tx, carrier, key, event, shipment, endpoint).await;
                self.ended(tx, event, remapped).await?;
            }
            if self.is_over() && Some(event) != last {
                return Ok(Some(event.to_string()));
            }
        }
        Ok(last.filter(|_| more).map(|last| last.to_string()))
    }

    async fn remap_one(
        &mut self,
        tx: &mut Tx,
        carrier: CarrierId,
        key: &str,
        event: Uuid,
        shipment: Option<Uuid>,
        endpoint: Uuid,
    ) -> Result<(), StoreError> {
        let coded = tx.coded_events(carrier, key, event, shipment).await?;
        let keys: Vec<&String> = coded.iter().flat_map(|event| event.codes.iter().flat_map(mapping::keys_of)).collect();
        let rows = tx.mappings(carrier, &keys).await?;
        let changed = tx.put_mapped(carrier, key, event, shipment, map_all(&coded, &rows)).await?;
        match shipment {
            Some(shipment) if changed => self.refold_one(tx, shipment, endpoint).await,
            _ => Ok(()),
        }
    }

    /// Folds numbers of an endpoint after `done_to`. Returns how far it came; `None` at the end.
    async fn refold_some(&mut self, tx: &mut Tx, endpoint: Uuid, done_to: &str) -> Result<Option<String>, StoreError> {
        let numbers = tx.numbers_of_endpoint(endpoint, done_to, BATCH).await?;
        let more = numbers.len() == BATCH as usize;
        let last = numbers.last().map(|(_, place)| place.clone());
        for (shipment, place) in numbers {
            tx.savepoint().await?;
            let folded = self.refold_one(tx, shipment, endpoint).await;
            self.ended(tx, shipment, folded).await?;
            if self.is_over() && Some(&place) != last.as_ref() {
                return Ok(Some(place));
            }
        }
        Ok(last.filter(|_| more))
    }

    /// Folds numbers that were folded by other rules than today's, or lost their parcels in a rebuild.
    async fn refold_stale(&mut self, tx: &mut Tx, unfoldable: &[Uuid]) -> Result<(), StoreError> {
        let stale = tx.stale_shipments(DERIVATION_VERSION, unfoldable, BATCH).await?;
        self.slice.left = !stale.is_empty();
        for (shipment, endpoint) in stale {
            tx.savepoint().await?;
            let folded = self.refold_one(tx, shipment, endpoint).await;
            self.ended(tx, shipment, folded).await?;
            if self.is_over() {
                break;
            }
        }
        Ok(())
    }

    async fn refold_one(&mut self, tx: &mut Tx, shipment: Uuid, endpoint: Uuid) -> Result<(), StoreError> {
        let policy = match self.policies.entry(endpoint) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let owner = tx.owner(endpoint).await?;
                unknown.insert(carrier(owner.carrier).policy(&settings_of(&owner)))
            }
        };
        let (parcels, changes) = refold(tx, shipment, policy, self.clock.now()).await?;
        self.slice.numbers += 1;
        self.slice.applied.parcels.extend(parcels);
        self.slice.applied.changes.extend(changes);
        Ok(())
    }

    /// Ends a savepoint. What does not fit stays as it is and is passed over; `Err` is the database's own fault.
    async fn ended(&mut self, tx: &mut Tx, what: Uuid, done: Result<(), StoreError>) -> Result<(), StoreError> {
        match done {
            Ok(()) => tx.release().await,
            Err(error) if error.is_of_the_data() => {
                tracing::error!(%what, %error, "cannot be derived again");
                self.slice.failed.push(what);
                tx.rollback().await
            }
            Err(error) => Err(error),
        }
    }
}

/// What these events mean by these rows.
pub(super) fn map_all(events: &[CodedEvent], rows: &HashMap<String, Mapping>) -> HashMap<Uuid, Vec<Mapped>> {
    let map = |event: &CodedEvent| event.codes.iter().map(|coded| mapping::decide(coded, rows)).collect();
    events.iter().map(|event| (event.id, map(event))).collect()
}
