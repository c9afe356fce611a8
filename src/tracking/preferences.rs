//! What an operator prefers in this browser: how close rows stand, and on whose clock times are shown.

use super::status::vocabulary;
use super::zones::{Stretch, Zones};
use serde::{Deserialize, Serialize};

vocabulary! {
    /// How close the rows of a table stand.
    Density, "density":
    Comfortable = "comfortable", "Comfortable";
    Compact = "compact", "Compact";
}

impl Density {
    /// The `data-density` of the document; none for the usual one.
    pub fn mark(self) -> Option<&'static str> {
        (self != Self::Comfortable).then_some(self.as_str())
    }
}

#[expect(clippy::derivable_impls, reason = "the vocabulary's enums are declared by a macro")]
impl Default for Density {
    fn default() -> Self {
        Self::Comfortable
    }
}

vocabulary! {
    /// On whose clock times are shown, everywhere at once.
    TimeDisplay, "time display":
    Local = "local", "Where it happened";
    Mine = "mine", "My time zone";
    Utc = "utc", "UTC";
}

impl TimeDisplay {
    /// Where there is little room.
    pub fn short(self) -> &'static str {
        match self {
            Self::Local => "Local",
            Self::Mine => "Mine",
            Self::Utc => "UTC",
        }
    }
}

#[expect(clippy::derivable_impls, reason = "the vocabulary's enums are declared by a macro")]
impl Default for TimeDisplay {
    fn default() -> Self {
        Self::Local
    }
}

/// What an operator prefers; kept in cookies of the browser, so pages need no scripts for it and nothing is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// How close rows stand.
    pub density: Density,
    /// On whose clock times are shown.
    pub times: TimeDisplay,
    /// IANA name of the operator's zone: the chosen one, else what the browser said.
    pub zone: Option<String>,
    /// That zone's clock over the years that matter; empty unless times are shown in it.
    pub stretches: Vec<Stretch>,
}

impl Preferences {
    /// The zones to show an answer's times in: its own, or one clock for everything.
    pub fn zones(&self, of_answer: &Zones) -> Zones {
        match self.times {
            TimeDisplay::Mine if !self.stretches.is_empty() => Zones::everywhere(self.stretches.clone()),
            TimeDisplay::Utc => Zones::everywhere(vec![Stretch::utc()]),
            TimeDisplay::Local | TimeDisplay::Mine => of_answer.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::time::Timestamp;

    #[test]
    fn one_preference_moves_every_clock() {
        let stretch = |offset_s, name: &str| Stretch { from: Timestamp::from_millis(0), offset_s, name: name.into() };
        let answer = Zones([("Africa/Johannesburg".into(), vec![stretch(7200, "SAST")])].into());
        let at = Timestamp::from_millis(1_000);
        let shown = |times, stretches: Vec<Stretch>| {
            let zones = Preferences { times, stretches, ..Preferences::default() }.zones(&answer);
            zones.wall_clock("Africa/Johannesburg", at).zone
        };
        assert_eq!(shown(TimeDisplay::Local, vec![]), "SAST");
        assert_eq!(shown(TimeDisplay::Mine, vec![stretch(3600, "CET")]), "CET");
        assert_eq!(shown(TimeDisplay::Utc, vec![]), "UTC");
        assert_eq!(shown(TimeDisplay::Mine, vec![]), "SAST", "no zone is known: nothing is claimed");
    }
}
