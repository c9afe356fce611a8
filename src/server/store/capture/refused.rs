//! Refused deliveries: kept and explained, but bounded per endpoint.
//!
//! Identical refusals share a row. Beyond 1,000 rows or 32 MiB the oldest row of the sender that has most is dropped, so
//! that a flood from one address pushes out itself and not the carrier's own requests, which re-verifying needs.

use super::{Answer, Capture, Captured, NewRow, StoreError, Tx};
use crate::server::store::row;
use crate::tracking::delivery::{FailureReason, Outcome};
use std::net::IpAddr;

/// Most rows of refused deliveries per endpoint.
pub const MOST_ROWS: i64 = 1_000;
/// Most bytes of their bodies per endpoint.
const MOST_BYTES: i64 = 32 * 1024 * 1024;
/// What a row costs besides its body.
const ROW_BYTES: i64 = 1_024;

/// Who counts as one sender: an IPv4 address, or the /64 of an IPv6 one.
pub(super) fn sender_of(remote_addr: &str) -> String {
    match remote_addr.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => remote_addr.to_owned(),
    }
}

impl Tx {
    pub(super) async fn keep_refused(&mut self, capture: &Capture, is_test: bool) -> Result<Captured, StoreError> {
        let shared: Option<String> = sqlx::query_scalar(
            "UPDATE deliveries SET seen_count = seen_count + 1, last_seen_at = MAX(last_seen_at, $5)
             WHERE endpoint_id = $1 AND is_test = $2 AND body_sha256 = $3 AND reason = $4 AND outcome = 'rejected'
             RETURNING id",
        )
        .bind(capture.endpoint.to_string())
        .bind(is_test)
        .bind(&capture.body_sha256)
        .bind(capture.reason.map(FailureReason::as_str))
        .bind(capture.received_at.millis())
        .fetch_optional(&mut self.conn)
        .await?;
        let delivery = if let Some(id) = shared {
            row::id(&id)?
        } else {
            let new = NewRow {
                is_test,
                claims: false,
                answer: Answer::Refused,
                outcome: Outcome::Rejected,
                duplicate_of: None,
            };
            let seq = self.insert_delivery(capture, &new).await?;
            let seq = seq.ok_or_else(|| StoreError::Inconsistent("a refused delivery was not inserted".into()))?;
            self.insert_body(seq, capture, true).await?;
            self.evict(capture, seq).await?;
            capture.id
        };
        Ok(Captured { delivery, first: delivery, answer: Answer::Refused, is_test, outcome: Outcome::Rejected })
    }

    /// Drops rows until the endpoint is within its bounds; never the one just written.
    async fn evict(&mut self, capture: &Capture, newest: i64) -> Result<(), StoreError> {
        let endpoint = capture.endpoint.to_string();
        loop {
            let (rows, bytes): (i64, i64) = sqlx::query_as(
                "SELECT COUNT(*), COALESCE(SUM(size + $2), 0)
                 FROM deliveries INDEXED BY deliveries_refused_by_net WHERE endpoint_id = $1 AND outcome = 'rejected'",
            )
            .bind(&endpoint)
            .bind(ROW_BYTES)
            .fetch_one(&mut self.conn)
            .await?;
            if rows <= MOST_ROWS && bytes <= MOST_BYTES {
                return Ok(());
            }
            let dropped = sqlx::query(
                "DELETE FROM deliveries WHERE seq = (
                   SELECT MIN(seq) FROM deliveries INDEXED BY deliveries_refused_by_net
                   WHERE endpoint_id = $1 AND outcome = 'rejected' AND seq <> $2 AND remote_net = (
                     SELECT remote_net FROM deliveries INDEXED BY deliveries_refused_by_net
                     WHERE endpoint_id = $1 AND outcome = 'rejected' AND seq <> $2
                     GROUP BY remote_net
                     ORDER BY CASE WHEN $3 THEN COUNT(*) ELSE SUM(size) END DESC, MIN(seq) LIMIT 1))",
            )
            .bind(&endpoint)
            .bind(newest)
            .bind(rows > MOST_ROWS)
            .execute(&mut self.conn)
            .await?;
            if dropped.rows_affected() == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sender_of;

    #[test]
    fn a_network_of_addresses_is_one_sender() {
        assert_eq!(sender_of("2001:db8:1:2:3::4"), sender_of("2001:db8:1:2:ffff::1"));
        assert_ne!(sender_of("2001:db8:1:2::1"), sender_of("2001:db8:1:3::1"));
        assert_eq!(sender_of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(sender_of("unknown"), "unknown");
    }
}
