//! What one code means: status, substatus and reason to pick, what saving would change, and saving it.

use super::codes::{Meaning, Sure};
use super::preview::Preview;
use super::versions::Versions;
use crate::api::mappings::{ConfirmMapping, RevertMapping, SaveMapping};
use crate::components::badge::StatusBadge;
use crate::components::console::console;
use crate::components::field::{Choices, Field, FieldGroups, FieldTick};
use crate::components::form::{ActFault, ActForm, ActNotice, LookButton, fault_id};
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::time::Moment;
use crate::tracking::mapping::{CodeSample, InContext, MAPPABLE_KINDS, MappingDraft, MappingSheet, SETTABLE_FLAGS};
use crate::tracking::people::Role;
use crate::tracking::status::{Confidence, Kind, ParcelFlag, Reason, Status};
use crate::words::{common, mappings as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What can be done to a code.
#[derive(Clone, Copy)]
struct Acts {
    /// Makes a new version.
    save: ServerAction<SaveMapping>,
    /// Goes back.
    revert: ServerAction<RevertMapping>,
    /// Says that it is right.
    confirm: ServerAction<ConfirmMapping>,
}

impl Acts {
    fn new() -> Self {
        Self { save: ServerAction::new(), revert: ServerAction::new(), confirm: ServerAction::new() }
    }
}

/// The editor of one code.
#[component]
pub fn Editor(
    /// What is known of it.
    sheet: MappingSheet,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let acts = Acts::new();
    let may = console().may(Role::Operator);
    let row = sheet.row.clone();
    let looked = query.get("look").is_some();
    let draft = if looked { asked_for(&sheet) } else { kept(&sheet) };
    let previewed = (looked && may).then(|| asked_for(&sheet));
    view! {
        {query.get("done").and_then(|word| said(&word)).map(|text| view! { <Notice tone="green" icon="check">{text}</Notice> })}
        <section class="card" aria-labelledby="editor-title">
            <header>
                <h2 id="editor-title">{sheet.carrier.label()}" "<code>{sheet.key.clone()}</code></h2>
                {row.as_ref().map(|row| view! { <Sure confidence=row.confidence/> })}
            </header>
            <div class="card-body stack">
                <Now sheet=sheet.clone()/>
                {row.filter(|row| may && row.confidence != Confidence::High).map(|row| view! {
                    <ActForm action=acts.confirm class="row">
                        <input type="hidden" name="carrier" value=row.carrier.as_str()/>
                        <input type="hidden" name="key" value=row.key/>
                        <button class="button">{words::CONFIRM}</button>
                    </ActForm>
                    <ActNotice action=acts.confirm/>
                })}
                {if may { view! { <Form draft acts/> }.into_any() } else {
                    view! { <p class="muted small">{words::ONLY_OPERATORS}</p> }.into_any()
                }}
            </div>
        </section>
        {previewed.map(|draft| view! { <Preview draft/> })}
        <Samples samples=sheet.samples.clone()/>
        <Versions sheet revert=acts.revert may/>
    }
}

fn said(word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => words::SAVED,
        "reverted" => words::REVERTED,
        "confirmed" => words::CONFIRMED,
        _ => return None,
    })
}

/// What the code means at present.
#[component]
fn Now(sheet: MappingSheet) -> impl IntoView {
    match (sheet.row, sheet.guess) {
        (Some(row), _) => {
            let by = row.author.unwrap_or_else(|| words::SHIPPED.into());
            view! {
                <div class="row"><strong>{words::MEANS_NOW}</strong><Meaning target=row.target/></div>
                <p class="muted small">{words::version(row.version, &by)}<Moment at=row.created_at/></p>
            }
            .into_any()
        }
        (None, Some((target, confidence))) => view! {
            <div class="row"><strong>{words::TAKEN_FOR}</strong><Meaning target/><Sure confidence/></div>
            <p class="muted small">{words::RULE_SAYS}</p>
        }
        .into_any(),
        (None, None) => view! { <p>{words::NO_MEANING}</p> }.into_any(),
    }
}

/// The draft that stands in the address.
fn asked_for(sheet: &MappingSheet) -> MappingDraft {
    let query = use_query_map().get_untracked();
    let word = |name: &str| query.get(name).unwrap_or_default();
    let ticked = |name: &str| word(name) == "true";
    MappingDraft {
        carrier: sheet.carrier,
        key: sheet.key.clone(),
        kind: word("kind"),
        status: word("status"),
        substatus: word("substatus"),
        reason: word("reason"),
        flag: word("flag"),
        from_text: ticked("from_text"),
        in_context: word("in_context"),
        weak: ticked("weak"),
        note: word("note"),
    }
}

/// The row that counts, or what a rule takes the code for.
fn kept(sheet: &MappingSheet) -> MappingDraft {
    let empty = MappingDraft::of(sheet.carrier, &sheet.key);
    match (&sheet.row, &sheet.guess) {
        (Some(row), _) => MappingDraft { note: row.note.clone(), ..empty.meaning(&row.target) },
        (None, Some((target, _))) => empty.meaning(target),
        (None, None) => {
            let note = sheet.samples.first().map(|sample| sample.text.clone()).unwrap_or_default();
            MappingDraft { note: note.chars().filter(|c| !c.is_control()).take(200).collect(), ..empty }
        }
    }
}

fn pairs<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, label: impl Fn(T) -> &'static str) -> Vec<Choices> {
    vec![(String::new(), all.iter().map(|&item| (word(item).to_owned(), label(item).to_owned())).collect())]
}

fn substatuses() -> Vec<Choices> {
    let group = |status: &Status| {
        let options = status.substatuses().iter();
        let options = options.map(|substatus| (format!("{status}.{substatus}"), substatus.label().to_owned()));
        (status.label().to_owned(), options.collect())
    };
    Status::ALL.iter().map(group).collect()
}

#[component]
fn Form(draft: MappingDraft, acts: Acts) -> impl IntoView {
    let save = acts.save;
    let statuses = pairs(Status::ALL, Status::as_str, Status::label);
    let reasons = pairs(Reason::ALL, Reason::as_str, Reason::label);
    view! {
        <ActForm action=save class="form">
            <input type="hidden" name="carrier" value=draft.carrier.as_str()/>
            <input type="hidden" name="key" value=draft.key.clone()/>
            <FieldGroups name="status" label=common::STATUS none=words::NO_STATUS groups=statuses
                value=draft.status.clone() narrows="f-substatus" described=fault_id("status")/>
            <ActFault action=save field="status"/>
            <FieldGroups name="substatus" label=words::SUBSTATUS none=common::NONE groups=substatuses() value=draft.substatus.clone()
                help=words::SUBSTATUS_HELP described=fault_id("substatus")/>
            <ActFault action=save field="substatus"/>
            <FieldGroups name="reason" label=common::REASON none=common::NONE groups=reasons value=draft.reason.clone()
                help=words::REASON_HELP described=fault_id("reason")/>
            <ActFault action=save field="reason"/>
            <Field name="note" label=common::NOTE value=draft.note.clone() help=words::NOTE_HELP max=Some(500)/>
            <ActFault action=save field="note"/>
            <Rarer draft save/>
            <ActFault action=save field="key"/>
            <div class="form-actions">
                <LookButton to="/mappings" name="look">{words::PREVIEW}</LookButton>
                <button class="button" data-kind="primary">{common::SAVE}</button>
            </div>
        </ActForm>
        <ActNotice action=save/>
    }
}

/// What few codes need.
#[component]
fn Rarer(draft: MappingDraft, save: ServerAction<SaveMapping>) -> impl IntoView {
    let in_context = draft.in_context.parse::<InContext>().ok();
    let kinds = pairs(&MAPPABLE_KINDS[1..], Kind::as_str, Kind::label);
    let kind = if draft.kind == "status" { String::new() } else { draft.kind };
    let flags = pairs(&SETTABLE_FLAGS, ParcelFlag::as_str, ParcelFlag::label);
    view! {
        <details class="advanced"><summary>{words::MORE}</summary><div class="form">
            <FieldTick name="from_text" label=words::FROM_TEXT help=words::FROM_TEXT_HELP checked=draft.from_text/>
            <ActFault action=save field="from_text"/>
            <FieldGroups name="kind" label=words::KIND none=common::STATUS groups=kinds value=kind help=words::KIND_HELP described=fault_id("kind")/>
            <ActFault action=save field="kind"/>
            <FieldGroups name="flag" label=words::FLAG none=common::NONE groups=flags value=draft.flag described=fault_id("flag")/>
            <ActFault action=save field="flag"/>
            {in_context.map(|rule| view! {
                <FieldTick name="in_context" label=words::depends_on(rule.label()) value=rule.as_str() checked=true/>
            })}
            <FieldTick name="weak" label=words::WEAK help=words::WEAK_HELP checked=draft.weak/>
            <ActFault action=save field="weak"/>
        </div></details>
    }
}

/// Real events that have the code.
#[component]
fn Samples(samples: Vec<CodeSample>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="samples-title" data-flush>
            <header><h2 id="samples-title">{words::SAMPLES}</h2></header>
            <div class="card-body">
                {samples.is_empty().then(|| view! { <p class="muted small code-none">{words::NO_SAMPLES}</p> })}
                <ul class="code-list">{samples.into_iter().map(|sample| view! {
                    <li><div class="code-item">
                        <span class="code-line">
                            {match sample.parcel {
                                Some(id) => view! { <a class="mono" href=path(&format!("/parcels/{id}"))>{sample.number}</a> }.into_any(),
                                None => view! { <span class="mono">{sample.number}</span> }.into_any(),
                            }}
                            {sample.status.map(|status| view! { <StatusBadge status/> })}
                        </span>
                        <span class="code-more"><q>{sample.text}</q>" · "<Moment at=sample.received_at/></span>
                    </div></li>
                }).collect_view()}</ul>
            </div>
        </section>
    }
}
