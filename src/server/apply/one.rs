//! One delivery inside the writer's transaction: its events are kept, its numbers folded, its outcome said.

use super::mapping;
use crate::server::carriers::{carrier, settings};
use crate::server::endpoints::settings_of;
use crate::server::ids;
use crate::server::store::{Admitted, Coded, KeptChange, NewEvent, StoreError, Tx};
use crate::tracking::delivery::{Outcome, StateChange};
use crate::tracking::event::{Listing, Reading, Reported};
use crate::tracking::fold::{Policy, fold};
use crate::tracking::number::normalise;
use crate::tracking::status::Kind;
use crate::tracking::time::Timestamp;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The setting that sends unknown numbers to quarantine.
const STRICT: &str = "require_registered_numbers";
/// Longest detail of an outcome, in characters.
const MOST_DETAIL: usize = 1000;

/// What applying a delivery did.
#[derive(Debug, Default)]
pub(super) struct Applied {
    pub outcome: Option<Outcome>,
    pub detail: Option<String>,
    pub added: u32,
    pub known: u32,
    pub revised: u32,
    pub changes: Vec<StateChange>,
    /// All parcels of the numbers it touched.
    pub parcels: Vec<Uuid>,
    /// It held a code nobody knows.
    pub unmapped: bool,
}

impl Applied {
    fn ended(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { outcome: Some(outcome), detail: Some(detail.into()), ..Self::default() }
    }
}

/// Applies a delivery that was read and says what became of it.
pub(super) async fn apply(
    tx: &mut Tx,
    admitted: &Admitted,
    reading: &Reading,
    now: Timestamp,
) -> Result<Applied, StoreError> {
    let mut applied = match reading {
        Reading::Ignored(why) => Applied::ended(Outcome::Ignored, why.as_str()),
        Reading::Unreadable(why) => Applied::ended(Outcome::Unreadable, why.as_str()),
        Reading::Events { events, listings, faults } => {
            let mut work = Work::new(admitted);
            work.faults.extend(faults.iter().cloned());
            work.keep_all(tx, events, listings).await?;
            work.fold_all(tx, now).await?;
            work.finish()
        }
    };
    applied.detail = applied.detail.map(|detail| detail.chars().take(MOST_DETAIL).collect());
    let outcome = applied.outcome.unwrap_or(Outcome::Applied);
    if !admitted.verdict.is_good() {
        tx.release_delivery(admitted.id).await?;
    }
    tx.finish_delivery(admitted.id, outcome, applied.detail.as_deref()).await?;
    Ok(applied)
}

/// Sets a delivery aside that cannot be applied.
pub(super) async fn set_aside(tx: &mut Tx, delivery: Uuid, why: &str) -> Result<Applied, StoreError> {
    tx.finish_delivery(delivery, Outcome::Unreadable, Some(why)).await?;
    Ok(Applied::ended(Outcome::Unreadable, why))
}

/// One line where something is worth one.
pub(super) fn log(delivery: Uuid, applied: &Applied) {
    let outcome = applied.outcome.unwrap_or(Outcome::Applied);
    let (added, known, revised) = (applied.added, applied.known, applied.revised);
    match outcome {
        Outcome::Partial | Outcome::Unreadable | Outcome::Quarantined => {
            let why = applied.detail.as_deref().unwrap_or_default();
            tracing::warn!(%delivery, %outcome, why, "a delivery was not applied as a whole");
        }
        _ => tracing::debug!(%delivery, %outcome, added, known, revised, "applied"),
    }
}

/// What folding numbers came to: all their parcels, and those with another status.
pub(in crate::server) type Refolded = (Vec<Uuid>, Vec<StateChange>);

/// Folds a number by the rules of its endpoint as they are now.
pub(in crate::server) async fn refold_number(
    tx: &mut Tx,
    shipment: Uuid,
    endpoint: Uuid,
    now: Timestamp,
) -> Result<Refolded, StoreError> {
    let owner = tx.owner(endpoint).await?;
    let policy = carrier(owner.carrier).policy(&settings_of(&owner));
    refold(tx, shipment, &policy, now).await
}

/// Folds a number from everything known of it and saves the result. One that was not known before gets the notes that
/// name it; numbers that lose a note are folded with it.
pub(super) async fn refold(
    tx: &mut Tx,
    shipment: Uuid,
    policy: &Policy,
    now: Timestamp,
) -> Result<Refolded, StoreError> {
    let left = tx.attach_notes(shipment).await?;
    let (mut parcels, mut changes) = fold_one(tx, shipment, policy, now).await?;
    for number in left {
        let other = fold_one(tx, number, policy, now).await?;
        parcels.extend(other.0);
        changes.extend(other.1);
    }
    Ok((parcels, changes))
}

/// A number all of whose events were moved away, and that nobody registered, has no parcel.
async fn fold_one(tx: &mut Tx, shipment: Uuid, policy: &Policy, now: Timestamp) -> Result<Refolded, StoreError> {
    let history = tx.load_history(shipment).await?;
    let mut folded = fold(&history, policy, &|piece_no, incarnation| ids::parcel(shipment, piece_no, incarnation));
    if history.events.is_empty() && history.registered_at.is_none() {
        folded.parcels.clear();
    }
    let changes = tx.save_folded(shipment, &folded, now).await?;
    Ok((folded.parcels.iter().map(|parcel| parcel.id).collect(), changes))
}

/// A delivery being applied.
struct Work<'a> {
    admitted: &'a Admitted,
    policy: Policy,
    strict: bool,
    faults: Vec<String>,
    /// Numbers looked up already: whether they may be applied.
    allowed: HashMap<String, bool>,
    kept: u32,
    touched: BTreeSet<Uuid>,
    applied: Applied,
}

impl<'a> Work<'a> {
    fn new(admitted: &'a Admitted) -> Self {
        let endpoint = &admitted.endpoint;
        let settings = settings_of(endpoint);
        Self {
            admitted,
            policy: carrier(endpoint.carrier).policy(&settings),
            strict: settings::flag(&settings, STRICT),
            faults: Vec::new(),
            allowed: HashMap::new(),
            kept: 0,
            touched: BTreeSet::new(),
            applied: Applied::default(),
        }
    }

    async fn keep_all(&mut self, tx: &mut Tx, events: &[Reported], listings: &[Listing]) -> Result<(), StoreError> {
        for (item, reported) in events.iter().enumerate() {
            let item = u32::try_from(item).unwrap_or(u32::MAX);
            match self.number_of(tx, reported).await? {
                Some(number) if self.is_allowed(tx, &number).await? => self.keep(tx, reported, number, item).await?,
                Some(_) => {}
                None if reported.kind == Kind::Note => {
                    let new = self.new_event(tx, reported, String::new(), item).await?;
                    let (_, attached) = tx.keep_unassigned_note(&new).await?;
                    self.touched.extend(attached);
                    self.kept += 1;
                    self.applied.added += 1;
                }
                None => self.faults.push(format!("Event {} names no number.", item + 1)),
            }
        }
        for listing in listings {
            if self.is_allowed(tx, &listing.number).await? {
                let (endpoint, admitted) = (&self.admitted.endpoint, self.admitted);
                let shipment = tx
                    .keep_listing(
                        endpoint.id,
                        endpoint.carrier,
                        admitted.is_test,
                        listing,
                        admitted.id,
                        admitted.received_at,
                    )
                    .await?;
                self.touched.insert(shipment);
            }
        }
        Ok(())
    }

    /// Its own number; for a note without one, a number we know that its text names.
    async fn number_of(&self, tx: &mut Tx, reported: &Reported) -> Result<Option<String>, StoreError> {
        if let Some(number) = &reported.number {
            return Ok(Some(number.clone()).filter(|number| !normalise(number).is_empty()));
        }
        match (reported.kind, &reported.raw_text) {
            (Kind::Note, Some(text)) => {
                tx.find_known_number_in(self.admitted.endpoint.id, self.admitted.is_test, text).await
            }
            _ => Ok(None),
        }
    }

    /// A test may use a number that is registered for real parcels.
    async fn is_allowed(&mut self, tx: &mut Tx, number: &str) -> Result<bool, StoreError> {
        if !self.strict {
            return Ok(true);
        }
        let norm = normalise(number);
        if let Some(known) = self.allowed.get(&norm) {
            return Ok(*known);
        }
        let endpoint = self.admitted.endpoint.id;
        let mut registered = tx.is_registered(endpoint, self.admitted.is_test, number).await?;
        if !registered && self.admitted.is_test {
            registered = tx.is_registered(endpoint, false, number).await?;
        }
        self.allowed.insert(norm, registered);
        Ok(registered)
    }

    async fn new_event(
        &mut self,
        tx: &mut Tx,
        reported: &Reported,
        number: String,
        item: u32,
    ) -> Result<NewEvent, StoreError> {
        let endpoint = &self.admitted.endpoint;
        let mapped = mapping::map(tx, endpoint.carrier, &Coded::from(reported)).await?;
        self.applied.unmapped |= mapped.unmapped.is_some();
        Ok(NewEvent {
            endpoint: endpoint.id,
            carrier: endpoint.carrier,
            is_test: self.admitted.is_test,
            number,
            delivery: Some(self.admitted.id),
            item,
            received_at: self.admitted.received_at,
            reported: reported.clone(),
            mapped,
            operator: None,
        })
    }

    async fn keep(&mut self, tx: &mut Tx, reported: &Reported, number: String, item: u32) -> Result<(), StoreError> {
        let new = self.new_event(tx, reported, number, item).await?;
        let kept = tx.keep_event(&new).await?;
        self.kept += 1;
        match kept.change {
            KeptChange::Added => self.applied.added += 1,
            KeptChange::Known => self.applied.known += 1,
            KeptChange::Revised => self.applied.revised += 1,
        }
        self.touched.insert(kept.shipment_id);
        Ok(())
    }

    async fn fold_all(&mut self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        for shipment in std::mem::take(&mut self.touched) {
            let (parcels, changes) = refold(tx, shipment, &self.policy, now).await?;
            self.applied.parcels.extend(parcels);
            self.applied.changes.extend(changes);
        }
        Ok(())
    }

    fn finish(self) -> Applied {
        let refused = self.allowed.values().filter(|allowed| !**allowed).count();
        let mut details = Vec::new();
        match refused {
            0 => {}
            1 => details.push("Its number is not registered.".to_owned()),
            count => details.push(format!("{count} of its numbers are not registered.")),
        }
        details.extend(self.faults.iter().cloned());
        let outcome = match (self.kept, refused, self.faults.is_empty()) {
            (0, 0, true) => Outcome::Ignored,
            (0, 0, false) => Outcome::Unreadable,
            (0, ..) => Outcome::Quarantined,
            (_, 0, true) => Outcome::Applied,
            _ => Outcome::Partial,
        };
        let detail = (!details.is_empty()).then(|| details.join(" "));
        Applied { outcome: Some(outcome), detail, ..self.applied }
    }
}
