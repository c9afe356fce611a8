//! Fields for what a carrier declares: its settings and its secrets. Nothing here knows which carrier it is.
//!
//! Names in the form are `settings[key]` and `secrets[name]`; lists are one item a line, a tick of several is
//! `settings[key.word]`, a threshold `settings[stall.status.name]`.

use super::field::{Field, FieldArea, FieldSelect, FieldTick};
use super::form::{ActFault, fault_id};
use crate::api::Fault;
use crate::tracking::endpoint::{FieldKind, SecretField, SecretState, SettingField};
use crate::tracking::status::Status;
use crate::words::settings_of_carriers as words;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde_json::Value;

/// One setting, as its kind asks for.
#[component]
pub fn SettingInput(
    /// What the carrier declares.
    field: SettingField,
    /// What is stored; the default without.
    #[prop(optional_no_strip)]
    value: Option<Value>,
) -> impl IntoView {
    let value = value.unwrap_or_else(|| field.default.clone());
    let name = format!("settings[{}]", field.key);
    let described = fault_id(&field.key);
    let SettingField { label, help, .. } = field;
    match field.field {
        FieldKind::Flag => {
            let checked = value.as_bool().unwrap_or_default();
            view! { <FieldTick name label help checked/> }.into_any()
        }
        FieldKind::Integer { min, max, unit } => {
            let value = text_of(&value);
            view! { <Field name label help described kind="number" value unit narrow=true min=Some(min) max=Some(max)/> }
                .into_any()
        }
        FieldKind::Text { max_length } => {
            let value = text_of(&value);
            view! { <Field name label help described value max=Some(max_length.into())/> }.into_any()
        }
        FieldKind::Url => view! { <Field name label help described kind="url" value=text_of(&value)/> }.into_any(),
        FieldKind::HeaderName | FieldKind::TimeZone => {
            view! { <Field name label help described value=text_of(&value)/> }.into_any()
        }
        FieldKind::Choice { options } => {
            view! { <FieldSelect name label help described options value=text_of(&value)/> }.into_any()
        }
        FieldKind::Choices { options } => choices(&name, label, help, options, &value).into_any(),
        FieldKind::Integers | FieldKind::Networks => {
            view! { <FieldArea name label help value=lines_of(&value) mono=true/> }.into_any()
        }
        FieldKind::Stall => ().into_any(),
    }
}

/// Thresholds of every status: when to watch, when to act.
#[component]
fn Thresholds<F>(
    /// What the carrier declares.
    field: SettingField,
    /// What is stored.
    value: Value,
    /// The form's act.
    action: ServerAction<F>,
) -> impl IntoView
where
    F: ServerFn<Error = Fault> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let rows =
        Status::ALL.iter().filter_map(|status| Some((*status, value.get(status.as_str())?.as_object()?.clone())));
    let key = field.key.clone();
    let rows = rows.map(move |(status, thresholds)| {
        let unit = if thresholds.contains_key("watch_percent") { "percent" } else { "hours" };
        let shown = if unit == "percent" { words::OF_HOLDING_TIME } else { words::HOURS };
        let most = if unit == "percent" { 100 } else { 8760 };
        let inputs = [("watch", words::WATCH_AFTER), ("act", words::ACT_AFTER)].map(|(stem, words)| {
            let name = format!("{key}.{status}.{stem}_{unit}");
            let value = thresholds.get(&format!("{stem}_{unit}")).map(text_of).unwrap_or_default();
            let label = format!("{}: {words}", status.label());
            view! {
                <div>
                    <Field name=format!("settings[{name}]") label kind="number" value unit=shown narrow=true
                        min=Some(1) max=Some(most) described=fault_id(&name)/>
                    <ActFault action field=name/>
                </div>
            }
        });
        inputs.collect_view()
    });
    view! {
        <details class="advanced"><summary>{field.label}</summary>
            <p class="field-help">{field.help}</p>
            <div class="thresholds">{rows.collect_view()}</div>
        </details>
    }
}

fn choices(
    name: &str,
    label: String,
    help: String,
    options: Vec<(String, String)>,
    value: &Value,
) -> impl IntoView + use<> {
    let chosen: Vec<String> = value.as_array().map(|items| items.iter().map(text_of).collect()).unwrap_or_default();
    let name = name.trim_end_matches(']').to_owned();
    view! {
        <fieldset class="field">
            <legend>{label}</legend>
            <div class="ticks">
                {options
                    .into_iter()
                    .map(|(word, text)| {
                        let checked = chosen.contains(&word);
                        view! { <FieldTick name=format!("{name}.{word}]") label=text checked/> }
                    })
                    .collect_view()}
            </div>
            <p class="field-help">{help}</p>
        </fieldset>
    }
}

/// All settings of a form: the usual ones first, the rest under “Advanced”; what is wrong is said beside its field.
#[component]
pub fn SettingInputs<F>(
    /// What the carrier declares.
    fields: Vec<SettingField>,
    /// What is stored; the defaults without.
    #[prop(optional)]
    values: Value,
    /// The form's act.
    action: ServerAction<F>,
) -> impl IntoView
where
    F: ServerFn<Error = Fault> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let (advanced, usual): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| field.advanced);
    let input = move |field: SettingField| {
        let value = values.get(&field.key).cloned();
        if field.field == FieldKind::Stall {
            let value = value.unwrap_or_else(|| field.default.clone());
            return view! { <Thresholds field value action/> }.into_any();
        }
        let key = field.key.clone();
        view! { <SettingInput field value/><ActFault action field=key/> }.into_any()
    };
    let usual = usual.into_iter().map(input.clone()).collect_view();
    let some = !advanced.is_empty();
    let advanced = advanced.into_iter().map(input).collect_view();
    view! {
        {usual}
        {some.then(|| view! { <details class="advanced"><summary>{words::ADVANCED}</summary><div class="form">{advanced}</div></details> })}
    }
}

/// A secret: write-only, with what may be known of the stored one.
#[component]
pub fn SecretInput(
    /// What the carrier declares.
    field: SecretField,
    /// What is stored.
    #[prop(optional)]
    state: SecretState,
    /// What is wrong with it, in words.
    #[prop(optional_no_strip)]
    error: Option<String>,
) -> impl IntoView {
    let placeholder = match (state.set, &state.last4) {
        (false, _) => String::new(),
        (true, Some(last4)) => words::set_ends_in(last4),
        (true, None) => words::SET_KEEP.into(),
    };
    view! {
        <Field
            name=format!("secrets[{}]", field.name)
            label=field.label
            help=field.help
            error
            kind="password"
            autocomplete="new-password"
            placeholder
            min=Some(field.min_length.into())
            max=Some(field.max_length.into())
        />
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn lines_of(value: &Value) -> String {
    value.as_array().map(|items| items.iter().map(text_of).collect::<Vec<_>>().join("\n")).unwrap_or_default()
}
