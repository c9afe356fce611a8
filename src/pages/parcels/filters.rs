//! What narrows the list: the form, and what is narrowed now, each to be taken out again.

use super::address::with;
use crate::components::filter::{FilterBar, FilterKeep, FilterMore, FilterSelect, options};
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::status::{Status, Substatus};
use crate::tracking::view::ParcelOrder;
use crate::words::{badges, common, filters, frame, parcels as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// What stands behind “More filters”.
const MORE: [&str; 8] = ["substatus", "stalled", "expired", "active", "from", "to", "tag", "test"];

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
    let more = narrowing.iter().filter(|(name, _)| MORE.contains(name)).count();
    let yes_no = |yes: &str, no: &str| vec![("true".to_owned(), yes.to_owned()), ("false".to_owned(), no.to_owned())];
    let orders = ParcelOrder::ALL.iter().filter(|order| **order != ParcelOrder::Updated);
    let orders = orders.map(|order| (order.as_str().to_owned(), order.label().to_owned())).collect();
    view! {
        <FilterBar to="/parcels" narrowed>
            <FilterSelect name="carrier" label=common::CARRIER options=options(&CarrierId::ALL, CarrierId::as_str, CarrierId::label)/>
            <FilterSelect name="status" label=common::STATUS options=options(Status::ALL, Status::as_str, Status::label)/>
            <FilterSelect name="attention" label=frame::ATTENTION options=yes_no(badges::NEEDS_ACTION, words::NEEDS_NONE)/>
            <FilterSelect name="order" label=words::ORDER any=words::LAST_CHANGED options=orders/>
            <FilterMore narrowed=more>
                <SubstatusSelect/>
                <FilterSelect name="stalled" label=words::MOVEMENT options=yes_no(words::STANDING_STILL, words::MOVING)/>
                <FilterSelect name="expired" label=words::SILENCE options=yes_no(badges::GONE_QUIET, words::HEARD_OF)/>
                <FilterSelect name="active" label=common::JOURNEY options=yes_no(words::UNDER_WAY, words::OVER)/>
                <Day name="from" label=words::LAST_FROM/>
                <Day name="to" label=words::LAST_TO/>
                <Tag tags/>
                <FilterSelect name="test" label=common::KIND any=words::REAL_PARCELS options=vec![("true".to_owned(), words::TEST_PARCELS.to_owned())]/>
            </FilterMore>
            {["q", "number", "group", "columns", "saved", "limit"].map(|name| view! { <FilterKeep name/> }).into_iter().collect_view()}
        </FilterBar>
    }
}

/// Substatuses under their statuses; some stand under two.
#[component]
fn SubstatusSelect() -> impl IntoView {
    let chosen = use_query_map().get_untracked().get("substatus").unwrap_or_default();
    let group = move |status: Status| {
        let chosen = chosen.clone();
        let lines = status.substatuses().iter().map(move |substatus| {
            let selected = substatus.as_str() == chosen;
            view! { <option value=substatus.as_str() selected=selected>{substatus.label()}</option> }
        });
        view! { <optgroup label=status.label()>{lines.collect_view()}</optgroup> }
    };
    view! {
        <label>
            {words::SUBSTATUS}
            <select name="substatus" class="control">
                <option value="">{filters::ANY}</option>
                {Status::ALL.iter().map(|status| group(*status)).collect_view()}
            </select>
        </label>
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
        .map(|(name, words)| {
            let unseen = words::take_out(&words);
            view! {
                <a class="chip" href=with(&query, false, &[(name, String::new())]) title=unseen>
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

/// Names and words of what narrows the list.
pub fn narrowing(filter: &ParcelFilter) -> Vec<(&'static str, String)> {
    fn word<T: std::str::FromStr>(text: &str, label: impl Fn(T) -> &'static str) -> String {
        text.parse().map(label).unwrap_or_default().to_owned()
    }
    let either = |value: &str, yes: &str, no: &str| if value == "true" { yes.to_owned() } else { no.to_owned() };
    filter
        .parameters()
        .into_iter()
        .filter_map(|(name, value)| {
            let words = match name {
                "q" => format!("“{}”", value.chars().take(60).collect::<String>()),
                "number" => words::number(&value),
                "carrier" => word::<CarrierId>(&value, CarrierId::label),
                "status" => word::<Status>(&value, Status::label),
                "group" => word(&value, crate::tracking::view::ParcelGroup::label),
                "substatus" => word::<Substatus>(&value, Substatus::label),
                "active" => either(&value, words::UNDER_WAY, words::OVER),
                "attention" => either(&value, badges::NEEDS_ACTION, words::NEEDS_NONE),
                "stalled" => either(&value, words::STANDING_STILL, words::MOVING),
                "expired" => either(&value, badges::GONE_QUIET, words::HEARD_OF),
                "from" => words::from(&value[..10]),
                "to" => words::before(&value[..10]),
                "tag" => words::tag(&value),
                "test" => either(&value, words::TEST_PARCELS, words::REAL_PARCELS),
                _ => return None,
            };
            Some((name, words))
        })
        .collect()
}
