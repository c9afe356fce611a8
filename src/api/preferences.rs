//! What an operator prefers in this browser. Kept in cookies; nothing is stored.
//!
//! The clock times are shown on is part of every page, so its forms are sent whole: the page comes back on the new clock.

use super::Fault;
use crate::tracking::people::Theme;
use crate::tracking::preferences::{Density, TimeDisplay};
use leptos::prelude::*;

/// Chooses the theme. Role: viewer.
#[server(endpoint = "set_theme")]
pub async fn set_theme(
    /// Which.
    theme: Theme,
) -> Result<(), Fault> {
    let (views, reply): (crate::server::views::Views, super::Reply) = (super::lent()?, super::lent()?);
    reply.prefer(&views.base, "theme", theme.as_str());
    Ok(())
}

/// Chooses on whose clock times are shown. Role: viewer.
#[server(endpoint = "set_times")]
pub async fn set_times(
    /// Whose.
    times: TimeDisplay,
) -> Result<(), Fault> {
    let (views, reply): (crate::server::views::Views, super::Reply) = (super::lent()?, super::lent()?);
    reply.prefer(&views.base, "times", times.as_str());
    let known: crate::tracking::preferences::Preferences = super::lent()?;
    if times == TimeDisplay::Mine && known.zone.is_none() {
        leptos_axum::redirect(&format!("{}/settings?done=zone#preferences", views.base));
    }
    Ok(())
}

/// Chooses theme, density, clock and one's own zone at once. Role: viewer.
#[server(endpoint = "save_preferences")]
pub async fn save_preferences(
    /// Colours.
    theme: Theme,
    /// How close rows stand.
    density: Density,
    /// On whose clock times are shown.
    times: TimeDisplay,
    /// One's own zone; empty leaves it to the browser.
    #[server(default)]
    zone: String,
) -> Result<(), Fault> {
    let zone = zone.trim();
    if !zone.is_empty() && !crate::server::views::zones::is_zone(zone) {
        return Err(Fault::Unfit(crate::words::faults::no_such_zone(zone)));
    }
    let (views, reply): (crate::server::views::Views, super::Reply) = (super::lent()?, super::lent()?);
    let words = [("theme", theme.as_str()), ("density", density.as_str()), ("times", times.as_str()), ("zone", zone)];
    for (name, word) in words {
        reply.prefer(&views.base, name, word);
    }
    leptos_axum::redirect(&format!("{}/settings?done=preferences", views.base));
    Ok(())
}
