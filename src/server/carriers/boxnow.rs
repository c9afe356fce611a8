//! BOX NOW lockers (Greece, Cyprus, Bulgaria, Croatia): CloudEvents whose `data` alone is signed.
//!
//! Facts from BOX NOW's webhook guide and Partner API: HMAC-SHA256 over the raw bytes of `data`, hex in `datasignature`;
//! the key must be asked for. Without one a static header can be agreed on. Anything but 200 is retried for a day.
//! The identity of a parcel is taken from the signed `parcelId` only, never from the unsigned `subject`.

use super::settings::{self, advanced, field, options};
use super::{
    Carrier, ComposeFault, Composed, Journey, OutgoingRequest, RegistrationAnswer, RegistrationContext,
    RegistrationPlan, Settings, TestEvent,
};
use crate::server::signature::{HeaderRule, HmacRule, Message, MessageKeyRule, Place, ProofRule, Scheme, Written};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::delivery::Covers;
use crate::tracking::endpoint::{CarrierFacts, FieldKind, SecretField, SecretName, SettingField};
use crate::tracking::event::Reading;
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::mapping::{DefaultRow, InContext, Target};
use crate::tracking::registration::RegistrationAct;
use crate::tracking::status::{Confidence, ParcelFlag, Reason, Status, Substatus};
use serde_json::{Value, json};

mod composing;
mod reading;
mod registering;
#[cfg(test)]
mod tests;

/// Where its times are shown; the payload itself is UTC.
const ZONE: &str = "Europe/Athens";

/// Where the Partner API is, in Greece.
const BASE_URL: &str = "https://api-production.boxnow.gr";

/// The header proposed to BOX NOW where a static header is agreed on.
const HEADER: &str = "X-BoxNow-Token";

/// Delivered while a return is only announced; back with the sender once it is under way.
const RETURNING: DeliveredWhileReturning = DeliveredWhileReturning::ByAnnouncement;

/// See the module.
pub struct BoxNow;

impl Carrier for BoxNow {
    fn id(&self) -> CarrierId {
        CarrierId::Boxnow
    }

    fn facts(&self) -> CarrierFacts {
        CarrierFacts {
            id: CarrierId::Boxnow,
            name: CarrierId::Boxnow.label().into(),
            proof: "Signs the data part of the body (HMAC-SHA256, field datasignature); the envelope around it is not \
                    protected. A static header can stand in for it."
                .into(),
            retries: "About every ten minutes until 24 hours after the event.".into(),
            default_zone: ZONE.into(),
            caution: Some(
                "BOX NOW gives the integrity key only on request; without it messages are not signed.".into(),
            ),
            settings: schema(),
            secrets: secrets(),
            test_events: composing::kinds(),
            signs: true,
        }
    }

    fn scheme(&self, settings: &Settings, _stored: &[SecretName]) -> Scheme {
        let hmac = HmacRule {
            signature: Place::Field(vec![vec!["datasignature"]]),
            prefixes: vec!["sha256="],
            message: Message::Slice(vec!["data"]),
            timestamp: None,
            covers: Covers::Data,
            required: true,
            weak_key: false,
            written: Written::LowerHex,
        };
        let header = HeaderRule { header: settings::text(settings, "header_name").unwrap_or(HEADER).to_owned() };
        let (name, proof) = match settings::text(settings, "proof") {
            Some("header") => (format!("static header {}", header.header), ProofRule::Header(header)),
            Some("either") => (
                format!("hmac-sha256 over data, field datasignature, or static header {}", header.header),
                ProofRule::Either(hmac, header),
            ),
            _ => ("hmac-sha256 over data, field datasignature".to_owned(), ProofRule::Hmac(hmac)),
        };
        Scheme {
            name,
            proof,
            account: None,
            other_modes: Vec::new(),
            agree: Some((vec!["subject"], vec!["data", "parcelId"])),
        }
    }

    fn message_key(&self) -> MessageKeyRule {
        MessageKeyRule::Fields { fields: vec![vec!["source"], vec!["id"]], slice: vec!["data"], attempt: None }
    }

    fn policy(&self, settings: &Settings) -> Policy {
        settings::policy(settings, RETURNING)
    }

    fn read(&self, body: &[u8], settings: &Settings) -> Reading {
        reading::read(body, settings::zone(settings))
    }

    fn plain_fields(&self) -> &'static [&'static str] {
        &[
            "specversion",
            "type",
            "source",
            "subject",
            "id",
            "time",
            "datacontenttype",
            "parcelid",
            "parcelstate",
            "parcelreferencenumber",
            "ordernumber",
            "event",
            "displayname",
        ]
    }

    fn default_rows(&self) -> Vec<DefaultRow> {
        rows()
    }

    fn compose(&self, event: &TestEvent, _settings: &Settings) -> Result<Composed, ComposeFault> {
        composing::compose(event)
    }

    fn sample_number(&self, nonce: &str) -> String {
        let digits: String = nonce.bytes().take(9).map(|b| char::from(b'0' + b % 10)).collect();
        format!("9{digits}")
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
        "proof",
        "Proof of origin",
        "What a delivery must bring; a static header proves less than a signature.",
        FieldKind::Choice {
            options: options(&[
                ("signature", "The signature over the data"),
                ("header", "A static header"),
                ("either", "Either of them"),
            ]),
        },
        json!("signature"),
    ));
    schema.push(field(
        "header_name",
        "Header name",
        "The static header agreed with BOX NOW, where one is used.",
        FieldKind::HeaderName,
        json!(HEADER),
    ));
    schema.push(advanced(field(
        "webhook_api",
        "Register through the Partner API",
        "BOX NOW has announced this interface but not published it; leave it off unless they gave it to you.",
        FieldKind::Flag,
        json!(false),
    )));
    schema.push(advanced(field(
        "partner_id",
        "Partner id",
        "Sent as X-PartnerID; needed where one account has several partners.",
        FieldKind::Text { max_length: 100 },
        Value::Null,
    )));
    schema.push(advanced(field(
        "base_url",
        "Base URL",
        "Where the Partner API is reached; it differs by country.",
        FieldKind::Url,
        json!(BASE_URL),
    )));
    schema
}

fn secrets() -> Vec<SecretField> {
    let secret = |name, label: &str, help: &str| SecretField {
        name,
        label: label.into(),
        help: help.into(),
        min_length: 8,
        max_length: 512,
        can_generate: false,
    };
    vec![
        secret(SecretName::Secret, "Integrity key", "From BOX NOW, on request; their signatures are checked with it."),
        secret(SecretName::HeaderValue, "Header value", "The value of the static header agreed with BOX NOW."),
        secret(SecretName::ClientId, "Client id", "Of the Partner API; only for registering by program."),
        secret(SecretName::ClientSecret, "Client secret", "Of the Partner API; only for registering by program."),
    ]
}

/// Events and states are two vocabularies: `event:` counts, `state:` only where the event has no row.
fn rows() -> Vec<DefaultRow> {
    use Confidence::{High, Medium};
    let row = |key, target, confidence, note| DefaultRow { key, target, confidence, note };
    let new = Target::status(Status::InfoReceived, Substatus::LabelCreated);
    let depot = Target::status(Status::InTransit, Substatus::ArrivedFacility);
    let locker = Target::status(Status::AvailableForPickup, Substatus::AtLocker);
    let delivered = Target::status(Status::Delivered, Substatus::CollectedByRecipient);
    let returned = Target::status(Status::Returned, Substatus::ToSender);
    let cancelled = Target::status(Status::Cancelled, Substatus::BySender);
    let customer_return = Target::status(Status::Returning, Substatus::CustomerReturn);
    let moving = Target::status(Status::InTransit, Substatus::Moving);
    let lost = Target::status(Status::Exception, Substatus::Lost).because(Reason::CarrierLost);
    let missing = Target::status(Status::Exception, Substatus::CollectionFailed)
        .because(Reason::CarrierCouldNotCollect)
        .in_context(InContext::Missing);
    let expired = Target::status(Status::Exception, Substatus::Unclaimed)
        .because(Reason::ConsigneeUnclaimed)
        .flagging(ParcelFlag::ReturnExpected);
    vec![
        row("event:new", new.clone(), High, "Parcel has been registered to the system"),
        row(
            "event:accepted-to-locker",
            Target::status(Status::InTransit, Substatus::Accepted),
            Medium,
            "Parcel has been accepted from customer and will be sent to the recipient",
        ),
        row("event:in-depot", depot.clone(), High, "Parcel is in one of our warehouses"),
        row(
            "event:final-destination",
            locker.clone(),
            High,
            "Parcel has reached its final destination, waiting for pickup",
        ),
        row("event:delivered", delivered.clone(), High, "Parcel has been delivered"),
        row("event:expired", expired, High, "Parcel expired and will be returned to the sender"),
        row("event:returned", returned.clone(), High, "Parcel has been returned to the sender"),
        row("event:canceled", cancelled.clone(), High, "Parcel order had been canceled by the sender"),
        row("event:cancelled", cancelled.clone(), High, "The same, in the other spelling"),
        row(
            "event:accepted-for-return",
            customer_return.clone(),
            High,
            "Parcel has been accepted from customer and will be returned to the sender",
        ),
        row("event:missing", missing.clone(), High, "Pickup courier was unable to obtain the parcel for delivery"),
        row("event:lost", lost.clone(), High, "Parcel is lost"),
        row("state:new", new, Medium, "State, read only where the event is unknown"),
        row("state:intransit", moving.clone(), Medium, ""),
        row("state:in-transit", moving, Medium, ""),
        row("state:in-depot", depot, Medium, ""),
        row("state:wait-for-load", Target::status(Status::InfoReceived, Substatus::AwaitingHandover), Medium, ""),
        row("state:in-final-destination", locker, Medium, ""),
        row("state:delivered", delivered, Medium, ""),
        row("state:accepted-for-return", customer_return, Medium, ""),
        row("state:expired-return", Target::status(Status::Returning, Substatus::ReturnAnnounced), Medium, ""),
        row("state:returned", returned, Medium, ""),
        row("state:canceled", cancelled.clone(), Medium, ""),
        row("state:cancelled", cancelled, Medium, ""),
        row("state:lost", lost, Medium, ""),
        row("state:missing", missing, Medium, ""),
    ]
}
