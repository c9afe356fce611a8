//! POS Malaysia's codes as public integrators know them, and the families of our inquiry (status model 4.5).
//!
//! Keys: `event:EM013`, `event:LM_SUCCESS`, `event:RTO_*`, `event:out_for_delivery`, `event:customs:hold`, and
//! `process:<exact text, lower case>` where a row has no code. Never by part of a text, never by POS's `eventType`.

use crate::tracking::mapping::{DefaultRow, Target};
use crate::tracking::status::{Confidence, Kind, Reason, Status, Substatus};

use Confidence::{High, Low, Medium};

/// Names of the families in the inquiry, as normalised by [`family`].
pub const FAMILIES: [&str; 15] = [
    "collected",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "failed_attempt",
    "exception",
    "gps",
    "facility_arrival",
    "facility_departure",
    "hub_processing",
    "customs",
    "proof_of_delivery",
    "signature",
    "photo",
    "special_handling",
];

/// The family a code names, if it names one: `Out for Delivery` and `OUT_FOR_DELIVERY` are one.
pub fn family(code: &str) -> Option<&'static str> {
    let mut words = code.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next()?.to_lowercase();
    let joined = words.fold(first, |joined, word| format!("{joined}_{}", word.to_lowercase()));
    FAMILIES.into_iter().find(|family| *family == joined)
}

/// The details the inquiry tells apart in `exception` and `customs`.
pub fn detail(family: &str, text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let known: &[(&str, &str)] = match family {
        "exception" => &[("delay", "delay"), ("damag", "damage"), ("other", "other")],
        "customs" => &[("process", "processing"), ("releas", "released"), ("clear", "released"), ("h", "hold")],
        _ => &[],
    };
    let held = |text: &str| matches!(text, "hold" | "held" | "on_hold" | "on hold");
    known
        .iter()
        .find(|(stem, name)| if *name == "hold" { held(&text) } else { text.starts_with(stem) })
        .map(|(_, name)| *name)
}

/// Mapping keys of a code, the most specific first.
pub fn keys(code: &str, detail_text: Option<&str>) -> Vec<String> {
    if let Some(family) = family(code) {
        let detailed = detail_text.map(|text| match detail(family, text) {
            Some(detail) => format!("event:{family}:{detail}"),
            None => format!("event:{family}:{}", text.to_lowercase()),
        });
        let detailed = detailed.filter(|_| matches!(family, "exception" | "customs"));
        return detailed.into_iter().chain([format!("event:{family}")]).collect();
    }
    let code: String = code.split_whitespace().collect::<Vec<_>>().join("_").to_uppercase();
    let mut keys = vec![format!("event:{code}")];
    if let Some(rest) = code.strip_prefix("RTO").filter(|rest| rest.is_empty() || rest.starts_with(['_', '-'])) {
        if ["COMPLET", "DELIVER"].iter().any(|stem| rest.contains(stem)) && !rest.contains("UNDELIVER") {
            keys.push("event:RTO_*:completed".into());
        }
        keys.push("event:RTO_*".into());
    }
    keys
}

/// The key of a row that has a text and no code: exact, but for case and blanks.
pub fn process_key(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    format!("process:{}", text.trim_end_matches(['.', ' ']))
}

/// The rows that ship.
pub fn default_rows() -> Vec<DefaultRow> {
    let mut rows = families();
    rows.extend(webhook_codes());
    rows.extend(scan_codes());
    rows.extend(process_texts());
    rows
}

fn row(key: &'static str, target: Target, confidence: Confidence, note: &'static str) -> DefaultRow {
    DefaultRow { key, target, confidence, note }
}

fn status(
    key: &'static str,
    status: Status,
    substatus: Substatus,
    confidence: Confidence,
    note: &'static str,
) -> DefaultRow {
    row(key, Target::status(status, substatus), confidence, note)
}

fn attempt() -> Target {
    Target::status(Status::FailedAttempt, Substatus::Other).because(Reason::Unknown).refined_by_text()
}

fn hold(reason: Reason) -> Target {
    Target::status(Status::Exception, Substatus::CustomsHold).because(reason)
}

/// The fourteen events of the inquiry.
fn families() -> Vec<DefaultRow> {
    use Status as T;
    use Substatus as S;
    let damage = Target::status(T::Exception, S::Damaged).because(Reason::CarrierDamaged);
    vec![
        status("event:collected", T::InTransit, S::Accepted, Medium, "collected from the sender"),
        status("event:in_transit", T::InTransit, S::Moving, Medium, "in transit"),
        status("event:out_for_delivery", T::OutForDelivery, S::OnVehicle, Medium, "out for delivery"),
        status("event:delivered", T::Delivered, S::Confirmed, Medium, "delivered"),
        row("event:failed_attempt", attempt(), Medium, "failed delivery attempt"),
        status("event:exception", T::Exception, S::Other, Medium, "exception"),
        status("event:exception:delay", T::InTransit, S::Delayed, Medium, "exception: delay"),
        row("event:exception:damage", damage, Medium, "exception: damage"),
        status("event:exception:other", T::Exception, S::Other, Medium, "exception: other"),
        row("event:gps", Target::silent(Kind::Location), Medium, "GPS position"),
        status("event:facility_arrival", T::InTransit, S::ArrivedFacility, Medium, "arrived at a facility"),
        status("event:facility_departure", T::InTransit, S::DepartedFacility, Medium, "left a facility"),
        status("event:hub_processing", T::InTransit, S::ArrivedFacility, Medium, "processed at a hub"),
        status("event:customs", T::InTransit, S::CustomsProcessing, Medium, "in customs"),
        status("event:customs:processing", T::InTransit, S::CustomsProcessing, Medium, "in customs"),
        status("event:customs:released", T::InTransit, S::CustomsReleased, Medium, "released by customs"),
        row("event:customs:hold", hold(Reason::CustomsHold), Medium, "held by customs"),
        status("event:proof_of_delivery", T::Delivered, S::Confirmed, Medium, "proof of delivery"),
        status("event:signature", T::Delivered, S::Signed, Medium, "signature of the recipient"),
        status("event:photo", T::Delivered, S::Confirmed, Medium, "photo of the delivery"),
        row("event:special_handling", Target::silent(Kind::Note), Medium, "special handling"),
    ]
}

/// Codes of the flat webhook seen in a public receiver.
fn webhook_codes() -> Vec<DefaultRow> {
    use Status as T;
    use Substatus as S;
    let not_collected = Target::status(T::Exception, S::CollectionFailed).because(Reason::CarrierCouldNotCollect);
    vec![
        status("event:P_SUCCESS", T::InTransit, S::Accepted, Medium, "picked up"),
        row("event:P_FAILED", not_collected, Medium, "pickup failed"),
        status("event:LM_SUCCESS", T::Delivered, S::Confirmed, Medium, "delivered"),
        row("event:LM_FAIL", attempt(), Medium, "failed attempt"),
        row("event:LM_FAIL_FIRST", attempt(), Medium, "first failed attempt"),
        status("event:ARRIVAL_EXC", T::Exception, S::Other, Low, "exception at arrival"),
        status("event:HUB_EXC", T::Exception, S::Other, Low, "exception at a hub"),
        status("event:ITEM_EXC", T::Exception, S::Other, Low, "exception of the item"),
        status("event:SSE", T::Exception, S::Other, Low, "exception"),
        status("event:O_CAN", T::Cancelled, S::BySender, Medium, "order cancelled"),
        status("event:RTO_*", T::Returning, S::ReturnMoving, Low, "return to origin"),
        status("event:RTO_*:completed", T::Returned, S::ToSender, Low, "return to origin completed"),
    ]
}

/// Codes of the tracking-event list.
fn scan_codes() -> Vec<DefaultRow> {
    use Status as T;
    use Substatus as S;
    let mut rows = Vec::new();
    let groups: &[(&[&'static str], Status, Substatus, Confidence, &'static str)] = &[
        (
            &[
                "event:EM001",
                "event:EM004",
                "event:EM006",
                "event:EM059",
                "event:EM073",
                "event:EM088",
                "event:SC51",
                "event:SC54",
                "event:EM091",
            ],
            T::InTransit,
            S::Accepted,
            Medium,
            "collected from the sender",
        ),
        (&["event:EM090"], T::InTransit, S::Accepted, Medium, "taken from a drop box"),
        (&["event:EM092"], T::InTransit, S::Accepted, Low, "accepted after the cut-off"),
        (
            &["event:EM042", "event:EM046", "event:EM063", "event:EM097", "event:IB001"],
            T::InTransit,
            S::Moving,
            Medium,
            "in transit",
        ),
        (&["event:EM013", "event:EM080"], T::OutForDelivery, S::OnVehicle, Medium, "out for delivery"),
        (
            &["event:EM053", "event:EM066", "event:EM075", "event:EM999"],
            T::Delivered,
            S::Confirmed,
            Medium,
            "delivered",
        ),
        (&["event:EM034"], T::Exception, S::Other, Medium, "call us"),
        (
            &["event:EM076", "event:EM079", "event:EM086"],
            T::Exception,
            S::Held,
            Low,
            "held; may also mean waiting for collection",
        ),
        (
            &["event:EM003", "event:EM038", "event:EM100"],
            T::InTransit,
            S::ArrivedFacility,
            Medium,
            "arrived at a facility",
        ),
        (&["event:EM009"], T::InTransit, S::ArrivedFacility, Medium, "processed at a hub"),
        (
            &["event:EM012", "event:EM102", "event:EM025"],
            T::InTransit,
            S::ArrivedDeliveryDepot,
            Medium,
            "arrived at the delivery facility",
        ),
        (&["event:EM005", "event:EM010", "event:EM101"], T::InTransit, S::DepartedFacility, Medium, "left a facility"),
        (&["event:EM089"], T::InTransit, S::HandedToPartner, Medium, "handed to a partner"),
        (&["event:EM077", "event:EM083", "event:EM096"], T::InTransit, S::CustomsProcessing, Medium, "in customs"),
        (&["event:EM078", "event:EM085"], T::InTransit, S::CustomsReleased, Medium, "released by customs"),
        (
            &["event:EM000", "event:EM029", "event:AJ01", "event:AJ02"],
            T::InfoReceived,
            S::LabelCreated,
            Medium,
            "data received",
        ),
        (
            &["event:EM057", "event:EM062", "event:EM081"],
            T::AvailableForPickup,
            S::AtPickupPoint,
            Medium,
            "ready for collection",
        ),
        (&["event:SC50"], T::AvailableForPickup, S::AtLocker, Medium, "ready in a locker"),
        (&["event:EM064"], T::Returning, S::ReturnMoving, Medium, "on the way back"),
        (&["event:SC52"], T::Returning, S::ReturnMoving, Low, "may be a customer's return posting"),
        (&["event:EM065"], T::Returned, S::ToSender, Medium, "received by the sender"),
        (&["event:EM082", "event:EM087"], T::Cancelled, S::ExportOrImportEnded, Medium, "ended at the border"),
    ];
    for (keys, to, substatus, confidence, note) in groups {
        rows.extend(keys.iter().map(|key| status(key, *to, *substatus, *confidence, note)));
    }
    for key in ["event:EM014", "event:EM093", "event:EM094", "event:EM095"] {
        rows.push(row(key, attempt(), Medium, "failed delivery attempt"));
    }
    for key in ["event:EM040", "event:EM084"] {
        rows.push(row(key, hold(Reason::CustomsHold), Medium, "held by customs"));
    }
    let lost = Target::status(T::Exception, S::Lost).because(Reason::CarrierLost);
    let unclaimed = Target::status(T::Exception, S::Unclaimed).because(Reason::ConsigneeUnclaimed);
    rows.extend([
        row("event:EM020", lost, Medium, "untraceable"),
        row("event:EM098", hold(Reason::CustomsDocuments), Medium, "customs wants documents"),
        row("event:EM099", hold(Reason::CustomsDutiesDue), Medium, "duties are due"),
        row("event:SC53", unclaimed, Medium, "time in the locker is over"),
    ]);
    rows
}

/// Exact texts, for rows without a code.
fn process_texts() -> Vec<DefaultRow> {
    use Status as T;
    use Substatus as S;
    vec![
        status("process:delivery success", T::Delivered, S::Confirmed, High, "text of the details API"),
        status("process:item picked up", T::InTransit, S::Accepted, Medium, "text of 2020"),
        status("process:item dispatched out", T::InTransit, S::DepartedFacility, Medium, "text of 2020"),
        status("process:item processed", T::InTransit, S::ArrivedFacility, Medium, "text of 2020"),
        status(
            "process:consignment dispatch out from transit office",
            T::InTransit,
            S::DepartedFacility,
            Medium,
            "text of 2020",
        ),
        status("process:arrive at delivery facility at", T::InTransit, S::ArrivedDeliveryDepot, Medium, "text of 2020"),
        status("process:item out for delivery", T::OutForDelivery, S::OnVehicle, Medium, "text of 2020"),
    ]
}
