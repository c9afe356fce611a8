//! TrackingMore, an aggregator: signs a timestamp, sends the whole history of a parcel each time.
//!
//! The V4 signature is lower-hex HMAC-SHA256 of the *timestamp* header under the webhook secret, as the vendor's own
//! example computes it; its prose says "of the body" and is wrong, but stays available as mode `raw_body`. The body is
//! therefore not proven by the two other modes, and nothing inside it may claim a message key.
//! Absent on purpose: registration by program (there is no API for it) and polling.

use super::settings::{self, advanced, field, options};
use super::{
    Carrier, ComposeFault, Composed, Journey, PlannedStep, RegistrationContext, RegistrationPlan, Settings, TestEvent,
};
use crate::server::signature::{HmacRule, Message, Place, ProofRule, Scheme, TimestampRule, Written};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::Covers;
use crate::tracking::endpoint::{CarrierFacts, FieldKind, SecretField, SecretName, SettingField};
use crate::tracking::event::Reading;
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::mapping::DefaultRow;
use crate::tracking::registration::Handout;
use serde_json::json;

mod composing;
mod countries;
mod reading;
mod rows;
#[cfg(test)]
mod tests;

/// Where the V2 and V3 consoles put the signature, and the spellings reported for it.
const BLOCKS: [&str; 3] = ["verifyInfo", "verify", "verify_info"];
const BLOCK_TIMES: [&str; 3] = ["timeStr", "timestamp", "time"];

/// TrackingMore.
pub struct Trackingmore;

impl Carrier for Trackingmore {
    fn id(&self) -> CarrierId {
        CarrierId::Trackingmore
    }

    fn facts(&self) -> CarrierFacts {
        CarrierFacts {
            id: self.id(),
            name: self.id().label().into(),
            proof: "HMAC-SHA256 of the time of sending; the body itself is not protected (except in mode “whole body”)."
                .into(),
            retries: "Up to 14 attempts, 30 seconds doubling each time: about 68 hours.".into(),
            default_zone: "UTC".into(),
            caution: Some(
                "The body is not authenticated by this carrier: keep the URL secret and use HTTPS. Scan times carry no \
                 zone; they are read in the zone of the country where it has one, else as UTC and marked “~”."
                    .into(),
            ),
            settings: settings_fields(),
            secrets: vec![
                SecretField {
                    name: SecretName::Secret,
                    label: "Webhook secret".into(),
                    help: "From the TrackingMore console under Developer, Webhooks; in the V2 mode the account's e-mail \
                           address."
                        .into(),
                    min_length: 8,
                    max_length: 256,
                    can_generate: false,
                },
                SecretField {
                    name: SecretName::ApiKey,
                    label: "API key".into(),
                    help: "Optional; not needed for receiving.".into(),
                    min_length: 8,
                    max_length: 256,
                    can_generate: false,
                },
            ],
            test_events: composing::kinds(),
            signs: true,
        }
    }

    fn scheme(&self, settings: &Settings, _stored: &[SecretName]) -> Scheme {
        let modes = [
            ("v4_timestamp", "signature of the timestamp header (V4)", by_timestamp(settings)),
            ("v2_body_block", "signature block in the body (V2, V3)", by_block(settings)),
            ("raw_body", "signature of the whole body", by_body(settings)),
        ];
        let chosen = settings::text(settings, "mode").unwrap_or("v4_timestamp");
        let (own, others): (Vec<_>, Vec<_>) = modes.into_iter().partition(|(word, _, _)| *word == chosen);
        let (_, _, rule) = own.into_iter().next().unwrap_or(("", "", by_timestamp(settings)));
        Scheme {
            name: match rule.message {
                Message::Body => "hmac-sha256 over the body, in a header",
                _ if matches!(rule.signature, Place::Field(_)) => "hmac-sha256 over the timestamp, in the body",
                _ => "hmac-sha256 over the timestamp, in a header",
            }
            .into(),
            proof: ProofRule::Hmac(rule),
            account: None,
            other_modes: others.into_iter().map(|(_, label, rule)| (label, rule)).collect(),
            agree: None,
        }
    }

    fn policy(&self, settings: &Settings) -> Policy {
        settings::policy(settings, DeliveredWhileReturning::ReturnedInferred)
    }

    fn read(&self, body: &[u8], settings: &Settings) -> Reading {
        reading::read(body, settings)
    }

    fn plain_fields(&self) -> &'static [&'static str] {
        &[
            "code",
            "message",
            "id",
            "tracking_number",
            "courier_code",
            "carrier_code",
            "order_number",
            "created_at",
            "update_at",
            "lastupdatetime",
            "delivery_status",
            "substatus",
            "status",
            "archived",
            "updating",
            "pieces",
            "latest_event",
            "latest_checkpoint_time",
            "transit_time",
            "checkpoint_date",
            "checkpoint_status",
            "checkpoint_delivery_status",
            "checkpoint_delivery_substatus",
            "tracking_detail",
            "location",
            "country_iso2",
            "state",
            "city",
            "date",
            "statusdescription",
            "details",
        ]
    }

    fn default_rows(&self) -> Vec<DefaultRow> {
        rows::default_rows()
    }

    fn compose(&self, event: &TestEvent, settings: &Settings) -> Result<Composed, ComposeFault> {
        composing::compose(event, settings)
    }

    fn journeys(&self) -> &'static [Journey] {
        composing::JOURNEYS
    }

    fn registration_plan(&self, context: &RegistrationContext<'_>) -> RegistrationPlan {
        let step = |name: &str, title: &str| PlannedStep { name: name.into(), title: title.into(), act: None };
        let version = if settings::text(context.settings, "mode") == Some("v2_body_block") { "V2 or V3" } else { "V4" };
        let secret_step = if context.stored.contains(&SecretName::Secret) {
            "The webhook secret is stored here; check that its last characters are those in the console."
        } else {
            "Copy the webhook secret from Developer, Webhooks and store it here."
        };
        RegistrationPlan {
            steps: vec![
                step("open_console", "Sign in at TrackingMore and open Developer, Webhooks (at most four addresses)."),
                step("add_url", &format!("Add the address below and choose webhook version {version}.")),
                step("choose_statuses", "Select every status, so that no part of a journey is missing."),
                step("store_secret", secret_step),
                step("test_endpoint", "Press “Test endpoint” in the console; the request shows up under Deliveries."),
            ],
            acts: Vec::new(),
            handouts: vec![Handout { label: "Webhook address".into(), text: context.hook_url.into() }],
        }
    }
}

fn settings_fields() -> Vec<SettingField> {
    let mut fields = settings::common("UTC", DeliveredWhileReturning::ReturnedInferred);
    fields.extend([
        field(
            "mode",
            "Signature mode",
            "Which webhook version the console is set to.",
            FieldKind::Choice {
                options: options(&[
                    ("v4_timestamp", "V4: the timestamp header is signed"),
                    ("v2_body_block", "V2 and V3: signature block in the body"),
                    ("raw_body", "The whole body is signed"),
                ]),
            },
            json!("v4_timestamp"),
        ),
        field(
            "freshness_seconds",
            "Fresh for",
            "A signature older than this is a warning, or refused when freshness is strict.",
            FieldKind::Integer { min: 1, max: 86_400, unit: "seconds".into() },
            json!(600),
        ),
        field(
            "strict_freshness",
            "Refuse stale signatures",
            "Whether a retry is signed anew is not documented; strict may lose retries.",
            FieldKind::Flag,
            json!(false),
        ),
        advanced(field(
            "max_age_hours",
            "Oldest signature",
            "Older is always refused; 0 is no limit. Retries reach 68 hours.",
            FieldKind::Integer { min: 0, max: 8760, unit: "hours".into() },
            json!(72),
        )),
        advanced(field(
            "signature_header",
            "Signature header",
            "The header that carries the signature.",
            FieldKind::HeaderName,
            json!("signature"),
        )),
        advanced(field(
            "timestamp_header",
            "Timestamp header",
            "The header that carries the signed time.",
            FieldKind::HeaderName,
            json!("timestamp"),
        )),
    ]);
    fields
}

fn header(settings: &Settings, key: &str, default: &str) -> Place {
    Place::Header(vec![settings::text(settings, key).unwrap_or(default).to_owned()])
}

fn freshness(settings: &Settings, place: Place) -> TimestampRule {
    TimestampRule {
        place,
        freshness_seconds: settings::integer(settings, "freshness_seconds"),
        strict: settings::flag(settings, "strict_freshness"),
        max_age_hours: settings::integer(settings, "max_age_hours"),
    }
}

fn rule(signature: Place, message: Message, timestamp: Option<TimestampRule>, covers: Covers) -> HmacRule {
    HmacRule {
        signature,
        prefixes: Vec::new(),
        message,
        timestamp,
        covers,
        required: true,
        weak_key: false,
        written: Written::LowerHex,
    }
}

fn by_timestamp(settings: &Settings) -> HmacRule {
    let timestamp = freshness(settings, header(settings, "timestamp_header", "timestamp"));
    rule(header(settings, "signature_header", "signature"), Message::Timestamp, Some(timestamp), Covers::Timestamp)
}

fn by_block(settings: &Settings) -> HmacRule {
    let paths = |fields: &[&'static str]| {
        Place::Field(BLOCKS.iter().flat_map(|block| fields.iter().map(|field| vec![*block, *field])).collect())
    };
    let timestamp = freshness(settings, paths(&BLOCK_TIMES));
    let signature = paths(&["signature"]);
    HmacRule { weak_key: true, ..rule(signature, Message::Timestamp, Some(timestamp), Covers::Timestamp) }
}

fn by_body(settings: &Settings) -> HmacRule {
    rule(header(settings, "signature_header", "signature"), Message::Body, None, Covers::Body)
}
