//! What narrows the list: the form, and what is narrowed now, each to be taken out again.

use super::address::{SEVERAL, with};
use crate::components::filter::{
    FilterBar, FilterChoices, FilterKeep, FilterMore, FilterNumber, FilterSelect, options,
};
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::status::{ParcelFlag, Reason, Status, Substatus};
use crate::tracking::view::{ParcelGroup, ParcelOrder};
use crate::words::{badges, common, frame, parcels as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use std::str::FromStr;

/// What has a field, or a place of its own, before “More filters”.
const IN_SIGHT: [&str; 6] = ["q", "number", "group", "carrier", "status", "attention"];

/// The form.
#[component]
pub fn Filters(
    /// What is narrowed now.
    filter: ParcelFilter,
    /// Tags in use.
    tags: Vec<String>,
) -> impl IntoView {
    let narrowing = narrowing(&filter);
    let narrowed = narrowing.len();
    let more = narrowing.iter().filter(|chip| !IN_SIGHT.contains(&chip.name)).count();
    let yes_no = |yes: &str, no: &str| vec![("true".to_owned(), yes.to_owned()), ("false".to_owned(), no.to_owned())];
    // Some stand under two statuses.
    let substatuses = Status::ALL.iter().filter(|status| !status.substatuses().is_empty());
    let substatuses =
        substatuses.map(|status| (status.label(), options(status.substatuses(), Substatus::as_str, Substatus::label)));
    let substatuses = substatuses.collect::<Vec<_>>();
    let orders = ParcelOrder::ALL.iter().filter(|order| **order != ParcelOrder::Updated);
    let orders = orders.map(|order| (order.as_str().to_owned(), order.label().to_owned())).collect();
    view! {
        <FilterBar to="/parcels" narrowed>
            <FilterChoices name="carrier" label=common::CARRIER options=vec![("", options(&CarrierId::ALL, CarrierId::as_str, CarrierId::label))]/>
            <FilterChoices name="status" label=common::STATUS options=vec![("", options(Status::ALL, Status::as_str, Status::label))]/>
            <FilterSelect name="attention" label=frame::ATTENTION options=yes_no(badges::NEEDS_ACTION, words::NEEDS_NONE)/>
            <FilterSelect name="order" label=words::ORDER any=words::LAST_CHANGED options=orders/>
            <FilterMore narrowed=more>
                <FilterChoices name="substatus" label=words::SUBSTATUS options=substatuses/>
                <FilterChoices name="reason" label=common::REASON options=vec![("", options(Reason::ALL, Reason::as_str, Reason::label))]/>
                <FilterChoices name="flag" label=words::FLAGS options=vec![("", options(ParcelFlag::ALL, ParcelFlag::as_str, ParcelFlag::label))]/>
                <FilterSelect name="stalled" label=words::MOVEMENT options=yes_no(words::STANDING_STILL, words::MOVING)/>
                <FilterSelect name="expired" label=words::SILENCE options=yes_no(badges::GONE_QUIET, words::HEARD_OF)/>
                <FilterSelect name="active" label=common::JOURNEY options=yes_no(words::UNDER_WAY, words::OVER)/>
                <FilterSelect name="proof" label=words::PROOF options=yes_no(words::HAS_PROOF, words::NO_PROOF)/>
                <FilterNumber name="attempts" label=words::LEAST_ATTEMPTS max=99/>
                <FilterNumber name="transit_days" label=words::LEAST_TRANSIT max=999/>
                <FilterNumber name="quiet_days" label=words::LEAST_QUIET max=999/>
                <Day name="from" label=words::LAST_FROM/>
                <Day name="to" label=words::LAST_TO/>
                <Day name="created_from" label=words::CREATED_FROM/>
                <Day name="created_to" label=words::CREATED_TO/>
                <Tag tags/>
                <FilterSelect name="test" label=common::KIND any=words::REAL_PARCELS options=vec![("true".to_owned(), words::TEST_PARCELS.to_owned())]/>
            </FilterMore>
            {["q", "number", "group", "columns", "saved", "limit"].map(|name| view! { <FilterKeep name/> }).into_iter().collect_view()}
        </FilterBar>
    }
}

#[component]
fn Day(name: &'static str, label: &'static str) -> impl IntoView {
    let value: String = use_query_map().get_untracked().get(name).unwrap_or_default().chars().take(10).collect();
    view! {
        <label>
            {label}
            <input type="date" name=name class="control" value=value/>
        </label>
    }
}

#[component]
fn Tag(tags: Vec<String>) -> impl IntoView {
    let value = use_query_map().get_untracked().get("tag").unwrap_or_default();
    view! {
        <label>
            {common::TAG}
            <input name="tag" class="control" value=value list="tags-in-use" maxlength="40" autocomplete="off"/>
        </label>
        <datalist id="tags-in-use">{tags.into_iter().map(|tag| view! { <option value=tag></option> }).collect_view()}</datalist>
    }
}

/// What is narrowed, each with a link that takes it out.
#[component]
pub fn Narrowed(
    /// What is narrowed now.
    filter: ParcelFilter,
    /// The address.
    query: ParamsMap,
) -> impl IntoView {
    let all = narrowing(&filter);
    let several = all.len() > 1;
    let chips = all
        .into_iter()
        .map(|Narrowing { name, words, rest }| {
            let unseen = words::take_out(&words);
            view! {
                <a class="chip" href=with(&query, false, &[(name, rest)]) title=unseen>
                    {words}
                    <Icon name="cross"/>
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="narrowed" role="group" aria-label=words::NARROWED_TO>
            {chips}
            {several.then(|| view! { <a class="small" href=path("/parcels")>{common::CLEAR_FILTERS}</a> })}
        </div>
    }
}

/// One thing that narrows the list.
pub struct Narrowing {
    /// Its parameter.
    pub name: &'static str,
    /// What it is, for people.
    pub words: String,
    /// What is left of the parameter without it.
    rest: String,
}

impl Narrowing {
    /// Its words within a sentence; names stay as they are.
    pub fn within(&self) -> String {
        if self.name == "carrier" { self.words.clone() } else { self.words.to_lowercase() }
    }
}

/// All that narrows the list; each of several words by itself.
pub fn narrowing(filter: &ParcelFilter) -> Vec<Narrowing> {
    fn word<T: FromStr>(text: &str, label: impl Fn(T) -> &'static str) -> String {
        text.parse().map(label).unwrap_or_default().to_owned()
    }
    let either = |value: &str, yes: &str, no: &str| if value == "true" { yes.to_owned() } else { no.to_owned() };
    let mut found = Vec::new();
    for (name, value) in filter.parameters() {
        let parts = if SEVERAL.contains(&name) { value.split(',').collect() } else { vec![value.as_str()] };
        for part in &parts {
            let words = match name {
                "q" => format!("“{}”", part.chars().take(60).collect::<String>()),
                "number" => words::number(part),
                "carrier" => word(part, CarrierId::label),
                "status" => word(part, Status::label),
                "group" => word(part, ParcelGroup::label),
                "substatus" => word(part, Substatus::label),
                "reason" => word(part, Reason::label),
                "flag" => word(part, ParcelFlag::label),
                "active" => either(part, words::UNDER_WAY, words::OVER),
                "attention" => either(part, badges::NEEDS_ACTION, words::NEEDS_NONE),
                "stalled" => either(part, words::STANDING_STILL, words::MOVING),
                "expired" => either(part, badges::GONE_QUIET, words::HEARD_OF),
                "proof" => either(part, words::HAS_PROOF, words::NO_PROOF),
                "attempts" => words::attempts(part),
                "transit_days" => words::transit_days(part),
                "quiet_days" => words::quiet_days(part),
                "from" => words::from(&part[..10]),
                "to" => words::before(&part[..10]),
                "created_from" => words::created_from(&part[..10]),
                "created_to" => words::created_before(&part[..10]),
                "tag" => words::tag(part),
                "test" => either(part, words::TEST_PARCELS, words::REAL_PARCELS),
                _ => continue,
            };
            let rest: Vec<&str> = parts.iter().filter(|other| *other != part).copied().collect();
            found.push(Narrowing { name, words, rest: rest.join(",") });
        }
    }
    found
}
