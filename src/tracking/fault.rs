//! Why something asked on a page was not done or cannot be shown: a sentence an operator can read.

use serde::{Deserialize, Serialize};

/// Nothing internal is in it; the log has the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// What was given is not acceptable.
    #[error("{0}")]
    Unfit(String),
    /// Whoever asks may not do it.
    #[error("{0}")]
    Forbidden(String),
    /// It failed on the server.
    #[error("{0}")]
    Failed(String),
    /// No answer, or none that can be read.
    #[error("Parcelwire did not answer. Check the connection, or sign in again.")]
    Unreachable,
}

impl Fault {
    /// The HTTP status of a page that shows it.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound(_) => 404,
            Self::Unfit(_) => 422,
            Self::Forbidden(_) => 403,
            Self::Failed(_) => 500,
            Self::Unreachable => 503,
        }
    }
}
