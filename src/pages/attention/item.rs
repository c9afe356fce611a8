//! One parcel that needs a person: why, since when, what helps, and what can be done about it.

use crate::api::attention::{AssignAttention, ReopenAttention, ResolveAttention, SnoozeAttention};
use crate::components::badge::{Chip, StatusBadge};
use crate::components::console::console;
use crate::components::form::{ActForm, ActNotice};
use crate::components::link::path;
use crate::components::time::{Ago, Moment};
use crate::tracking::attention::{AttentionItem, AttentionState, SnoozeFor};
use crate::tracking::people::Role;
use crate::words::{attention as words, common};
use leptos::prelude::*;

/// A row of the list; its acts are there for whoever may act.
#[component]
pub(super) fn ItemRow(item: AttentionItem, people: Vec<String>) -> impl IntoView {
    let may = console().may(Role::Operator);
    let href = path(&format!("/parcels/{}", item.parcel));
    let last = item.last_event_text.clone().map(|text| view! { <q>{text}</q> });
    let place = item.last_event_place.clone().map(|place| format!(" · {place}"));
    let zone = item.zone.clone();
    let (acted, cared) = (item.clone(), item.clone());
    let (urgent, tone) = (item.urgent, if item.urgent { "red" } else { "amber" });
    view! {
        <li class="item" data-row data-urgent=urgent.then_some("")>
            <div class="item-head">
                <a class="row-link number" href=href>{item.number.clone()}</a>
                <StatusBadge status=item.status/>
                {(item.queue.label() != item.status.label()).then(|| view! { <span class="chip" data-tone=tone>{item.queue.label()}</span> })}
                {item.is_test.then(|| view! { <Chip word=common::TEST tone=Some("violet") icon=Some("bench")/> })}
                <span class="item-since muted"><span class="unseen">{words::SINCE}</span><Ago at=item.since zone=item.zone.clone()/></span>
            </div>
            <p class="item-why">{item.why.clone()}</p>
            <p class="small muted">
                {item.carrier.label()}" · "{item.endpoint_label.clone()}
                {item.piece.clone().map(|piece| words::piece(&piece))}
                {last.map(|last| view! { {words::LAST}{last} })}{place}
                {item.last_event_at.map(|at| view! { " · "<Moment at zone=zone/> })}
            </p>
            <p class="small"><span class="muted">{words::WHAT_HELPS}</span>{item.next_step.clone()}</p>
            <Care item=cared/>
            {may.then(|| view! { <Acts item=acted people/> })}
        </li>
    }
}

/// Who looks after it, and whether it rests.
#[component]
fn Care(item: AttentionItem) -> impl IntoView {
    let zone = item.zone.clone();
    let some = item.owner.is_some() || item.state != AttentionState::Open;
    some.then(|| view! {
        <p class="row small">
            {item.owner.map(|owner| view! { <Chip word=words::looked_after_by(&owner) icon=Some("person") tone=Some("blue")/> })}
            {item.snoozed_until.map(|at| view! { <span class="chip" data-tone="grey">{words::SNOOZED_UNTIL}<Moment at zone=zone/></span> })}
            {item.snoozed_until_event.then(|| view! { <Chip word=words::SNOOZED_UNTIL_EVENT/> })}
            {item.resolution.map(|done| view! {
                <span class="chip" data-tone="green">{words::RESOLVED_BY}{done.by}": "{done.reason}</span>
            })}
        </p>
    })
}

#[component]
fn Acts(item: AttentionItem, people: Vec<String>) -> impl IntoView {
    let (assign, snooze) = (ServerAction::<AssignAttention>::new(), ServerAction::<SnoozeAttention>::new());
    let (resolve, reopen) = (ServerAction::<ResolveAttention>::new(), ServerAction::<ReopenAttention>::new());
    let me = console().viewer.map(|viewer| viewer.name).unwrap_or_default();
    let mine = item.owner.as_deref() == Some(me.as_str());
    let id = item.parcel.to_string();
    let open = item.state == AttentionState::Open;
    let number = item.number.clone();
    let unseen = move || view! { <span class="unseen">{format!(" {number}")}</span> };
    let (of_mine, of_snooze, of_resolve, of_reopen, of_other) = (unseen(), unseen(), unseen(), unseen(), unseen());
    let hidden = move || view! { <input type="hidden" name="parcel" value=id.clone()/> };
    let (h1, h2, h3, h4, h5) = (hidden(), hidden(), hidden(), hidden(), hidden());
    let owner = if mine { String::new() } else { me };
    let owned = item.owner.clone();
    let number = item.number;
    let labels = [words::snooze_for(&number), words::why_done(&number)];
    let [snooze_label, resolve_label] = labels;
    let other_label = words::who_looks_after(&number);
    view! {
        <div class="item-acts">
            <ActForm action=assign>
                {h1}<input type="hidden" name="owner" value=owner/>
                <button class="button">{if mine { words::GIVE_BACK } else { words::ASSIGN_TO_ME }}{of_mine}</button>
            </ActForm>
            {if open {
                view! {
                    <ActForm action=snooze class="row">
                        {h2}
                        <select class="control" data-fit name="how_long" aria-label=snooze_label>
                            {SnoozeFor::ALL.iter().map(|each| view! { <option value=each.as_str()>{each.label()}</option> }).collect_view()}
                        </select>
                        <button class="button">{words::SNOOZE}{of_snooze}</button>
                    </ActForm>
                    <details class="fold">
                        <summary class="button" data-kind="quiet">{words::RESOLVE_OPEN}{of_resolve}</summary>
                        <ActForm action=resolve class="row">
                            {h3}
                            <input class="control" data-fit name="reason" required maxlength="500" autocomplete="off" aria-label=resolve_label placeholder=words::WHY_DONE/>
                            <button class="button" data-kind="primary">{words::RESOLVE}</button>
                        </ActForm>
                    </details>
                }.into_any()
            } else {
                view! { <ActForm action=reopen>{h4}<button class="button">{words::OPEN_AGAIN}{of_reopen}</button></ActForm> }.into_any()
            }}
            <details class="fold">
                <summary class="button" data-kind="quiet">{words::ASSIGN_OPEN}{of_other}</summary>
                <ActForm action=assign class="row">
                    {h5}
                    <select class="control" data-fit name="owner" aria-label=other_label>
                        <option value="">{words::NOBODY}</option>
                        {people.into_iter().map(|name| {
                            let selected = owned.as_deref() == Some(name.as_str());
                            let word = name.clone();
                            view! { <option value=word selected=selected>{name}</option> }
                        }).collect_view()}
                    </select>
                    <button class="button">{words::ASSIGN}</button>
                </ActForm>
            </details>
            <ActNotice action=assign/><ActNotice action=snooze/><ActNotice action=resolve/><ActNotice action=reopen/>
        </div>
    }
}
