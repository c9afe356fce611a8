//! `/login`: a plain form; the message of a failed attempt comes with the page (`Console::message`).

use crate::components::console::console;
use crate::components::field::Field;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::notice::Notice;
use crate::words::{common, sign_in as words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The sign-in form.
#[component]
pub fn LoginPage() -> impl IntoView {
    let console = console();
    let next = console.going_to.clone().or_else(|| use_query_map().get_untracked().get("next")).unwrap_or_default();
    // The first of two steps went well.
    let tone = if console.ticket.is_some() { "amber" } else { "red" };
    let elsewhere = console
        .provider
        .filter(|_| console.ticket.is_none())
        .map(|name| (name, with_query("/login/oidc", &[("next", next.clone())])));
    view! {
        <Title text=words::SIGN_IN/>
        <div class="sign-in">
            <main id="main">
                <p class="brand"><Icon name="brand"/>{common::PRODUCT}</p>
                <section class="card">
                    <form class="card-body" method="post" action=path("/login")>
                        <h1>{words::SIGN_IN}</h1>
                        {console.message.map(|message| view! { <div role="alert"><Notice tone=tone icon="triangle">{message}</Notice></div> })}
                        {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next.clone()/> })}
                        {match console.ticket {
                            Some(ticket) => view! { <SecondStep ticket/> }.into_any(),
                            None => view! { <FirstStep name=console.typed_name.unwrap_or_default()/> }.into_any(),
                        }}
                        <button class="button" data-kind="primary">{words::SIGN_IN}</button>
                        {elsewhere.map(|(name, way)| view! { <a class="button" href=way rel="external">{words::sign_in_at(&name)}</a> })}
                    </form>
                </section>
            </main>
        </div>
    }
}

#[component]
fn FirstStep(name: String) -> impl IntoView {
    view! {
        <Field name="username" label=common::NAME value=name autocomplete="username" required=true/>
        <Field name="password" label=words::PASSWORD kind="password" autocomplete="current-password" required=true/>
    }
}

/// The code of the app, or a recovery code.
#[component]
fn SecondStep(ticket: String) -> impl IntoView {
    view! {
        <input type="hidden" name="ticket" value=ticket/>
        <Field name="code" label=words::CODE_OF_APP help=words::CODE_OF_APP_HELP autocomplete="one-time-code" required=true max=Some(40)/>
        <p class="small"><a href=path("/login")>{words::START_AGAIN}</a></p>
    }
}
