//! What operators do to a timeline. Each act leads back to the page it was done on, which says so and offers to undo it.

use super::{Fault, query_of};
use leptos::prelude::*;
use uuid::Uuid;

/// The page of a parcel with what was just done on it.
pub fn parcel_page(base: &str, parcel: Uuid, done: &str, more: &[(&str, String)]) -> String {
    let mut parameters = vec![("done", done.to_owned())];
    parameters.extend_from_slice(more);
    query_of(&format!("{base}/parcels/{parcel}"), &parameters)
}

/// Follows a number before its first event, and leads to its parcel. Role: operator.
#[server(endpoint = "register_parcel")]
pub async fn register_parcel(
    /// Which account's.
    endpoint: Uuid,
    /// The tracking number.
    number: String,
    /// The order it belongs to, where there is one.
    #[server(default)]
    order: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let parcel = crate::server::console::acts::register(&state, endpoint, &number, &order).await?;
    leptos_axum::redirect(&format!("{}/parcels/{parcel}", state.base));
    Ok(())
}

/// Says what the status of a parcel is. Role: operator.
#[server(endpoint = "assert_status")]
pub async fn assert_status(
    /// Which parcel.
    parcel: Uuid,
    /// `delivered`, `returned`, `cancelled` or `lost`.
    choice: String,
    /// Why.
    reason: String,
    /// Shielded from the carrier's events.
    #[server(default)]
    pin: bool,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let said = crate::server::console::acts::assertion(&choice, reason, pin)?;
    let event = crate::server::console::acts::assert_status(&state, &actor, parcel, said).await?;
    leptos_axum::redirect(&parcel_page(&state.base, parcel, "asserted", &[("did", event.to_string())]));
    Ok(())
}

/// Says that these pieces of a shipment were signed for: delivered, one by one. Role: operator.
#[server(endpoint = "sign_pieces")]
pub async fn sign_pieces(
    /// Which shipment.
    shipment: Uuid,
    /// Which of its pieces.
    #[server(default)]
    parcels: Vec<Uuid>,
    /// Why.
    reason: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let events = crate::server::console::acts::sign_pieces(&state, &actor, shipment, &parcels, &reason).await?;
    let did = events.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    let page = format!("{}/shipments/{shipment}", state.base);
    leptos_axum::redirect(&query_of(&page, &[("done", "signed".into()), ("did", did)]));
    Ok(())
}

/// Adds a note to a parcel. Role: operator.
#[server(endpoint = "add_note")]
pub async fn add_note(
    /// Which parcel.
    parcel: Uuid,
    /// What it says.
    text: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let event = crate::server::console::acts::note(&state, &actor, parcel, &text).await?;
    leptos_axum::redirect(&parcel_page(&state.base, parcel, "noted", &[("did", event.to_string())]));
    Ok(())
}

/// Takes events out: they stay on the timeline, struck through, and count for nothing. Role: operator.
#[server(endpoint = "void_event")]
pub async fn void_event(
    /// Which events, parted by commas.
    events: String,
    /// Why.
    reason: String,
    /// The parcel's page to go back to.
    parcel: Option<Uuid>,
    /// Or the shipment's.
    shipment: Option<Uuid>,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::acts::void(&state, &actor, &events, &reason).await?;
    let page = match (parcel, shipment) {
        (Some(parcel), _) => parcel_page(&state.base, parcel, "voided", &[("did", events)]),
        (None, Some(shipment)) => format!("{}/shipments/{shipment}?done=taken-back", state.base),
        (None, None) => format!("{}/parcels", state.base),
    };
    leptos_axum::redirect(&page);
    Ok(())
}

/// Puts a voided event back. Role: operator.
#[server(endpoint = "put_event_back")]
pub async fn put_event_back(
    /// Which event.
    event: Uuid,
    /// Why.
    reason: String,
    /// The page to go back to.
    parcel: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::acts::unvoid(&state, &actor, event, &reason).await?;
    leptos_axum::redirect(&parcel_page(&state.base, parcel, "put-back", &[("did", event.to_string())]));
    Ok(())
}

/// Moves an event to another number of the same account. Role: operator.
#[server(endpoint = "move_event")]
pub async fn move_event(
    /// Which event.
    event: Uuid,
    /// Where it belongs.
    number: String,
    /// Why.
    reason: String,
    /// The page to go back to.
    parcel: Uuid,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    crate::server::console::acts::move_to(&state, &actor, event, &number, &reason).await?;
    let did = [("did", event.to_string()), ("to", number.trim().to_owned())];
    leptos_axum::redirect(&parcel_page(&state.base, parcel, "moved", &did));
    Ok(())
}

/// Attaches a note that names no number to a number; an empty number puts it back into the inbox. Role: operator.
#[server(endpoint = "attach_note")]
pub async fn attach_note(
    /// Which note.
    event: Uuid,
    /// The number it is about.
    number: String,
) -> Result<(), Fault> {
    let state: crate::server::state::AppState = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    let number = number.trim();
    let (done, why) = if number.is_empty() {
        ("detached", crate::words::acts::TAKEN_BACK)
    } else {
        ("attached", crate::words::acts::ABOUT_THIS)
    };
    crate::server::console::acts::move_to(&state, &actor, event, number, why).await?;
    let did = [("done", done.to_owned()), ("did", event.to_string()), ("to", number.to_owned())];
    leptos_axum::redirect(&query_of(&format!("{}/notes", state.base), &did));
    Ok(())
}
