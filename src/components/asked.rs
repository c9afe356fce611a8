//! The one way a page waits for its answer: blocking on the server, kept up to date afterwards.

use super::console::{answer_status, console};
use super::icon::Icon;
use super::state::ErrorState;
use super::time::Clocks;
use crate::api::Fault;
use crate::tracking::screen::Screen;
use crate::words::states as words;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a page's resource yields.
pub type Answer<T> = Result<Screen<T>, Fault>;

/// Shows `children` with the answer, the fault in words otherwise; keeps the old answer while asking again.
#[component]
pub fn Asked<T, F, V>(
    /// What is waited for.
    resource: Resource<Answer<T>>,
    /// Renders the answer.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let preferences = StoredValue::new(console().preferences);
    let shown = move || {
        let children = children.clone();
        Suspend::new(async move {
            match resource.await {
                Ok(screen) => {
                    let clocks = Clocks::of(&screen, &preferences.get_value());
                    view! { <Provide clocks children=move || children(screen.item).into_any()/> }.into_any()
                }
                Err(fault) => {
                    answer_status(fault.status());
                    view! { <ErrorState message=fault.to_string() retry=resource/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=Skeleton>{shown}</Transition> }
}

#[component]
fn Provide(clocks: Clocks, children: impl FnOnce() -> AnyView + Send + 'static) -> impl IntoView {
    provide_context(clocks);
    children()
}

/// Stands where rows will be; only ever seen on navigation within the browser.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <p class="unseen"><Icon name="clock"/>{words::LOADING}</p>
            {(0..6).map(|_| view! { <span></span> }).collect_view()}
        </div>
    }
}
