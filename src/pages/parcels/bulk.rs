//! Acts on many parcels: the bar of the form around the table, and the notice of what it came to.

use crate::api::lists::{BulkParcels, UndoBulk};
use crate::components::form::{ActForm, ActNotice};
use crate::components::icon::Icon;
use crate::tracking::bulk::{BulkAct, BulkReport};
use crate::tracking::parcel::ParcelFilter;
use crate::words::{common, parcels as words};
use leptos::prelude::*;

/// The form around the table; its bar shows once a row is chosen.
#[component]
pub fn BulkForm(
    /// The query of the list.
    back: String,
    /// What the list is narrowed to, where there is more of it than is shown.
    whole: Option<ParcelFilter>,
    /// The table.
    children: Children,
) -> impl IntoView {
    let action = ServerAction::<BulkParcels>::new();
    let acts =
        BulkAct::ALL.iter().map(|act| view! { <option value=act.as_str()>{act.label()}</option> }).collect_view();
    let whole = whole.and_then(|filter| serde_json::to_string(&filter).ok());
    let whole = whole.map(|filter| {
        view! { <label class="tick"><input type="checkbox" name="whole" value=filter/>{words::WHOLE_LIST}</label> }
    });
    view! {
        <ActForm action class="bulk">
            <input type="hidden" name="back" value=back/>
            {children()}
            <div class="bulk-bar" role="group" aria-label=words::CHOSEN>
                <strong>{words::CHOSEN_IS}</strong>
                <select name="act" class="control" aria-label=words::WHAT_TO_DO>{acts}</select>
                <label class="bulk-tag"><span>{common::TAG}</span><input name="tag" class="control" maxlength="40" list="tags-in-use" autocomplete="off"/></label>
                <label class="bulk-reason"><span>{common::REASON}</span><input name="reason" class="control" maxlength="300" autocomplete="off"/></label>
                {whole}
                <button class="button" data-kind="primary">{words::DO_IT}</button>
            </div>
            <ActNotice action/>
        </ActForm>
    }
}

/// What an act on many came to, with its undoing.
#[component]
pub fn BulkNotice(
    /// It.
    report: BulkReport,
    /// The query of the list.
    back: String,
) -> impl IntoView {
    let action = ServerAction::<UndoBulk>::new();
    let undo = (!report.undone && report.done() > 0).then(|| {
        view! {
            <ActForm action>
                <input type="hidden" name="id" value=report.id.to_string()/>
                <input type="hidden" name="back" value=back/>
                <button class="button">{common::UNDO}</button>
            </ActForm>
        }
    });
    let tone = if report.refused.is_empty() { "green" } else { "amber" };
    let refused = report.refused.len();
    view! {
        <div class="notice" data-tone=tone role="status">
            <Icon name=if refused == 0 { "check" } else { "triangle" }/>
            <div class="notice-body">
                <p>{report.sentence()}</p>
                {(refused > 0)
                    .then(|| {
                        view! {
                            <details>
                                <summary>{words::not_done(refused)}</summary>
                                <ul>
                                    {report
                                        .refused
                                        .into_iter()
                                        .map(|one| view! { <li><span class="number">{one.number}</span>": "{one.why}</li> })
                                        .collect_view()}
                                </ul>
                            </details>
                        }
                    })}
                <ActNotice action/>
            </div>
            {undo}
        </div>
    }
}
