//! A delivery: one HTTP request from a carrier, its verdict and its outcome.

use super::carrier_id::CarrierId;
use super::event::Event;
use super::status::{Status, vocabulary};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

vocabulary! {
    /// What the proof of origin was worth.
    Verdict, "verdict":
    Verified = "verified", "Verified";
    Authenticated = "authenticated", "Authenticated";
    Failed = "failed", "Failed";
    Unattempted = "unattempted", "Not checked";
}

impl Verdict {
    /// Whether the delivery may be read and applied.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Verified | Self::Authenticated)
    }
}

vocabulary! {
    /// What the proof really protects.
    Covers, "covered part":
    Body = "body", "the whole body";
    Data = "data", "the data part of the body";
    Timestamp = "timestamp", "the time of sending only";
    None = "none", "nothing";
}

vocabulary! {
    /// Why a proof failed.
    FailureReason, "failure reason":
    MissingSignature = "missing_signature", "Signature missing";
    MalformedSignature = "malformed_signature", "Signature malformed";
    DuplicateSignature = "duplicate_signature", "Signature sent more than once";
    BadSignature = "bad_signature", "Signature wrong";
    MissingTimestamp = "missing_timestamp", "Time of signing missing";
    StaleTimestamp = "stale_timestamp", "Signed too long ago";
    FutureTimestamp = "future_timestamp", "Signed in the future";
    NoSecret = "no_secret", "No secret set here";
    AccountMismatch = "account_mismatch", "Other account";
    HeaderMismatch = "header_mismatch", "Header value wrong";
}

vocabulary! {
    /// Accepted all the same, but worth knowing.
    Warning, "warning":
    StaleTimestamp = "stale_timestamp", "Signed a while ago";
    SubjectMismatch = "subject_mismatch", "Unsigned subject differs from the signed parcel";
    WeakProof = "weak_proof", "Weak proof";
    ClockAhead = "clock_ahead", "Carrier's clock ahead";
}

vocabulary! {
    /// What became of a delivery.
    Outcome, "outcome":
    Received = "received", "Received";
    Applied = "applied", "Applied";
    Partial = "partial", "Applied in part";
    Duplicate = "duplicate", "Duplicate";
    Ignored = "ignored", "Ignored";
    Held = "held", "Held";
    Observed = "observed", "Observed";
    Quarantined = "quarantined", "Quarantined";
    Unreadable = "unreadable", "Unreadable";
    Rejected = "rejected", "Refused";
}

vocabulary! {
    /// Which of an endpoint's secrets matched.
    SecretSlot, "secret slot":
    Current = "current", "current secret";
    Previous = "previous", "previous secret";
}

vocabulary! {
    /// What would have made a failed proof hold.
    WouldMatch, "diagnosis":
    PreviousSecret = "previous_secret", "The previous secret would match; it has run out";
    OtherEncoding = "other_encoding", "The same signature in another encoding would match";
    OtherMode = "other_mode", "Another signing mode would match";
    ReserialisedBody = "reserialised_body", "The body was rewritten on the way; another form of the same JSON would match";
    OtherEndpoint = "other_endpoint", "The secret of another endpoint of this carrier would match";
}

vocabulary! {
    /// How a test event is to be signed.
    Signing, "way of signing":
    Valid = "valid", "Signed correctly";
    Wrong = "wrong", "Signed wrongly";
    Missing = "missing", "Not signed";
}

/// Why a proof failed and what would have held. Never contains a secret or a signature we computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Diagnosis {
    /// The failure reason's word.
    pub code: FailureReason,
    /// One or two sentences for the operator.
    pub explanation: String,
    /// What would have matched.
    pub would_match: Vec<WouldMatch>,
}

/// Stands for a value that is not shown.
pub const MASK: &str = "••••";

/// A header as received, in order; values of credentials are masked for those who may not see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Header {
    /// As received.
    pub name: String,
    /// As received (lossy UTF-8), or `••••`.
    pub value: String,
}

/// A delivery's parcel, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryParcel {
    /// The parcel.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Its piece, if it has several.
    pub piece: Option<String>,
    /// Its status now.
    pub status: Status,
}

/// A delivery as the API and the pages show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Sorts by receipt.
    pub id: Uuid,
    /// When the request was complete.
    pub received_at: Timestamp,
    /// Whose URL it came to.
    pub carrier: CarrierId,
    /// Which endpoint.
    pub endpoint: Uuid,
    /// The endpoint's label.
    pub endpoint_label: String,
    /// What the proof was worth.
    pub verdict: Verdict,
    /// Why it failed; null otherwise.
    pub reason: Option<FailureReason>,
    /// Which proof was asked, for example `hmac-sha256 body`.
    pub scheme: String,
    /// What it protects.
    pub covers: Covers,
    /// Which secret matched.
    pub secret_slot: Option<SecretSlot>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why that outcome, in words, where it needs any (unreadable, partial, ignored, quarantined).
    pub outcome_detail: Option<String>,
    /// What the carrier was answered.
    pub response_status: u16,
    /// The body of that answer.
    pub response_body: String,
    /// Worth knowing.
    pub warnings: Vec<Warning>,
    /// What makes it the same message when it comes again.
    pub message_key: Option<String>,
    /// The carrier's attempt counter, where it sends one.
    pub attempt: Option<u32>,
    /// SHA-256 of the exact bytes, lower hex.
    pub body_sha256: String,
    /// Bytes.
    pub size: u64,
    /// Made by the test bench.
    pub is_test: bool,
    /// The first delivery of the same message.
    pub duplicate_of: Option<Uuid>,
    /// How often the identical body was refused (refused ones share a row), else 1.
    pub seen_count: u32,
    /// When the newest of those came.
    pub last_seen_at: Timestamp,
    /// How many later deliveries were the same message again.
    pub retries: u32,
    /// The address that counted (behind trusted proxies: the client's).
    pub remote_addr: String,
    /// Milliseconds between the end of the request and the commit.
    pub commit_ms: Option<u32>,
    /// Everything it carried, repeats included.
    pub events: Vec<Event>,
    /// The parcels those events belong to.
    pub parcels: Vec<DeliveryParcel>,
    /// Why the proof failed, in words.
    pub diagnosis: Option<Diagnosis>,
}

/// What a list of deliveries is narrowed to; names as in URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct DeliveryFilter {
    /// Whose.
    pub carrier: Option<CarrierId>,
    /// Which endpoint.
    pub endpoint: Option<Uuid>,
    /// What the proof was worth.
    pub verdict: Option<Verdict>,
    /// Why it failed.
    pub reason: Option<FailureReason>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// Carried an event of this parcel.
    pub parcel: Option<Uuid>,
    /// Received at or after.
    pub from: Option<Timestamp>,
    /// Received before.
    pub to: Option<Timestamp>,
    /// Deliveries of a message that is here already too (true, the default), or only the first of each (false).
    pub retries: Option<bool>,
    /// The later deliveries of the same message as this one.
    pub retries_of: Option<Uuid>,
    /// Test deliveries only (true) or none of them (false); both when absent.
    pub test: Option<bool>,
    /// A delivery id, message key, body hash or address, or a number it carried.
    pub q: Option<String>,
}

/// What a replay or re-verify did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReplayReport {
    /// Nothing was kept.
    pub dry_run: bool,
    /// The outcome it has, or would have.
    pub outcome: Outcome,
    /// The verdict it has, or would have.
    pub verdict: Verdict,
    /// Why, where it needs words.
    pub detail: Option<String>,
    /// Events that are new.
    pub events_added: u32,
    /// Events that were known.
    pub events_known: u32,
    /// Events that are richer now.
    pub events_revised: u32,
    /// Parcels whose state is another.
    pub changes: Vec<StateChange>,
}

/// What checking the proofs of an endpoint's refused deliveries again came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReverifyReport {
    /// How many were checked.
    pub checked: u32,
    /// Of these, their proof holds now: applied, held where the endpoint is paused, or repeats of what is known.
    pub admitted: u32,
    /// Of these, still refused.
    pub refused: u32,
    /// Of these, could not be checked: the body is no longer kept.
    pub unreadable: u32,
    /// There may be more: ask again with this as `after`.
    pub next: Option<Uuid>,
}

/// One parcel's change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StateChange {
    /// The parcel; may not exist yet in a dry run.
    pub parcel: Uuid,
    /// Its number.
    pub number: String,
    /// Status before; null when the parcel is new.
    pub before: Option<Status>,
    /// Status after.
    pub after: Status,
}

/// One delivery with what only its own page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryDetail {
    /// The delivery.
    pub delivery: Delivery,
    /// Its headers in order; credentials masked.
    pub headers: Vec<Header>,
    /// The body indented, with people masked; none where it is no JSON, too large to be shown, or gone.
    pub body: Option<String>,
}

/// Failed proofs of one endpoint for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureGroup {
    /// Which endpoint.
    pub endpoint: Uuid,
    /// Its label.
    pub endpoint_label: String,
    /// Whose.
    pub carrier: CarrierId,
    /// Why.
    pub reason: FailureReason,
    /// How many requests, identical ones counted each.
    pub count: u64,
    /// The first kept one.
    pub first_at: Timestamp,
    /// The newest one.
    pub last_at: Timestamp,
    /// What would have matched the newest one.
    pub would_match: Vec<WouldMatch>,
    /// The newest one.
    pub newest: Uuid,
}
