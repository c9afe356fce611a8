//! Tells the browsers that something changed; never what. They ask again.
//!
//! Announcements come after the commit. A listener that lags behind misses some and is told so: it then re-asks everything.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::broadcast;
use uuid::Uuid;

/// Something a page may show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Any parcel: lists and counts.
    Parcels,
    /// One parcel's page.
    Parcel(Uuid),
    /// The deliveries log.
    Deliveries,
    /// Endpoints and their registration.
    Endpoints,
    /// What is done about parcels that need a person.
    Attention,
    /// Mappings and unmapped codes.
    Mappings,
    /// People and tokens.
    People,
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Parcels => f.write_str("parcels"),
            Self::Parcel(id) => write!(f, "parcel:{id}"),
            Self::Deliveries => f.write_str("deliveries"),
            Self::Endpoints => f.write_str("endpoints"),
            Self::Attention => f.write_str("attention"),
            Self::Mappings => f.write_str("mappings"),
            Self::People => f.write_str("people"),
        }
    }
}

/// One announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Counts up from 1 since the start of the process.
    pub id: u64,
    /// What changed, each once.
    pub topics: BTreeSet<Topic>,
}

/// The announcer; clones share the audience.
#[derive(Debug, Clone)]
pub struct Live {
    sender: broadcast::Sender<Change>,
    last: Arc<AtomicU64>,
    /// Tells this process's count from the one of the process before it.
    process: u32,
}

/// Announcements a slow browser may fall behind before it is told to re-ask everything.
const BACKLOG: usize = 256;

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG), last: Arc::default(), process: rand::random() }
    }
}

impl Live {
    /// Without an audience yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Announces what was committed. Nobody listening is fine; no topics is no announcement.
    pub fn announce(&self, topics: &[Topic]) {
        if topics.is_empty() {
            return;
        }
        let id = self.last.fetch_add(1, Ordering::AcqRel) + 1;
        // An error only says that nobody listens.
        let _ = self.sender.send(Change { id, topics: topics.iter().cloned().collect() });
    }

    /// Hears everything announced from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }

    /// Where the announcements stand. A page that was made at one mark and hears of another has missed something.
    pub fn mark(&self) -> String {
        self.mark_of(self.last.load(Ordering::Acquire))
    }

    /// The mark at which a change was announced.
    pub fn mark_of(&self, change: u64) -> String {
        format!("{:08x}-{change}", self.process)
    }

    /// How many listen.
    pub fn audience(&self) -> usize {
        self.sender.receiver_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn announcements_count_up_and_name_each_topic_once() {
        let live = Live::new();
        live.announce(&[Topic::Parcels]);
        let mut heard = live.subscribe();
        live.announce(&[]);
        live.announce(&[Topic::Deliveries, Topic::Parcel(Uuid::nil()), Topic::Deliveries]);
        let change = heard.recv().await.expect("announced");
        assert_eq!(change.id, 2);
        let words: Vec<String> = change.topics.iter().map(ToString::to_string).collect();
        assert_eq!(live.mark(), live.mark_of(2));
        assert_eq!(words, ["parcel:00000000-0000-0000-0000-000000000000", "deliveries"]);
    }
}
