//! What a page gets in one answer: its rows, the server's clock and the zones its times are shown in, or a fault.

use super::bulk::BulkReport;
use super::delivery::Delivery;
use super::page::Page;
use super::parcel::Parcel;
use super::time::Timestamp;
use super::view::{ParcelColumn, SavedView, ViewCounts};
use super::zones::Zones;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An answer with what it takes to show its times; the browser's own clock is never asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Screen<T> {
    /// When the server answered.
    pub now: Timestamp,
    /// For `now` and every time in `item`.
    pub zones: Zones,
    /// The answer.
    pub item: T,
}

/// What waits for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Parcels that need a person; as of the last look, at most a minute ago.
    pub attention: u64,
    /// Notes that name no number.
    pub notes: u64,
}

/// The log of deliveries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryLog {
    /// The rows.
    pub page: Page<Delivery>,
    /// Every endpoint with its label, newest first.
    pub endpoints: Vec<(Uuid, String)>,
}

/// The list of parcels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParcelList {
    /// The rows.
    pub page: Page<Parcel>,
    /// Of all parcels, whatever the filter.
    pub counts: ViewCounts,
    /// What is shown of each parcel, in this order.
    pub columns: Vec<ParcelColumn>,
    /// The views whoever asks has saved, and those shared by others.
    pub saved: Vec<SavedView>,
    /// Every tag in use, at most 200.
    pub tags: Vec<String>,
    /// What an act on many parcels came to, where its report is asked for.
    pub bulk: Option<BulkReport>,
}

/// What is wrong with one field of a form or a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The field's name.
    pub field: String,
    /// What is wrong: a whole sentence, or the rest of one that the field's name begins.
    pub message: String,
}

impl FieldFault {
    /// Names a field and says what is wrong with it.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl std::fmt::Display for FieldFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.message.ends_with('.') {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}.", self.field, self.message)
    }
}

/// Faults in a row.
pub fn sentences(faults: &[FieldFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Why something was not done or cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// What was given is not acceptable.
    #[error("{0}")]
    Unfit(String),
    /// Fields of a form are not acceptable; each is told beside its field, too.
    #[error("Not saved. {}", sentences(.0))]
    Fields(Vec<FieldFault>),
    /// It failed on the server; the log knows more.
    #[error("{0}")]
    Failed(String),
    /// No answer, or none that can be read.
    #[error("Parcelwire did not answer. Check the connection, or sign in again.")]
    Unreachable,
}

impl Fault {
    /// What is wrong with this field.
    pub fn of_field(&self, field: &str) -> Option<String> {
        let Self::Fields(faults) = self else { return None };
        faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.clone())
    }

    /// The HTTP status of a page that shows it.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound(_) => 404,
            Self::Unfit(_) | Self::Fields(_) => 422,
            Self::Failed(_) => 500,
            Self::Unreachable => 503,
        }
    }
}
