//! Counts of what is not stored, written behind and in bulk: a flood costs one small write now and then.

use crate::server::store::Store;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long counts are gathered before they are written.
const GATHER: Duration = Duration::from_secs(2);

/// Counts on their way to the store. A crash loses those of the last seconds.
#[derive(Clone)]
pub(super) struct Uncounted(Arc<Pending>);

struct Pending {
    store: Store,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    writing: AtomicBool,
}

impl Uncounted {
    pub(super) fn new(store: Store) -> Self {
        Self(Arc::new(Pending { store, counts: Mutex::default(), writing: AtomicBool::new(false) }))
    }

    /// Counts one.
    pub(super) fn count(&self, name: &'static str) {
        metrics::counter!("parcelwire_hooks_not_stored_total", "why" => name).increment(1);
        *self.0.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
        if self.0.writing.swap(true, Ordering::AcqRel) {
            return;
        }
        let pending = self.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(GATHER).await;
            pending.writing.store(false, Ordering::Release);
            let counts = std::mem::take(&mut *pending.counts.lock().unwrap_or_else(PoisonError::into_inner));
            for (name, by) in counts {
                if let Err(error) = pending.store.bump_counter(name, by).await {
                    tracing::warn!(name, by, %error, "a count could not be written");
                }
            }
        });
    }
}
