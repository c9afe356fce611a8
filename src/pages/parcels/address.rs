//! The list's address: the filter in it, and addresses that differ from it in one thing.

use crate::components::link::with_query;
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::time::Timestamp;
use crate::tracking::view::ParcelOrder;
use leptos_router::params::ParamsMap;

/// What the page keeps in the address besides the filter.
const OWN: [&str; 3] = ["columns", "saved", "limit"];

/// The filter in the address; words that are not known narrow nothing.
pub fn filter_of(query: &ParamsMap) -> ParcelFilter {
    fn word<T: std::str::FromStr>(query: &ParamsMap, name: &str) -> Option<T> {
        query.get(name).filter(|text| !text.is_empty()).and_then(|text| text.trim().parse().ok())
    }
    ParcelFilter {
        q: word(query, "q"),
        people: false,
        number: word(query, "number"),
        carrier: word(query, "carrier"),
        status: word(query, "status"),
        group: word(query, "group"),
        substatus: word(query, "substatus"),
        active: word(query, "active"),
        attention: word(query, "attention"),
        stalled: word(query, "stalled"),
        expired: word(query, "expired"),
        from: day(query, "from", 0),
        to: day(query, "to", 1),
        tag: word(query, "tag"),
        test: word(query, "test"),
        order: Some(word(query, "order").unwrap_or(ParcelOrder::Updated)),
    }
}

/// A day of the form (UTC), moved by so many days; or an instant.
fn day(query: &ParamsMap, name: &str, days: i64) -> Option<Timestamp> {
    let text = query.get(name)?;
    let day = format!("{}T00:00:00Z", text.trim()).parse::<Timestamp>();
    day.map(|day| day.plus_seconds(days * 86_400)).or_else(|_| text.trim().parse()).ok()
}

/// The page in the address.
pub fn page_of(query: &ParamsMap) -> PageRequest {
    let limit = query.get_str("limit").and_then(|text| text.parse().ok()).map_or(50, |limit: u32| limit.clamp(1, 200));
    PageRequest { limit, cursor: query.get("cursor").filter(|cursor| !cursor.is_empty()) }
}

/// The parameters of the address that make the list what it is; the cursor too where `place` is kept.
pub fn kept(query: &ParamsMap, place: bool) -> Vec<(String, String)> {
    let filter = [
        "q",
        "number",
        "carrier",
        "status",
        "group",
        "substatus",
        "active",
        "attention",
        "stalled",
        "expired",
        "from",
        "to",
        "tag",
        "test",
        "order",
    ];
    filter
        .into_iter()
        .chain(OWN)
        .chain(place.then_some("cursor"))
        .filter_map(|name| Some((name.to_owned(), query.get(name).filter(|value| !value.is_empty())?)))
        .collect()
}

/// The address of the list with these parameters set, or taken out where they are empty.
pub fn with(query: &ParamsMap, place: bool, changes: &[(&str, String)]) -> String {
    let mut parameters = kept(query, place);
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        parameters.push(((*name).to_owned(), value.clone()));
    }
    let parameters: Vec<(&str, String)> =
        parameters.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    with_query("/parcels", &parameters)
}

/// The query of the address without its question mark, for forms that lead back here.
pub fn back(query: &ParamsMap) -> String {
    with(query, true, &[]).split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::Owner;

    fn query(pairs: &[(&str, &str)]) -> ParamsMap {
        let mut map = ParamsMap::new();
        for (name, value) in pairs {
            map.insert((*name).to_owned(), (*value).to_owned());
        }
        map
    }

    #[test]
    fn days_are_whole_and_unknown_words_narrow_nothing() {
        let filter = filter_of(&query(&[
            ("from", "2026-01-02"),
            ("to", "2026-01-02"),
            ("status", "nonsense"),
            ("group", "trouble"),
        ]));
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(text(filter.from), "2026-01-02T00:00:00.000Z");
        assert_eq!(text(filter.to), "2026-01-03T00:00:00.000Z");
        assert!(filter.status.is_none() && filter.group.is_some());
    }

    #[test]
    fn an_address_differs_in_one_thing() {
        let here = query(&[("q", "a b"), ("order", "created"), ("bulk", "x"), ("cursor", "c"), ("columns", "tags")]);
        Owner::new().with(|| {
            assert_eq!(with(&here, false, &[("q", String::new())]), "/parcels?order=created&columns=tags");
            assert_eq!(back(&here), "q=a%20b&order=created&columns=tags&cursor=c");
        });
    }
}
