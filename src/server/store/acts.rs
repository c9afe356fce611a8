//! What operators do to timelines: the record of it, which a rebuild reads again, and what it makes of events.
//!
//! Acts point at a number or at an event's natural key, never at derived rows. The acts on one thing have times of
//! their own, so that their order is certain also within a millisecond.

use super::apply::{Mapped, NewEvent};
use super::error::StoreError;
use super::row;
use super::writer::Tx;
use crate::server::ids;
use crate::tracking::act::{ActKind, OperatorMark};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::event::Reported;
use crate::tracking::mapping::Target;
use crate::tracking::number::normalise;
use crate::tracking::status::{Kind, Status, Substatus};
use crate::tracking::time::{EventTime, TimePrecision, Timestamp, TzSource};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Acts read at a time when they are applied again.
const BATCH: i64 = 500;

/// What an operator said about a number, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saying {
    /// The number as it was shown.
    pub number: String,
    /// The barcode, where it is about one of several pieces.
    pub piece: Option<String>,
    /// What is asserted; `None` for a note.
    #[serde(default)]
    pub status: Option<Status>,
    /// Likewise.
    #[serde(default)]
    pub substatus: Option<Substatus>,
    /// Shielded from everything but another operator's act.
    #[serde(default)]
    pub pin: bool,
    /// The note.
    #[serde(default)]
    pub text: Option<String>,
}

impl Saying {
    fn act(&self) -> &'static str {
        if self.status.is_some() { "assert_status" } else { "note" }
    }
}

/// Where a move came from and went to; `None` is the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The number it stood under.
    pub from: Option<String>,
    /// The number it stands under now.
    pub to: Option<String>,
}

/// A parcel as acts need it.
#[derive(Debug, Clone)]
pub struct ParcelToActOn {
    /// Its number's id.
    pub shipment: Uuid,
    /// Whose.
    pub endpoint: Uuid,
    /// Whose.
    pub carrier: CarrierId,
    /// Test parcels stay among themselves.
    pub is_test: bool,
    /// As shown.
    pub number: String,
    /// The barcode, where the number has several pieces.
    pub piece: Option<String>,
    /// The number was used again since.
    pub is_reused: bool,
}

/// An event as acts need it.
#[derive(Debug, Clone)]
pub struct EventToActOn {
    /// Which.
    pub id: Uuid,
    /// Its number's id; `None` in the inbox.
    pub shipment: Option<Uuid>,
    /// That number as shown.
    pub number: Option<String>,
    /// Whose.
    pub endpoint: Uuid,
    /// Whose.
    pub carrier: CarrierId,
    /// Test events stay among themselves.
    pub is_test: bool,
    /// What makes it the same event when it comes again.
    pub dedupe_key: String,
    /// A carrier's note, which may stand in the inbox.
    pub is_note: bool,
    /// Voided by now.
    pub is_voided: bool,
    /// The earliest receipt.
    pub received_at: Timestamp,
}

/// Who did something and why.
#[derive(Debug, Clone)]
pub struct Doer {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub now: Timestamp,
}

/// What an act is about: a number, or an event.
struct Subject<'a> {
    number_norm: Option<&'a str>,
    dedupe_key: Option<&'a str>,
}

#[derive(sqlx::FromRow)]
struct ParcelRow {
    shipment_id: String,
    endpoint_id: String,
    carrier: String,
    is_test: bool,
    number: String,
    piece: Option<String>,
    is_reused: bool,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: String,
    shipment_id: Option<String>,
    number: Option<String>,
    endpoint_id: String,
    carrier: String,
    is_test: bool,
    dedupe_key: String,
    is_note: bool,
    is_voided: bool,
    received_at: i64,
}

#[derive(sqlx::FromRow)]
struct ActRow {
    place: i64,
    id: String,
    endpoint_id: String,
    carrier: String,
    is_test: bool,
    payload: String,
    reason: Option<String>,
    actor: String,
    at: i64,
}

impl ActRow {
    fn event(self) -> Result<NewEvent, StoreError> {
        let said: Saying = row::json(&self.payload)?;
        let at = row::time(self.at);
        let kind = if said.status.is_some() { Kind::Operator } else { Kind::Note };
        let identity = ids::natural_key(&["operator", &self.id]);
        let mut reported = Reported::new(identity, Some(said.number.clone()), kind);
        reported.piece = said.piece;
        reported.raw_text = said.text;
        reported.time = EventTime {
            raw: None,
            local: None,
            at: Some(at),
            precision: TimePrecision::Second,
            tz_source: TzSource::PayloadOffset,
        };
        let target = Target { status: said.status, substatus: said.substatus, ..Target::silent(kind) };
        Ok(NewEvent {
            endpoint: row::id(&self.endpoint_id)?,
            carrier: row::word(&self.carrier)?,
            is_test: self.is_test,
            number: said.number,
            delivery: None,
            item: 0,
            received_at: at,
            reported,
            mapped: Mapped { target, used: None, unmapped: None, claim: None },
            operator: Some(OperatorMark { by: self.actor, reason: self.reason, pin: said.pin }),
        })
    }
}

impl Tx {
    /// A parcel to act on.
    pub async fn parcel_to_act_on(&mut self, parcel: Uuid) -> Result<Option<ParcelToActOn>, StoreError> {
        let row: Option<ParcelRow> = sqlx::query_as(
            "SELECT p.shipment_id, p.endpoint_id, p.carrier, p.is_test, p.number,
               CASE WHEN EXISTS (SELECT 1 FROM parcels q WHERE q.shipment_id = p.shipment_id
                 AND q.incarnation = p.incarnation AND q.id <> p.id) THEN p.piece END AS piece,
               EXISTS (SELECT 1 FROM parcels q WHERE q.shipment_id = p.shipment_id
                 AND q.incarnation > p.incarnation) AS is_reused
             FROM parcels p WHERE p.id = $1",
        )
        .bind(parcel.to_string())
        .fetch_optional(&mut self.conn)
        .await?;
        row.map(|row| {
            Ok(ParcelToActOn {
                shipment: row::id(&row.shipment_id)?,
                endpoint: row::id(&row.endpoint_id)?,
                carrier: row::word(&row.carrier)?,
                is_test: row.is_test,
                number: row.number,
                piece: row.piece,
                is_reused: row.is_reused,
            })
        })
        .transpose()
    }

    /// An event to act on.
    pub async fn event_to_act_on(&mut self, event: Uuid) -> Result<Option<EventToActOn>, StoreError> {
        let row: Option<EventRow> = sqlx::query_as(
            "SELECT e.id, e.shipment_id, s.number, e.endpoint_id, e.carrier, e.is_test, e.dedupe_key,
               e.kind = 'note' AND e.operator IS NULL AS is_note, e.voided_at IS NOT NULL AS is_voided, e.received_at
             FROM events e LEFT JOIN shipments s ON s.id = e.shipment_id WHERE e.id = $1",
        )
        .bind(event.to_string())
        .fetch_optional(&mut self.conn)
        .await?;
        row.map(|row| {
            Ok(EventToActOn {
                id: row::id(&row.id)?,
                shipment: row::id_opt(row.shipment_id.as_deref())?,
                number: row.number,
                endpoint: row::id(&row.endpoint_id)?,
                carrier: row::word(&row.carrier)?,
                is_test: row.is_test,
                dedupe_key: row.dedupe_key,
                is_note: row.is_note,
                is_voided: row.is_voided,
                received_at: row::time(row.received_at),
            })
        })
        .transpose()
    }

    /// Records what an operator says about a number and keeps it as an event. Fold the number afterwards.
    pub async fn say(&mut self, about: &ParcelToActOn, said: &Saying, doer: &Doer) -> Result<Uuid, StoreError> {
        let norm = normalise(&about.number);
        let (subject, payload) = (Subject { number_norm: Some(&norm), dedupe_key: None }, row::to_json(said)?);
        let (id, at) = self.record_act(about.endpoint, about.is_test, &subject, (said.act(), &payload), doer).await?;
        let row = ActRow {
            place: 0,
            id: id.to_string(),
            endpoint_id: about.endpoint.to_string(),
            carrier: about.carrier.to_string(),
            is_test: about.is_test,
            payload,
            reason: doer.reason.clone(),
            actor: doer.by.clone(),
            at: at.millis(),
        };
        Ok(self.keep_event(&row.event()?).await?.event_id)
    }

    /// Voids an event or puts it back. Fold its number afterwards.
    pub async fn set_voided(&mut self, event: &EventToActOn, voided: bool, doer: &Doer) -> Result<(), StoreError> {
        let act = if voided { ActKind::Void } else { ActKind::Unvoid };
        let at = self.record_act_on(event, act, "{}", doer).await?;
        sqlx::query("UPDATE events SET voided_at = $2 WHERE id = $1")
            .bind(event.id.to_string())
            .bind(voided.then_some(at.millis()))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Puts an event under another number of its endpoint, which is known from then on, or into the inbox. Returns that
    /// number's id. Fold both afterwards.
    pub async fn move_event(
        &mut self,
        event: &EventToActOn,
        to: Option<&str>,
        doer: &Doer,
    ) -> Result<Option<Uuid>, StoreError> {
        let act = if event.shipment.is_none() { ActKind::Attach } else { ActKind::Move };
        let moving = Moving { from: event.number.clone(), to: to.map(str::to_owned) };
        self.record_act_on(event, act, &row::to_json(&moving)?, doer).await?;
        let shipment = match to {
            Some(number) => {
                Some(self.keep_shipment(event.endpoint, event.carrier, event.is_test, number, event.received_at).await?)
            }
            None => None,
        };
        let moves = self.moves_of(event.endpoint, event.is_test, &event.dedupe_key).await?;
        let home = moves.first().and_then(|first| first.from.as_deref());
        let home = home.map(|number| ids::shipment(event.endpoint, event.is_test, &normalise(number)));
        sqlx::query("UPDATE events SET shipment_id = $2, moved = $3 WHERE id = $1")
            .bind(event.id.to_string())
            .bind(shipment.map(|id| id.to_string()))
            .bind(shipment.is_some() && shipment != home)
            .execute(&mut self.conn)
            .await?;
        Ok(shipment)
    }

    /// All parcels of these numbers.
    pub async fn parcels_of(&mut self, shipments: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let found: Vec<String> =
            sqlx::query_scalar("SELECT id FROM parcels WHERE shipment_id IN (SELECT value FROM json_each($1))")
                .bind(row::id_set(shipments))
                .fetch_all(&mut self.conn)
                .await?;
        found.iter().map(|id| row::id(id)).collect()
    }

    /// Where operators put an event, oldest first.
    pub(super) async fn moves_of(
        &mut self,
        endpoint: Uuid,
        is_test: bool,
        dedupe_key: &str,
    ) -> Result<Vec<Moving>, StoreError> {
        let moves: Vec<String> = sqlx::query_scalar(
            "SELECT payload FROM operator_acts
             WHERE endpoint_id = $1 AND is_test = $2 AND dedupe_key = $3 AND act IN ('move', 'attach') ORDER BY at, id",
        )
        .bind(endpoint.to_string())
        .bind(is_test)
        .bind(dedupe_key)
        .fetch_all(&mut self.conn)
        .await?;
        moves.iter().map(|payload| row::json(payload)).collect()
    }

    /// Makes the events of all acts again, as when they were done.
    pub(super) async fn say_again(&mut self) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let rows: Vec<ActRow> = sqlx::query_as(
                "SELECT a.rowid AS place, a.id, a.endpoint_id, n.carrier, a.is_test, a.payload, a.reason, a.actor, a.at
                 FROM operator_acts a JOIN endpoints n ON n.id = a.endpoint_id
                 WHERE a.act IN ('assert_status', 'note') AND a.rowid > $1 ORDER BY a.rowid LIMIT $2",
            )
            .bind(after)
            .bind(BATCH)
            .fetch_all(&mut self.conn)
            .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.place;
            for row in rows {
                self.keep_event(&row.event()?).await?;
            }
        }
    }

    async fn record_act_on(
        &mut self,
        event: &EventToActOn,
        act: ActKind,
        payload: &str,
        doer: &Doer,
    ) -> Result<Timestamp, StoreError> {
        let subject = Subject { number_norm: None, dedupe_key: Some(event.dedupe_key.as_str()) };
        Ok(self.record_act(event.endpoint, event.is_test, &subject, (act.as_str(), payload), doer).await?.1)
    }

    /// Returns the act's id and its time: now, or right after the act before it on the same thing.
    async fn record_act(
        &mut self,
        endpoint: Uuid,
        is_test: bool,
        subject: &Subject<'_>,
        (act, payload): (&str, &str),
        doer: &Doer,
    ) -> Result<(Uuid, Timestamp), StoreError> {
        let id = ids::new(doer.now);
        let at: i64 = sqlx::query_scalar(
            "INSERT INTO operator_acts (id, endpoint_id, is_test, number_norm, dedupe_key, act, payload, reason, actor, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, MAX($10, COALESCE((
               SELECT MAX(at) + 1 FROM operator_acts WHERE endpoint_id = $2 AND is_test = $3
                 AND (number_norm = $4 OR dedupe_key = $5)), 0)))
             RETURNING at",
        )
        .bind(id.to_string())
        .bind(endpoint.to_string())
        .bind(is_test)
        .bind(subject.number_norm)
        .bind(subject.dedupe_key)
        .bind(act)
        .bind(payload)
        .bind(&doer.reason)
        .bind(&doer.by)
        .bind(doer.now.millis())
        .fetch_one(&mut self.conn)
        .await?;
        Ok((id, row::time(at)))
    }
}
