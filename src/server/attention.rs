//! The desk for parcels that need a person: looks at them, keeps what operators do about them, and notes what appears and
//! what recovers by itself.
//!
//! What a look shows is computed then and there, from the parcels as they are and the clock. The log is kept by a sweep
//! once a minute: it compares what needs a person with what it found the last time.

use super::clock::SharedClock;
use super::live::{Live, Topic};
use super::store::attention::{Account, Candidate, MOST, PieceKey};
use super::store::{Keyset, Store, StoreError};
use crate::tracking::attention::{
    AttentionFilter, AttentionItem, AttentionLine, AttentionState, Care, Headline, Queue, Resolution, SnoozeFor,
    headline,
};
use crate::tracking::fold::Thresholds;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::time::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often is looked for what appeared and what recovered.
const EVERY: Duration = Duration::from_mins(1);
/// Changes noted in one transaction.
const AT_ONCE: usize = 100;
/// Most characters of a reason.
const MOST_WORDS: usize = 500;

/// Why something was not done about a parcel.
#[derive(Debug, thiserror::Error)]
pub enum AttentionError {
    /// No such parcel.
    #[error("there is no such parcel")]
    NotFound,
    /// It cannot be done, in words.
    #[error("{0}")]
    Unfit(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an operator does about a parcel that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Somebody looks after it, or nobody any more.
    Assign(Option<String>),
    /// It rests.
    Snooze(SnoozeFor),
    /// It needs nobody any more, and why.
    Resolve(String),
    /// It is open again: neither snoozed nor resolved.
    Reopen,
}

/// Everything one look finds.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// The items of the filter, the most urgent first, then the oldest.
    pub page: Vec<AttentionItem>,
    /// Where they go on.
    pub next_cursor: Option<String>,
    /// Open ones by queue.
    pub queues: Vec<(Queue, u64)>,
    /// Open ones by owner.
    pub owners: Vec<(Option<String>, u64)>,
    /// Since when the oldest open one stands.
    pub oldest: Option<Timestamp>,
    /// Snoozed ones, and resolved ones whose trouble lasts.
    pub resting: (u64, u64),
    /// More were found than are looked at.
    pub cut: bool,
}

struct Found {
    candidate: Candidate,
    headline: Headline,
    state: AttentionState,
}

/// The desk. Cheap to clone.
#[derive(Clone)]
pub struct Attention {
    store: Store,
    live: Live,
    clock: SharedClock,
    /// How many were open at the last look.
    open: Arc<AtomicU64>,
}

impl Attention {
    /// Over this database.
    pub fn new(store: Store, live: Live, clock: SharedClock) -> Self {
        Self { store, live, clock, open: Arc::default() }
    }

    /// How many parcels need a person, as of the last look: at most a minute ago.
    pub fn open(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    fn note_open_count(&self, found: &[Found]) {
        let open = found.iter().filter(|each| each.state == AttentionState::Open).count();
        self.open.store(open as u64, Ordering::Relaxed);
    }

    /// What needs a person now.
    pub async fn look(&self, filter: &AttentionFilter, page: &PageRequest) -> Result<Looked, AttentionError> {
        let accounts = self.store.accounts().await?;
        let test = filter.test.unwrap_or_default();
        let (found, cut) = self.find(test, &accounts).await?;
        if !test {
            self.note_open_count(&found);
        }
        let mut looked = Looked { cut, ..Looked::default() };
        count(&found, &mut looked);
        let mut wanted: Vec<Found> = found.into_iter().filter(|each| fits(each, filter)).collect();
        wanted.sort_by_key(place);
        if let Some(cursor) = page.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            let after = place_of(cursor).ok_or(AttentionError::Store(StoreError::BadCursor))?;
            wanted.retain(|each| place(each) > after);
        }
        let more = wanted.len() > page.limit as usize;
        wanted.truncate(page.limit as usize);
        looked.next_cursor = wanted.last().filter(|_| more).map(|last| cursor(&place(last)));
        looked.page = wanted.into_iter().map(|each| item(each, &accounts)).collect();
        Ok(looked)
    }

    /// Does something about a parcel; answers how it stands then.
    pub async fn act(&self, actor: &str, parcel: Uuid, act: Act) -> Result<AttentionItem, AttentionError> {
        let now = self.clock.now();
        let candidate = self.store.attention_candidate(parcel).await?.ok_or(AttentionError::NotFound)?;
        let accounts = self.store.accounts().await?;
        let thresholds = thresholds(accounts.get(&candidate.key.endpoint));
        let headline = headline(&candidate.standing, &thresholds, now)
            .ok_or_else(|| AttentionError::Unfit("Nothing troubles this parcel any more.".into()))?;
        let (care, act, detail) = self.cared(actor, &candidate, &headline, act, now).await?;
        let line = AttentionLine {
            at: now,
            number: candidate.number.clone(),
            act: act.to_owned(),
            queue: headline.queue,
            actor: Some(actor.to_owned()),
            detail,
        };
        let (key, kept) = (candidate.key.clone(), care.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.put_care(&key, &kept).await?;
                    tx.log_attention(&key, &line).await
                })
            })
            .await?;
        self.live.announce(&[Topic::Attention]);
        let state = care.state(&headline, candidate.events_count, now);
        Ok(item(Found { candidate: Candidate { care, ..candidate }, headline, state }, &accounts))
    }

    async fn cared(
        &self,
        actor: &str,
        candidate: &Candidate,
        headline: &Headline,
        act: Act,
        now: Timestamp,
    ) -> Result<(Care, &'static str, Option<String>), AttentionError> {
        let care = candidate.care.clone();
        let rested = Care { snoozed_until: None, snoozed_at_events: None, resolution: None, ..care.clone() };
        Ok(match act {
            Act::Assign(None) => (Care { owner: None, ..care }, "released", None),
            Act::Assign(Some(owner)) => {
                if !self.store.list_operators().await?.contains(&owner) {
                    return Err(AttentionError::Unfit(format!("“{owner}” is nobody who may act on parcels.")));
                }
                (Care { owner: Some(owner.clone()), ..care }, "assigned", Some(owner))
            }
            Act::Snooze(how_long) => {
                let (until, events) = match how_long {
                    SnoozeFor::OneDay => (Some(now.plus_seconds(86_400)), None),
                    SnoozeFor::ThreeDays => (Some(now.plus_seconds(3 * 86_400)), None),
                    SnoozeFor::NextEvent => (None, Some(candidate.events_count)),
                };
                let rests = Care { snoozed_until: until, snoozed_at_events: events, ..rested };
                (rests, "snoozed", Some(how_long.label().to_owned()))
            }
            Act::Resolve(reason) => {
                let reason = reason.trim().to_owned();
                if reason.is_empty() || reason.chars().count() > MOST_WORDS {
                    return Err(AttentionError::Unfit(format!("Say why, in at most {MOST_WORDS} characters.")));
                }
                let (queue, since) = (headline.queue, headline.since);
                let resolution = Resolution { by: actor.to_owned(), at: now, reason: reason.clone(), queue, since };
                (Care { resolution: Some(resolution), ..rested }, "resolved", Some(reason))
            }
            Act::Reopen => (rested, "reopened", None),
        })
    }

    async fn find(&self, test: bool, accounts: &HashMap<Uuid, Account>) -> Result<(Vec<Found>, bool), StoreError> {
        let now = self.clock.now();
        let thresholds: HashMap<Uuid, Thresholds> =
            accounts.iter().map(|(id, account)| (*id, thresholds(Some(account)))).collect();
        let soonest = thresholds.values().map(shortest_watch_s).min().unwrap_or_default();
        let candidates = self.store.attention_candidates(test, now.plus_seconds(-soonest)).await?;
        let cut = candidates.len() > MOST;
        let usual = Thresholds::default();
        let found = candidates.into_iter().take(MOST).filter_map(|candidate| {
            let thresholds = thresholds.get(&candidate.key.endpoint).unwrap_or(&usual);
            let headline = headline(&candidate.standing, thresholds, now)?;
            let state = candidate.care.state(&headline, candidate.events_count, now);
            Some(Found { candidate, headline, state })
        });
        Ok((found.collect(), cut))
    }

    /// Notes what appeared and what recovered since the last time, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "what needs attention could not be noted; it is tried again in a minute");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// One such look; answers how many changes it noted.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let accounts = self.store.accounts().await?;
        let (found, cut) = self.find(false, &accounts).await?;
        self.note_open_count(&found);
        let now = self.clock.now();
        let mut before: HashMap<PieceKey, Queue> =
            self.store.attention_open().await?.into_iter().map(|(key, queue, _)| (key, queue)).collect();
        let line = |number: &str, act: &str, queue| AttentionLine {
            at: now,
            number: number.to_owned(),
            act: act.to_owned(),
            queue,
            actor: None,
            detail: None,
        };
        let mut changes: Vec<(PieceKey, Option<Timestamp>, AttentionLine)> = Vec::new();
        for each in &found {
            let (key, headline) = (&each.candidate.key, &each.headline);
            if before.remove(key) != Some(headline.queue) {
                let line = line(&each.candidate.number, "opened", headline.queue);
                changes.push((key.clone(), Some(headline.since), line));
            }
        }
        // Where not everything was looked at, absence says nothing.
        if !cut {
            let gone = before.into_iter().filter(|(key, _)| !key.is_test);
            changes.extend(gone.map(|(key, queue)| (key.clone(), None, line(&key.number, "recovered", queue))));
        }
        let noted = changes.len();
        for part in changes.chunks(AT_ONCE) {
            let part = part.to_vec();
            self.store.write(move |tx| Box::pin(note(tx, part))).await?;
        }
        if noted > 0 {
            self.live.announce(&[Topic::Attention]);
        }
        Ok(noted)
    }
}

async fn note(
    tx: &mut super::store::Tx,
    changes: Vec<(PieceKey, Option<Timestamp>, AttentionLine)>,
) -> Result<(), StoreError> {
    for (key, since, line) in changes {
        match since {
            Some(since) => tx.note_open(&key, line.queue, since).await?,
            None => tx.note_recovered(&key).await?,
        }
        tx.log_attention(&key, &line).await?;
    }
    Ok(())
}

fn thresholds(account: Option<&Account>) -> Thresholds {
    let settings = account.map(|account| &account.settings);
    let hold = settings.and_then(|settings| settings.get("hold_hours")).and_then(serde_json::Value::as_i64);
    Thresholds::from_settings(settings.and_then(|settings| settings.get("stall")), hold)
}

/// After how many seconds at rest the first parcel of an endpoint is worth watching.
fn shortest_watch_s(thresholds: &Thresholds) -> i64 {
    thresholds.per_status.values().chain(thresholds.waiting.as_ref()).map(|(watch, _)| *watch).min().unwrap_or_default()
}

fn count(found: &[Found], looked: &mut Looked) {
    let mut queues: BTreeMap<Queue, u64> = Queue::ALL.iter().map(|queue| (*queue, 0)).collect();
    let mut owners: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for each in found {
        match each.state {
            AttentionState::Open => {
                *queues.entry(each.headline.queue).or_default() += 1;
                *owners.entry(each.candidate.care.owner.clone()).or_default() += 1;
                looked.oldest = Some(looked.oldest.map_or(each.headline.since, |at| at.min(each.headline.since)));
            }
            AttentionState::Snoozed => looked.resting.0 += 1,
            AttentionState::Resolved => looked.resting.1 += 1,
        }
    }
    looked.queues = queues.into_iter().collect();
    looked.owners = owners.into_iter().collect();
}

fn fits(found: &Found, filter: &AttentionFilter) -> bool {
    let owner = found.candidate.care.owner.as_deref().unwrap_or_default();
    found.state == filter.state.unwrap_or(AttentionState::Open)
        && filter.queue.is_none_or(|queue| queue == found.headline.queue)
        && filter.carrier.is_none_or(|carrier| carrier == found.candidate.carrier)
        && filter.owner.as_deref().is_none_or(|wanted| wanted == owner)
}

/// The order of items: what is urgent, then the queue, then the oldest.
fn place(found: &Found) -> (bool, Queue, Timestamp, Uuid) {
    let Headline { queue, since, urgent, .. } = found.headline;
    (!urgent, queue, since, found.candidate.parcel)
}

fn cursor((later, queue, since, parcel): &(bool, Queue, Timestamp, Uuid)) -> String {
    Keyset { at: since.millis(), id: format!("{} {queue} {parcel}", u8::from(*later)) }.text()
}

/// Any cursor is some place in the order; words it does not know stand at the beginning.
fn place_of(cursor: &str) -> Option<(bool, Queue, Timestamp, Uuid)> {
    let Keyset { at, id } = Keyset::read(cursor)?;
    let mut words = id.splitn(3, ' ');
    let later = words.next() == Some("1");
    let queue = words.next().and_then(|word| word.parse().ok()).unwrap_or(Queue::ALL[0]);
    let parcel = words.next().and_then(|word| word.parse().ok()).unwrap_or_default();
    Some((later, queue, Timestamp::from_millis(at), parcel))
}

fn item(found: Found, accounts: &HashMap<Uuid, Account>) -> AttentionItem {
    let Found { candidate, headline, state } = found;
    let account = accounts.get(&candidate.key.endpoint);
    let zone = account.and_then(|account| account.settings.get("time_zone")).and_then(serde_json::Value::as_str);
    let (last_event_text, last_event_place) = candidate.last_event;
    let snoozed = state == AttentionState::Snoozed;
    AttentionItem {
        parcel: candidate.parcel,
        carrier: candidate.carrier,
        endpoint_label: account.map(|account| account.label.clone()).unwrap_or_default(),
        number: candidate.number,
        piece: candidate.piece,
        status: candidate.standing.status,
        substatus: candidate.standing.substatus,
        queue: headline.queue,
        urgent: headline.urgent,
        why: headline.why,
        next_step: headline.queue.next_step().to_owned(),
        since: headline.since,
        last_event_at: candidate.standing.last_event_at,
        last_event_text,
        last_event_place,
        zone: zone.unwrap_or_default().to_owned(),
        state,
        owner: candidate.care.owner,
        snoozed_until: candidate.care.snoozed_until.filter(|_| snoozed),
        snoozed_until_event: snoozed && candidate.care.snoozed_at_events.is_some(),
        resolution: candidate.care.resolution.filter(|_| state == AttentionState::Resolved),
        is_test: candidate.key.is_test,
    }
}

/// One page of items.
impl From<Looked> for Page<AttentionItem> {
    fn from(looked: Looked) -> Self {
        Self { items: looked.page, next_cursor: looked.next_cursor }
    }
}
