//! The right column of a parcel's page: what is known besides the timeline.

use crate::components::badge::StatusBadge;
use crate::components::card::{Card, Fact};
use crate::components::copy::CopyButton;
use crate::components::icon::Icon;
use crate::components::link::{path, with_query};
use crate::components::time::Moment;
use crate::tracking::event::{Piece, Proof, ProofKind, Recipient, Reference};
use crate::tracking::parcel::Parcel;
use leptos::prelude::*;
use serde_json::Value;

/// Details, shipment, references, recipient, proofs.
#[component]
pub fn SideCards(
    /// Whose.
    parcel: Parcel,
    /// All pieces of its shipment; empty where there is none.
    pieces: Vec<Parcel>,
) -> impl IntoView {
    let recipient = parcel.recipient.clone();
    view! {
        <div class="stack">
            <Details parcel=parcel.clone()/>
            {parcel.shipment.clone().map(|shipment| view! { <Pieces summary=shipment.summary shipment=shipment.id.to_string() own=parcel.clone() pieces/> })}
            <References references=parcel.references.clone()/>
            {recipient.map(|recipient| view! { <RecipientCard recipient/> })}
            <Proofs proofs=parcel.proofs.clone()/>
        </div>
    }
}

#[component]
fn Details(parcel: Parcel) -> impl IntoView {
    let zone = parcel.zone.clone();
    let events = format!("{}", parcel.events_count);
    let deliveries = with_query("/deliveries", &[("parcel", parcel.id.to_string())]);
    view! {
        <Card title="Details">
            <dl class="facts">
                <Fact name="Carrier" value=parcel.carrier.label().to_owned()/>
                <dt>"Account"</dt>
                <dd><a href=path(&format!("/carriers/{}", parcel.endpoint))>{parcel.endpoint_label.clone()}</a></dd>
                {parcel.listed.clone().map(|piece| view! { <PieceFacts piece/> })}
                {detail_rows(&parcel.details)
                    .into_iter()
                    .map(|(name, value)| view! { <Fact name value=Some(value)/> })
                    .collect_view()}
                <Fact name="Attempts" value=(parcel.attempts > 0).then(|| parcel.attempts.to_string())/>
                <Fact name="Events" value=events/>
                <dt>"First known"</dt>
                <dd><Moment at=parcel.created_at zone=zone.clone()/></dd>
                <dt>"Last event"</dt>
                <dd>{parcel.last_event_at.map(|at| view! { <Moment at zone=zone.clone()/> })}</dd>
                <dt>"Deliveries"</dt>
                <dd><a href=deliveries>"All requests that named it"</a></dd>
            </dl>
        </Card>
    }
}

#[component]
fn PieceFacts(piece: Piece) -> impl IntoView {
    let size = piece.dimensions_cm.map(|[a, b, c]| format!("{a} × {b} × {c} cm"));
    view! {
        <Fact name="Barcode" value=piece.barcode mono=true/>
        <Fact name="Size" value=size/>
        <Fact name="Weight" value=piece.weight_kg.map(|kg| format!("{kg} kg"))/>
        <Fact name="Contents" value=piece.description/>
    }
}

/// The flat object of a carrier's other words: names made readable, nothing nested.
fn detail_rows(details: &Value) -> Vec<(String, String)> {
    let Some(object) = details.as_object() else { return Vec::new() };
    object
        .iter()
        .filter_map(|(name, value)| {
            let value = match value {
                Value::String(text) if !text.is_empty() => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                _ => return None,
            };
            Some((words_of(name), value))
        })
        .collect()
}

/// `parcelState` and `parcel_state` as `Parcel state`.
fn words_of(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 2);
    let mut before = ' ';
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && before.is_lowercase()) {
            words.push(' ');
        }
        if c != '_' {
            words.extend(c.to_lowercase());
        }
        before = c;
    }
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[component]
fn Pieces(summary: String, shipment: String, own: Parcel, pieces: Vec<Parcel>) -> impl IntoView {
    let link = path(&format!("/shipments/{shipment}"));
    view! {
        <Card title="Shipment" aside=move || view! { <a class="small" href=link.clone()>"Open"</a> }>
            <div class="stack">
                <p>{summary}</p>
                <ul class="piece-list">
                    {pieces
                        .into_iter()
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
            <Card title="References">
                <dl class="facts">
                    {references
                        .into_iter()
                        .map(|reference| {
                            let kind = reference.kind.replace('_', " ");
                            let search = with_query("/parcels", &[("q", reference.value.clone())]);
                            view! {
                                <dt>{kind.clone()}</dt>
                                <dd>
                                    <a class="mono" href=search>{reference.value.clone()}</a>
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

#[component]
fn RecipientCard(recipient: Recipient) -> impl IntoView {
    view! {
        <Card title="Recipient" aside=|| view! { <span class="muted small">"masked"</span> }>
            <dl class="facts">
                <Fact name="Name" value=recipient.name/>
                <Fact name="Telephone" value=recipient.phone/>
                <Fact name="E-mail" value=recipient.email/>
                <Fact name="Postal code" value=recipient.postal_code/>
            </dl>
        </Card>
    }
}

#[component]
fn Proofs(proofs: Vec<Proof>) -> impl IntoView {
    (!proofs.is_empty()).then(|| {
        view! {
            <Card title="Proof of delivery">
                <ul class="piece-list">
                    {proofs
                        .into_iter()
                        .map(|proof| {
                            let icon = if proof.kind == ProofKind::Photo { "photo" } else { "proof" };
                            let signed = [
                                proof.received_by.map(|who| format!("by {who}")),
                                proof.pieces.map(|n| if n == 1 { "1 piece".to_owned() } else { format!("{n} pieces") }),
                            ];
                            let signed = signed.into_iter().flatten().collect::<Vec<_>>().join(", ");
                            let link = proof.url.filter(|url| url.starts_with("https://"));
                            view! {
                                <li>
                                    <span class="row"><Icon name=icon/>{proof.kind.label()}<span class="muted">{signed}</span></span>
                                    {link
                                        .map(|url| {
                                            view! { <a href=url target="_blank" rel="noopener noreferrer external">"Open at the carrier"</a> }
                                        })}
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </Card>
        }
    })
}
