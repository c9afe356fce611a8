//! The inbox: notes that name no number we knew when they came.

use crate::server::store::error::StoreError;
use crate::server::store::writer::Tx;
use crate::tracking::number::normalise;
use uuid::Uuid;

/// Most notes looked at for one number, newest first.
const MOST: u32 = 500;
/// Shorter words are not taken for numbers.
const SHORTEST: usize = 4;

/// The words of a text that may be numbers, normalised, in order.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(normalise)
        .filter(|word| word.chars().count() >= SHORTEST)
        .take(300)
}

impl Tx {
    /// Gives a number the notes that waited for it: those whose text names it. Returns how many. Fold it afterwards.
    pub async fn attach_notes(&mut self, shipment: Uuid) -> Result<u64, StoreError> {
        let waiting: Vec<(String, Option<String>, String)> = sqlx::query_as(
            "SELECT e.id, json_extract(e.content, '$.raw_text'), s.number_norm
             FROM shipments s JOIN events e ON e.shipment_id IS NULL AND e.endpoint_id = s.endpoint_id
               AND e.is_test = s.is_test
             WHERE s.id = $1 ORDER BY e.received_at DESC, e.id DESC LIMIT $2",
        )
        .bind(shipment.to_string())
        .bind(MOST)
        .fetch_all(&mut self.conn)
        .await?;
        let mut attached = 0;
        for (id, text, number) in waiting {
            if text.is_some_and(|text| words_of(&text).any(|word| word == number)) {
                let done = sqlx::query("UPDATE events SET shipment_id = $2 WHERE id = $1 AND shipment_id IS NULL")
                    .bind(id)
                    .bind(shipment.to_string())
                    .execute(&mut self.conn)
                    .await?;
                attached += done.rows_affected();
            }
        }
        Ok(attached)
    }
}
