//! Folding again what was folded by other rules, or lost its parcels in a rebuild.

use super::one::{Applied, refold};
use super::{Apply, ApplyError, SLICE};
use crate::server::carriers::carrier;
use crate::server::clock::SharedClock;
use crate::server::endpoints::settings_of;
use crate::server::store::{StoreError, Tx};
use crate::tracking::fold::DERIVATION_VERSION;
use std::time::Instant;
use uuid::Uuid;

/// Most numbers folded in one transaction.
const BATCH: u32 = 50;

/// What one transaction came to.
struct Refolded {
    count: u64,
    applied: Applied,
    /// There may be more.
    more: bool,
}

impl Apply {
    /// Folds every number that was folded by other rules than today's. Returns how many. One that cannot be folded ends
    /// it: the log says which, and its parcels stay as they are.
    pub async fn refold_stale(&self) -> Result<u64, ApplyError> {
        let _turn = self.turn.lock().await;
        let mut count = 0;
        loop {
            let clock = self.clock.clone();
            let done = self.store.write(move |tx| Box::pin(async move { refold_some(tx, clock).await })).await?;
            count += done.count;
            self.announce(std::iter::once(&done.applied).filter(|applied| !applied.parcels.is_empty()));
            if !done.more {
                break;
            }
        }
        if count > 0 {
            tracing::info!(count, "numbers folded again by today's rules");
        }
        Ok(count)
    }
}

async fn refold_some(tx: &mut Tx, clock: SharedClock) -> Result<Refolded, StoreError> {
    let begun = Instant::now();
    let stale = tx.stale_shipments(DERIVATION_VERSION, BATCH).await?;
    let mut done = Refolded { count: 0, applied: Applied::default(), more: !stale.is_empty() };
    for (shipment, endpoint) in stale {
        tx.savepoint().await?;
        match refold_one(tx, shipment, endpoint, &clock).await {
            Ok(parcels) => {
                tx.release().await?;
                done.count += 1;
                done.applied.parcels.extend(parcels);
            }
            Err(error) if error.is_of_the_data() => {
                tracing::error!(%shipment, %error, "a number cannot be folded again");
                tx.rollback().await?;
                done.more = false;
                break;
            }
            Err(error) => return Err(error),
        }
        if begun.elapsed() >= SLICE {
            break;
        }
    }
    Ok(done)
}

async fn refold_one(tx: &mut Tx, shipment: Uuid, endpoint: Uuid, clock: &SharedClock) -> Result<Vec<Uuid>, StoreError> {
    let owner = tx.owner(endpoint).await?;
    let policy = carrier(owner.carrier).policy(&settings_of(&owner));
    let (parcels, _) = refold(tx, shipment, &policy, clock.now()).await?;
    Ok(parcels)
}
