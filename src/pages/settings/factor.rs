//! One's own second factor: set up with a QR code made by the server, confirmed by a code, removed with the password.

use crate::api::people::{BeginFactor, ConfirmFactor, RemoveFactor};
use crate::components::copy::CopyButton;
use crate::components::field::Field;
use crate::components::form::{ActForm, ActNotice};
use crate::components::notice::Notice;
use crate::tracking::people::{Enrolment, FactorSheet};
use crate::words::settings as words;
use leptos::prelude::*;

/// How it stands, and what may be done.
#[component]
pub(super) fn FactorCard(factor: FactorSheet) -> impl IntoView {
    let begin = ServerAction::<BeginFactor>::new();
    view! {
        <section class="card" id="factor" aria-labelledby="factor-title">
            <header><h2 id="factor-title">{words::FACTOR}</h2></header>
            <div class="card-body stack">
                {match (factor.on, factor.enrolment) {
                    (true, _) => view! { <On left=factor.recovery_left/> }.into_any(),
                    (false, Some(enrolment)) => view! {
                        <Enrol enrolment/>
                        <ActForm action=begin><button class="button" data-kind="quiet">{words::FACTOR_RENEW}</button></ActForm>
                    }
                    .into_any(),
                    (false, None) => view! {
                        <p>{words::FACTOR_OFF}</p>
                        <ActForm action=begin><button class="button">{words::FACTOR_BEGIN}</button></ActForm>
                    }
                    .into_any(),
                }}
                <ActNotice action=begin/>
            </div>
        </section>
    }
}

#[component]
fn Enrol(enrolment: Enrolment) -> impl IntoView {
    let confirm = ServerAction::<ConfirmFactor>::new();
    let side = enrolment.size;
    view! {
        <p>{words::FACTOR_SCAN}</p>
        <svg class="qr" role="img" aria-label=words::FACTOR_QR viewBox=format!("0 0 {side} {side}") width="200" height="200" shape-rendering="crispEdges">
            <rect width=side height=side fill="#fff"></rect>
            <path d=enrolment.path fill="#000"></path>
        </svg>
        <p class="row"><span class="muted small">{words::FACTOR_KEY}</span><code data-testid="factor-key">{enrolment.key}</code></p>
        <ActForm action=confirm class="form">
            <Field name="code" label=words::FACTOR_CODE autocomplete="one-time-code" required=true max=Some(10)/>
            <div class="form-actions"><button class="button" data-kind="primary">{words::FACTOR_CONFIRM}</button></div>
        </ActForm>
        <ActNotice action=confirm/>
    }
}

#[component]
fn On(left: u32) -> impl IntoView {
    let remove = ServerAction::<RemoveFactor>::new();
    view! {
        <p>{words::FACTOR_ON}" "{words::recovery_left(left)}</p>
        <details>
            <summary>{words::FACTOR_REMOVE}</summary>
            <ActForm action=remove class="form">
                <label for="factor-password">{words::PRESENT_PASSWORD}</label>
                <input class="control" id="factor-password" type="password" name="password" autocomplete="current-password" required/>
                <div class="form-actions"><button class="button" data-kind="danger">{words::FACTOR_REMOVE}</button></div>
            </ActForm>
        </details>
        <ActNotice action=remove/>
    }
}

/// Recovery codes, shown once.
#[component]
pub(super) fn RecoveryCodes(codes: Vec<String>) -> impl IntoView {
    let text = codes.join("\n");
    view! {
        <Notice tone="amber" icon="triangle"><strong>{words::RECOVERY_CODES}</strong>
            <p>{words::RECOVERY_HELP}</p>
            <ul class="mono" data-testid="recovery-codes">{codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}</ul>
            <CopyButton text what=words::RECOVERY_NOUN/>
        </Notice>
    }
}
