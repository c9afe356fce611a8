//! A parcel as the API and the pages show it.

use super::carrier_id::CarrierId;
use super::event::{Piece, Proof, Recipient, Reference};
use super::several::Several;
use super::status::{ParcelFlag, Reason, Status, Substatus};
use super::time::Timestamp;
use super::view::{ParcelGroup, ParcelOrder};
use super::why::Why;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The first time each stage was reached (R17); absent ones are null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Milestones {
    /// The carrier has data.
    pub info_received_at: Option<Timestamp>,
    /// First physical scan.
    pub accepted_at: Option<Timestamp>,
    /// First time on the last vehicle.
    pub first_out_for_delivery_at: Option<Timestamp>,
    /// First of failed attempt, ready for pickup, delivered.
    pub first_attempt_at: Option<Timestamp>,
    /// Delivered.
    pub delivered_at: Option<Timestamp>,
    /// On the way back.
    pub returning_at: Option<Timestamp>,
    /// Back with the sender.
    pub returned_at: Option<Timestamp>,
    /// The newest event that counts.
    pub last_event_at: Option<Timestamp>,
    /// Seconds from the first physical scan to the first of delivered and ready for pickup.
    pub transit_seconds: Option<i64>,
}

/// What the carrier bills as one job, where it has several pieces or says so itself (BEX waybill).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShipmentSummary {
    /// Which.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Pieces that are not withdrawn.
    pub pieces: u32,
    /// Of these, delivered.
    pub delivered: u32,
    /// Pieces signed for, over all proofs of delivery, at most `pieces`.
    pub signed_for: u32,
    /// Roll-up in one word: a status, or `partially_delivered`.
    pub roll_up: String,
    /// Roll-up in words: “2 of 3 delivered · 1 out for delivery”.
    pub summary: String,
}

/// An open or closed stretch of trouble (R7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Episode {
    /// `exception`, `failed_attempt` or `after_delivery`.
    pub kind: String,
    /// At its opening.
    pub substatus: Option<Substatus>,
    /// At its opening.
    pub reason: Option<Reason>,
    /// The event that opened it.
    pub opened_by: Uuid,
    /// When.
    pub opened_at: Timestamp,
    /// The event that ended it.
    pub closed_by: Option<Uuid>,
    /// When; null while open.
    pub closed_at: Option<Timestamp>,
}

/// One journey of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Leg {
    /// 1 for the outbound journey, counting up.
    pub leg: u32,
    /// `outbound` or `return`.
    pub direction: String,
    /// The event that opened it.
    pub opened_by: Option<Uuid>,
    /// When.
    pub opened_at: Option<Timestamp>,
}

/// A parcel: one physical piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Parcel {
    /// Stable over a rebuild.
    pub id: Uuid,
    /// Whose.
    pub carrier: CarrierId,
    /// Which account.
    pub endpoint: Uuid,
    /// That account's label.
    pub endpoint_label: String,
    /// As sent; compared after normalising.
    pub number: String,
    /// Barcode of this piece, where the shipment lists pieces.
    pub piece: Option<String>,
    /// Counts from 1 among the pieces of its shipment.
    pub piece_no: u32,
    /// The job it belongs to; null where parcel and job are the same.
    pub shipment: Option<ShipmentSummary>,
    /// The folded status.
    pub status: Status,
    /// Finer word.
    pub substatus: Option<Substatus>,
    /// Why.
    pub reason: Option<Reason>,
    /// Since when it has this status.
    pub status_since: Option<Timestamp>,
    /// The newest event that counts.
    pub last_event_at: Option<Timestamp>,
    /// Words of the newest event, as the carrier sent them.
    pub last_event_text: Option<String>,
    /// Place of the newest event.
    pub last_event_place: Option<String>,
    /// Which journey, 1 for the outbound one.
    pub leg: u32,
    /// Gone quiet: 30 days without an event in a status that is not final. Computed when asked.
    pub expired: bool,
    /// Whether a person should act.
    pub action_required: bool,
    /// What a person should know.
    pub flags: Vec<ParcelFlag>,
    /// First times.
    pub milestones: Milestones,
    /// Delivery attempts.
    pub attempts: u32,
    /// Other numbers.
    pub references: Vec<Reference>,
    /// Events on its timeline.
    pub events_count: u32,
    /// Made by the test bench.
    pub is_test: bool,
    /// Operators' tags; all pieces of a number share them.
    pub tags: Vec<String>,
    /// The event that decides the status.
    pub head_event: Option<Uuid>,
    /// Why it has this status, in plain words.
    pub explanation: String,
    /// The same in parts: the deciding event, the rule, what was set aside.
    pub why: Why,
    /// Journeys.
    pub legs: Vec<Leg>,
    /// Trouble, open and closed.
    pub episodes: Vec<Episode>,
    /// Proof of delivery, from all its events.
    pub proofs: Vec<Proof>,
    /// What the carrier lists of this piece.
    pub listed: Option<Piece>,
    /// Service, weights, charges and the like, as the carrier last sent them.
    pub details: serde_json::Value,
    /// The person it goes to, masked.
    pub recipient: Option<Recipient>,
    /// `webhook`, `operator` or `test`.
    pub source: String,
    /// IANA zone of the carrier's times, for display.
    pub zone: String,
    /// When it was first known.
    pub created_at: Timestamp,
    /// When its row last changed.
    pub updated_at: Timestamp,
}

/// What a list of parcels is narrowed to; names as in URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ParcelFilter {
    /// Part of a number, piece or reference (from three characters on; shorter ones: its beginning), or words of what
    /// the carrier wrote, each by its beginning. Who may reveal recipients also searches their names and addresses.
    pub q: Option<String>,
    /// Whether `q` looks at recipients too. Set by the server from who asks, never read from a request.
    #[serde(skip)]
    #[param(ignore)]
    pub people: bool,
    /// A number, exactly, after normalising; finds every piece and incarnation.
    pub number: Option<String>,
    /// Any of these carriers.
    #[serde(skip_serializing_if = "Several::is_empty")]
    #[param(value_type = Vec<CarrierId>, style = Form, explode = false, min_items = 1)]
    pub carrier: Several<CarrierId>,
    /// Any of these folded statuses.
    #[serde(skip_serializing_if = "Several::is_empty")]
    #[param(value_type = Vec<Status>, style = Form, explode = false, min_items = 1)]
    pub status: Several<Status>,
    /// A view of the list: every status is in exactly one.
    pub group: Option<ParcelGroup>,
    /// Any of these finer words.
    #[serde(skip_serializing_if = "Several::is_empty")]
    #[param(value_type = Vec<Substatus>, style = Form, explode = false, min_items = 1)]
    pub substatus: Several<Substatus>,
    /// Any of these reasons.
    #[serde(skip_serializing_if = "Several::is_empty")]
    #[param(value_type = Vec<Reason>, style = Form, explode = false, min_items = 1)]
    pub reason: Several<Reason>,
    /// Any of these flags.
    #[serde(skip_serializing_if = "Several::is_empty")]
    #[param(value_type = Vec<ParcelFlag>, style = Form, explode = false, min_items = 1)]
    pub flag: Several<ParcelFlag>,
    /// Only those whose journey is not over (true), or is (false).
    pub active: Option<bool>,
    /// Only those a person should act on.
    pub attention: Option<bool>,
    /// Only those standing still.
    pub stalled: Option<bool>,
    /// Only those gone quiet.
    pub expired: Option<bool>,
    /// Only those somebody signed for, or left a photo of (true), or not (false).
    pub proof: Option<bool>,
    /// At least so many delivery attempts.
    pub attempts: Option<u32>,
    /// At least so many days since the carrier accepted it; of one that arrived, until then.
    pub transit_days: Option<u32>,
    /// At least so many days without an event.
    pub quiet_days: Option<u32>,
    /// Last event at or after.
    pub from: Option<Timestamp>,
    /// Last event before.
    pub to: Option<Timestamp>,
    /// First known at or after.
    pub created_from: Option<Timestamp>,
    /// First known before.
    pub created_to: Option<Timestamp>,
    /// An operator's tag.
    pub tag: Option<String>,
    /// Test parcels only (true), or none of them (false, the default).
    pub test: Option<bool>,
    /// How the list is ordered: newest first, or those without movement for the longest time first. By when they were
    /// first known unless said otherwise.
    pub order: Option<ParcelOrder>,
}

impl ParcelFilter {
    /// The names and values of all that is set, as in the address and the API's query.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        fn text<T: ToString>(value: Option<&T>) -> Option<String> {
            value.map(ToString::to_string)
        }
        [
            ("q", self.q.clone()),
            ("number", self.number.clone()),
            ("carrier", Some(self.carrier.to_string())),
            ("status", Some(self.status.to_string())),
            ("group", text(self.group.as_ref())),
            ("substatus", Some(self.substatus.to_string())),
            ("reason", Some(self.reason.to_string())),
            ("flag", Some(self.flag.to_string())),
            ("active", text(self.active.as_ref())),
            ("attention", text(self.attention.as_ref())),
            ("stalled", text(self.stalled.as_ref())),
            ("expired", text(self.expired.as_ref())),
            ("proof", text(self.proof.as_ref())),
            ("attempts", text(self.attempts.as_ref())),
            ("transit_days", text(self.transit_days.as_ref())),
            ("quiet_days", text(self.quiet_days.as_ref())),
            ("from", text(self.from.as_ref())),
            ("to", text(self.to.as_ref())),
            ("created_from", text(self.created_from.as_ref())),
            ("created_to", text(self.created_to.as_ref())),
            ("tag", self.tag.clone()),
            ("test", text(self.test.as_ref())),
            ("order", text(self.order.as_ref())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .collect()
    }
}
