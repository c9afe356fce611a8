//! What an operator does to a delivery that was received: apply it again, check its proof again, release what was held.

use super::one::{self, Applied};
use super::{Apply, ApplyError, read};
use crate::server::signature::Judged;
use crate::server::store::{NewVerdict, StoreError, Tx};
use crate::tracking::delivery::{Outcome, ReplayReport, ReverifyReport, Verdict};
use crate::tracking::endpoint::EndpointState;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// Most deliveries whose proofs are checked again at once.
const MOST_REVERIFIED: u32 = 1000;

/// What replaying in the writer came to.
enum Replayed {
    Done(Applied, Verdict),
    Refused,
    BodyGone,
    NotFound,
}

impl Apply {
    /// Applies a delivery again: with the rows, rules and settings of now. A dry run keeps nothing. Refused deliveries
    /// are not read: check them again instead.
    pub async fn replay(&self, delivery: Uuid, dry_run: bool) -> Result<ReplayReport, ApplyError> {
        let turn = self.turn.lock().await;
        let now = self.clock.now();
        let replayed = if dry_run {
            self.store.dry_run(move |tx| Box::pin(replay_in(tx, delivery, now))).await?
        } else {
            self.store.write(move |tx| Box::pin(replay_in(tx, delivery, now))).await?
        };
        drop(turn);
        let (applied, verdict) = match replayed {
            Replayed::Done(applied, verdict) => (applied, verdict),
            Replayed::Refused => return Err(refused("Its proof failed. Check the proof again instead.")),
            Replayed::BodyGone => return Err(body_gone()),
            Replayed::NotFound => return Err(ApplyError::NotFound),
        };
        if !dry_run {
            one::log(delivery, &applied);
            self.announce(std::iter::once(&applied));
        }
        Ok(report(applied, verdict, dry_run))
    }

    /// Checks the proof of a delivery again, with the secrets and settings of now but as of its receipt. One that was
    /// refused or only observed, and holds now, is applied as if it had been good from the start.
    pub async fn reverify(&self, delivery: Uuid) -> Result<ReplayReport, ApplyError> {
        let turn = self.turn.lock().await;
        let raw = self.store.write(move |tx| Box::pin(async move { tx.raw_delivery(delivery).await })).await?;
        let Some(raw) = raw else {
            return Err(self.missing(delivery).await);
        };
        let (was, state) = (raw.outcome, raw.endpoint.state);
        let judged = self.ingest.judge_again(raw).await?;
        let verdict = judged.verdict();
        let waiting = matches!(was, Outcome::Rejected | Outcome::Observed);
        if !verdict.is_good() || !waiting {
            // What was applied once stays applied; a proof that fails again changes nothing.
            let detail = judged.diagnosis().map(|diagnosis| diagnosis.explanation.clone());
            return Ok(report(Applied { outcome: Some(was), detail, ..Applied::default() }, verdict, false));
        }
        let outcome = match state {
            EndpointState::Active => Outcome::Received,
            EndpointState::Paused => Outcome::Held,
            EndpointState::Observe => Outcome::Observed,
        };
        let (found, now) = (found(&judged), self.clock.now());
        let replayed = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let outcome = tx.record_verdict(delivery, &found, outcome).await?;
                    if outcome == Outcome::Received {
                        return replay_in(tx, delivery, now).await;
                    }
                    let applied = Applied { outcome: Some(outcome), ..Applied::default() };
                    Ok(Replayed::Done(applied, found.verdict))
                })
            })
            .await?;
        drop(turn);
        let Replayed::Done(applied, _) = replayed else { return Err(body_gone()) };
        one::log(delivery, &applied);
        self.announce(std::iter::once(&applied));
        Ok(report(applied, verdict, false))
    }

    /// Checks the proofs of an endpoint's refused deliveries again, oldest first: those that hold now are applied as of
    /// their receipt. Takes a thousand at most; goes on after `after`. Each is a transaction of its own.
    pub async fn reverify_endpoint(&self, endpoint: Uuid, after: Option<Uuid>) -> Result<ReverifyReport, ApplyError> {
        if self.store.find_endpoint(endpoint).await?.is_none() {
            return Err(ApplyError::NotFound);
        }
        let refused = self.store.refused_deliveries(endpoint, after, MOST_REVERIFIED).await?;
        let mut report = ReverifyReport::default();
        for delivery in &refused {
            match self.reverify(*delivery).await {
                Ok(one) if one.outcome == Outcome::Rejected => report.refused += 1,
                Ok(_) => report.admitted += 1,
                // Its body is gone, or it was dropped meanwhile.
                Err(ApplyError::Refused(_) | ApplyError::NotFound) => report.unreadable += 1,
                Err(error) => return Err(error),
            }
            report.checked += 1;
        }
        report.next = refused.last().copied().filter(|_| refused.len() == MOST_REVERIFIED as usize);
        Ok(report)
    }

    /// Applies what a paused endpoint held. Returns how many deliveries are due now.
    pub async fn resume(&self, endpoint: Uuid) -> Result<u64, ApplyError> {
        let released = self.store.write(move |tx| Box::pin(async move { tx.release_held(endpoint).await })).await?;
        if released > 0 {
            self.wake.notify_one();
        }
        Ok(released)
    }

    async fn missing(&self, delivery: Uuid) -> ApplyError {
        match self.store.find_delivery(delivery).await {
            Ok(Some(_)) => body_gone(),
            Ok(None) => ApplyError::NotFound,
            Err(error) => error.into(),
        }
    }
}

fn refused(sentence: &str) -> ApplyError {
    ApplyError::Refused(sentence.to_owned())
}

fn body_gone() -> ApplyError {
    refused("The body of this delivery is no longer kept.")
}

/// A repeat of a message is the first delivery of that message, applied again; it stays a repeat.
async fn replay_in(tx: &mut Tx, delivery: Uuid, now: Timestamp) -> Result<Replayed, StoreError> {
    let first = tx.first_of_message(delivery).await?;
    let replayed = replay_itself(tx, first.unwrap_or(delivery), now).await?;
    Ok(match (first, replayed) {
        (Some(_), Replayed::Done(applied, verdict)) => {
            Replayed::Done(Applied { outcome: Some(Outcome::Duplicate), ..applied }, verdict)
        }
        (_, replayed) => replayed,
    })
}

async fn replay_itself(tx: &mut Tx, delivery: Uuid, now: Timestamp) -> Result<Replayed, StoreError> {
    let Some(admitted) = tx.delivery_for_replay(delivery).await? else {
        return Ok(match tx.raw_delivery(delivery).await? {
            Some(_) => Replayed::Refused,
            None if tx.delivery_exists(delivery).await? => Replayed::BodyGone,
            None => Replayed::NotFound,
        });
    };
    let verdict = admitted.verdict;
    let (admitted, reading) = read(admitted);
    Ok(Replayed::Done(one::apply(tx, &admitted, &reading, now).await?, verdict))
}

fn report(applied: Applied, verdict: Verdict, dry_run: bool) -> ReplayReport {
    ReplayReport {
        dry_run,
        outcome: applied.outcome.unwrap_or(Outcome::Applied),
        verdict,
        detail: applied.detail,
        events_added: applied.added,
        events_known: applied.known,
        events_revised: applied.revised,
        changes: applied.changes,
    }
}

fn found(judged: &Judged) -> NewVerdict {
    NewVerdict {
        verdict: judged.verdict(),
        reason: judged.reason(),
        scheme: judged.scheme().to_owned(),
        covers: judged.covers(),
        secret: judged.matched(),
        warnings: judged.warnings().to_vec(),
        diagnosis: judged.diagnosis().cloned(),
        message_key: judged.message_key().map(str::to_owned),
        attempt: judged.attempt(),
    }
}
