//! The inbox: notes that name no number we knew when they came.

use crate::server::store::error::StoreError;
use crate::server::store::row;
use crate::server::store::writer::Tx;
use crate::tracking::number::normalise;
use uuid::Uuid;

/// Most notes taken for one number, newest first.
const MOST: u32 = 500;
/// Shorter words are not taken for numbers.
const SHORTEST: usize = 4;

/// The words of a text that may be numbers, normalised, in order.
pub(in crate::server::store) fn words_of(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(normalise)
        .filter(|word| word.chars().count() >= SHORTEST)
        .take(300)
}

#[derive(sqlx::FromRow)]
struct NoteRow {
    id: String,
    text: String,
    shipment_id: Option<String>,
    endpoint_id: String,
    is_test: bool,
    number_norm: String,
}

impl Tx {
    /// Gives a number that was not known before the notes whose text names it first of all numbers known: those that
    /// waited, and those that had gone to another number, which are returned: fold them again too. An operator's word
    /// on where a note belongs stands.
    pub async fn attach_notes(&mut self, shipment: Uuid) -> Result<Vec<Uuid>, StoreError> {
        let named: Vec<NoteRow> = sqlx::query_as(
            "SELECT e.id, json_extract(e.content, '$.raw_text') AS text, e.shipment_id, e.endpoint_id, e.is_test,
               s.number_norm
             FROM shipments s JOIN events e ON e.nameless = 1 AND e.endpoint_id = s.endpoint_id
               AND e.is_test = s.is_test AND e.shipment_id IS NOT s.id
             WHERE s.id = $1 AND s.derivation_version = 0
               AND instr(replace(upper(json_extract(e.content, '$.raw_text')), '-', ''), s.number_norm) > 0
               AND NOT EXISTS (SELECT 1 FROM operator_acts a WHERE a.endpoint_id = e.endpoint_id
                 AND a.is_test = e.is_test AND a.dedupe_key = e.dedupe_key AND a.act IN ('move', 'attach'))
             ORDER BY e.received_at DESC, e.id DESC LIMIT $2",
        )
        .bind(shipment.to_string())
        .bind(MOST)
        .fetch_all(&mut self.conn)
        .await?;
        let mut left = Vec::new();
        for note in named {
            let first = self.find_known_number_in(row::id(&note.endpoint_id)?, note.is_test, &note.text).await?;
            if first.is_none_or(|first| normalise(&first) != note.number_norm) {
                continue;
            }
            sqlx::query("UPDATE events SET shipment_id = $2 WHERE id = $1")
                .bind(&note.id)
                .bind(shipment.to_string())
                .execute(&mut self.conn)
                .await?;
            left.extend(row::id_opt(note.shipment_id.as_deref())?);
        }
        Ok(left)
    }
}
