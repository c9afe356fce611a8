//! R14: silence. Computed when asked and never stored: the clock moves, the events do not.

use crate::tracking::status::Status;
use crate::tracking::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// After this long without a carrier event an open parcel has gone quiet.
pub const QUIET_AFTER_S: i64 = 30 * 24 * 3600;

/// How long a parcel may stand in a status, per endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// Seconds until it is worth watching, and until somebody should act. Statuses without a line never stall.
    pub per_status: BTreeMap<Status, (i64, i64)>,
    /// The same for a parcel that waits for its recipient: parts of the holding time; unknown means that waiting never
    /// stalls.
    pub waiting: Option<(i64, i64)>,
}

impl Default for Thresholds {
    fn default() -> Self {
        const HOUR: i64 = 3600;
        let hours = [
            (Status::InfoReceived, 24, 48),
            (Status::InTransit, 48, 96),
            (Status::OutForDelivery, 12, 18),
            (Status::FailedAttempt, 24, 48),
            (Status::Exception, 8, 24),
            (Status::Returning, 7 * 24, 14 * 24),
        ];
        Self {
            per_status: hours.into_iter().map(|(status, watch, act)| (status, (watch * HOUR, act * HOUR))).collect(),
            waiting: None,
        }
    }
}

impl Thresholds {
    /// The defaults, overridden by an endpoint's `stall` and `hold_hours` settings. What cannot be read is passed over.
    pub fn from_settings(stall: Option<&Value>, hold_hours: Option<i64>) -> Self {
        let percent = |key: &str, usual: i64| {
            stall.and_then(|stall| stall["available_for_pickup"][key].as_i64()).filter(|n| *n > 0).unwrap_or(usual)
        };
        let part = |hours: i64, percent: i64| hours.saturating_mul(36).saturating_mul(percent);
        let hold = hold_hours.filter(|hours| *hours > 0);
        let waiting =
            hold.map(|hours| (part(hours, percent("watch_percent", 50)), part(hours, percent("act_percent", 80))));
        let mut thresholds = Self { waiting, ..Self::default() };
        for (word, line) in stall.and_then(Value::as_object).into_iter().flatten() {
            let hours = |key: &str| line.get(key).and_then(Value::as_i64).filter(|hours| *hours > 0);
            if let (Ok(status), Some(watch), Some(act)) = (word.parse(), hours("watch_hours"), hours("act_hours")) {
                thresholds.per_status.insert(status, (watch.saturating_mul(3600), act.saturating_mul(3600)));
            }
        }
        thresholds
    }
}

/// How loud a standstill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stalled {
    /// Worth watching.
    Watch,
    /// Somebody should act.
    Act,
}

/// What silence says of a parcel now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Gone quiet: 30 days without a carrier event in a status that is not final.
    pub expired: bool,
    /// Standing still for longer than its status allows.
    pub stalled: Option<Stalled>,
}

/// What silence says at `now`. Without any event the clock runs from `status_since`.
pub fn silence(
    status: Status,
    status_since: Option<Timestamp>,
    last_event_at: Option<Timestamp>,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Silence {
    let last = last_event_at.or(status_since);
    if status.is_terminal() {
        return Silence { expired: false, stalled: None };
    }
    let expired = last.is_some_and(|last| now.seconds_since(last) >= QUIET_AFTER_S);
    // A waiting parcel waits from the moment it was ready; any other is at rest since its last sign of life.
    let (line, since) = if status == Status::AvailableForPickup {
        (thresholds.waiting, status_since)
    } else {
        (thresholds.per_status.get(&status).copied(), last.max(status_since))
    };
    let stalled = line.zip(since).and_then(|((watch, act), since)| match now.seconds_since(since) {
        quiet if quiet >= act => Some(Stalled::Act),
        quiet if quiet >= watch => Some(Stalled::Watch),
        _ => None,
    });
    Silence { expired, stalled }
}
