//! A GET form over a list: everything that filters is in the address, under the names the API uses.

use super::form::GetForm;
use super::icon::Icon;
use super::link::path;
use crate::words::filters as words;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// The form with its buttons, folded away on small screens. Fields: [`FilterSelect`], [`FilterText`], [`FilterKeep`].
#[component]
pub fn FilterBar(
    /// The list's address, without the base path.
    to: &'static str,
    /// How many of its fields narrow the list; any offers to clear them.
    narrowed: usize,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="filters">
            <summary>
                <Icon name="filter"/>
                {words::FILTERS}
                {(narrowed > 0).then(|| view! { <span class="filter-count">{narrowed}</span> })}
            </summary>
            <GetForm action=to class="filter-bar" label=words::FILTERS>
                {children()}
                <span class="filter-actions">
                    <button class="button">{words::FILTER}</button>
                    {(narrowed > 0).then(|| view! { <a class="button" data-kind="quiet" href=path(to)>{words::CLEAR}</a> })}
                </span>
            </GetForm>
        </details>
    }
}

/// Fields that are seldom needed, behind a button; it says how many of them narrow the list.
#[component]
pub fn FilterMore(
    /// How many of these narrow the list.
    narrowed: usize,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="popup filter-more">
            <summary class="button">
                {words::MORE_FILTERS}
                {(narrowed > 0).then(|| view! { <span class="filter-count">{narrowed}</span> })}
            </summary>
            <div class="popup-body">
                <div class="filter-fields">{children()}</div>
                <div class="form-actions"><button class="button" data-kind="primary">{words::FILTER}</button></div>
            </div>
        </details>
    }
}

/// One of a closed list, or any.
#[component]
pub fn FilterSelect(
    /// The parameter.
    name: &'static str,
    /// Over the field.
    label: &'static str,
    /// Words and labels.
    options: Vec<(String, String)>,
    /// What choosing none of them means.
    #[prop(default = words::ANY)]
    any: &'static str,
) -> impl IntoView {
    let chosen = use_query_map().get_untracked().get(name).unwrap_or_default();
    view! {
        <label>
            {label}
            <select name=name class="control">
                <option value="">{any}</option>
                {options
                    .into_iter()
                    .map(|(word, text)| {
                        let selected = word == chosen;
                        view! { <option value=word selected=selected>{text}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}

/// Any of a closed list, ticked; folded away.
#[component]
pub fn FilterChoices(
    /// The parameter.
    name: &'static str,
    /// Over the field.
    label: &'static str,
    /// Words and labels, in groups of these names; an unnamed group stands by itself.
    options: Vec<(&'static str, Vec<(String, String)>)>,
) -> impl IntoView {
    let chosen = use_query_map().with_untracked(|query| chosen(query, name));
    let of = |word: &String| options.iter().flat_map(|(_, lines)| lines).find(|(known, _)| known == word);
    let shown = match chosen.iter().filter_map(of).map(|(_, text)| text.clone()).collect::<Vec<_>>().as_slice() {
        [] => words::ANY.to_owned(),
        [one] => one.clone(),
        several => words::chosen(several.len()),
    };
    // Some words stand in two groups.
    let ticks = move |lines: Vec<(String, String)>| {
        let chosen = chosen.clone();
        lines
            .into_iter()
            .map(move |(word, text)| {
                let checked = chosen.contains(&word);
                view! { <label class="tick"><input type="checkbox" name=name value=word checked=checked/>{text}</label> }
            })
            .collect_view()
    };
    let groups = options
        .into_iter()
        .map(|(group, lines)| {
            let name = if group.is_empty() { label } else { group };
            let legend = if group.is_empty() { "unseen" } else { "" };
            view! { <fieldset><legend class=legend>{name}</legend>{ticks(lines)}</fieldset> }
        })
        .collect_view();
    view! {
        <div class="filter-choices">
            <span aria-hidden="true">{label}</span>
            <details class="popup">
                <summary class="control"><span class="unseen">{label}": "</span>{shown}</summary>
                <div class="popup-body">{groups}</div>
            </details>
        </div>
    }
}

/// At least this many.
#[component]
pub fn FilterNumber(
    /// The parameter.
    name: &'static str,
    /// Over the field.
    label: &'static str,
    /// The largest that makes sense.
    max: u32,
) -> impl IntoView {
    let value = use_query_map().get_untracked().get(name).unwrap_or_default();
    view! {
        <label>
            {label}
            <input type="number" name=name class="control" value=value min="1" max=max inputmode="numeric"/>
        </label>
    }
}

/// The words of a parameter, which may be repeated, or be several with commas.
pub fn chosen(query: &ParamsMap, name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in query.get_all(name).unwrap_or_default().iter().flat_map(|text| text.split(',')).map(str::trim) {
        if !word.is_empty() && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// Free text.
#[component]
pub fn FilterText(
    /// The parameter.
    name: &'static str,
    /// Over the field.
    label: &'static str,
    /// In the empty field.
    #[prop(optional)]
    placeholder: &'static str,
) -> impl IntoView {
    let value = use_query_map().get_untracked().get(name).unwrap_or_default();
    view! {
        <label class="filter-grow">
            {label}
            <input type="search" name=name class="control" value=value placeholder=placeholder autocomplete="off"/>
        </label>
    }
}

/// Keeps a parameter that has no field of its own.
#[component]
pub fn FilterKeep(
    /// The parameter.
    name: &'static str,
) -> impl IntoView {
    let value = use_query_map().get_untracked().get(name);
    value.map(|value| view! { <input type="hidden" name=name value=value/> })
}

/// The words and labels of a closed list, for [`FilterSelect`].
pub fn options<T: Copy>(
    all: &[T],
    word: impl Fn(T) -> &'static str,
    label: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|&item| (word(item).to_owned(), label(item).to_owned())).collect()
}
