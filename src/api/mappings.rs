//! Mappings and unmapped codes for the pages.
//!
//! A form says substatuses as `status.substatus`, so that one list can hold those of every status.

use super::Fault;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::mapping::{CodeList, MappingDraft, MappingSheet, PreviewedDraft, Rederivation, UnmappedCode};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::screen::Screen;
use crate::tracking::status::Confidence;
use leptos::prelude::*;

/// The codes of one carrier, by key: what rows say, and before them what rules decide. Role: viewer.
#[server(endpoint = "list_mappings")]
pub async fn list_mappings(
    /// Whose.
    carrier: CarrierId,
    /// Only rows that are this sure.
    confidence: Option<Confidence>,
    /// Which page.
    page: PageRequest,
) -> Result<Screen<CodeList>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::mappings::list(&state, carrier, confidence, &page).await
}

/// Codes no row knows. Role: viewer.
#[server(endpoint = "list_unmapped")]
pub async fn list_unmapped(
    /// Which page.
    page: PageRequest,
) -> Result<Screen<Page<UnmappedCode>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::mappings::unmapped(&state, &page).await
}

/// What the editor of a key shows; nothing where none is chosen. Role: viewer.
#[server(endpoint = "show_mapping")]
pub async fn show_mapping(
    /// Whose code.
    carrier: CarrierId,
    /// Parts joined by `:`.
    key: Option<String>,
) -> Result<Screen<Option<MappingSheet>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::mappings::sheet(&state, carrier, key).await
}

/// What saving a draft would change. Role: operator.
#[server(endpoint = "preview_mapping")]
pub async fn preview_mapping(
    /// As the form says it.
    draft: MappingDraft,
) -> Result<Screen<PreviewedDraft>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::mappings::preview(&state, &actor.name, draft).await
}

/// Saves a draft as a new version. Role: operator.
#[server(endpoint = "save_mapping")]
pub async fn save_mapping(
    /// Whose code.
    carrier: CarrierId,
    /// Parts joined by `:`.
    key: String,
    /// A word, or empty for `status`.
    #[server(default)]
    kind: String,
    /// A word, or empty for none.
    #[server(default)]
    status: String,
    /// `status.substatus`, or empty for none.
    #[server(default)]
    substatus: String,
    /// A word, or empty for none.
    #[server(default)]
    reason: String,
    /// A word, or empty for none.
    #[server(default)]
    flag: String,
    /// Ticked: the carrier's words refine it.
    #[server(default)]
    from_text: bool,
    /// A word, or empty for none.
    #[server(default)]
    in_context: String,
    /// Ticked: weak.
    #[server(default)]
    weak: bool,
    /// The carrier's words.
    #[server(default)]
    note: String,
) -> Result<(), Fault> {
    let draft = MappingDraft { carrier, key, kind, status, substatus, reason, flag, from_text, in_context, weak, note };
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let saved = crate::server::console::mappings::save(&state, &actor.name, draft).await?;
    leptos_axum::redirect(&crate::server::console::mappings::address(&state, &saved, "saved"));
    Ok(())
}

/// Makes a new version that equals an earlier one. Role: operator.
#[server(endpoint = "revert_mapping")]
pub async fn revert_mapping(
    /// Whose code.
    carrier: CarrierId,
    /// Parts joined by `:`.
    key: String,
    /// The earlier one.
    version: u32,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let saved = crate::server::console::mappings::revert(&state, &actor.name, carrier, &key, version).await?;
    leptos_axum::redirect(&crate::server::console::mappings::address(&state, &saved, "reverted"));
    Ok(())
}

/// Says that a mapping is right. Role: operator.
#[server(endpoint = "confirm_mapping")]
pub async fn confirm_mapping(
    /// Whose code.
    carrier: CarrierId,
    /// Parts joined by `:`.
    key: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let saved = crate::server::console::mappings::confirm(&state, &actor.name, carrier, &key).await?;
    leptos_axum::redirect(&crate::server::console::mappings::address(&state, &saved, "confirmed"));
    Ok(())
}

/// What is being derived again in the background. Role: viewer.
#[server(endpoint = "list_rederivations")]
pub async fn list_rederivations() -> Result<Screen<Vec<Rederivation>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::mappings::rederivations(&state).await
}
