//! The desk for mappings: what is valid is decided here, for pages and the API alike.
//!
//! A change is a new version of a key, never an edit; the newest counts for every event, whenever it came. What it
//! changes is derived again by `apply`: at once where that is little, behind deliveries where it is much.

use super::apply::{Apply, ApplyError};
use super::clock::SharedClock;
use super::live::{Live, Topic};
use super::store::{NewMapping, Store, StoreError};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{Mapping, MappingPreview, MappingSheet, Rederivation, Target};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::{FieldFault, sentences};
use crate::tracking::status::Confidence;
use std::sync::Arc;
use std::time::Duration;

/// Most characters of a key.
const MAX_KEY: usize = 200;
/// Most characters of a note.
const MAX_NOTE: usize = 500;
/// How long an answer waits for what is derived again; the rest goes on behind it.
const PATIENCE: Duration = Duration::from_secs(2);
/// Versions and samples the editor shows.
const SHOWN: u32 = 50;

/// Why the desk did not do it.
#[derive(Debug, thiserror::Error)]
pub enum MappingsError {
    /// The key has no row, or not this version.
    #[error("there is no such mapping")]
    NotFound,
    /// What was asked is not valid.
    #[error("{}", sentences(.0))]
    Invalid(Vec<FieldFault>),
    /// The store failed.
    #[error("mappings cannot be read or written")]
    Store(#[from] StoreError),
    /// What it changes could not be derived.
    #[error("what a mapping changes cannot be derived")]
    Apply(#[from] ApplyError),
}

/// What a key is to mean from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingChange {
    /// The meaning.
    pub target: Target,
    /// How sure; documented when absent, as an operator says so.
    pub confidence: Option<Confidence>,
    /// The carrier's words; those of the version before when absent.
    pub note: Option<String>,
}

/// The desk. Cheap to clone.
#[derive(Clone)]
pub struct Mappings {
    store: Store,
    apply: Arc<Apply>,
    clock: SharedClock,
    live: Live,
}

impl Mappings {
    /// Over these parts.
    pub fn new(store: Store, apply: Arc<Apply>, clock: SharedClock, live: Live) -> Self {
        Self { store, apply, clock, live }
    }

    /// The row that counts for a key.
    pub async fn find(&self, carrier: CarrierId, key: &str) -> Result<Mapping, MappingsError> {
        self.store.find_mapping(carrier, key).await?.ok_or(MappingsError::NotFound)
    }

    /// Every version of a key, newest first.
    pub async fn history(
        &self,
        carrier: CarrierId,
        key: &str,
        page: &PageRequest,
    ) -> Result<Page<Mapping>, MappingsError> {
        self.find(carrier, key).await?;
        Ok(self.store.list_versions(carrier, key, page).await?)
    }

    /// Makes a new version, unless it would say what the newest says.
    pub async fn put(
        &self,
        actor: &str,
        carrier: CarrierId,
        key: &str,
        change: MappingChange,
    ) -> Result<Mapping, MappingsError> {
        let new = self.version(actor, carrier, key, change).await?;
        self.append(new).await
    }

    /// Makes a new version that equals an earlier one.
    pub async fn revert(
        &self,
        actor: &str,
        carrier: CarrierId,
        key: &str,
        version: u32,
    ) -> Result<Mapping, MappingsError> {
        let earlier = self.store.find_version(carrier, key, version).await?.ok_or(MappingsError::NotFound)?;
        self.append(NewMapping {
            carrier,
            key: earlier.key,
            target: earlier.target,
            confidence: earlier.confidence,
            note: earlier.note,
            author: Some(actor.to_owned()),
        })
        .await
    }

    /// Says that the newest version is right.
    pub async fn confirm(&self, actor: &str, carrier: CarrierId, key: &str) -> Result<Mapping, MappingsError> {
        let row = self.find(carrier, key).await?;
        let change = MappingChange { target: row.target, confidence: Some(Confidence::High), note: Some(row.note) };
        self.put(actor, carrier, key, change).await
    }

    /// What saving would change; nothing is kept.
    pub async fn preview(
        &self,
        actor: &str,
        carrier: CarrierId,
        key: &str,
        change: MappingChange,
    ) -> Result<MappingPreview, MappingsError> {
        let new = self.version(actor, carrier, key, change).await?;
        let before = self.store.find_mapping(carrier, key).await?.map_or(0, |row| row.version);
        let candidate = Mapping {
            carrier,
            key: new.key,
            version: before + 1,
            target: new.target,
            confidence: new.confidence,
            note: new.note,
            author: new.author,
            created_at: self.clock.now(),
        };
        Ok(self.apply.preview_mapping(&candidate).await?)
    }

    /// Everything the editor of a key shows. A key nobody has seen has an empty sheet.
    pub async fn sheet(&self, carrier: CarrierId, key: &str) -> Result<MappingSheet, MappingsError> {
        let versions = self.store.list_versions(carrier, key, &PageRequest { limit: SHOWN, cursor: None }).await?.items;
        let (samples, guess) = self.store.samples_of(carrier, key, 5).await?;
        let guess = guess.filter(|_| versions.is_empty());
        Ok(MappingSheet { carrier, key: key.to_owned(), row: versions.first().cloned(), versions, samples, guess })
    }

    /// What is being derived again.
    pub async fn rederivations(&self) -> Result<Vec<Rederivation>, MappingsError> {
        Ok(self.apply.rederivations().await?)
    }

    async fn version(
        &self,
        actor: &str,
        carrier: CarrierId,
        key: &str,
        change: MappingChange,
    ) -> Result<NewMapping, MappingsError> {
        let mut faults = change.target.faults();
        let note = change.note.map(|note| note.trim().to_owned());
        if key.trim().is_empty() || key.trim() != key || key.chars().count() > MAX_KEY || key.contains(char::is_control)
        {
            let words = format!("has 1 to {MAX_KEY} characters on one line, without blanks around them");
            faults.push(FieldFault::new("key", words));
        }
        if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE || note.contains(char::is_control)) {
            faults.push(FieldFault::new("note", format!("has at most {MAX_NOTE} characters on one line")));
        }
        if !faults.is_empty() {
            return Err(MappingsError::Invalid(faults));
        }
        let note = match note {
            Some(note) => note,
            None => self.store.find_mapping(carrier, key).await?.map(|row| row.note).unwrap_or_default(),
        };
        Ok(NewMapping {
            carrier,
            key: key.to_owned(),
            target: change.target,
            confidence: change.confidence.unwrap_or(Confidence::High),
            note,
            author: Some(actor.to_owned()),
        })
    }

    async fn append(&self, new: NewMapping) -> Result<Mapping, MappingsError> {
        let (carrier, key, now) = (new.carrier, new.key.clone(), self.clock.now());
        let appended = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let newest = tx.mappings(new.carrier, &[&new.key]).await?.remove(&new.key);
                    let stands = newest.is_some_and(|row| {
                        row.target == new.target && row.confidence == new.confidence && row.note == new.note
                    });
                    if !stands {
                        tx.put_mapping(&new, now).await?;
                    }
                    Ok(!stands)
                })
            })
            .await?;
        if appended {
            self.live.announce(&[Topic::Mappings]);
            self.rederive().await;
        }
        self.find(carrier, &key).await
    }

    /// The row is saved whatever becomes of this: what is not done now is done behind.
    async fn rederive(&self) {
        match tokio::time::timeout(PATIENCE * 2, self.apply.rederive(PATIENCE)).await {
            Ok(Ok(done)) if !done.left => {}
            Ok(Err(error)) => tracing::warn!(%error, "what a mapping changes is derived later"),
            Ok(Ok(_)) | Err(_) => tracing::info!("what a mapping changes goes on being derived behind deliveries"),
        }
        self.apply.hurry();
    }
}
