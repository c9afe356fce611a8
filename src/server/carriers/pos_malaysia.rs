//! POS Malaysia (Pos Laju): provisional, because its document is an inquiry and not a specification.
//!
//! Deliveries are flat JSON objects. The account number and the secret URL are the proof there is; a signature over the
//! body is checked where one is sent and a secret is stored, and demanded only where the operator says so.
//! Absent on purpose: polling, and any reading of POS's own `eventType`, which files "out for delivery" under delivered.

use super::settings::{self, advanced, field};
use super::{
    Carrier, ComposeFault, Composed, Journey, PlannedStep, RegistrationContext, RegistrationPlan, Settings, TestEvent,
};
use crate::server::signature::{AccountRule, HmacRule, Message, Place, ProofRule, Scheme, Written};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::Covers;
use crate::tracking::endpoint::{CarrierFacts, FieldKind, SecretField, SecretName};
use crate::tracking::event::Reading;
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::mapping::DefaultRow;
use crate::tracking::registration::Handout;
use serde_json::json;

mod codes;
mod composing;
mod letter;
mod reading;
#[cfg(test)]
mod tests;

const ZONE: &str = "Asia/Kuala_Lumpur";
const SIGNATURE_HEADER: &str = "X-POS-Signature";
/// Seen in a public receiver beside the one the inquiry proposes.
const OTHER_SIGNATURE_HEADER: &str = "x-poslaju-signature";
const ACCOUNT: [&str; 5] = ["account_no", "accountNo", "account_number", "accountNumber", "AccountNo"];

/// POS Malaysia.
pub struct PosMalaysia;

impl Carrier for PosMalaysia {
    fn id(&self) -> CarrierId {
        CarrierId::PosMalaysia
    }

    fn facts(&self) -> CarrierFacts {
        let mut settings = settings::common(ZONE, DeliveredWhileReturning::Delivered);
        settings.extend([
            field(
                "account_no",
                "Account number",
                "Deliveries that name another account are refused; empty means any.",
                FieldKind::Text { max_length: 64 },
                json!(""),
            ),
            field(
                "require_signature",
                "Require a signature",
                "Refuse unsigned deliveries. POS has not confirmed that it signs; needs a stored secret.",
                FieldKind::Flag,
                json!(false),
            ),
            advanced(field(
                "signature_header",
                "Signature header",
                "The header that carries the signature; x-poslaju-signature is tried as well.",
                FieldKind::HeaderName,
                json!(SIGNATURE_HEADER),
            )),
        ]);
        CarrierFacts {
            id: self.id(),
            name: self.id().label().into(),
            proof: "The secret URL and the account number; a signature over the whole body where POS sends one.".into(),
            retries: "Not documented; only 200 is answered.".into(),
            default_zone: ZONE.into(),
            caution: Some(
                "Provisional: POS Malaysia has published no webhook specification. Codes are those of public \
                 integrators; anything unknown is kept and listed under Mappings."
                    .into(),
            ),
            settings,
            secrets: vec![SecretField {
                name: SecretName::Secret,
                label: "Webhook secret".into(),
                help: "Only if POS signs: agree on it with POS, or make one up and send it to them.".into(),
                min_length: 8,
                max_length: 256,
                can_generate: true,
            }],
            test_events: composing::kinds(),
            signs: true,
        }
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["/api/poslaju/webhook"]
    }

    fn scheme(&self, settings: &Settings, stored: &[SecretName]) -> Scheme {
        let required = settings::flag(settings, "require_signature");
        let header = settings::text(settings, "signature_header").unwrap_or(SIGNATURE_HEADER).to_owned();
        let signed = required || stored.contains(&SecretName::Secret);
        let proof = if signed {
            ProofRule::Hmac(HmacRule {
                signature: Place::Header(vec![header, OTHER_SIGNATURE_HEADER.into()]),
                prefixes: vec!["sha256=", "hmac-sha256="],
                message: Message::Body,
                timestamp: None,
                covers: Covers::Body,
                required,
                weak_key: false,
                written: Written::LowerHex,
            })
        } else {
            ProofRule::UrlOnly
        };
        Scheme {
            name: match (signed, required) {
                (false, _) => "secret URL, nothing signed".into(),
                (true, false) => "hmac-sha256 over the body where signed, else the secret URL".into(),
                (true, true) => "hmac-sha256 over the body, in a header".into(),
            },
            proof,
            account: settings::text(settings, "account_no").map(|account| AccountRule {
                paths: ACCOUNT.iter().map(|name| vec![*name]).collect(),
                allowed: vec![account.to_owned()],
            }),
            other_modes: Vec::new(),
            agree: None,
        }
    }

    fn check_settings(&self, settings: &Settings, stored: &[SecretName]) -> Vec<String> {
        if settings::flag(settings, "require_signature") && !stored.contains(&SecretName::Secret) {
            return vec!["require_signature needs a stored secret; set one first.".into()];
        }
        Vec::new()
    }

    fn policy(&self, settings: &Settings) -> Policy {
        settings::policy(settings, DeliveredWhileReturning::Delivered)
    }

    fn read(&self, body: &[u8], settings: &Settings) -> Reading {
        reading::read(body, settings)
    }

    fn plain_fields(&self) -> &'static [&'static str] {
        &[
            "tracking_number",
            "consignmentnumber",
            "connote",
            "event_code",
            "process",
            "type",
            "status",
            "date_time",
            "date",
            "eventtime",
            "location",
            "currentlocation",
            "office",
            "detail",
            "description",
            "eventdescription",
            "reason_code",
            "reason_description",
        ]
    }

    fn default_rows(&self) -> Vec<DefaultRow> {
        codes::default_rows()
    }

    fn compose(&self, event: &TestEvent, settings: &Settings) -> Result<Composed, ComposeFault> {
        composing::compose(event, settings)
    }

    fn journeys(&self) -> &'static [Journey] {
        composing::JOURNEYS
    }

    fn registration_plan(&self, context: &RegistrationContext<'_>) -> RegistrationPlan {
        let step = |name: &str, title: &str| PlannedStep { name: name.into(), title: title.into(), act: None };
        RegistrationPlan {
            steps: vec![
                step("send_letter", "Send the letter below to POS's API support or to your account manager."),
                step("give_url", "Give them the address below; it takes POST with JSON and answers 200."),
                step("set_account", "Enter your contract account number under Settings, so that others' are refused."),
                step("agree_on_signature", "If POS agrees to sign, store the secret here and require signatures."),
                step("check_codes", "When the first deliveries come, look under Mappings for codes not known yet."),
            ],
            acts: Vec::new(),
            handouts: vec![
                Handout { label: "Webhook address".into(), text: context.hook_url.into() },
                Handout { label: "Signature header".into(), text: signature_header(context.settings) },
                Handout { label: "Letter to POS Malaysia".into(), text: letter::letter(context) },
            ],
        }
    }
}

fn signature_header(settings: &Settings) -> String {
    let name = settings::text(settings, "signature_header").unwrap_or(SIGNATURE_HEADER);
    format!("{name}: <lower-case hex of HMAC-SHA256 over the raw body>")
}
