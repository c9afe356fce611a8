//! What the list of parcels is told: columns, views, tags, acts on many. Each leads back to the list it was sent from.

use super::Fault;
use crate::tracking::bulk::BulkAct;
use crate::tracking::import::ImportReport;
use crate::tracking::screen::Screen;
use crate::tracking::view::ParcelColumn;
use leptos::prelude::*;
use uuid::Uuid;

/// Keeps the columns somebody chose. Role: viewer.
#[server(endpoint = "set_columns")]
pub async fn set_columns(
    /// Those ticked; none means the usual ones.
    #[server(default)]
    columns: Vec<ParcelColumn>,
    /// The query of the list.
    #[server(default)]
    back: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::lists::set_columns(&state, &actor, &columns).await?;
    leptos_axum::redirect(&crate::server::console::lists::address(&state.base, &back, None));
    Ok(())
}

/// Saves what is shown under a name. Role: viewer; sharing: operator.
#[server(endpoint = "save_view")]
pub async fn save_view(
    /// What it is called; the same name replaces.
    name: String,
    /// For everybody.
    #[server(default)]
    shared: bool,
    /// What it shows, words with commas.
    #[server(default)]
    columns: String,
    /// The query of the list.
    #[server(default)]
    back: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let columns = ParcelColumn::list(&columns);
    let id = crate::server::console::lists::save_view(&state, &actor, &name, &back, &columns, shared).await?;
    leptos_axum::redirect(&crate::server::console::lists::address(&state.base, &back, Some(("saved", id))));
    Ok(())
}

/// Drops a saved view. Role: viewer, for one's own.
#[server(endpoint = "drop_view")]
pub async fn drop_view(
    /// Which.
    id: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::lists::drop_view(&state, &actor, id).await?;
    leptos_axum::redirect(&format!("{}/parcels", state.base));
    Ok(())
}

/// Does one thing to many parcels. Role: operator.
#[server(endpoint = "bulk_parcels")]
pub async fn bulk_parcels(
    /// Which.
    #[server(default)]
    parcels: Vec<Uuid>,
    /// Not these, but all that fit this filter (JSON).
    #[server(default)]
    whole: Option<String>,
    /// What.
    act: BulkAct,
    /// For tags.
    #[server(default)]
    tag: String,
    /// For statuses.
    #[server(default)]
    reason: String,
    /// The query of the list.
    #[server(default)]
    back: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let parcels = match whole {
        Some(filter) => crate::server::console::lists::all_that_fit(&state, &actor, &filter).await?,
        None => parcels,
    };
    let id = crate::server::console::lists::bulk(&state, &actor, parcels, act, &tag, &reason).await?;
    leptos_axum::redirect(&crate::server::console::lists::address(&state.base, &back, Some(("bulk", id))));
    Ok(())
}

/// Takes an act on many parcels back. Role: operator, for one's own; admin.
#[server(endpoint = "undo_bulk")]
pub async fn undo_bulk(
    /// Which.
    id: Uuid,
    /// The query of the list.
    #[server(default)]
    back: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::lists::undo_bulk(&state, &actor, id).await?;
    leptos_axum::redirect(&crate::server::console::lists::address(&state.base, &back, Some(("bulk", id))));
    Ok(())
}

/// Gives one parcel's number a tag, or takes it. Role: operator.
#[server(endpoint = "tag_parcel")]
pub async fn tag_parcel(
    /// Which.
    id: Uuid,
    /// The tag.
    tag: String,
    /// Given (true) or taken.
    #[server(default)]
    on: bool,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::lists::tag(&state, id, &tag, on).await?;
    leptos_axum::redirect(&format!("{}/parcels/{id}", state.base));
    Ok(())
}

/// What an uploaded list would come to, or came to. Role: operator.
#[server(endpoint = "show_import")]
pub async fn show_import(
    /// Which; nothing uploaded yet without.
    id: Option<Uuid>,
) -> Result<Screen<Option<ImportReport>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::imports::show(&state, id).await
}

/// Takes an uploaded list over. Role: operator.
#[server(endpoint = "commit_import")]
pub async fn commit_import(
    /// Which.
    id: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::imports::commit(&state, &actor, id).await?;
    leptos_axum::redirect(&format!("{}/parcels/import?id={id}", state.base));
    Ok(())
}
