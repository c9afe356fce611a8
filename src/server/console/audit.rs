//! The audit log, for admins.

use super::{failed, screen};
use crate::server::state::AppState;
use crate::tracking::audit::{AuditFilter, AuditRow};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::{Fault, Screen};

/// One page of the log.
pub async fn list(state: &AppState, filter: &AuditFilter, page: &PageRequest) -> Result<Screen<Page<AuditRow>>, Fault> {
    let found = state.store.list_audit(filter, page).await.map_err(failed)?;
    Ok(screen(state, found))
}
