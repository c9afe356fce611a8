//! How BOX NOW learns our URL: by hand, or through the announced webhook interface of its Partner API.
//!
//! That interface is in BOX NOW's guide as a plan and in no published specification, so it stays behind `webhook_api`.

use crate::server::carriers::answers::{refusal, same_place};
use crate::server::carriers::{
    OutgoingRequest, PlannedStep, RegistrationAnswer, RegistrationContext, RegistrationPlan, json, settings,
};
use crate::tracking::endpoint::SecretName;
use crate::tracking::registration::{Handout, RegistrationAct};
use serde_json::{Map, Value, json};

const WHO: &str = "BOX NOW";

fn by_program(context: &RegistrationContext<'_>) -> bool {
    settings::flag(context.settings, "webhook_api")
}

pub(super) fn plan(context: &RegistrationContext<'_>) -> RegistrationPlan {
    let mut handouts = vec![Handout { label: "Address for deliveries".into(), text: context.hook_url.to_owned() }];
    if settings::text(context.settings, "proof").is_some_and(|proof| proof != "signature") {
        let name = settings::text(context.settings, "header_name").unwrap_or(super::HEADER);
        handouts.push(Handout { label: "Header BOX NOW is to send".into(), text: name.to_owned() });
    }
    if by_program(context) {
        return RegistrationPlan {
            steps: vec![PlannedStep {
                name: RegistrationAct::Register.as_str().into(),
                title: "Create the webhook through the Partner API.".into(),
                act: Some(RegistrationAct::Register),
            }],
            acts: vec![RegistrationAct::Register, RegistrationAct::Check, RegistrationAct::Unsubscribe],
            handouts,
        };
    }
    let by_hand = |name: &str, title: &str| PlannedStep { name: name.into(), title: title.into(), act: None };
    handouts.push(Handout {
        label: "Message to BOX NOW".into(),
        text: format!(
            "Please set up a webhook for our parcels (type parcel_event_change) to this address:\n{}\n\
             Please also send us the data integrity key, so that we can check your datasignature.",
            context.hook_url
        ),
    });
    RegistrationPlan {
        steps: vec![
            by_hand("ask_carrier", "Give BOX NOW the address and ask for the data integrity key."),
            by_hand("store_key", "Store the key (or the agreed header value) here."),
        ],
        acts: Vec::new(),
        handouts,
    }
}

fn remembered(context: &RegistrationContext<'_>) -> Option<String> {
    json::text(context.memory, &["webhook_id"])
        .filter(|id| id.len() <= 100 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
}

pub(super) fn request(act: RegistrationAct, context: &RegistrationContext<'_>) -> Result<Vec<OutgoingRequest>, String> {
    if !by_program(context) {
        return Err("BOX NOW sets up webhooks by hand; follow the checklist.".into());
    }
    let missing = "Store the client id and client secret of the Partner API first.";
    let client_id = (context.secret)(SecretName::ClientId).ok_or(missing)?;
    let client_secret = (context.secret)(SecretName::ClientSecret).ok_or(missing)?;
    let base = settings::text(context.settings, "base_url").unwrap_or(super::BASE_URL).trim_end_matches('/');
    let mut headers = vec![("Authorization".to_owned(), "Bearer {token}".to_owned())];
    if let Some(partner) = settings::text(context.settings, "partner_id") {
        headers.push(("X-PartnerID".into(), partner.to_owned()));
    }
    let sign_in = OutgoingRequest {
        method: "POST",
        url: format!("{base}/api/v1/auth-sessions"),
        headers: Vec::new(),
        body: Some(json!({
            "grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret,
        })),
    };
    let list = format!("{base}/api/v1/webhooks");
    let (method, url, body) = match (act, remembered(context)) {
        (RegistrationAct::Check, _) => ("GET", list, None),
        (RegistrationAct::Register, None) => ("POST", list, Some(webhook(context, None))),
        (RegistrationAct::Register, Some(id)) => ("PUT", format!("{list}/{id}"), Some(webhook(context, Some(&id)))),
        (RegistrationAct::Unsubscribe, Some(id)) => ("DELETE", format!("{list}/{id}"), None),
        (RegistrationAct::Unsubscribe, None) => {
            return Err("No webhook of ours is known at BOX NOW; check first.".into());
        }
        (RegistrationAct::Activate, _) => return Err("A webhook at BOX NOW is active as soon as it is made.".into()),
    };
    Ok(vec![sign_in, OutgoingRequest { method, url, headers, body }])
}

fn webhook(context: &RegistrationContext<'_>, id: Option<&str>) -> Value {
    let mut webhook = json!({ "url": context.hook_url, "active": true, "type": "parcel_event_change" });
    if let Some(id) = id {
        webhook["id"] = json!(id);
    }
    webhook
}

pub(super) fn answer(
    act: RegistrationAct,
    context: &RegistrationContext<'_>,
    status: u16,
    body: &[u8],
) -> Result<RegistrationAnswer, String> {
    if let Some(words) = refusal(WHO, status, body) {
        return Err(words);
    }
    let told = json::parse(body).unwrap_or(Value::Null);
    let mut remember = Map::new();
    let (message, registered) = match act {
        RegistrationAct::Register | RegistrationAct::Activate => {
            if let Some(id) = json::text(told.get("data").unwrap_or(&told), &["id"]) {
                remember.insert("webhook_id".into(), json!(id));
            }
            ("BOX NOW has the webhook.".to_owned(), Some(true))
        }
        RegistrationAct::Unsubscribe => {
            remember.insert("webhook_id".into(), Value::Null);
            ("BOX NOW has removed the webhook.".to_owned(), Some(false))
        }
        RegistrationAct::Check => {
            let list = told
                .as_array()
                .or_else(|| json::array(&told, &["data", "items"]))
                .ok_or("BOX NOW answered the question for webhooks with something else than a list")?;
            let ours = |item: &&Value| json::text(item, &["url"]).is_some_and(|url| same_place(&url, context.hook_url));
            match list.iter().find(ours) {
                Some(item) => {
                    if let Some(id) = json::text(item, &["id"]) {
                        remember.insert("webhook_id".into(), json!(id));
                    }
                    match json::flag(item, &["active"]) {
                        Some(false) => ("BOX NOW has the webhook, but it is not active.".to_owned(), Some(false)),
                        _ => ("BOX NOW has the webhook, and it is active.".to_owned(), Some(true)),
                    }
                }
                None => (format!("BOX NOW lists {} other webhooks and not this address.", list.len()), Some(false)),
            }
        }
    };
    Ok(RegistrationAnswer { remember, message, registered })
}
