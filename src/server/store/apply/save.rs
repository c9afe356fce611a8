//! Saving what the fold derived. Only what differs from the rows that are there is written.

use crate::server::secrets::sha256_hex;
use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::delivery::StateChange;
use crate::tracking::event::Reference;
use crate::tracking::fold::{DERIVATION_VERSION, Folded, FoldedParcel, Placed};
use crate::tracking::number::normalise;
use crate::tracking::status::{Reason, Status, Substatus};
use crate::tracking::time::Timestamp;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct ShipmentRow {
    endpoint_id: String,
    carrier: String,
    is_test: bool,
    number: String,
    number_norm: String,
    registered_refs: String,
    created_at: i64,
}

/// The placed columns of an event, for telling whether they changed.
#[derive(sqlx::FromRow, PartialEq)]
struct PlacedRow {
    id: String,
    piece: Option<String>,
    incarnation: i64,
    leg: i64,
    position: i64,
    effective_at: i64,
    late_seconds: i64,
    status: Option<String>,
    substatus: Option<String>,
    reason: Option<String>,
    flags: String,
    set_aside: Option<String>,
    retracted_at: Option<i64>,
}

impl PlacedRow {
    fn of(placed: &Placed) -> Result<Self, StoreError> {
        Ok(Self {
            id: placed.event.to_string(),
            piece: placed.piece.clone(),
            incarnation: placed.incarnation.into(),
            leg: placed.leg.into(),
            position: placed.position.into(),
            effective_at: placed.effective_at.millis(),
            late_seconds: placed.late_seconds,
            status: placed.status.map(|word| word.as_str().to_owned()),
            substatus: placed.substatus.map(|word| word.as_str().to_owned()),
            reason: placed.reason.map(|word| word.as_str().to_owned()),
            flags: row::to_json(&placed.flags)?,
            set_aside: placed.set_aside.clone(),
            retracted_at: placed.retracted_at.map(Timestamp::millis),
        })
    }
}

impl Tx {
    /// Saves the state of a number and says which parcels have another status than before.
    pub async fn save_folded(
        &mut self,
        shipment: Uuid,
        folded: &Folded,
        now: Timestamp,
    ) -> Result<Vec<StateChange>, StoreError> {
        let id = shipment.to_string();
        let owner: ShipmentRow = sqlx::query_as(
            "UPDATE shipments SET shown = $2, pieces = $3, delivered = $4, signed_for = $5, roll_up = $6, summary = $7,
               derivation_version = $8 WHERE id = $1
             RETURNING endpoint_id, carrier, is_test, number, number_norm, registered_refs, created_at",
        )
        .bind(&id)
        .bind(folded.shipment.shown)
        .bind(folded.shipment.pieces)
        .bind(folded.shipment.delivered)
        .bind(folded.shipment.signed_for)
        .bind(&folded.shipment.roll_up)
        .bind(&folded.shipment.summary)
        .bind(DERIVATION_VERSION)
        .fetch_one(&mut self.conn)
        .await?;
        self.save_placed(&id, &folded.placed).await?;

        let before: Vec<(String, String, String)> =
            sqlx::query_as("SELECT id, status, digest FROM parcels WHERE shipment_id = $1")
                .bind(&id)
                .fetch_all(&mut self.conn)
                .await?;
        let before: HashMap<String, (String, String)> =
            before.into_iter().map(|(id, status, digest)| (id, (status, digest))).collect();
        // Rows that are gone go first: their slot may be taken by another id.
        let staying: HashSet<String> = folded.parcels.iter().map(|parcel| parcel.id.to_string()).collect();
        for gone in before.keys().filter(|id| !staying.contains(*id)) {
            sqlx::query("DELETE FROM parcels WHERE id = $1").bind(gone).execute(&mut self.conn).await?;
        }
        let first_known = self.first_known(&id, owner.created_at).await?;
        let mut changes = Vec::new();
        for parcel in &folded.parcels {
            let known = before.get(&parcel.id.to_string());
            let since = first_known.get(&parcel.incarnation).copied().unwrap_or(owner.created_at);
            self.save_parcel(&id, &owner, parcel, since, known.map(|(_, digest)| digest.as_str()), now).await?;
            let was: Option<Status> = known.map(|(status, _)| row::word(status)).transpose()?;
            if was != Some(parcel.status) {
                changes.push(StateChange {
                    parcel: parcel.id,
                    number: owner.number.clone(),
                    before: was,
                    after: parcel.status,
                });
            }
        }
        self.index_number(&id).await?;
        Ok(changes)
    }

    async fn save_placed(&mut self, shipment: &str, placed: &[Placed]) -> Result<(), StoreError> {
        let known: Vec<PlacedRow> = sqlx::query_as(
            "SELECT id, piece, incarnation, leg, position, effective_at, late_seconds, status, substatus, reason, flags,
               set_aside, retracted_at FROM events WHERE shipment_id = $1",
        )
        .bind(shipment)
        .fetch_all(&mut self.conn)
        .await?;
        let known: HashMap<String, PlacedRow> = known.into_iter().map(|row| (row.id.clone(), row)).collect();
        for placed in placed {
            let new = PlacedRow::of(placed)?;
            if known.get(&new.id) == Some(&new) {
                continue;
            }
            sqlx::query(
                "UPDATE events SET piece = $2, piece_norm = $3, incarnation = $4, leg = $5, position = $6,
                   effective_at = $7, late_seconds = $8, status = $9, substatus = $10, reason = $11, flags = $12,
                   set_aside = $13, retracted_at = $14 WHERE id = $1",
            )
            .bind(&new.id)
            .bind(&new.piece)
            .bind(new.piece.as_deref().map(normalise))
            .bind(new.incarnation)
            .bind(new.leg)
            .bind(new.position)
            .bind(new.effective_at)
            .bind(new.late_seconds)
            .bind(&new.status)
            .bind(&new.substatus)
            .bind(&new.reason)
            .bind(&new.flags)
            .bind(&new.set_aside)
            .bind(new.retracted_at)
            .execute(&mut self.conn)
            .await?;
        }
        Ok(())
    }

    /// Since when each incarnation is known: the first one as long as its number, later ones by their first event.
    async fn first_known(&mut self, shipment: &str, created_at: i64) -> Result<HashMap<u32, i64>, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT incarnation, MIN(received_at) FROM events WHERE shipment_id = $1 GROUP BY incarnation",
        )
        .bind(shipment)
        .fetch_all(&mut self.conn)
        .await?;
        let mut known: HashMap<u32, i64> = rows.into_iter().map(|(n, at)| (row::small(n), at)).collect();
        known.insert(1, created_at);
        Ok(known)
    }

    async fn save_parcel(
        &mut self,
        shipment: &str,
        owner: &ShipmentRow,
        parcel: &FoldedParcel,
        created_at: i64,
        known_digest: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut references = parcel.references.clone();
        for registered in row::json::<Vec<Reference>>(&owner.registered_refs)? {
            if !references.contains(&registered) {
                references.push(registered);
            }
        }
        let digest = digest_of(owner, parcel, created_at, &references)?;
        if known_digest == Some(digest.as_str()) {
            return Ok(());
        }
        let changed_at = self.changed_at(parcel.id, &digest, now).await?;
        let last = parcel.milestones.last_event_at.or(parcel.status_since);
        let silent_since = last.map_or(created_at, Timestamp::millis);
        let standing_since = match parcel.status {
            Status::AvailableForPickup => parcel.status_since,
            _ => last.max(parcel.status_since),
        };
        let m = &parcel.milestones;
        sqlx::query(
            "INSERT INTO parcels (id, shipment_id, endpoint_id, carrier, is_test, number, number_norm, piece_no, piece,
               piece_norm, listed, incarnation, status, substatus, reason, status_since, head_event, explanation, leg,
               legs, episodes, flags, action_required, info_received_at, accepted_at, first_out_for_delivery_at,
               first_attempt_at, delivered_at, returning_at, returned_at, last_event_at, attempts, last_event_text,
               last_event_place, events_count, details, refs, proofs, silent_since, standing_since, digest, created_at,
               updated_at, why, transit_s)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
               $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
               $45)
             ON CONFLICT (id) DO UPDATE SET number = excluded.number, piece = excluded.piece,
               piece_norm = excluded.piece_norm, listed = excluded.listed, status = excluded.status,
               substatus = excluded.substatus, reason = excluded.reason, status_since = excluded.status_since,
               head_event = excluded.head_event, explanation = excluded.explanation, leg = excluded.leg,
               legs = excluded.legs, episodes = excluded.episodes, flags = excluded.flags,
               action_required = excluded.action_required, info_received_at = excluded.info_received_at,
               accepted_at = excluded.accepted_at, first_out_for_delivery_at = excluded.first_out_for_delivery_at,
               first_attempt_at = excluded.first_attempt_at, delivered_at = excluded.delivered_at,
               returning_at = excluded.returning_at, returned_at = excluded.returned_at,
               last_event_at = excluded.last_event_at, attempts = excluded.attempts,
               last_event_text = excluded.last_event_text, last_event_place = excluded.last_event_place,
               events_count = excluded.events_count, details = excluded.details, refs = excluded.refs,
               proofs = excluded.proofs, silent_since = excluded.silent_since,
               standing_since = excluded.standing_since, digest = excluded.digest, created_at = excluded.created_at,
               updated_at = excluded.updated_at, why = excluded.why, transit_s = excluded.transit_s",
        )
        .bind(parcel.id.to_string())
        .bind(shipment)
        .bind(&owner.endpoint_id)
        .bind(&owner.carrier)
        .bind(owner.is_test)
        .bind(&owner.number)
        .bind(&owner.number_norm)
        .bind(parcel.piece_no)
        .bind(&parcel.piece)
        .bind(parcel.piece.as_deref().map(normalise))
        .bind(parcel.listed.as_ref().map(row::to_json).transpose()?)
        .bind(parcel.incarnation)
        .bind(parcel.status.as_str())
        .bind(parcel.substatus.map(Substatus::as_str))
        .bind(parcel.reason.map(Reason::as_str))
        .bind(parcel.status_since.map(Timestamp::millis))
        .bind(parcel.head_event.map(|id| id.to_string()))
        .bind(&parcel.explanation)
        .bind(parcel.leg)
        .bind(row::to_json(&parcel.legs)?)
        .bind(row::to_json(&parcel.episodes)?)
        .bind(row::to_json(&parcel.flags)?)
        .bind(parcel.action_required)
        .bind(m.info_received_at.map(Timestamp::millis))
        .bind(m.accepted_at.map(Timestamp::millis))
        .bind(m.first_out_for_delivery_at.map(Timestamp::millis))
        .bind(m.first_attempt_at.map(Timestamp::millis))
        .bind(m.delivered_at.map(Timestamp::millis))
        .bind(m.returning_at.map(Timestamp::millis))
        .bind(m.returned_at.map(Timestamp::millis))
        .bind(m.last_event_at.map(Timestamp::millis))
        .bind(parcel.attempts)
        .bind(&parcel.last_event_text)
        .bind(&parcel.last_event_place)
        .bind(parcel.events_count)
        .bind(row::to_json(&parcel.details)?)
        .bind(row::to_json(&references)?)
        .bind(row::to_json(&parcel.proofs)?)
        .bind(silent_since)
        .bind(standing_since.map_or(silent_since, Timestamp::millis))
        .bind(&digest)
        .bind(created_at)
        .bind(changed_at.millis())
        .bind(row::to_json(&parcel.why)?)
        .bind(m.transit_seconds)
        .execute(&mut self.conn)
        .await?;
        self.save_references(parcel.id, &references).await
    }

    async fn save_references(&mut self, parcel: Uuid, references: &[Reference]) -> Result<(), StoreError> {
        let parcel = parcel.to_string();
        sqlx::query("DELETE FROM parcel_references WHERE parcel_id = $1").bind(&parcel).execute(&mut self.conn).await?;
        let rows: Vec<(usize, &str, String)> = references
            .iter()
            .take(200)
            .enumerate()
            .map(|(n, reference)| (n, reference.kind.as_str(), normalise(&reference.value)))
            .collect();
        sqlx::query(
            "INSERT INTO parcel_references (parcel_id, position, kind, value_norm)
             SELECT $1, value ->> 0, value ->> 1, value ->> 2 FROM json_each($2)",
        )
        .bind(&parcel)
        .bind(row::to_json(&rows)?)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}

/// The same for the same folded state: an unchanged parcel keeps its `updated_at`.
fn digest_of(
    owner: &ShipmentRow,
    parcel: &FoldedParcel,
    created_at: i64,
    references: &[Reference],
) -> Result<String, StoreError> {
    let shape = row::to_json(&(
        (&owner.number, created_at, references, &parcel.piece, &parcel.listed, &parcel.proofs, &parcel.details),
        (
            parcel.status,
            parcel.substatus,
            parcel.reason,
            parcel.status_since,
            parcel.head_event,
            &parcel.explanation,
            &parcel.why,
        ),
        (parcel.leg, &parcel.legs, &parcel.episodes, &parcel.flags, parcel.action_required, &parcel.milestones),
        (parcel.attempts, &parcel.last_event_text, &parcel.last_event_place, parcel.events_count, DERIVATION_VERSION),
    ))?;
    Ok(sha256_hex(shape.as_bytes()))
}
