//! The table, with the columns somebody chose; cards on small screens.

use super::address::with;
use crate::components::badge::{Chip, ParcelChips, StatusBadge};
use crate::components::icon::Icon;
use crate::components::link::path;
use crate::components::table::TableBox;
use crate::components::time::{Ago, Moment, clocks, span_text};
use crate::tracking::parcel::Parcel;
use crate::tracking::status::{Reason, Substatus};
use crate::tracking::view::{ParcelColumn, ParcelOrder};
use crate::words::{common, frame, parcels as words, times};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// The parcels of a page.
#[component]
pub fn Rows(
    /// Them.
    parcels: Vec<Parcel>,
    /// What is shown of each.
    columns: Vec<ParcelColumn>,
    /// The address.
    query: ParamsMap,
    /// How they are ordered.
    order: ParcelOrder,
    /// Whether rows can be chosen.
    choose: bool,
) -> impl IntoView {
    let heads = columns.iter().map(|column| head(*column, &query, order)).collect_view();
    let looked = query.get("look");
    let rows = parcels
        .into_iter()
        .map(|parcel| {
            let current = looked.as_deref() == Some(parcel.id.to_string().as_str());
            let look = with(&query, true, &[("look", parcel.id.to_string())]);
            view! { <Row parcel columns=columns.clone() look current choose/> }
        })
        .collect_view();
    view! {
        <TableBox label=frame::PARCELS>
            <table class="table" data-cards role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        {choose.then(|| view! { <th role="columnheader" scope="col" class="choose"><ChooseAll/></th> })}
                        <th role="columnheader" scope="col">{common::PARCEL}</th>
                        {heads}
                        <th role="columnheader" scope="col"><span class="unseen">{words::QUICK_LOOK}</span></th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </TableBox>
    }
}

/// A heading; those that can order the list are links.
fn head(column: ParcelColumn, query: &ParamsMap, order: ParcelOrder) -> AnyView {
    let by = match column {
        ParcelColumn::Latest => Some(ParcelOrder::LastEvent),
        ParcelColumn::InStatus => Some(ParcelOrder::Standing),
        ParcelColumn::Created => Some(ParcelOrder::Created),
        ParcelColumn::Changed => Some(ParcelOrder::Updated),
        _ => None,
    };
    let label = column.label();
    let Some(by) = by else {
        return view! { <th role="columnheader" scope="col">{label}</th> }.into_any();
    };
    let direction = if by == ParcelOrder::Standing { "ascending" } else { "descending" };
    let sorted = (by == order).then_some(direction);
    let to = with(query, false, &[("order", if by == ParcelOrder::Updated { String::new() } else { by.to_string() })]);
    view! {
        <th role="columnheader" scope="col" aria-sort=sorted>
            <a class="sort" href=to title=words::order_by(by.label())>{label}</a>
        </th>
    }
    .into_any()
}

/// Ticks every row of the page.
#[component]
fn ChooseAll() -> impl IntoView {
    view! { <input type="checkbox" data-needs-scripts data-tick-all="parcels[]" aria-label=words::CHOOSE_ALL/> }
}

#[component]
fn Row(parcel: Parcel, columns: Vec<ParcelColumn>, look: String, current: bool, choose: bool) -> impl IntoView {
    let number = parcel.number.clone();
    let piece = parcel.piece.clone().map(|piece| match &parcel.shipment {
        Some(shipment) => words::piece_of(parcel.piece_no, shipment.pieces, &piece),
        None => piece,
    });
    let reference =
        parcel.references.iter().find(|r| r.kind == "order").or(parcel.references.first()).map(|r| r.value.clone());
    let under = [Some(parcel.carrier.label().to_owned()), piece.or(reference)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    let tags = if columns.contains(&ParcelColumn::Tags) { Vec::new() } else { parcel.tags.clone() };
    let cells = columns.iter().map(|column| cell(*column, &parcel)).collect_view();
    view! {
        <tr data-link role="row" data-current=current.then_some("")>
            {choose
                .then(|| {
                    view! {
                        <td role="cell" class="choose">
                            <input type="checkbox" name="parcels[]" value=parcel.id.to_string() aria-label=words::choose(&number)/>
                        </td>
                    }
                })}
            <td role="cell" class="head-cell">
                <a class="row-link number" href=path(&format!("/parcels/{}", parcel.id))>{number.clone()}</a>
                <span class="second">{under}</span>
                {(!tags.is_empty()).then(|| view! { <Tags tags/> })}
            </td>
            {cells}
            <td role="cell" class="look">
                <a class="look-link" href=look title=words::QUICK_LOOK aria-label=words::quick_look_at(&number)><Icon name="eye"/></a>
            </td>
        </tr>
    }
}

/// Tags as chips.
#[component]
pub fn Tags(
    /// Them.
    tags: Vec<String>,
) -> impl IntoView {
    view! { <span class="chips">{tags.into_iter().map(|tag| view! { <Chip word=tag icon=Some("tag")/> }).collect_view()}</span> }
}

fn cell(column: ParcelColumn, parcel: &Parcel) -> AnyView {
    let label = column.label();
    match column {
        ParcelColumn::Status => status(parcel).into_any(),
        ParcelColumn::Latest => latest(parcel).into_any(),
        ParcelColumn::InStatus => {
            let since = parcel.status_since.filter(|_| !parcel.status.is_terminal());
            let text = since.map(|since| span_text(clocks().now.seconds_since(since)));
            view! { <td role="cell" class="nowrap numeric" data-half="start" data-label=label>{text}</td> }.into_any()
        }
        ParcelColumn::InTransit => {
            let m = &parcel.milestones;
            let end = m.delivered_at.or(m.returned_at).unwrap_or(clocks().now);
            let days = m.accepted_at.map(|from| times::days(end.seconds_since(from).max(0) / 86_400));
            view! { <td role="cell" class="nowrap numeric" data-small="hide">{days}</td> }.into_any()
        }
        ParcelColumn::Attempts => {
            let attempts = (parcel.attempts > 0).then(|| parcel.attempts.to_string());
            view! { <td role="cell" class="numeric" data-small="hide">{attempts}</td> }.into_any()
        }
        ParcelColumn::References => {
            let all: Vec<String> = parcel.references.iter().map(|r| format!("{} {}", r.kind, r.value)).collect();
            view! { <td role="cell" data-label=label><span class="clip" title=all.join(" · ")>{all.join(" · ")}</span></td> }.into_any()
        }
        ParcelColumn::Tags => {
            let tags = parcel.tags.clone();
            view! { <td role="cell">{(!tags.is_empty()).then(|| view! { <Tags tags/> })}</td> }.into_any()
        }
        ParcelColumn::Pieces => {
            let text = parcel.shipment.as_ref().map(|shipment| words::n_of(parcel.piece_no, shipment.pieces));
            view! { <td role="cell" class="nowrap numeric" data-half="start" data-label=label>{text}</td> }.into_any()
        }
        ParcelColumn::Recipient => {
            let known = parcel.recipient.clone().unwrap_or_default();
            let text = known.name.or(known.email).or(known.phone).or(known.postal_code);
            view! { <td role="cell" dir="auto" data-label=label>{text}</td> }.into_any()
        }
        ParcelColumn::Account => view! { <td role="cell" data-label=label>{parcel.endpoint_label.clone()}</td> }.into_any(),
        ParcelColumn::FirstScan => moment(label, parcel.milestones.accepted_at, parcel),
        ParcelColumn::Delivered => moment(label, parcel.milestones.delivered_at, parcel),
        ParcelColumn::Created => moment(label, Some(parcel.created_at), parcel),
        ParcelColumn::Changed => view! {
            <td role="cell" class="nowrap muted" data-half="end"><Ago at=parcel.updated_at zone=parcel.zone.clone()/></td>
        }
        .into_any(),
    }
}

fn moment(label: &'static str, at: Option<crate::tracking::time::Timestamp>, parcel: &Parcel) -> AnyView {
    let zone = parcel.zone.clone();
    view! { <td role="cell" class="nowrap" data-label=label>{at.map(|at| view! { <Moment at zone/> })}</td> }.into_any()
}

fn status(parcel: &Parcel) -> impl IntoView + use<> {
    let finer: Vec<&str> =
        [parcel.substatus.map(Substatus::label), parcel.reason.map(Reason::label)].into_iter().flatten().collect();
    view! {
        <td role="cell">
            <span class="row"><StatusBadge status=parcel.status/><ParcelChips parcel=parcel.clone()/></span>
            {(!finer.is_empty()).then(|| view! { <span class="second">{finer.join(" · ")}</span> })}
        </td>
    }
}

fn latest(parcel: &Parcel) -> impl IntoView + use<> {
    let words = parcel.substatus.map_or(parcel.status.label(), Substatus::label);
    let text = parcel.last_event_text.clone().unwrap_or_else(|| match parcel.last_event_at {
        Some(_) => words.to_owned(),
        None => common::NO_EVENT_YET.into(),
    });
    let zone = parcel.zone.clone();
    view! {
        <td role="cell">
            <span class="clip" dir="auto">{text}</span>
            <span class="second">
                {parcel.last_event_place.clone().map(|place| format!("{place} · "))}
                {parcel.last_event_at.map(|at| view! { <Ago at zone/> })}
            </span>
        </td>
    }
}
