//! What the lenient readers take and what they leave.

use super::*;
use chrono_tz::{Africa::Johannesburg, Asia::Kuala_Lumpur, Europe::Athens};
use proptest::prelude::*;
use serde_json::json;

fn at(raw: &str, zone: Tz) -> Option<String> {
    event_time(raw, zone).at.map(|at| at.to_string())
}

#[test]
fn bom_blanks_and_nuls_around_json_do_not_matter() {
    assert_eq!(parse(b"\xEF\xBB\xBF \r\n{\"a\":1}\0\n"), Ok(json!({"a": 1})));
    assert!(parse(b" \0 ").is_err());
    assert!(parse(b"junk{\"a\":1}").is_err());
    assert_eq!(parse_within(b"junk{\"a\":1}<!-- -->"), Ok(json!({"a": 1})));
    assert!(parse_within(b"}{").is_err());
}

#[test]
fn null_missing_and_empty_are_absent_and_numbers_become_text() {
    let of = json!({"a": null, "b": "  ", "c": 17, "d": " 00123 ", "e": [1], "f": 1.5, "g": "yes", "h": "2.0"});
    assert_eq!(text(&of, &["x", "a", "b", "e"]), None);
    assert_eq!(text(&of, &["a", "b", "c"]), Some("17".into()));
    assert_eq!(text(&of, &["d"]), Some("00123".into()), "leading zeros stay");
    assert_eq!((integer(&of, &["d"]), integer(&of, &["f"]), integer(&of, &["h"])), (Some(123), None, Some(2)));
    assert_eq!(
        (decimal(&of, &["f"]), decimal(&of, &["g"]), decimal(&json!({"n": "NaN"}), &["n"])),
        (Some(1.5), None, None)
    );
    assert_eq!((flag(&of, &["g"]), flag(&of, &["c"])), (Some(true), None));
    assert_eq!(array(&of, &["a", "e"]).map(Vec::len), Some(1));
    assert!(text(&json!([1, 2]), &["a"]).is_none(), "a list has no fields");
}

#[test]
fn times_are_read_in_every_form_carriers_write() {
    for raw in ["2026-06-18 14:30:00", "2026-06-18T14:30:00", "2026-06-18 14:30", " 2026-06-18  14:30:00.000 "] {
        assert_eq!(at(raw, Kuala_Lumpur).as_deref(), Some("2026-06-18T06:30:00.000Z"), "{raw}");
    }
    for raw in
        ["2026-06-18T14:30:00+08:00", "2026-06-18T14:30:00+0800", "2026-06-18 14:30:00 +08", "2026-06-18T06:30:00Z"]
    {
        let time = event_time(raw, Johannesburg);
        assert_eq!(time.at.map(|at| at.to_string()).as_deref(), Some("2026-06-18T06:30:00.000Z"), "{raw}");
        assert_eq!(time.tz_source, TzSource::PayloadOffset);
    }
    assert_eq!(at("2022-09-16T11:06:04.458Z", Athens).as_deref(), Some("2022-09-16T11:06:04.458Z"));
    let local = event_time("2022-09-16T11:06:04.458Z", Athens).local.expect("a wall clock");
    assert_eq!(local.to_string(), "2022-09-16 14:06:04.458", "UTC is shown on the clock of the place");
}

#[test]
fn precision_is_not_invented() {
    assert_eq!(event_time("2026-06-18 14:30", Athens).precision, TimePrecision::Minute);
    let day = event_time("2026-06-18", Athens);
    assert_eq!((day.precision, day.at, day.local.is_some()), (TimePrecision::Day, None, true));
}

#[test]
fn fillers_and_nonsense_keep_only_the_raw_text() {
    for raw in [
        "0001-01-01T00:00:00",
        "1970-01-01 00:00:00",
        "2009-12-31 23:59",
        "yesterday",
        "2026-02-30 10:00",
        "2026-06-18 25:00:00",
    ] {
        let time = event_time(raw, Athens);
        assert_eq!((time.raw.as_deref(), time.local, time.at), (Some(raw), None, None), "{raw}");
        assert_eq!((time.precision, time.tz_source), (TimePrecision::None, TzSource::ReceivedFallback));
    }
    assert_eq!(event_time("", Athens), EventTime::absent());
}

#[test]
fn a_clock_change_is_told_and_the_earliest_reading_taken() {
    let twice = timed("2026-10-25 03:30:00", Athens, TzSource::CarrierDefault);
    assert!(twice.ambiguous);
    assert_eq!(twice.time.at.map(|at| at.to_string()).as_deref(), Some("2026-10-25T00:30:00.000Z"));
    let never = timed("2026-03-29 03:30:00", Athens, TzSource::CarrierDefault);
    assert!(never.ambiguous);
    assert_eq!(never.time.at.map(|at| at.to_string()).as_deref(), Some("2026-03-29T01:30:00.000Z"));
    assert!(!timed("2026-06-18 03:30:00", Athens, TzSource::CarrierDefault).ambiguous);
}

#[test]
fn date_and_time_in_two_fields_are_joined_and_compared() {
    let (timed, disagree) = timed_in_two(Some("2021-06-14T09:49:08"), Some("09:49:08"), Kuala_Lumpur);
    assert_eq!(timed.time.at.map(|at| at.to_string()).as_deref(), Some("2021-06-14T01:49:08.000Z"));
    assert_eq!((timed.time.raw.as_deref(), disagree), (Some("2021-06-14T09:49:08 09:49:08"), false));
    let (timed, disagree) = timed_in_two(Some("2021-06-14T09:49:08"), Some("10:49:08.0000000"), Kuala_Lumpur);
    assert!(disagree);
    assert_eq!(
        timed.time.at.map(|at| at.to_string()).as_deref(),
        Some("2021-06-14T02:49:08.000Z"),
        "the time counts from the second"
    );
    let (timed, disagree) = timed_in_two(Some("2021-06-14T00:00:00"), Some("10:49:08"), Kuala_Lumpur);
    assert_eq!((timed.time.at.is_some(), disagree), (true, false));
    let (timed, _) = timed_in_two(Some("2021-06-14"), None, Kuala_Lumpur);
    assert_eq!(timed.time.precision, TimePrecision::Day);
    let (timed, _) = timed_in_two(None, Some("10:00"), Kuala_Lumpur);
    assert_eq!((timed.time.raw.as_deref(), timed.time.at), (Some("10:00"), None));
}

proptest! {
    #[test]
    fn no_text_panics_a_time_reader(raw in "\\PC{0,40}", other in "\\PC{0,20}") {
        let _ = event_time(&raw, Athens);
        let _ = timed_in_two(Some(&raw), Some(&other), Athens);
    }

    #[test]
    fn no_bytes_panic_the_parser(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_within(&body);
    }

    #[test]
    fn nearly_times_do_not_panic(raw in "2026-[01][0-9]-[0-3][0-9][T ][0-9:.+Zz,-]{0,16}") {
        let _ = event_time(&raw, Athens);
    }
}
