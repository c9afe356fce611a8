//! Nothing to show, and something that failed.

use super::asked::Answer;
use super::icon::Icon;
use crate::words::states as words;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

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

/// Something failed; asks again on demand.
#[component]
pub fn ErrorState<T>(
    /// What happened, in words.
    message: String,
    /// What is asked again.
    retry: Resource<Answer<T>>,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
{
    view! {
        <div class="error-state" role="alert">
            <Icon name="triangle"/>
            <h2>{words::NOT_SHOWN}</h2>
            <p>{message}</p>
            <div class="row" data-needs-scripts>
                <button type="button" class="button" on:click=move |_| retry.refetch()>{words::TRY_AGAIN}</button>
            </div>
        </div>
    }
}
