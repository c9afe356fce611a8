//! What operators do to timelines (R11): register a number, assert a status, note, void, put back, move. Each is one transaction: recorded,
//! applied to the event, folded; and announced after the commit.
//!
//! Doing again what is done already (voiding a voided event, moving an event to where it is) changes and records
//! nothing: a request that is sent twice does no harm. Undoing an act is another act.

use super::apply::refold_number;
use super::clock::SharedClock;
use super::live::{Live, Topic};
use super::store::acts::{Doer, Saying};
use super::store::{Store, StoreError, Tx};
use crate::tracking::act::{ASSERTABLE, Assertion, usual_substatus};
use crate::tracking::event::{Event, Reference};
use crate::tracking::number::normalise;
use crate::tracking::parcel::Parcel;
use crate::tracking::time::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Longest reason, in characters.
pub const MOST_REASON: usize = 500;
/// Longest note, in characters.
pub const MOST_NOTE: usize = 2000;
/// Longest number, in characters.
const MOST_NUMBER: usize = 100;

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such parcel or event; names which.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// It was asked in a way that can never be done; the sentence says why.
    #[error("{0}")]
    Invalid(String),
    /// It does not fit how things are; the sentence says why.
    #[error("{0}")]
    Conflict(String),
}

/// Does what operators ask.
pub struct Acts {
    store: Store,
    clock: SharedClock,
    live: Live,
}

/// What an act did: the event it made or changed, and the parcels that may look different.
struct Done {
    event: Uuid,
    parcels: BTreeSet<Uuid>,
}

impl Acts {
    /// Over these parts.
    pub fn new(store: Store, clock: SharedClock, live: Live) -> Self {
        Self { store, clock, live }
    }

    /// Says what the status of a parcel is, as of now. Where the number has several pieces, only of this piece.
    pub async fn assert_status(&self, actor: &str, parcel: Uuid, said: Assertion) -> Result<Event, ActError> {
        if !ASSERTABLE.contains(&said.status) {
            let words = ASSERTABLE.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ");
            return Err(ActError::Invalid(format!("A status that can be asserted is one of {words}.")));
        }
        if let Some(substatus) = said.substatus.filter(|substatus| !said.status.substatuses().contains(substatus)) {
            return Err(ActError::Invalid(format!("“{substatus}” does not go with “{}”.", said.status)));
        }
        let doer = self.doer(actor, Some(reason(&said.reason)?));
        let saying = Saying {
            number: String::new(),
            piece: None,
            status: Some(said.status),
            substatus: said.substatus.or(usual_substatus(said.status)),
            pin: said.pin,
            text: None,
        };
        self.say(parcel, saying, doer).await
    }

    /// Adds a note to a parcel's timeline. Where the number has several pieces, only to this piece's.
    pub async fn note(&self, actor: &str, parcel: Uuid, text: &str) -> Result<Event, ActError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MOST_NOTE {
            return Err(ActError::Invalid(format!("A note has 1 to {MOST_NOTE} characters.")));
        }
        let saying = Saying {
            number: String::new(),
            piece: None,
            status: None,
            substatus: None,
            pin: false,
            text: Some(text.to_owned()),
        };
        self.say(parcel, saying, self.doer(actor, None)).await
    }

    /// Takes an event out of account: it stays on the timeline and counts for nothing. Undoes an assertion or a note.
    pub async fn void(&self, actor: &str, event: Uuid, why: &str) -> Result<Event, ActError> {
        self.set_voided(event, true, self.doer(actor, Some(reason(why)?))).await
    }

    /// Takes a voided event back into account.
    pub async fn unvoid(&self, actor: &str, event: Uuid, why: &str) -> Result<Event, ActError> {
        self.set_voided(event, false, self.doer(actor, Some(reason(why)?))).await
    }

    /// Puts an event under another number of its endpoint; a number nobody knew is known from then on. It stays there
    /// when the carrier sends it again. An empty number puts a carrier's note back into the inbox.
    pub async fn move_to(&self, actor: &str, event: Uuid, number: &str, why: &str) -> Result<Event, ActError> {
        let doer = self.doer(actor, Some(reason(why)?));
        let number = number.trim().to_owned();
        let to_inbox = normalise(&number).is_empty();
        if number.chars().count() > MOST_NUMBER || number.contains(char::is_control) || to_inbox != number.is_empty() {
            return Err(ActError::Invalid(format!("A number has 1 to {MOST_NUMBER} characters.")));
        }
        let moved =
            self.store.write(move |tx| Box::pin(move_in(tx, event, (!to_inbox).then_some(number), doer))).await?;
        self.finish(moved?).await
    }

    /// Registers a number before its first event; one that is known keeps its parcels and gains the references. Answers
    /// its newest parcel.
    pub async fn register(&self, endpoint: Uuid, number: &str, references: Vec<Reference>) -> Result<Parcel, ActError> {
        let now = self.clock.now();
        let owner = self.store.find_endpoint(endpoint).await?.ok_or(ActError::NotFound("endpoint"))?;
        let number = number.to_owned();
        let registered = self.store.write(move |tx| {
            Box::pin(async move {
                let id = tx.register_number(endpoint, owner.carrier, false, &number, &references, now).await?;
                Ok((id, refold_number(tx, id, endpoint, now).await?.0))
            })
        });
        let (shipment, parcels) = registered.await?;
        self.announce(parcels);
        let parcels = self.store.shipment_parcels(shipment, now).await?;
        parcels.into_iter().next().ok_or(ActError::NotFound("parcel"))
    }

    async fn say(&self, parcel: Uuid, mut saying: Saying, doer: Doer) -> Result<Event, ActError> {
        let said = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(about) = tx.parcel_to_act_on(parcel).await? else {
                    return Ok(Err(ActError::NotFound("parcel")));
                };
                if about.is_reused {
                    return Ok(Err(ActError::Conflict(
                        "This number was used again for another parcel since; act on that one.".into(),
                    )));
                }
                saying.number.clone_from(&about.number);
                saying.piece.clone_from(&about.piece);
                let event = tx.say(&about, &saying, &doer).await?;
                let (parcels, _) = refold_number(tx, about.shipment, about.endpoint, doer.now).await?;
                Ok(Ok(Done { event, parcels: parcels.into_iter().collect() }))
            })
        });
        self.finish(said.await??).await
    }

    async fn set_voided(&self, event: Uuid, voided: bool, doer: Doer) -> Result<Event, ActError> {
        let done = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(known) = tx.event_to_act_on(event).await? else { return Ok(Err(ActError::NotFound("event"))) };
                let mut parcels = BTreeSet::new();
                if known.is_voided != voided {
                    tx.set_voided(&known, voided, &doer).await?;
                    if let Some(shipment) = known.shipment {
                        parcels.extend(tx.parcels_of(&[shipment]).await?);
                        parcels.extend(refold_number(tx, shipment, known.endpoint, doer.now).await?.0);
                    }
                }
                Ok(Ok(Done { event, parcels }))
            })
        });
        self.finish(done.await??).await
    }

    /// Announces what was committed and reads the event as it stands.
    async fn finish(&self, done: Done) -> Result<Event, ActError> {
        self.announce(done.parcels);
        self.store.find_event(done.event).await?.ok_or(ActError::NotFound("event"))
    }

    fn announce(&self, parcels: impl IntoIterator<Item = Uuid>) {
        let topics: Vec<Topic> = parcels.into_iter().map(Topic::Parcel).chain([Topic::Parcels]).collect();
        self.live.announce(&topics);
    }

    fn doer(&self, actor: &str, reason: Option<String>) -> Doer {
        let now: Timestamp = self.clock.now();
        Doer { by: actor.to_owned(), reason, now }
    }
}

async fn move_in(
    tx: &mut Tx,
    event: Uuid,
    to: Option<String>,
    doer: Doer,
) -> Result<Result<Done, ActError>, StoreError> {
    let Some(known) = tx.event_to_act_on(event).await? else { return Ok(Err(ActError::NotFound("event"))) };
    if to.is_none() && !known.is_note {
        return Ok(Err(ActError::Invalid(
            "Say which number it belongs to: only a carrier's note waits in the inbox.".into(),
        )));
    }
    if known.number.as_deref().map(normalise) == to.as_deref().map(normalise) {
        return Ok(Ok(Done { event, parcels: BTreeSet::new() }));
    }
    let shipment = tx.move_event(&known, to.as_deref(), &doer).await?;
    let touched: Vec<Uuid> = [known.shipment, shipment].into_iter().flatten().collect();
    // Also those that are gone afterwards.
    let mut parcels: BTreeSet<Uuid> = tx.parcels_of(&touched).await?.into_iter().collect();
    for number in touched {
        parcels.extend(refold_number(tx, number, known.endpoint, doer.now).await?.0);
    }
    Ok(Ok(Done { event, parcels }))
}

/// A reason, trimmed: everybody who does something says why.
fn reason(text: &str) -> Result<String, ActError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MOST_REASON {
        return Err(ActError::Invalid(format!("Say why, in 1 to {MOST_REASON} characters.")));
    }
    Ok(text.to_owned())
}
