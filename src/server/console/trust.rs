//! The page that shows the promises with their figures.

use super::{failed, screen};
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::tracking::screen::{Fault, Screen};
use crate::tracking::trust::{CommitTimes, TrustSheet};

/// Deliveries that are measured.
const MEASURED: u32 = 1_000;
const DAYS_2_S: i64 = 48 * 3600;

/// Everything on the page.
pub async fn show(state: &AppState) -> Result<Screen<TrustSheet>, Fault> {
    let sheet = gathered(state).await.map_err(failed)?;
    Ok(screen(state, sheet))
}

async fn gathered(state: &AppState) -> Result<TrustSheet, StoreError> {
    let store = &state.store;
    let failures = store.count_failures(state.clock.now().plus_seconds(-DAYS_2_S)).await?;
    let mut refused = vec![("failed_proofs".to_owned(), failures)];
    refused.extend(store.counters().await?);
    refused.retain(|(_, count)| *count > 0);
    Ok(TrustSheet {
        commits: CommitTimes::of(store.commit_times(MEASURED).await?),
        safety: state.safekeeping.safety().await?,
        backup_every_hours: state.config.backup_every_hours,
        backup_keep: state.config.backup_keep,
        refused,
        database_bytes: store.bytes(),
        deliveries: store.count_deliveries().await?,
    })
}
