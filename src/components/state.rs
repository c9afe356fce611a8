//! Nothing to show, and something that failed.

use super::icon::Icon;
use crate::words::states as words;
use leptos::prelude::*;

/// Nothing here, why, and what to do about it.
#[component]
pub fn EmptyState(
    /// Which icon.
    icon: &'static str,
    /// What is missing, in a few words.
    #[prop(into)]
    title: String,
    /// Why, or what to do.
    #[prop(optional, into)]
    help: String,
    /// Links and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name=icon/>
            <h2>{title}</h2>
            {(!help.is_empty()).then(|| view! { <p>{help}</p> })}
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

/// Something failed; the way to ask again.
#[component]
pub fn ErrorState(
    /// What happened, in words.
    message: String,
) -> impl IntoView {
    view! {
        <div class="error-state" role="alert">
            <Icon name="triangle"/>
            <h2>{words::NOT_SHOWN}</h2>
            <p>{message}</p>
            <div class="row"><a class="button" href="">{words::TRY_AGAIN}</a></div>
        </div>
    }
}
