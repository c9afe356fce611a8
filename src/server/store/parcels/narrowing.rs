//! The conditions of a filter on parcels, `p` in the query.

use crate::server::store::error::StoreError;
use crate::server::store::search::{Hits, Typed};
use crate::tracking::number::normalise;
use crate::tracking::parcel::ParcelFilter;
use crate::tracking::several::Several;
use crate::tracking::status::ParcelFlag;
use crate::tracking::time::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::fmt::Display;

const DAY_MS: i64 = 86_400_000;

/// Waiting for half of the holding time asks for a person too.
const ATTENTION: &str = "(p.action_required = 1 OR (p.status = 'available_for_pickup' AND p.stalled))";
/// What was lost or disposed of a month ago is no longer looked after; it may still turn up.
const ACTIVE: &str = "(p.status NOT IN ('delivered', 'returned', 'cancelled') AND NOT p.given_up)";

/// Adds the conditions of a filter.
pub(super) async fn narrow(
    conn: &mut SqliteConnection,
    query: &mut QueryBuilder<Sqlite>,
    filter: &ParcelFilter,
    now: Timestamp,
) -> Result<(), StoreError> {
    let typed = filter.q.as_deref().and_then(Typed::read);
    // What was searched for is looked up by id: the plus keeps the list's own index out of it.
    query.push(if typed.is_some() { " AND +p.is_test = " } else { " AND p.is_test = " });
    query.push_bind(filter.test.unwrap_or(false));
    if typed.is_none() && filter.number.is_none() {
        // A withdrawn piece is hidden unless it is asked for.
        query.push(" AND p.withdrawn = 0");
    }
    if let Some(typed) = typed {
        Hits::of(conn, typed, filter.people).await?.narrow(query, filter.people);
    }
    by_words(query, filter);
    by_claims(query, filter);
    by_times(query, filter, now);
    Ok(())
}

fn by_words(query: &mut QueryBuilder<Sqlite>, filter: &ParcelFilter) {
    if let Some(number) = &filter.number {
        query.push(" AND p.number_norm = ").push_bind(normalise(number));
    }
    any_of(query, "p.carrier", &filter.carrier);
    any_of(query, "p.status", &filter.status);
    any_of(query, "p.substatus", &filter.substatus);
    any_of(query, "p.reason", &filter.reason);
    if let Some(group) = filter.group {
        let words: Vec<String> = group.statuses().map(|status| format!("'{status}'")).collect();
        query.push(format!(" AND p.status IN ({})", words.join(", ")));
    }
    if !filter.flag.is_empty() {
        // Standing still is computed; the others are folded.
        let (computed, folded): (Vec<ParcelFlag>, Vec<ParcelFlag>) =
            filter.flag.0.iter().partition(|flag| **flag == ParcelFlag::Stalled);
        query.push(if computed.is_empty() { " AND (0" } else { " AND (p.stalled" });
        query.push(" OR EXISTS (SELECT 1 FROM json_each(p.flags) f WHERE f.value IN (");
        listed(query, &folded);
        query.push(")))");
    }
    if let Some(tag) = &filter.tag {
        query
            .push(
                " AND EXISTS (SELECT 1 FROM tags g WHERE g.endpoint_id = p.endpoint_id AND g.is_test = p.is_test
                  AND g.number_norm = p.number_norm AND g.tag = ",
            )
            .push_bind(tag.clone())
            .push(")");
    }
}

/// Nothing is asked for, or the column holds one of these words.
fn any_of<T: Display>(query: &mut QueryBuilder<Sqlite>, column: &str, words: &Several<T>) {
    if !words.is_empty() {
        query.push(format!(" AND {column} IN ("));
        listed(query, &words.0);
        query.push(")");
    }
}

fn listed<T: Display>(query: &mut QueryBuilder<Sqlite>, words: &[T]) {
    let mut list = query.separated(", ");
    for word in words {
        list.push_bind(word.to_string());
    }
}

fn by_claims(query: &mut QueryBuilder<Sqlite>, filter: &ParcelFilter) {
    let claims = [
        (filter.active, ACTIVE),
        (filter.attention, ATTENTION),
        (filter.stalled, "p.stalled"),
        (filter.expired, "p.expired"),
        (filter.proof, "(p.proofs <> '[]')"),
    ];
    for (wanted, claim) in claims {
        match wanted {
            Some(true) => query.push(" AND ").push(claim),
            Some(false) => query.push(" AND NOT ").push(claim),
            None => query,
        };
    }
}

fn by_times(query: &mut QueryBuilder<Sqlite>, filter: &ParcelFilter, now: Timestamp) {
    let bounds = [
        (filter.from, " AND p.last_event_at >= "),
        (filter.to, " AND p.last_event_at < "),
        (filter.created_from, " AND p.created_at >= "),
        (filter.created_to, " AND p.created_at < "),
    ];
    for (bound, condition) in bounds {
        if let Some(bound) = bound {
            query.push(condition).push_bind(bound.millis());
        }
    }
    if let Some(attempts) = filter.attempts {
        query.push(" AND p.attempts >= ").push_bind(i64::from(attempts));
    }
    if let Some(days) = filter.transit_days {
        query.push(" AND COALESCE(p.delivered_at, p.returned_at, ").push_bind(now.millis());
        query.push(") - p.accepted_at >= ").push_bind(i64::from(days) * DAY_MS);
    }
    if let Some(days) = filter.quiet_days {
        query.push(" AND p.silent_since <= ").push_bind(now.millis() - i64::from(days) * DAY_MS);
    }
}
