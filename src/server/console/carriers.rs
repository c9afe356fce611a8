//! Carriers and endpoints: cards, forms, secrets, registration.

use super::{failed, of_desk, screen};
use crate::server::carriers::{CARRIERS, carrier, settings};
use crate::server::endpoints::{EndpointChange, GivenSecrets, NewEndpoint};
use crate::server::live::Topic;
use crate::server::registration::RegistrationError;
use crate::server::state::AppState;
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::{CarrierCard, CarrierFacts, EndpointDetail, EndpointState, SecretName, SettingField};
use crate::tracking::page::PageRequest;
use crate::tracking::people::Role;
use crate::tracking::registration::RegistrationAct;
use crate::tracking::screen::{Fault, Screen};
use crate::words::{common, faults as words};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Every endpoint there is; an installation has few.
const ALL: PageRequest = PageRequest { limit: 200, cursor: None };

/// Every carrier with its endpoints, oldest first.
pub async fn list(state: &AppState, role: Role) -> Result<Screen<Vec<CarrierCard>>, Fault> {
    let reveal = role >= Role::Operator;
    let mut endpoints = state.endpoints.list(&ALL, reveal).await.map_err(of_desk)?.items;
    endpoints.reverse();
    let mut cards: Vec<CarrierCard> =
        CARRIERS.iter().map(|carrier| CarrierCard { facts: carrier.facts(), endpoints: Vec::new() }).collect();
    for endpoint in endpoints {
        let registration = state.registrar.view(endpoint.id, reveal).await.map_err(of_registrar)?;
        if let Some(card) = cards.iter_mut().find(|card| card.facts.id == endpoint.carrier) {
            card.endpoints.push((endpoint, registration));
        }
    }
    Ok(screen(state, cards))
}

/// What a carrier's forms need.
pub fn facts(state: &AppState, id: CarrierId) -> Screen<CarrierFacts> {
    screen(state, carrier(id).facts())
}

/// One endpoint; `shown` names a secret made a moment ago by the same person.
pub async fn find(
    state: &AppState,
    who: &str,
    role: Role,
    id: Uuid,
    shown: Option<&str>,
) -> Result<Screen<EndpointDetail>, Fault> {
    let reveal = role >= Role::Operator;
    let endpoint = state.endpoints.find(id, reveal).await.map_err(of_desk)?;
    let registration = state.registrar.view(id, reveal).await.map_err(of_registrar)?;
    let detail = EndpointDetail {
        facts: carrier(endpoint.carrier).facts(),
        endpoint,
        registration,
        made: shown.and_then(|note| state.handover.look(who, note, state.clock.now())),
        may_change: role >= Role::Admin,
    };
    Ok(screen(state, detail))
}

/// Adds an endpoint.
pub async fn add(
    state: &AppState,
    id: CarrierId,
    label: String,
    secrets: HashMap<String, String>,
    fields: HashMap<String, String>,
) -> Result<Uuid, Fault> {
    let settings = settings_of(&carrier(id).facts().settings, fields);
    let mut typed = Vec::new();
    for (name, secret) in secrets {
        let name: SecretName = name.parse().map_err(|_| Fault::Unfit(words::NOT_A_SECRET.into()))?;
        if !secret.trim().is_empty() {
            typed.push((name, Zeroizing::new(secret)));
        }
    }
    let secrets = GivenSecrets { typed, generate: false };
    let new = NewEndpoint { carrier: id, label, state: None, settings: Some(settings), secrets };
    let made = state.endpoints.create(new).await.map_err(of_desk)?;
    state.live.announce(&[Topic::Endpoints]);
    Ok(made.endpoint.id)
}

/// Changes label and settings.
pub async fn save(state: &AppState, id: Uuid, label: String, fields: HashMap<String, String>) -> Result<(), Fault> {
    let endpoint = state.endpoints.find(id, false).await.map_err(of_desk)?;
    let settings = settings_of(&carrier(endpoint.carrier).facts().settings, fields);
    let change = EndpointChange { label: Some(label), state: None, settings: Some(settings) };
    let changed = state.endpoints.change(id, change).await.map_err(of_desk)?;
    if changed.refolds {
        state.apply.hurry();
    }
    state.live.announce(&[Topic::Endpoints]);
    Ok(())
}

/// `settings[key]=value` as settings: choices come as `key.word=true`, lists as one text, thresholds as
/// `stall.status.name`.
fn settings_of(schema: &[SettingField], fields: HashMap<String, String>) -> Value {
    let pairs: Vec<(String, String)> = fields
        .into_iter()
        .map(|(name, value)| match name.split_once('.') {
            Some((key, word)) if value == "true" => (key.to_owned(), word.to_owned()),
            _ => (name, value),
        })
        .collect();
    settings::from_form(schema, &pairs)
}

/// Pauses, observes or activates; what was held is applied on resume.
pub async fn set_state(state: &AppState, id: Uuid, new: EndpointState) -> Result<(), Fault> {
    let change = EndpointChange { state: Some(new), ..EndpointChange::default() };
    let changed = state.endpoints.change(id, change).await.map_err(of_desk)?;
    if changed.resumed {
        state.apply.resume(id).await.map_err(failed)?;
    }
    state.live.announce(&[Topic::Endpoints]);
    Ok(())
}

/// Stores a secret; a generated one is handed over once, under the returned name.
pub async fn put_secret(
    state: &AppState,
    who: &str,
    id: Uuid,
    name: SecretName,
    secret: String,
    generate: bool,
    keep_hours: u32,
) -> Result<Option<String>, Fault> {
    let typed = if generate { Vec::new() } else { vec![(name, Zeroizing::new(secret))] };
    let given = GivenSecrets { typed, generate };
    let made = state.endpoints.put_secrets(id, given, Some(keep_hours)).await.map_err(of_desk)?;
    state.live.announce(&[Topic::Endpoints]);
    Ok(made.generated.map(|secret| state.handover.put(who, secret, state.clock.now())))
}

/// Makes a new address.
pub async fn new_url(state: &AppState, id: Uuid, keep_hours: u32) -> Result<(), Fault> {
    state.endpoints.new_url(id, Some(keep_hours)).await.map_err(of_desk)?;
    state.live.announce(&[Topic::Endpoints]);
    Ok(())
}

/// Ends the address.
pub async fn delete(state: &AppState, id: Uuid) -> Result<(), Fault> {
    state.endpoints.delete(id).await.map_err(of_desk)?;
    state.live.announce(&[Topic::Endpoints]);
    Ok(())
}

/// Asks the carrier.
pub async fn registration_act(state: &AppState, id: Uuid, act: RegistrationAct) -> Result<(), Fault> {
    let done = state.registrar.act(id, act).await.map(drop).map_err(of_registrar);
    state.live.announce(&[Topic::Endpoints]);
    done
}

fn of_registrar(error: RegistrationError) -> Fault {
    match error {
        RegistrationError::Endpoints(error) => of_desk(error),
        RegistrationError::NotFound => Fault::NotFound(common::NO_ENDPOINT.into()),
        RegistrationError::NotPossible(sentence) => Fault::Unfit(sentence),
        RegistrationError::Store(error) => failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_the_settings_it_shows() {
        for carrier in CARRIERS {
            let schema = carrier.facts().settings;
            let fields = [
                ("filters.pod", "true"),
                ("filters.waybill_note", "true"),
                ("time_zone", "Africa/Johannesburg"),
                ("stall.in_transit.watch_hours", "1"),
                ("stall.in_transit.act_hours", "2"),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
            let settings = settings_of(&schema, fields);
            assert_eq!(settings["time_zone"], "Africa/Johannesburg");
            assert_eq!(settings["stall"]["in_transit"]["watch_hours"], 1);
            if schema.iter().any(|field| field.key == "filters") {
                let mut chosen: Vec<&str> =
                    settings["filters"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
                chosen.sort_unstable();
                assert_eq!(chosen, ["pod", "waybill_note"]);
            }
            assert!(settings::validate(&schema, &settings, None).is_ok(), "{}", carrier.id());
        }
    }

    #[test]
    fn what_is_wrong_with_a_threshold_is_said_of_its_field() {
        let fields = [
            ("stall.in_transit.watch_hours", "soon"),
            ("stall.returning.watch_hours", "400"),
            ("stall.available_for_pickup.act_percent", "101"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        let schema = CARRIERS[0].facts().settings;
        let faults = settings::validate(&schema, &settings_of(&schema, fields), None).expect_err("not valid");
        let mut named: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        named.sort_unstable();
        assert_eq!(
            named,
            ["stall.available_for_pickup.act_percent", "stall.in_transit.watch_hours", "stall.returning.act_hours"]
        );
    }
}
