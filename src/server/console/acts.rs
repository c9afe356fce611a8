//! What operators do to a timeline, for the pages: each act is the desk's for acts, its refusal a sentence.

use super::failed;
use crate::server::acts::ActError;
use crate::server::auth::Actor;
use crate::server::state::AppState;
use crate::tracking::act::Assertion;
use crate::tracking::event::{LONGEST_VALUE, Reference};
use crate::tracking::number::is_number;
use crate::tracking::screen::{Fault, FieldFault};
use crate::tracking::status::{Status, Substatus};
use crate::words::{faults as words, import};
use uuid::Uuid;

/// Most events taken back at once.
const MOST: usize = 500;

/// What the form of the pages asks to assert: one of four words.
pub fn assertion(choice: &str, reason: String, pin: bool) -> Result<Assertion, Fault> {
    let (status, substatus) = match choice {
        "delivered" => (Status::Delivered, None),
        "returned" => (Status::Returned, None),
        "cancelled" => (Status::Cancelled, None),
        "lost" => (Status::Exception, Some(Substatus::Lost)),
        _ => return Err(Fault::Unfit(words::CHOOSE_WHAT.into())),
    };
    Ok(Assertion { status, substatus, reason, pin })
}

/// Says what the status of a parcel is; the event that says so.
pub async fn assert_status(state: &AppState, actor: &Actor, parcel: Uuid, assertion: Assertion) -> Result<Uuid, Fault> {
    let event = state.acts.assert_status(&actor.name, parcel, assertion).await.map_err(of_act)?;
    Ok(event.id)
}

/// Says of each of these pieces that it was delivered; the events that say so.
pub async fn sign_pieces(
    state: &AppState,
    actor: &Actor,
    shipment: Uuid,
    parcels: &[Uuid],
    reason: &str,
) -> Result<Vec<Uuid>, Fault> {
    if parcels.is_empty() {
        return Err(Fault::Unfit(words::TICK_PIECES.into()));
    }
    let now = state.clock.now();
    let own = state.store.shipment_parcels(shipment, now).await.map_err(failed)?;
    if parcels.iter().any(|id| own.iter().all(|piece| piece.id != *id)) {
        return Err(Fault::NotFound(words::NOT_A_PIECE.into()));
    }
    let mut events = Vec::with_capacity(parcels.len());
    for parcel in parcels {
        let delivered = Assertion { status: Status::Delivered, substatus: None, reason: reason.to_owned(), pin: false };
        events.push(assert_status(state, actor, *parcel, delivered).await?);
    }
    Ok(events)
}

/// Follows a number before its first event; the parcel.
pub async fn register(state: &AppState, endpoint: Uuid, number: &str, order: &str) -> Result<Uuid, Fault> {
    let (number, order) = (number.trim(), order.trim());
    if !is_number(number) {
        return Err(Fault::Fields(vec![FieldFault::new("number", import::NUMBER_LENGTH)]));
    }
    if order.chars().count() > LONGEST_VALUE {
        return Err(Fault::Fields(vec![FieldFault::new("order", words::longest_order(LONGEST_VALUE))]));
    }
    let references =
        if order.is_empty() { Vec::new() } else { vec![Reference { kind: "order".into(), value: order.to_owned() }] };
    let parcel = state.acts.register(endpoint, number, references).await.map_err(of_act)?;
    Ok(parcel.id)
}

/// Adds a note; the event it is.
pub async fn note(state: &AppState, actor: &Actor, parcel: Uuid, text: &str) -> Result<Uuid, Fault> {
    let event = state.acts.note(&actor.name, parcel, text).await.map_err(of_act)?;
    Ok(event.id)
}

/// Takes these events (ids parted by commas) out.
pub async fn void(state: &AppState, actor: &Actor, events: &str, reason: &str) -> Result<(), Fault> {
    let ids: Result<Vec<Uuid>, _> = events.split(',').map(str::parse).collect();
    let ids = ids.ok().filter(|ids| ids.len() <= MOST).ok_or_else(|| Fault::NotFound(words::NO_EVENT.into()))?;
    for id in ids {
        state.acts.void(&actor.name, id, reason).await.map_err(of_act)?;
    }
    Ok(())
}

/// Puts a voided event back.
pub async fn unvoid(state: &AppState, actor: &Actor, event: Uuid, reason: &str) -> Result<(), Fault> {
    state.acts.unvoid(&actor.name, event, reason).await.map_err(of_act)?;
    Ok(())
}

/// Moves an event to another number of its account; attaches a note that had none.
pub async fn move_to(state: &AppState, actor: &Actor, event: Uuid, number: &str, reason: &str) -> Result<(), Fault> {
    state.acts.move_to(&actor.name, event, number, reason).await.map_err(of_act)?;
    Ok(())
}

fn of_act(error: ActError) -> Fault {
    match error {
        ActError::NotFound(_) => Fault::NotFound(error.to_string()),
        ActError::Invalid(sentence) | ActError::Conflict(sentence) => Fault::Unfit(sentence),
        ActError::Store(error) => failed(error),
    }
}
