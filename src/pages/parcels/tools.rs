//! How the list is looked at: which columns, and views to be saved under a name. Plain forms.

use crate::api::lists::{DropView, SaveView, SetColumns};
use crate::components::console::console;
use crate::components::field::{Field, FieldTick};
use crate::components::form::{ActForm, ActNotice};
use crate::components::icon::Icon;
use crate::tracking::people::Role;
use crate::tracking::view::{ParcelColumn, SavedView};
use crate::words::{common, parcels as words};
use leptos::prelude::*;

/// Two folded forms beside the filters.
#[component]
pub fn Tools(
    /// What is shown.
    columns: Vec<ParcelColumn>,
    /// The saved view that is shown.
    current: Option<SavedView>,
    /// The query of the list.
    back: String,
) -> impl IntoView {
    view! {
        <div class="list-tools">
            <Columns columns=columns.clone() back=back.clone()/>
            <Saving columns current back/>
        </div>
    }
}

#[component]
fn Columns(columns: Vec<ParcelColumn>, back: String) -> impl IntoView {
    let action = ServerAction::<SetColumns>::new();
    // The choice counts once no columns stand in the address.
    let back = without(&back, &["columns", "saved"]);
    let ticks = ParcelColumn::ALL
        .iter()
        .map(|column| {
            let checked = columns.contains(column);
            view! {
                <label class="tick">
                    <input type="checkbox" name="columns[]" value=column.as_str() checked=checked/>
                    <span>{column.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="popup">
            <summary class="button"><Icon name="columns"/>{words::COLUMNS}</summary>
            <div class="popup-body">
                <ActForm action class="form">
                    <input type="hidden" name="back" value=back/>
                    <fieldset>
                        <legend>{words::COLUMNS_HELP}</legend>
                        <div class="ticks">{ticks}</div>
                    </fieldset>
                    <div class="form-actions"><button class="button" data-kind="primary">{words::SHOW_THESE}</button></div>
                    <ActNotice action/>
                </ActForm>
            </div>
        </details>
    }
}

#[component]
fn Saving(columns: Vec<ParcelColumn>, current: Option<SavedView>, back: String) -> impl IntoView {
    let save = ServerAction::<SaveView>::new();
    let back = without(&back, &["saved", "cursor"]);
    let name = current.as_ref().filter(|view| view.own).map(|view| view.name.clone()).unwrap_or_default();
    let shared = current.as_ref().is_some_and(|view| view.own && view.shared);
    let may_share = console().may(Role::Operator);
    view! {
        <details class="popup">
            <summary class="button"><Icon name="plus"/>{words::SAVE_VIEW}</summary>
            <div class="popup-body">
                <ActForm action=save class="form">
                    <input type="hidden" name="back" value=back/>
                    <input type="hidden" name="columns" value=ParcelColumn::text(&columns)/>
                    <Field name="name" label=common::NAME value=name help=words::SAVE_VIEW_HELP/>
                    {may_share.then(|| view! { <FieldTick name="shared" label=words::FOR_EVERYBODY checked=shared/> })}
                    <div class="form-actions"><button class="button" data-kind="primary">{common::SAVE}</button></div>
                    <ActNotice action=save/>
                </ActForm>
                {current.filter(|view| view.own).map(|view| view! { <Dropping view/> })}
            </div>
        </details>
    }
}

#[component]
fn Dropping(view: SavedView) -> impl IntoView {
    let action = ServerAction::<DropView>::new();
    view! {
        <ActForm action>
            <input type="hidden" name="id" value=view.id.to_string()/>
            <button class="button" data-kind="danger">{words::drop_view(&view.name)}</button>
            <ActNotice action/>
        </ActForm>
    }
}

/// A query without these parameters.
fn without(query: &str, names: &[&str]) -> String {
    let keeps = |pair: &&str| !names.contains(&pair.split('=').next().unwrap_or_default());
    query.split('&').filter(keeps).collect::<Vec<_>>().join("&")
}
