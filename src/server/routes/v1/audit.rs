//! The audit log, in pages and as CSV. For admins alone.

use crate::server::routes::extract::{Filters, Listing, PageParams};
use crate::server::routes::problem::ApiResult;
use crate::server::routes::v1::Api;
use crate::server::routes::v1::parcels::export::harmless;
use crate::server::store::StoreError;
use crate::tracking::audit::{AuditFilter, AuditRow};
use crate::tracking::page::{Page, PageRequest};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;

/// Rows fetched at a time.
const PAGE: u32 = 200;

/// List the audit log
///
/// Who did what to which thing, from where. Append-only: each row holds the hash of the one before. Scope: `admin`.
#[utoipa::path(
    get, path = "/audit", tag = "audit", operation_id = "list_audit", params(AuditFilter, PageParams),
    responses((status = 200, description = "One page, newest first", body = Page<AuditRow>))
)]
pub async fn list(State(state): State<Api>, listing: Listing<AuditFilter>) -> ApiResult<Json<Page<AuditRow>>> {
    Ok(Json(state.store.list_audit(&listing.filter, &listing.page).await?))
}

/// Download the audit log as CSV
///
/// All rows that match, newest first. A cell that could be read as a formula begins with `'`. Scope: `admin`.
#[utoipa::path(
    get, path = "/audit.csv", tag = "audit", operation_id = "download_audit", params(AuditFilter),
    responses((status = 200, description = "A header line, then one line per row", body = String, content_type = "text/csv"))
)]
pub async fn csv(State(state): State<Api>, Filters(filter): Filters<AuditFilter>) -> ApiResult<Response> {
    let first = page_as_csv(&state, &filter, None).await?;
    let rest = stream::try_unfold((state, filter, first.1), |(state, filter, cursor)| async move {
        let Some(cursor) = cursor else { return Ok::<_, StoreError>(None) };
        let (bytes, next) = page_as_csv(&state, &filter, Some(cursor)).await?;
        Ok(Some((bytes, (state, filter, next))))
    });
    let head = stream::iter([Ok::<_, StoreError>(first.0)]);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, Body::from_stream(stream::StreamExt::chain(head, rest))).into_response())
}

const HEADER: [&str; 12] =
    ["id", "at", "actor", "actor_id", "via", "remote_addr", "act", "subject", "outcome", "detail", "previous", "hash"];

async fn page_as_csv(
    state: &Api,
    filter: &AuditFilter,
    cursor: Option<String>,
) -> Result<(Bytes, Option<String>), StoreError> {
    let with_header = cursor.is_none();
    let page = state.store.list_audit(filter, &PageRequest { limit: PAGE, cursor }).await?;
    let mut lines = csv::Writer::from_writer(Vec::new());
    let written = if with_header { lines.write_record(HEADER) } else { Ok(()) };
    written.and_then(|()| page.items.into_iter().try_for_each(|row| lines.write_record(cells(row)))).expect("memory");
    Ok((lines.into_inner().expect("writing to memory cannot fail").into(), page.next_cursor))
}

fn cells(row: AuditRow) -> Vec<String> {
    let detail: Vec<String> = row.detail.iter().map(|(name, text)| format!("{name}={text}")).collect();
    let cells = [
        row.id.to_string(),
        row.at.to_string(),
        row.actor,
        row.actor_id.unwrap_or_default(),
        row.via.to_string(),
        row.remote_addr.unwrap_or_default(),
        row.act.to_string(),
        row.subject,
        row.outcome.to_string(),
        detail.join(" | "),
        row.previous,
        row.hash,
    ];
    cells.into_iter().map(harmless).collect()
}
