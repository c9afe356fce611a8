//! `/setup`: the first admin, guarded by the one-time code in the log. Exists only until there is one.

use crate::components::console::console;
use crate::components::field::Field;
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::words::{common, sign_in as words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The form that makes the first admin.
#[component]
pub fn SetupPage() -> impl IntoView {
    let console = console();
    let code = use_query_map().get_untracked().get("code").unwrap_or_default();
    view! {
        <Title text=words::SET_UP/>
        <div class="sign-in">
            <main id="main">
                <p class="brand"><Icon name="brand"/>{common::PRODUCT}</p>
                <section class="card">
                    <form class="card-body" method="post" action=path("/setup")>
                        <h1>{words::FIRST_ADMIN}</h1>
                        {console.message.map(|message| view! { <div role="alert"><Notice tone="red" icon="triangle">{message}</Notice></div> })}
                        <Field
                            name="code"
                            label=words::CODE
                            help=words::CODE_HELP
                            value=code
                            autocomplete="one-time-code"
                            required=true
                        />
                        <Field
                            name="username"
                            label=common::NAME
                            value=console.typed_name.unwrap_or_default()
                            autocomplete="username"
                            required=true
                        />
                        <Field
                            name="password"
                            label=words::PASSWORD
                            help=words::PASSWORD_HELP
                            kind="password"
                            autocomplete="new-password"
                            required=true
                        />
                        <button class="button" data-kind="primary">{words::MAKE}</button>
                    </form>
                </section>
            </main>
        </div>
    }
}
