//! TrackingMore's nine statuses and their substatuses (status model 4.4), current generation of its documents.
//!
//! Keys are `status:substatus` and `status`. An older generation swapped 005, 009, 010 and 011 of `exception`.

use crate::server::carriers::json;
use crate::tracking::mapping::{DefaultRow, Target};
use crate::tracking::status::{Confidence, Kind, ParcelFlag, Reason, Status, Substatus};
use crate::tracking::words::{self, occurs, words_of};
use serde_json::Value;

/// A status word as compared: letters and digits only, lower case (`not found001` and `NotFound001` are one).
pub fn word(raw: &str) -> String {
    raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A status with its substatus, both normalised; either may be missing in the payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Code {
    /// `transit`.
    pub status: String,
    /// `transit001`, or empty.
    pub substatus: String,
}

impl Code {
    /// Reads both fields; a missing status is taken from the letters of the substatus.
    pub fn read(of: &Value, statuses: &[&str], substatuses: &[&str]) -> Self {
        let substatus = json::text(of, substatuses).map(|raw| word(&raw)).unwrap_or_default();
        let status = json::text(of, statuses)
            .map_or_else(|| substatus.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned(), |raw| word(&raw));
        Self { status, substatus }
    }

    /// Whether the carrier said nothing.
    pub fn is_empty(&self) -> bool {
        self.status.is_empty()
    }

    /// The more specific key first, so that an unknown substatus is listed while its status decides.
    pub fn keys(&self) -> Vec<String> {
        match (self.status.as_str(), self.substatus.as_str()) {
            ("", _) => Vec::new(),
            (status, "") => vec![status.to_owned()],
            (status, substatus) => vec![format!("{status}:{substatus}"), status.to_owned()],
        }
    }

    /// What people see.
    pub fn shown(&self) -> Option<String> {
        let shown = if self.substatus.is_empty() { &self.status } else { &self.substatus };
        (!shown.is_empty()).then(|| shown.clone())
    }

    /// The status the shipped rows give, for comparing header and checkpoint.
    pub fn shipped_status(&self) -> Option<Status> {
        let rows = default_rows();
        self.keys().iter().find_map(|key| rows.iter().find(|row| row.key == key)).and_then(|row| row.target.status)
    }

    /// What the text adds where a row leaves it to the text.
    pub fn refinement(&self, text: &str) -> Option<Target> {
        let said = words_of(text);
        let any = |phrases: &[&str]| phrases.iter().any(|phrase| occurs(&said, phrase));
        match self.status.as_str() {
            "delivered" => any(&["neighbour", "neighbor", "neighbours", "neighbors"])
                .then(|| Target::status(Status::Delivered, Substatus::Neighbour)),
            "exception" => any(&["damage", "damaged", "damages", "broken"])
                .then(|| Target::status(Status::Exception, Substatus::Damaged).because(Reason::CarrierDamaged)),
            "undelivered" => words::reason_in(text),
            _ => None,
        }
    }
}

/// The rows that ship.
pub fn default_rows() -> Vec<DefaultRow> {
    use Confidence::{High, Medium};
    use Status as T;
    use Substatus as S;
    let row = |key, target, confidence, note| DefaultRow { key, target, confidence, note };
    let status = |key, status, substatus, note| row(key, Target::status(status, substatus), High, note);
    let quiet = |key, note| row(key, Target::silent(Kind::Info), High, note);
    let lost = Target::status(T::Exception, S::Lost).because(Reason::CarrierLost).refined_by_text();
    let gave_up = Target::silent(Kind::Info).flagging(ParcelFlag::AggregatorGaveUp);
    let failed = |substatus, reason| Target::status(T::FailedAttempt, substatus).because(reason);
    let other_attempt = failed(S::Other, Reason::Unknown).refined_by_text();
    vec![
        status("pending", T::Pending, S::NotFound, "no information yet"),
        status("pending:pending001", T::Pending, S::NotFound, "no information yet"),
        status("pending:pending002", T::Pending, S::InvalidNumber, "the number does not look like this carrier's"),
        status("pending:pending003", T::Pending, S::InvalidNumber, "the carrier says it is not its number"),
        status("pending:pending004", T::InfoReceived, S::AwaitingHandover, "processed, not scanned yet"),
        status("pending:pending005", T::Pending, S::NotFound, "nothing for long"),
        status("notfound", T::Pending, S::NotFound, "no information"),
        status("notfound:notfound001", T::InfoReceived, S::LabelCreated, "waiting for collection (old documents)"),
        status("notfound:notfound002", T::Pending, S::NotFound, "no information (old documents)"),
        status("inforeceived", T::InfoReceived, S::LabelCreated, "the carrier has data"),
        status("inforeceived:inforeceived001", T::InfoReceived, S::LabelCreated, "waiting for collection"),
        status("transit", T::InTransit, S::Moving, "on the way"),
        status("transit:transit001", T::InTransit, S::Moving, "on the way"),
        status("transit:transit002", T::InTransit, S::ArrivedFacility, "arrived at a hub"),
        status("transit:transit003", T::InTransit, S::ArrivedDeliveryDepot, "arrived at the delivery facility"),
        status("transit:transit004", T::InTransit, S::ArrivedDestinationCountry, "arrived in the destination country"),
        status("transit:transit005", T::InTransit, S::CustomsReleased, "customs cleared"),
        status("transit:transit006", T::InTransit, S::DepartedFacility, "dispatched"),
        status("transit:transit007", T::InTransit, S::DepartedOriginCountry, "left the airport"),
        status("pickup", T::OutForDelivery, S::OnVehicle, "out for delivery (not “picked up”)"),
        status("pickup:pickup001", T::OutForDelivery, S::OnVehicle, "out for delivery"),
        status("pickup:pickup002", T::AvailableForPickup, S::AtPickupPoint, "ready for collection"),
        status("pickup:pickup003", T::OutForDelivery, S::RecipientContacted, "recipient contacted before delivery"),
        status("delivered", T::Delivered, S::Confirmed, "delivered"),
        status("delivered:delivered001", T::Delivered, S::Confirmed, "delivered"),
        status("delivered:delivered002", T::Delivered, S::CollectedByRecipient, "collected by the recipient"),
        status("delivered:delivered003", T::Delivered, S::Signed, "signed by the recipient"),
        row(
            "delivered:delivered004",
            Target::status(T::Delivered, S::SafePlace).refined_by_text(),
            High,
            "left at the door or with a neighbour",
        ),
        row("undelivered", other_attempt.clone(), High, "failed attempt"),
        row(
            "undelivered:undelivered001",
            failed(S::AddressProblem, Reason::ConsigneeWrongAddress),
            High,
            "address problem",
        ),
        row("undelivered:undelivered002", failed(S::RecipientAbsent, Reason::ConsigneeAbsent), High, "nobody home"),
        row(
            "undelivered:undelivered003",
            failed(S::NotContactable, Reason::ConsigneeNotContactable),
            High,
            "recipient not located or reached",
        ),
        row("undelivered:undelivered004", other_attempt, High, "other failed attempt"),
        status("exception", T::Exception, S::Other, "exception"),
        quiet("exception:exception001", "long under way (old documents); silence is judged here"),
        quiet("exception:exception002", "long waiting for collection (old documents); silence is judged here"),
        quiet("exception:exception003", "long undelivered (old documents); silence is judged here"),
        row(
            "exception:exception004",
            Target::status(T::Exception, S::Unclaimed).because(Reason::ConsigneeUnclaimed),
            High,
            "unclaimed",
        ),
        status("exception:exception005", T::Exception, S::Other, "other exception"),
        row(
            "exception:exception006",
            Target::status(T::Exception, S::CustomsHold).because(Reason::CustomsHold),
            High,
            "detained by customs",
        ),
        row("exception:exception007", lost, Medium, "lost, damaged or discarded"),
        status("exception:exception008", T::Cancelled, S::BySender, "cancelled before collection"),
        row(
            "exception:exception009",
            Target::status(T::Exception, S::Refused).because(Reason::ConsigneeRefused),
            High,
            "refused by the recipient",
        ),
        status("exception:exception010", T::Returned, S::ToSender, "returned to the sender"),
        status("exception:exception011", T::Returning, S::ReturnMoving, "on the way back to the sender"),
        row("expired", gave_up.clone(), High, "TrackingMore stopped looking; silence is judged here"),
        row("expired:expired001", gave_up, High, "TrackingMore stopped looking; silence is judged here"),
    ]
}
