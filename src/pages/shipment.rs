//! `/shipments/{id}`: what the carrier bills as one job, or the parcels of one order: the pieces, what was signed for,
//! and everything reported about them.

use crate::api::Fault;
use crate::api::acts::SignPieces;
use crate::api::parcels::show_shipment;
use crate::components::act::TakeBack;
use crate::components::asked::Asked;
use crate::components::badge::{ParcelChips, StatusBadge};
use crate::components::card::Card;
use crate::components::console::console;
use crate::components::copy::CopyButton;
use crate::components::details::{Charges, Details};
use crate::components::field::Field;
use crate::components::form::{ActForm, ActNotice};
use crate::components::link::path;
use crate::components::notice::Notice;
use crate::components::pager::Pager;
use crate::components::state::EmptyState;
use crate::components::table::TableBox;
use crate::components::time::Ago;
use crate::components::timeline::{PieceColumn, Timeline};
use crate::tracking::parcel::{Parcel, ShipmentSummary};
use crate::tracking::people::Role;
use crate::tracking::sheet::ShipmentSheet;
use crate::tracking::status::{ParcelFlag, Status};
use crate::words::{common, frame, shipment as words};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

/// One shipment.
#[component]
pub fn ShipmentPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let cursor = use_query_map().get_untracked().get("cursor");
    let sheet = async move {
        let id = id.parse().map_err(|_| Fault::NotFound(common::NO_SHIPMENT.into()))?;
        show_shipment(id, cursor).await
    };
    view! {
        <Title text=common::SHIPMENT/>
        <nav class="page-trail" aria-label=common::TRAIL><a href=path("/parcels")>{frame::PARCELS}</a></nav>
        <Asked answer=sheet live="parcels" children={|sheet: ShipmentSheet| view! { <Sheet sheet/> }}/>
    }
}

#[component]
fn Sheet(sheet: ShipmentSheet) -> impl IntoView {
    let ShipmentSheet { summary, order, parcels, events, extras } = sheet;
    let withdrawn = |parcel: &Parcel| parcel.flags.contains(&ParcelFlag::Withdrawn);
    let (gone, current): (Vec<Parcel>, Vec<Parcel>) = parcels.into_iter().partition(withdrawn);
    let id = summary.id;
    let first = current.first().or(gone.first()).cloned();
    let legs = first.as_ref().map(|parcel| parcel.legs.clone()).unwrap_or_default();
    let by_number = order.is_some();
    let (what, number) = match order {
        Some(order) => (common::ORDER_IS, order),
        None => (words::SHIPMENT_IS, summary.number.clone()),
    };
    let column = match (by_number, current.len() + gone.len()) {
        (true, _) => PieceColumn::ByNumber,
        (false, 0 | 1) => PieceColumn::None,
        (false, _) => PieceColumn::ByPiece,
    };
    let (about, several) = (first.clone(), gone.len());
    let shown = events.items.len();
    view! {
        <Title text=format!("{what}{number}")/>
        <header class="page-head">
            <h1>{what}<span class="number">{number.clone()}</span></h1>
            <CopyButton text=number what=common::NUMBER_NOUN/>
            <p class="page-lead roll-up">{summary.summary.clone()}</p>
        </header>
        <Done id/>
        <PieceTable label=common::PIECES parcels=current.clone() by_number/>
        {(several > 0).then(|| view! {
            <details class="withdrawn">
                <summary>{words::withdrawn(several)}</summary>
                <p class="muted small">{words::WITHDRAWN_HELP}</p>
                <PieceTable label=words::WITHDRAWN parcels=gone by_number/>
            </details>
        })}
        <div class="columns">
            <Card title=common::TIMELINE>
                {match first {
                    Some(first) if shown > 0 => {
                        let to = format!("/shipments/{id}");
                        view! {
                            <Timeline events=events.items extras carrier=first.carrier legs pieces=column/>
                            {(events.next_cursor.is_some()).then(|| view! { <Pager to shown next_cursor=events.next_cursor/> })}
                        }.into_any()
                    }
                    _ => view! { <EmptyState icon="clock" title=common::NO_EVENT_YET/> }.into_any(),
                }}
            </Card>
            <div class="stack">
                {(!by_number).then(|| view! { <SignedFor summary parcels=current/> })}
                {about.map(|parcel| view! { <About parcel/> })}
            </div>
        </div>
    }
}

#[component]
fn PieceTable(label: &'static str, parcels: Vec<Parcel>, by_number: bool) -> impl IntoView {
    view! {
        <TableBox label>
            <table class="table" data-cards role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{if by_number { common::PARCEL } else { common::PIECE }}</th>
                        <th role="columnheader" scope="col">{common::STATUS}</th>
                        <th role="columnheader" scope="col">{common::SIZE}</th>
                        <th role="columnheader" scope="col">{common::WEIGHT}</th>
                        <th role="columnheader" scope="col">{words::LATEST_EVENT}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {parcels.into_iter().map(|parcel| view! { <PieceRow parcel by_number/> }).collect_view()}
                </tbody>
            </table>
        </TableBox>
    }
}

#[component]
fn PieceRow(parcel: Parcel, by_number: bool) -> impl IntoView {
    let name = if by_number { parcel.number.clone() } else { name_of(&parcel) };
    let size = parcel.listed.as_ref().and_then(|p| p.dimensions_cm).map(|[a, b, c]| common::size_cm(a, b, c));
    let weight = parcel.listed.as_ref().and_then(|p| p.weight_kg).map(common::weight_kg);
    view! {
        <tr data-link role="row">
            <td role="cell">
                <a class="row-link number" href=path(&format!("/parcels/{}", parcel.id))>{name}</a>
                {parcel.listed.as_ref().and_then(|p| p.description.clone()).map(|text| view! { <span class="second"><bdi>{text}</bdi></span> })}
            </td>
            <td role="cell">
                <span class="row"><StatusBadge status=parcel.status/><ParcelChips parcel=parcel.clone()/></span>
                {parcel.substatus.map(|finer| view! { <span class="second">{finer.label()}</span> })}
            </td>
            <td role="cell" class="nowrap" data-half="start">{size}</td>
            <td role="cell" class="nowrap" data-half="end">{weight}</td>
            <td role="cell">
                <span class="clip"><bdi>{parcel.last_event_text.clone()}</bdi></span>
                <span class="second">{parcel.last_event_at.map(|at| view! { <Ago at zone=parcel.zone.clone()/> })}</span>
            </td>
        </tr>
    }
}

fn name_of(parcel: &Parcel) -> String {
    parcel.piece.clone().unwrap_or_else(|| words::piece(parcel.piece_no))
}

/// How many pieces were signed for, and, where the carrier did not say which, the form that says it.
#[component]
fn SignedFor(summary: ShipmentSummary, parcels: Vec<Parcel>) -> impl IntoView {
    let open: Vec<Parcel> = parcels.iter().filter(|p| !p.status.is_terminal()).cloned().collect();
    let delivered = parcels.iter().filter(|p| p.status == Status::Delivered).count();
    let unsaid = (summary.signed_for as usize).saturating_sub(delivered);
    let asks = summary.signed_for < summary.pieces && unsaid > 0;
    let acting = console().may(Role::Operator);
    let said = match unsaid {
        0 => None,
        1 => Some(words::WHICH_PIECE.to_owned()),
        n => Some(words::which_pieces(n)),
    };
    view! {
        <Card title=common::PROOF_OF_DELIVERY>
            <div class="stack">
                <p>{words::SIGNED_FOR_IS}<strong>{summary.signed_for}{words::OF}{summary.pieces}</strong></p>
                {said.filter(|_| asks).map(|words| view! { <p class="muted">{words}</p> })}
                {(acting && asks && !open.is_empty()).then(|| view! { <SignForm id=summary.id open/> })}
            </div>
        </Card>
    }
}

#[component]
fn SignForm(id: Uuid, open: Vec<Parcel>) -> impl IntoView {
    let action = ServerAction::<SignPieces>::new();
    view! {
        <ActForm action class="form">
            <input type="hidden" name="shipment" value=id.to_string()/>
            <fieldset>
                <legend>{words::SIGNED_FOR}</legend>
                <div class="ticks">
                    {open
                        .into_iter()
                        .map(|piece| {
                            view! {
                                <label class="tick">
                                    <input type="checkbox" name="parcels[]" value=piece.id.to_string()/>
                                    <span class="mono">{name_of(&piece)}</span>
                                </label>
                            }
                        })
                        .collect_view()}
                </div>
            </fieldset>
            <Field name="reason" label=common::REASON help=words::REASON_HELP required=true max=Some(500)/>
            <div class="form-actions"><button class="button" data-kind="primary">{words::SIGN}</button></div>
        </ActForm>
        <ActNotice action/>
    }
}

/// What was just done, with the way to undo it.
#[component]
fn Done(id: Uuid) -> impl IntoView {
    let query = use_query_map().get_untracked();
    match (query.get_str("done"), query.get("did")) {
        (Some("signed"), Some(did)) => Some(
            view! {
                <div role="status">
                    <Notice tone="green" icon="check">
                        <div class="notice-row">
                            <p>{words::SIGNED}</p>
                            <TakeBack events=did shipment=Some(id)/>
                        </div>
                    </Notice>
                </div>
            }
            .into_any(),
        ),
        (Some("taken-back"), _) => Some(
            view! { <div role="status"><Notice tone="green" icon="check"><p>{words::TAKEN_BACK}</p></Notice></div> }
                .into_any(),
        ),
        _ => None,
    }
}

/// What the carrier says of the whole job.
#[component]
fn About(parcel: Parcel) -> impl IntoView {
    let account = path(&format!("/carriers/{}", parcel.endpoint));
    view! {
        <Card title=common::DETAILS>
            <div class="stack">
                <dl class="facts">
                    <dt>{common::CARRIER}</dt>
                    <dd>{parcel.carrier.label()}</dd>
                    <dt>{common::ACCOUNT}</dt>
                    <dd><a href=account>{parcel.endpoint_label}</a></dd>
                    <Details details=parcel.details.clone()/>
                </dl>
                <Charges details=parcel.details/>
            </div>
        </Card>
    }
}
