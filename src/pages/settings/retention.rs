//! For how long data that has its time is kept, what goes next and what went last.

use crate::api::privacy::SaveRetention;
use crate::components::field::Field;
use crate::components::form::{ActForm, ActNotice};
use crate::components::notice::Notice;
use crate::components::time::Moment;
use crate::tracking::retention::{Due, KeptKind, RetentionSheet};
use crate::words::privacy as words;
use leptos::prelude::*;

/// The settings: a form for admins, words for others; and what the purge does.
#[component]
pub(super) fn RetentionPart(sheet: RetentionSheet, admin: bool) -> impl IntoView {
    let save = ServerAction::<SaveRetention>::new();
    let RetentionSheet { settings, due, last } = sheet;
    let longer = match (settings.bodies_days, settings.people_days) {
        (Some(bodies), Some(people)) => bodies > people,
        (None, people) => people.is_some(),
        (Some(_), None) => false,
    };
    let field = move |kind: KeptKind| {
        let value = settings.days(kind).map(|days| days.to_string()).unwrap_or_default();
        let help = if kind == KeptKind::Bodies { words::BODIES_HELP } else { words::DAYS_HELP };
        view! { <Field name=kind.as_str() label=kind.label() kind="number" unit=words::DAYS value help narrow=true/> }
    };
    let kept = move |kind: KeptKind| settings.days(kind).map_or(words::FOR_EVER.to_owned(), words::for_days);
    view! {
        {longer.then(|| view! { <Notice tone="amber" icon="triangle">{words::LONGER_BODIES}</Notice> })}
        {if admin {
            view! {
                <ActForm action=save class="form">
                    {KeptKind::ALL.iter().map(|kind| field(*kind)).collect_view()}
                    <ActNotice action=save/>
                    <div class="form-actions"><button class="button">{words::SAVE}</button></div>
                </ActForm>
            }
            .into_any()
        } else {
            let lines = KeptKind::ALL.iter().map(|kind| view! { <dt>{kind.label()}</dt><dd>{kept(*kind)}</dd> });
            view! { <dl class="facts">{lines.collect_view()}</dl> }.into_any()
        }}
        <dl class="facts">
            {due.into_iter().map(|due| view! { <Next due/> }).collect_view()}
            {last.map(|last| view! {
                <dt>{words::LAST_PURGE}</dt>
                <dd>{words::removed(last.bodies, last.refused, last.recipients, last.signers)}
                    {last.at.map(|at| view! { ", "<Moment at/> })}</dd>
            })}
        </dl>
    }
}

#[component]
fn Next(due: Due) -> impl IntoView {
    view! {
        <dt>{due.kind.label()}</dt>
        <dd>{words::next_purge(due.count)}{due.oldest.map(|at| view! { {words::OLDEST}<Moment at/> })}</dd>
    }
}
