//! The parcel's tags: shown to everybody, given and taken by operators.

use crate::api::lists::TagParcel;
use crate::components::card::Card;
use crate::components::console::console;
use crate::components::form::{ActForm, ActNotice};
use crate::components::icon::Icon;
use crate::components::link::with_query;
use crate::tracking::parcel::Parcel;
use crate::tracking::people::Role;
use crate::tracking::tag::LONGEST;
use crate::words::{common, parcel as words};
use leptos::prelude::*;

/// Tags, each leading to all that have it; nothing where there are none and none can be given.
#[component]
pub fn TagCard(
    /// Whose.
    parcel: Parcel,
) -> impl IntoView {
    let action = ServerAction::<TagParcel>::new();
    let operator = console().may(Role::Operator);
    let id = parcel.id.to_string();
    let (none, of) = (parcel.tags.is_empty(), id.clone());
    let tags = parcel
        .tags
        .into_iter()
        .map(move |tag| {
            let all = with_query("/parcels", &[("tag", tag.clone())]);
            let (of, taken) = (of.clone(), tag.clone());
            let take = operator.then(move || {
                let label = words::take_tag(&taken);
                view! {
                    <ActForm action class="tag-take">
                        <input type="hidden" name="id" value=of/>
                        <input type="hidden" name="tag" value=taken/>
                        <button class="copy-button" title=label.clone() aria-label=label><Icon name="cross"/></button>
                    </ActForm>
                }
            });
            view! { <li class="row"><a class="chip" href=all><Icon name="tag"/>{tag.clone()}</a>{take}</li> }
        })
        .collect_view();
    (operator || !none).then(|| {
        view! {
            <Card title=common::TAGS>
                <ul class="row">{tags}</ul>
                {operator
                    .then(|| {
                        view! {
                            <ActForm action class="tag-give">
                                <input type="hidden" name="id" value=id/>
                                <input type="hidden" name="on" value="true"/>
                                <input class="control" name="tag" aria-label=words::NEW_TAG maxlength=LONGEST.to_string() required autocomplete="off"/>
                                <button class="button">{words::ADD_TAG}</button>
                            </ActForm>
                        }
                    })}
                <ActNotice action/>
            </Card>
        }
    })
}
