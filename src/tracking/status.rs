//! Status, substatus, reason, and the other closed lists of the vocabulary.
//!
//! Every list is one `vocabulary!` table: the word (JSON, database, URLs) and the label (pages).

/// A word that is not in its closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is not a known {list}")]
pub struct UnknownWord {
    /// Which list was asked.
    pub list: &'static str,
    /// What was asked for.
    pub word: String,
}

impl UnknownWord {
    /// Names the list and the word that is missing in it.
    pub fn new(list: &'static str, word: &str) -> Self {
        Self { list, word: word.chars().take(80).collect() }
    }
}

/// Declares a closed list: variants with their word and label, plus `ALL`, `as_str`, `label`, `Display`, `FromStr`.
macro_rules! vocabulary {
    ($(#[doc = $doc:literal])* $name:ident, $list:literal: $($variant:ident = $word:literal, $label:literal;)+) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $label] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// The whole list, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in JSON, the database and URLs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The words on pages.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }

        // Derived, the schema would name the variants instead of the words.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some(concat!($($doc),*).trim()))
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::tracking::status::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::tracking::status::UnknownWord::new($list, other)),
                }
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// What a parcel is doing. `expired` (silence) is computed and never a status.
    Status, "status":
    Pending = "pending", "Pending";
    InfoReceived = "info_received", "Info received";
    InTransit = "in_transit", "In transit";
    OutForDelivery = "out_for_delivery", "Out for delivery";
    FailedAttempt = "failed_attempt", "Failed attempt";
    AvailableForPickup = "available_for_pickup", "Ready for pickup";
    Exception = "exception", "Exception";
    Returning = "returning", "Returning";
    Delivered = "delivered", "Delivered";
    Returned = "returned", "Returned";
    Cancelled = "cancelled", "Cancelled";
}

impl Status {
    /// Which of two events of the same minute rules (R4).
    pub fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::InfoReceived => 10,
            Self::InTransit => 30,
            Self::OutForDelivery => 50,
            Self::FailedAttempt => 55,
            Self::AvailableForPickup => 60,
            Self::Exception => 65,
            Self::Returning => 70,
            Self::Delivered => 90,
            Self::Returned => 91,
            Self::Cancelled => 92,
        }
    }

    /// Whether the journey is over.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Delivered | Self::Returned | Self::Cancelled)
    }

    /// The substatuses that may stand under this status, the usual one first.
    pub fn substatuses(self) -> &'static [Substatus] {
        use Substatus as S;
        match self {
            Self::Pending => &[S::NotFound, S::InvalidNumber],
            Self::InfoReceived => &[S::LabelCreated, S::AwaitingHandover, S::CollectionScheduled],
            Self::InTransit => &[
                S::Moving,
                S::Accepted,
                S::ArrivedFacility,
                S::DepartedFacility,
                S::ArrivedDeliveryDepot,
                S::ArrivedDestinationCountry,
                S::DepartedOriginCountry,
                S::CustomsProcessing,
                S::CustomsReleased,
                S::HandedToPartner,
                S::Rerouted,
                S::Delayed,
                S::Resumed,
            ],
            Self::OutForDelivery => &[S::OnVehicle, S::RecipientContacted, S::AppointmentSet, S::AtStop],
            Self::FailedAttempt => &[
                S::Other,
                S::RecipientAbsent,
                S::BusinessClosed,
                S::AddressProblem,
                S::NotContactable,
                S::AccessRestricted,
                S::CarrierFault,
            ],
            Self::AvailableForPickup => &[S::AtPickupPoint, S::AtLocker, S::AtDepot, S::ReminderSent],
            Self::Exception => &[
                S::Other,
                S::CustomsHold,
                S::Held,
                S::Damaged,
                S::Lost,
                S::AddressProblem,
                S::Refused,
                S::Unclaimed,
                S::Undeliverable,
                S::Missorted,
                S::CollectionFailed,
                S::Disposed,
            ],
            Self::Returning => &[S::ReturnMoving, S::ReturnAnnounced, S::CustomerReturn],
            Self::Delivered => {
                &[S::Confirmed, S::Signed, S::CollectedByRecipient, S::SafePlace, S::Neighbour, S::CodPaid]
            }
            Self::Returned => &[S::ToSender, S::ToSenderInferred],
            Self::Cancelled => &[S::BySender, S::ByCarrier, S::ExportOrImportEnded],
        }
    }

    /// Whether a reason may stand beside this state.
    pub fn takes_reason(self, substatus: Option<Substatus>) -> bool {
        matches!(self, Self::FailedAttempt | Self::Exception | Self::Returning)
            || (self == Self::InTransit && substatus == Some(Substatus::Delayed))
    }

    /// Whether a person should act on a parcel in this state, flags apart.
    pub fn action_required(self, substatus: Option<Substatus>) -> bool {
        use Substatus as S;
        match self {
            Self::Returning => true,
            Self::FailedAttempt => {
                matches!(substatus, Some(S::AddressProblem | S::NotContactable | S::Other))
            }
            Self::Exception => matches!(
                substatus,
                Some(
                    S::CustomsHold
                        | S::Held
                        | S::Damaged
                        | S::Lost
                        | S::AddressProblem
                        | S::Refused
                        | S::Unclaimed
                        | S::Undeliverable
                        | S::CollectionFailed
                )
            ),
            _ => false,
        }
    }
}

vocabulary! {
    /// The finer word under a status; which may stand under which is `Status::substatuses`.
    Substatus, "substatus":
    NotFound = "not_found", "Not found";
    InvalidNumber = "invalid_number", "Number looks wrong";
    LabelCreated = "label_created", "Label created";
    AwaitingHandover = "awaiting_handover", "Awaiting handover";
    CollectionScheduled = "collection_scheduled", "Collection scheduled";
    Accepted = "accepted", "Accepted by the carrier";
    Moving = "moving", "On the way";
    ArrivedFacility = "arrived_facility", "Arrived at a facility";
    DepartedFacility = "departed_facility", "Left a facility";
    ArrivedDeliveryDepot = "arrived_delivery_depot", "Arrived at the delivery depot";
    ArrivedDestinationCountry = "arrived_destination_country", "Arrived in the destination country";
    DepartedOriginCountry = "departed_origin_country", "Left the origin country";
    CustomsProcessing = "customs_processing", "In customs";
    CustomsReleased = "customs_released", "Released by customs";
    HandedToPartner = "handed_to_partner", "Handed to a partner";
    Rerouted = "rerouted", "Rerouted";
    Delayed = "delayed", "Delayed";
    Resumed = "resumed", "Moving again";
    OnVehicle = "on_vehicle", "On the vehicle";
    RecipientContacted = "recipient_contacted", "Recipient contacted";
    AppointmentSet = "appointment_set", "Appointment set";
    AtStop = "at_stop", "At the stop";
    RecipientAbsent = "recipient_absent", "Nobody there";
    BusinessClosed = "business_closed", "Business closed";
    AddressProblem = "address_problem", "Address problem";
    NotContactable = "not_contactable", "Recipient not reachable";
    AccessRestricted = "access_restricted", "No access";
    CarrierFault = "carrier_fault", "Carrier's fault";
    Other = "other", "Other";
    AtLocker = "at_locker", "At a locker";
    AtPickupPoint = "at_pickup_point", "At a pickup point";
    AtDepot = "at_depot", "At the depot";
    ReminderSent = "reminder_sent", "Reminder sent";
    CustomsHold = "customs_hold", "Held by customs";
    Held = "held", "Held";
    Damaged = "damaged", "Damaged";
    Lost = "lost", "Lost";
    Refused = "refused", "Refused";
    Unclaimed = "unclaimed", "Not collected in time";
    Undeliverable = "undeliverable", "Undeliverable";
    Missorted = "missorted", "Missorted";
    CollectionFailed = "collection_failed", "Collection failed";
    Disposed = "disposed", "Disposed of";
    ReturnAnnounced = "return_announced", "Return announced";
    ReturnMoving = "return_moving", "On the way back";
    CustomerReturn = "customer_return", "Customer return";
    Confirmed = "confirmed", "Confirmed";
    Signed = "signed", "Signed for";
    CollectedByRecipient = "collected_by_recipient", "Collected by the recipient";
    SafePlace = "safe_place", "Left in a safe place";
    Neighbour = "neighbour", "Left with a neighbour";
    CodPaid = "cod_paid", "Cash on delivery paid";
    ToSender = "to_sender", "Back with the sender";
    ToSenderInferred = "to_sender_inferred", "Back with the sender (inferred)";
    BySender = "by_sender", "By the sender";
    ByCarrier = "by_carrier", "By the carrier";
    ExportOrImportEnded = "export_or_import_ended", "Ended at the border";
}

vocabulary! {
    /// Why; the prefix says whose problem it is.
    Reason, "reason":
    ConsigneeAbsent = "consignee_absent", "Recipient absent";
    ConsigneeBusinessClosed = "consignee_business_closed", "Recipient's business closed";
    ConsigneeRefused = "consignee_refused", "Recipient refused";
    ConsigneeNotContactable = "consignee_not_contactable", "Recipient not reachable";
    ConsigneeWrongAddress = "consignee_wrong_address", "Wrong address";
    ConsigneeAccessRestricted = "consignee_access_restricted", "No access at the address";
    ConsigneeIdCheckFailed = "consignee_id_check_failed", "Identity check failed";
    ConsigneeRescheduleRequest = "consignee_reschedule_request", "Recipient asked for another day";
    ConsigneeNoCodPayment = "consignee_no_cod_payment", "Cash on delivery not paid";
    ConsigneeUnclaimed = "consignee_unclaimed", "Recipient did not collect";
    CarrierDamaged = "carrier_damaged", "Damaged by the carrier";
    CarrierLost = "carrier_lost", "Lost by the carrier";
    CarrierMissorted = "carrier_missorted", "Missorted by the carrier";
    CarrierOutOfTime = "carrier_out_of_time", "Carrier ran out of time";
    CarrierVehicleIssue = "carrier_vehicle_issue", "Carrier's vehicle";
    CarrierCouldNotCollect = "carrier_could_not_collect", "Carrier could not collect";
    ShipperCancelled = "shipper_cancelled", "Sender cancelled";
    ShipperNotReady = "shipper_not_ready", "Sender not ready";
    ShipperBadData = "shipper_bad_data", "Sender's data wrong";
    CustomsHold = "customs_hold", "Customs hold";
    CustomsDocuments = "customs_documents", "Customs wants documents";
    CustomsDutiesDue = "customs_duties_due", "Duties are due";
    ForceMajeureWeather = "force_majeure_weather", "Weather or unrest";
    Unknown = "unknown", "No reason given";
}

vocabulary! {
    /// What sort of line an event is. Only `status` and `operator` events move a parcel.
    Kind, "kind":
    Status = "status", "Status";
    Info = "info", "Details";
    Note = "note", "Note";
    Proof = "proof", "Proof";
    Location = "location", "Location";
    Operator = "operator", "Operator";
    System = "system", "System";
}

vocabulary! {
    /// Something about a parcel a person should know.
    ParcelFlag, "parcel flag":
    DeliveredContradicted = "delivered_contradicted", "Delivery contradicted";
    MovedAfterCancel = "moved_after_cancel", "Moved after cancelling";
    SourceDisagrees = "source_disagrees", "Source disagrees";
    PartialPod = "partial_pod", "Partly signed for";
    AggregatorGaveUp = "aggregator_gave_up", "Aggregator gave up";
    ReturnExpected = "return_expected", "Return expected";
    Withdrawn = "withdrawn", "Piece withdrawn";
    Stalled = "stalled", "Stalled";
}

vocabulary! {
    /// Something about an event a person should know.
    EventFlag, "event flag":
    ClockAhead = "clock_ahead", "Clock ahead";
    TimeDisagrees = "time_disagrees", "Times disagree";
    AfterDelivery = "after_delivery", "After delivery";
    AmbiguousTime = "ambiguous_time", "Time zone uncertain";
    ToConfirm = "to_confirm", "Mapping to confirm";
}

vocabulary! {
    /// How sure a mapping row is.
    Confidence, "confidence":
    High = "H", "Documented";
    Medium = "M", "Reasonable";
    Low = "L", "To confirm";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_substatus_stands_under_a_status() {
        for substatus in Substatus::ALL {
            assert!(
                Status::ALL.iter().any(|status| status.substatuses().contains(substatus)),
                "{substatus} stands nowhere"
            );
        }
    }

    #[test]
    fn words_survive_a_round_trip() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse::<Status>(), Ok(*status));
        }
        for reason in Reason::ALL {
            assert_eq!(reason.as_str().parse::<Reason>(), Ok(*reason));
        }
        assert!("expired".parse::<Status>().is_err(), "silence is not a status");
    }
}
