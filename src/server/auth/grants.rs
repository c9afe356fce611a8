//! Who may call what: one table, and nothing beyond it.
//!
//! Patterns are paths below the base path; `{}` stands for one part, a final `*` for anything after it. Hooks are not
//! here: they prove themselves.

use crate::tracking::audit::Act;
use crate::tracking::people::Role;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody; the route looks after itself.
    Anybody,
    /// Whoever is at least this; for tokens, the scope of the same rank.
    AtLeast(Role),
    /// Any token, for the scope `read` reads everything; of people, whoever is at least this.
    TokenOr(Role),
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
    /// What the audit log calls it; `None` for what only reads.
    pub act: Option<Act>,
}

/// The route looks after itself, and records what it does.
const fn public(method: &'static str, pattern: &'static str) -> Grant {
    Grant { method, pattern, who: Who::Anybody, act: None }
}

const fn reads(role: Role, pattern: &'static str) -> Grant {
    Grant { method: "GET", pattern, who: Who::AtLeast(role), act: None }
}

/// A question that is a POST for its length, or keeps nothing but what this browser prefers.
const fn asks(role: Role, pattern: &'static str) -> Grant {
    Grant { method: "POST", pattern, who: Who::AtLeast(role), act: None }
}

/// Changes something, or lets something out: the gate records it.
const fn acts(role: Role, method: &'static str, pattern: &'static str, act: Act) -> Grant {
    Grant { method, pattern, who: Who::AtLeast(role), act: Some(act) }
}

use Role::{Admin, Operator, Viewer};

/// The table.
pub const GRANTS: &[Grant] = &[
    // Signing in, and what the sign-in page needs.
    public("GET", "/login"),
    public("POST", "/login"),
    Grant { method: "POST", pattern: "/logout", who: Who::Anybody, act: Some(Act::SignOut) },
    public("GET", "/login/oidc"),
    public("GET", "/login/oidc/return"),
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
    reads(Viewer, "/"),
    reads(Viewer, "/parcels"),
    reads(Operator, "/parcels/new"),
    reads(Operator, "/parcels/import"),
    acts(Operator, "POST", "/parcels/import", Act::ParcelImport),
    reads(Viewer, "/parcels/{}"),
    reads(Viewer, "/shipments/{}"),
    reads(Viewer, "/search"),
    reads(Viewer, "/notes"),
    reads(Viewer, "/attention"),
    reads(Viewer, "/deliveries"),
    reads(Viewer, "/deliveries/{}"),
    reads(Viewer, "/carriers"),
    reads(Viewer, "/carriers/{}"),
    reads(Viewer, "/test-bench"),
    reads(Viewer, "/mappings"),
    reads(Viewer, "/settings"),
    reads(Viewer, "/trust"),
    #[cfg(debug_assertions)]
    reads(Viewer, "/components"),
    reads(Admin, "/settings/audit"),
    reads(Viewer, "/live"),
    // The API: reading is one scope, the rest is listed.
    public("GET", "/api/v1/openapi.json"),
    acts(Viewer, "GET", "/api/v1/parcels.csv", Act::DataExport),
    // The bytes hold the people that pages mask.
    Grant {
        method: "GET",
        pattern: "/api/v1/deliveries/{}/body",
        who: Who::TokenOr(Operator),
        act: Some(Act::DataReveal),
    },
    acts(Admin, "GET", "/api/v1/audit.csv", Act::DataExport),
    reads(Admin, "/api/v1/audit"),
    reads(Viewer, "/api/v1/*"),
    acts(Admin, "POST", "/api/v1/endpoints", Act::EndpointAdd),
    acts(Admin, "PATCH", "/api/v1/endpoints/{}", Act::EndpointChange),
    acts(Admin, "DELETE", "/api/v1/endpoints/{}", Act::EndpointRemove),
    acts(Admin, "POST", "/api/v1/endpoints/{}/secrets", Act::SecretPut),
    acts(Admin, "POST", "/api/v1/endpoints/{}/token", Act::EndpointUrl),
    acts(Operator, "POST", "/api/v1/endpoints/{}/test-events", Act::TestSend),
    acts(Admin, "POST", "/api/v1/endpoints/{}/registration/{}", Act::Registration),
    acts(Operator, "POST", "/api/v1/deliveries/{}/replay", Act::DeliveryReplay),
    acts(Operator, "POST", "/api/v1/deliveries/{}/reverify", Act::DeliveryReverify),
    acts(Operator, "POST", "/api/v1/attention/{}", Act::Attention),
    acts(Operator, "POST", "/api/v1/endpoints/{}/reverify", Act::DeliveryReverify),
    acts(Operator, "POST", "/api/v1/parcels", Act::ParcelRegister),
    acts(Operator, "POST", "/api/v1/parcels/{}/events", Act::ParcelAct),
    acts(Operator, "PUT", "/api/v1/parcels/{}/tags/{}", Act::ParcelTag),
    acts(Operator, "DELETE", "/api/v1/parcels/{}/tags/{}", Act::ParcelTag),
    acts(Operator, "POST", "/api/v1/parcels/{}/reveal", Act::DataReveal),
    acts(Admin, "POST", "/api/v1/parcels/{}/erase", Act::DataErase),
    acts(Admin, "PUT", "/api/v1/retention", Act::SettingsChange),
    acts(Operator, "POST", "/api/v1/events/{}/void", Act::EventVoid),
    acts(Operator, "POST", "/api/v1/events/{}/unvoid", Act::EventUnvoid),
    acts(Operator, "POST", "/api/v1/events/{}/move", Act::EventMove),
    acts(Operator, "PUT", "/api/v1/mappings/{}/{}", Act::MappingChange),
    asks(Operator, "/api/v1/mappings/preview"),
    acts(Operator, "POST", "/api/v1/mappings/{}/{}/revert", Act::MappingChange),
    acts(Operator, "POST", "/api/v1/mappings/{}/{}/confirm", Act::MappingChange),
    // What the pages ask and tell (server functions), by their exact paths.
    asks(Viewer, "/fn/list_parcels"),
    asks(Viewer, "/fn/search"),
    acts(Viewer, "POST", "/fn/set_columns", Act::ViewChange),
    acts(Viewer, "POST", "/fn/save_view", Act::ViewChange),
    acts(Viewer, "POST", "/fn/drop_view", Act::ViewChange),
    acts(Operator, "POST", "/fn/bulk_parcels", Act::ParcelBulk),
    acts(Operator, "POST", "/fn/undo_bulk", Act::ParcelBulk),
    acts(Operator, "POST", "/fn/tag_parcel", Act::ParcelTag),
    asks(Operator, "/fn/show_import"),
    acts(Operator, "POST", "/fn/commit_import", Act::ParcelImport),
    acts(Operator, "POST", "/fn/register_parcel", Act::ParcelRegister),
    asks(Viewer, "/fn/show_parcel"),
    asks(Viewer, "/fn/show_shipment"),
    asks(Operator, "/fn/show_revealed"),
    acts(Operator, "POST", "/fn/reveal_parcel", Act::DataReveal),
    acts(Admin, "POST", "/fn/erase_parcel", Act::DataErase),
    acts(Admin, "POST", "/fn/save_retention", Act::SettingsChange),
    asks(Viewer, "/fn/list_waiting_notes"),
    asks(Viewer, "/fn/count_waiting"),
    acts(Operator, "POST", "/fn/assert_status", Act::ParcelAct),
    acts(Operator, "POST", "/fn/sign_pieces", Act::ParcelAct),
    acts(Operator, "POST", "/fn/add_note", Act::ParcelAct),
    acts(Operator, "POST", "/fn/void_event", Act::EventVoid),
    acts(Operator, "POST", "/fn/put_event_back", Act::EventUnvoid),
    acts(Operator, "POST", "/fn/move_event", Act::EventMove),
    acts(Operator, "POST", "/fn/attach_note", Act::EventMove),
    asks(Viewer, "/fn/set_theme"),
    asks(Viewer, "/fn/set_times"),
    asks(Viewer, "/fn/save_preferences"),
    asks(Viewer, "/fn/show_overview"),
    asks(Viewer, "/fn/show_trust"),
    asks(Viewer, "/fn/show_attention"),
    acts(Operator, "POST", "/fn/assign_attention", Act::Attention),
    acts(Operator, "POST", "/fn/snooze_attention", Act::Attention),
    acts(Operator, "POST", "/fn/resolve_attention", Act::Attention),
    acts(Operator, "POST", "/fn/reopen_attention", Act::Attention),
    asks(Viewer, "/fn/list_deliveries"),
    asks(Viewer, "/fn/show_delivery"),
    asks(Viewer, "/fn/failure_groups"),
    asks(Operator, "/fn/preview_replay"),
    acts(Operator, "POST", "/fn/replay_delivery", Act::DeliveryReplay),
    acts(Operator, "POST", "/fn/reverify_delivery", Act::DeliveryReverify),
    asks(Viewer, "/fn/list_carriers"),
    asks(Viewer, "/fn/show_carrier"),
    asks(Viewer, "/fn/show_endpoint"),
    acts(Admin, "POST", "/fn/add_endpoint", Act::EndpointAdd),
    acts(Admin, "POST", "/fn/save_endpoint", Act::EndpointChange),
    acts(Admin, "POST", "/fn/set_endpoint_state", Act::EndpointChange),
    acts(Admin, "POST", "/fn/put_secret", Act::SecretPut),
    acts(Admin, "POST", "/fn/new_hook_url", Act::EndpointUrl),
    acts(Admin, "POST", "/fn/delete_endpoint", Act::EndpointRemove),
    acts(Admin, "POST", "/fn/ask_carrier", Act::Registration),
    asks(Viewer, "/fn/bench_choices"),
    asks(Operator, "/fn/compose_test"),
    acts(Operator, "POST", "/fn/send_test", Act::TestSend),
    acts(Operator, "POST", "/fn/resend_test", Act::TestSend),
    asks(Viewer, "/fn/list_mappings"),
    asks(Viewer, "/fn/list_unmapped"),
    asks(Viewer, "/fn/show_mapping"),
    asks(Operator, "/fn/preview_mapping"),
    acts(Operator, "POST", "/fn/save_mapping", Act::MappingChange),
    acts(Operator, "POST", "/fn/revert_mapping", Act::MappingChange),
    acts(Operator, "POST", "/fn/confirm_mapping", Act::MappingChange),
    asks(Viewer, "/fn/list_rederivations"),
    asks(Viewer, "/fn/show_settings"),
    asks(Admin, "/fn/show_audit"),
    acts(Admin, "POST", "/fn/add_user", Act::UserAdd),
    acts(Admin, "POST", "/fn/set_user_disabled", Act::UserDisable),
    acts(Admin, "POST", "/fn/set_user_role", Act::UserRole),
    acts(Admin, "POST", "/fn/reset_user_password", Act::PasswordReset),
    acts(Viewer, "POST", "/fn/change_password", Act::PasswordChange),
    acts(Viewer, "POST", "/fn/begin_factor", Act::FactorEnrol),
    acts(Viewer, "POST", "/fn/confirm_factor", Act::FactorEnrol),
    acts(Viewer, "POST", "/fn/remove_factor", Act::FactorRemove),
    acts(Admin, "POST", "/fn/reset_factor", Act::FactorReset),
    acts(Viewer, "POST", "/fn/end_session", Act::SessionEnd),
    acts(Viewer, "POST", "/fn/end_other_sessions", Act::SessionEnd),
    acts(Admin, "POST", "/fn/make_token", Act::TokenMake),
    acts(Admin, "POST", "/fn/revoke_token", Act::TokenRevoke),
];

/// Who may call this, and what it is; `None` where nothing is listed.
pub fn find(method: &str, path: &str) -> Option<&'static Grant> {
    let method = if method == "HEAD" { "GET" } else { method };
    GRANTS.iter().find(|grant| grant.method == method && fits(grant.pattern, path))
}

/// What stands in a path where the pattern leaves it open, as the log names the thing: `{}/{}` joined by a slash.
pub fn named_in<'p>(pattern: &str, path: &'p str) -> Vec<&'p str> {
    pattern.split('/').zip(path.split('/')).filter(|(expected, _)| *expected == "{}").map(|(_, part)| part).collect()
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
        let find = |method: &str, path: &str| find(method, path).map(|grant| grant.who);
        assert_eq!(find("GET", "/parcels/1"), Some(Who::AtLeast(Viewer)));
        assert_eq!(find("HEAD", "/parcels/1"), Some(Who::AtLeast(Viewer)));
        assert_eq!(find("POST", "/login"), Some(Who::Anybody));
        assert_eq!(find("DELETE", "/api/v1/endpoints/1"), Some(Who::AtLeast(Admin)));
        assert_eq!(find("GET", "/api/v1/audit"), Some(Who::AtLeast(Admin)));
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
    fn whatever_changes_something_has_its_word_in_the_audit_log() {
        let asking = ["/fn/list_", "/fn/show_", "/fn/count_", "/fn/preview_", "/fn/bench_choices", "/fn/search"];
        // What this browser prefers is in its cookies; a request that is composed is not sent.
        let keeps_nothing =
            ["/fn/failure_groups", "/fn/set_theme", "/fn/set_times", "/fn/save_preferences", "/fn/compose_test"];
        for grant in GRANTS.iter().filter(|grant| grant.method != "GET" && grant.act.is_none()) {
            let asks = asking.iter().any(|prefix| grant.pattern.starts_with(prefix))
                || keeps_nothing.contains(&grant.pattern)
                || ["/login", "/setup", "/api/v1/mappings/preview"].contains(&grant.pattern);
            assert!(asks, "{} {} changes something", grant.method, grant.pattern);
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
