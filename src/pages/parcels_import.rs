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
use crate::words::{common, frame, import as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Bringing a list.
#[component]
pub fn ParcelsImportPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let id = query.get("id").and_then(|id| id.parse().ok());
    let fault = query.get("fault").map(|word| fault_text(&word));
    view! {
        <nav class="page-trail" aria-label=common::TRAIL><a href=path("/parcels")>{frame::PARCELS}</a></nav>
        <PageHead title=words::TITLE lead=words::LEAD/>
        {fault.map(|text| view! { <Notice tone="red" icon="triangle">{text}</Notice> })}
        <Asked
            answer=show_import(id)
            children={|report: Option<ImportReport>| match report {
                Some(report) => view! { <Report report/> }.into_any(),
                None => view! { <Bring/> }.into_any(),
            }}
        />
    }
}

fn fault_text(word: &str) -> &'static str {
    match word {
        "empty" => words::EMPTY,
        "large" => words::LARGE,
        "failed" => words::FAILED,
        _ => words::UNREADABLE,
    }
}

#[component]
fn Bring() -> impl IntoView {
    view! {
        <Card title=words::THE_LIST>
            <form method="post" action=path("/parcels/import") enctype="multipart/form-data" class="form">
                <div class="field">
                    <label for="import-file">{words::FILE}</label>
                    <input id="import-file" type="file" name="file" class="control" accept=".csv,.tsv,.txt,text/csv,text/plain"/>
                </div>
                <div class="field">
                    <label for="import-text">{words::PASTE}</label>
                    <textarea id="import-text" name="text" class="control mono" rows="8" spellcheck="false" placeholder=words::EXAMPLE></textarea>
                </div>
                <div class="form-actions"><button class="button" data-kind="primary">{words::PREVIEW}</button></div>
            </form>
        </Card>
        <Card title=words::COLUMNS>
            <p>{words::columns_lead(MOST_LINES)}</p>
            <dl class="facts">
                <dt>{words::NUMBER}</dt><dd>{words::NUMBER_HELP}</dd>
                <dt>{words::CARRIER}</dt><dd>{words::CARRIER_HELP}</dd>
                <dt>{words::ORDER}</dt><dd>{words::ORDER_HELP}</dd>
                <dt>{words::TAG}</dt><dd>{words::TAG_HELP}</dd>
                <dt>{words::STATUS}</dt><dd>{words::STATUS_HELP}</dd>
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
    let tally = if tally.is_empty() { words::NO_LINES.to_owned() } else { tally.join(" · ") };
    let (tone, said) = match (report.committed, report.does_something()) {
        (true, _) => ("green", words::TAKEN),
        (false, true) => ("blue", words::NOT_YET),
        (false, false) => ("grey", words::NOTHING),
    };
    let id = report.id.to_string();
    let ignored = report.ignored.join(", ");
    let takes = !report.committed && report.does_something();
    view! {
        {report.fault.clone().map(|fault| view! { <Notice tone="amber" icon="triangle">{fault}</Notice> })}
        <Notice tone icon="info">
            <p><strong>{said}</strong>{tally}"."</p>
            {(!ignored.is_empty()).then(|| view! { <p>{words::unknown_columns(&ignored)}</p> })}
        </Notice>
        <div class="row">
            {takes
                .then(|| {
                    view! {
                        <ActForm action>
                            <input type="hidden" name="id" value=id/>
                            <button class="button" data-kind="primary">{words::TAKE}</button>
                        </ActForm>
                    }
                })}
            <a class="button" href=path("/parcels/import")>{words::ANOTHER}</a>
            <a class="button" href=path("/parcels?order=created")>{common::TO_PARCELS}</a>
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
                    <td role="cell" class="numeric" data-label=words::LINE>{line.line}</td>
                    <td role="cell">{number}<span class="second">{line.account}</span></td>
                    <td role="cell"><Badge tone icon word=line.outcome.label()/></td>
                    <td role="cell">{line.says}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableBox label=words::LINES>
            <table class="table" data-cards role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{words::LINE}</th>
                        <th role="columnheader" scope="col">{common::PARCEL}</th>
                        <th role="columnheader" scope="col">{words::COMES_TO}</th>
                        <th role="columnheader" scope="col">{words::MEANS}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </TableBox>
    }
}
