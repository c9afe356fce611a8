//! The one way a page waits for its answer.

use super::console::{answer_status, console};
use super::state::ErrorState;
use super::time::Clocks;
use crate::api::Fault;
use crate::tracking::screen::Screen;
use leptos::prelude::*;

/// What a page asks for.
pub type Answer<T> = Result<Screen<T>, Fault>;

/// Shows `children` with the answer, the fault in words otherwise.
#[component]
pub fn Asked<T, A, F, V>(
    /// What is waited for.
    answer: A,
    /// What it is about, parted by spaces: `parcels`, `parcel:<id>`, `deliveries`, `endpoints`. When one of these changes,
    /// the page is asked for again.
    #[prop(optional, into)]
    live: String,
    /// Renders the answer.
    children: F,
) -> impl IntoView
where
    A: Future<Output = Answer<T>> + Send + 'static,
    T: Send + 'static,
    F: FnOnce(T) -> V + Send + 'static,
    V: IntoView + 'static,
{
    let preferences = console().preferences;
    let shown = Suspend::new(async move {
        match answer.await {
            Ok(screen) => {
                let clocks = Clocks::of(&screen, &preferences);
                view! { <Provide clocks children=move || children(screen.item).into_any()/> }.into_any()
            }
            Err(fault) => {
                answer_status(fault.status());
                view! { <ErrorState message=fault.to_string()/> }.into_any()
            }
        }
    });
    view! {
        {(!live.is_empty()).then(|| view! { <template data-live=live></template> })}
        <Suspense>{shown}</Suspense>
    }
}

#[component]
fn Provide(clocks: Clocks, children: impl FnOnce() -> AnyView + Send + 'static) -> impl IntoView {
    provide_context(clocks);
    children()
}
