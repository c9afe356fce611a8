//! What somebody is about to do, and how it comes into the log with what it changes.
//!
//! A deed that [covers](Deed::cover) some work is recorded in the transaction of the first write of that work: either
//! both are on the disk or neither is. Work that wrote nothing, or whose outcome was another, is recorded at its end.

use super::Row;
use crate::server::store::Store;
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::audit::{Act, ActOutcome, Door};
use crate::tracking::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Most characters of one text of a row.
const MOST: usize = 200;
/// Most texts of a row's detail.
const MOST_DETAILS: usize = 12;

tokio::task_local! {
    static PRESENT: Deed;
}

/// Who does it, and from where.
#[derive(Debug, Clone)]
pub struct Who {
    /// A user's or a token's name; empty for a stranger.
    pub name: String,
    /// The user or the token.
    pub id: Option<String>,
    /// How they showed who they are.
    pub via: Door,
    /// From where.
    pub from: Option<String>,
}

impl Who {
    /// Parcelwire itself.
    pub fn system() -> Self {
        Self { name: "Parcelwire".to_owned(), id: None, via: Door::System, from: None }
    }

    /// Whoever may run commands on this data directory.
    pub fn command_line() -> Self {
        Self { name: "command line".to_owned(), id: None, via: Door::CommandLine, from: None }
    }
}

/// What is being done. Cheap to clone; every clone is the same deed.
#[derive(Debug, Clone)]
pub struct Deed(Arc<Mutex<Inside>>);

#[derive(Debug, Clone)]
struct Inside {
    who: Who,
    at: Timestamp,
    act: Act,
    subject: String,
    outcome: ActOutcome,
    detail: BTreeMap<String, String>,
    kept: bool,
}

fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MOST).collect()
}

impl Deed {
    /// Something somebody begins now.
    pub fn new(who: Who, act: Act, at: Timestamp) -> Self {
        let who = Who { name: short(&who.name), from: who.from.as_deref().map(short), ..who };
        let inside = Inside {
            who,
            at,
            act,
            subject: String::new(),
            outcome: ActOutcome::Done,
            detail: BTreeMap::new(),
            kept: false,
        };
        Self(Arc::new(Mutex::new(inside)))
    }

    fn with<T>(&self, read: impl FnOnce(&mut Inside) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Names the thing it is done to.
    #[must_use]
    pub fn on(self, subject: &str) -> Self {
        self.with(|deed| deed.subject = short(subject));
        self
    }

    /// Says more; never a secret.
    #[must_use]
    pub fn saying(self, name: &str, text: &str) -> Self {
        self.with(|deed| {
            if deed.detail.len() < MOST_DETAILS {
                deed.detail.insert(short(name), short(text));
            }
        });
        self
    }

    /// What became of it.
    #[must_use]
    pub fn ending(self, outcome: ActOutcome) -> Self {
        self.with(|deed| deed.outcome = outcome);
        self
    }

    /// The deed this task is about, for whoever knows more of it.
    pub fn present() -> Option<Self> {
        PRESENT.try_with(Clone::clone).ok()
    }

    /// Does the work; its first write records the deed.
    pub async fn cover<T>(&self, work: impl Future<Output = T>) -> T {
        PRESENT.scope(self.clone(), work).await
    }

    /// At the end of the work: records what no write of it has recorded, and what did not become of it.
    pub async fn conclude(self, store: &Store, outcome: ActOutcome) -> Result<(), StoreError> {
        let kept = self.with(|deed| std::mem::replace(&mut deed.kept, true));
        if kept && outcome == ActOutcome::Done { Ok(()) } else { store.record(&self.ending(outcome)).await }
    }

    /// Records it with a write of the work, once.
    pub(in crate::server::store) async fn keep(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if self.with(|deed| deed.kept) {
            return Ok(());
        }
        tx.record(self).await
    }

    /// The write that recorded it is committed.
    pub(in crate::server::store) fn kept(&self) {
        self.with(|deed| deed.kept = true);
    }

    /// The row, but for its place in the chain.
    pub(super) fn row(&self) -> Result<Row, StoreError> {
        let deed = self.with(|deed| deed.clone());
        Ok(Row {
            id: 0,
            at: deed.at.millis(),
            actor: deed.who.name,
            actor_id: deed.who.id,
            via: deed.who.via.as_str().to_owned(),
            remote_addr: deed.who.from,
            act: deed.act.as_str().to_owned(),
            subject: deed.subject,
            outcome: deed.outcome.as_str().to_owned(),
            detail: row::to_json(&deed.detail)?,
            previous: String::new(),
            hash: String::new(),
        })
    }
}
