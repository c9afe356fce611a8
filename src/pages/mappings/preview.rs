//! What saving would change, before it is saved.

use crate::api::mappings::preview_mapping;
use crate::components::asked::Asked;
use crate::components::badge::StatusBadge;
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::table::TableBox;
use crate::tracking::mapping::{MappingDraft, MappingPreview, ParcelChange, ParcelState, PreviewedDraft};
use crate::tracking::status::{Reason, Substatus};
use crate::words::{common, mappings as words};
use leptos::prelude::*;

/// Asks once, for the draft in the address.
#[component]
pub fn Preview(
    /// As the form says it.
    draft: MappingDraft,
) -> impl IntoView {
    view! {
        <section class="card" id="preview" aria-labelledby="preview-title" data-flush>
            <header><h2 id="preview-title">{words::PREVIEW_TITLE}</h2></header>
            <div class="card-body">
                <Asked answer=preview_mapping(draft) children={|answer: PreviewedDraft| match answer.preview {
                    Some(preview) => view! { <Shown preview/> }.into_any(),
                    None => view! { <div class="code-none"><Notice tone="red" icon="triangle">
                        <ul>{answer.faults.into_iter().map(|fault| view! { <li>{fault.to_string()}</li> }).collect_view()}</ul>
                    </Notice></div> }.into_any(),
                }}/>
            </div>
        </section>
    }
}

#[component]
fn Shown(preview: MappingPreview) -> impl IntoView {
    let said = match preview.would_change {
        0 if preview.at_least => words::NONE_OF_THOSE.to_owned(),
        0 => words::NO_PARCEL.to_owned(),
        many => words::would_change(many, preview.at_least),
    };
    let looked = match (preview.at_least, preview.checked) {
        (true, checked) => words::looked_at(checked),
        (false, checked) => words::all_with_code(checked),
    };
    let more = (preview.would_change as usize).saturating_sub(preview.sample.len());
    let some = !preview.sample.is_empty();
    view! {
        <p class="code-none"><strong data-testid="would-change">{said}</strong>" "<span class="muted">{looked}</span></p>
        {some.then(|| view! {
            <TableBox label=words::WOULD_CHANGE><table class="table" data-cards>
                <thead><tr><th scope="col">{common::PARCEL}</th><th scope="col">{words::IS}</th><th scope="col">{words::WOULD_BE}</th></tr></thead>
                <tbody>{preview.sample.into_iter().map(|change| view! { <Change change/> }).collect_view()}</tbody>
            </table></TableBox>
        })}
        {(more > 0).then(|| view! { <p class="muted small code-none">{words::and_more(more)}</p> })}
    }
}

#[component]
fn Change(change: ParcelChange) -> impl IntoView {
    let test = change.is_test.then(|| view! { <span class="chip">{common::TEST}</span> });
    view! {
        <tr>
            <td><a class="mono" href=path(&format!("/parcels/{}", change.parcel))>{change.number}</a>" "{test}
                {change.piece.map(|piece| view! { <span class="second">{piece}</span> })}</td>
            <td data-label=words::IS>{state(change.from, words::NOT_THERE)}</td>
            <td data-label=words::WOULD_BE>{state(change.to, words::GONE)}</td>
        </tr>
    }
}

fn state(state: Option<ParcelState>, none: &'static str) -> AnyView {
    let Some(state) = state else { return view! { <span class="muted">{none}</span> }.into_any() };
    let finer: Vec<&str> = [state.substatus.map(Substatus::label), state.reason.map(Reason::label)]
        .into_iter()
        .flatten()
        .chain(state.flags.iter().map(|flag| flag.label()))
        .collect();
    view! { <StatusBadge status=state.status/><span class="second">{finer.join(", ")}</span> }.into_any()
}
