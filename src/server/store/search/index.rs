//! Keeping the index of a number in step: made again whenever the number is folded, written where it differs.

use super::words::{fold, fold_number};
use crate::server::store::error::StoreError;
use crate::server::store::writer::Tx;
use std::collections::HashSet;

/// Most of a timeline that is searched, in bytes; the newest counts.
const MOST_TEXT: usize = 12_000;

#[derive(sqlx::FromRow)]
struct ParcelNumbers {
    id: String,
    number_norm: String,
    piece_norm: Option<String>,
    references: Option<String>,
    known: Option<String>,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    digest: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    postal_code: Option<String>,
}

impl Tx {
    /// Brings what is searched of a number up to date. Part of saving what was folded of it.
    pub(in crate::server::store) async fn index_number(&mut self, shipment: &str) -> Result<(), StoreError> {
        self.index_parcels(shipment).await?;
        self.index_texts(shipment).await?;
        self.index_people(shipment).await
    }

    async fn index_parcels(&mut self, shipment: &str) -> Result<(), StoreError> {
        let parcels: Vec<ParcelNumbers> = sqlx::query_as(
            "SELECT p.id, p.number_norm, p.piece_norm, s.text AS known,
               (SELECT group_concat(r.value_norm, char(10)) FROM parcel_references r WHERE r.parcel_id = p.id) AS \"references\"
             FROM parcels p LEFT JOIN search_parcels s ON s.parcel_id = p.id WHERE p.shipment_id = $1",
        )
        .bind(shipment)
        .fetch_all(&mut self.conn)
        .await?;
        for parcel in parcels {
            let values = [Some(parcel.number_norm), parcel.piece_norm, parcel.references];
            let text = fold(&values.into_iter().flatten().collect::<Vec<_>>().join("\n"));
            if parcel.known.as_deref() == Some(text.as_str()) {
                continue;
            }
            sqlx::query(
                "INSERT INTO search_parcels (parcel_id, text) VALUES ($1, $2)
                 ON CONFLICT (parcel_id) DO UPDATE SET text = excluded.text",
            )
            .bind(parcel.id)
            .bind(text)
            .execute(&mut self.conn)
            .await?;
        }
        Ok(())
    }

    async fn index_texts(&mut self, shipment: &str) -> Result<(), StoreError> {
        let rows: Vec<(Option<String>, Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT content ->> '$.raw_text', content ->> '$.place.name', content ->> '$.remark'
             FROM events WHERE shipment_id = $1 ORDER BY effective_at DESC, id LIMIT 500",
        )
        .bind(shipment)
        .fetch_all(&mut self.conn)
        .await?;
        let mut seen = HashSet::new();
        let mut text = String::new();
        for line in rows.into_iter().flat_map(|(words, place, remark)| [words, place, remark]).flatten() {
            let line = fold(line.trim());
            if text.len() + line.len() < MOST_TEXT && !line.is_empty() && seen.insert(line.clone()) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        sqlx::query(
            "INSERT INTO search_texts (shipment_id, text) VALUES ($1, $2)
             ON CONFLICT (shipment_id) DO UPDATE SET text = excluded.text WHERE text <> excluded.text",
        )
        .bind(shipment)
        .bind(text)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    /// A recipient's row never changes: who is known already is in the index.
    async fn index_people(&mut self, shipment: &str) -> Result<(), StoreError> {
        let people: Vec<PersonRow> = sqlx::query_as(
            "SELECT r.digest, r.name, r.email, r.phone, r.postal_code FROM recipients r
             LEFT JOIN search_people s ON s.shipment_id = r.shipment_id AND s.digest = r.digest
             WHERE r.shipment_id = $1 AND s.id IS NULL",
        )
        .bind(shipment)
        .fetch_all(&mut self.conn)
        .await?;
        for person in people {
            let digits = person.phone.map(|phone| phone.chars().filter(char::is_ascii_digit).collect::<String>());
            let values = [person.name, person.email, digits, person.postal_code];
            let text = values.into_iter().flatten().map(|value| fold_number(&value)).collect::<Vec<_>>().join("\n");
            sqlx::query("INSERT INTO search_people (shipment_id, digest, text) VALUES ($1, $2, $3)")
                .bind(shipment)
                .bind(person.digest)
                .bind(text)
                .execute(&mut self.conn)
                .await?;
        }
        Ok(())
    }
}
