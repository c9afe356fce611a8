//! A carrier's other words about a parcel: a flat object with names made readable; what it costs stands apart.

use super::card::Fact;
use crate::words::common as words;
use leptos::prelude::*;
use serde_json::Value;

/// The rows of a `dl.facts` that are not about money.
#[component]
pub fn Details(
    /// A flat object, or null.
    details: Value,
) -> impl IntoView {
    let rows = rows_of(&details).into_iter().filter(|(name, _)| !is_charge(name));
    rows.map(|(name, value)| view! { <Fact name=words_of(&name) value=Some(value)/> }).collect_view()
}

/// What it costs, folded away; nothing where the carrier does not say.
#[component]
pub fn Charges(
    /// A flat object, or null.
    details: Value,
) -> impl IntoView {
    let rows: Vec<_> = rows_of(&details).into_iter().filter(|(name, _)| is_charge(name)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <details class="charges">
                <summary>{words::CHARGES}</summary>
                <dl class="facts">
                    {rows
                        .into_iter()
                        .map(|(name, value)| view! { <Fact name=words_of(&name) value=Some(value) mono=true/> })
                        .collect_view()}
                </dl>
            </details>
        }
    })
}

fn is_charge(name: &str) -> bool {
    let name = name.to_lowercase();
    ["total", "charge", "vat", "surcharge"].iter().any(|word| name.contains(word)) && !name.contains("weight")
}

fn rows_of(details: &Value) -> Vec<(String, String)> {
    let Some(object) = details.as_object() else { return Vec::new() };
    object
        .iter()
        .filter_map(|(name, value)| {
            let value = match value {
                Value::String(text) if !text.is_empty() => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(yes) => if *yes { words::YES } else { words::NO }.to_owned(),
                _ => return None,
            };
            Some((name.clone(), value))
        })
        .collect()
}

/// `parcelState` and `parcel_state` as `Parcel state`.
fn words_of(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 2);
    let mut before = ' ';
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && before.is_lowercase()) {
            words.push(' ');
        }
        if c != '_' {
            words.extend(c.to_lowercase());
        }
        before = c;
    }
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_readable_and_money_is_told_apart() {
        assert_eq!(words_of("parcelState"), "Parcel state");
        assert_eq!(words_of("Vat"), "Vat");
        assert!(["BaseRateTotal", "SurchargesTotal", "SubTotal", "Vat", "TotalCharges"].iter().all(|n| is_charge(n)));
        assert!(!["Service", "ChargeableWeight", "InsuranceValue"].iter().any(|name| is_charge(name)));
    }
}
