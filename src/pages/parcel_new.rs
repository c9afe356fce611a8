//! `/parcels/new`: following a number before its first event.

use crate::api::acts::RegisterParcel;
use crate::api::bench::bench_choices;
use crate::components::asked::Asked;
use crate::components::card::Card;
use crate::components::field::{Field, FieldSelect};
use crate::components::form::{ActFault, ActForm, ActNotice, fault_id};
use crate::components::link::path;
use crate::components::page_head::PageHead;
use crate::components::state::EmptyState;
use crate::tracking::test_bench::BenchChoice;
use crate::words::{common, frame, parcels as words};
use leptos::prelude::*;

/// The form.
#[component]
pub fn ParcelNewPage() -> impl IntoView {
    view! {
        <nav class="page-trail" aria-label=common::TRAIL><a href=path("/parcels")>{frame::PARCELS}</a></nav>
        <PageHead title=words::ADD lead=words::ADD_LEAD/>
        <Asked
            answer=bench_choices()
            children={|choices: Vec<BenchChoice>| {
                if choices.is_empty() {
                    view! {
                        <EmptyState icon="carriers" title=words::NO_ACCOUNT help=words::NO_ACCOUNT_HELP>
                            <a class="button" data-kind="primary" href=path("/carriers")>{words::ADD_CARRIER}</a>
                        </EmptyState>
                    }
                    .into_any()
                } else {
                    view! { <Number choices/> }.into_any()
                }
            }}
        />
    }
}

#[component]
fn Number(choices: Vec<BenchChoice>) -> impl IntoView {
    let action = ServerAction::<RegisterParcel>::new();
    let accounts = choices.into_iter().map(|choice| (choice.endpoint.id.to_string(), choice.label()));
    view! {
        <Card title=common::PARCEL>
            <ActForm action class="form">
                <FieldSelect name="endpoint" label=words::ACCOUNT options=accounts.collect()/>
                <Field name="number" label=words::ADD_NUMBER required=true max=Some(100) described=fault_id("number")/>
                <ActFault action field="number"/>
                <Field name="order" label=words::ADD_ORDER help=words::ADD_ORDER_HELP max=Some(200) described=fault_id("order")/>
                <ActFault action field="order"/>
                <ActNotice action/>
                <div class="form-actions"><button class="button" data-kind="primary">{words::ADD}</button></div>
            </ActForm>
        </Card>
    }
}
