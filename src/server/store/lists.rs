//! How operators look at the list: their columns, the views they saved; and the tags they gave.

use super::error::StoreError;
use super::{Store, row};
use crate::tracking::time::Timestamp;
use crate::tracking::view::{ParcelColumn, SavedView};
use uuid::Uuid;

/// Most saved views one operator sees.
const MOST_VIEWS: u32 = 50;
/// Most tags that are offered.
const MOST_TAGS: u32 = 200;

/// A view to be saved.
pub struct NewView {
    /// A new id.
    pub id: Uuid,
    /// Whose.
    pub user: Uuid,
    /// What it is called; the same name replaces.
    pub name: String,
    /// Filter and order, as in the address.
    pub query: String,
    /// What it shows.
    pub columns: Vec<ParcelColumn>,
    /// For everybody.
    pub shared: bool,
    /// Now.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ViewRow {
    id: String,
    user_id: String,
    by: String,
    name: String,
    query: String,
    columns: String,
    shared: bool,
}

impl Store {
    /// The columns a user chose.
    pub async fn columns_of(&self, user: Uuid) -> Result<Option<Vec<ParcelColumn>>, StoreError> {
        let mut conn = self.read().await?;
        let text: Option<String> = sqlx::query_scalar("SELECT columns FROM list_columns WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_optional(&mut *conn)
            .await?;
        Ok(text.map(|text| ParcelColumn::list(&text)))
    }

    /// Keeps the columns a user chose.
    pub async fn set_columns(&self, user: Uuid, columns: &[ParcelColumn]) -> Result<(), StoreError> {
        let text = ParcelColumn::text(columns);
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO list_columns (user_id, columns) VALUES ($1, $2)
                     ON CONFLICT (user_id) DO UPDATE SET columns = excluded.columns",
                )
                .bind(user.to_string())
                .bind(text)
                .execute(&mut tx.conn)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The views a user saved, and those shared by others, by name.
    pub async fn saved_views(&self, user: Uuid) -> Result<Vec<SavedView>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<ViewRow> = sqlx::query_as(
            "SELECT v.id, v.user_id, u.name AS by, v.name, v.query, v.columns, v.shared
             FROM saved_views v JOIN users u ON u.id = v.user_id WHERE v.user_id = $1 OR v.shared = 1
             ORDER BY v.name_norm, v.id LIMIT $2",
        )
        .bind(user.to_string())
        .bind(MOST_VIEWS)
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter()
            .map(|view| {
                Ok(SavedView {
                    id: row::id(&view.id)?,
                    own: view.user_id == user.to_string(),
                    name: view.name,
                    query: view.query,
                    columns: ParcelColumn::list(&view.columns),
                    shared: view.shared,
                    by: view.by,
                })
            })
            .collect()
    }

    /// Saves a view; returns its id, which stays when the name was there.
    pub async fn save_view(&self, view: NewView) -> Result<Uuid, StoreError> {
        let id: String = self
            .write(move |tx| {
                Box::pin(async move {
                    let id = sqlx::query_scalar(
                        "INSERT INTO saved_views (id, user_id, name, name_norm, query, columns, shared, created_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                         ON CONFLICT (user_id, name_norm) DO UPDATE SET name = excluded.name, query = excluded.query,
                           columns = excluded.columns, shared = excluded.shared
                         RETURNING id",
                    )
                    .bind(view.id.to_string())
                    .bind(view.user.to_string())
                    .bind(&view.name)
                    .bind(view.name.to_lowercase())
                    .bind(&view.query)
                    .bind(ParcelColumn::text(&view.columns))
                    .bind(view.shared)
                    .bind(view.at.millis())
                    .fetch_one(&mut tx.conn)
                    .await?;
                    Ok(id)
                })
            })
            .await?;
        row::id(&id)
    }

    /// Drops a view of this user's. Whether there was one.
    pub async fn drop_view(&self, user: Uuid, id: Uuid) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM saved_views WHERE id = $1 AND user_id = $2")
                    .bind(id.to_string())
                    .bind(user.to_string())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Tags in use.
    pub async fn tags_in_use(&self) -> Result<Vec<String>, StoreError> {
        let mut conn = self.read().await?;
        Ok(sqlx::query_scalar("SELECT DISTINCT tag FROM tags ORDER BY tag LIMIT $1")
            .bind(MOST_TAGS)
            .fetch_all(&mut *conn)
            .await?)
    }

    /// Gives the numbers of these parcels a tag, or takes it; a number shares it with all its pieces. Returns those of
    /// the parcels that had it otherwise before.
    pub async fn tag_parcels(&self, parcels: &[Uuid], tag: &str, on: bool) -> Result<Vec<Uuid>, StoreError> {
        const CHANGED: &str = "SELECT p.id FROM parcels p WHERE p.id IN (SELECT value FROM json_each($1))
            AND $3 <> EXISTS (SELECT 1 FROM tags g WHERE g.endpoint_id = p.endpoint_id AND g.is_test = p.is_test
              AND g.number_norm = p.number_norm AND g.tag = $2) ORDER BY p.id";
        const GIVE: &str = "INSERT INTO tags (endpoint_id, is_test, number_norm, tag)
            SELECT DISTINCT endpoint_id, is_test, number_norm, $2 FROM parcels
            WHERE id IN (SELECT value FROM json_each($1)) ON CONFLICT DO NOTHING";
        const TAKE: &str = "DELETE FROM tags WHERE tag = $2 AND (endpoint_id, is_test, number_norm) IN
            (SELECT endpoint_id, is_test, number_norm FROM parcels WHERE id IN (SELECT value FROM json_each($1)))";
        let (ids, tag) = (row::id_set(parcels), tag.to_owned());
        let changed: Vec<String> = self
            .write(move |tx| {
                Box::pin(async move {
                    let changed =
                        sqlx::query_scalar(CHANGED).bind(&ids).bind(&tag).bind(on).fetch_all(&mut tx.conn).await?;
                    sqlx::query(if on { GIVE } else { TAKE }).bind(&ids).bind(&tag).execute(&mut tx.conn).await?;
                    Ok(changed)
                })
            })
            .await?;
        changed.iter().map(|id| row::id(id)).collect()
    }
}
