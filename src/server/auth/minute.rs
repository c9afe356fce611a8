//! How many rows of the audit log a minute may have of somebody who could try for ever: the log is never purged.

use crate::tracking::time::Timestamp;

const MINUTE_MS: i64 = 60_000;

/// The rows of the present minute, and how many could not be written.
#[derive(Default)]
pub(super) struct Minute {
    began: i64,
    rows: u32,
    unrecorded: u64,
}

impl Minute {
    /// Begins another minute where the last one is over; whether it did.
    pub(super) fn turn(&mut self, now: Timestamp) -> bool {
        let now = now.millis();
        let over = now.saturating_sub(self.began) >= MINUTE_MS || now < self.began;
        if over {
            (self.began, self.rows) = (now, 0);
        }
        over
    }

    /// Whether there is room for a row; if so, how many had none since the last one.
    pub(super) fn room(&mut self, most: u32) -> Option<u64> {
        if self.rows >= most {
            return self.skip();
        }
        self.rows += 1;
        Some(std::mem::take(&mut self.unrecorded))
    }

    /// Counts what gets no row.
    pub(super) fn skip(&mut self) -> Option<u64> {
        self.unrecorded += 1;
        None
    }

    /// Whether nothing is left to be told.
    pub(super) fn told(&self) -> bool {
        self.unrecorded == 0
    }
}
