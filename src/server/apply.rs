//! The second of the two flows: read, map, fold, commit, announce. Runs right behind capture.
//!
//! Takes what is due in the order of capture, in batches. Beginning is counted and committed before a batch is read, so
//! that a delivery that stops the process is known by its tries: what was begun beside it is taken one by one, after
//! three it waits until nothing else is due (a process that is killed from outside stops at an innocent one as well), and
//! when it stops the process then, too, it is set aside. Bodies are read outside the writer; then a few deliveries share a transaction of 25 ms, with
//! a savepoint each: what does not fit hurts nobody else. When the database itself fails, everything is undone and
//! tried again, later and later. Only what is committed is announced.
//!
//! What a changed row, policy or rule asks to derive again is done in between, a slice after each batch (`rederive`).
//! There is one loop: replay and re-verify wait for their turn. Duplicates never come here.

use super::carriers::carrier;
use super::clock::SharedClock;
use super::endpoints::settings_of;
use super::ingest::{Ingest, IngestError};
use super::live::{Live, Topic};
use super::store::{Admitted, Store, StoreError, Tx};
use crate::tracking::delivery::Outcome;
use crate::tracking::event::Reading;
use futures::FutureExt as _;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

mod again;
mod mapping;
mod one;
mod preview;
mod rederive;

pub use rederive::Rederived;

use one::Applied;
pub(super) use one::refold_number;

/// Most deliveries begun at once.
const BATCH: u32 = 100;
/// How long a transaction may hold up captures.
const SLICE: Duration = Duration::from_millis(20);
/// A delivery that stopped the process this often waits until nothing else is due; once more, and it is set aside.
const MOST_TRIES: u32 = 3;
/// A delivery that the working database refused this often is set aside.
const MOST_REFUSALS: u32 = 3;
/// Without being woken, the loop looks this often.
const TICK: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Why something could not be applied now.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its proof could not be checked again.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// No such delivery.
    #[error("there is no such delivery")]
    NotFound,
    /// It cannot be done with this delivery; the sentence says why.
    #[error("{0}")]
    Refused(String),
}

/// The loop behind capture.
pub struct Apply {
    store: Store,
    ingest: Arc<Ingest>,
    clock: SharedClock,
    live: Live,
    wake: Arc<Notify>,
    turn: Mutex<Turn>,
    /// Numbers that cannot be folded; tried again by the next process.
    unfoldable: std::sync::Mutex<BTreeSet<Uuid>>,
}

/// What the loop remembers from turn to turn.
#[derive(Default)]
struct Turn {
    /// Begun by this process and not ended yet: their beginning is counted already.
    begun: HashSet<Uuid>,
    /// How often the database refused a delivery in a row.
    refusals: HashMap<Uuid, u32>,
}

/// A batch to work on.
struct Batch {
    due: Vec<Admitted>,
    set_aside: Vec<Uuid>,
}

impl Apply {
    /// Over these parts. `wake` is the one `ingest` was given.
    pub fn new(store: Store, ingest: Arc<Ingest>, clock: SharedClock, live: Live, wake: Arc<Notify>) -> Self {
        Self { store, ingest, clock, live, wake, turn: Mutex::default(), unfoldable: std::sync::Mutex::default() }
    }

    /// Applies what is due, when woken and once a second, until told to stop. Ends between two transactions.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut pause = FIRST_PAUSE;
        let mut settled = false;
        loop {
            let ended = shutdown.run_until_cancelled(self.settle(&mut settled)).await;
            let wait = match ended {
                None => return,
                Some(Ok(())) => {
                    pause = FIRST_PAUSE;
                    TICK
                }
                Some(Err(error)) => {
                    tracing::error!(%error, "deliveries wait to be applied; trying again in {} ms", pause.as_millis());
                    let wait = pause;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    // Being woken does not make the database well.
                    if shutdown.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
                        return;
                    }
                    continue;
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Catches up; the first time, a rebuild that was interrupted is over with it.
    async fn settle(&self, settled: &mut bool) -> Result<(), ApplyError> {
        self.catch_up().await?;
        if !*settled {
            self.end_rebuild().await?;
            *settled = true;
        }
        Ok(())
    }

    /// Everything is derived again that a rebuild dropped.
    pub async fn end_rebuild(&self) -> Result<(), ApplyError> {
        Ok(self.store.write(|tx| Box::pin(tx.end_rebuild())).await?)
    }

    /// Batches of deliveries first, and a slice of what is due to be derived again behind each.
    async fn catch_up(&self) -> Result<(), ApplyError> {
        loop {
            let taken = {
                let mut turn = self.turn.lock().await;
                self.take_batch(&mut turn).await?
            };
            let left = self.rederive(Duration::ZERO).await?.left;
            if taken == 0 && !left {
                return Ok(());
            }
        }
    }

    /// Applies until nothing is due. Returns how many deliveries it took.
    pub async fn drain(&self) -> Result<u64, ApplyError> {
        let mut turn = self.turn.lock().await;
        let mut taken = 0;
        loop {
            match self.take_batch(&mut turn).await? {
                0 => return Ok(taken),
                count => taken += count,
            }
        }
    }

    async fn take_batch(&self, turn: &mut Turn) -> Result<u64, ApplyError> {
        let begun = turn.begun.clone();
        let cautious = !turn.refusals.is_empty();
        let batch = self.store.write(move |tx| Box::pin(async move { begin(tx, &begun, cautious).await })).await?;
        for id in &batch.set_aside {
            tracing::error!(delivery = %id, "set aside: it stopped the process again and again");
        }
        let count = batch.due.len() + batch.set_aside.len();
        turn.begun.extend(batch.due.iter().map(|admitted| admitted.id));
        let read: Arc<Vec<(Admitted, Reading)>> = Arc::new(batch.due.into_iter().map(read).collect());
        let mut next = 0;
        while next < read.len() {
            let applied = self.take_slice(turn, &read, next).await?;
            next += applied.len();
            for (id, applied) in &applied {
                turn.begun.remove(id);
                turn.refusals.remove(id);
                one::log(*id, applied);
            }
            self.announce(applied.iter().map(|(_, applied)| applied));
        }
        if !batch.set_aside.is_empty() {
            self.live.announce(&[Topic::Deliveries]);
        }
        Ok(count as u64)
    }

    /// One transaction. A fault of the database is counted against the first delivery it stands before.
    async fn take_slice(
        &self,
        turn: &mut Turn,
        read: &Arc<Vec<(Admitted, Reading)>>,
        next: usize,
    ) -> Result<Vec<(Uuid, Applied)>, ApplyError> {
        let (all, clock) = (read.clone(), self.clock.clone());
        let first = read[next].0.id;
        let refused = turn.refusals.get(&first).copied().unwrap_or(0) >= MOST_REFUSALS;
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    if refused {
                        let words = "The database would not take what it says.";
                        return Ok(vec![(first, one::set_aside(tx, first, words).await?)]);
                    }
                    slice(tx, &all[next..], clock).await
                })
            })
            .await;
        match done {
            Ok(applied) => Ok(applied),
            Err(error) => {
                // Only while the database works otherwise is the delivery at fault.
                if self.store.write_probe(self.clock.now()).await.is_ok() {
                    *turn.refusals.entry(first).or_default() += 1;
                }
                Err(error.into())
            }
        }
    }

    fn announce<'a>(&self, applied: impl Iterator<Item = &'a Applied>) {
        let mut topics = BTreeSet::new();
        for applied in applied {
            topics.insert(Topic::Deliveries);
            topics.extend((!applied.parcels.is_empty()).then_some(Topic::Parcels));
            topics.extend(applied.unmapped.then_some(Topic::Mappings));
            topics.extend(applied.parcels.iter().copied().map(Topic::Parcel));
        }
        self.live.announce(&topics.into_iter().collect::<Vec<_>>());
    }
}

/// Picks a batch and counts its beginning. What was begun by a process that stopped is taken alone.
async fn begin(tx: &mut Tx, begun: &HashSet<Uuid>, cautious: bool) -> Result<Batch, StoreError> {
    let mut due = tx.due_deliveries(if cautious { 1 } else { BATCH }, MOST_TRIES).await?;
    let suspect = |admitted: &Admitted| admitted.tries > 0 && !begun.contains(&admitted.id);
    let mut set_aside = Vec::new();
    if let Some(at) = due.iter().position(suspect) {
        due.truncate(at.max(1));
        if let Some(first) = due.first().filter(|first| suspect(first) && first.tries > MOST_TRIES) {
            let words = format!("It stopped the process {} times while it was being applied.", first.tries);
            tx.finish_delivery(first.id, Outcome::Unreadable, Some(&words)).await?;
            set_aside.push(first.id);
            due.clear();
        }
    }
    let new: Vec<Uuid> = due.iter().map(|admitted| admitted.id).filter(|id| !begun.contains(id)).collect();
    if !new.is_empty() {
        tx.bump_tries(&new).await?;
    }
    Ok(Batch { due, set_aside })
}

/// What the carrier's file makes of a body. A reader that panics has not read it.
fn read(admitted: Admitted) -> (Admitted, Reading) {
    let endpoint = &admitted.endpoint;
    let reading = std::panic::catch_unwind(AssertUnwindSafe(|| {
        carrier(endpoint.carrier).read(&admitted.body, &settings_of(endpoint))
    }))
    .unwrap_or_else(|_| Reading::Unreadable("Reading it failed unexpectedly; this is a fault of Parcelwire.".into()));
    (admitted, reading)
}

/// As many deliveries as fit into a transaction's time, at least one.
async fn slice(
    tx: &mut Tx,
    read: &[(Admitted, Reading)],
    clock: SharedClock,
) -> Result<Vec<(Uuid, Applied)>, StoreError> {
    let begun = Instant::now();
    let mut done = Vec::new();
    for (admitted, reading) in read {
        done.push((admitted.id, guarded(tx, admitted, reading, &clock).await?));
        if begun.elapsed() >= SLICE {
            break;
        }
    }
    Ok(done)
}

/// One delivery inside its savepoint: what does not fit is undone and set aside, `Err` is the database's own fault.
async fn guarded(
    tx: &mut Tx,
    admitted: &Admitted,
    reading: &Reading,
    clock: &SharedClock,
) -> Result<Applied, StoreError> {
    tx.savepoint().await?;
    let applied = AssertUnwindSafe(one::apply(tx, admitted, reading, clock.now())).catch_unwind().await;
    let why = match applied {
        Ok(Ok(applied)) => {
            tx.release().await?;
            return Ok(applied);
        }
        Ok(Err(error)) if error.is_of_the_data() => {
            tracing::error!(delivery = %admitted.id, %error, "a delivery could not be kept");
            "What it says could not be kept."
        }
        Ok(Err(error)) => return Err(error),
        Err(_) => {
            tracing::error!(delivery = %admitted.id, "applying a delivery panicked");
            "Applying it failed unexpectedly; this is a fault of Parcelwire."
        }
    };
    tx.rollback().await?;
    one::set_aside(tx, admitted.id, why).await
}
