//! The mapping tables that ship, row by row: what each code means, how sure that is, and nothing beside.

use parcelwire::server::carriers::{CARRIERS, carrier};
use parcelwire::tracking::carrier_id::CarrierId;
use parcelwire::tracking::mapping::{DefaultRow, InContext, Target};
use parcelwire::tracking::status::{Confidence, Kind, ParcelFlag, Reason};
use std::collections::BTreeMap;

/// `keys → status.substatus [reason] [word…]  confidence`, one meaning a line.
const BEX: &str = "
tracking_event:13 → info_received.label_created H
tracking_event:1 → in_transit.accepted M
tracking_event:4 → in_transit.departed_facility H
tracking_event:5 → in_transit.arrived_facility H
tracking_event:5:destination → in_transit.arrived_delivery_depot H
tracking_event:7 → out_for_delivery.on_vehicle H
tracking_event:9 attempted_delivery → failed_attempt from_text H
pod → delivered from_text H
waybill_update → info weak H
waybill_note → note H
";

const BOXNOW: &str = "
event:new → info_received.label_created H
event:accepted-to-locker → in_transit.accepted M
event:in-depot → in_transit.arrived_facility H
event:final-destination → available_for_pickup.at_locker H
event:delivered → delivered.collected_by_recipient H
event:expired → exception.unclaimed consignee_unclaimed return_expected H
event:returned → returned.to_sender H
event:canceled event:cancelled → cancelled.by_sender H
event:accepted-for-return → returning.customer_return H
event:missing → exception.collection_failed carrier_could_not_collect missing H
event:lost → exception.lost carrier_lost H
state:new → info_received.label_created M
state:intransit state:in-transit → in_transit.moving M
state:in-depot → in_transit.arrived_facility M
state:wait-for-load → info_received.awaiting_handover M
state:in-final-destination → available_for_pickup.at_locker M
state:delivered → delivered.collected_by_recipient M
state:accepted-for-return → returning.customer_return M
state:expired-return → returning.return_announced M
state:returned → returned.to_sender M
state:canceled state:cancelled → cancelled.by_sender M
state:lost → exception.lost carrier_lost M
state:missing → exception.collection_failed carrier_could_not_collect missing M
";

const TRACKINGMORE: &str = "
pending pending:pending001 pending:pending005 notfound notfound:notfound002 → pending.not_found H
pending:pending002 pending:pending003 → pending.invalid_number H
pending:pending004 → info_received.awaiting_handover H
notfound:notfound001 inforeceived inforeceived:inforeceived001 → info_received.label_created H
transit transit:transit001 → in_transit.moving H
transit:transit002 → in_transit.arrived_facility H
transit:transit003 → in_transit.arrived_delivery_depot H
transit:transit004 → in_transit.arrived_destination_country H
transit:transit005 → in_transit.customs_released H
transit:transit006 → in_transit.departed_facility H
transit:transit007 → in_transit.departed_origin_country H
pickup pickup:pickup001 → out_for_delivery.on_vehicle H
pickup:pickup002 → available_for_pickup.at_pickup_point H
pickup:pickup003 → out_for_delivery.recipient_contacted H
delivered delivered:delivered001 → delivered.confirmed H
delivered:delivered002 → delivered.collected_by_recipient H
delivered:delivered003 → delivered.signed H
delivered:delivered004 → delivered.safe_place from_text H
undelivered:undelivered001 → failed_attempt.address_problem consignee_wrong_address H
undelivered:undelivered002 → failed_attempt.recipient_absent consignee_absent H
undelivered:undelivered003 → failed_attempt.not_contactable consignee_not_contactable H
undelivered undelivered:undelivered004 → failed_attempt.other unknown from_text H
exception:exception001 exception:exception002 exception:exception003 → info H
exception:exception004 → exception.unclaimed consignee_unclaimed H
exception exception:exception005 → exception.other H
exception:exception006 → exception.customs_hold customs_hold H
exception:exception007 → exception.lost carrier_lost from_text M
exception:exception008 → cancelled.by_sender H
exception:exception009 → exception.refused consignee_refused H
exception:exception010 → returned.to_sender H
exception:exception011 → returning.return_moving H
expired expired:expired001 → info aggregator_gave_up H
";

const POS_MALAYSIA: &str = "
event:collected EM001 EM004 EM006 EM059 EM073 EM088 SC51 SC54 EM090 EM091 P_SUCCESS → in_transit.accepted M
EM092 → in_transit.accepted L
event:in_transit EM042 EM046 EM063 EM097 IB001 → in_transit.moving M
event:out_for_delivery EM013 EM080 → out_for_delivery.on_vehicle M
event:delivered event:proof_of_delivery event:photo EM053 EM066 EM075 EM999 LM_SUCCESS → delivered.confirmed M
event:signature → delivered.signed M
event:failed_attempt EM014 EM093 EM094 EM095 LM_FAIL LM_FAIL_FIRST → failed_attempt.other unknown from_text M
event:exception:delay → in_transit.delayed M
event:exception:damage → exception.damaged carrier_damaged M
event:exception event:exception:other EM034 → exception.other M
EM020 → exception.lost carrier_lost M
EM076 EM079 EM086 → exception.held L
event:gps → location M
event:special_handling → note M
event:facility_arrival event:hub_processing EM003 EM038 EM100 EM009 → in_transit.arrived_facility M
EM012 EM102 EM025 → in_transit.arrived_delivery_depot M
event:facility_departure EM005 EM010 EM101 → in_transit.departed_facility M
EM089 → in_transit.handed_to_partner M
event:customs event:customs:processing EM077 EM083 EM096 → in_transit.customs_processing M
event:customs:released EM078 EM085 → in_transit.customs_released M
event:customs:hold EM040 EM084 → exception.customs_hold customs_hold M
EM098 → exception.customs_hold customs_documents M
EM099 → exception.customs_hold customs_duties_due M
EM000 EM029 AJ01 AJ02 → info_received.label_created M
EM057 EM062 EM081 → available_for_pickup.at_pickup_point M
SC50 → available_for_pickup.at_locker M
SC53 → exception.unclaimed consignee_unclaimed M
EM064 → returning.return_moving M
SC52 RTO_* → returning.return_moving L
EM065 → returned.to_sender M
RTO_*:completed → returned.to_sender L
EM082 EM087 → cancelled.export_or_import_ended M
P_FAILED → exception.collection_failed carrier_could_not_collect M
ARRIVAL_EXC HUB_EXC ITEM_EXC SSE → exception.other L
O_CAN → cancelled.by_sender M
process:delivery_success → delivered.confirmed H
process:item_picked_up → in_transit.accepted M
process:item_dispatched_out process:consignment_dispatch_out_from_transit_office → in_transit.departed_facility M
process:item_processed → in_transit.arrived_facility M
process:arrive_at_delivery_facility_at → in_transit.arrived_delivery_depot M
process:item_out_for_delivery → out_for_delivery.on_vehicle M
";

fn target(words: &[&str]) -> Target {
    let mut target = if let Ok(kind) = words[0].parse::<Kind>() {
        Target::silent(kind)
    } else {
        let (status, substatus) = words[0].split_once('.').map_or((words[0], None), |(of, sub)| (of, Some(sub)));
        let substatus = substatus.map(|word| word.parse().expect("a substatus"));
        Target { status: Some(status.parse().expect("a status")), substatus, ..Target::silent(Kind::Status) }
    };
    for word in &words[1..] {
        match *word {
            "from_text" => target.from_text = true,
            "weak" => target.weak = true,
            "missing" => target.in_context = Some(InContext::Missing),
            "return_expected" => target.flag = Some(ParcelFlag::ReturnExpected),
            "aggregator_gave_up" => target.flag = Some(ParcelFlag::AggregatorGaveUp),
            reason => target.reason = Some(reason.parse::<Reason>().expect("a reason")),
        }
    }
    target
}

fn key_of(carrier: CarrierId, word: &str) -> String {
    let bare = carrier == CarrierId::PosMalaysia && !word.starts_with("event:") && !word.starts_with("process:");
    if bare { format!("event:{word}") } else { word.replace('_', if word.starts_with("process:") { " " } else { "_" }) }
}

#[test]
fn every_row_that_ships_means_what_the_tables_say() {
    let tables = [
        (CarrierId::Bex, BEX),
        (CarrierId::Boxnow, BOXNOW),
        (CarrierId::Trackingmore, TRACKINGMORE),
        (CarrierId::PosMalaysia, POS_MALAYSIA),
        (CarrierId::Fast, ""),
    ];
    assert_eq!(tables.len(), CARRIERS.len());
    for (id, table) in tables {
        let mut shipped: BTreeMap<String, DefaultRow> =
            carrier(id).default_rows().into_iter().map(|row| (row.key.to_owned(), row)).collect();
        assert_eq!(shipped.len(), carrier(id).default_rows().len(), "{id}: a key twice");
        for line in table.lines().filter(|line| !line.is_empty()) {
            let (keys, means) = line.split_once(" → ").expect("a meaning");
            let words: Vec<&str> = means.split(' ').collect();
            let (confidence, words) = words.split_last().expect("a confidence");
            for word in keys.split(' ') {
                let key = key_of(id, word);
                let row = shipped.remove(&key).unwrap_or_else(|| panic!("{id}: {key} does not ship"));
                assert_eq!(row.target, target(words), "{id}: {key}");
                assert_eq!(row.confidence, confidence.parse::<Confidence>().expect("a confidence"), "{id}: {key}");
                assert!(row.target.faults().is_empty(), "{id}: {key}: {:?}", row.target.faults());
            }
        }
        assert!(shipped.is_empty(), "{id}: not in the table: {:?}", shipped.keys());
    }
}
