//! The first page: what needs a person, what is moving, and whether every carrier is alive.

use super::attention::{AttentionItem, Queue};
use super::carrier_id::CarrierId;
use super::endpoint::EndpointState;
use super::status::{Status, Substatus};
use super::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Fewer proven deliveries than this say nothing about a carrier's rhythm.
const ENOUGH: u32 = 20;
/// A shorter time does not either.
const LONG_ENOUGH_S: i64 = 2 * 24 * 3600;
/// Silences shorter than this are never remarkable.
const NEVER_UNDER_S: i64 = 3600;

/// When proven deliveries came to an endpoint lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// How many were looked at.
    pub deliveries: u32,
    /// From the first of them to the last.
    pub spanned_s: i64,
    /// The longest time between two of them.
    pub longest_gap_s: i64,
}

impl Rhythm {
    /// The longest usual silence; `None` where there is not enough to say.
    pub fn usual_s(self) -> Option<i64> {
        (self.deliveries >= ENOUGH && self.spanned_s >= LONG_ENOUGH_S).then_some(self.longest_gap_s.max(NEVER_UNDER_S))
    }

    /// Whether silence since `last` is longer than any before, by a quarter.
    pub fn is_unusual(self, last: Timestamp, now: Timestamp) -> bool {
        self.usual_s().is_some_and(|usual| now.seconds_since(last) > usual + usual / 4)
    }
}

/// Whether a carrier's endpoint is alive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// Which endpoint.
    pub endpoint: Uuid,
    /// Whose.
    pub carrier: CarrierId,
    /// The operator's name for it.
    pub label: String,
    /// What it does with what it receives.
    pub state: EndpointState,
    /// When the last proven delivery came, tests excluded.
    pub last_verified_at: Option<Timestamp>,
    /// Taken and refused requests of each of the last 24 hours, the oldest first; tests excluded.
    pub hours: Vec<(u32, u32)>,
    /// How it usually goes.
    pub rhythm: Rhythm,
    /// It has been silent for longer than ever before.
    pub unusual: bool,
}

/// A count of today, and the same a week ago by this time of day; none where nothing is known of that day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// So far today.
    pub so_far: u64,
    /// The same weekday last week, by now.
    pub week_ago: Option<u64>,
}

/// What kind of news an event is, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum News {
    /// Announced, carried, out for delivery.
    Moving,
    /// Waiting to be picked up.
    Waiting,
    /// Delivered.
    Delivered,
    /// Failed attempts and exceptions.
    Trouble,
    /// Returning, returned, cancelled.
    Back,
}

impl News {
    /// In the order of a journey.
    pub const ALL: [Self; 5] = [Self::Moving, Self::Waiting, Self::Delivered, Self::Trouble, Self::Back];

    /// What an event with this status is.
    pub fn of(status: Status) -> Self {
        match status {
            Status::Pending | Status::InfoReceived | Status::InTransit | Status::OutForDelivery => Self::Moving,
            Status::AvailableForPickup => Self::Waiting,
            Status::Delivered => Self::Delivered,
            Status::FailedAttempt | Status::Exception => Self::Trouble,
            Status::Returning | Status::Returned | Status::Cancelled => Self::Back,
        }
    }
}

/// How many events happened on a day, by kind of news in the order of [`News::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day, in the zone today is meant in.
    pub day: NaiveDate,
    /// Events; tests, voided and retracted ones are not counted.
    pub events: [u32; News::ALL.len()],
}

impl DayCount {
    /// All of them.
    pub fn total(&self) -> u32 {
        self.events.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }
}

/// What happened to a parcel last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// Which parcel.
    pub parcel: Uuid,
    /// Its number.
    pub number: String,
    /// Its carrier.
    pub carrier: CarrierId,
    /// Its status.
    pub status: Status,
    /// The finer word.
    pub substatus: Option<Substatus>,
    /// The carrier's words.
    pub text: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Where the parcel's clocks are.
    pub zone: String,
}

/// Everything on the first page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OverviewSheet {
    /// How many open items stand in each queue.
    pub queues: Vec<(Queue, u64)>,
    /// The most urgent of them.
    pub items: Vec<AttentionItem>,
    /// How many parcels ask for a person.
    pub needs_action: u64,
    /// How many stand still for longer than is usual.
    pub stalled: u64,
    /// How many parcels have each status; tests and withdrawn pieces are not counted.
    pub statuses: Vec<(Status, u64)>,
    /// Delivered.
    pub delivered: Today,
    /// First heard of.
    pub new: Today,
    /// IANA name of the zone today is meant in; none is UTC.
    pub zone: Option<String>,
    /// The last two weeks, the oldest day first.
    pub days: Vec<DayCount>,
    /// The parcels something happened to last.
    pub latest: Vec<Latest>,
    /// Every endpoint.
    pub pulses: Vec<Pulse>,
    /// Codes no mapping knows.
    pub unmapped: u64,
    /// Notes that name no number.
    pub notes: u64,
    /// Failed proofs since the day began.
    pub failed: u64,
    /// Whether anything ever came, tests included.
    pub any_delivery: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_remarkable_only_against_enough_data() {
        let (now, hour) = (Timestamp::from_millis(0), 3600);
        let rhythm = |deliveries, days: i64, gap_h: i64| Rhythm {
            deliveries,
            spanned_s: days * 24 * hour,
            longest_gap_s: gap_h * hour,
        };
        let unusual = |rhythm: Rhythm, hours: i64| rhythm.is_unusual(now.plus_seconds(-hours * hour), now);
        assert_eq!(rhythm(19, 10, 1).usual_s(), None, "too few");
        assert_eq!(rhythm(500, 1, 1).usual_s(), None, "too short a time");
        assert!(!unusual(rhythm(19, 10, 1), 1000));
        assert!(!unusual(rhythm(500, 10, 8), 10), "a night like any other");
        assert!(unusual(rhythm(500, 10, 8), 11));
        let busy = Rhythm { longest_gap_s: 5, ..rhythm(500, 10, 0) };
        assert!(!unusual(busy, 1) && unusual(busy, 2), "an hour is never remarkable");
    }
}
