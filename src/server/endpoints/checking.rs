//! What is valid at the desk: a sentence for each fault, all of them at once.

use super::{GivenSecrets, KEEP_HOURS, MAX_KEEP_HOURS};
use crate::server::carriers::{Carrier, Settings, settings};
use crate::server::secrets::random_token;
use crate::server::store::StoredEndpoint;
use crate::tracking::endpoint::{SecretField, SecretName};
use crate::tracking::screen::FieldFault;
use crate::tracking::time::Timestamp;
use serde_json::Value;
use zeroize::Zeroizing;

/// Most characters of a label.
const MAX_LABEL: usize = 100;

pub(super) fn label(given: &str, faults: &mut Vec<FieldFault>) -> String {
    let label = given.trim();
    let length = label.chars().count();
    if !(1..=MAX_LABEL).contains(&length) || label.contains(char::is_control) {
        faults.push(FieldFault::new("label", format!("The label has 1 to {MAX_LABEL} characters on one line.")));
    }
    label.to_owned()
}

pub(super) fn keep_until(now: Timestamp, hours: Option<u32>, faults: &mut Vec<FieldFault>) -> Option<Timestamp> {
    let hours = hours.unwrap_or(KEEP_HOURS);
    if hours > MAX_KEEP_HOURS {
        let words = format!("The one before is kept for 0 to {MAX_KEEP_HOURS} hours.");
        faults.push(FieldFault::new("keep_previous_hours", words));
    }
    (hours > 0).then(|| now.plus_seconds(i64::from(hours) * 3600))
}

pub(super) fn checked_settings(
    carrier: &dyn Carrier,
    given: Option<&Value>,
    before: Option<&StoredEndpoint>,
    stored: &[SecretName],
    faults: &mut Vec<FieldFault>,
) -> Settings {
    let schema = carrier.facts().settings;
    match settings::validate(&schema, given.unwrap_or(&Value::Null), before.map(|endpoint| &endpoint.settings)) {
        Ok(settings) => {
            let found = carrier.check_settings(&settings, stored);
            faults.extend(found.into_iter().map(|sentence| FieldFault::new("settings", sentence)));
            settings
        }
        Err(found) => {
            faults.extend(found);
            Settings::new()
        }
    }
}

/// Texts people leave standing where a secret should be.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "password",
    "your-secret",
    "your_secret",
    "yoursecret",
    "your-webhook-secret",
    "your_webhook_secret",
    "placeholder",
    "undefined",
];

fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.contains(&text.to_ascii_lowercase().as_str())
        || text.chars().all(|c| matches!(c, '*' | '•' | '●' | '.' | '-' | '_' | '?'))
        || (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with("${") && text.ends_with('}'))
}

/// The setting that says where a carrier is asked.
const ASKED_AT: &str = "base_url";

/// Scheme, host and port of the address a carrier is asked at; `None` where it is asked at none.
pub(super) fn asked_host(carrier: &dyn Carrier, of: &Settings) -> Option<String> {
    let schema = carrier.facts().settings;
    let default =
        schema.iter().find(|field| field.key == ASKED_AT).and_then(|field| field.default.as_str().map(str::to_owned));
    let address = settings::text(of, ASKED_AT).map(str::to_owned).or(default)?;
    Some(url::Url::parse(&address).map_or(address, |url| url.origin().ascii_serialization()))
}

/// A secret to be sealed.
pub(super) struct Plain {
    pub(super) text: Zeroizing<String>,
    pub(super) generated: bool,
}

pub(super) fn generated_of(secrets: &[(SecretName, Plain)]) -> Option<String> {
    secrets.iter().find(|(_, secret)| secret.generated).map(|(_, secret)| secret.text.to_string())
}

/// The secrets to store: typed ones that fit the carrier's fields, and the one to be made up.
pub(super) fn plain_secrets(
    fields: &[SecretField],
    given: GivenSecrets,
    faults: &mut Vec<FieldFault>,
) -> Vec<(SecretName, Plain)> {
    let mut secrets = Vec::new();
    let mut fault = |name: SecretName, words: String| faults.push(FieldFault::new(name.as_str(), words));
    for (name, text) in given.typed {
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            fault(name, format!("This carrier has no “{name}”."));
            continue;
        };
        let label = &field.label;
        let length = text.chars().count();
        if length < field.min_length as usize || length > field.max_length as usize {
            fault(name, format!("“{label}” has {} to {} characters.", field.min_length, field.max_length));
        } else if text.contains(char::is_control) || text.trim() != text.as_str() {
            fault(name, format!("“{label}” has no blanks around it and no control characters in it."));
        } else if is_placeholder(&text) {
            fault(name, format!("“{label}” is a placeholder, not a secret."));
        } else if name == SecretName::HeaderValue && !text.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            fault(name, format!("“{label}” has only what a header can hold: ASCII letters, digits and signs."));
        }
        secrets.push((name, Plain { text, generated: false }));
    }
    if given.generate {
        let field = fields.iter().find(|field| field.name == SecretName::Secret && field.can_generate);
        if secrets.iter().any(|(name, _)| *name == SecretName::Secret) {
            fault(SecretName::Secret, "Either give a secret or have one generated.".to_owned());
        } else if let Some(field) = field {
            let most = field.max_length as usize;
            let text = Zeroizing::new(random_token(32).chars().take(most).collect::<String>());
            secrets.push((SecretName::Secret, Plain { text, generated: true }));
        } else {
            fault(SecretName::Secret, "This carrier chooses the secret itself; enter the one it gave you.".to_owned());
        }
    }
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(min_length: u32, max_length: u32, text: &str) -> Vec<FieldFault> {
        let (name, label, help) = (SecretName::Secret, String::new(), String::new());
        let field = SecretField { name, label, help, min_length, max_length, can_generate: true };
        let given = GivenSecrets { typed: vec![(name, Zeroizing::new(text.to_owned()))], generate: false };
        let mut faults = Vec::new();
        plain_secrets(&[field], given, &mut faults);
        faults
    }

    #[test]
    fn lengths_are_the_carriers() {
        for (length, fits) in [(31, false), (32, true), (64, true), (65, false)] {
            assert_eq!(faults_of(32, 64, &"k".repeat(length)).is_empty(), fits, "{length}");
        }
        assert!(faults_of(8, 200, "test-secret-key").is_empty());
    }

    #[test]
    fn blanks_and_placeholders_are_no_secrets_and_no_fault_repeats_them() {
        for text in ["", "        ", " abcdefghij", "abcdefghij\n", "ChangeMe", "••••••••••", "<your secret>"]
        {
            let faults = faults_of(8, 200, text);
            assert!(!faults.is_empty(), "{text}");
            assert!(text.trim().is_empty() || !faults[0].to_string().contains(text.trim()), "{faults:?}");
        }
    }
}
