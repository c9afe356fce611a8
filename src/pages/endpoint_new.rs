//! The form that adds an endpoint.

use super::delivery::{ActionFault, fault};
use crate::api::endpoints::{AddEndpoint, find_carrier};
use crate::components::field::{SecretInput, SettingInputs};
use crate::components::frame::PageHead;
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::state::{ErrorState, Skeleton};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::CarrierFacts;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/carriers/new?carrier=…`.
#[component]
pub fn EndpointNewPage() -> impl IntoView {
    let query = use_query_map();
    let carrier = move || query.read().get("carrier").and_then(|word| word.parse::<CarrierId>().ok());
    let facts = Resource::new(carrier, |carrier| async move {
        match carrier {
            Some(carrier) => find_carrier(carrier).await.map(Some),
            None => Ok(None),
        }
    });
    view! {
        <Transition fallback=|| view! { <div class="page"><Skeleton/></div> }>
            {move || Suspend::new(async move {
                match facts.await {
                    Ok(Some(facts)) => view! { <Form facts/> }.into_any(),
                    Ok(None) => view! { <Choose/> }.into_any(),
                    Err(error) => view! { <ErrorState error=error.to_string()/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Choose() -> impl IntoView {
    view! {
        <div class="page">
            <p class="page-trail"><a href=path("/carriers")>"Carriers"</a></p>
            <PageHead title="Add an endpoint".to_owned()><p class="page-lead">"For which carrier?"</p></PageHead>
            <ul class="cards">{CarrierId::ALL.into_iter().map(|carrier| view! {
                <li><a class="button" href=path(&format!("/carriers/new?carrier={carrier}"))>{carrier.label()}</a></li>
            }).collect_view()}</ul>
        </div>
    }
}

#[component]
fn Form(facts: CarrierFacts) -> impl IntoView {
    let add = ServerAction::<AddEndpoint>::new();
    let defaults = serde_json::Value::Null;
    view! {
        <div class="page">
            <p class="page-trail"><a href=path("/carriers")>"Carriers"</a></p>
            <PageHead title=format!("Add a {} endpoint", facts.name)>
                <p class="page-lead">{facts.proof.clone()}</p>
            </PageHead>
            {facts.caution.clone().map(|caution| view! { <Notice tone="amber">{caution}</Notice> })}
            <ActionFault message=Signal::derive(move || fault(add.value().get()))/>
            <ActionForm action=add attr:class="form">
                <input type="hidden" name="carrier" value=facts.id.as_str()/>
                <div class="field">
                    <label for="label">"Label"</label>
                    <input class="control" id="label" name="label" required maxlength="80" autocomplete="off"
                        aria-describedby="label-help"/>
                    <p class="field-help" id="label-help">"Your name for this account, for example “Main account”."</p>
                </div>
                {facts.secrets.iter().map(|secret| view! { <SecretInput secret=secret.clone() required=false/> }).collect_view()}
                <SettingInputs fields=facts.settings.clone() values=defaults/>
                <div class="form-actions">
                    <button class="button" data-kind="primary">"Add endpoint"</button>
                    <a class="button" data-kind="quiet" href=path("/carriers")>"Cancel"</a>
                </div>
            </ActionForm>
        </div>
    }
}
