//! Carriers: every endpoint with its address, secret and registration at a glance.

use crate::api::endpoints::list_carriers;
use crate::components::asked::Asked;
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::page_head::PageHead;
use crate::components::time::Moment;
use crate::tracking::endpoint::{CarrierCard, Endpoint, EndpointState};
use crate::tracking::registration::{Registration, RegistrationState};
use crate::words::{carriers as words, common, frame, trust};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/carriers`.
#[component]
pub fn CarriersPage() -> impl IntoView {
    let deleted = use_query_map().get_untracked().get_str("done") == Some("deleted");
    view! {
        <PageHead title=frame::CARRIERS lead=words::LEAD><a class="button" data-kind="quiet" href=path("/trust")>{trust::TITLE}</a></PageHead>
        {deleted.then(|| view! {
            <Notice tone="green" icon="check">{words::DELETED}</Notice>
        })}
        <Asked answer=list_carriers() live="endpoints" children={|cards: Vec<CarrierCard>| {
            cards.into_iter().map(|card| view! { <Carrier card/> }).collect_view()
        }}/>
    }
}

#[component]
fn Carrier(card: CarrierCard) -> impl IntoView {
    let facts = card.facts;
    let title_id = format!("carrier-{}", facts.id);
    let add = format!("/carriers/new?carrier={}", facts.id);
    let labelled_by = title_id.clone();
    view! {
        <section class="card" aria-labelledby=labelled_by data-flush>
            <header>
                <h2 id=title_id>{facts.name.clone()}</h2>
                <a class="button" href=path(&add)><Icon name="plus"/>{words::add_endpoint(&facts.name)}</a>
            </header>
            <div class="card-body">
                <p class="card-note muted">{facts.proof}</p>
                {facts.caution.map(|caution| view! { <div class="card-note"><Notice tone="amber" icon="triangle">{caution}</Notice></div> })}
                {(!card.endpoints.is_empty()).then(|| view! {
                    <div class="table-box"><table class="table" data-cards>
                        <thead><tr>
                            <th scope="col">{common::ENDPOINT}</th><th scope="col">{words::REGISTRATION}</th><th scope="col">{words::SECRET}</th>
                            <th scope="col">{words::LAST_DELIVERY}</th><th scope="col" class="end">{words::FAILED_24H}</th>
                        </tr></thead>
                        <tbody>{card.endpoints.into_iter().map(|(endpoint, registration)| view! {
                            <Row endpoint registration signs=facts.signs/>
                        }).collect_view()}</tbody>
                    </table></div>
                })}
            </div>
        </section>
    }
}

#[component]
fn Row(endpoint: Endpoint, registration: Registration, signs: bool) -> impl IntoView {
    let secret = match (endpoint.secret.set, endpoint.secret.last4.clone(), signs) {
        (true, Some(last4), _) => format!("•••• {last4}"),
        (true, None, _) => words::SET.to_owned(),
        (false, _, true) => words::NOT_SET.to_owned(),
        (false, _, false) => words::NONE_NEEDED.to_owned(),
    };
    view! {
        <tr data-link>
            <td data-half="start">
                <a class="row-link" href=path(&format!("/carriers/{}", endpoint.id))><strong>{endpoint.label.clone()}</strong></a>
                {(endpoint.state != EndpointState::Active).then(|| view! {
                    " "<span class="chip" data-tone="amber">{endpoint.state.label()}</span>
                })}
            </td>
            <td data-half="end"><RegistrationBadge state=registration.state/></td>
            <td data-label=words::SECRET>{secret}</td>
            <td data-label=words::LAST_DELIVERY>{match endpoint.last_delivery_at {
                Some(at) => view! { <Moment at/> }.into_any(),
                None => view! { <span class="muted">{words::NONE_YET}</span> }.into_any(),
            }}</td>
            <td class="end numeric" data-label=words::FAILED_24H>{endpoint.failed_24h}</td>
        </tr>
    }
}

/// How far a registration has come, with icon and word.
#[component]
pub fn RegistrationBadge(
    /// Which.
    state: RegistrationState,
) -> impl IntoView {
    let (tone, icon) = match state {
        RegistrationState::Receiving => ("green", "check"),
        RegistrationState::Activated | RegistrationState::Registered => ("blue", "clock"),
        RegistrationState::Failed => ("red", "triangle"),
        RegistrationState::Unregistered | RegistrationState::Manual | RegistrationState::Unsubscribed => {
            ("grey", "clock")
        }
    };
    view! { <span class="badge" data-tone=tone><Icon name=icon/>{state.label()}</span> }
}
