//! Users and their sessions. Only hashes of passwords and cookies are here.

use super::Store;
use super::error::StoreError;
use super::row::{self, Keyset};
use crate::tracking::page::{Page, PageRequest};
use crate::tracking::people::{Role, SessionInfo, User};
use crate::tracking::time::Timestamp;
use uuid::Uuid;

/// A user with what signing in needs. No Debug.
pub struct StoredUser {
    /// The user.
    pub user: User,
    /// Argon2id, PHC string.
    pub password_hash: String,
}

/// A session to be opened.
pub struct NewSession {
    /// SHA-256 of the cookie's value.
    pub hash: String,
    /// Whose.
    pub user: Uuid,
    /// A new id of version 7.
    pub id: Uuid,
    /// Now.
    pub at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// From where.
    pub remote_addr: String,
    /// The browser's own words.
    pub user_agent: String,
}

/// An open session and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Which.
    pub id: Uuid,
    /// Whose; never a disabled one.
    pub user: User,
    /// When it was last used (to the minute).
    pub last_used_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: String,
    name: String,
    password_hash: String,
    role: String,
    disabled: bool,
    created_at: i64,
    last_login_at: Option<i64>,
}

impl TryFrom<UserRow> for StoredUser {
    type Error = StoreError;
    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            user: User {
                id: row::id(&row.id)?,
                name: row.name,
                role: row::word(&row.role)?,
                disabled: row.disabled,
                created_at: row::time(row.created_at),
                last_login_at: row::time_opt(row.last_login_at),
            },
            password_hash: row.password_hash,
        })
    }
}

fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Store {
    /// Adds a user; `Exists` where the name is taken, whatever its case.
    pub async fn insert_user(
        &self,
        id: Uuid,
        name: &str,
        password_hash: String,
        role: Role,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.add_user(id, name, password_hash, role, at, false).await.map(drop)
    }

    /// Adds the first admin; `false` where there is an admin already. Two at once cannot both succeed.
    pub async fn insert_first_admin(
        &self,
        id: Uuid,
        name: &str,
        password_hash: String,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.add_user(id, name, password_hash, Role::Admin, at, true).await
    }

    async fn add_user(
        &self,
        id: Uuid,
        name: &str,
        password_hash: String,
        role: Role,
        at: Timestamp,
        only_first: bool,
    ) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.write(move |tx| Box::pin(async move { tx.add_user(id, &name, password_hash, role, at, only_first).await }))
            .await
    }

    /// A user by name, whatever its case; disabled ones too.
    pub async fn find_user_by_name(&self, name: &str) -> Result<Option<StoredUser>, StoreError> {
        let mut conn = self.read().await?;
        let row: Option<UserRow> = sqlx::query_as("SELECT * FROM users WHERE name_norm = $1")
            .bind(normal(name))
            .fetch_optional(&mut *conn)
            .await?;
        row.map(StoredUser::try_from).transpose()
    }

    /// Users, newest first.
    pub async fn list_users(&self, request: &PageRequest) -> Result<Page<User>, StoreError> {
        let after = Keyset::of(request)?;
        let mut conn = self.read().await?;
        let rows: Vec<UserRow> = sqlx::query_as(
            "SELECT id, name, '' AS password_hash, role, disabled, created_at, last_login_at FROM users
             WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3",
        )
        .bind(after.at)
        .bind(after.id)
        .bind(row::limit(request))
        .fetch_all(&mut *conn)
        .await?;
        let users = rows
            .into_iter()
            .map(|row| StoredUser::try_from(row).map(|stored| stored.user))
            .collect::<Result<_, _>>()?;
        Ok(row::page(users, request, |last: &User| Keyset { at: last.created_at.millis(), id: last.id.to_string() }))
    }

    /// Sets a password and ends the user's sessions, but for the one in which it is set. `false` when there is no such user.
    pub async fn set_password(
        &self,
        user: Uuid,
        password_hash: String,
        keep: Option<Uuid>,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
                    .bind(user.to_string())
                    .bind(password_hash)
                    .execute(&mut tx.conn)
                    .await?;
                tx.end_sessions_of(user, keep).await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Gives a user another role, or lets them sign in or not; disabling ends their sessions. `false` when nothing was
    /// changed: there is no such user, or nobody else would be left who may sign in as admin.
    pub async fn change_user(
        &self,
        user: Uuid,
        role: Option<Role>,
        disabled: Option<bool>,
    ) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query(
                    "UPDATE users SET role = COALESCE($2, role), disabled = COALESCE($3, disabled)
                     WHERE id = $1 AND ((COALESCE($2, role) = 'admin' AND COALESCE($3, disabled) = 0)
                       OR EXISTS (SELECT 1 FROM users o WHERE o.id <> $1 AND o.role = 'admin' AND o.disabled = 0)
                       OR NOT (role = 'admin' AND disabled = 0))",
                )
                .bind(user.to_string())
                .bind(role.map(Role::as_str))
                .bind(disabled)
                .execute(&mut tx.conn)
                .await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                if disabled == Some(true) {
                    tx.end_sessions_of(user, None).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Names of those who may act on parcels, in order of the alphabet; at most 500.
    pub async fn list_operators(&self) -> Result<Vec<String>, StoreError> {
        let mut conn = self.read().await?;
        let names = sqlx::query_scalar(
            "SELECT name FROM users WHERE disabled = 0 AND role IN ('operator', 'admin') ORDER BY name_norm LIMIT 500",
        );
        Ok(names.fetch_all(&mut *conn).await?)
    }

    /// Ends all of a user's sessions.
    pub async fn end_sessions(&self, user: Uuid) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { tx.end_sessions_of(user, None).await })).await
    }

    /// Ends a user's sessions but for this one.
    pub async fn end_other_sessions(&self, user: Uuid, keep: Uuid) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { tx.end_sessions_of(user, Some(keep)).await })).await
    }

    /// Admins, disabled ones too: while there is none, the setup page is open.
    pub async fn count_admins(&self) -> Result<u64, StoreError> {
        let mut conn = self.read().await?;
        let n: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE role = 'admin'").fetch_one(&mut *conn).await?;
        Ok(row::count(n))
    }

    /// Opens a session, notes the login, and drops sessions that have run out.
    pub async fn insert_session(&self, new: NewSession) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
                    .bind(new.at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                sqlx::query(
                    "INSERT INTO sessions (hash, id, user_id, created_at, last_used_at, expires_at, remote_addr, user_agent)
                     VALUES ($1, $2, $3, $4, $4, $5, $6, $7)",
                )
                .bind(new.hash)
                .bind(new.id.to_string())
                .bind(new.user.to_string())
                .bind(new.at.millis())
                .bind(new.expires_at.millis())
                .bind(new.remote_addr)
                .bind(new.user_agent.chars().take(300).collect::<String>())
                .execute(&mut tx.conn)
                .await?;
                sqlx::query("UPDATE users SET last_login_at = $2 WHERE id = $1")
                    .bind(new.user.to_string())
                    .bind(new.at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The session of this cookie, if it has not run out and its user may sign in.
    pub async fn find_session(&self, hash: &str, now: Timestamp) -> Result<Option<OpenSession>, StoreError> {
        #[derive(sqlx::FromRow)]
        struct Row {
            session_id: String,
            last_used_at: i64,
            expires_at: i64,
            #[sqlx(flatten)]
            user: UserRow,
        }
        let mut conn = self.read().await?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT s.id AS session_id, s.last_used_at, s.expires_at,
               u.id, u.name, '' AS password_hash, u.role, u.disabled, u.created_at, u.last_login_at
             FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE s.hash = $1 AND s.expires_at > $2 AND u.disabled = 0",
        )
        .bind(hash)
        .bind(now.millis())
        .fetch_optional(&mut *conn)
        .await?;
        row.map(|row| {
            Ok(OpenSession {
                id: row::id(&row.session_id)?,
                user: StoredUser::try_from(row.user)?.user,
                last_used_at: row::time(row.last_used_at),
                expires_at: row::time(row.expires_at),
            })
        })
        .transpose()
    }

    /// Notes that a session was used, and until when it now holds.
    pub async fn touch_session(&self, id: Uuid, now: Timestamp, expires_at: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE sessions SET last_used_at = $2, expires_at = $3 WHERE id = $1")
                    .bind(id.to_string())
                    .bind(now.millis())
                    .bind(expires_at.millis())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends a session. `false` when there is none.
    pub async fn delete_session(&self, id: Uuid) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let done = sqlx::query("DELETE FROM sessions WHERE id = $1")
                    .bind(id.to_string())
                    .execute(&mut tx.conn)
                    .await?;
                Ok(done.rows_affected() > 0)
            })
        })
        .await
    }

    /// Open sessions, last used first, at most 200; `current` marks the one asking.
    pub async fn list_sessions(
        &self,
        user: Option<Uuid>,
        current: Option<Uuid>,
        now: Timestamp,
    ) -> Result<Vec<SessionInfo>, StoreError> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, String, i64, i64, String, String)> = sqlx::query_as(
            "SELECT s.id, u.name, s.created_at, s.last_used_at, s.remote_addr, s.user_agent
             FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE ($1 IS NULL OR s.user_id = $1) AND s.expires_at > $2 ORDER BY s.last_used_at DESC, s.id DESC LIMIT 200",
        )
        .bind(user.map(|user| user.to_string()))
        .bind(now.millis())
        .fetch_all(&mut *conn)
        .await?;
        rows.into_iter()
            .map(|(id, user, created_at, last_used_at, remote_addr, user_agent)| {
                let id = row::id(&id)?;
                Ok(SessionInfo {
                    id,
                    user,
                    created_at: row::time(created_at),
                    last_used_at: row::time(last_used_at),
                    remote_addr,
                    user_agent,
                    current: current == Some(id),
                })
            })
            .collect()
    }
}

impl super::writer::Tx {
    /// `false` where it was to be the first admin and is not.
    pub(super) async fn add_user(
        &mut self,
        id: Uuid,
        name: &str,
        password_hash: String,
        role: Role,
        at: Timestamp,
        only_first: bool,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO users (id, name, name_norm, password_hash, role, created_at)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE NOT $7 OR NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin')",
        )
        .bind(id.to_string())
        .bind(name.trim())
        .bind(normal(name))
        .bind(password_hash)
        .bind(role.as_str())
        .bind(at.millis())
        .bind(only_first)
        .execute(&mut self.conn)
        .await
        .map_err(|error| StoreError::from(error).or_exists("a user of this name"))?;
        Ok(done.rows_affected() > 0)
    }

    async fn end_sessions_of(&mut self, user: Uuid, but: Option<Uuid>) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id IS NOT $2")
            .bind(user.to_string())
            .bind(but.map(|but| but.to_string()))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }
}
