//! What an instance can show for its promises: commits, backups, checks, and what it turned away.

use crate::tracking::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A copy of the database that was checked and restored into a temporary place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupMade {
    /// When it was begun; what was committed before is in it.
    pub at: Timestamp,
    /// Its path.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Deliveries in it.
    pub deliveries: u64,
}

/// Something that should have happened by itself, and did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mishap {
    /// When.
    pub at: Timestamp,
    /// Why, in words.
    pub why: String,
}

/// A look through the whole database for damage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrityCheck {
    /// When it was begun.
    pub at: Timestamp,
    /// What is wrong; empty when nothing is.
    pub faults: Vec<String>,
    /// Tables it did not get to within its time.
    pub unfinished: u32,
}

/// How long deliveries waited for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitTimes {
    /// How many were measured: the newest ones.
    pub measured: u32,
    /// Half of them took no longer, in milliseconds.
    pub p50_ms: u64,
    /// All but a hundredth took no longer.
    pub p99_ms: u64,
}

impl CommitTimes {
    /// Of measured times in any order; `None` when there is none.
    pub fn of(mut times: Vec<u64>) -> Option<Self> {
        times.sort_unstable();
        // The smallest time that this share of all does not exceed.
        let at = |percent: usize| times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Some(Self { measured: u32::try_from(times.len()).unwrap_or(u32::MAX), p50_ms: at(50)?, p99_ms: at(99)? })
    }
}

/// How backups and checks stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// The last good backup.
    pub backup: Option<BackupMade>,
    /// The last backup that failed, if none was good since.
    pub backup_failed: Option<Mishap>,
    /// The last look for damage.
    pub check: Option<IntegrityCheck>,
}

/// Everything the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustSheet {
    /// How long deliveries waited for the disk; `None` before the first.
    pub commits: Option<CommitTimes>,
    /// Backups and checks.
    pub safety: Safety,
    /// Hours between backups; 0: none are made.
    pub backup_every_hours: u32,
    /// Backups that are kept.
    pub backup_keep: u32,
    /// What was turned away: in words, and how often.
    pub refused: Vec<(String, u64)>,
    /// Bytes of the database, its log included.
    pub database_bytes: u64,
    /// Deliveries that are kept.
    pub deliveries: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        assert_eq!(CommitTimes::of(Vec::new()), None);
        assert_eq!(CommitTimes::of(vec![7]), Some(CommitTimes { measured: 1, p50_ms: 7, p99_ms: 7 }));
        let hundred = CommitTimes::of((1..=100).rev().collect());
        assert_eq!(hundred, Some(CommitTimes { measured: 100, p50_ms: 50, p99_ms: 99 }));
    }
}
