//! Fields for what a carrier declares: its settings and its secrets. Nothing here knows which carrier it is.
//!
//! Names in the form are `settings[key]` and `secrets[name]`; lists are one item a line, a tick of several is `settings[key.word]`.

use super::field::{Field, FieldArea, FieldSelect, FieldTick};
use crate::tracking::endpoint::{FieldKind, SecretField, SecretState, SettingField};
use leptos::prelude::*;
use serde_json::Value;

/// One setting, as its kind asks for.
#[component]
pub fn SettingInput(
    /// What the carrier declares.
    field: SettingField,
    /// What is stored; the default without.
    #[prop(optional_no_strip)]
    value: Option<Value>,
    /// What is wrong with it, in words.
    #[prop(optional_no_strip)]
    error: Option<String>,
) -> impl IntoView {
    let value = value.unwrap_or_else(|| field.default.clone());
    let name = format!("settings[{}]", field.key);
    let SettingField { label, help, .. } = field;
    match field.field {
        FieldKind::Flag => {
            let checked = value.as_bool().unwrap_or_default();
            view! { <FieldTick name label help checked/> }.into_any()
        }
        FieldKind::Integer { min, max, unit } => {
            let value = text_of(&value);
            view! { <Field name label help error kind="number" value unit narrow=true min=Some(min) max=Some(max)/> }
                .into_any()
        }
        FieldKind::Text { max_length } => {
            let value = text_of(&value);
            view! { <Field name label help error value max=Some(max_length.into())/> }.into_any()
        }
        FieldKind::Url => view! { <Field name label help error kind="url" value=text_of(&value)/> }.into_any(),
        FieldKind::HeaderName | FieldKind::TimeZone => {
            view! { <Field name label help error value=text_of(&value)/> }.into_any()
        }
        FieldKind::Choice { options } => {
            view! { <FieldSelect name label help error options value=text_of(&value)/> }.into_any()
        }
        FieldKind::Choices { options } => choices(&name, label, help, options, &value).into_any(),
        FieldKind::Integers | FieldKind::Networks => {
            view! { <FieldArea name label help error value=lines_of(&value) mono=true/> }.into_any()
        }
        FieldKind::Stall => {
            let value = serde_json::to_string_pretty(&value).unwrap_or_default();
            view! { <FieldArea name label help error value mono=true/> }.into_any()
        }
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

/// All settings of a form: the usual ones first, the rest under “Advanced”.
#[component]
pub fn SettingInputs(
    /// What the carrier declares.
    fields: Vec<SettingField>,
    /// What is stored; the defaults without.
    #[prop(optional)]
    values: Value,
) -> impl IntoView {
    let (advanced, usual): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| field.advanced);
    let input = move |field: SettingField| {
        let value = values.get(&field.key).cloned();
        view! { <SettingInput field value/> }
    };
    let usual = usual.into_iter().map(input.clone()).collect_view();
    let some = !advanced.is_empty();
    let advanced = advanced.into_iter().map(input).collect_view();
    view! {
        {usual}
        {some.then(|| view! { <details class="advanced"><summary>"Advanced"</summary><div class="form">{advanced}</div></details> })}
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
        (true, Some(last4)) => format!("set, ends in {last4}; leave empty to keep it"),
        (true, None) => "set; leave empty to keep it".into(),
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
