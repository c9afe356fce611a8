//! By which name a sign-in provider knows our users.

use super::Store;
use super::error::StoreError;
use super::people::StoredUser;
use super::writer::Tx;
use crate::tracking::people::User;
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// A person as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The provider's name for the person.
    pub subject: String,
}

impl Store {
    /// Whom a provider means; disabled users too.
    pub async fn find_user_by_identity(&self, identity: &Identity) -> Result<Option<User>, StoreError> {
        let mut conn = self.read().await?;
        let name: Option<String> = sqlx::query_scalar(
            "SELECT u.name FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2",
        )
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .fetch_optional(&mut *conn)
        .await?;
        drop(conn);
        let Some(name) = name else { return Ok(None) };
        Ok(self.find_user_by_name(&name).await?.map(|stored| stored.user))
    }

    /// Lets a provider's person be this user from now on; `Exists` where they are another already.
    pub async fn link_identity(&self, user: Uuid, identity: Identity, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { tx.identify(user, &identity, at).await })).await
    }

    /// Adds a user whom a provider brought, with who they are there: both or neither.
    pub async fn insert_linked_user(&self, new: StoredUser, identity: Identity) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let StoredUser { user, password_hash } = new;
                tx.add_user(user.id, &user.name, password_hash, user.role, user.created_at, false).await?;
                tx.identify(user.id, &identity, user.created_at).await
            })
        })
        .await
    }

    /// Forgets by which names providers know a user. `false` where there are none.
    pub async fn unlink_identities(&self, user: Uuid) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM identities WHERE user_id = $1")
                    .bind(user.to_string())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }
}

impl Tx {
    async fn identify(&mut self, user: Uuid, identity: &Identity, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)")
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .bind(user.to_string())
            .bind(at.millis())
            .execute(&mut self.conn)
            .await
            .map_err(|error| StoreError::from(error).or_exists("a user of this account"))?;
        Ok(())
    }
}
