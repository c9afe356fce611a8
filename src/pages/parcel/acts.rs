//! What an operator does to the whole parcel: say what its status is, add a note; and the word that it was done.

use crate::api::acts::{AddNote, AssertStatus};
use crate::components::act::{Act, ActPanel, MoveBack, PageActLink, PutBackNow, TakeBack, find_number};
use crate::components::console::console;
use crate::components::field::{Field, FieldArea, FieldSelect, FieldTick};
use crate::components::form::{ActForm, ActNotice};
use crate::components::notice::Notice;
use crate::tracking::parcel::Parcel;
use crate::tracking::people::Role;
use crate::tracking::status::{ParcelFlag, Status, Substatus};
use crate::words::privacy;
use crate::words::{acts as words, common};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

/// Whether whoever is looking may act.
pub fn may_act() -> bool {
    console().may(Role::Operator)
}

/// The buttons beside the number.
#[component]
pub fn HeadActs() -> impl IntoView {
    view! {
        <div class="page-actions">
            <PageActLink act=Act::Note icon="note"/>
            <PageActLink act=Act::Mark icon="flag"/>
        </div>
    }
}

/// The form that is open, under the head.
#[component]
pub fn OpenAct(
    /// On which parcel.
    parcel: Uuid,
) -> impl IntoView {
    match use_query_map().get_untracked().get_str("act").and_then(|word| word.parse().ok()) {
        Some(Act::Mark) => Some(view! { <Mark parcel/> }.into_any()),
        Some(Act::Note) => Some(view! { <Note parcel/> }.into_any()),
        _ => None,
    }
}

#[component]
fn Mark(parcel: Uuid) -> impl IntoView {
    let action = ServerAction::<AssertStatus>::new();
    let choices = [
        ("delivered", words::CHOICE_DELIVERED),
        ("returned", words::CHOICE_RETURNED),
        ("cancelled", words::CHOICE_CANCELLED),
        ("lost", words::CHOICE_LOST),
    ];
    let options = choices.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec();
    view! {
        <ActPanel title=Act::Mark.label()>
            <ActForm action class="form">
                <input type="hidden" name="parcel" value=parcel.to_string()/>
                <FieldSelect name="choice" label=words::IT_IS options/>
                <Field name="reason" label=common::REASON help=words::MARK_REASON_HELP required=true max=Some(500)/>
                <FieldTick name="pin" label=words::PIN help=words::PIN_HELP/>
                <div class="form-actions"><button class="button" data-kind="primary">{Act::Mark.label()}</button></div>
            </ActForm>
            <ActNotice action/>
        </ActPanel>
    }
}

#[component]
fn Note(parcel: Uuid) -> impl IntoView {
    let action = ServerAction::<AddNote>::new();
    view! {
        <ActPanel title=Act::Note.label()>
            <ActForm action class="form">
                <input type="hidden" name="parcel" value=parcel.to_string()/>
                <FieldArea name="text" label=common::NOTE help=words::NOTE_HELP/>
                <div class="form-actions"><button class="button" data-kind="primary">{words::ADD_NOTE}</button></div>
            </ActForm>
            <ActNotice action/>
        </ActPanel>
    }
}

/// What was just done, with the way to undo it.
#[component]
pub fn Done(
    /// Whose page it is.
    parcel: Parcel,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let (word, did, to) = (query.get("done")?, query.get("did")?, query.get("to"));
    let event: Option<Uuid> = did.parse().ok();
    let id = parcel.id;
    let take_back = || view! { <TakeBack events=did.clone() parcel=Some(id)/> }.into_any();
    let (sentence, undo) = match word.as_str() {
        "asserted" => (words::marked(&parcel.status.label().to_lowercase()), take_back()),
        "noted" => (words::NOTED.into(), take_back()),
        "put-back" => (words::PUT_BACK_DONE.into(), take_back()),
        "erased" => (privacy::erased(&did), ().into_any()),
        "voided" => {
            let event = event?;
            (words::VOIDED.into(), view! { <PutBackNow event parcel=id/> }.into_any())
        }
        "moved" => {
            let (event, number) = (event?, to?);
            let own = parcel.number.clone();
            if number == own {
                (words::MOVED_BACK_DONE.into(), ().into_any())
            } else {
                let link = find_number(&number);
                let undo = view! {
                    <a class="button" href=link>{words::OPEN}<bdi>{number.clone()}</bdi></a>
                    <MoveBack event number=own parcel=id/>
                };
                (words::moved_to(&number), undo.into_any())
            }
        }
        _ => return None,
    };
    Some(view! {
        <div role="status">
            <Notice tone="green" icon="check"><div class="notice-row"><p>{sentence}</p>{undo}</div></Notice>
        </div>
    })
}

/// One click for what the derivation asks an operator to confirm.
#[component]
pub fn Confirm(
    /// Whose.
    parcel: Parcel,
) -> impl IntoView {
    let (choice, word, reason) = to_confirm(&parcel)?;
    let action = ServerAction::<AssertStatus>::new();
    Some(view! {
        <div>
            <ActForm action class="undo">
                <input type="hidden" name="parcel" value=parcel.id.to_string()/>
                <input type="hidden" name="choice" value=choice/>
                <input type="hidden" name="reason" value=reason/>
                <button class="button" data-kind="primary">{word}</button>
            </ActForm>
            <ActNotice action/>
        </div>
    })
}

fn to_confirm(parcel: &Parcel) -> Option<(&'static str, &'static str, &'static str)> {
    if parcel.status == Status::Returned && parcel.substatus == Some(Substatus::ToSenderInferred) {
        return Some(("returned", words::CONFIRM_RETURNED, words::IS_RETURNED));
    }
    (parcel.status == Status::Delivered && parcel.flags.contains(&ParcelFlag::DeliveredContradicted)).then_some((
        "delivered",
        words::CONFIRM_DELIVERED,
        words::IS_DELIVERED,
    ))
}
