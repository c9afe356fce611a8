//! What the server functions of the pages do: join the store, the desk, the registrar and the simulator, and put what
//! they answer into one [`Screen`]. No HTTP and no Leptos here; a failure is logged here, once, and becomes a sentence.

pub mod acts;
pub mod attention;
pub mod audit;
pub mod bench;
pub mod carriers;
pub mod deliveries;
pub mod imports;
pub mod lists;
pub mod mappings;
pub mod overview;
pub mod people;
pub mod privacy;
pub mod trust;

use crate::server::endpoints::EndpointsError;
use crate::server::state::AppState;
use crate::server::store::StoreError;
use crate::tracking::screen::{Fault, Screen};
use crate::tracking::zones::Zones;
use crate::words::{common, faults as words};

/// An answer with the server's clock; its times are shown in UTC.
fn screen<T>(state: &AppState, item: T) -> Screen<T> {
    Screen { now: state.clock.now(), zones: Zones::default(), item }
}

/// Logs what failed and says so without its inside; a link that somebody bent is theirs to mend.
fn failed(error: impl std::error::Error + 'static) -> Fault {
    if matches!((&error as &(dyn std::error::Error + 'static)).downcast_ref(), Some(StoreError::BadCursor)) {
        return Fault::Unfit(words::DAMAGED_LINK.into());
    }
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(error = %chain, "a page could not be served");
    Fault::Failed(words::FAILED.into())
}

/// The desk's faults are the operator's to mend; the rest are ours.
fn of_desk(error: EndpointsError) -> Fault {
    match error {
        EndpointsError::NotFound => Fault::NotFound(common::NO_ENDPOINT.into()),
        EndpointsError::Invalid(faults) => Fault::Fields(faults),
        other => failed(other),
    }
}
