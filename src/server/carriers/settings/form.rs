//! HTML forms turned into settings JSON; what the values are worth is judged by `validate`, not here.
//!
//! An empty text is absent, an unticked box is false, lists are separated by commas or line breaks.

use crate::tracking::endpoint::{FieldKind, SettingField};
use serde_json::{Map, Value, json};

/// The settings a whole form says. Fields carry the setting's key as their name (`settings.` may stand before it);
/// thresholds are `stall.<status>.<name>`. Fields that are no settings are left alone.
pub fn from_form(schema: &[SettingField], fields: &[(String, String)]) -> Value {
    let mut settings = Map::new();
    for known in schema {
        let values: Vec<&str> =
            fields.iter().filter(|(name, _)| plain(name) == known.key).map(|(_, value)| value.trim()).collect();
        let first = values.first().copied().filter(|text| !text.is_empty());
        let value = match &known.field {
            FieldKind::Flag => json!(values.iter().any(|text| matches!(*text, "on" | "true" | "1" | "yes"))),
            FieldKind::Integer { .. } => first.map_or(Value::Null, number),
            FieldKind::Text { .. }
            | FieldKind::Url
            | FieldKind::HeaderName
            | FieldKind::TimeZone
            | FieldKind::Choice { .. } => first.map_or(Value::Null, |text| json!(text)),
            FieldKind::Choices { .. } | FieldKind::Networks => json!(items(&values)),
            FieldKind::Integers => items(&values).into_iter().map(number).collect(),
            FieldKind::Stall => stall(&known.key, fields),
        };
        settings.insert(known.key.clone(), value);
    }
    Value::Object(settings)
}

fn plain(name: &str) -> &str {
    name.strip_prefix("settings.").unwrap_or(name)
}

/// A number where it is one, else the text, which validation names as the fault.
fn number(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}

fn items<'a>(values: &[&'a str]) -> Vec<&'a str> {
    values
        .iter()
        .flat_map(|text| text.split([',', '\n', '\r']))
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect()
}

fn stall(key: &str, fields: &[(String, String)]) -> Value {
    let mut thresholds = Map::new();
    for (name, value) in fields {
        let Some(rest) = plain(name).strip_prefix(key).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let Some((status, threshold)) = rest.split_once('.') else { continue };
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let slot = thresholds.entry(status.to_owned()).or_insert_with(|| json!({}));
        if let Value::Object(slot) = slot {
            slot.insert(threshold.to_owned(), number(value));
        }
    }
    if thresholds.is_empty() { Value::Null } else { Value::Object(thresholds) }
}
