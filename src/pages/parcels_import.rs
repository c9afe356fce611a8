//! `/parcels/import`: a list of parcels as CSV: bring it, see what each line would come to, take it over.

use crate::api::lists::{CommitImport, show_import};
use crate::components::asked::Asked;
use crate::components::badge::Badge;
use crate::components::card::Card;
use crate::components::form::{ActForm, ActNotice};
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::table::TableBox;
use crate::tracking::import::{ImportLine, ImportReport, LineOutcome, MOST_LINES};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Bringing a list.
#[component]
pub fn ParcelsImportPage() -> impl IntoView {
    let query = use_query_map();
    let id = move || query.with(|query| query.get("id").and_then(|id| id.parse().ok()));
    let fault = move || query.with(|query| query.get("fault").map(|word| fault_text(&word)));
    let report = Resource::new_blocking(id, show_import);
    view! {
        <nav class="page-trail" aria-label="Trail"><a href=path("/parcels")>"Parcels"</a></nav>
        <PageHead title=Signal::derive(|| "Import parcels".to_owned()) lead="Numbers to follow before their first event, with their orders and tags; or statuses that you know better than the carrier."/>
        {move || fault().map(|text| view! { <Notice tone="red" icon="triangle">{text}</Notice> })}
        <Asked
            resource=report
            children={|report: Option<ImportReport>| match report {
                Some(report) => view! { <Report report/> }.into_any(),
                None => view! { <Bring/> }.into_any(),
            }}
        />
    }
}

fn fault_text(word: &str) -> &'static str {
    match word {
        "empty" => "Nothing was brought. Choose a file, or paste the list.",
        "large" => "The list is larger than 1 MiB. Bring it in parts.",
        "failed" => "The list could not be kept. Nothing was changed; the server’s log says why.",
        _ => "The form could not be read. Nothing was changed; try again.",
    }
}

#[component]
fn Bring() -> impl IntoView {
    view! {
        <Card title="The list">
            <form method="post" action=path("/parcels/import") enctype="multipart/form-data" class="form">
                <div class="field">
                    <label for="import-file">"A CSV file"</label>
                    <input id="import-file" type="file" name="file" class="control" accept=".csv,.tsv,.txt,text/csv,text/plain"/>
                </div>
                <div class="field">
                    <label for="import-text">"Or paste it"</label>
                    <textarea id="import-text" name="text" class="control mono" rows="8" spellcheck="false" placeholder="number,carrier,order,tag"></textarea>
                </div>
                <div class="form-actions"><button class="button" data-kind="primary">"See what it comes to"</button></div>
            </form>
        </Card>
        <Card title="Its columns">
            <p>{format!("The first line names them; only “number” must be there. Commas, semicolons and tabs all separate. At most {MOST_LINES} lines and 1 MiB.")}</p>
            <dl class="facts">
                <dt>"number"</dt><dd>"The tracking number."</dd>
                <dt>"carrier, account"</dt><dd>"Whose, where there are several accounts."</dd>
                <dt>"order, references"</dt><dd>"Other numbers: one order, or several as “order:1 | customer:2”."</dd>
                <dt>"tag"</dt><dd>"One or several, with | between them."</dd>
                <dt>"status, reason"</dt><dd>"delivered, lost, returned or cancelled, where the carrier never says so, and why."</dd>
            </dl>
        </Card>
    }
}

#[component]
fn Report(report: ImportReport) -> impl IntoView {
    let action = ServerAction::<CommitImport>::new();
    let tally: Vec<String> = LineOutcome::ALL
        .iter()
        .map(|outcome| (report.count(*outcome), outcome.label()))
        .filter(|(n, _)| *n > 0)
        .map(|(n, label)| format!("{n} {}", label.to_lowercase()))
        .collect();
    let tally = if tally.is_empty() { "No lines".to_owned() } else { tally.join(" · ") };
    let (tone, said) = match (report.committed, report.does_something()) {
        (true, _) => ("green", "Taken over: "),
        (false, true) => ("blue", "Nothing is done yet. Taking it over means: "),
        (false, false) => ("grey", "There is nothing to take over: "),
    };
    let id = report.id.to_string();
    let ignored = report.ignored.join(", ");
    let takes = !report.committed && report.does_something();
    view! {
        {report.fault.clone().map(|fault| view! { <Notice tone="amber" icon="triangle">{fault}</Notice> })}
        <Notice tone icon="info">
            <p><strong>{said}</strong>{tally}"."</p>
            {(!ignored.is_empty()).then(|| view! { <p>{format!("Columns that mean nothing here: {ignored}.")}</p> })}
        </Notice>
        <div class="row">
            {takes
                .then(|| {
                    view! {
                        <ActForm action>
                            <input type="hidden" name="id" value=id/>
                            <button class="button" data-kind="primary">"Take it over"</button>
                        </ActForm>
                    }
                })}
            <a class="button" href=path("/parcels/import")>"Another list"</a>
            <a class="button" href=path("/parcels?order=created")>"To the parcels"</a>
        </div>
        <ActNotice action/>
        {(!report.lines.is_empty()).then(|| view! { <Lines lines=report.lines/> })}
    }
}

#[component]
fn Lines(lines: Vec<ImportLine>) -> impl IntoView {
    let rows = lines
        .into_iter()
        .map(|line| {
            let (tone, icon) = match line.outcome {
                LineOutcome::Created => ("green", "plus"),
                LineOutcome::Changed => ("blue", "plus"),
                LineOutcome::Known => ("grey", "check"),
                LineOutcome::Refused => ("red", "cross"),
            };
            let number = match line.parcel {
                Some(id) => {
                    view! { <a class="number" href=path(&format!("/parcels/{id}"))>{line.number}</a> }.into_any()
                }
                None => view! { <span class="number">{line.number}</span> }.into_any(),
            };
            view! {
                <tr role="row">
                    <td role="cell" class="numeric" data-label="Line">{line.line}</td>
                    <td role="cell">{number}<span class="second">{line.account}</span></td>
                    <td role="cell"><Badge tone icon word=line.outcome.label()/></td>
                    <td role="cell">{line.says}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableBox label="Lines of the list">
            <table class="table" data-cards role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Line"</th>
                        <th role="columnheader" scope="col">"Parcel"</th>
                        <th role="columnheader" scope="col">"Comes to"</th>
                        <th role="columnheader" scope="col">"Which means"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </TableBox>
    }
}
