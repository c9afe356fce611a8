//! Rows of parcels and shipments as the queries give them.

use crate::server::store::error::StoreError;
use crate::server::store::{mask, row};
use crate::tracking::parcel::{Milestones, Parcel, ShipmentSummary};
use crate::tracking::status::{ParcelFlag, Status};
use crate::tracking::why::Why;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(super) struct ParcelRow {
    id: String,
    pub shipment_id: String,
    endpoint_id: String,
    endpoint_label: String,
    zone: Option<String>,
    carrier: String,
    is_test: bool,
    tags: String,
    number: String,
    piece_no: i64,
    piece: Option<String>,
    listed: Option<String>,
    status: String,
    substatus: Option<String>,
    reason: Option<String>,
    status_since: Option<i64>,
    head_event: Option<String>,
    explanation: String,
    why: Option<String>,
    transit_s: Option<i64>,
    leg: i64,
    legs: String,
    episodes: String,
    flags: String,
    action_required: bool,
    info_received_at: Option<i64>,
    accepted_at: Option<i64>,
    first_out_for_delivery_at: Option<i64>,
    first_attempt_at: Option<i64>,
    delivered_at: Option<i64>,
    returning_at: Option<i64>,
    returned_at: Option<i64>,
    last_event_at: Option<i64>,
    attempts: i64,
    last_event_text: Option<String>,
    last_event_place: Option<String>,
    events_count: i64,
    details: String,
    refs: String,
    proofs: String,
    created_at: i64,
    updated_at: i64,
    registered_at: Option<i64>,
    #[sqlx(flatten)]
    silence: SilenceColumns,
    #[sqlx(flatten)]
    shipment: ShipmentColumns,
}

#[derive(sqlx::FromRow)]
struct SilenceColumns {
    stalled: bool,
    expired: bool,
}

#[derive(sqlx::FromRow)]
pub(super) struct ShipmentColumns {
    shown: bool,
    pieces: i64,
    delivered: i64,
    signed_for: i64,
    roll_up: String,
    summary: String,
}

impl ShipmentColumns {
    pub fn summary_of(self, id: Uuid, number: String) -> ShipmentSummary {
        ShipmentSummary {
            id,
            number,
            pieces: row::small(self.pieces),
            delivered: row::small(self.delivered),
            signed_for: row::small(self.signed_for),
            roll_up: self.roll_up,
            summary: self.summary,
        }
    }
}

impl ParcelRow {
    pub fn id(&self) -> &str {
        &self.id
    }

    fn milestones(&self) -> Milestones {
        Milestones {
            info_received_at: row::time_opt(self.info_received_at),
            accepted_at: row::time_opt(self.accepted_at),
            first_out_for_delivery_at: row::time_opt(self.first_out_for_delivery_at),
            first_attempt_at: row::time_opt(self.first_attempt_at),
            delivered_at: row::time_opt(self.delivered_at),
            returning_at: row::time_opt(self.returning_at),
            returned_at: row::time_opt(self.returned_at),
            last_event_at: row::time_opt(self.last_event_at),
            transit_seconds: self.transit_s,
        }
    }

    fn source(&self) -> &'static str {
        match (self.is_test, self.registered_at) {
            (true, _) => "test",
            (false, Some(_)) => "operator",
            (false, None) => "webhook",
        }
    }
}

impl TryFrom<ParcelRow> for Parcel {
    type Error = StoreError;
    fn try_from(row: ParcelRow) -> Result<Self, StoreError> {
        let status: Status = row::word(&row.status)?;
        let mut flags: Vec<ParcelFlag> = row::json(&row.flags)?;
        if row.silence.stalled && !flags.contains(&ParcelFlag::Stalled) {
            flags.push(ParcelFlag::Stalled);
        }
        let shown = row.shipment.shown;
        let head_event = row::id_opt(row.head_event.as_deref())?;
        // Words of other rules than today's: such a row is folded again soon, and shown meanwhile.
        let why: Option<Why> = row.why.as_deref().and_then(|text| row::json(text).ok());
        Ok(Self {
            id: row::id(&row.id)?,
            carrier: row::word(&row.carrier)?,
            endpoint: row::id(&row.endpoint_id)?,
            milestones: row.milestones(),
            source: row.source().to_owned(),
            shipment: shown
                .then(|| Ok::<_, StoreError>(row.shipment.summary_of(row::id(&row.shipment_id)?, row.number.clone())))
                .transpose()?,
            endpoint_label: row.endpoint_label,
            number: row.number,
            piece: row.piece,
            piece_no: row::small(row.piece_no),
            status,
            substatus: row::word_opt(row.substatus.as_deref())?,
            reason: row::word_opt(row.reason.as_deref())?,
            status_since: row::time_opt(row.status_since),
            last_event_at: row::time_opt(row.last_event_at),
            last_event_text: row.last_event_text,
            last_event_place: row.last_event_place,
            leg: row::small(row.leg),
            expired: row.silence.expired,
            action_required: row.action_required || (status == Status::AvailableForPickup && row.silence.stalled),
            flags,
            attempts: row::small(row.attempts),
            references: row::json(&row.refs)?,
            events_count: row::small(row.events_count),
            is_test: row.is_test,
            head_event,
            why: why.unwrap_or_else(|| Why::unknown(head_event, row.explanation.clone())),
            tags: row::json(&row.tags)?,
            explanation: row.explanation,
            legs: row::json(&row.legs)?,
            episodes: row::json(&row.episodes)?,
            proofs: mask::proofs(row::json(&row.proofs)?),
            listed: row::json_opt(row.listed.as_deref())?,
            details: row::json(&row.details)?,
            recipient: None,
            zone: row.zone.unwrap_or_else(|| "UTC".to_owned()),
            created_at: row::time(row.created_at),
            updated_at: row::time(row.updated_at),
        })
    }
}
