//! Forms: plain HTML, which the browser sends by itself; with scripts `islands::visit` sends them in place.

use super::console::console;
use super::icon::Icon;
use super::link::path;
use crate::api::Fault;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// A form whose fields become the address: filters and searches. Empty fields are left out when scripts run.
#[component]
pub fn GetForm(
    /// Where it goes, without the base path.
    action: &'static str,
    /// Its class.
    #[prop(optional)]
    class: &'static str,
    /// What it is for, to screen readers.
    label: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! { <form method="get" action=path(action) class=class aria-label=label>{children()}</form> }
}

/// A form that calls a server function. Unlike Leptos' own, it knows the base path.
#[component]
pub fn ActForm<F>(
    /// What it calls.
    action: ServerAction<F>,
    /// Its class.
    #[prop(optional)]
    class: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    F: ServerFn + Send + Sync + Clone + 'static,
    F::Output: Send + Sync + 'static,
    F::Error: Send + Sync + 'static,
{
    // It only says which function is meant, and what came of it when the page is shown again.
    let _ = action;
    view! { <form method="post" action=format!("{}{}", console().base, F::url()) class=class>{children()}</form> }
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
    view! {
        <button class="button" formmethod="get" formaction=path(to) name=name value="yes" data-noscroll>
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
    let fault = fault_of(action).and_then(|fault| fault.of_field(&field));
    let shown =
        fault.map(|text| view! { <p class="field-error" data-fault><Icon name="triangle"/>{sentence(&text)}</p> });
    view! { <div id=fault_id(&field) aria-live="polite">{shown}</div> }
}

/// What an act answered when its form was sent.
fn fault_of<F>(action: ServerAction<F>) -> Option<F::Error>
where
    F: ServerFn + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
    F::Error: Clone + Send + Sync + 'static,
{
    action.value().with_untracked(|value| value.as_ref().and_then(|answer| answer.as_ref().err().cloned()))
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

/// Why an act was refused, in words. What it did is said by the page it leads to.
#[component]
pub fn ActNotice<F>(
    /// Which act.
    action: ServerAction<F>,
) -> impl IntoView
where
    F: ServerFn + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
    F::Error: std::fmt::Display + Clone + Send + Sync + 'static,
{
    let shown = fault_of(action).map(|fault| {
        view! {
            <div class="notice" data-tone="red" data-fault>
                <Icon name="triangle"/><p class="notice-body">{fault.to_string()}</p>
            </div>
        }
    });
    view! { <div aria-live="polite">{shown}</div> }
}
