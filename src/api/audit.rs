//! The audit log for its page.

use super::Fault;
use crate::tracking::audit::{AuditFilter, AuditRow};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::Screen;
use leptos::prelude::*;

/// One page of the log. Role: admin.
#[server(endpoint = "show_audit")]
pub async fn show_audit(
    /// What it is narrowed to; nothing at all is not sent.
    #[server(default)]
    filter: AuditFilter,
    /// Which page.
    page: PageRequest,
) -> Result<Screen<Page<AuditRow>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::audit::list(&state, &filter, &page).await
}
