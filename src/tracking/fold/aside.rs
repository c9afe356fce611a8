//! What is said of an event that does not make the status.

use crate::tracking::why::SetAsideKind;
use std::borrow::Cow;

/// Why an event does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aside {
    pub kind: SetAsideKind,
    pub words: Cow<'static, str>,
}

impl Aside {
    /// In the usual words.
    pub fn of(kind: SetAsideKind) -> Self {
        Self::because(kind, kind.label())
    }

    /// In words of its own.
    pub fn because(kind: SetAsideKind, words: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, words: words.into() }
    }

    /// Whether it was set aside for what the parcel had come to by then.
    pub fn is_blocked(&self) -> bool {
        use SetAsideKind as K;
        matches!(self.kind, K::AfterDelivery | K::AfterReturn | K::AfterCancel | K::WhileReturning)
    }
}

/// A length of time in one unit: “45 min”, “6 h”, “3 days”.
pub(super) fn span(seconds: i64) -> String {
    match seconds {
        ..3600 => format!("{} min", (seconds / 60).max(1)),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
