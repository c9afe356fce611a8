//! The list of parcels as CSV, a page of the database at a time: everything of each, or the columns that are asked for.

use crate::server::auth::Actor;
use crate::server::routes::extract::FiltersAnd;
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::routes::v1::Api;
use crate::server::store::StoreError;
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::{Parcel, ParcelFilter};
use crate::tracking::time::Timestamp;
use crate::tracking::view::ParcelColumn;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Deserialize;
use utoipa::IntoParams;

/// Rows fetched at a time.
const PAGE: u32 = 200;

/// What is written of each parcel.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Written {
    /// Columns of the console's list, in this order. Times come twice, in UTC and on the carrier's clock. Everything
    /// there is without.
    #[param(value_type = Vec<ParcelColumn>, style = Form, explode = false)]
    columns: Option<String>,
}

/// Download parcels as CSV
///
/// All that match, in the order asked for. A cell that could be read as a formula (`= + - @`, tab, return) begins with
/// `'`.
#[utoipa::path(
    get, path = "/parcels.csv", tag = "parcels", operation_id = "download_parcels", params(ParcelFilter, Written),
    responses((status = 200, description = "A header line, then one line per parcel", body = String, content_type = "text/csv"))
)]
pub async fn csv(
    State(state): State<Api>,
    Extension(actor): Extension<Actor>,
    FiltersAnd(filter, written): FiltersAnd<ParcelFilter, Written>,
) -> ApiResult<Response> {
    let filter = ParcelFilter { people: actor.may_reveal(), ..filter };
    let columns = written.columns.map(|text| columns_of(&text)).transpose()?;
    let first = page_as_csv(&state, &filter, columns.as_deref(), None).await?;
    let rest = stream::try_unfold((state, filter, columns, first.1), |(state, filter, columns, cursor)| async move {
        let Some(cursor) = cursor else { return Ok::<_, StoreError>(None) };
        let (bytes, next) = page_as_csv(&state, &filter, columns.as_deref(), Some(cursor)).await?;
        Ok(Some((bytes, (state, filter, columns, next))))
    });
    let head = stream::iter([Ok::<_, StoreError>(first.0)]);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"parcels.csv\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, Body::from_stream(stream::StreamExt::chain(head, rest))).into_response())
}

fn columns_of(text: &str) -> ApiResult<Vec<ParcelColumn>> {
    let unknown = text.split(',').find(|word| !word.is_empty() && word.trim().parse::<ParcelColumn>().is_err());
    match unknown {
        Some(word) => {
            Err(ApiError::bad_request(format!("There is no column “{}”.", word.chars().take(40).collect::<String>())))
        }
        None => Ok(ParcelColumn::list(text)),
    }
}

async fn page_as_csv(
    state: &Api,
    filter: &ParcelFilter,
    columns: Option<&[ParcelColumn]>,
    cursor: Option<String>,
) -> Result<(Bytes, Option<String>), StoreError> {
    let (now, with_header) = (state.clock.now(), cursor.is_none());
    let page = state.store.list_parcels(filter, &PageRequest { limit: PAGE, cursor }, now).await?;
    let mut lines = csv::Writer::from_writer(Vec::new());
    let header = || columns.map_or_else(|| HEADER.map(str::to_owned).to_vec(), heading);
    let written = if with_header { lines.write_record(header()) } else { Ok(()) };
    let cells = |parcel: &Parcel| -> Vec<String> {
        let cells = columns.map_or_else(|| whole(parcel), |columns| chosen(parcel, columns, now));
        cells.into_iter().map(harmless).collect()
    };
    written.and_then(|()| page.items.iter().try_for_each(|parcel| lines.write_record(cells(parcel)))).expect("memory");
    Ok((lines.into_inner().expect("writing to memory cannot fail").into(), page.next_cursor))
}

const HEADER: [&str; 22] = [
    "id",
    "carrier",
    "account",
    "number",
    "piece",
    "shipment",
    "status",
    "substatus",
    "reason",
    "status_since",
    "last_event_at",
    "last_event_text",
    "leg",
    "attempts",
    "action_required",
    "expired",
    "flags",
    "delivered_at",
    "references",
    "is_test",
    "created_at",
    "tags",
];

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn references_of(parcel: &Parcel) -> String {
    parcel.references.iter().map(|known| format!("{}:{}", known.kind, known.value)).collect::<Vec<_>>().join(" | ")
}

fn whole(parcel: &Parcel) -> Vec<String> {
    let flags: Vec<_> = parcel.flags.iter().map(|flag| flag.as_str()).collect();
    vec![
        parcel.id.to_string(),
        parcel.carrier.to_string(),
        parcel.endpoint_label.clone(),
        parcel.number.clone(),
        text(parcel.piece.clone()),
        text(parcel.shipment.as_ref().map(|shipment| shipment.number.clone())),
        parcel.status.to_string(),
        text(parcel.substatus),
        text(parcel.reason),
        text(parcel.status_since),
        text(parcel.last_event_at),
        text(parcel.last_event_text.clone()),
        parcel.leg.to_string(),
        parcel.attempts.to_string(),
        parcel.action_required.to_string(),
        parcel.expired.to_string(),
        flags.join(" "),
        text(parcel.milestones.delivered_at),
        references_of(parcel),
        parcel.is_test.to_string(),
        parcel.created_at.to_string(),
        parcel.tags.join(" | "),
    ]
}

/// What the columns of the console are called here; the parcel itself stands in front.
fn heading(columns: &[ParcelColumn]) -> Vec<String> {
    let own = columns.iter().flat_map(|column| -> &[&str] {
        match column {
            ParcelColumn::Status => &["status", "substatus", "reason"],
            ParcelColumn::Latest => &["last_event_text", "last_event_place", "last_event_at", "last_event_local"],
            ParcelColumn::InStatus => &["status_since", "status_since_local"],
            ParcelColumn::InTransit => &["days_in_transit"],
            ParcelColumn::Attempts => &["attempts"],
            ParcelColumn::References => &["references"],
            ParcelColumn::Tags => &["tags"],
            ParcelColumn::Pieces => &["piece_no", "pieces"],
            ParcelColumn::Recipient => &["recipient"],
            ParcelColumn::Account => &["account"],
            ParcelColumn::FirstScan => &["first_scan_at", "first_scan_local"],
            ParcelColumn::Delivered => &["delivered_at", "delivered_local"],
            ParcelColumn::Created => &["created_at", "created_local"],
            ParcelColumn::Changed => &["changed_at", "changed_local"],
        }
    });
    ["carrier", "number", "piece"].into_iter().chain(own.copied()).map(str::to_owned).collect()
}

fn chosen(parcel: &Parcel, columns: &[ParcelColumn], now: Timestamp) -> Vec<String> {
    let mut cells = vec![parcel.carrier.to_string(), parcel.number.clone(), text(parcel.piece.clone())];
    let m = &parcel.milestones;
    for column in columns {
        match column {
            ParcelColumn::Status => {
                cells.extend([parcel.status.to_string(), text(parcel.substatus), text(parcel.reason)]);
            }
            ParcelColumn::Latest => {
                cells.extend([text(parcel.last_event_text.clone()), text(parcel.last_event_place.clone())]);
                cells.extend(both(parcel.last_event_at, parcel));
            }
            ParcelColumn::InStatus => cells.extend(both(parcel.status_since, parcel)),
            ParcelColumn::InTransit => {
                let end = m.delivered_at.or(m.returned_at).unwrap_or(now);
                cells.push(text(m.accepted_at.map(|from| end.seconds_since(from).max(0) / 86_400)));
            }
            ParcelColumn::Attempts => cells.push(parcel.attempts.to_string()),
            ParcelColumn::References => cells.push(references_of(parcel)),
            ParcelColumn::Tags => cells.push(parcel.tags.join(" | ")),
            ParcelColumn::Pieces => {
                let pieces = parcel.shipment.as_ref().map(|shipment| shipment.pieces);
                cells.extend([parcel.piece_no.to_string(), text(pieces)]);
            }
            ParcelColumn::Recipient => {
                let known = parcel.recipient.clone().unwrap_or_default();
                cells.push(text(known.name.or(known.email).or(known.phone).or(known.postal_code)));
            }
            ParcelColumn::Account => cells.push(parcel.endpoint_label.clone()),
            ParcelColumn::FirstScan => cells.extend(both(m.accepted_at, parcel)),
            ParcelColumn::Delivered => cells.extend(both(m.delivered_at, parcel)),
            ParcelColumn::Created => cells.extend(both(Some(parcel.created_at), parcel)),
            ParcelColumn::Changed => cells.extend(both(Some(parcel.updated_at), parcel)),
        }
    }
    cells
}

/// A time in UTC, and on the carrier's clock.
fn both(at: Option<Timestamp>, parcel: &Parcel) -> [String; 2] {
    let zone: chrono_tz::Tz = parcel.zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let local = at.map(|at| at.to_utc().with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z"));
    [text(at), text(local)]
}

/// A spreadsheet must not run what a carrier wrote.
pub fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_text_is_left_alone() {
        for cell in ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx"] {
            assert_eq!(harmless(cell.into()), format!("'{cell}"));
        }
        assert_eq!(harmless("ELM-1=2".into()), "ELM-1=2");
        assert_eq!(harmless(String::new()), "");
    }

    #[test]
    fn every_column_has_a_heading_of_its_own() {
        let mut names = heading(ParcelColumn::ALL);
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
