//! One endpoint: address to copy, registration, secrets, settings.

use super::carriers::RegistrationBadge;
use crate::api::Fault;
use crate::api::endpoints::{
    AskCarrier, DeleteEndpoint, NewHookUrl, PutSecret, SaveEndpoint, SetEndpointState, show_endpoint,
};
use crate::components::asked::Asked;
use crate::components::copy::CopyButton;
use crate::components::field::Field;
use crate::components::form::{ActFault, ActForm, ActNotice};
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::setting::SettingInputs;
use crate::components::time::Moment;
use crate::tracking::endpoint::{Endpoint, EndpointDetail, EndpointState, SecretField, SecretName, SecretState};
use crate::tracking::registration::{Registration, StepState};
use crate::words::{common, endpoint as words, frame};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

/// `/carriers/{endpoint id}`.
#[component]
pub fn EndpointPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let shown = use_query_map().get_untracked().get("shown");
    let found = async move {
        let id = id.parse().map_err(|_| Fault::NotFound(common::NO_ENDPOINT.into()))?;
        show_endpoint(id, shown).await
    };
    view! {
        <nav class="page-trail" aria-label=common::TRAIL><a href=path("/carriers")>{frame::CARRIERS}</a></nav>
        <Asked answer=found live="endpoints" children={|detail: EndpointDetail| view! { <Detail detail/> }}/>
    }
}

fn said(word: &str) -> Option<&'static str> {
    Some(match word {
        "added" => words::ADDED,
        "saved" => common::SAVED,
        "active" => words::ACTIVE,
        "paused" => words::PAUSED,
        "observe" => words::OBSERVING,
        "secret" => words::NEW_SECRET_COUNTS,
        "url" => words::NEW_ADDRESS_COUNTS,
        "register" | "activate" | "check" | "unsubscribe" => words::CARRIER_ANSWERED,
        _ => return None,
    })
}

#[component]
fn Detail(detail: EndpointDetail) -> impl IntoView {
    let done = use_query_map().get_untracked().get("done");
    let EndpointDetail { endpoint, facts, registration, made, may_change } = detail;
    let id = endpoint.id;
    let secrets = facts.secrets.clone();
    view! {
            <PageHead title=endpoint.label.clone()>
                <a class="button" href=path(&format!("/test-bench?endpoint={id}"))>{common::SEND_TEST}</a>
                <a class="button" href=path(&format!("/deliveries?endpoint={id}"))>{frame::DELIVERIES}</a>
            </PageHead>
            <p class="row">{facts.name.clone()}<RegistrationBadge state=registration.state/><StateChip state=endpoint.state/></p>
            {done.and_then(|word| said(&word)).map(|text| view! { <Notice tone="green" icon="check">{text}</Notice> })}
            {made.map(|secret| view! {
                <Notice tone="amber" icon="triangle"><strong>{common::COPY_NOW}</strong>
                    <p class="row"><code data-testid="made-secret">{secret.clone()}</code><CopyButton text=secret what=words::SECRET_NOUN/></p>
                </Notice>
            })}
            <div class="columns">
                <div class="stack">
                    <Address endpoint=endpoint.clone() may_change/>
                    <RegistrationCard id registration may_change/>
                    {may_change.then(|| view! { <Settings endpoint=endpoint.clone() fields=facts.settings.clone()/> })}
                </div>
                <div class="stack">
                    <About endpoint=endpoint.clone() proof=facts.proof.clone() retries=facts.retries.clone()/>
                    <Secrets endpoint=endpoint.clone() secrets may_change/>
                    {may_change.then(|| view! { <Conduct endpoint=endpoint.clone()/> })}
                </div>
            </div>
    }
}

#[component]
fn StateChip(state: EndpointState) -> impl IntoView {
    let tone = if state == EndpointState::Active { "green" } else { "amber" };
    view! { <span class="chip" data-tone=tone>{state.label()}</span> }
}

#[component]
fn Address(endpoint: Endpoint, may_change: bool) -> impl IntoView {
    let renew = ServerAction::<NewHookUrl>::new();
    view! {
        <section class="card" aria-labelledby="address-title">
            <header><h2 id="address-title">{words::ADDRESS}</h2></header>
            <div class="card-body stack">
                <p class="row address"><code data-testid="hook-url">{endpoint.hook_url.clone()}</code>
                    <CopyButton text=endpoint.hook_url what=words::ADDRESS_NOUN/></p>
                <p class="muted small">{words::ADDRESS_HELP}</p>
                {endpoint.previous_url_until.map(|until| view! {
                    <p class="muted small">{words::SERVED_UNTIL}<Moment at=until/>{words::TOO}</p>
                })}
                {may_change.then(|| view! {
                    <details><summary>{words::NEW_ADDRESS}</summary>
                        <ActForm action=renew class="form">
                            <input type="hidden" name="id" value=endpoint.id.to_string()/>
                            <KeepHours id="url-keep"/>
                            <div class="form-actions"><button class="button" data-kind="danger">{words::NEW_ADDRESS}</button></div>
                        </ActForm>
                        <ActNotice action=renew/>
                    </details>
                })}
            </div>
        </section>
    }
}

/// For how many hours the previous secret or address holds too.
#[component]
fn KeepHours(id: &'static str) -> impl IntoView {
    view! {
        <div class="field" data-narrow>
            <label for=id>{words::KEEP_OLD}</label>
            <div class="field-row">
                <input class="control" type="number" id=id name="keep_previous_hours" value="72" min="0" max="8760" required/>
                <span class="field-unit">{words::HOURS}</span>
            </div>
        </div>
    }
}

#[component]
fn RegistrationCard(id: Uuid, registration: Registration, may_change: bool) -> impl IntoView {
    let ask = ServerAction::<AskCarrier>::new();
    let acts = registration.acts.clone();
    view! {
        <section class="card" id="registration" aria-labelledby="registration-title">
            <header><h2 id="registration-title">{words::REGISTRATION}</h2><RegistrationBadge state=registration.state/></header>
            <div class="card-body stack">
                <ol class="steps">{registration.steps.into_iter().map(|step| {
                    let (tone, icon) = match step.state {
                        StepState::Done => ("green", "check"),
                        StepState::Failed => ("red", "triangle"),
                        StepState::Todo => ("grey", "clock"),
                    };
                    view! {
                        <li data-tone=tone><Icon name=icon/>
                            <div><p>{step.title}<span class="unseen">" — "{step.state.label()}</span></p>
                                {step.at.map(|at| view! { <p class="muted small"><Moment at/></p> })}
                                {step.message.map(|text| view! { <p class="small">{text}</p> })}
                            </div>
                        </li>
                    }
                }).collect_view()}</ol>
                {(may_change && !acts.is_empty()).then(|| view! {
                    <div class="form-actions">{acts.into_iter().map(|act| view! {
                        <ActForm action=ask>
                            <input type="hidden" name="id" value=id.to_string()/>
                            <input type="hidden" name="act" value=act.as_str()/>
                            <button class="button">{act.label()}</button>
                        </ActForm>
                    }).collect_view()}</div>
                })}
                <ActNotice action=ask/>
                {registration.handouts.into_iter().map(|handout| {
                    let long = handout.text.len() > 200;
                    view! {
                        <details open=!long><summary>{handout.label.clone()}</summary>
                            <div class="code-block" data-wrap><pre tabindex="0" aria-label=handout.label.clone()>{handout.text.clone()}</pre>
                                <CopyButton text=handout.text what=handout.label/>
                            </div>
                        </details>
                    }
                }).collect_view()}
                <dl class="facts">
                    <dt>{words::LAST_CHECKED}</dt><dd>{moment(registration.last_checked_at)}</dd>
                    <dt>{words::LAST_DELIVERY}</dt><dd>{moment(registration.last_delivery_at)}</dd>
                </dl>
            </div>
        </section>
    }
}

fn moment(at: Option<crate::tracking::time::Timestamp>) -> AnyView {
    match at {
        Some(at) => view! { <Moment at/> }.into_any(),
        None => view! { <span class="muted">{words::NEVER}</span> }.into_any(),
    }
}

#[component]
fn About(endpoint: Endpoint, proof: String, retries: String) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="about-title">
            <header><h2 id="about-title">{words::PROVES}</h2></header>
            <div class="card-body stack">
                <p>{proof}</p>
                <p class="muted">{retries}</p>
                <dl class="facts">
                    <dt>{frame::DELIVERIES}</dt><dd class="numeric">{endpoint.deliveries_count}</dd>
                    <dt>{words::LAST_PROVEN}</dt><dd>{moment(endpoint.last_verified_at)}</dd>
                    <dt>{words::FAILED_24H}</dt><dd class="numeric">{endpoint.failed_24h}</dd>
                    <dt>{words::WAS_ADDED}</dt><dd>{moment(Some(endpoint.created_at))}</dd>
                </dl>
            </div>
        </section>
    }
}

fn state_of(endpoint: &Endpoint, name: SecretName) -> SecretState {
    match name {
        SecretName::Secret => endpoint.secret.clone(),
        SecretName::ApiKey => endpoint.api_key.clone(),
        SecretName::HeaderValue => endpoint.header_value.clone(),
        SecretName::ClientId => endpoint.client_id.clone(),
        SecretName::ClientSecret => endpoint.client_secret.clone(),
    }
}

#[component]
fn Secrets(endpoint: Endpoint, secrets: Vec<SecretField>, may_change: bool) -> impl IntoView {
    (!secrets.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="secrets-title">
                <header><h2 id="secrets-title">{words::SECRETS}</h2></header>
                <div class="card-body stack">{secrets.into_iter().map(|field| {
                    let state = state_of(&endpoint, field.name);
                    view! { <Secret id=endpoint.id field state may_change/> }
                }).collect_view()}</div>
            </section>
        }
    })
}

#[component]
fn Secret(id: Uuid, field: SecretField, state: SecretState, may_change: bool) -> impl IntoView {
    let put = ServerAction::<PutSecret>::new();
    let input = format!("{}-value", field.name);
    let keep = match field.name {
        SecretName::Secret => "secret-keep",
        SecretName::ApiKey => "api-key-keep",
        SecretName::HeaderValue => "header-value-keep",
        SecretName::ClientId => "client-id-keep",
        SecretName::ClientSecret => "client-secret-keep",
    };
    let verb = if state.set { words::REPLACE } else { words::SET };
    let label = field.label.clone();
    view! {
        <div class="secret">
            <p><strong>{field.label.clone()}</strong>" "
                {if state.set { state.last4.map_or_else(|| words::IS_SET.to_owned(), |last4| words::ends_in(&last4)) } else { words::IS_NOT_SET.to_owned() }}
            </p>
            {state.rotated_at.map(|at| view! { <p class="muted small">{words::SINCE}<Moment at/></p> })}
            {state.previous_until.map(|until| view! {
                <p class="muted small">{words::HOLDS_UNTIL}<Moment at=until/>
                    {state.previous_last_used_at.map(|at| view! { {words::USED_LAST}<Moment at/> })}</p>
            })}
            {may_change.then(|| view! {
                <details><summary>{format!("{verb} {label}")}</summary>
                    <ActForm action=put class="form">
                        <input type="hidden" name="id" value=id.to_string()/>
                        <input type="hidden" name="name" value=field.name.as_str()/>
                        <div class="field">
                            <label for=input.clone()>{words::new_secret(&label)}</label>
                            <input class="control mono" type="password" id=input name="secret" autocomplete="off"
                                minlength=field.min_length.to_string() maxlength=field.max_length.to_string()/>
                            <p class="field-help">{field.help.clone()}</p>
                        </div>
                        {state.set.then(|| view! { <KeepHours id=keep/> })}
                        {(!state.set).then(|| view! { <input type="hidden" name="keep_previous_hours" value="0"/> })}
                        <div class="form-actions">
                            <button class="button" data-kind="primary">{verb}</button>
                            {field.can_generate.then(|| view! {
                                <button class="button" name="generate" value="true">{words::MAKE_ONE_UP}</button>
                            })}
                        </div>
                    </ActForm>
                    <ActNotice action=put/>
                </details>
            })}
        </div>
    }
}

#[component]
fn Settings(endpoint: Endpoint, fields: Vec<crate::tracking::endpoint::SettingField>) -> impl IntoView {
    let save = ServerAction::<SaveEndpoint>::new();
    view! {
        <section class="card" aria-labelledby="settings-title">
            <header><h2 id="settings-title">{words::SETTINGS}</h2></header>
            <div class="card-body">
                <ActForm action=save class="form">
                    <input type="hidden" name="id" value=endpoint.id.to_string()/>
                    <Field name="label" label=words::LABEL value=endpoint.label required=true max=Some(80)/>
                    <ActFault action=save field="label"/>
                    <SettingInputs fields values=endpoint.settings action=save/>
                    <div class="form-actions"><button class="button" data-kind="primary">{common::SAVE}</button></div>
                </ActForm>
                <ActNotice action=save/>
            </div>
        </section>
    }
}

/// Pause, observe, activate, delete.
#[component]
fn Conduct(endpoint: Endpoint) -> impl IntoView {
    let set = ServerAction::<SetEndpointState>::new();
    let delete = ServerAction::<DeleteEndpoint>::new();
    let others = EndpointState::ALL.iter().copied().filter(move |state| *state != endpoint.state);
    view! {
        <section class="card" aria-labelledby="conduct-title">
            <header><h2 id="conduct-title">{words::RECEIVING}</h2><StateChip state=endpoint.state/></header>
            <div class="card-body stack">
                <p class="muted small">
                    {words::RECEIVING_HELP}
                </p>
                <div class="form-actions">{others.map(|state| {
                    let words = match state {
                        EndpointState::Active => words::ACTIVATE,
                        EndpointState::Paused => words::PAUSE,
                        EndpointState::Observe => words::OBSERVE,
                    };
                    view! {
                        <ActForm action=set>
                            <input type="hidden" name="id" value=endpoint.id.to_string()/>
                            <input type="hidden" name="new_state" value=state.as_str()/>
                            <button class="button">{words}</button>
                        </ActForm>
                    }
                }).collect_view()}</div>
                <ActNotice action=set/>
                <details><summary>{words::DELETE_OPEN}</summary>
                    <p class="small">{words::DELETE_HELP}</p>
                    <ActForm action=delete>
                        <input type="hidden" name="id" value=endpoint.id.to_string()/>
                        <button class="button" data-kind="danger">{words::DELETE}</button>
                    </ActForm>
                </details>
                <ActNotice action=delete/>
            </div>
        </section>
    }
}
