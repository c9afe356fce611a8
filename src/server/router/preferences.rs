//! Reads what a browser prefers out of its cookies; a word that is not known is the usual one.

use crate::server::views::zones::{is_zone, own_zone};
use crate::tracking::people::Theme;
use crate::tracking::preferences::{Preferences, TimeDisplay};
use crate::tracking::time::Timestamp;
use axum::http::{HeaderMap, header};

/// The theme chosen.
pub(super) fn theme(headers: &HeaderMap) -> Theme {
    cookie(headers, "theme").and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// Everything else that is preferred.
pub(super) fn preferences(headers: &HeaderMap, now: Timestamp) -> Preferences {
    // The chosen zone counts before the one the browser runs in.
    let zone = ["zone", "browser_zone"].into_iter().find_map(|name| cookie(headers, name).filter(|zone| is_zone(zone)));
    let times = cookie(headers, "times").and_then(|word| word.parse().ok()).unwrap_or_default();
    let own = zone.filter(|_| times == TimeDisplay::Mine);
    Preferences {
        density: cookie(headers, "density").and_then(|word| word.parse().ok()).unwrap_or_default(),
        times,
        zone: zone.map(str::to_owned),
        stretches: own.and_then(|zone| own_zone(zone, now)).unwrap_or_default(),
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::preferences::Density;

    fn read(cookies: &str) -> Preferences {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookies.parse().expect("a header"));
        preferences(&headers, "2026-06-18T06:30:00Z".parse().expect("a time"))
    }

    #[test]
    fn the_chosen_zone_counts_before_the_browsers_and_nonsense_is_passed_over() {
        let mine = read("density=compact; times=mine; browser_zone=Europe/Berlin; zone=Asia/Manila");
        assert_eq!((mine.density, mine.zone.as_deref()), (Density::Compact, Some("Asia/Manila")));
        assert!(!mine.stretches.is_empty());
        let browser = read("times=utc; browser_zone=Europe/Berlin; zone=Mars/Base");
        assert_eq!((browser.times, browser.zone.as_deref()), (TimeDisplay::Utc, Some("Europe/Berlin")));
        assert!(browser.stretches.is_empty(), "sent only where it is needed");
        assert_eq!(read("times=sundial; density=; zone=<script>"), Preferences::default());
    }
}
