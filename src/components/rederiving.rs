//! A quiet word while parcels are derived again in the background.

use super::asked::Asked;
use super::notice::Notice;
use crate::api::mappings::list_rederivations;
use crate::tracking::mapping::{Rederivation, RederivationCause};
use crate::words::mappings as words;
use leptos::prelude::*;

/// Nothing at all while nothing is due.
#[component]
pub fn Rederiving() -> impl IntoView {
    view! {
        <Asked answer=list_rederivations() live="mappings parcels" children={|due: Vec<Rederivation>| {
            due.into_iter().map(|one| view! { <Notice tone="blue" icon="repeat"><p role="status">{sentence(&one)}</p></Notice> }).collect_view()
        }}/>
    }
}

fn sentence(due: &Rederivation) -> String {
    let left = due.left;
    let name = due.key.as_deref().unwrap_or_default();
    match due.cause {
        RederivationCause::Mapping => words::new_meaning(name, left),
        RederivationCause::Settings => words::new_policy(left),
        RederivationCause::Rules => words::new_rules(left),
    }
}
