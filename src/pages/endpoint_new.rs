//! The form that adds an endpoint.

use crate::api::endpoints::{AddEndpoint, show_carrier};
use crate::components::asked::Asked;
use crate::components::field::Field;
use crate::components::form::{ActFault, ActForm, ActNotice};
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::setting::{SecretInput, SettingInputs};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::CarrierFacts;
use crate::words::{common, endpoint as words, frame};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/carriers/new?carrier=…`.
#[component]
pub fn EndpointNewPage() -> impl IntoView {
    let carrier = use_query_map().get_untracked().get("carrier").and_then(|word| word.parse::<CarrierId>().ok());
    view! {
        <nav class="page-trail" aria-label=common::TRAIL><a href=path("/carriers")>{frame::CARRIERS}</a></nav>
        {match carrier {
            None => view! { <Choose/> }.into_any(),
            Some(carrier) => {
                view! { <Asked answer=show_carrier(carrier) children={|facts: CarrierFacts| view! { <Form facts/> }}/> }.into_any()
            }
        }}
    }
}

#[component]
fn Choose() -> impl IntoView {
    view! {
            <PageHead title=words::ADD_TITLE lead=words::FOR_WHICH/>
            <ul class="cards">{CarrierId::ALL.into_iter().map(|carrier| view! {
                <li><a class="button" href=path(&format!("/carriers/new?carrier={carrier}"))>{carrier.label()}</a></li>
            }).collect_view()}</ul>
    }
}

#[component]
fn Form(facts: CarrierFacts) -> impl IntoView {
    let add = ServerAction::<AddEndpoint>::new();
    view! {
            <PageHead title=words::add_title(&facts.name) lead=facts.proof.clone()/>
            {facts.caution.clone().map(|caution| view! { <Notice tone="amber" icon="triangle">{caution}</Notice> })}
            <ActNotice action=add/>
            <ActForm action=add class="form">
                <input type="hidden" name="carrier" value=facts.id.as_str()/>
                <Field name="label" label=words::LABEL help=words::LABEL_HELP required=true max=Some(80)/>
                <ActFault action=add field="label"/>
                {facts.secrets.iter().map(|field| view! { <SecretInput field=field.clone()/><ActFault action=add field=field.name.as_str()/> }).collect_view()}
                <SettingInputs fields=facts.settings.clone() action=add/>
                <div class="form-actions">
                    <button class="button" data-kind="primary">{words::ADD}</button>
                    <a class="button" data-kind="quiet" href=path("/carriers")>{common::CANCEL}</a>
                </div>
            </ActForm>
    }
}
