//! The people behind a parcel: masked, revealed for whoever asks, erased by an admin.

use crate::api::privacy::{EraseParcel, RevealParcel, show_revealed};
use crate::components::asked::Asked;
use crate::components::card::{Card, Fact};
use crate::components::console::console;
use crate::components::field::Field;
use crate::components::form::{ActForm, ActNotice};
use crate::tracking::event::Recipient;
use crate::tracking::people::Role;
use crate::tracking::retention::Revealed;
use crate::words::{common, parcel as words, privacy};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

/// The recipient and what may be done about personal data; nothing where there is neither.
#[component]
pub fn PeopleCard(
    /// Whose.
    parcel: Uuid,
    /// Masked.
    recipient: Option<Recipient>,
) -> impl IntoView {
    let may_reveal = console().may(Role::Operator);
    let note = use_query_map().get_untracked().get("revealed").filter(|_| may_reveal);
    let masked = recipient.is_some();
    (masked || may_reveal).then(|| {
        let revealed = note.is_some();
        let aside = move || {
            let word = if revealed { privacy::REVEALED } else { words::MASKED };
            view! { <span class="muted small">{word}</span> }
        };
        view! {
            <div id="people"><Card title=words::RECIPIENT aside>
                <div class="stack">
                    {match note {
                        Some(note) => view! { <Open parcel note masked=recipient/> }.into_any(),
                        None => view! { <Person person=recipient.unwrap_or_default()/> }.into_any(),
                    }}
                    {may_reveal.then(|| view! { <Acts parcel/> })}
                </div>
            </Card></div>
        }
    })
}

#[component]
fn Person(person: Recipient) -> impl IntoView {
    view! {
        <dl class="facts">
            <Fact name=common::NAME value=person.name/>
            <Fact name=words::TELEPHONE value=person.phone/>
            <Fact name=words::EMAIL value=person.email/>
            <Fact name=words::POSTAL_CODE value=person.postal_code/>
        </dl>
    }
}

/// What was revealed a moment ago; masked again when its time is over.
#[component]
fn Open(parcel: Uuid, note: String, masked: Option<Recipient>) -> impl IntoView {
    view! {
        <Asked answer=show_revealed(parcel, note) children={move |found: Option<Revealed>| match found {
            Some(found) if found.recipient == Recipient::default() && found.signers.is_empty() => {
                view! { <p class="muted small">{privacy::NOTHING_KNOWN}</p> }.into_any()
            }
            Some(found) => view! {
                <Person person=found.recipient/>
                <dl class="facts"><Fact name=privacy::SIGNED_BY value=found.signers.join(", ")/></dl>
            }.into_any(),
            None => view! { <Person person=masked.clone().unwrap_or_default()/> }.into_any(),
        }}/>
    }
}

#[component]
fn Acts(parcel: Uuid) -> impl IntoView {
    let reveal = ServerAction::<RevealParcel>::new();
    let erase = ServerAction::<EraseParcel>::new();
    view! {
        <ActForm action=reveal class="form">
            <input type="hidden" name="parcel" value=parcel.to_string()/>
            <p class="field-help">{privacy::REVEAL_HELP}</p>
            <div class="form-actions"><button class="button">{privacy::REVEAL}</button></div>
        </ActForm>
        <ActNotice action=reveal/>
        {console().may(Role::Admin).then(|| view! {
            <details>
                <summary>{privacy::ERASE}</summary>
                <ActForm action=erase class="form">
                    <input type="hidden" name="parcel" value=parcel.to_string()/>
                    <p class="field-help">{privacy::ERASE_HELP}</p>
                    <Field name="reason" label=privacy::ERASE_REASON help=privacy::ERASE_REASON_HELP required=true max=Some(200)/>
                    <div class="form-actions"><button class="button" data-kind="danger">{privacy::ERASE_NOW}</button></div>
                </ActForm>
                <ActNotice action=erase/>
            </details>
        })}
    }
}
