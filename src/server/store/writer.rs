//! The one writer: a task that owns the connection that writes.
//!
//! Captures that wait together share one commit (one fsync) and are answered after it; other writes are jobs that run
//! between such groups, one transaction each, at least one job per group so that neither starves. A fault of one
//! statement (a constraint) hurts its own capture only; a fault of the database undoes the group and every waiter is
//! told. Nobody waits for longer than a few seconds: then the carrier is asked to come again.

use super::capture::{Capture, Captured};
use super::error::StoreError;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::{Connection as _, SqliteConnection};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

/// How long a capture waits for its commit.
pub const CAPTURE_PATIENCE: Duration = Duration::from_secs(5);
/// How long other writes wait.
const JOB_PATIENCE: Duration = Duration::from_secs(30);
/// Most captures that share one commit.
const GROUP: usize = 256;
/// Bodies that may wait for the writer at once, in KiB: memory is bounded however slow the disk.
const WAITING_KIB: u32 = 64 * 1024;
/// Commit times that were measured wait at most this long for the next transaction.
const TIMES_WAIT: Duration = Duration::from_secs(1);

/// The writing connection, inside a transaction. What may be done with it is spread over the files of `store`.
pub struct Tx {
    pub(super) conn: SqliteConnection,
}

impl Tx {
    /// Marks a point to come back to.
    pub async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.run("SAVEPOINT part").await
    }

    /// Keeps what was done since the savepoint (until the transaction's own commit).
    pub async fn release(&mut self) -> Result<(), StoreError> {
        self.run("RELEASE part").await
    }

    /// Undoes what was done since the savepoint.
    pub async fn rollback(&mut self) -> Result<(), StoreError> {
        self.run("ROLLBACK TO part").await?;
        self.run("RELEASE part").await
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql).execute(&mut self.conn).await?;
        Ok(())
    }

    async fn begin(&mut self) -> Result<(), StoreError> {
        self.run("BEGIN IMMEDIATE").await
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        let done = self.run("COMMIT").await;
        if done.is_err() {
            self.abandon().await;
        }
        done
    }

    /// Ends the transaction whatever state it is in; SQLite may have ended it already.
    async fn abandon(&mut self) {
        let _ = sqlx::query("ROLLBACK").execute(&mut self.conn).await;
    }
}

struct Waiting {
    capture: Box<Capture>,
    since: Instant,
    answer: oneshot::Sender<Result<Captured, StoreError>>,
    _room: tokio::sync::OwnedSemaphorePermit,
}

/// A write that is not a capture.
trait Job: Send {
    /// Whether to commit.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Typed<F, T> {
    job: Option<F>,
    keep: bool,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Job for Typed<F, T>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send,
    T: Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let Some(job) = self.job.take() else { return false };
            let result = AssertUnwindSafe(job(tx)).catch_unwind().await.unwrap_or(Err(StoreError::Panicked));
            let commit = self.keep && result.is_ok();
            self.result = Some(result);
            commit
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (self.result, committed) {
            (Some(result), Ok(())) => result,
            (Some(Err(error)), Err(_)) | (None | Some(Ok(_)), Err(error)) => Err(error),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // Who gave up does not want the answer.
        let _ = self.answer.send(result);
    }
}

/// The way to the writer. The task ends when the last of these is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    captures: mpsc::Sender<Waiting>,
    jobs: mpsc::Sender<Box<dyn Job>>,
    room: Arc<Semaphore>,
}

impl Writer {
    /// Starts the task.
    pub fn start(conn: SqliteConnection) -> Self {
        let (captures, waiting) = mpsc::channel(4 * GROUP);
        let (jobs, queue) = mpsc::channel(GROUP);
        let desk = Desk { tx: Tx { conn }, times: Vec::new() };
        tokio::spawn(desk.work(waiting, queue));
        Self { captures, jobs, room: Arc::new(Semaphore::new(WAITING_KIB as usize)) }
    }

    /// Commits a capture together with those that wait beside it.
    pub async fn capture(&self, capture: Capture) -> Result<Captured, StoreError> {
        let since = Instant::now();
        let committed = async {
            let kib = u32::try_from(capture.body.len() / 1024).unwrap_or(WAITING_KIB).clamp(1, WAITING_KIB);
            let room = self.room.clone().acquire_many_owned(kib).await.map_err(|_| StoreError::Closed)?;
            let (answer, wait) = oneshot::channel();
            let waiting = Waiting { capture: Box::new(capture), since, answer, _room: room };
            self.captures.send(waiting).await.map_err(|_| StoreError::Closed)?;
            wait.await.map_err(|_| StoreError::Closed)?
        };
        timeout(CAPTURE_PATIENCE, committed).await.unwrap_or(Err(StoreError::Busy))
    }

    /// Runs a job in a transaction of its own and answers after the commit; without `keep` everything is undone.
    pub async fn write<T, F>(&self, keep: bool, job: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        timeout(JOB_PATIENCE, self.write_unhurried(keep, job)).await.unwrap_or(Err(StoreError::Busy))
    }

    /// The same for as long as it takes.
    pub async fn write_unhurried<T, F>(&self, keep: bool, job: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        let job = Box::new(Typed { job: Some(job), keep, result: None, answer });
        self.jobs.send(job).await.map_err(|_| StoreError::Closed)?;
        wait.await.map_err(|_| StoreError::Closed)?
    }
}

/// The task's side.
struct Desk {
    tx: Tx,
    /// Commit times that were measured and wait to be written: delivery and milliseconds.
    times: Vec<(uuid::Uuid, i64)>,
}

impl Desk {
    async fn work(mut self, mut captures: mpsc::Receiver<Waiting>, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        loop {
            let idle = if self.times.is_empty() { Duration::from_hours(1) } else { TIMES_WAIT };
            tokio::select! {
                biased;
                first = captures.recv() => {
                    let Some(first) = first else { break };
                    self.take_group(first, &mut captures).await;
                    if let Ok(job) = jobs.try_recv() {
                        self.take_job(job).await;
                    }
                }
                job = jobs.recv() => {
                    let Some(job) = job else { break };
                    self.take_job(job).await;
                }
                () = tokio::time::sleep(idle) => self.write_times_alone().await,
            }
        }
        // What is still queued when the last handle goes is committed all the same.
        while let Ok(first) = captures.try_recv() {
            self.take_group(first, &mut captures).await;
        }
        while let Ok(job) = jobs.try_recv() {
            self.take_job(job).await;
        }
        self.write_times_alone().await;
        if let Err(error) = self.tx.conn.close().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    async fn take_group(&mut self, first: Waiting, queue: &mut mpsc::Receiver<Waiting>) {
        let mut group = vec![first];
        while group.len() < GROUP {
            let Ok(next) = queue.try_recv() else { break };
            group.push(next);
        }
        // Who gave up while waiting has been answered 503 and comes again.
        group.retain(|waiting| !waiting.answer.is_closed());
        if group.is_empty() {
            return;
        }
        match self.commit_group(&group).await {
            Ok(results) => {
                for (waiting, result) in group.into_iter().zip(results) {
                    if let Ok(captured) = &result {
                        let ms = i64::try_from(waiting.since.elapsed().as_millis()).unwrap_or(i64::MAX);
                        self.times.push((captured.delivery(), ms));
                    }
                    let _ = waiting.answer.send(result);
                }
            }
            Err(error) => {
                tracing::error!(%error, waiting = group.len(), "deliveries could not be stored; carriers are asked to come again");
                for waiting in group {
                    let _ = waiting.answer.send(Err(error.clone()));
                }
            }
        }
    }

    /// One transaction, one savepoint per capture. `Err` means that nothing was kept.
    async fn commit_group(&mut self, group: &[Waiting]) -> Result<Vec<Result<Captured, StoreError>>, StoreError> {
        self.tx.begin().await?;
        let done = self.fill_group(group).await;
        match done {
            Ok(results) => {
                self.tx.commit().await?;
                self.times.clear();
                Ok(results)
            }
            Err(error) => {
                self.tx.abandon().await;
                Err(error)
            }
        }
    }

    async fn fill_group(&mut self, group: &[Waiting]) -> Result<Vec<Result<Captured, StoreError>>, StoreError> {
        self.write_times().await?;
        let mut results = Vec::with_capacity(group.len());
        for waiting in group {
            self.tx.savepoint().await?;
            match self.tx.keep_capture(&waiting.capture).await {
                Ok(captured) => {
                    self.tx.release().await?;
                    results.push(Ok(captured));
                }
                Err(error) if error.is_constraint() => {
                    self.tx.rollback().await?;
                    tracing::error!(%error, "a delivery did not fit into the database");
                    results.push(Err(error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(results)
    }

    async fn take_job(&mut self, mut job: Box<dyn Job>) {
        let committed = self.commit_job(job.as_mut()).await;
        job.answer(committed);
    }

    async fn commit_job(&mut self, job: &mut dyn Job) -> Result<(), StoreError> {
        self.tx.begin().await?;
        if job.run(&mut self.tx).await {
            if let Err(error) = self.write_times().await {
                self.tx.abandon().await;
                return Err(error);
            }
            self.tx.commit().await?;
            self.times.clear();
        } else {
            self.tx.abandon().await;
        }
        Ok(())
    }

    async fn write_times(&mut self) -> Result<(), StoreError> {
        for (delivery, ms) in &self.times {
            sqlx::query("UPDATE deliveries SET commit_ms = $2 WHERE id = $1 AND commit_ms IS NULL")
                .bind(delivery.to_string())
                .bind(ms)
                .execute(&mut self.tx.conn)
                .await?;
        }
        Ok(())
    }

    /// The measured times are a nicety: when they cannot be written they are dropped.
    async fn write_times_alone(&mut self) {
        if self.times.is_empty() {
            return;
        }
        let written = async {
            self.tx.begin().await?;
            match self.write_times().await {
                Ok(()) => self.tx.commit().await,
                Err(error) => {
                    self.tx.abandon().await;
                    Err(error)
                }
            }
        };
        if let Err(error) = written.await {
            tracing::debug!(%error, "commit times were not written");
        }
        self.times.clear();
    }
}
