//! The conditions of a filter on parcels, `p` in the query.

use crate::server::store::error::StoreError;
use crate::server::store::search::{Hits, Typed};
use crate::tracking::carrier_id::CarrierId;
use crate::tracking::number::normalise;
use crate::tracking::parcel::ParcelFilter;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// Waiting for half of the holding time asks for a person too.
const ATTENTION: &str = "(p.action_required = 1 OR (p.status = 'available_for_pickup' AND p.stalled))";
/// What was lost or disposed of a month ago is no longer looked after; it may still turn up.
const ACTIVE: &str = "(p.status NOT IN ('delivered', 'returned', 'cancelled') AND NOT p.given_up)";

/// Adds the conditions of a filter.
pub(super) async fn narrow(
    conn: &mut SqliteConnection,
    query: &mut QueryBuilder<Sqlite>,
    filter: &ParcelFilter,
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
    by_times(query, filter);
    Ok(())
}

fn by_words(query: &mut QueryBuilder<Sqlite>, filter: &ParcelFilter) {
    if let Some(number) = &filter.number {
        query.push(" AND p.number_norm = ").push_bind(normalise(number));
    }
    if let Some(carrier) = filter.carrier {
        query.push(" AND p.carrier = ").push_bind(CarrierId::as_str(carrier));
    }
    if let Some(status) = filter.status {
        query.push(" AND p.status = ").push_bind(status.as_str());
    }
    if let Some(group) = filter.group {
        let words: Vec<String> = group.statuses().map(|status| format!("'{status}'")).collect();
        query.push(format!(" AND p.status IN ({})", words.join(", ")));
    }
    if let Some(substatus) = filter.substatus {
        query.push(" AND p.substatus = ").push_bind(substatus.as_str());
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

fn by_claims(query: &mut QueryBuilder<Sqlite>, filter: &ParcelFilter) {
    let claims = [
        (filter.active, ACTIVE),
        (filter.attention, ATTENTION),
        (filter.stalled, "p.stalled"),
        (filter.expired, "p.expired"),
    ];
    for (wanted, claim) in claims {
        match wanted {
            Some(true) => query.push(" AND ").push(claim),
            Some(false) => query.push(" AND NOT ").push(claim),
            None => query,
        };
    }
}

fn by_times(query: &mut QueryBuilder<Sqlite>, filter: &ParcelFilter) {
    if let Some(from) = filter.from {
        query.push(" AND p.last_event_at >= ").push_bind(from.millis());
    }
    if let Some(to) = filter.to {
        query.push(" AND p.last_event_at < ").push_bind(to.millis());
    }
}
