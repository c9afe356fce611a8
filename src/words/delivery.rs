//! `/deliveries/{id}`: one delivery.

use std::fmt::Display;

pub fn title(carrier: &str) -> String {
    format!("Delivery from {carrier}")
}

// What was just done
pub const REPLAYED: &str = "Replayed. What it changed is below.";
pub const ADMITTED: &str = "The proof holds now. The delivery counts from the time it first came.";
pub const STILL_FAILED: &str = "The proof still does not hold; nothing was changed.";
pub const SENT: &str = "Sent the way the carrier would. This is what arrived.";

// What can be done
pub const REPLAY_OPEN: &str = "Replay…";
pub const REVERIFY: &str = "Check the proof again";
pub const SEND_AGAIN: &str = "Send again as it was";
pub const SEND_AS_NEW: &str = "Send as a new message";
pub const REPLAY_TITLE: &str = "Replay: what would change";
pub const REPLAY: &str = "Replay";
pub fn replay_counts(new: impl Display, known: impl Display, richer: impl Display) -> String {
    format!("{new} new, {known} known, {richer} richer events. ")
}
pub const NO_PARCEL_CHANGES: &str = "No parcel would change its status.";
pub const PARCELS_CHANGE: &str = "These parcels would change:";
pub const NEW_PARCEL: &str = "new parcel → ";

// Its proof
pub const COVERS_BODY: &str = "The signature covers the whole body: nobody changed a byte of it.";
pub const COVERS_DATA: &str = "The signature covers the data part of the body; the envelope around it is not signed.";
pub const COVERS_TIMESTAMP: &str =
    "The signature covers only the time of sending: this carrier does not sign the body.";
pub const COVERS_NONE: &str = "Nothing is signed: whoever knows the address can send this. Keep the address secret.";
pub fn verified(covers: &str) -> String {
    format!("A signature held. {covers}")
}
pub fn authenticated(covers: &str) -> String {
    format!("The address (and what settings ask for) held. {covers}")
}
pub const FAILED: &str = "The proof of origin did not hold. The request was refused and no parcel was changed by it.";
pub const UNATTEMPTED: &str = "The proof was not checked.";
pub const PROOF: &str = "Proof of origin";
pub const SCHEME: &str = "Scheme";
pub const PROTECTS: &str = "Protects";
pub const MATCHED: &str = "Matched";
pub const THE: &str = "The ";

// Its body
pub const BODY: &str = "Body";
pub const DOWNLOAD: &str = "Download exact bytes";
pub const BODY_MASKED: &str = "Body, indented";
pub const NOT_SHOWN: &str = "Not shown: no JSON, larger than 256 KiB, or removed.";
pub const MASKED: &str = "What may name a person is masked.";
pub const MASKED_DOWNLOAD: &str =
    "What may name a person is masked. The download has every byte; the audit log records that you looked.";
pub fn headers(n: usize) -> String {
    format!("Headers ({n})")
}
pub const HEADER: &str = "Header";
pub const VALUE: &str = "Value";
pub fn our_answer(status: impl Display) -> String {
    format!("Our answer ({status})")
}
pub const OUR_ANSWER: &str = "Our answer";

// What it produced
pub const PRODUCED: &str = "What it produced";
pub const EVENT: &str = "Event";
pub const HAPPENED: &str = "Happened";
pub const NO_TIME: &str = "no time sent";
pub const PIECE_IS: &str = "piece ";
pub const NOTHING_REJECTED: &str = "Nothing: its proof failed.";
pub const NOTHING_NEW: &str = "Nothing new: it is the same message as an earlier one.";
pub const NOT_APPLIED: &str = "Not applied yet.";
pub const HELD: &str = "Held: the endpoint is paused. It is applied on resume.";
pub const OBSERVED: &str = "Observed only: no parcel changes unless it is replayed.";
pub const NO_EVENTS: &str = "No events.";

// Facts
pub const ANSWERED: &str = "Answered";
pub const COMMITTED_IN: &str = "Committed in";
pub const FROM: &str = "From";
pub const ATTEMPT: &str = "Attempt";
pub const SEEN: &str = "Seen";
pub const TIMES_LAST: &str = " times, last ";
pub const CAME_AGAIN: &str = "Came again";
pub const TIMES: &str = " times";
pub const SAME_AS: &str = "Same as";
pub const FIRST_ONE: &str = "the first one";
pub const MESSAGE_KEY: &str = "Message key";
pub const SHA_256: &str = "SHA-256";
pub const HASH: &str = "hash";
pub const ID: &str = "Id";
