//! FAST Logistics TMS: one check-in of a vehicle, shared by every shipment on it. Nothing is signed.
//!
//! Only check-in type 17 is documented, so no mapping rows ship: structural rules decide (status model 4.3) until an
//! operator maps a type, a type with a delivery exception, or a name. Absent on purpose: fetching check-in photos.

use super::settings::{self, field};
use super::{
    Carrier, ComposeFault, Composed, Journey, PlannedStep, RegistrationContext, RegistrationPlan, Settings, TestEvent,
};
use crate::server::signature::{AccountRule, ProofRule, Scheme};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::endpoint::{CarrierFacts, FieldKind, SecretName};
use crate::tracking::event::Reading;
use crate::tracking::fold::{DeliveredWhileReturning, Policy};
use crate::tracking::mapping::DefaultRow;
use crate::tracking::registration::Handout;
use serde_json::json;

mod composing;
mod reading;
mod rules;
#[cfg(test)]
mod tests;

/// Neither the document nor a client names it; the Philippines have one zone.
const ZONE: &str = "Asia/Manila";

/// FAST Logistics.
pub struct Fast;

impl Carrier for Fast {
    fn id(&self) -> CarrierId {
        CarrierId::Fast
    }

    fn facts(&self) -> CarrierFacts {
        let mut settings = settings::common(ZONE, DeliveredWhileReturning::ReturnedInferred);
        settings.push(field(
            "customer_ids",
            "Customer ids",
            "Only deliveries for these customers are taken; empty means any.",
            FieldKind::Integers,
            json!([]),
        ));
        CarrierFacts {
            id: self.id(),
            name: self.id().label().into(),
            proof: "Nothing is signed: the secret URL, and the customer id where ids are set, are all there is.".into(),
            retries: "Every 15 minutes, 96 times (24 hours); then FAST investigates by hand. Only 200 counts.".into(),
            default_zone: ZONE.into(),
            caution: Some(
                "Unsigned: whoever knows the URL can post. Only check-in type 17 is documented; map the others under \
                 Mappings as they come."
                    .into(),
            ),
            settings,
            secrets: Vec::new(),
            test_events: composing::kinds(),
            signs: false,
        }
    }

    fn scheme(&self, settings: &Settings, _stored: &[SecretName]) -> Scheme {
        let allowed = settings::texts(settings, "customer_ids");
        Scheme {
            name: "secret URL, nothing signed".into(),
            proof: ProofRule::UrlOnly,
            account: (!allowed.is_empty()).then(|| AccountRule { paths: vec![vec!["CustomerId"]], allowed }),
            other_modes: Vec::new(),
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
            "checkintypeid",
            "checkintypename",
            "checkindate",
            "checkintime",
            "checkinbusinessunitid",
            "dextypeid",
            "dextypename",
            "shipmentid",
            "waybillno",
            "customerdocuments",
        ]
    }

    fn default_rows(&self) -> Vec<DefaultRow> {
        Vec::new()
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
                step("open_form", "Open the registration form linked under “Events” in FAST's developer pages."),
                step("give_url", "Enter the address below; FAST posts JSON to HTTPS addresses only."),
                step("ask_for_types", "Ask for the list of check-in types and delivery exceptions, to map them here."),
                step("set_customers", "Enter your customer ids under Settings, so that others' data is refused."),
            ],
            acts: Vec::new(),
            handouts: vec![
                Handout { label: "Webhook address".into(), text: context.hook_url.into() },
                Handout {
                    label: "Message to FAST".into(),
                    text: format!(
                        "Please register this address for TMS status updates:\n\n{}\n\nIt takes POST with JSON and \
                         answers exactly 200. Please also send us the list of check-in types (CheckInTypeId with \
                         name) and delivery exceptions (DexTypeId with name), and the addresses you send from.",
                        context.hook_url
                    ),
                },
            ],
        }
    }
}
