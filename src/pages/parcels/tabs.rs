//! The views of the list: all, what needs somebody, one for each stage, and those that were saved.

use crate::components::link::{path, with_query};
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::view::{ParcelGroup, SavedView, ViewCounts};
use crate::words::{badges, common, parcels as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Label, count, tone of the count, parameter and its value, whether it is shown.
type Tab = (&'static str, u64, Option<&'static str>, &'static str, &'static str, bool);

/// Links with counts; each status stands under exactly one of the stages.
#[component]
pub fn Views(
    /// Of all parcels.
    counts: ViewCounts,
    /// What is shown.
    filter: ParcelFilter,
    /// Views that were saved.
    saved: Vec<SavedView>,
) -> impl IntoView {
    let test = filter.test.unwrap_or_default().then(|| ("test", "true".to_owned()));
    let current_saved = use_query_map().get_untracked().get("saved").filter(|_| !saved.is_empty());
    let plain = current_saved.is_none();
    let (attention, stalled) = (filter.attention == Some(true), filter.stalled == Some(true));
    let all = plain && filter.group.is_none() && !attention && !stalled;
    let first: [Tab; 3] = [
        (common::ALL, counts.all, None, "", "", all),
        (badges::NEEDS_ACTION, counts.attention, Some("red"), "attention", "true", plain && attention),
        (words::STANDING_STILL, counts.stalled, Some("amber"), "stalled", "true", plain && stalled && !attention),
    ];
    let stages = counts.groups.into_iter().map(|(group, count)| -> Tab {
        let tone = (group == ParcelGroup::Trouble).then_some("red");
        (group.label(), count, tone, "group", group.as_str(), plain && filter.group == Some(group))
    });
    let links = first.into_iter().chain(stages).map(move |(label, count, tone, name, value, current)| {
        let mut parameters: Vec<(&str, String)> = test.clone().into_iter().collect();
        if !name.is_empty() {
            parameters.push((name, value.to_owned()));
        }
        view! {
            <a href=with_query("/parcels", &parameters) aria-current=current.then_some("page")>
                {label}
                <span class="count" data-tone=tone.filter(|_| count > 0)>{count}</span>
            </a>
        }
    });
    view! {
        <nav class="tabs" aria-label=words::VIEWS>{links.collect_view()}</nav>
        {(!saved.is_empty()).then(|| view! { <Saved saved current=current_saved/> })}
    }
}

#[component]
fn Saved(saved: Vec<SavedView>, current: Option<String>) -> impl IntoView {
    let links = saved.into_iter().map(move |view| {
        let shown = current.as_deref() == Some(view.id.to_string().as_str());
        let by = (!view.own).then(|| words::shared_by(&view.by));
        view! {
            <a class="chip" href=address_of(&view) title=by aria-current=shown.then_some("page")>{view.name.clone()}</a>
        }
    });
    view! {
        <nav class="saved-views" aria-label=words::SAVED_VIEWS>
            <span class="muted small">{words::SAVED}</span>
            {links.collect_view()}
        </nav>
    }
}

/// Where a saved view is shown.
pub fn address_of(view: &SavedView) -> String {
    let separator = if view.query.is_empty() { "" } else { "&" };
    format!("{}?{}{separator}saved={}", path("/parcels"), view.query, view.id)
}
