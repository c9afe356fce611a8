//! Forms that work without scripts and are quicker with them.

use super::console::console;
use super::icon::Icon;
use super::keyboard::keep_focus;
use super::link::path;
use crate::api::Fault;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::form::{FromFormData, form_data_from_event};
use leptos::prelude::*;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlFormElement, UrlSearchParams};

/// A form whose fields become the address: filters and searches. Empty fields are left out when scripts run.
#[component]
pub fn GetForm(
    /// Where it goes, without the base path.
    action: &'static str,
    /// `search` for the search of the whole console.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Its class.
    #[prop(optional)]
    class: &'static str,
    /// What it is for, to screen readers.
    label: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let address = path(action);
    let navigate = use_navigate();
    let to = address.clone();
    let submit = move |event: SubmitEvent| {
        let Some(query) = form_data_from_event(&event).ok().and_then(|data| query_of(&data)) else { return };
        event.prevent_default();
        let target = if query.is_empty() { to.clone() } else { format!("{to}?{query}") };
        navigate(&target, NavigateOptions { resolve: false, ..NavigateOptions::default() });
    };
    view! {
        <form method="get" action=address role=role class=class aria-label=label on:submit=submit>
            {children()}
        </form>
    }
}

fn query_of(data: &FormData) -> Option<String> {
    let all = UrlSearchParams::new_with_str_sequence_sequence(data).ok()?.to_string();
    let all = String::from(all);
    Some(all.split('&').filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("&"))
}

/// A form that calls a server function: a plain POST without scripts, the function itself with them.
///
/// Unlike Leptos' own, it knows the base path.
#[component]
pub fn ActForm<F, O>(
    /// What it calls.
    action: ServerAction<F>,
    /// Its class.
    #[prop(optional)]
    class: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Protocol = Http<PostUrl, O>> + DeserializeOwned + Clone + Send + Sync + 'static,
    F::Client: Client<F::Error>,
    <<F::Client as Client<F::Error>>::Request as ClientReq<F::Error>>::FormData: From<FormData>,
    F::Output: Send + Sync + 'static,
    F::Error: Send + Sync + 'static,
{
    let submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if let Some(form) = event.target().and_then(|form| form.dyn_into::<Element>().ok()) {
            keep_focus(&form);
        }
        match F::from_event(&event) {
            Ok(input) => drop(action.dispatch(input)),
            Err(error) => leptos::logging::error!("the form does not fit its function: {error:?}"),
        }
    };
    view! {
        <form method="post" action=format!("{}{}", console().base, F::url()) class=class on:submit=submit>
            {children()}
        </form>
    }
}

/// A button inside a form that makes the fields its address instead of acting on them: a preview, a look ahead.
#[component]
pub fn LookButton(
    /// Where it goes, without the base path.
    to: &'static str,
    /// Sent along, to tell that it was this button.
    name: &'static str,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let address = path(to);
    let navigate = use_navigate();
    let target = address.clone();
    let click = move |event: MouseEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        let form = button.and_then(|button| button.closest("form").ok().flatten());
        let data = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let data = data.and_then(|form| FormData::new_with_form(&form).ok());
        let Some(query) = data.and_then(|data| query_of(&data)) else { return };
        event.prevent_default();
        let to = format!("{target}?{query}&{name}=yes");
        navigate(&to, NavigateOptions { resolve: false, scroll: false, ..NavigateOptions::default() });
    };
    view! {
        <button class="button" formmethod="get" formaction=address name=name value="yes" on:click=click>
            {children()}
        </button>
    }
}

/// What an act found wrong with one field of its form, beside that field.
#[component]
pub fn ActFault<F>(
    /// Which act.
    action: ServerAction<F>,
    /// The field, as the fault names it.
    #[prop(into)]
    field: String,
) -> impl IntoView
where
    F: ServerFn<Error = Fault> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let id = fault_id(&field);
    let fault_of = move || {
        action.value().with(|value| value.as_ref().and_then(|v| v.as_ref().err().and_then(|f| f.of_field(&field))))
    };
    let first = fault_of.clone();
    let at_first = SharedValue::new(move || untrack(first)).into_inner();
    let shown = move || {
        let fault = if action.version().get() == 0 { at_first.clone() } else { fault_of() };
        fault.map(|text| view! { <p class="field-error"><Icon name="triangle"/>{sentence(&text)}</p> })
    };
    view! { <div id=id aria-live="polite">{shown}</div> }
}

/// The id of what [`ActFault`] says, for `aria-describedby`.
pub fn fault_id(field: &str) -> String {
    format!("fault-{}", field.replace('.', "-"))
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// What became of an act: the fault in words, or `done`. A fault of a form sent without scripts shows too.
#[component]
pub fn ActNotice<F>(
    /// Which act.
    action: ServerAction<F>,
    /// Said when it succeeded.
    #[prop(optional, into)]
    done: String,
) -> impl IntoView
where
    F: ServerFn + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
    F::Error: std::fmt::Display + Send + Sync + 'static,
{
    let fault_of =
        move || action.value().with(|value| value.as_ref().and_then(|v| v.as_ref().err().map(ToString::to_string)));
    let at_first = SharedValue::new(move || untrack(fault_of)).into_inner();
    let said = move || {
        if action.version().get() == 0 {
            return at_first.clone().map(Err);
        }
        match fault_of() {
            Some(fault) => Some(Err(fault)),
            None => {
                action.value().with(Option::is_some).then(|| Ok(done.clone())).filter(|ok| ok != &Ok(String::new()))
            }
        }
    };
    let shown = move || {
        said().map(|said| match said {
            Ok(text) => view! { <div class="notice" data-tone="green"><Icon name="check"/><p class="notice-body">{text}</p></div> },
            Err(text) => view! { <div class="notice" data-tone="red"><Icon name="triangle"/><p class="notice-body">{text}</p></div> },
        })
    };
    view! { <div aria-live="polite">{shown}</div> }
}
