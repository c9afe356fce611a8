//! Lenient readers over JSON and the times in it.
//!
//! Carriers send numbers as text and text as numbers; null, a missing key and an empty string all mean "absent" here.
//! Nothing in this file fails loudly but [`parse`]: what cannot be read is absent, and the raw text of a time is kept.
//! Proof of origin never goes through here: it works on the bytes (`signature`).

use crate::tracking::time::{EventTime, TimePrecision, Timestamp, TzSource};
use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// The JSON of a body, without BOM and without blanks or NULs around it.
///
/// Depth is bounded by `serde_json` (128), size by the endpoint's body limit.
pub fn parse(body: &[u8]) -> Result<Value, String> {
    let bare = bare(body);
    if bare.is_empty() {
        return Err("The body is empty.".into());
    }
    serde_json::from_slice(bare).map_err(|fault| format!("The body is not JSON: {fault}."))
}

/// Like [`parse`]; where that fails, the part from the first `{` to the last `}` is tried (junk around the JSON).
pub fn parse_within(body: &[u8]) -> Result<Value, String> {
    parse(body).or_else(|fault| {
        let first = body.iter().position(|byte| *byte == b'{');
        let last = body.iter().rposition(|byte| *byte == b'}');
        match (first, last) {
            (Some(first), Some(last)) if first < last => parse(&body[first..=last]).map_err(|_| fault),
            _ => Err(fault),
        }
    })
}

fn bare(body: &[u8]) -> &[u8] {
    let mut rest = body;
    loop {
        let before = rest.len();
        rest = rest.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(rest);
        rest = match rest {
            [first, tail @ ..] if blank(*first) => tail,
            _ => rest,
        };
        rest = match rest {
            [head @ .., last] if blank(*last) => head,
            _ => rest,
        };
        if rest.len() == before {
            return rest;
        }
    }
}

fn blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0
}

/// The first of these fields that is present and neither null nor an empty text.
pub fn field<'a>(of: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().filter_map(|name| of.get(name)).find(|value| match value {
        Value::Null => false,
        Value::String(text) => !trimmed(text).is_empty(),
        _ => true,
    })
}

/// A value as text: trimmed, numbers and flags written out; absent when empty, null, or a list or object.
pub fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(trimmed(text)).filter(|text| !text.is_empty()).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The first of these fields that holds a text or number.
pub fn text(of: &Value, names: &[&str]) -> Option<String> {
    names.iter().filter_map(|name| of.get(name)).find_map(as_text)
}

/// The first of these fields that holds a whole number, also as text or as `17.0`.
pub fn integer(of: &Value, names: &[&str]) -> Option<i64> {
    names.iter().filter_map(|name| of.get(name)).find_map(as_integer)
}

/// A value as a whole number.
pub fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => {
            let text = trimmed(text);
            text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
        }
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers within the exact range of f64 get here")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
}

/// The first of these fields that holds a finite number, also as text.
pub fn decimal(of: &Value, names: &[&str]) -> Option<f64> {
    names.iter().filter_map(|name| of.get(name)).find_map(|value| {
        match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => trimmed(text).parse().ok(),
            _ => None,
        }
        .filter(|number: &f64| number.is_finite())
    })
}

/// The first of these fields that holds a yes or no, also as text or 0 and 1.
pub fn flag(of: &Value, names: &[&str]) -> Option<bool> {
    names.iter().filter_map(|name| of.get(name)).find_map(|value| match value {
        Value::Bool(flag) => Some(*flag),
        _ => match as_text(value)?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" => Some(true),
            "false" | "no" | "n" | "0" => Some(false),
            _ => None,
        },
    })
}

/// The first of these fields that is a list.
pub fn array<'a>(of: &'a Value, names: &[&str]) -> Option<&'a Vec<Value>> {
    names.iter().filter_map(|name| of.get(name)).find_map(Value::as_array)
}

/// The first of these fields that is an object.
pub fn object<'a>(of: &'a Value, names: &[&str]) -> Option<&'a Map<String, Value>> {
    names.iter().filter_map(|name| of.get(name)).find_map(Value::as_object)
}

/// The named fields that are present, as a flat object of details; null when there are none.
pub fn details(of: &Value, names: &[&str]) -> Value {
    let kept: Map<String, Value> = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), field(of, &[name])?.clone())))
        .filter(|(_, value)| !value.is_array() && !value.is_object())
        .collect();
    if kept.is_empty() { Value::Null } else { Value::Object(kept) }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}')
}

/// A time as a carrier writes it, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The wall clock as written.
    pub local: NaiveDateTime,
    /// Seconds east of UTC, where the text says so.
    pub offset_s: Option<i32>,
    /// How exact it is.
    pub precision: TimePrecision,
}

/// Reads `2026-06-18 14:30:00` and its kin: `T` between, minutes only, a fraction, an offset or `Z`, the day only.
pub fn written(raw: &str) -> Option<Written> {
    let raw = trimmed(raw);
    let date = NaiveDate::parse_from_str(raw.get(..10)?, "%Y-%m-%d").ok()?;
    let rest = raw.get(10..)?;
    if rest.is_empty() {
        return Some(Written { local: date.and_time(NaiveTime::MIN), offset_s: None, precision: TimePrecision::Day });
    }
    let clock = rest.strip_prefix(['T', 't']).unwrap_or_else(|| rest.trim_start());
    if clock.len() == rest.len() {
        return None;
    }
    let end = clock.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ',')).unwrap_or(clock.len());
    let (time, precision) = clock_time(&clock[..end])?;
    Some(Written { local: date.and_time(time), offset_s: offset(clock[end..].trim())?, precision })
}

/// Reads `14:30`, `14:30:00` and `14:30:00.123`.
pub fn clock_time(raw: &str) -> Option<(NaiveTime, TimePrecision)> {
    let raw = trimmed(raw);
    let (whole, fraction) = raw.split_once(['.', ',']).unwrap_or((raw, ""));
    let mut parts = whole.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let second = parts.next().map(two_digits);
    if parts.next().is_some() || second == Some(None) || (second.is_none() && raw.len() != whole.len()) {
        return None;
    }
    if !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let millis = format!("{fraction:0<3}")[..3].parse().ok()?;
    // A leap second counts as the second before it.
    let precise = second.flatten();
    let time = NaiveTime::from_hms_milli_opt(hour, minute, precise.unwrap_or(0).min(59), millis)?;
    Some((time, if precise.is_some() { TimePrecision::Second } else { TimePrecision::Minute }))
}

fn two_digits(text: &str) -> Option<u32> {
    ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())?
        .filter(|n| *n <= 60)
}

/// `Some(None)`: none written; `None`: not an offset.
#[expect(clippy::option_option, reason = "absent and wrong are two things")]
fn offset(text: &str) -> Option<Option<i32>> {
    match text {
        "" => return Some(None),
        "Z" | "z" | "UTC" | "GMT" => return Some(Some(0)),
        _ => {}
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (two_digits(&digits)?, 0),
        4 if digits.is_ascii() => (two_digits(&digits[..2])?, two_digits(&digits[2..])?),
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 14 && minutes < 60).then_some(Some(sign * seconds))
}

/// A time placed in the carrier's zone, and whether the zone's clock change leaves it open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    /// What is known.
    pub time: EventTime,
    /// The wall clock showed this time twice, or never: the earliest reading was taken.
    pub ambiguous: bool,
}

/// The time in `raw`; without an offset it is meant in `zone`, the carrier's.
pub fn event_time(raw: &str, zone: Tz) -> EventTime {
    timed(raw, zone, TzSource::CarrierDefault).time
}

/// The time in `raw` (T1–T4). `source` says where `zone` comes from; an offset in the text outranks it.
///
/// Years before 2010 are fillers: the time counts as missing and only the raw text is kept.
pub fn timed(raw: &str, zone: Tz, source: TzSource) -> Timed {
    let raw = trimmed(raw);
    match written(raw) {
        Some(written) => place(raw, written, zone, source),
        None => Timed { time: missing(raw), ambiguous: false },
    }
}

/// A date and a time in two fields; the date may bring a time of its own, which then has to agree.
///
/// The date counts from the first, the time from the second (T5). The second value tells whether they disagree.
pub fn timed_in_two(date: Option<&str>, time: Option<&str>, zone: Tz) -> (Timed, bool) {
    let raw = [date, time].into_iter().flatten().map(trimmed).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    let Some(first) = date.and_then(written) else {
        return (Timed { time: missing(&raw), ambiguous: false }, false);
    };
    // Some send a whole date and time in the second field too.
    let second = time
        .and_then(|time| clock_time(time).or_else(|| written(time).map(|whole| (whole.local.time(), whole.precision))));
    let Some((clock, precision)) = second.filter(|(_, precision)| *precision != TimePrecision::Day) else {
        return (place(&raw, first, zone, TzSource::CarrierDefault), false);
    };
    // Midnight beside a real time is how serialisers write "the day only".
    let says_time = first.precision != TimePrecision::Day && first.local.time() != NaiveTime::MIN;
    let disagree = says_time && !agree(first, clock, precision);
    let joined = Written { local: first.local.date().and_time(clock), precision, ..first };
    (place(&raw, joined, zone, TzSource::CarrierDefault), disagree)
}

fn agree(first: Written, clock: NaiveTime, precision: TimePrecision) -> bool {
    let apart = (first.local.time() - clock).num_milliseconds().abs();
    let exact = first.precision == TimePrecision::Second && precision == TimePrecision::Second;
    apart < if exact { 1_000 } else { 60_000 }
}

fn missing(raw: &str) -> EventTime {
    EventTime { raw: (!raw.is_empty()).then(|| raw.to_owned()), ..EventTime::absent() }
}

fn place(raw: &str, written: Written, zone: Tz, source: TzSource) -> Timed {
    let Written { local, offset_s, precision } = written;
    // T4; the epoch read in a western zone still lies in 1969.
    if local.year() < 2010 {
        return Timed { time: missing(raw), ambiguous: false };
    }
    let raw = Some(raw.to_owned());
    if precision == TimePrecision::Day {
        let time = EventTime { raw, local: Some(local), at: None, precision, tz_source: source };
        return Timed { time, ambiguous: false };
    }
    if let Some(offset) = offset_s {
        let at = (local - TimeDelta::seconds(offset.into())).and_utc();
        // UTC names no place; the wall clock at the place is then the zone's.
        let local = if offset == 0 { at.with_timezone(&zone).naive_local() } else { local };
        let time =
            EventTime { raw, local: Some(local), at: Some(at.into()), precision, tz_source: TzSource::PayloadOffset };
        return Timed { time, ambiguous: false };
    }
    let (at, ambiguous) = instant(local, zone);
    let time = EventTime { raw, local: Some(local), at: Some(Timestamp::from(at)), precision, tz_source: source };
    Timed { time, ambiguous }
}

/// The instant at which the zone's wall clock shows `local`: the earlier of two; in a gap, as if the change had not come.
fn instant(local: NaiveDateTime, zone: Tz) -> (DateTime<Utc>, bool) {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) => (time.with_timezone(&Utc), false),
        LocalResult::Ambiguous(earlier, _) => (earlier.with_timezone(&Utc), true),
        LocalResult::None => {
            let before = TimeDelta::hours(3);
            let time = zone
                .from_local_datetime(&(local - before))
                .earliest()
                .map_or_else(|| local.and_utc(), |time| time.with_timezone(&Utc) + before);
            (time, true)
        }
    }
}

/// The wall clock of `zone` at `at`, for composing.
pub fn local_at(at: Timestamp, zone: Tz) -> NaiveDateTime {
    at.to_utc().with_timezone(&zone).naive_local()
}

/// The zone an endpoint's settings name, else the carrier's own.
pub fn zone_of(settings: &Map<String, Value>, own: Tz) -> Tz {
    settings.get("time_zone").and_then(Value::as_str).and_then(|name| name.parse().ok()).unwrap_or(own)
}

#[cfg(test)]
mod tests;
