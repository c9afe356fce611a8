//! BEX Express, South Africa: signed envelopes of notifications about waybills.
//!
//! Facts from BEX's guide to webhooks and the `AspNetWebHooks` library BEX runs: HMAC-SHA256 over the body, `Id` constant
//! while `Attempt` counts up, three attempts in five minutes. Times are South African wall clock without a zone.

use super::settings::{self, advanced, field, options};
use super::{
    Carrier, ComposeFault, Composed, Journey, OutgoingRequest, RegistrationAnswer, RegistrationContext,
    RegistrationPlan, Settings, TestEvent,
};
use crate::server::signature::{HmacRule, Message, MessageKeyRule, Place, ProofRule, Scheme, Written};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::Covers;
use crate::tracking::endpoint::{CarrierFacts, FieldKind, SecretField, SecretName, SettingField};
use crate::tracking::event::Reading;
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::mapping::{DefaultRow, Target};
use crate::tracking::registration::RegistrationAct;
use crate::tracking::status::{Confidence, Kind, Status, Substatus};
use serde_json::{Value, json};

mod composing;
mod reading;
mod registering;
#[cfg(test)]
mod tests;

/// The zone of all its times; no daylight saving.
const ZONE: &str = "Africa/Johannesburg";

/// Where its webhook service is.
const BASE_URL: &str = "https://webhook.bex.co.za";

/// Back with the sender: BEX documents no code for a return.
const RETURNING: DeliveredWhileReturning = DeliveredWhileReturning::ReturnedInferred;

/// See the module.
pub struct Bex;

impl Carrier for Bex {
    fn id(&self) -> CarrierId {
        CarrierId::Bex
    }

    fn facts(&self) -> CarrierFacts {
        CarrierFacts {
            id: CarrierId::Bex,
            name: CarrierId::Bex.label().into(),
            proof: "Signs the whole body (HMAC-SHA256, header ms-signature): sender and content are proven.".into(),
            retries: "Three attempts within five minutes, then never again.".into(),
            default_zone: ZONE.into(),
            caution: Some("An outage of more than five minutes loses BEX events for good.".into()),
            settings: schema(),
            secrets: secrets(),
            test_events: composing::kinds(),
            signs: true,
        }
    }

    /// Its echo probe replaces the query.
    fn token_in_query(&self) -> bool {
        false
    }

    fn echo_parameter(&self) -> Option<&'static str> {
        Some("echo")
    }

    fn scheme(&self, _settings: &Settings, _stored: &[SecretName]) -> Scheme {
        Scheme {
            name: "hmac-sha256 over the body, header ms-signature".into(),
            proof: ProofRule::Hmac(HmacRule {
                signature: Place::Header(vec!["ms-signature".into()]),
                prefixes: vec!["sha256="],
                message: Message::Body,
                timestamp: None,
                covers: Covers::Body,
                required: true,
                weak_key: false,
                written: Written::UpperHexAfter("sha256="),
            }),
            account: None,
            other_modes: Vec::new(),
            agree: None,
        }
    }

    fn message_key(&self) -> MessageKeyRule {
        MessageKeyRule::Fields {
            fields: vec![vec!["Id"]],
            slice: vec!["Notifications"],
            attempt: Some(vec!["Attempt"]),
        }
    }

    fn policy(&self, settings: &Settings) -> Policy {
        settings::policy(settings, RETURNING)
    }

    fn read(&self, body: &[u8], settings: &Settings) -> Reading {
        reading::read(body, settings)
    }

    fn plain_fields(&self) -> &'static [&'static str] {
        &[
            "id",
            "attempt",
            "action",
            "waybillnumber",
            "attempteddate",
            "attemptedtime",
            "nondeliveryreason",
            "trackingdate",
            "trackingdescription",
            "trackingreference",
            "trackingtypeid",
            "notedate",
            "poddate",
            "podtime",
            "podpieces",
            "service",
            "insurancerequired",
            "insurancevalue",
            "actualweight",
            "volumetricweight",
            "chargeableweight",
            "baseratetotal",
            "surchargestotal",
            "subtotal",
            "vat",
            "totalcharges",
            "parcelbarcodenumber",
            "dimension1",
            "dimension2",
            "dimension3",
            "weight",
        ]
    }

    fn default_rows(&self) -> Vec<DefaultRow> {
        rows()
    }

    fn compose(&self, event: &TestEvent, settings: &Settings) -> Result<Composed, ComposeFault> {
        composing::compose(event, settings::zone(settings))
    }

    fn sample_number(&self, nonce: &str) -> String {
        let digits: String = nonce.bytes().take(7).map(|b| char::from(b'0' + b % 10)).collect();
        format!("TST{digits}")
    }

    fn journeys(&self) -> &'static [Journey] {
        composing::JOURNEYS
    }

    fn registration_plan(&self, context: &RegistrationContext<'_>) -> RegistrationPlan {
        registering::plan(context)
    }

    fn registration_request(
        &self,
        act: RegistrationAct,
        context: &RegistrationContext<'_>,
    ) -> Result<Vec<OutgoingRequest>, String> {
        registering::request(act, context)
    }

    fn registration_answer(
        &self,
        act: RegistrationAct,
        context: &RegistrationContext<'_>,
        status: u16,
        body: &[u8],
    ) -> Result<RegistrationAnswer, String> {
        registering::answer(act, context, status, body)
    }
}

fn schema() -> Vec<SettingField> {
    let mut schema = settings::common(ZONE, RETURNING);
    schema.push(field(
        "filters",
        "Events to subscribe to",
        "Asked for at the next registration; none chosen means all of them.",
        FieldKind::Choices {
            options: options(&[
                ("tracking_event", "Tracking events"),
                ("pod", "Proofs of delivery"),
                ("attempted_delivery", "Delivery attempts"),
                ("waybill_note", "Notes"),
                ("waybill_update", "Waybill details"),
            ]),
        },
        json!([]),
    ));
    schema.push(field(
        "delivery_branches",
        "Branches that deliver",
        "Names as they stand in “Arrived at … branch”, separated by commas: an arrival there is one at the delivery depot.",
        FieldKind::Text { max_length: 500 },
        Value::Null,
    ));
    schema.push(advanced(field(
        "noecho",
        "Register without the echo probe",
        "Adds ?noecho to the registered address, so that BEX does not probe it first.",
        FieldKind::Flag,
        json!(false),
    )));
    schema.push(advanced(field(
        "base_url",
        "Base URL",
        "Where BEX's webhook service is reached.",
        FieldKind::Url,
        json!(BASE_URL),
    )));
    schema
}

fn secrets() -> Vec<SecretField> {
    vec![
        SecretField {
            name: SecretName::Secret,
            label: "Webhook secret".into(),
            help: "32 to 64 characters, our choice; BEX is told it at registration and signs with it.".into(),
            min_length: 32,
            max_length: 64,
            can_generate: true,
        },
        SecretField {
            name: SecretName::ApiKey,
            label: "WebHook API key".into(),
            help: "From BEX's IT department; needed to register, not to receive.".into(),
            min_length: 8,
            max_length: 256,
            can_generate: false,
        },
    ]
}

fn rows() -> Vec<DefaultRow> {
    use Confidence::{High, Medium};
    let row = |key, target, confidence, note| DefaultRow { key, target, confidence, note };
    // Substatus and reason of an attempt stand in its text; what is here holds where the text says nothing.
    let attempt =
        || Target { substatus: None, ..Target::status(Status::FailedAttempt, Substatus::Other) }.refined_by_text();
    vec![
        row(
            "tracking_event:13",
            Target::status(Status::InfoReceived, Substatus::LabelCreated),
            High,
            "Shipment integrated into our system.",
        ),
        row(
            "tracking_event:1",
            Target::status(Status::InTransit, Substatus::Accepted),
            Medium,
            "Shipment handed to courier.",
        ),
        row(
            "tracking_event:4",
            Target::status(Status::InTransit, Substatus::DepartedFacility),
            High,
            "Shipment departed XYZ branch/depot.",
        ),
        row(
            "tracking_event:5",
            Target::status(Status::InTransit, Substatus::ArrivedFacility),
            High,
            "Shipment arrived at XYZ branch/depot.",
        ),
        row(
            "tracking_event:5:destination",
            Target::status(Status::InTransit, Substatus::ArrivedDeliveryDepot),
            High,
            "Shipment arrived at a branch that delivers (see the endpoint's settings).",
        ),
        row(
            "tracking_event:7",
            Target::status(Status::OutForDelivery, Substatus::OnVehicle),
            High,
            "Shipment loaded onto vehicle for delivery.",
        ),
        row("tracking_event:9", attempt(), High, "Delivery attempt failed because (reason variable)"),
        row("attempted_delivery", attempt(), High, "Attempted delivery; the reason is in NonDeliveryReason"),
        row(
            "pod",
            Target { substatus: None, ..Target::status(Status::Delivered, Substatus::Confirmed) }.refined_by_text(),
            High,
            "Proof of delivery; signed when it names a signee",
        ),
        row("waybill_update", Target::silent(Kind::Info).weak(), High, "Details of the waybill and its pieces"),
        row("waybill_note", Target::silent(Kind::Note), High, "A note"),
    ]
}
