//! What a check-in means when no operator has mapped it: rules 3 to 12 of status model 4.3, first hit from the top.
//!
//! Whole words only. Rules 1 and 2 are mapping rows and come before any of these.

use crate::tracking::mapping::{InContext, Target};
use crate::tracking::status::{Confidence, Kind, Reason, Status, Substatus};
use crate::tracking::words::{self, occurs, words_of};

/// What the rules look at.
pub struct Facts<'a> {
    /// `CheckInTypeId`.
    pub type_id: Option<i64>,
    /// Normalised.
    pub name: &'a str,
    /// Whether a delivery exception is given, by id or by name.
    pub exception: bool,
    /// Its words, and the remarks that explain it.
    pub exception_text: &'a str,
    /// Whether somebody is named who received it.
    pub received: bool,
}

/// A name as compared: no control characters, one blank between words, lower case.
pub fn normalised_name(raw: &str) -> String {
    raw.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the check-in means, and how sure that is. A target without a status leaves the code unmapped.
pub fn meaning(facts: &Facts<'_>) -> Option<(Target, Confidence)> {
    if facts.exception {
        return Some((exception(facts.exception_text), Confidence::Medium));
    }
    if facts.received {
        return Some((Target::status(Status::Delivered, Substatus::Signed), Confidence::High));
    }
    let said = words_of(facts.name);
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| occurs(&said, phrase));
    let status = |status, substatus| Some((Target::status(status, substatus), Confidence::Low));
    if any(&["cancel", "cancelled", "canceled"]) {
        status(Status::Cancelled, Substatus::ByCarrier)
    } else if any(&DOUBTFUL) {
        None
    } else if any(&["out for delivery", "dispatched to customer"]) {
        status(Status::OutForDelivery, Substatus::OnVehicle)
    } else if any(&["picked up", "loaded", "cargo received"]) {
        status(Status::InTransit, Substatus::Accepted)
    } else if any(&["depart", "departed", "left", "dispatch", "dispatched"]) {
        status(Status::InTransit, Substatus::DepartedFacility)
    } else if facts.type_id == Some(17) || any(&["arrive", "arrived", "arrival"]) {
        let target = Target::status(Status::InTransit, Substatus::ArrivedFacility).in_context(InContext::Arrived);
        Some((target, Confidence::Low))
    } else if any(&["delivered", "received by", "unload complete"]) {
        status(Status::Delivered, Substatus::Confirmed)
    } else {
        Some((Target::silent(Kind::Status).weak(), Confidence::Low))
    }
}

/// Names with these words may say the opposite of what follows; an operator decides.
const DOUBTFUL: [&str; 12] = [
    "not",
    "fail",
    "failed",
    "attempt",
    "exception",
    "reschedule",
    "rescheduled",
    "return",
    "refuse",
    "refused",
    "reject",
    "rejected",
];

/// A delivery exception (rule 3).
fn exception(text: &str) -> Target {
    let said = words_of(text);
    let begins = |stems: &[&str]| said.iter().any(|word| stems.iter().any(|stem| word.starts_with(stem)));
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| occurs(&said, phrase));
    if begins(&["damage"]) || any(&["wet"]) {
        Target::status(Status::Exception, Substatus::Damaged).because(Reason::CarrierDamaged)
    } else if any(&["lost", "short", "shortage"]) {
        Target::status(Status::Exception, Substatus::Lost).because(Reason::CarrierLost)
    } else if begins(&["refus", "reject"]) {
        Target::status(Status::Exception, Substatus::Refused).because(Reason::ConsigneeRefused)
    } else if begins(&["return"]) {
        Target::status(Status::Returning, Substatus::ReturnAnnounced)
    } else {
        words::reason_or_unknown(text)
    }
}
