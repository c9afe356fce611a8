//! The desk for personal data: what is kept for how long, the purge of what has had its time, revealing and erasing.
//!
//! The purge works in slices of a few milliseconds with pauses between them, so that captures never wait for it. What it
//! removed stands in the audit log.

use super::clock::SharedClock;
use super::live::{Live, Topic};
use super::store::{Deed, Store, StoreError, Who};
use crate::tracking::audit::Act;
use crate::tracking::retention::{Erased, KeptKind, MOST_DAYS, Purged, Retention, RetentionSheet, Revealed};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often is looked for what has had its time.
const EVERY: Duration = Duration::from_hours(1);
/// After the start: other work goes first.
const FIRST: Duration = Duration::from_mins(1);
/// Between two slices.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest reason, in characters.
const MOST_REASON: usize = 200;
const SETTINGS: &str = "retention";
const LAST: &str = "retention_last";

/// Why something was not done about personal data.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// No such parcel.
    #[error("There is no such parcel.")]
    NotFound,
    /// It cannot be done, in words.
    #[error("{0}")]
    Unfit(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The desk. Cheap to clone.
#[derive(Clone)]
pub struct Keeping {
    store: Store,
    clock: SharedClock,
    live: Live,
}

impl Keeping {
    /// Over these parts.
    pub fn new(store: Store, clock: SharedClock, live: Live) -> Self {
        Self { store, clock, live }
    }

    /// For how long everything is kept.
    pub async fn settings(&self) -> Result<Retention, StoreError> {
        match self.store.meta(SETTINGS).await? {
            Some(text) => serde_json::from_str(&text).map_err(|error| StoreError::Inconsistent(error.to_string())),
            None => Ok(Retention::default()),
        }
    }

    /// Sets it; the next purge keeps to it.
    pub async fn set(&self, settings: Retention) -> Result<(), RetentionError> {
        if !settings.fits() {
            return Err(RetentionError::Unfit(format!("Days are a whole number from 1 to {MOST_DAYS}, or none.")));
        }
        if let Some(deed) = Deed::present() {
            let words =
                |kind: &KeptKind| settings.days(*kind).map_or("for ever".to_owned(), |days| format!("{days} days"));
            let _ =
                KeptKind::ALL.iter().fold(deed.on("retention"), |deed, kind| deed.saying(kind.as_str(), &words(kind)));
        }
        let text = serde_json::to_string(&settings).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        self.store.set_meta(SETTINGS, text).await?;
        self.live.announce(&[Topic::People]);
        Ok(())
    }

    /// Everything about it, with what the next purge removes.
    pub async fn sheet(&self) -> Result<RetentionSheet, StoreError> {
        let settings = self.settings().await?;
        let now = self.clock.now();
        let mut due = Vec::new();
        for kind in KeptKind::ALL {
            due.push(self.store.count_outlived(*kind, settings.ends(*kind, now)).await?);
        }
        let last = self.store.meta(LAST).await?.and_then(|text| serde_json::from_str(&text).ok());
        Ok(RetentionSheet { settings, due, last })
    }

    /// Purges once an hour until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let mut wait = FIRST;
        while stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
            wait = EVERY;
            match stop.run_until_cancelled(self.purge()).await {
                Some(Err(error)) => {
                    tracing::warn!(%error, "what has had its time could not be removed; it is tried again in an hour");
                }
                Some(Ok(_)) => {}
                None => return,
            }
        }
    }

    /// Removes all that has had its time, in slices. Recorded where anything was removed.
    pub async fn purge(&self) -> Result<Purged, StoreError> {
        let settings = self.settings().await?;
        let now = self.clock.now();
        let mut purged = Purged::default();
        for kind in KeptKind::ALL {
            let Some(ends) = settings.ends(*kind, now) else { continue };
            loop {
                let [first, second] = self.store.purge_slice(*kind, ends).await?;
                match kind {
                    KeptKind::Bodies => purged.bodies += first.removed,
                    KeptKind::Refused => purged.refused += first.removed,
                    KeptKind::People => {
                        purged.recipients += first.removed;
                        purged.signers += second.removed;
                    }
                }
                if !first.left && !second.left {
                    break;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        if purged.total() == 0 {
            return Ok(purged);
        }
        purged.at = Some(self.clock.now());
        let text = serde_json::to_string(&purged).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        let deed = Deed::new(Who::system(), Act::DataPurge, now)
            .saying("bodies", &purged.bodies.to_string())
            .saying("refused", &purged.refused.to_string())
            .saying("recipients", &purged.recipients.to_string())
            .saying("signers", &purged.signers.to_string());
        deed.cover(self.store.set_meta(LAST, text)).await?;
        tracing::info!(
            bodies = purged.bodies,
            refused = purged.refused,
            recipients = purged.recipients,
            signers = purged.signers,
            "removed what has had its time"
        );
        self.live.announce(&[Topic::People, Topic::Parcels, Topic::Deliveries]);
        Ok(purged)
    }

    /// The personal data of a parcel, in full. Whoever asks has it recorded.
    pub async fn reveal(&self, parcel: Uuid) -> Result<Revealed, RetentionError> {
        self.store.reveal(parcel).await?.ok_or(RetentionError::NotFound)
    }

    /// Erases the personal data of a parcel's number.
    pub async fn erase(&self, parcel: Uuid, reason: &str) -> Result<Erased, RetentionError> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MOST_REASON {
            return Err(RetentionError::Unfit(format!("A reason has 1 to {MOST_REASON} characters.")));
        }
        let erased = self.store.erase(parcel).await?.ok_or(RetentionError::NotFound)?;
        self.live.announce(&[Topic::Parcels, Topic::Parcel(parcel), Topic::Deliveries]);
        Ok(erased)
    }
}
