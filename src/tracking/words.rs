//! The reason dictionary: what a carrier's free text says about why a delivery failed.
//!
//! Rows are tried in the order listed, whole words only, any case; the first row that occurs decides. A text that no row
//! knows has no reason: callers that need one use [`reason_or_unknown`].

use super::mapping::Target;
use super::status::{Reason, Status, Substatus};

/// Phrases of a row, and what they mean.
struct Row {
    phrases: &'static [&'static str],
    status: Status,
    substatus: Substatus,
    reason: Reason,
}

const fn row(phrases: &'static [&'static str], status: Status, substatus: Substatus, reason: Reason) -> Row {
    Row { phrases, status, substatus, reason }
}

/// Status model 4.1, in its order.
static ROWS: &[Row] = &[
    row(
        &["wrong route", "missort", "missorted"],
        Status::FailedAttempt,
        Substatus::CarrierFault,
        Reason::CarrierMissorted,
    ),
    row(
        &["not home", "not at home", "no one", "nobody", "unavailable", "not available"],
        Status::FailedAttempt,
        Substatus::RecipientAbsent,
        Reason::ConsigneeAbsent,
    ),
    row(&["closed"], Status::FailedAttempt, Substatus::BusinessClosed, Reason::ConsigneeBusinessClosed),
    row(&["refuse", "refused"], Status::Exception, Substatus::Refused, Reason::ConsigneeRefused),
    row(&["no cod", "no payment"], Status::FailedAttempt, Substatus::Other, Reason::ConsigneeNoCodPayment),
    row(
        &["address", "incorrect", "unknown street"],
        Status::FailedAttempt,
        Substatus::AddressProblem,
        Reason::ConsigneeWrongAddress,
    ),
    row(
        &["no answer", "could not contact", "phone"],
        Status::FailedAttempt,
        Substatus::NotContactable,
        Reason::ConsigneeNotContactable,
    ),
    row(
        &["access", "gate", "security"],
        Status::FailedAttempt,
        Substatus::AccessRestricted,
        Reason::ConsigneeAccessRestricted,
    ),
    row(
        &["out of time", "too late", "capacity"],
        Status::FailedAttempt,
        Substatus::CarrierFault,
        Reason::CarrierOutOfTime,
    ),
    row(&["vehicle", "breakdown"], Status::FailedAttempt, Substatus::CarrierFault, Reason::CarrierVehicleIssue),
    row(
        &["weather", "flood", "strike", "unrest"],
        Status::FailedAttempt,
        Substatus::Other,
        Reason::ForceMajeureWeather,
    ),
];

/// The first row of the dictionary whose words occur (whole words, any case), or `None`.
pub fn reason_in(text: &str) -> Option<Target> {
    let words = words_of(text);
    ROWS.iter()
        .find(|row| row.phrases.iter().any(|phrase| occurs(&words, phrase)))
        .map(|row| Target::status(row.status, row.substatus).because(row.reason))
}

/// Like [`reason_in`], with `failed_attempt.other` and reason `unknown` where no row knows the text.
pub fn reason_or_unknown(text: &str) -> Target {
    reason_in(text).unwrap_or_else(|| Target::status(Status::FailedAttempt, Substatus::Other).because(Reason::Unknown))
}

/// The words of a text, lower-cased; everything that is neither letter nor digit parts them.
pub fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether the words of `phrase` (lower case, parted by blanks) stand in `words` next to each other.
pub fn occurs(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).any(|window| window.iter().zip(&phrase).all(|(word, part)| word == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Option<(Substatus, Reason)> {
        reason_in(text).map(|target| {
            (target.substatus.expect("rows have a substatus"), target.reason.expect("rows have a reason"))
        })
    }

    #[test]
    fn every_row_is_found_by_each_of_its_phrases() {
        for row in ROWS {
            for phrase in row.phrases {
                let found = reason_in(&format!("Attempt failed: {}!", phrase.to_uppercase())).expect("the row");
                assert_eq!((found.substatus, found.reason), (Some(row.substatus), Some(row.reason)), "{phrase}");
            }
        }
    }

    #[test]
    fn only_whole_words_count() {
        assert_eq!(reason("The parcel was enclosed in an aggregate telephoned order"), None);
        assert_eq!(reason("nobody's there"), Some((Substatus::RecipientAbsent, Reason::ConsigneeAbsent)));
    }

    #[test]
    fn the_first_row_listed_wins_whatever_the_order_of_words() {
        assert_eq!(
            reason("Incorrect address, business closed"),
            Some((Substatus::BusinessClosed, Reason::ConsigneeBusinessClosed))
        );
    }

    #[test]
    fn unknown_text_has_the_unknown_reason() {
        assert_eq!(reason_in("Sun in the eyes"), None);
        assert_eq!(reason_or_unknown("Sun in the eyes").reason, Some(Reason::Unknown));
    }
}
