//! `/components`, in development builds only: every part pages are made of, in every state.

use crate::components::badge::{Chip, StatusBadge};
use crate::components::bars::Bars;
use crate::components::card::{Card, Fact};
use crate::components::code::CodeBlock;
use crate::components::copy::CopyButton;
use crate::components::delivery::{OutcomeBadge, VerdictBadge};
use crate::components::field::{Field, FieldArea, FieldSelect, FieldTick};
use crate::components::icon::Icon;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::state::{EmptyState, ErrorState};
use crate::components::table::TableBox;
use crate::components::time::Ago;
use crate::tracking::delivery::{Outcome, Verdict};
use crate::tracking::status::{Reason, Status, Substatus};
use crate::tracking::time::Timestamp;
use crate::words::{common, gallery as words};
use leptos::prelude::*;

const TONES: [&str; 9] = ["grey", "blue", "orange", "violet", "teal", "red", "brown", "green", "amber"];
/// A number as long as any that came in.
const LONG: usize = 300;

/// The gallery.
#[component]
pub fn GalleryPage() -> impl IntoView {
    view! {
        <PageHead title=words::TITLE lead=words::LEAD>
            <a class="button" href="">{common::OPEN}</a>
        </PageHead>
        <div class="halves">
            <Card title=words::COLOURS>
                <p class="chips">{TONES.iter().map(|tone| view! { <Chip word=*tone tone=Some(*tone) icon=Some("flag")/> }).collect_view()}</p>
            </Card>
            <Card title=words::TYPE>
                <h1>{words::TYPE}</h1>
                <h2>{words::TYPE}</h2>
                <h3>{words::TYPE}</h3>
                <p>{words::SENTENCE}</p>
                <p class="muted small">{words::SENTENCE}</p>
                <p class="number">"ACP1055352"<CopyButton text="ACP1055352" what=common::NUMBER_NOUN/></p>
            </Card>
            <Card title=words::STATUSES>
                <p class="chips">{Status::ALL.iter().map(|status| view! { <StatusBadge status=*status/> }).collect_view()}</p>
                <p class="chips">{Status::ALL.iter().map(|status| view! { <StatusBadge status=*status large=true/> }).collect_view()}</p>
            </Card>
            <Card title=words::FINER>
                <p class="chips">{Substatus::ALL.iter().map(|finer| view! { <Chip word=finer.label()/> }).collect_view()}</p>
                <p class="chips">{Reason::ALL.iter().map(|reason| view! { <Chip word=reason.label() tone=Some("amber")/> }).collect_view()}</p>
            </Card>
            <Card title=words::PROOF>
                <p class="chips">{Verdict::ALL.iter().map(|verdict| view! { <VerdictBadge verdict=*verdict/> }).collect_view()}</p>
                <p class="chips">{Outcome::ALL.iter().map(|outcome| view! { <OutcomeBadge outcome=*outcome/> }).collect_view()}</p>
            </Card>
            <Card title=words::BUTTONS>
                <p class="row">
                    <button type="button" class="button">{words::PLAIN}</button>
                    <button type="button" class="button" data-kind="primary"><Icon name="plus"/>{words::MAIN}</button>
                    <button type="button" class="button" data-kind="danger">{words::DANGER}</button>
                    <button type="button" class="button" data-kind="quiet">{words::QUIET}</button>
                    <button type="button" class="button" disabled>{words::PLAIN}</button>
                </p>
            </Card>
            <Card title=words::NOTICES>
                <div class="stack">
                    {["green", "blue", "amber", "red", "grey"]
                        .map(|tone| view! { <Notice tone icon="info"><p>{words::SENTENCE}</p></Notice> })
                        .collect_view()}
                </div>
            </Card>
            <Card title=words::FIGURES>
                <Bars hours=(0..24).map(|hour| (hour * 7 % 23, hour % 5)).collect() label=words::FIGURES/>
                <dl class="facts">
                    <Fact name=words::PLAIN value=words::SENTENCE.to_owned()/>
                    <dt>{common::WHEN}</dt>
                    <dd><Ago at=Timestamp::from_millis(0)/></dd>
                </dl>
                <CodeBlock text=words::CODE label=words::TEXT wrap=true/>
            </Card>
        </div>
        <Fields/>
        <LongTexts/>
        <Card title=words::STATES>
            <EmptyState icon="parcels" title=words::STATES help=words::SENTENCE>
                <button type="button" class="button" data-kind="primary">{words::MAIN}</button>
            </EmptyState>
            <ErrorState message=words::SENTENCE.to_owned()/>
        </Card>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let options = || TONES.iter().map(|tone| ((*tone).to_owned(), (*tone).to_owned())).collect::<Vec<_>>();
    view! {
        <Card title=words::FIELDS>
            <form class="form" method="get">
                <Field name="plain" label=words::PLAIN help=words::HELP/>
                <Field name="wrong" label=words::PLAIN help=words::HELP error=Some(words::WRONG.to_owned())/>
                <Field name="narrow" label=words::PLAIN kind="number" unit=common::EVENTS narrow=true/>
                <FieldSelect name="one" label=words::PLAIN options=options()/>
                <FieldArea name="lines" label=words::TEXT value=words::CODE mono=true/>
                <FieldTick name="tick" label=words::PLAIN help=words::HELP checked=true/>
            </form>
        </Card>
    }
}

#[component]
fn LongTexts() -> impl IntoView {
    let long = "0123456789".repeat(LONG / 10);
    let texts = [words::GREEK, words::MALAY, words::HEBREW];
    view! {
        <Card title=words::TABLE flush=true>
            <TableBox label=words::TABLE>
                <table class="table" data-cards>
                    <thead><tr><th scope="col">{common::NUMBER}</th><th scope="col">{common::STATUS}</th><th scope="col">{words::TEXT}</th></tr></thead>
                    <tbody>
                        {texts
                            .map(|text| {
                                view! {
                                    <tr>
                                        <td class="head-cell"><span class="number">{long.clone()}</span></td>
                                        <td><StatusBadge status=Status::InTransit/></td>
                                        <td dir="auto">{text}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </TableBox>
        </Card>
    }
}
