//! Who may call what: one table, and nothing beyond it.
//!
//! Patterns are paths below the base path; `{}` stands for one part, a final `*` for anything after it. Hooks are not
//! here: they prove themselves.

use crate::tracking::people::Role;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody; the route looks after itself.
    Anybody,
    /// Whoever is at least this; for tokens, the scope of the same rank.
    AtLeast(Role),
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// `GET` also grants `HEAD`.
    pub method: &'static str,
    /// The path.
    pub pattern: &'static str,
    /// Who may.
    pub who: Who,
}

const fn public(method: &'static str, pattern: &'static str) -> Grant {
    Grant { method, pattern, who: Who::Anybody }
}

const fn grant(role: Role, method: &'static str, pattern: &'static str) -> Grant {
    Grant { method, pattern, who: Who::AtLeast(role) }
}

use Role::{Admin, Operator, Viewer};

/// The table.
pub const GRANTS: &[Grant] = &[
    // Signing in, and what the sign-in page needs.
    public("GET", "/login"),
    public("POST", "/login"),
    public("POST", "/logout"),
    public("GET", "/setup"),
    public("POST", "/setup"),
    public("GET", "/pkg/*"),
    public("GET", "/favicon.svg"),
    public("GET", "/favicon.ico"),
    public("GET", "/theme.js"),
    public("GET", "/robots.txt"),
    // Probes; the metrics have a token of their own.
    public("GET", "/healthz"),
    public("GET", "/readyz"),
    public("GET", "/metrics"),
    // Pages.
    grant(Viewer, "GET", "/"),
    grant(Viewer, "GET", "/parcels"),
    grant(Operator, "GET", "/parcels/import"),
    grant(Operator, "POST", "/parcels/import"),
    grant(Viewer, "GET", "/parcels/{}"),
    grant(Viewer, "GET", "/shipments/{}"),
    grant(Viewer, "GET", "/search"),
    grant(Viewer, "GET", "/notes"),
    grant(Viewer, "GET", "/attention"),
    grant(Viewer, "GET", "/deliveries"),
    grant(Viewer, "GET", "/deliveries/{}"),
    grant(Viewer, "GET", "/carriers"),
    grant(Viewer, "GET", "/carriers/{}"),
    grant(Viewer, "GET", "/test-bench"),
    grant(Viewer, "GET", "/mappings"),
    grant(Viewer, "GET", "/settings"),
    grant(Viewer, "GET", "/live"),
    // The API: reading is one scope, the rest is listed.
    public("GET", "/api/v1/openapi.json"),
    grant(Viewer, "GET", "/api/v1/*"),
    grant(Admin, "POST", "/api/v1/endpoints"),
    grant(Admin, "PATCH", "/api/v1/endpoints/{}"),
    grant(Admin, "DELETE", "/api/v1/endpoints/{}"),
    grant(Admin, "POST", "/api/v1/endpoints/{}/secrets"),
    grant(Admin, "POST", "/api/v1/endpoints/{}/token"),
    grant(Operator, "POST", "/api/v1/endpoints/{}/test-events"),
    grant(Admin, "POST", "/api/v1/endpoints/{}/registration/{}"),
    grant(Operator, "POST", "/api/v1/deliveries/{}/replay"),
    grant(Operator, "POST", "/api/v1/deliveries/{}/reverify"),
    grant(Operator, "POST", "/api/v1/attention/{}"),
    grant(Operator, "POST", "/api/v1/endpoints/{}/reverify"),
    grant(Operator, "POST", "/api/v1/parcels"),
    grant(Operator, "POST", "/api/v1/parcels/{}/events"),
    grant(Operator, "PUT", "/api/v1/parcels/{}/tags/{}"),
    grant(Operator, "DELETE", "/api/v1/parcels/{}/tags/{}"),
    grant(Operator, "POST", "/api/v1/events/{}/void"),
    grant(Operator, "POST", "/api/v1/events/{}/unvoid"),
    grant(Operator, "POST", "/api/v1/events/{}/move"),
    grant(Operator, "PUT", "/api/v1/mappings/{}/{}"),
    grant(Operator, "POST", "/api/v1/mappings/preview"),
    grant(Operator, "POST", "/api/v1/mappings/{}/{}/revert"),
    grant(Operator, "POST", "/api/v1/mappings/{}/{}/confirm"),
    // What the pages ask and tell (server functions), by their exact paths.
    grant(Viewer, "POST", "/fn/list_parcels"),
    grant(Viewer, "POST", "/fn/search"),
    grant(Viewer, "POST", "/fn/set_columns"),
    grant(Viewer, "POST", "/fn/save_view"),
    grant(Viewer, "POST", "/fn/drop_view"),
    grant(Operator, "POST", "/fn/bulk_parcels"),
    grant(Operator, "POST", "/fn/undo_bulk"),
    grant(Operator, "POST", "/fn/tag_parcel"),
    grant(Operator, "POST", "/fn/show_import"),
    grant(Operator, "POST", "/fn/commit_import"),
    grant(Viewer, "POST", "/fn/show_parcel"),
    grant(Viewer, "POST", "/fn/show_shipment"),
    grant(Viewer, "POST", "/fn/list_waiting_notes"),
    grant(Viewer, "POST", "/fn/count_waiting_notes"),
    grant(Operator, "POST", "/fn/assert_status"),
    grant(Operator, "POST", "/fn/sign_pieces"),
    grant(Operator, "POST", "/fn/add_note"),
    grant(Operator, "POST", "/fn/void_event"),
    grant(Operator, "POST", "/fn/put_event_back"),
    grant(Operator, "POST", "/fn/move_event"),
    grant(Operator, "POST", "/fn/attach_note"),
    grant(Viewer, "POST", "/fn/set_theme"),
    grant(Viewer, "POST", "/fn/set_times"),
    grant(Viewer, "POST", "/fn/save_preferences"),
    grant(Viewer, "POST", "/fn/show_overview"),
    grant(Viewer, "POST", "/fn/show_attention"),
    grant(Operator, "POST", "/fn/assign_attention"),
    grant(Operator, "POST", "/fn/snooze_attention"),
    grant(Operator, "POST", "/fn/resolve_attention"),
    grant(Operator, "POST", "/fn/reopen_attention"),
    grant(Viewer, "POST", "/fn/list_deliveries"),
    grant(Viewer, "POST", "/fn/show_delivery"),
    grant(Viewer, "POST", "/fn/failure_groups"),
    grant(Operator, "POST", "/fn/preview_replay"),
    grant(Operator, "POST", "/fn/replay_delivery"),
    grant(Operator, "POST", "/fn/reverify_delivery"),
    grant(Viewer, "POST", "/fn/list_carriers"),
    grant(Viewer, "POST", "/fn/show_carrier"),
    grant(Viewer, "POST", "/fn/show_endpoint"),
    grant(Admin, "POST", "/fn/add_endpoint"),
    grant(Admin, "POST", "/fn/save_endpoint"),
    grant(Admin, "POST", "/fn/set_endpoint_state"),
    grant(Admin, "POST", "/fn/put_secret"),
    grant(Admin, "POST", "/fn/new_hook_url"),
    grant(Admin, "POST", "/fn/delete_endpoint"),
    grant(Admin, "POST", "/fn/ask_carrier"),
    grant(Viewer, "POST", "/fn/bench_choices"),
    grant(Operator, "POST", "/fn/compose_test"),
    grant(Operator, "POST", "/fn/send_test"),
    grant(Operator, "POST", "/fn/resend_test"),
    grant(Viewer, "POST", "/fn/list_mappings"),
    grant(Viewer, "POST", "/fn/list_unmapped"),
    grant(Viewer, "POST", "/fn/show_mapping"),
    grant(Operator, "POST", "/fn/preview_mapping"),
    grant(Operator, "POST", "/fn/save_mapping"),
    grant(Operator, "POST", "/fn/revert_mapping"),
    grant(Operator, "POST", "/fn/confirm_mapping"),
    grant(Viewer, "POST", "/fn/list_rederivations"),
    grant(Viewer, "POST", "/fn/show_settings"),
    grant(Admin, "POST", "/fn/add_user"),
    grant(Admin, "POST", "/fn/set_user_disabled"),
    grant(Admin, "POST", "/fn/set_user_role"),
    grant(Admin, "POST", "/fn/reset_user_password"),
    grant(Viewer, "POST", "/fn/change_password"),
    grant(Viewer, "POST", "/fn/end_session"),
    grant(Viewer, "POST", "/fn/end_other_sessions"),
    grant(Admin, "POST", "/fn/make_token"),
    grant(Admin, "POST", "/fn/revoke_token"),
];

/// Who may call this; `None` where nothing is listed.
pub fn find(method: &str, path: &str) -> Option<Who> {
    let method = if method == "HEAD" { "GET" } else { method };
    GRANTS.iter().find(|grant| grant.method == method && fits(grant.pattern, path)).map(|grant| grant.who)
}

/// Whether a path fits a pattern.
fn fits(pattern: &str, path: &str) -> bool {
    if let Some(prefix) = pattern.strip_suffix('*') {
        return path.starts_with(prefix);
    }
    let mut parts = path.split('/');
    let fit = pattern.split('/').all(|expected| {
        parts.next().is_some_and(|part| if expected == "{}" { !part.is_empty() } else { part == expected })
    });
    fit && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_granted_that_is_not_listed() {
        assert_eq!(find("GET", "/parcels/1"), Some(Who::AtLeast(Viewer)));
        assert_eq!(find("HEAD", "/parcels/1"), Some(Who::AtLeast(Viewer)));
        assert_eq!(find("POST", "/login"), Some(Who::Anybody));
        assert_eq!(find("DELETE", "/api/v1/endpoints/1"), Some(Who::AtLeast(Admin)));
        for (method, path) in [
            ("POST", "/parcels/1"),
            ("GET", "/parcels/"),
            ("GET", "/parcels/1/2"),
            ("GET", "//parcels"),
            ("POST", "/fn/list_parcels/"),
            ("POST", "/fn/unknown"),
            ("GET", "/fn/list_parcels"),
            ("DELETE", "/api/v1/parcels/1"),
            ("GET", "/api/v2/parcels"),
            ("TRACE", "/"),
        ] {
            assert_eq!(find(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn what_changes_something_is_never_open_to_viewers_through_the_api() {
        let open: Vec<_> = GRANTS
            .iter()
            .filter(|grant| grant.pattern.starts_with("/api/") && grant.method != "GET")
            .filter(|grant| matches!(grant.who, Who::Anybody | Who::AtLeast(Viewer)))
            .collect();
        assert!(open.is_empty(), "{open:?}");
    }
}
