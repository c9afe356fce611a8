//! All SQL. One file per question group; rows are private, what leaves is of `tracking` or declared here.

pub mod apply;
pub mod capture;
pub mod endpoints;

pub use apply::{Admitted, Kept, KeptChange, Mapped, NewEvent, RawDelivery};
pub use capture::{Answer, Capture, Captured};
pub use endpoints::{EndpointCounters, StoredEndpoint, StoredSecret};
