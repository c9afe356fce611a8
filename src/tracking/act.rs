//! What operators do to a timeline (R11): each act has a name and a reason, shows where it was done, and can be undone.
//!
//! An assertion and a note are events of their own, undone by voiding them. Voiding and moving are acts on an event.

use super::status::{Status, Substatus, vocabulary};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

vocabulary! {
    /// What an operator did to an event.
    ActKind, "act":
    Void = "void", "Voided";
    Unvoid = "unvoid", "Put back";
    Move = "move", "Moved here from another parcel";
    Attach = "attach", "Attached to this parcel";
}

/// The statuses an operator may assert.
pub const ASSERTABLE: &[Status] = &[Status::Delivered, Status::Returned, Status::Cancelled, Status::Exception];

/// What an operator says the status of a parcel is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// One of `ASSERTABLE`.
    pub status: Status,
    /// Finer word; the usual one of the status when absent (`exception` means lost).
    pub substatus: Option<Substatus>,
    /// Why; not empty.
    pub reason: String,
    /// Shielded from everything but another operator's act.
    pub pin: bool,
}

/// Who made an event that no carrier sent, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OperatorMark {
    /// Who.
    pub by: String,
    /// Why; null for a note.
    pub reason: Option<String>,
    /// Shielded from everything but another operator's act.
    pub pin: bool,
}

/// One act on an event, as its timeline shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActOnEvent {
    /// What was done.
    pub act: ActKind,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// The finer word of an assertion that names none.
pub fn usual_substatus(status: Status) -> Option<Substatus> {
    match status {
        Status::Exception => Some(Substatus::Lost),
        other => other.substatuses().first().copied(),
    }
}
