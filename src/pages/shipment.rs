//! `/shipments/{id}`: what the carrier bills as one job: its pieces and everything reported about them.

use crate::api::Fault;
use crate::api::parcels::show_shipment;
use crate::components::asked::Asked;
use crate::components::badge::{ParcelChips, StatusBadge};
use crate::components::card::Card;
use crate::components::link::path;
use crate::components::live::use_live;
use crate::components::state::EmptyState;
use crate::components::table::TableBox;
use crate::components::time::Ago;
use crate::components::timeline::Timeline;
use crate::tracking::parcel::Parcel;
use crate::tracking::screen::ShipmentSheet;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// One shipment.
#[component]
pub fn ShipmentPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let news = use_live("parcels");
    let sheet = Resource::new_blocking(
        move || news.get(),
        move |_| {
            let id = id.parse();
            async move {
                match id {
                    Ok(id) => show_shipment(id).await,
                    Err(_) => Err(Fault::NotFound("There is no such shipment.".into())),
                }
            }
        },
    );
    view! {
        <Title text="Shipment"/>
        <nav class="page-trail" aria-label="Trail"><a href=path("/parcels")>"Parcels"</a></nav>
        <Asked resource=sheet children={|sheet: ShipmentSheet| view! { <Sheet sheet/> }}/>
    }
}

#[component]
fn Sheet(sheet: ShipmentSheet) -> impl IntoView {
    let ShipmentSheet { summary, parcels, events } = sheet;
    let number = summary.number.clone();
    let legs = parcels.first().map(|parcel| parcel.legs.clone()).unwrap_or_default();
    let several = parcels.len() > 1;
    let signed =
        (summary.signed_for > 0).then(|| format!(" Signed for: {} of {}.", summary.signed_for, summary.pieces));
    view! {
        <Title text=format!("Shipment {number}")/>
        <header class="page-head">
            <h1>"Shipment "<span class="number">{number}</span></h1>
            <p class="page-lead">{summary.summary}"."{signed}</p>
        </header>
        <TableBox label="Pieces">
            <table class="table" data-cards role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Piece"</th>
                        <th role="columnheader" scope="col">"Status"</th>
                        <th role="columnheader" scope="col">"Size"</th>
                        <th role="columnheader" scope="col">"Weight"</th>
                        <th role="columnheader" scope="col">"Latest event"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{parcels.into_iter().map(|parcel| view! { <PieceRow parcel/> }).collect_view()}</tbody>
            </table>
        </TableBox>
        <Card title="Timeline">
            {if events.is_empty() {
                view! { <EmptyState icon="clock" title="No event yet"/> }.into_any()
            } else {
                view! { <Timeline events legs name_pieces=several/> }.into_any()
            }}
        </Card>
    }
}

#[component]
fn PieceRow(parcel: Parcel) -> impl IntoView {
    let name = parcel.piece.clone().unwrap_or_else(|| format!("Piece {}", parcel.piece_no));
    let size = parcel.listed.as_ref().and_then(|p| p.dimensions_cm).map(|[a, b, c]| format!("{a} × {b} × {c} cm"));
    let weight = parcel.listed.as_ref().and_then(|p| p.weight_kg).map(|kg| format!("{kg} kg"));
    view! {
        <tr data-link role="row">
            <td role="cell"><a class="row-link number" href=path(&format!("/parcels/{}", parcel.id))>{name}</a></td>
            <td role="cell"><span class="row"><StatusBadge status=parcel.status/><ParcelChips parcel=parcel.clone()/></span></td>
            <td role="cell" class="nowrap" data-half="start">{size}</td>
            <td role="cell" class="nowrap" data-half="end">{weight}</td>
            <td role="cell">
                <span class="clip">{parcel.last_event_text.clone()}</span>
                <span class="second">{parcel.last_event_at.map(|at| view! { <Ago at zone=parcel.zone.clone()/> })}</span>
            </td>
        </tr>
    }
}
