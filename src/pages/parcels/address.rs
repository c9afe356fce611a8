//! The list's address: the filter in it, and addresses that differ from it in one thing.

use crate::components::filter::chosen;
use crate::components::link::with_query;
use crate::tracking::page::PageRequest;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::several::Several;
use crate::tracking::time::Timestamp;
use crate::tracking::view::ParcelOrder;
use leptos_router::params::ParamsMap;
use std::str::FromStr;

/// The filter in the address.
const FILTER: [&str; 23] = [
    "q",
    "number",
    "carrier",
    "status",
    "group",
    "substatus",
    "reason",
    "flag",
    "active",
    "attention",
    "stalled",
    "expired",
    "proof",
    "attempts",
    "transit_days",
    "quiet_days",
    "from",
    "to",
    "created_from",
    "created_to",
    "tag",
    "test",
    "order",
];
/// Those of it that take several words.
pub const SEVERAL: [&str; 5] = ["carrier", "status", "substatus", "reason", "flag"];
/// What the page keeps in the address besides the filter.
const OWN: [&str; 3] = ["columns", "saved", "limit"];

/// The filter in the address; words that are not known narrow nothing.
pub fn filter_of(query: &ParamsMap) -> ParcelFilter {
    fn word<T: FromStr>(query: &ParamsMap, name: &str) -> Option<T> {
        query.get(name).filter(|text| !text.is_empty()).and_then(|text| text.trim().parse().ok())
    }
    fn words<T: FromStr>(query: &ParamsMap, name: &str) -> Several<T> {
        Several(chosen(query, name).iter().filter_map(|word| word.parse().ok()).collect())
    }
    ParcelFilter {
        q: word(query, "q"),
        people: false,
        number: word(query, "number"),
        carrier: words(query, "carrier"),
        status: words(query, "status"),
        group: word(query, "group"),
        substatus: words(query, "substatus"),
        reason: words(query, "reason"),
        flag: words(query, "flag"),
        active: word(query, "active"),
        attention: word(query, "attention"),
        stalled: word(query, "stalled"),
        expired: word(query, "expired"),
        proof: word(query, "proof"),
        attempts: word(query, "attempts"),
        transit_days: word(query, "transit_days"),
        quiet_days: word(query, "quiet_days"),
        from: day(query, "from", 0),
        to: day(query, "to", 1),
        created_from: day(query, "created_from", 0),
        created_to: day(query, "created_to", 1),
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
    let value =
        |name: &str| if SEVERAL.contains(&name) { Some(chosen(query, name).join(",")) } else { query.get(name) };
    FILTER
        .into_iter()
        .chain(OWN)
        .chain(place.then_some("cursor"))
        .filter_map(|name| Some((name.to_owned(), value(name).filter(|value| !value.is_empty())?)))
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
    use utoipa::IntoParams as _;

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
            ("carrier", "bex"),
            ("carrier", "nobody,fast"),
            ("group", "trouble"),
        ]));
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(text(filter.from), "2026-01-02T00:00:00.000Z");
        assert_eq!(text(filter.to), "2026-01-03T00:00:00.000Z");
        assert!(filter.status.is_empty() && filter.group.is_some());
        assert_eq!(filter.carrier.to_string(), "bex,fast");
    }

    #[test]
    fn the_address_takes_what_the_api_takes() {
        let names = ParcelFilter::into_params(|| None).into_iter().map(|parameter| parameter.name);
        assert_eq!(names.collect::<Vec<_>>(), FILTER);
    }

    #[test]
    fn an_address_differs_in_one_thing() {
        let here = query(&[
            ("q", "a, b"),
            ("status", "returned"),
            ("status", "delivered"),
            ("order", "created"),
            ("bulk", "x"),
            ("cursor", "c"),
            ("columns", "tags"),
        ]);
        Owner::new().with(|| {
            let others = "status=returned%2Cdelivered&order=created&columns=tags";
            assert_eq!(with(&here, false, &[("q", String::new())]), format!("/parcels?{others}"));
            assert_eq!(back(&here), format!("q=a%2C%20b&{others}&cursor=c"));
        });
    }
}
