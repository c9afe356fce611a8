//! `/notes`: carriers' notes that name no number, until an operator attaches them to one.

use crate::api::acts::AttachNote;
use crate::api::parcels::list_waiting_notes;
use crate::components::act::find_number;
use crate::components::asked::Asked;
use crate::components::badge::Chip;
use crate::components::console::console;
use crate::components::form::{ActForm, ActNotice};
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::time::{Ago, Moment};
use crate::components::timeline::short_id;
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::people::Role;
use crate::tracking::sheet::{Candidate, WaitingNote};
use crate::words::{common, frame, notes as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

/// The inbox.
#[component]
pub fn NotesPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let notes = list_waiting_notes(PageRequest { limit: 50, cursor: query.get("cursor") });
    let said = match (query.get_str("done"), query.get("to"), query.get("did")) {
        (Some("attached"), Some(number), Some(event)) => Some(view! { <Attached number event/> }.into_any()),
        (Some("detached"), ..) => {
            let waits = view! { <Notice tone="green" icon="check"><p>{words::WAITS_AGAIN}</p></Notice> };
            Some(view! { <div role="status">{waits}</div> }.into_any())
        }
        _ => None,
    };
    view! {
        <PageHead title=frame::NOTES lead=words::LEAD/>
        {said}
        <Asked answer=notes live="parcels" children={|page: Page<WaitingNote>| {
            if page.items.is_empty() {
                return view! { <EmptyState icon="check" title=words::NONE_WAITS help=words::NONE_WAITS_HELP/> }.into_any();
            }
            let shown = page.items.len();
            view! {
                <ul class="stack">{page.items.into_iter().map(|note| view! { <Waiting note/> }).collect_view()}</ul>
                <Pager to="/notes" shown next_cursor=page.next_cursor/>
            }.into_any()
        }}/>
    }
}

/// What was just done, with the way to undo it.
#[component]
fn Attached(number: String, event: String) -> impl IntoView {
    let action = ServerAction::<AttachNote>::new();
    let link = find_number(&number);
    view! {
        <div role="status">
            <Notice tone="green" icon="check">
                <div class="notice-row">
                    <p>{words::ATTACHED_TO}<a class="mono" href=link>{number}</a>"."</p>
                    <ActForm action class="undo">
                        <input type="hidden" name="event" value=event/>
                        <input type="hidden" name="number" value=""/>
                        <button class="button"><Icon name="u-turn"/>{common::UNDO}</button>
                    </ActForm>
                    <ActNotice action/>
                </div>
            </Notice>
        </div>
    }
}

#[component]
fn Waiting(note: WaitingNote) -> impl IntoView {
    let event = note.event;
    let account = path(&format!("/carriers/{}", note.endpoint));
    let delivery = event.deliveries.first().copied();
    let text = event.raw_text.clone().unwrap_or_else(|| words::NO_TEXT.into());
    let acting = console().may(Role::Operator);
    view! {
        <li class="card note-card">
            <div class="card-body stack">
                <p class="note-text"><Icon name="note"/><q dir="auto">{text}</q></p>
                <p class="muted small row">
                    <span>{note.carrier.label()}" · "<a href=account>{note.endpoint_label}</a></span>
                    <span>{words::RECEIVED_AT}<Moment at=event.received_at zone=event.zone.clone().unwrap_or_default()/>", "<Ago at=event.received_at/></span>
                    {event.actor.clone().map(|actor| view! { <Chip word=actor icon=Some("person")/> })}
                    {delivery.map(|id| view! { <a href=path(&format!("/deliveries/{id}"))>{words::DELIVERY}<span class="mono">{short_id(id)}</span></a> })}
                    {note.is_test.then(|| view! { <Chip word=common::TEST tone=Some("violet") icon=Some("bench")/> })}
                </p>
                {acting.then(|| view! { <Attach event=event.id candidates=note.candidates/> })}
            </div>
        </li>
    }
}

#[component]
fn Attach(event: Uuid, candidates: Vec<Candidate>) -> impl IntoView {
    let action = ServerAction::<AttachNote>::new();
    let field = format!("number-{event}");
    view! {
        {(!candidates.is_empty()).then(|| view! {
            <div class="row">
                <span class="small muted">{words::MAY_BE_ABOUT}</span>
                {candidates
                    .into_iter()
                    .map(|candidate| {
                        let why = if candidate.named { words::NAMED } else { words::SAME_TIME };
                        view! {
                            <ActForm action>
                                <input type="hidden" name="event" value=event.to_string()/>
                                <input type="hidden" name="number" value=candidate.number.clone()/>
                                <button class="button"><span class="unseen">{words::ATTACH_TO}</span><span class="mono">{candidate.number}</span><span class="muted small">{why}</span></button>
                            </ActForm>
                        }
                    })
                    .collect_view()}
            </div>
        })}
        <ActForm action class="row">
            <input type="hidden" name="event" value=event.to_string()/>
            <label class="small" for=field.clone()>{common::NUMBER}</label>
            <input class="control mono attach-number" id=field name="number" required maxlength="100" autocomplete="off" spellcheck="false"/>
            <button class="button" data-kind="primary">{words::ATTACH}</button>
        </ActForm>
        <ActNotice action/>
    }
}
