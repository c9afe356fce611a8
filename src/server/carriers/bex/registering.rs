//! Registers our URL with BEX: a registration with URL, secret and filters, then its activation with the API key.
//!
//! BEX probes the URL while it answers the first request (the echo), so the front door must be reachable by then.

use crate::server::carriers::answers::{refusal, same_place};
use crate::server::carriers::{
    OutgoingRequest, PlannedStep, RegistrationAnswer, RegistrationContext, RegistrationPlan, json, settings,
};
use crate::tracking::endpoint::SecretName;
use crate::tracking::registration::{Handout, RegistrationAct};
use serde_json::{Map, Value, json};

const WHO: &str = "BEX";

pub(super) fn plan(context: &RegistrationContext<'_>) -> RegistrationPlan {
    RegistrationPlan {
        steps: vec![
            PlannedStep {
                name: RegistrationAct::Register.as_str().into(),
                title: "Tell BEX the address and the secret; BEX probes the address at once.".into(),
                act: Some(RegistrationAct::Register),
            },
            PlannedStep {
                name: RegistrationAct::Activate.as_str().into(),
                title: "Activate the webhook with the API key.".into(),
                act: Some(RegistrationAct::Activate),
            },
        ],
        acts: vec![
            RegistrationAct::Register,
            RegistrationAct::Activate,
            RegistrationAct::Check,
            RegistrationAct::Unsubscribe,
        ],
        handouts: vec![
            Handout { label: "Address for deliveries".into(), text: our_url(context) },
            Handout {
                label: "Where to ask for the WebHook API key".into(),
                text: "it@bex.co.za, subject “WebHook API key Request”, with your account number".into(),
            },
        ],
    }
}

fn our_url(context: &RegistrationContext<'_>) -> String {
    if settings::flag(context.settings, "noecho") {
        format!("{}?noecho", context.hook_url)
    } else {
        context.hook_url.to_owned()
    }
}

fn remembered(context: &RegistrationContext<'_>) -> Option<String> {
    json::text(context.memory, &["registration_id"])
}

pub(super) fn request(act: RegistrationAct, context: &RegistrationContext<'_>) -> Result<Vec<OutgoingRequest>, String> {
    let key = (context.secret)(SecretName::ApiKey).ok_or("Store the WebHook API key that BEX gave you first.")?;
    let base = settings::text(context.settings, "base_url").unwrap_or(super::BASE_URL).trim_end_matches('/');
    let call = |method, path: &str, body| {
        vec![OutgoingRequest {
            method,
            url: format!("{base}{path}"),
            headers: vec![("X-InsightWebHooks-Auth".into(), key.clone())],
            body,
        }]
    };
    Ok(match act {
        RegistrationAct::Register => {
            let secret = (context.secret)(SecretName::Secret).ok_or("Set or generate the webhook secret first.")?;
            let mut body = json!({
                "WebHookUri": our_url(context),
                "Secret": secret,
                "Description": context.label,
                "Filters": settings::texts(context.settings, "filters"),
            });
            match remembered(context).filter(|id| is_plain(id)) {
                // A second registration would deliver everything twice.
                Some(id) => {
                    body["Id"] = json!(id);
                    call("PUT", &format!("/api/webhooks/registrations/{id}"), Some(body))
                }
                None => call("POST", "/api/webhooks/registrations", Some(body)),
            }
        }
        RegistrationAct::Activate => call("POST", "/api/ActivateWebHook", Some(json!({ "webHookKey": key }))),
        RegistrationAct::Unsubscribe => call("POST", "/api/UnsubscribeWebHook", Some(json!({ "webHookKey": key }))),
        RegistrationAct::Check => call("GET", "/api/webhooks/registrations", None),
    })
}

/// An id that may stand in a path as it is.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.len() <= 100 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

pub(super) fn answer(
    act: RegistrationAct,
    context: &RegistrationContext<'_>,
    status: u16,
    body: &[u8],
) -> Result<RegistrationAnswer, String> {
    let mut remember = Map::new();
    if let Some(words) = refusal(WHO, status, body) {
        // It no longer knows the registration we remember, so what we remember must not be asked for again.
        let forgotten = status == 404 && act == RegistrationAct::Register && remembered(context).is_some();
        return Err(if forgotten { format!("{words}; unsubscribe here, then register again") } else { words });
    }
    let told = json::parse(body).unwrap_or(Value::Null);
    let (message, registered) = match act {
        RegistrationAct::Register => {
            if let Some(id) = json::text(&told, &["Id", "id"]) {
                remember.insert("registration_id".into(), json!(id));
            }
            ("BEX has registered the address; it still has to be activated.".to_owned(), None)
        }
        RegistrationAct::Activate => ("BEX has activated the webhook.".to_owned(), None),
        RegistrationAct::Unsubscribe => {
            remember.insert("registration_id".into(), Value::Null);
            ("BEX has ended the subscription.".to_owned(), Some(false))
        }
        RegistrationAct::Check => listed(context, &told, &mut remember)?,
    };
    Ok(RegistrationAnswer { remember, message, registered })
}

/// What the list of registrations says about ours.
fn listed(
    context: &RegistrationContext<'_>,
    told: &Value,
    remember: &mut Map<String, Value>,
) -> Result<(String, Option<bool>), String> {
    let list = told.as_array().ok_or("BEX answered the question for registrations with something else than a list")?;
    let address = |item: &Value| json::text(item, &["WebHookUri", "webHookUri"]).unwrap_or_default();
    let Some(ours) = list.iter().find(|item| same_place(&address(item), context.hook_url)) else {
        return Ok((format!("BEX lists {} other registrations and not this address.", list.len()), Some(false)));
    };
    if let Some(id) = json::text(ours, &["Id", "id"]) {
        remember.insert("registration_id".into(), json!(id));
    }
    if json::flag(ours, &["IsPaused", "isPaused"]) == Some(true) {
        return Ok(("BEX has this address registered, but paused.".into(), Some(false)));
    }
    let mut theirs: Vec<String> = json::array(ours, &["Filters", "filters"])
        .into_iter()
        .flatten()
        .filter_map(json::as_text)
        .map(|filter| filter.to_lowercase())
        .filter(|filter| filter != "*")
        .collect();
    let mut wanted = settings::texts(context.settings, "filters");
    theirs.sort();
    wanted.sort();
    if theirs == wanted {
        Ok(("BEX has this address registered.".into(), Some(true)))
    } else {
        Ok(("BEX has this address registered with other filters; register again to change them.".into(), Some(true)))
    }
}
