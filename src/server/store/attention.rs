//! Parcels that may need a person, and what operators did about them.
//!
//! The query only leaves out what cannot need anybody; `tracking::attention` decides. At most [`MOST`] are looked at.

use super::Store;
use super::error::StoreError;
use super::row;
use super::writer::Tx;
use crate::tracking::attention::{AttentionLine, Care, Queue, Resolution, Standing};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::time::Timestamp;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::HashMap;
use uuid::Uuid;

/// Most parcels that are looked at in one go.
pub const MOST: usize = 20_000;
/// Days that are counted.
const DAYS_COUNTED: i64 = 7;
/// Lines of the log that are counted at most.
const MOST_COUNTED: i64 = 10_000;

/// Which piece of which number, whatever became of its row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PieceKey {
    /// Which account.
    pub endpoint: Uuid,
    /// Made by the test bench.
    pub is_test: bool,
    /// The normalised number.
    pub number: String,
    /// The normalised barcode; empty for the one implicit piece.
    pub piece: String,
}

/// A parcel that may need a person.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The parcel.
    pub parcel: Uuid,
    /// Its key.
    pub key: PieceKey,
    /// Whose.
    pub carrier: CarrierId,
    /// Its number as sent.
    pub number: String,
    /// Its barcode as sent.
    pub piece: Option<String>,
    /// What decides.
    pub standing: Standing,
    /// Words and place of its newest event.
    pub last_event: (Option<String>, Option<String>),
    /// Events on its timeline.
    pub events_count: u32,
    /// What operators did.
    pub care: Care,
    /// What the last look found.
    pub open: Option<(Queue, Timestamp)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    endpoint_id: String,
    is_test: bool,
    carrier: String,
    number: String,
    number_norm: String,
    piece: Option<String>,
    piece_norm: Option<String>,
    status: String,
    substatus: Option<String>,
    reason: Option<String>,
    status_since: Option<i64>,
    last_event_at: Option<i64>,
    last_event_text: Option<String>,
    last_event_place: Option<String>,
    created_at: i64,
    action_required: bool,
    attempts: i64,
    flags: String,
    episodes: String,
    events_count: i64,
    owner: Option<String>,
    snoozed_until: Option<i64>,
    snoozed_at_events: Option<i64>,
    resolution: Option<String>,
    open_queue: Option<String>,
    open_since: Option<i64>,
}

impl TryFrom<Row> for Candidate {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let resolution: Option<Resolution> = row::json_opt(row.resolution.as_deref())?;
        let open_queue: Option<Queue> = row::word_opt(row.open_queue.as_deref())?;
        Ok(Self {
            parcel: row::id(&row.id)?,
            key: PieceKey {
                endpoint: row::id(&row.endpoint_id)?,
                is_test: row.is_test,
                number: row.number_norm,
                piece: row.piece_norm.unwrap_or_default(),
            },
            carrier: row::word(&row.carrier)?,
            number: row.number,
            piece: row.piece,
            standing: Standing {
                status: row::word(&row.status)?,
                substatus: row::word_opt(row.substatus.as_deref())?,
                reason: row::word_opt(row.reason.as_deref())?,
                status_since: row::time_opt(row.status_since),
                last_event_at: row::time_opt(row.last_event_at),
                created_at: row::time(row.created_at),
                action_required: row.action_required,
                attempts: row::small(row.attempts),
                flags: row::json(&row.flags)?,
                episodes: row::json(&row.episodes)?,
            },
            last_event: (row.last_event_text, row.last_event_place),
            events_count: row::small(row.events_count),
            care: Care {
                owner: row.owner,
                snoozed_until: row::time_opt(row.snoozed_until),
                snoozed_at_events: row.snoozed_at_events.map(row::small),
                resolution,
            },
            open: open_queue.zip(row::time_opt(row.open_since)),
        })
    }
}

const SELECT: &str = "SELECT p.id, p.endpoint_id, p.is_test, p.carrier, p.number, p.number_norm, p.piece, p.piece_norm,
    p.status, p.substatus, p.reason, p.status_since, p.last_event_at, p.last_event_text, p.last_event_place, p.created_at,
    p.action_required, p.attempts, p.flags, p.episodes, p.events_count,
    a.owner, a.snoozed_until, a.snoozed_at_events, a.resolution, a.open_queue, a.open_since
  FROM parcels p LEFT JOIN attention a ON a.endpoint_id = p.endpoint_id AND a.is_test = p.is_test
    AND a.number_norm = p.number_norm AND a.piece = COALESCE(p.piece_norm, '')";

/// An endpoint's label and settings: thresholds and zone are in them.
pub struct Account {
    /// The operator's name for it.
    pub label: String,
    /// As stored.
    pub settings: serde_json::Value,
}

impl Store {
    /// Parcels that may need a person: those the fold says so of, those in trouble, and those at rest since `rest_since`
    /// in a status that is not final. One more than [`MOST`] says that there are more.
    pub async fn attention_candidates(&self, test: bool, rest_since: Timestamp) -> Result<Vec<Candidate>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(SELECT);
        query.push(" WHERE p.is_test = ").push_bind(test);
        query.push(
            " AND (p.action_required = 1 OR p.flags <> '[]' OR p.status IN ('exception', 'failed_attempt', 'returning')
               OR (p.status NOT IN ('delivered', 'returned', 'cancelled') AND p.standing_since <= ",
        );
        query.push_bind(rest_since.millis()).push(")) ORDER BY p.standing_since LIMIT ");
        query.push_bind(i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1));
        let mut conn = self.read().await?;
        let rows: Vec<Row> = query.build_query_as().fetch_all(&mut *conn).await?;
        rows.into_iter().map(Candidate::try_from).collect()
    }

    /// One parcel, whether or not it needs anybody.
    pub async fn attention_candidate(&self, parcel: Uuid) -> Result<Option<Candidate>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(SELECT);
        query.push(" WHERE p.id = ").push_bind(parcel.to_string());
        let mut conn = self.read().await?;
        let row: Option<Row> = query.build_query_as().fetch_optional(&mut *conn).await?;
        row.map(Candidate::try_from).transpose()
    }

    /// Label and settings of every endpoint, deleted ones too.
    pub async fn accounts(&self) -> Result<HashMap<Uuid, Account>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT id, label, settings FROM endpoints").fetch_all(&mut *conn).await?;
        rows.into_iter()
            .map(|(id, label, settings)| Ok((row::id(&id)?, Account { label, settings: row::json(&settings)? })))
            .collect()
    }

    /// What the last look found open.
    pub async fn attention_open(&self) -> Result<Vec<(PieceKey, Queue, Timestamp)>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, bool, String, String, String, i64)> = sqlx::query_as(
            "SELECT endpoint_id, is_test, number_norm, piece, open_queue, open_since FROM attention
             WHERE open_queue IS NOT NULL",
        )
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter()
            .map(|(endpoint, is_test, number, piece, queue, since)| {
                let key = PieceKey { endpoint: row::id(&endpoint)?, is_test, number, piece };
                Ok((key, row::word(&queue)?, row::time(since)))
            })
            .collect()
    }

    /// How many came and left in each of the last seven days (of 24 hours), the oldest first; of the last lines of the log.
    pub async fn attention_days(&self, test: bool, now: Timestamp) -> Result<Vec<(u32, u32)>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT ($2 - at) / 86400000 AS ago, SUM(act IN ('opened', 'reopened')), SUM(act IN ('resolved', 'recovered'))
             FROM (SELECT at, act FROM attention_log WHERE is_test = $1 ORDER BY id DESC LIMIT $3)
             WHERE at <= $2 AND at > $2 - $4 * 86400000 GROUP BY ago",
        )
        .bind(test)
        .bind(now.millis())
        .bind(MOST_COUNTED)
        .bind(DAYS_COUNTED)
        .fetch_all(&mut *conn)
        .await?;
        let of = |ago: i64| rows.iter().find(|(day, ..)| *day == ago);
        let days = (0..DAYS_COUNTED).rev().map(|ago| of(ago).map_or((0, 0), |&(_, came, left)| (came, left)));
        Ok(days.map(|(came, left)| (row::small(came), row::small(left))).collect())
    }

    /// What became of items, newest first.
    pub async fn attention_log(&self, test: bool, most: u32) -> Result<Vec<AttentionLine>, StoreError> {
        #[derive(sqlx::FromRow)]
        struct Row {
            at: i64,
            number: String,
            act: String,
            queue: String,
            actor: Option<String>,
            detail: Option<String>,
        }
        let mut conn = self.read().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT at, number, act, queue, actor, detail FROM attention_log
             WHERE is_test = $1 AND act <> 'opened' ORDER BY id DESC LIMIT $2",
        )
        .bind(test)
        .bind(most)
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter()
            .map(|line: Row| {
                Ok(AttentionLine {
                    at: row::time(line.at),
                    number: line.number,
                    act: line.act,
                    queue: row::word(&line.queue)?,
                    actor: line.actor,
                    detail: line.detail,
                })
            })
            .collect()
    }

    /// How many codes no mapping knows.
    pub async fn count_unmapped(&self) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let n: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT DISTINCT carrier, unmapped_key FROM events
             WHERE unmapped_key IS NOT NULL AND is_test = 0)",
        )
        .fetch_one(&mut *conn)
        .await?;
        Ok(row::count(n))
    }
}

impl Tx {
    /// Keeps what was done about a piece.
    pub async fn put_care(&mut self, key: &PieceKey, care: &Care) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO attention (endpoint_id, is_test, number_norm, piece, owner, snoozed_until, snoozed_at_events, resolution)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (endpoint_id, is_test, number_norm, piece) DO UPDATE SET owner = excluded.owner,
               snoozed_until = excluded.snoozed_until, snoozed_at_events = excluded.snoozed_at_events,
               resolution = excluded.resolution",
        )
        .bind(key.endpoint.to_string())
        .bind(key.is_test)
        .bind(&key.number)
        .bind(&key.piece)
        .bind(&care.owner)
        .bind(care.snoozed_until.map(Timestamp::millis))
        .bind(care.snoozed_at_events)
        .bind(care.resolution.as_ref().map(row::to_json).transpose()?)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Notes that a trouble was found, or became another.
    pub async fn note_open(&mut self, key: &PieceKey, queue: Queue, since: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO attention (endpoint_id, is_test, number_norm, piece, open_queue, open_since)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (endpoint_id, is_test, number_norm, piece) DO UPDATE SET open_queue = excluded.open_queue,
               open_since = excluded.open_since",
        )
        .bind(key.endpoint.to_string())
        .bind(key.is_test)
        .bind(&key.number)
        .bind(&key.piece)
        .bind(queue.as_str())
        .bind(since.millis())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Notes that nothing troubles a piece any more; what was done about it is over too.
    pub async fn note_recovered(&mut self, key: &PieceKey) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM attention WHERE endpoint_id = $1 AND is_test = $2 AND number_norm = $3 AND piece = $4",
        )
        .bind(key.endpoint.to_string())
        .bind(key.is_test)
        .bind(&key.number)
        .bind(&key.piece)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// Writes a line into the log of items.
    pub async fn log_attention(&mut self, key: &PieceKey, line: &AttentionLine) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO attention_log (at, endpoint_id, is_test, number, piece, act, queue, actor, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(line.at.millis())
        .bind(key.endpoint.to_string())
        .bind(key.is_test)
        .bind(&line.number)
        .bind(&key.piece)
        .bind(&line.act)
        .bind(line.queue.as_str())
        .bind(&line.actor)
        .bind(&line.detail)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}
