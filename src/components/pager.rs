//! Keyset paging: plain links, first and next.

use super::icon::Icon;
use super::link::with_query;
use crate::words::filters as words;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Rows of a page that can be chosen.
const SIZES: [u32; 3] = [25, 50, 100];

/// What is shown and where it goes on. The rest of the query stays.
#[component]
pub fn Pager(
    /// The page's address without base and query.
    #[prop(into)]
    to: String,
    /// How many rows are shown.
    shown: usize,
    /// From the page; none at the end.
    next_cursor: Option<String>,
    /// How many rows a page has, where that can be chosen.
    #[prop(optional)]
    size: Option<u32>,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let on_first = query.get_str("cursor").is_none();
    let rest: Vec<(String, String)> = query
        .into_iter()
        .filter(|(name, _)| name != "cursor")
        .map(|(name, value)| (name.into_owned(), value))
        .collect();
    let sizes = size.map(|size| view! { <Sizes to=to.clone() size rest=rest.clone()/> });
    let address = move |cursor: Option<String>| {
        let mut parameters: Vec<(&str, String)> = rest.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
        parameters.push(("cursor", cursor.unwrap_or_default()));
        with_query(&to, &parameters)
    };
    let first = (!on_first).then(|| address(None));
    let next = next_cursor.map(|cursor| address(Some(cursor)));
    let count = match (shown, on_first, next.is_some()) {
        (n, true, false) => words::in_all(n),
        (n, _, _) => words::shown(n),
    };
    view! {
        <nav class="pager" aria-label=words::PAGES>
            <span>{count}</span>
            {sizes}
            <span class="row">
                {first.map(|href| view! { <a class="button" href=href>{words::NEWEST}</a> })}
                {next.map(|href| view! { <a class="button" rel="next" href=href>{words::OLDER}<Icon name="chevron"/></a> })}
            </span>
        </nav>
    }
}

/// How many rows a page may have; another choice begins with the first page.
#[component]
fn Sizes(to: String, size: u32, rest: Vec<(String, String)>) -> impl IntoView {
    let links = SIZES.map(|choice| {
        let kept = rest.iter().filter(|(name, _)| name != "limit").map(|(n, v)| (n.as_str(), v.clone()));
        let parameters: Vec<(&str, String)> = kept.chain([("limit", choice.to_string())]).collect();
        view! { <a href=with_query(&to, &parameters) aria-current={(choice == size).then_some("true")}>{choice}</a> }
    });
    view! { <span class="pager-sizes">{words::A_PAGE}{links.into_iter().collect_view()}</span> }
}
