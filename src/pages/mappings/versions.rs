//! Every version of a code's meaning, and the way back to an earlier one.

use super::codes::{Meaning, Sure};
use crate::api::mappings::RevertMapping;
use crate::components::form::{ActForm, ActNotice};
use crate::components::table::TableBox;
use crate::components::time::Moment;
use crate::tracking::mapping::{Mapping, MappingSheet};
use crate::words::{common, mappings as words};
use leptos::prelude::*;

/// Newest first; nothing before the first.
#[component]
pub fn Versions(
    /// What is known of the code.
    sheet: MappingSheet,
    /// Goes back.
    revert: ServerAction<RevertMapping>,
    /// Whether the asker may.
    may: bool,
) -> impl IntoView {
    let newest = sheet.row.map_or(0, |row| row.version);
    (!sheet.versions.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="versions-title" data-flush>
                <header><h2 id="versions-title">{words::HISTORY}</h2></header>
                <div class="card-body">
                    <TableBox label=words::VERSIONS><table class="table" data-cards>
                        <thead><tr><th scope="col">{words::VERSION}</th><th scope="col">{words::MEANT}</th><th scope="col">{words::BY}</th><th scope="col">{common::WHEN}</th>
                            {may.then(|| view! { <th scope="col"><span class="unseen">{words::GO_BACK}</span></th> })}</tr></thead>
                        <tbody>{sheet.versions.into_iter().map(|version| view! { <Version version newest revert may/> }).collect_view()}</tbody>
                    </table></TableBox>
                    <ActNotice action=revert/>
                </div>
            </section>
        }
    })
}

#[component]
fn Version(version: Mapping, newest: u32, revert: ServerAction<RevertMapping>, may: bool) -> impl IntoView {
    let earlier = version.version != newest;
    let words = words::use_again(version.version);
    view! {
        <tr>
            <td data-half="start" class="numeric">{version.version}</td>
            <td><Meaning target=version.target/>" "<Sure confidence=version.confidence/></td>
            <td data-label=words::BY>{version.author.unwrap_or_else(|| words::SHIPPED.into())}</td>
            <td data-label=common::WHEN><Moment at=version.created_at/></td>
            {may.then(|| view! {
                <td>{if earlier {
                    view! {
                        <ActForm action=revert>
                            <input type="hidden" name="carrier" value=version.carrier.as_str()/>
                            <input type="hidden" name="key" value=version.key/>
                            <input type="hidden" name="version" value=version.version.to_string()/>
                            <button class="button" aria-label=words>{words::USE_AGAIN}</button>
                        </ActForm>
                    }.into_any()
                } else {
                    view! { <span class="muted small">{words::COUNTS_NOW}</span> }.into_any()
                }}</td>
            })}
        </tr>
    }
}
