//! Status badges and chips: tone, icon and word, never colour alone.

use super::icon::Icon;
use crate::tracking::parcel::Parcel;
use crate::tracking::status::{EventFlag, ParcelFlag, Status};
use crate::words::{badges as words, common};
use leptos::prelude::*;

/// Tone and icon of a status.
pub fn look(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Pending | Status::InfoReceived => ("grey", "clock"),
        Status::InTransit => ("blue", "truck"),
        Status::OutForDelivery => ("orange", "van"),
        Status::FailedAttempt => ("violet", "bolt"),
        Status::AvailableForPickup => ("teal", "locker"),
        Status::Exception => ("red", "triangle"),
        Status::Returning | Status::Returned => ("brown", "u-turn"),
        Status::Delivered => ("green", "check"),
        Status::Cancelled => ("grey", "slash"),
    }
}

/// Any word with a tone and an icon.
#[component]
pub fn Badge(
    /// `grey`, `blue`, …
    tone: &'static str,
    /// Which icon.
    icon: &'static str,
    /// The word.
    #[prop(into)]
    word: String,
    /// For the head of a page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=tone data-size=large.then_some("l")>
            <Icon name=icon/>
            {word}
        </span>
    }
}

/// A status.
#[component]
pub fn StatusBadge(
    /// Which.
    status: Status,
    /// For the head of a page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let (tone, icon) = look(status);
    view! { <Badge tone icon word=status.label() large/> }
}

/// A lesser fact.
#[component]
pub fn Chip(
    /// What it says.
    #[prop(into)]
    word: String,
    /// `red`, `amber`, …; plain without.
    #[prop(optional_no_strip)]
    tone: Option<&'static str>,
    /// Which icon.
    #[prop(optional_no_strip)]
    icon: Option<&'static str>,
    /// Said when pointed at, and to screen readers.
    #[prop(optional, into)]
    title: Option<String>,
) -> impl IntoView {
    view! {
        <span class="chip" data-tone=tone title=title>
            {icon.map(|name| view! { <Icon name/> })}
            {word}
        </span>
    }
}

/// What a parcel's flag means, in a sentence.
pub fn flag_sentence(flag: ParcelFlag) -> &'static str {
    match flag {
        ParcelFlag::DeliveredContradicted => words::DELIVERED_CONTRADICTED,
        ParcelFlag::MovedAfterCancel => words::MOVED_AFTER_CANCEL,
        ParcelFlag::SourceDisagrees => words::SOURCE_DISAGREES,
        ParcelFlag::PartialPod => words::PARTIAL_POD,
        ParcelFlag::AggregatorGaveUp => words::AGGREGATOR_GAVE_UP,
        ParcelFlag::ReturnExpected => words::RETURN_EXPECTED,
        ParcelFlag::Withdrawn => words::WITHDRAWN,
        ParcelFlag::Stalled => words::STALLED,
    }
}

/// Tone of a parcel's flag.
pub fn flag_tone(flag: ParcelFlag) -> &'static str {
    match flag {
        ParcelFlag::DeliveredContradicted | ParcelFlag::PartialPod => "red",
        ParcelFlag::MovedAfterCancel | ParcelFlag::SourceDisagrees | ParcelFlag::Stalled => "amber",
        ParcelFlag::ReturnExpected => "brown",
        ParcelFlag::AggregatorGaveUp | ParcelFlag::Withdrawn => "grey",
    }
}

/// What an event's flag means, in a sentence.
pub fn event_flag_sentence(flag: EventFlag) -> &'static str {
    match flag {
        EventFlag::ClockAhead => words::CLOCK_AHEAD,
        EventFlag::TimeDisagrees => words::TIME_DISAGREES,
        EventFlag::AfterDelivery => words::AFTER_DELIVERY,
        EventFlag::AmbiguousTime => words::AMBIGUOUS_TIME,
        EventFlag::ToConfirm => words::TO_CONFIRM,
    }
}

/// Chips of a parcel: gone quiet, test, return journey and its flags.
#[component]
pub fn ParcelChips(
    /// Whose.
    parcel: Parcel,
) -> impl IntoView {
    let way_back = parcel.legs.iter().any(|leg| leg.leg == parcel.leg && leg.direction == "return");
    // The status says so itself.
    let said = way_back && matches!(parcel.status, Status::Returning | Status::Returned);
    let journey = if way_back { words::RETURN_JOURNEY.to_owned() } else { words::journey(parcel.leg) };
    view! {
        <span class="chips">
            {parcel.action_required.then(|| view! { <Chip word=words::NEEDS_ACTION tone=Some("red") icon=Some("flag")/> })}
            {parcel.expired.then(|| view! { <Chip word=words::GONE_QUIET tone=Some("amber") icon=Some("moon")/> })}
            {parcel
                .flags
                .iter()
                .map(|&flag| {
                    view! {
                        <Chip word=flag.label() tone=Some(flag_tone(flag)) icon=Some("triangle") title=flag_sentence(flag)/>
                    }
                })
                .collect_view()}
            {(parcel.leg > 1 && !said).then(|| view! { <Chip word=journey icon=Some("u-turn")/> })}
            {parcel.is_test.then(|| view! { <Chip word=common::TEST tone=Some("violet") icon=Some("bench")/> })}
        </span>
    }
}
