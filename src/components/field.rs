//! One question of a form: label, control, help, error, tied together for screen readers.

use super::icon::Icon;
use leptos::prelude::*;

/// A line of text, or another one-line `input`.
#[component]
pub fn Field(
    /// The parameter's name, also the control's id.
    #[prop(into)]
    name: String,
    /// Over the control.
    #[prop(into)]
    label: String,
    /// Under the control.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it, in words.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// `text`, `password`, `number`, `url`, `datetime-local`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// For password managers.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Behind the control.
    #[prop(optional, into)]
    unit: String,
    /// In the empty control.
    #[prop(optional, into)]
    placeholder: String,
    /// May not be left empty.
    #[prop(optional)]
    required: bool,
    /// Short and fixed-width: numbers, codes.
    #[prop(optional)]
    narrow: bool,
    /// Numbers: smallest. Texts: fewest characters.
    #[prop(optional_no_strip)]
    min: Option<i64>,
    /// Numbers: largest. Texts: most characters.
    #[prop(optional_no_strip)]
    max: Option<i64>,
    /// The id of what else describes it.
    #[prop(optional, into)]
    described: String,
) -> impl IntoView {
    let id = format!("f-{name}");
    let described = also(described_by(&id, !help.is_empty(), error.is_some()), described);
    let number = kind == "number";
    view! {
        <div class="field" data-narrow=narrow.then_some("")>
            <label for=id.clone()>{label}</label>
            <div class="field-row">
                <input
                    class="control"
                    id=id.clone()
                    name=name
                    type=kind
                    value=value
                    required=required
                    placeholder=placeholder
                    autocomplete=autocomplete
                    spellcheck="false"
                    min=min.filter(|_| number).map(|n| n.to_string())
                    max=max.filter(|_| number).map(|n| n.to_string())
                    minlength=min.filter(|_| !number).map(|n| n.to_string())
                    maxlength=max.filter(|_| !number).map(|n| n.to_string())
                    aria-describedby=described
                    aria-invalid=error.is_some().then_some("true")
                />
                {(!unit.is_empty()).then(|| view! { <span class="field-unit">{unit}</span> })}
            </div>
            <FieldWords id help error/>
        </div>
    }
}

/// Several lines of text.
#[component]
pub fn FieldArea(
    /// The parameter's name, also the control's id.
    #[prop(into)]
    name: String,
    /// Over the control.
    #[prop(into)]
    label: String,
    /// Under the control.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it, in words.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// In monospace.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let id = format!("f-{name}");
    let described = described_by(&id, !help.is_empty(), error.is_some());
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                class="control"
                class:mono=mono
                id=id.clone()
                name=name
                spellcheck="false"
                aria-describedby=described
                aria-invalid=error.is_some().then_some("true")
            >
                {value}
            </textarea>
            <FieldWords id help error/>
        </div>
    }
}

/// One of a closed list.
#[component]
pub fn FieldSelect(
    /// The parameter's name, also the control's id.
    #[prop(into)]
    name: String,
    /// Over the control.
    #[prop(into)]
    label: String,
    /// Under the control.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it, in words.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Words and labels.
    options: Vec<(String, String)>,
    /// The word chosen at first.
    #[prop(optional, into)]
    value: String,
    /// The id of what else describes it.
    #[prop(optional, into)]
    described: String,
) -> impl IntoView {
    let id = format!("f-{name}");
    let described = also(described_by(&id, !help.is_empty(), error.is_some()), described);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="control" id=id.clone() name=name aria-describedby=described aria-invalid=error.is_some().then_some("true")>
                {options
                    .into_iter()
                    .map(|(word, text)| {
                        let selected = word == value;
                        view! { <option value=word selected=selected>{text}</option> }
                    })
                    .collect_view()}
            </select>
            <FieldWords id help error/>
        </div>
    }
}

/// A heading of a list and the words and labels under it.
pub type Choices = (String, Vec<(String, String)>);

/// One of a closed list, grouped. Whatever is wrong with it is said by what `described` names.
#[component]
pub fn FieldGroups(
    /// The parameter's name, also the control's id.
    #[prop(into)]
    name: String,
    /// Over the control.
    #[prop(into)]
    label: String,
    /// Under the control.
    #[prop(optional, into)]
    help: String,
    /// The id of what else describes it.
    #[prop(optional, into)]
    described: String,
    /// What choosing none means.
    #[prop(into)]
    none: String,
    /// A group without a heading stands alone.
    groups: Vec<Choices>,
    /// The word chosen at first.
    #[prop(optional, into)]
    value: String,
    /// The id of a list of which only the group with the chosen label is offered.
    #[prop(optional)]
    narrows: Option<&'static str>,
) -> impl IntoView {
    let id = format!("f-{name}");
    let described = also(described_by(&id, !help.is_empty(), false), described);
    let option = |(word, text): (String, String)| {
        let selected = word == value;
        view! { <option value=word selected=selected>{text}</option> }
    };
    let groups = groups
        .into_iter()
        .map(|(heading, options)| {
            let options = options.into_iter().map(option).collect_view();
            if heading.is_empty() {
                return options.into_any();
            }
            view! { <optgroup label=heading>{options}</optgroup> }.into_any()
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="control" id=id.clone() name=name aria-describedby=described data-narrows=narrows>
                <option value="">{none}</option>
                {groups}
            </select>
            <FieldWords id help error=None/>
        </div>
    }
}

/// Yes or no.
#[component]
pub fn FieldTick(
    /// The parameter's name, also the control's id.
    #[prop(into)]
    name: String,
    /// Beside the box.
    #[prop(into)]
    label: String,
    /// Under it.
    #[prop(optional, into)]
    help: String,
    /// Sent when ticked.
    #[prop(default = "true".into(), into)]
    value: String,
    /// Ticked at first.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    let id = format!("f-{name}-{value}");
    let described = described_by(&id, !help.is_empty(), false);
    view! {
        <div class="field">
            <label class="tick" for=id.clone()>
                <input type="checkbox" id=id.clone() name=name value=value checked=checked aria-describedby=described/>
                <span>{label}</span>
            </label>
            <FieldWords id help error=None/>
        </div>
    }
}

#[component]
fn FieldWords(id: String, help: String, error: Option<String>) -> impl IntoView {
    view! {
        {error.map(|error| view! { <p class="field-error" id=format!("{id}-error")><Icon name="triangle"/>{error}</p> })}
        {(!help.is_empty()).then(|| view! { <p class="field-help" id=format!("{id}-help")>{help}</p> })}
    }
}

fn described_by(id: &str, help: bool, error: bool) -> Option<String> {
    match (error, help) {
        (true, true) => Some(format!("{id}-error {id}-help")),
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-help")),
        (false, false) => None,
    }
}

fn also(described: Option<String>, more: String) -> Option<String> {
    match (described, more.is_empty()) {
        (described, true) => described,
        (None, false) => Some(more),
        (Some(described), false) => Some(format!("{described} {more}")),
    }
}
