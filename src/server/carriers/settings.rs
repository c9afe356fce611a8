//! Settings of endpoints: the schema every carrier shares, validation against a schema, and typed reading.
//!
//! Stored settings are always complete: every key of the schema is present, defaults filled in. An unknown key is a
//! fault, never ignored, so that a typing error cannot silently switch a check off.

use super::Settings;
use crate::tracking::endpoint::{FieldKind, SettingField};
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::screen::{FieldFault, sentences};
use serde_json::{Map, Value, json};

mod form;

pub use form::from_form;

/// Most bytes a body may ever have (16 MiB).
pub const MAX_BODY_BYTES: i64 = 16 * 1024 * 1024;

/// A calendar minute (R4).
const TIE_BUCKET_S: i64 = 60;

/// A field as most are; see [`advanced`] for the rest.
pub fn field(key: &str, label: &str, help: &str, kind: FieldKind, default: Value) -> SettingField {
    SettingField { key: key.into(), label: label.into(), help: help.into(), field: kind, default, advanced: false }
}

/// The same field, shown under “Advanced”.
#[must_use]
pub fn advanced(mut field: SettingField) -> SettingField {
    field.advanced = true;
    field
}

/// The word and label of each choice.
pub fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned())).collect()
}

/// The settings every carrier has, with the defaults in which carriers differ.
pub fn common(default_zone: &str, delivered_while_returning: DeliveredWhileReturning) -> Vec<SettingField> {
    let returning =
        DeliveredWhileReturning::ALL.iter().map(|p| (p.as_str().to_owned(), p.label().to_owned())).collect();
    vec![
        field(
            "time_zone",
            "Time zone",
            "The zone in which this carrier writes times that carry none. Another one counts for what comes from now on; \
             parcelwire rebuild reads what came before again.",
            FieldKind::TimeZone,
            json!(default_zone),
        ),
        advanced(field(
            "max_body_bytes",
            "Largest body",
            "A larger request is refused with 413; it is never cut.",
            FieldKind::Integer { min: 1, max: MAX_BODY_BYTES, unit: "bytes".into() },
            json!(1_048_576),
        )),
        field(
            "require_registered_numbers",
            "Only registered numbers",
            "Deliveries about numbers nobody registered here are kept apart instead of making parcels.",
            FieldKind::Flag,
            json!(false),
        ),
        advanced(field(
            "allowed_networks",
            "Allowed networks",
            "Addresses that may post here, one network per line; empty means any.",
            FieldKind::Networks,
            json!([]),
        )),
        field(
            "delivered_while_returning",
            "“Delivered” while returning",
            "What a bare “delivered” means for a parcel that is on its way back. Changing it derives the parcels of this endpoint again.",
            FieldKind::Choice { options: returning },
            json!(delivered_while_returning.as_str()),
        ),
        advanced(field(
            "tie_bucket_seconds",
            "Tie window",
            "Scans within one such stretch of time count by their place in a journey, not by the second. Wider than a minute hides real recoveries.",
            FieldKind::Integer { min: 1, max: 3600, unit: "seconds".into() },
            json!(TIE_BUCKET_S),
        )),
        field(
            "hold_hours",
            "Holding time",
            "How long a parcel waits for its recipient at a locker or counter; 0 when not known.",
            FieldKind::Integer { min: 0, max: 8760, unit: "hours".into() },
            json!(0),
        ),
        field(
            "stall",
            "Stall thresholds",
            "After how long without news a parcel is watched, and when somebody should act. A parcel that waits for its recipient counts in percent of the holding time.",
            FieldKind::Stall,
            default_stall(),
        ),
    ]
}

/// The thresholds that ship; waiting parcels count in percent of `hold_hours`.
pub fn default_stall() -> Value {
    json!({
        "info_received": {"watch_hours": 24, "act_hours": 48},
        "in_transit": {"watch_hours": 48, "act_hours": 96},
        "out_for_delivery": {"watch_hours": 12, "act_hours": 18},
        "failed_attempt": {"watch_hours": 24, "act_hours": 48},
        "available_for_pickup": {"watch_percent": 50, "act_percent": 80},
        "exception": {"watch_hours": 8, "act_hours": 24},
        "returning": {"watch_hours": 168, "act_hours": 336},
    })
}

/// Checks `given` (a JSON object) against a schema and fills in what is missing: from `base` where there is one
/// (a change to existing settings), else from the defaults. `null` goes back to the default.
pub fn validate(schema: &[SettingField], given: &Value, base: Option<&Settings>) -> Result<Settings, Vec<FieldFault>> {
    let empty = Map::new();
    let given = match given {
        Value::Object(map) => map,
        Value::Null => &empty,
        _ => return Err(vec![fault("settings", "must be an object of settings")]),
    };
    let mut faults: Vec<FieldFault> = given
        .keys()
        .filter(|key| !schema.iter().any(|known| &known.key == *key))
        .map(|key| fault(key, "this carrier has no such setting"))
        .collect();
    let mut settings = Settings::new();
    for known in schema {
        let value = match given.get(&known.key) {
            None => base.and_then(|base| base.get(&known.key)).unwrap_or(&known.default).clone(),
            Some(Value::Null) => known.default.clone(),
            Some(value) => match checked(known, value) {
                Ok(value) => value,
                Err(found) => {
                    faults.extend(found);
                    continue;
                }
            },
        };
        settings.insert(known.key.clone(), value);
    }
    if faults.is_empty() { Ok(settings) } else { Err(faults) }
}

/// The settings of a new endpoint whose operator said nothing.
pub fn defaults(schema: &[SettingField]) -> Settings {
    schema.iter().map(|known| (known.key.clone(), known.default.clone())).collect()
}

fn fault(key: &str, message: &str) -> FieldFault {
    FieldFault::new(key.chars().take(80).collect::<String>(), message)
}

fn checked(known: &SettingField, value: &Value) -> Result<Value, Vec<FieldFault>> {
    match &known.field {
        FieldKind::Stall => check_stall(&known.key, value),
        _ => check(known, value).map_err(|message| vec![fault(&known.key, &message)]),
    }
}

/// The value in its stored form, or what is wrong with it.
fn check(known: &SettingField, value: &Value) -> Result<Value, String> {
    match &known.field {
        FieldKind::Flag => value.as_bool().map(Value::Bool).ok_or_else(|| "must be true or false".into()),
        FieldKind::Integer { min, max, .. } => match value.as_i64() {
            Some(number) if (*min..=*max).contains(&number) => Ok(json!(number)),
            _ => Err(format!("must be a whole number from {min} to {max}")),
        },
        FieldKind::Text { max_length } => check_text(known, value, *max_length),
        FieldKind::Url => check_url(known, value),
        FieldKind::HeaderName => check_header_name(known, value),
        FieldKind::TimeZone => match value.as_str().and_then(|name| name.trim().parse::<chrono_tz::Tz>().ok()) {
            Some(zone) => Ok(json!(zone.name())),
            None => Err("must be a time zone such as Africa/Johannesburg".into()),
        },
        FieldKind::Choice { options } => match value.as_str() {
            Some(word) if options.iter().any(|(known, _)| known == word) => Ok(json!(word)),
            _ => Err(format!("must be one of {}", words(options))),
        },
        FieldKind::Choices { options } => check_choices(options, value),
        FieldKind::Integers => check_integers(value),
        FieldKind::Networks => check_networks(value),
        FieldKind::Stall => check_stall(&known.key, value).map_err(|faults| sentences(&faults)),
    }
}

fn words(options: &[(String, String)]) -> String {
    options.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(", ")
}

fn check_text(known: &SettingField, value: &Value, max_length: u32) -> Result<Value, String> {
    let text = value.as_str().ok_or("must be text")?.trim();
    if text.is_empty() {
        return Ok(known.default.clone());
    }
    if text.chars().any(char::is_control) {
        return Err("must not hold control characters".into());
    }
    if text.chars().count() > max_length as usize {
        return Err(format!("must have at most {max_length} characters"));
    }
    Ok(json!(text))
}

fn check_url(known: &SettingField, value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("must be a web address")?.trim().trim_end_matches('/');
    if text.is_empty() {
        return Ok(known.default.clone());
    }
    let url = url::Url::parse(text).map_err(|_| "must be a web address such as https://example.com")?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain || text.len() > 500 {
        return Err("must be an http or https address without user, query or fragment".into());
    }
    Ok(json!(text))
}

fn check_header_name(known: &SettingField, value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("must be the name of a header")?.trim();
    if text.is_empty() {
        return Ok(known.default.clone());
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if text.len() > 64 || !text.chars().all(fits) {
        return Err("must be the name of an HTTP header: letters, digits and dashes".into());
    }
    Ok(json!(text))
}

fn check_choices(options: &[(String, String)], value: &Value) -> Result<Value, String> {
    let refused = || format!("must be a list of {}", words(options));
    let mut chosen: Vec<&str> = Vec::new();
    for item in value.as_array().ok_or_else(refused)? {
        let word = item.as_str().filter(|word| options.iter().any(|(known, _)| known == word)).ok_or_else(refused)?;
        if !chosen.contains(&word) {
            chosen.push(word);
        }
    }
    Ok(json!(chosen))
}

fn check_integers(value: &Value) -> Result<Value, String> {
    const REFUSED: &str = "must be a list of at most 1000 whole numbers";
    let items = value.as_array().filter(|items| items.len() <= 1000).ok_or(REFUSED)?;
    let numbers: Option<Vec<i64>> =
        items.iter().map(|item| item.as_i64().or_else(|| item.as_str()?.trim().parse().ok())).collect();
    numbers.map(|numbers| json!(numbers)).ok_or_else(|| REFUSED.into())
}

fn check_networks(value: &Value) -> Result<Value, String> {
    const REFUSED: &str = "must be a list of at most 200 networks such as 203.0.113.0/24";
    let items = value.as_array().filter(|items| items.len() <= 200).ok_or(REFUSED)?;
    let mut networks = Vec::with_capacity(items.len());
    for item in items {
        let text = item.as_str().ok_or(REFUSED)?.trim();
        let network = text
            .parse::<ipnet::IpNet>()
            .or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from))
            .map_err(|_| {
                format!("“{}” is not a network such as 203.0.113.0/24", text.chars().take(60).collect::<String>())
            })?;
        networks.push(network.trunc().to_string());
    }
    Ok(json!(networks))
}

/// Thresholds given for some statuses are laid over the defaults of the others. Faults name `stall.<status>.<name>`.
fn check_stall(key: &str, value: &Value) -> Result<Value, Vec<FieldFault>> {
    let given = value.as_object().ok_or_else(|| vec![fault(key, "must be an object of thresholds per status")])?;
    let mut merged = default_stall();
    let mut faults = Vec::new();
    for (status, thresholds) in given {
        let place = format!("{key}.{status}");
        let Some(slot) = merged.get_mut(status) else {
            faults.push(fault(&place, "this status has no thresholds"));
            continue;
        };
        let Some(thresholds) = thresholds.as_object() else {
            faults.push(fault(&place, "must be an object"));
            continue;
        };
        let before = faults.len();
        for (name, number) in thresholds {
            let (most, unit) = if name.ends_with("percent") { (100, "percent") } else { (8760, "hours") };
            match (slot.get_mut(name), number.as_i64().filter(|number| (1..=most).contains(number))) {
                (None, _) => faults.push(fault(&format!("{place}.{name}"), "is not a threshold")),
                (Some(held), Some(number)) => *held = json!(number),
                (Some(_), None) => {
                    let message = format!("must be a whole number of {unit} from 1 to {most}");
                    faults.push(fault(&format!("{place}.{name}"), &message));
                }
            }
        }
        let at = |name: &str| slot.get(name).and_then(Value::as_i64);
        for unit in ["hours", "percent"] {
            if faults.len() == before && at(&format!("watch_{unit}")) > at(&format!("act_{unit}")) {
                faults.push(fault(&format!("{place}.act_{unit}"), "must not come before watching"));
            }
        }
    }
    if faults.is_empty() { Ok(merged) } else { Err(faults) }
}

/// A yes-or-no setting; absent reads as no.
pub fn flag(settings: &Settings, key: &str) -> bool {
    settings.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A whole number; absent reads as 0.
pub fn integer(settings: &Settings, key: &str) -> i64 {
    settings.get(key).and_then(Value::as_i64).unwrap_or(0)
}

/// A text that is there and not empty.
pub fn text<'a>(settings: &'a Settings, key: &str) -> Option<&'a str> {
    settings.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A list as texts, numbers included; absent reads as empty.
pub fn texts(settings: &Settings, key: &str) -> Vec<String> {
    let items = settings.get(key).and_then(Value::as_array);
    items.into_iter().flatten().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
}

/// The endpoint's zone; UTC where none is set, which validation does not let happen.
pub fn zone(settings: &Settings) -> chrono_tz::Tz {
    text(settings, "time_zone").and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC)
}

/// What the fold must know, as far as the common settings say it; `otherwise` where they do not.
pub fn policy(settings: &Settings, otherwise: DeliveredWhileReturning) -> Policy {
    Policy {
        delivered_while_returning: text(settings, "delivered_while_returning")
            .and_then(|word| word.parse().ok())
            .unwrap_or(otherwise),
        tie_bucket_s: Some(integer(settings, "tie_bucket_seconds")).filter(|width| *width > 0).unwrap_or(TIE_BUCKET_S),
        zone: zone(settings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Vec<SettingField> {
        let mut schema = common("Africa/Johannesburg", DeliveredWhileReturning::ReturnedInferred);
        schema.push(field("base_url", "Base URL", "", FieldKind::Url, json!("https://example.com")));
        schema.push(field("name", "Name", "", FieldKind::Text { max_length: 5 }, Value::Null));
        schema.push(field("ids", "Ids", "", FieldKind::Integers, json!([])));
        schema.push(field(
            "picked",
            "Picked",
            "",
            FieldKind::Choices { options: options(&[("a", "A"), ("b", "B")]) },
            json!([]),
        ));
        schema
    }

    #[test]
    fn nothing_given_is_all_defaults() {
        let settings = validate(&schema(), &json!({}), None).expect("defaults are valid");
        assert_eq!(settings, defaults(&schema()));
        assert_eq!(integer(&settings, "max_body_bytes"), 1_048_576);
        assert_eq!(zone(&settings), chrono_tz::Africa::Johannesburg);
        assert_eq!(text(&settings, "name"), None);
        for known in schema() {
            if !known.default.is_null() {
                assert_eq!(check(&known, &known.default).as_ref(), Ok(&known.default), "{}", known.key);
            }
        }
    }

    #[test]
    fn an_unknown_key_and_every_wrong_value_is_a_fault_of_its_own() {
        let given = json!({
            "time_zone": "Mars/Olympus", "max_body_bytes": 16 * 1024 * 1024 + 1, "require_registered_numbers": "yes",
            "allowed_networks": ["10.0.0.0/40"], "delivered_while_returning": "maybe", "hold_hours": 1.5,
            "stall": {"in_transit": {"watch_hours": 200}}, "base_url": "ftp://example.com", "name": "too long",
            "ids": ["x"], "picked": ["c"], "colour": "red",
        });
        let faults = validate(&schema(), &given, None).expect_err("all wrong");
        assert_eq!(faults.len(), 12, "{faults:?}");
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name_and_null_goes_back() {
        let base = validate(&schema(), &json!({"name": "abc", "hold_hours": 48}), None).expect("valid");
        let next =
            validate(&schema(), &json!({"name": null, "allowed_networks": ["192.0.2.7"]}), Some(&base)).expect("valid");
        assert_eq!(text(&next, "name"), None);
        assert_eq!(integer(&next, "hold_hours"), 48);
        assert_eq!(texts(&next, "allowed_networks"), ["192.0.2.7/32"]);
    }

    #[test]
    fn a_form_becomes_settings() {
        let form: Vec<(String, String)> = [
            ("time_zone", "Asia/Manila"),
            ("require_registered_numbers", "on"),
            ("allowed_networks", "192.0.2.0/24\n198.51.100.0/24, 203.0.113.9"),
            ("stall.in_transit.watch_hours", "24"),
            ("ids", "410, 411"),
            ("picked", "a"),
            ("picked", "b"),
            ("name", " "),
            ("hold_hours", "many"),
            ("unrelated", "x"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec();
        let value = from_form(&schema(), &form);
        let faults = validate(&schema(), &value, None).expect_err("hours are no number");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].field, "hold_hours");
        let mut value = value;
        value["hold_hours"] = json!(24);
        let settings = validate(&schema(), &value, None).expect("valid");
        assert!(flag(&settings, "require_registered_numbers"));
        assert_eq!(texts(&settings, "allowed_networks"), ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.9/32"]);
        assert_eq!(texts(&settings, "ids"), ["410", "411"]);
        assert_eq!(texts(&settings, "picked"), ["a", "b"]);
        assert_eq!(settings["stall"]["in_transit"]["watch_hours"], 24);
        assert_eq!(settings["stall"]["in_transit"]["act_hours"], 96);
    }
}
