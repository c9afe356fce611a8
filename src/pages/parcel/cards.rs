//! The right column of a parcel's page: what is known besides the timeline.

use super::people::PeopleCard;
use super::tags::TagCard;
use crate::components::badge::StatusBadge;
use crate::components::card::{Card, Fact};
use crate::components::copy::CopyButton;
use crate::components::details::{Charges, Details};
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::time::{KnownMoment, Moment, clocks, date_text, event_clock, event_time_text};
use crate::components::timeline::{line_anchor, place_text};
use crate::tracking::event::{Event, Piece, Proof, ProofKind, Reference};
use crate::tracking::parcel::Parcel;
use crate::tracking::sheet::{Order, Rough};
use crate::tracking::status::ParcelFlag;
use crate::words::{common, frame, parcel as words};
use leptos::prelude::*;

/// Details, shipment, references, recipient, proofs.
#[component]
pub fn SideCards(
    /// Whose.
    parcel: Parcel,
    /// All pieces of its shipment; empty where there is none.
    pieces: Vec<Parcel>,
    /// The events that brought proof of delivery.
    proofs: Vec<Event>,
    /// Other parcels of the same order.
    order: Option<Order>,
    /// Instants that are not to be taken at their word.
    rough: Vec<Rough>,
) -> impl IntoView {
    let recipient = parcel.recipient.clone();
    view! {
        <div class="stack">
            <Proofs events=proofs/>
            <Facts parcel=parcel.clone() rough/>
            {order.map(|order| view! { <OrderCard order/> })}
            {parcel.shipment.clone().map(|shipment| view! { <Pieces summary=shipment.summary shipment=shipment.id.to_string() own=parcel.clone() pieces/> })}
            <References references=parcel.references.clone()/>
            <TagCard parcel=parcel.clone()/>
            <PeopleCard parcel=parcel.id recipient/>
        </div>
    }
}

#[component]
fn Facts(parcel: Parcel, rough: Vec<Rough>) -> impl IntoView {
    let zone = parcel.zone.clone();
    let events = format!("{}", parcel.events_count);
    let deliveries = with_query("/deliveries", &[("parcel", parcel.id.to_string())]);
    view! {
        <Card title=common::DETAILS>
            <dl class="facts">
                <Fact name=common::CARRIER value=parcel.carrier.label().to_owned()/>
                <dt>{common::ACCOUNT}</dt>
                <dd><a href=path(&format!("/carriers/{}", parcel.endpoint))>{parcel.endpoint_label.clone()}</a></dd>
                {parcel.listed.clone().map(|piece| view! { <PieceFacts piece/> })}
                <Details details=parcel.details.clone()/>
                <Fact name=words::ATTEMPTS value=(parcel.attempts > 0).then(|| parcel.attempts.to_string())/>
                <Fact name=common::EVENTS value=events/>
                <dt>{words::FIRST_KNOWN}</dt>
                <dd><Moment at=parcel.created_at zone=zone.clone()/></dd>
                <dt>{words::LAST_EVENT}</dt>
                <dd>{parcel.last_event_at.map(|at| view! { <KnownMoment at zone=zone.clone() rough/> })}</dd>
                <dt>{frame::DELIVERIES}</dt>
                <dd><a href=deliveries>{words::ALL_REQUESTS}</a></dd>
            </dl>
            <Charges details=parcel.details/>
        </Card>
    }
}

#[component]
fn PieceFacts(piece: Piece) -> impl IntoView {
    let size = piece.dimensions_cm.map(|[a, b, c]| common::size_cm(a, b, c));
    view! {
        <Fact name=words::BARCODE value=piece.barcode mono=true/>
        <Fact name=common::SIZE value=size/>
        <Fact name=common::WEIGHT value=piece.weight_kg.map(common::weight_kg)/>
        <Fact name=words::CONTENTS value=piece.description/>
    }
}

#[component]
fn Pieces(summary: String, shipment: String, own: Parcel, pieces: Vec<Parcel>) -> impl IntoView {
    let link = path(&format!("/shipments/{shipment}"));
    view! {
        <Card title=common::SHIPMENT aside=move || view! { <a class="small" href=link.clone()>{common::OPEN}</a> }>
            <div class="stack">
                <p>{summary}</p>
                <ul class="piece-list">
                    {pieces
                        .into_iter()
                        .filter(|piece| piece.id == own.id || !piece.flags.contains(&ParcelFlag::Withdrawn))
                        .map(|piece| {
                            let name = piece.piece.clone().unwrap_or_else(|| piece.number.clone());
                            let current = (piece.id == own.id).then_some("true");
                            view! {
                                <li>
                                    <a class="number small" href=path(&format!("/parcels/{}", piece.id)) aria-current=current>{name}</a>
                                    <StatusBadge status=piece.status/>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        </Card>
    }
}

#[component]
fn References(references: Vec<Reference>) -> impl IntoView {
    (!references.is_empty()).then(|| {
        view! {
            <Card title=common::REFERENCES>
                <dl class="facts">
                    {references
                        .into_iter()
                        .map(|reference| {
                            let kind = reference.kind.replace('_', " ");
                            let search = with_query("/parcels", &[("q", reference.value.clone())]);
                            view! {
                                <dt>{kind.clone()}</dt>
                                <dd>
                                    <a class="mono" href=search><bdi>{reference.value.clone()}</bdi></a>
                                    <CopyButton text=reference.value what=kind/>
                                </dd>
                            }
                        })
                        .collect_view()}
                </dl>
            </Card>
        }
    })
}

/// Who signed, for how many pieces, when and where; photos as links, which nobody follows but the operator.
#[component]
fn Proofs(events: Vec<Event>) -> impl IntoView {
    let clocks = clocks();
    (!events.is_empty()).then(|| {
        view! {
            <Card title=common::PROOF_OF_DELIVERY aside=|| view! { <span class="muted small">{words::NAME_MASKED}</span> }>
                <div class="stack">
                    {events
                        .into_iter()
                        .map(|event| {
                            let date = date_text(event_clock(&event, &clocks.zones).time.date(), clocks.now);
                            let when = format!("{date}, {}", event_time_text(&event, &clocks.zones));
                            let line = format!("#{}", line_anchor(event.id));
                            let by = event.proofs.iter().find_map(|proof| proof.received_by.clone());
                            let pieces = event.proofs.iter().find_map(|proof| proof.pieces);
                            view! {
                                <div class="proof">
                                    <dl class="facts">
                                        <Fact name=words::SIGNED_BY value=by/>
                                        <Fact name=common::PIECES value=pieces.map(|n| n.to_string())/>
                                        <dt>{common::WHEN}</dt>
                                        <dd><a href=line>{when}</a></dd>
                                        <Fact name=words::WHERE value=event.place.as_ref().and_then(place_text)/>
                                    </dl>
                                    <ProofLinks proofs=event.proofs/>
                                </div>
                            }
                        })
                        .collect_view()}
                </div>
            </Card>
        }
    })
}

#[component]
fn ProofLinks(proofs: Vec<Proof>) -> impl IntoView {
    let links: Vec<(ProofKind, String)> = proofs
        .into_iter()
        .filter_map(|proof| Some((proof.kind, proof.url.filter(|url| url.starts_with("https://"))?)))
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <ul class="proof-links">
                {links
                    .into_iter()
                    .enumerate()
                    .map(|(nth, (kind, url))| {
                        let icon = if kind == ProofKind::Photo { "photo" } else { "proof" };
                        view! {
                            <li>
                                <a href=url target="_blank" rel="noopener noreferrer external">
                                    <Icon name=icon/>{format!("{} {}", kind.label(), nth + 1)}
                                    <Icon name="external"/><span class="unseen">{words::AT_CARRIER}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        }
    })
}

/// Other parcels of the same order.
#[component]
fn OrderCard(order: Order) -> impl IntoView {
    let link = path(&format!("/shipments/{}", order.page));
    let count = order.siblings.len();
    view! {
        <Card title=words::SAME_ORDER aside=move || view! { <a class="small" href=link.clone()>{words::SEE_TOGETHER}</a> }>
            <div class="stack">
                <p>{common::ORDER_IS}<bdi class="mono">{order.number}</bdi>{words::of_parcels(count + 1)}</p>
                <ul class="piece-list">
                    {order
                        .siblings
                        .into_iter()
                        .take(12)
                        .map(|other| {
                            view! {
                                <li>
                                    <a class="number small" href=path(&format!("/parcels/{}", other.parcel))>{other.number}</a>
                                    <StatusBadge status=other.status/>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        </Card>
    }
}
