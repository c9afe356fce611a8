//! Status badges and chips: tone, icon and word, never colour alone.

use super::icon::Icon;
use crate::tracking::parcel::Parcel;
use crate::tracking::status::{EventFlag, ParcelFlag, Status};
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
        ParcelFlag::DeliveredContradicted => {
            "The carrier reported something after the delivery that does not fit. Ask the carrier or the recipient."
        }
        ParcelFlag::MovedAfterCancel => "It was cancelled, and then scanned again.",
        ParcelFlag::SourceDisagrees => "The source's own summary and its events say different things.",
        ParcelFlag::PartialPod => "Fewer pieces were signed for than were sent.",
        ParcelFlag::AggregatorGaveUp => "The aggregator stopped following this number.",
        ParcelFlag::ReturnExpected => "It is likely to come back to the sender.",
        ParcelFlag::Withdrawn => "The carrier no longer lists this piece.",
        ParcelFlag::Stalled => "There has been no scan for longer than usual in this status.",
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
        EventFlag::ClockAhead => "Its time lies after its receipt, so it is placed at the time of receipt.",
        EventFlag::TimeDisagrees => "The times in the message do not agree with each other.",
        EventFlag::AfterDelivery => "It came after the parcel was delivered.",
        EventFlag::AmbiguousTime => "The carrier does not say in which zone this time is meant.",
        EventFlag::ToConfirm => "What this code means is not certain; check its mapping.",
    }
}

/// Chips of a parcel: gone quiet, test, return journey and its flags.
#[component]
pub fn ParcelChips(
    /// Whose.
    parcel: Parcel,
) -> impl IntoView {
    let way_back = parcel.legs.iter().any(|leg| leg.leg == parcel.leg && leg.direction == "return");
    let journey = if way_back { "Return journey".to_owned() } else { format!("Journey {}", parcel.leg) };
    view! {
        <span class="chips">
            {parcel.action_required.then(|| view! { <Chip word="Needs action" tone=Some("red") icon=Some("flag")/> })}
            {parcel.expired.then(|| view! { <Chip word="Gone quiet" tone=Some("amber") icon=Some("moon")/> })}
            {parcel
                .flags
                .iter()
                .map(|&flag| {
                    view! {
                        <Chip word=flag.label() tone=Some(flag_tone(flag)) icon=Some("triangle") title=flag_sentence(flag)/>
                    }
                })
                .collect_view()}
            {(parcel.leg > 1).then(|| view! { <Chip word=journey icon=Some("u-turn")/> })}
            {parcel.is_test.then(|| view! { <Chip word="Test" tone=Some("violet") icon=Some("bench")/> })}
        </span>
    }
}
