//! What an operator does to a timeline: links that open a form in its place, and the forms. The form that is open is in
//! the address (`act`, `event`), so that all of it works without scripts.

use super::field::Field;
use super::form::{ActForm, ActNotice};
use super::icon::Icon;
use super::link::{here, path, with_query};
use super::timeline::{label_of, line_anchor};
use crate::api::acts::{MoveEvent, PutEventBack, VoidEvent};
use crate::tracking::event::Event;
use crate::tracking::status::vocabulary;
use crate::words::{acts as words, common};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

vocabulary! {
    /// What can be done, as the address names it.
    Act, "act":
    Mark = "mark", "Set the status";
    Note = "note", "Add a note";
    Void = "void", "Void this event";
    Undo = "undo", "Undo";
    PutBack = "put-back", "Put back";
    Move = "move", "Move to another number";
}

/// Which act on which event the address asks for.
pub fn picked_act() -> Option<(Act, Uuid)> {
    let query = use_query_map().get_untracked();
    Some((query.get_str("act")?.parse().ok()?, query.get_str("event")?.parse().ok()?))
}

/// The page as it is, with another act picked or none.
fn address_with(act: Option<Act>, event: Option<Uuid>) -> String {
    let query = use_query_map().get_untracked();
    let kept = |name: &str| query.get(name).unwrap_or_default();
    let parameters = [
        ("cursor", kept("cursor")),
        ("at", kept("at")),
        ("act", act.map(|act| act.as_str().to_owned()).unwrap_or_default()),
        ("event", event.map(|id| id.to_string()).unwrap_or_default()),
    ];
    with_query(&here(), &parameters)
}

/// Opens the form of an act on an event, in its line.
#[component]
pub fn EventActLink(
    /// What is to be done.
    act: Act,
    /// To which event.
    event: Uuid,
) -> impl IntoView {
    let icon = match act {
        Act::Undo | Act::PutBack => "u-turn",
        Act::Move => "parcels",
        _ => "slash",
    };
    let to = format!("{}#{}", address_with(Some(act), Some(event)), line_anchor(event));
    view! { <a class="act-link" href=to rel="nofollow"><Icon name=icon/>{act.label()}"…"</a> }
}

/// Opens the form of an act on the whole parcel, under its head.
#[component]
pub fn PageActLink(
    /// What is to be done.
    act: Act,
    /// Which icon.
    icon: &'static str,
) -> impl IntoView {
    let to = format!("{}#act", address_with(Some(act), None));
    view! { <a class="button" href=to rel="nofollow"><Icon name=icon/>{act.label()}</a> }
}

/// The box of an open form: takes the focus when it opens, and can be closed.
#[component]
pub fn ActPanel(
    /// What is being done.
    #[prop(into)]
    title: String,
    /// The address within the page.
    #[prop(default = "act".into(), into)]
    id: String,
    /// The form.
    children: Children,
) -> impl IntoView {
    let close = address_with(None, None);
    view! {
        <div class="act-panel" role="group" aria-labelledby=format!("{id}-title") id=id.clone()>
            <div class="act-head">
                <p class="act-title" id=format!("{id}-title") tabindex="-1" autofocus>{title}</p>
                <a class="act-link" href=close>{common::CANCEL}</a>
            </div>
            {children()}
        </div>
    }
}

/// The form of an act on one event.
#[component]
pub fn EventAct(
    /// What is to be done.
    act: Act,
    /// The page it is done on.
    parcel: Uuid,
    /// To which event.
    event: Event,
) -> impl IntoView {
    let what = format!("“{}”", label_of(&event));
    let id = event.id;
    match act {
        Act::Void => view! { <VoidForm parcel event=id title=words::void_this(&what) word=words::VOID_IT value=""
        help=words::VOID_HELP/> }
        .into_any(),
        Act::Undo => {
            view! { <VoidForm parcel event=id title=words::undo_this(&what) word=words::UNDO_IT value=words::TAKEN_BACK
            help=words::UNDO_HELP/> }
            .into_any()
        }
        Act::PutBack => view! { <PutBackForm parcel event=id title=words::put_this_back(&what)/> }.into_any(),
        Act::Move => view! { <MoveForm parcel event=id title=words::move_this(&what)/> }.into_any(),
        Act::Mark | Act::Note => ().into_any(),
    }
}

#[component]
fn VoidForm(
    parcel: Uuid,
    event: Uuid,
    title: String,
    word: &'static str,
    value: &'static str,
    help: &'static str,
) -> impl IntoView {
    let action = ServerAction::<VoidEvent>::new();
    view! {
        <ActPanel title id="act-on-line">
            <ActForm action class="form">
                <input type="hidden" name="events" value=event.to_string()/>
                <input type="hidden" name="parcel" value=parcel.to_string()/>
                <Field name="reason" label=common::REASON help value required=true max=Some(500)/>
                <div class="form-actions"><button class="button" data-kind="danger">{word}</button></div>
            </ActForm>
            <ActNotice action/>
        </ActPanel>
    }
}

#[component]
fn PutBackForm(parcel: Uuid, event: Uuid, title: String) -> impl IntoView {
    let action = ServerAction::<PutEventBack>::new();
    view! {
        <ActPanel title id="act-on-line">
            <ActForm action class="form">
                <input type="hidden" name="event" value=event.to_string()/>
                <input type="hidden" name="parcel" value=parcel.to_string()/>
                <Field name="reason" label=common::REASON help=words::PUT_BACK_HELP value=words::PUT_BACK_REASON required=true max=Some(500)/>
                <div class="form-actions"><button class="button" data-kind="primary">{words::PUT_IT_BACK}</button></div>
            </ActForm>
            <ActNotice action/>
        </ActPanel>
    }
}

#[component]
fn MoveForm(parcel: Uuid, event: Uuid, title: String) -> impl IntoView {
    let action = ServerAction::<MoveEvent>::new();
    view! {
        <ActPanel title id="act-on-line">
            <ActForm action class="form">
                <input type="hidden" name="event" value=event.to_string()/>
                <input type="hidden" name="parcel" value=parcel.to_string()/>
                <Field name="number" label=words::MOVE_TO help=words::MOVE_HELP required=true max=Some(100)/>
                <Field name="reason" label=common::REASON required=true max=Some(500)/>
                <div class="form-actions"><button class="button" data-kind="primary">{words::MOVE_IT}</button></div>
            </ActForm>
            <ActNotice action/>
        </ActPanel>
    }
}

/// Takes back what was just done, in one click.
#[component]
pub fn TakeBack(
    /// The events that were made, parted by commas.
    events: String,
    /// The parcel's page to stay on.
    #[prop(optional_no_strip)]
    parcel: Option<Uuid>,
    /// Or the shipment's.
    #[prop(optional_no_strip)]
    shipment: Option<Uuid>,
) -> impl IntoView {
    let action = ServerAction::<VoidEvent>::new();
    view! {
        <ActForm action class="undo">
            <input type="hidden" name="events" value=events/>
            <input type="hidden" name="reason" value=words::TAKEN_BACK/>
            {parcel.map(|id| view! { <input type="hidden" name="parcel" value=id.to_string()/> })}
            {shipment.map(|id| view! { <input type="hidden" name="shipment" value=id.to_string()/> })}
            <button class="button"><Icon name="u-turn"/>{common::UNDO}</button>
        </ActForm>
        <ActNotice action/>
    }
}

/// Puts back what was just voided, in one click.
#[component]
pub fn PutBackNow(
    /// The event.
    event: Uuid,
    /// The page to stay on.
    parcel: Uuid,
) -> impl IntoView {
    let action = ServerAction::<PutEventBack>::new();
    view! {
        <ActForm action class="undo">
            <input type="hidden" name="event" value=event.to_string()/>
            <input type="hidden" name="reason" value=words::TAKEN_BACK/>
            <input type="hidden" name="parcel" value=parcel.to_string()/>
            <button class="button"><Icon name="u-turn"/>{common::UNDO}</button>
        </ActForm>
        <ActNotice action/>
    }
}

/// Moves an event back to the number it came from, in one click.
#[component]
pub fn MoveBack(
    /// The event.
    event: Uuid,
    /// The number it came from.
    number: String,
    /// The page to stay on.
    parcel: Uuid,
) -> impl IntoView {
    let action = ServerAction::<MoveEvent>::new();
    view! {
        <ActForm action class="undo">
            <input type="hidden" name="event" value=event.to_string()/>
            <input type="hidden" name="number" value=number/>
            <input type="hidden" name="reason" value=words::MOVED_BACK/>
            <input type="hidden" name="parcel" value=parcel.to_string()/>
            <button class="button"><Icon name="u-turn"/>{common::UNDO}</button>
        </ActForm>
        <ActNotice action/>
    }
}

/// Where a parcel with this number is looked for.
pub fn find_number(number: &str) -> String {
    path(&crate::api::query_of("/parcels", &[("q", number.to_owned())]))
}
