//! Bounds on what is kept of refused deliveries.
