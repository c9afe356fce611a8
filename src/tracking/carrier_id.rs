//! Which carriers there are.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A company or aggregator whose webhooks we take. The text form is the one in URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CarrierId {
    /// POS Malaysia (Pos Laju).
    PosMalaysia,
    /// TrackingMore, an aggregator.
    Trackingmore,
    /// BEX Express, South Africa.
    Bex,
    /// BOX NOW lockers, Greece, Cyprus, Bulgaria, Croatia.
    Boxnow,
    /// FAST Logistics TMS, Philippines.
    Fast,
}

impl CarrierId {
    /// Every carrier, in the order pages list them.
    pub const ALL: [Self; 5] = [Self::PosMalaysia, Self::Trackingmore, Self::Bex, Self::Boxnow, Self::Fast];

    /// The word in URLs, JSON and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PosMalaysia => "pos-malaysia",
            Self::Trackingmore => "trackingmore",
            Self::Bex => "bex",
            Self::Boxnow => "boxnow",
            Self::Fast => "fast",
        }
    }

    /// The name people know.
    pub fn label(self) -> &'static str {
        match self {
            Self::PosMalaysia => "POS Malaysia",
            Self::Trackingmore => "TrackingMore",
            Self::Bex => "BEX",
            Self::Boxnow => "BOX NOW",
            Self::Fast => "FAST Logistics",
        }
    }
}

impl std::fmt::Display for CarrierId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for CarrierId {
    type Err = super::status::UnknownWord;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| super::status::UnknownWord::new("carrier", text))
    }
}
