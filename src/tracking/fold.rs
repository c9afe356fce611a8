//! The fold: from all events of a number to the state of its parcels. A pure function.
