//! What is asked over HTTP, apart from pages.

pub mod extract;
pub mod hooks;
pub mod imports;
pub mod live;
pub mod probes;
pub mod problem;
pub mod v1;
