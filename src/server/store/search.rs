//! The search: over numbers, barcodes and references by any part, over what carriers wrote by the beginnings of words,
//! and over recipients for those who may reveal them.
//!
//! Every question goes to an index and looks at a bounded number of hits, whatever was typed.

mod excerpt;
mod index;
mod words;

use super::error::StoreError;
use super::parcels;
use super::{Store, row};
use crate::tracking::number::normalise;
use crate::tracking::parcel::{Parcel, ShipmentSummary};
use crate::tracking::search::{DeliveryHit, Excerpt, Found, ParcelHit};
use crate::tracking::time::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::{HashMap, HashSet};
pub(super) use words::Typed;

/// Hits that a search looks at in each index.
const MOST_HITS: u32 = 500;
/// A list fetches so many hits by their ids; with more it walks its own order and asks of each row whether it is one.
const FEW: u32 = 1000;

const BY_NUMBER: &str = "SELECT s.parcel_id AS id FROM search_parcels_index i JOIN search_parcels s ON s.id = i.rowid
  WHERE search_parcels_index MATCH ";
const BY_TEXT: &str = "SELECT p.id FROM search_texts_index i JOIN search_texts s ON s.id = i.rowid
  JOIN parcels p ON p.shipment_id = s.shipment_id WHERE search_texts_index MATCH ";
const BY_PERSON: &str = "SELECT p.id FROM search_people_index i JOIN search_people s ON s.id = i.rowid
  JOIN parcels p ON p.shipment_id = s.shipment_id WHERE search_people_index MATCH ";

/// What a list is narrowed to by a search.
pub(super) enum Hits {
    /// These parcels, as a JSON array of ids.
    Few(String),
    /// Whatever the indexes say, too many to be listed.
    Many(Typed),
}

impl Hits {
    /// Looks a search up.
    pub async fn of(conn: &mut SqliteConnection, typed: Typed, people: bool) -> Result<Self, StoreError> {
        let mut query = QueryBuilder::new("SELECT id FROM (");
        push_hits(&mut query, &typed, people);
        query.push(") LIMIT ").push_bind(FEW + 1);
        let ids: Vec<String> = query.build_query_scalar().fetch_all(conn).await?;
        let few = ids.len() <= FEW as usize;
        Ok(if few { Self::Few(row::to_json(&ids)?) } else { Self::Many(typed) })
    }

    /// Adds the condition on `p`.
    pub fn narrow(&self, query: &mut QueryBuilder<Sqlite>, people: bool) {
        match self {
            Self::Few(ids) => {
                query.push(" AND p.id IN (SELECT value FROM json_each(").push_bind(ids.clone()).push("))");
            }
            // The plus keeps the order's own index.
            Self::Many(typed) => {
                query.push(" AND +p.id IN (");
                push_hits(query, typed, people);
                query.push(")");
            }
        }
    }
}

fn push_hits(query: &mut QueryBuilder<Sqlite>, typed: &Typed, people: bool) {
    push_numbers(query, typed);
    if let Some(asked) = typed.of_texts() {
        query.push(" UNION ").push(BY_TEXT).push_bind(asked);
    }
    if let Some(asked) = typed.of_people().filter(|_| people) {
        query.push(" UNION ").push(BY_PERSON).push_bind(asked);
    }
}

fn push_numbers(query: &mut QueryBuilder<Sqlite>, typed: &Typed) {
    match (typed.of_numbers(), typed.short()) {
        (Some(asked), _) => {
            query.push(BY_NUMBER).push_bind(asked);
        }
        (None, Some((start, end))) => {
            let sources = [
                "SELECT id FROM parcels WHERE number_norm",
                " UNION SELECT id FROM parcels WHERE piece_norm",
                " UNION SELECT parcel_id FROM parcel_references WHERE value_norm",
            ];
            for (source, column) in sources.into_iter().zip(["number_norm", "piece_norm", "value_norm"]) {
                query.push(source).push(" >= ").push_bind(start.clone());
                query.push(" AND ").push(column).push(" < ").push_bind(end.clone());
            }
        }
        (None, None) => {
            query.push("SELECT id FROM parcels WHERE 0");
        }
    }
}

/// By what a parcel was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Number,
    Text,
    Person,
}

/// The hits of one index, whole matches first, then what changed last.
async fn ids_by(
    conn: &mut SqliteConnection,
    by: By,
    typed: &Typed,
    most: u32,
) -> Result<Vec<(String, String)>, StoreError> {
    let mut query = QueryBuilder::new("SELECT p.id, p.shipment_id FROM (SELECT id FROM (");
    match by {
        By::Number => push_numbers(&mut query, typed),
        By::Text => {
            let Some(asked) = typed.of_texts() else { return Ok(Vec::new()) };
            query.push(BY_TEXT).push_bind(asked);
        }
        By::Person => {
            let Some(asked) = typed.of_people() else { return Ok(Vec::new()) };
            query.push(BY_PERSON).push_bind(asked);
        }
    }
    let whole = normalise(&typed.number);
    query.push(") LIMIT ").push_bind(MOST_HITS);
    query.push(") h CROSS JOIN parcels p ON p.id = h.id ORDER BY (p.number_norm = ").push_bind(whole.clone());
    query.push(" OR COALESCE(p.piece_norm, '') = ").push_bind(whole);
    query.push(") DESC, p.is_test, p.updated_at DESC, p.id LIMIT ").push_bind(most);
    Ok(query.build_query_as().fetch_all(conn).await?)
}

impl Store {
    /// Searches everything; at most `most` of each group. `people` for those who may reveal recipients.
    pub async fn search(&self, q: &str, people: bool, most: u32, now: Timestamp) -> Result<Found, StoreError> {
        let Some(typed) = Typed::read(q) else { return Ok(Found::default()) };
        let mut conn = self.read().await?;
        let mut ids: Vec<(String, By)> = Vec::new();
        let (mut seen, mut shipments) = (HashSet::new(), Vec::new());
        let mut numbered = Vec::new();
        for by in [By::Number, By::Text, By::Person] {
            if by == By::Person && !people {
                continue;
            }
            for (id, shipment) in ids_by(&mut conn, by, &typed, most + 1).await? {
                if by == By::Number {
                    numbered.push(shipment.clone());
                }
                shipments.push(shipment);
                if seen.insert(id.clone()) {
                    ids.push((id, by));
                }
            }
        }
        let more_parcels = ids.len() > most as usize;
        ids.truncate(most as usize);
        numbered.truncate(5);
        let parcels = hits(&mut conn, &ids, &typed, now).await?;
        let shipments = shipments_of(&mut conn, &shipments, most).await?;
        let deliveries = deliveries_of(&mut conn, q, &numbered, most).await?;
        Ok(Found { parcels, more_parcels, shipments, deliveries })
    }
}

async fn hits(
    conn: &mut SqliteConnection,
    ids: &[(String, By)],
    typed: &Typed,
    now: Timestamp,
) -> Result<Vec<ParcelHit>, StoreError> {
    let wanted: Vec<&str> = ids.iter().map(|(id, _)| id.as_str()).collect();
    let parcels = parcels::of_ids(conn, &row::to_json(&wanted)?, now).await?;
    let mut known: HashMap<String, Parcel> =
        parcels.into_iter().map(|parcel| (parcel.id.to_string(), parcel)).collect();
    let mut found = Vec::new();
    for (id, by) in ids {
        let Some(parcel) = known.remove(id) else { continue };
        let excerpt = match by {
            By::Number => by_number(&parcel, typed),
            By::Text => by_text(conn, id, typed).await?,
            By::Person => Some(by_person(&parcel)),
        };
        found.push(ParcelHit { parcel, excerpt });
    }
    Ok(found)
}

fn by_number(parcel: &Parcel, typed: &Typed) -> Option<Excerpt> {
    let own = [("Number", Some(&parcel.number)), ("Piece", parcel.piece.as_ref())];
    let own = own.into_iter().filter_map(|(label, value)| Some((label, value?)));
    let references = parcel.references.iter().map(|known| (known.kind.as_str(), &known.value));
    own.chain(references).find_map(|(label, value)| excerpt::in_number(label, value, &typed.number))
}

/// The newest line of the timeline that has one of the words.
async fn by_text(conn: &mut SqliteConnection, parcel: &str, typed: &Typed) -> Result<Option<Excerpt>, StoreError> {
    let rows: Vec<(Option<String>, Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT e.content ->> '$.raw_text', e.content ->> '$.place.name', e.content ->> '$.remark'
         FROM parcels p JOIN events e ON e.shipment_id = p.shipment_id WHERE p.id = $1
         ORDER BY e.effective_at DESC, e.id LIMIT 500",
    )
    .bind(parcel)
    .fetch_all(conn)
    .await?;
    let lines = rows
        .into_iter()
        .flat_map(|(text, place, remark)| [("Carrier’s words", text), ("Place", place), ("Remark", remark)]);
    Ok(lines.into_iter().find_map(|(label, line)| excerpt::in_words(label, &line?, &typed.words)))
}

/// Recipients stay masked here; revealing is an act of its own.
fn by_person(parcel: &Parcel) -> Excerpt {
    let known = parcel.recipient.clone().unwrap_or_default();
    let shown = [known.name, known.email, known.phone, known.postal_code].into_iter().flatten().next();
    let (before, after) = (String::new(), String::new());
    Excerpt { label: "Recipient".into(), before, hit: shown.unwrap_or_default(), after }
}

async fn shipments_of(
    conn: &mut SqliteConnection,
    ids: &[String],
    most: u32,
) -> Result<Vec<ShipmentSummary>, StoreError> {
    let rows: Vec<(String, String, i64, i64, i64, String, String)> = sqlx::query_as(
        "SELECT id, number, pieces, delivered, signed_for, roll_up, summary FROM shipments
         WHERE shown = 1 AND id IN (SELECT value FROM json_each($1)) ORDER BY created_at DESC, id LIMIT $2",
    )
    .bind(row::to_json(ids)?)
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, number, pieces, delivered, signed_for, roll_up, summary)| {
            Ok(ShipmentSummary {
                id: row::id(&id)?,
                number,
                pieces: row::small(pieces),
                delivered: row::small(delivered),
                signed_for: row::small(signed_for),
                roll_up,
                summary,
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct DeliveryColumns {
    id: String,
    received_at: i64,
    carrier: String,
    label: String,
    verdict: String,
    outcome: String,
    is_test: bool,
}

/// By id, hash of the body or message key; and the newest that carried these numbers.
async fn deliveries_of(
    conn: &mut SqliteConnection,
    q: &str,
    shipments: &[String],
    most: u32,
) -> Result<Vec<DeliveryHit>, StoreError> {
    let key: String = q.trim().chars().take(200).collect();
    let hex = key.to_lowercase();
    let is_hex = hex.len() >= 8 && hex.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    // An empty range where it cannot be one.
    let (start, end) = if is_hex { (hex.clone(), format!("{hex}~")) } else { ("~".into(), String::new()) };
    let rows: Vec<DeliveryColumns> = sqlx::query_as(
        "SELECT d.id, d.received_at, d.carrier, n.label, d.verdict, d.outcome, d.is_test
         FROM (SELECT id FROM deliveries WHERE id >= $1 AND id < $2
           UNION SELECT id FROM (SELECT id FROM deliveries WHERE body_sha256 >= $1 AND body_sha256 < $2 LIMIT 100)
           UNION SELECT k.id FROM endpoints o JOIN deliveries k ON k.endpoint_id = o.id AND k.is_test IN (0, 1)
             AND k.message_key = $3 AND k.claimed = 1
           UNION SELECT delivery_id FROM (SELECT l.delivery_id FROM json_each($4) s
             JOIN events e ON e.shipment_id = s.value JOIN event_deliveries l ON l.event_id = e.id
             ORDER BY l.received_at DESC LIMIT 100)) h
         CROSS JOIN deliveries d ON d.id = h.id JOIN endpoints n ON n.id = d.endpoint_id
         ORDER BY d.seq DESC LIMIT $5",
    )
    .bind(start)
    .bind(end)
    .bind(key)
    .bind(row::to_json(shipments)?)
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|found| {
            Ok(DeliveryHit {
                id: row::id(&found.id)?,
                received_at: row::time(found.received_at),
                carrier: row::word(&found.carrier)?,
                endpoint_label: found.label,
                verdict: row::word(&found.verdict)?,
                outcome: row::word(&found.outcome)?,
                is_test: found.is_test,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()
}
