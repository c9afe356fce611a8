//! Personal data for the pages: for how long it is kept, revealing it, erasing it.

use super::{failed, screen};
use crate::server::auth::Actor;
use crate::server::retention::RetentionError;
use crate::server::state::AppState;
use crate::tracking::retention::{Erased, Retention, Revealed};
use crate::tracking::screen::{Fault, FieldFault, Screen};
use crate::words::privacy as words;
use uuid::Uuid;

/// Sets for how many days each kind is kept; an empty field: for ever.
pub async fn save(state: &AppState, bodies: &str, refused: &str, people: &str) -> Result<(), Fault> {
    let mut faults = Vec::new();
    let mut days = |field: &str, text: &str| match text.trim() {
        "" => None,
        text => text.parse().ok().filter(|days| *days > 0).or_else(|| {
            faults.push(FieldFault::new(field, words::DAYS_FAULT));
            None
        }),
    };
    let settings = Retention {
        bodies_days: days("bodies", bodies),
        refused_days: days("refused", refused),
        people_days: days("people", people),
    };
    if !faults.is_empty() {
        return Err(Fault::Fields(faults));
    }
    state.keeping.set(settings).await.map_err(of_keeping)
}

/// Reveals a parcel's personal data to whoever asks; it waits under the returned name.
pub async fn reveal(state: &AppState, actor: &Actor, parcel: Uuid) -> Result<String, Fault> {
    let revealed = state.keeping.reveal(parcel).await.map_err(of_keeping)?;
    let text = serde_json::to_string(&(parcel, revealed)).map_err(failed)?;
    Ok(state.handover.put(&actor.name, text, state.clock.now()))
}

/// What was revealed a moment ago, to whom it was.
pub fn revealed(state: &AppState, actor: &Actor, parcel: Uuid, note: &str) -> Screen<Option<Revealed>> {
    let found = state.handover.look(&actor.name, note, state.clock.now());
    let read = found.and_then(|text| serde_json::from_str::<(Uuid, Revealed)>(&text).ok());
    screen(state, read.filter(|(of, _)| *of == parcel).map(|(_, revealed)| revealed))
}

/// Erases the personal data of a parcel's number.
pub async fn erase(state: &AppState, parcel: Uuid, reason: &str) -> Result<Erased, Fault> {
    state.keeping.erase(parcel, reason).await.map_err(of_keeping)
}

fn of_keeping(error: RetentionError) -> Fault {
    match error {
        RetentionError::NotFound => Fault::NotFound(error.to_string()),
        RetentionError::Unfit(sentence) => Fault::Unfit(sentence),
        RetentionError::Store(error) => failed(error),
    }
}
