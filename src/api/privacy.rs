//! Personal data for the pages: for how long it is kept, revealing it, erasing it.

use super::Fault;
use crate::tracking::retention::Revealed;
use crate::tracking::screen::Screen;
use leptos::prelude::*;
use uuid::Uuid;

/// Sets for how long each kind of data is kept. Role: admin.
#[server(endpoint = "save_retention")]
pub async fn save_retention(
    /// Days of raw bodies; empty: for ever.
    #[server(default)]
    bodies: String,
    /// Days of refused deliveries.
    #[server(default)]
    refused: String,
    /// Days of recipients and signers.
    #[server(default)]
    people: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    crate::server::console::privacy::save(&state, &bodies, &refused, &people).await?;
    leptos_axum::redirect(&format!("{}/settings?done=user#kept", state.base));
    Ok(())
}

/// Reveals the personal data of a parcel, on the page this leads to. Role: operator.
#[server(endpoint = "reveal_parcel")]
pub async fn reveal_parcel(
    /// Which.
    parcel: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let note = crate::server::console::privacy::reveal(&state, &actor, parcel).await?;
    leptos_axum::redirect(&format!(
        "{}#people",
        super::acts::parcel_page(&state.base, parcel, "", &[("revealed", note)])
    ));
    Ok(())
}

/// What was revealed a moment ago. Role: operator.
#[server(endpoint = "show_revealed")]
pub async fn show_revealed(
    /// Of which parcel.
    parcel: Uuid,
    /// The name it waits under.
    note: String,
) -> Result<Screen<Option<Revealed>>, Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    Ok(crate::server::console::privacy::revealed(&state, &actor, parcel, &note))
}

/// Erases the personal data of a parcel's number. Role: admin.
#[server(endpoint = "erase_parcel")]
pub async fn erase_parcel(
    /// Which.
    parcel: Uuid,
    /// Why; names nobody.
    reason: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let erased = crate::server::console::privacy::erase(&state, parcel, &reason).await?;
    let count = erased.recipients + erased.signers + erased.bodies;
    leptos_axum::redirect(&super::acts::parcel_page(&state.base, parcel, "erased", &[("did", count.to_string())]));
    Ok(())
}
