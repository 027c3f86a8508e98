//! Where wrapped data keys are kept: a database of its own, apart from the cases.
//!
//! Destroying a key here erases a person in every copy of the case database, also in old backups. The store keeps a
//! tombstone for each destroyed key, so that a restored copy of this store does not bring anybody back.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use diesel::r2d2::Pool;

use super::conn::{Conn, ConnectionManager, DatabaseUrl, Limits};
use super::error::StoreError;
use crate::clock::UtcTime;
use crate::crypto::field::{DataKeyId, KeyRecord, KeyStore, KeyStoreError, Tombstone, WrappedDataKey};
use crate::each_backend;

mod schema {
    diesel::table! {
        data_keys (id) {
            id -> Text,
            person_id -> Text,
            kek -> Text,
            wrapped -> Text,
        }
    }

    diesel::table! {
        data_key_tombstones (id) {
            id -> Text,
            destroyed_at -> Timestamp,
        }
    }
}
use schema::{data_key_tombstones, data_keys};

/// Keys asked for in one statement.
const AT_ONCE: usize = 500;

/// The tables; made at first use, because this store has no history to migrate.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS data_keys (
        id        TEXT NOT NULL PRIMARY KEY,
        person_id TEXT NOT NULL,
        kek       TEXT NOT NULL,
        wrapped   TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS data_key_tombstones (
        id           TEXT NOT NULL PRIMARY KEY,
        destroyed_at TIMESTAMP NOT NULL
    );";

#[derive(Queryable, Insertable)]
#[diesel(table_name = data_keys)]
struct DataKeyRow {
    id: String,
    person_id: String,
    kek: String,
    wrapped: String,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = data_key_tombstones)]
struct TombstoneRow {
    id: String,
    destroyed_at: UtcTime,
}

/// The key store over a database of its own.
#[derive(Debug)]
pub struct DatabaseKeyStore {
    pool: Pool<ConnectionManager>,
}

impl DatabaseKeyStore {
    /// Opens the store and makes its tables when they are missing.
    ///
    /// # Errors
    /// As [`super::Store::open`].
    pub fn open(url: DatabaseUrl) -> Result<Self, StoreError> {
        let manager = ConnectionManager::new(url, Limits::default(), "zedenregister-keys");
        manager.open()?.batch_execute(TABLES)?;
        Ok(Self { pool: Pool::builder().max_size(2).min_idle(Some(0)).build_unchecked(manager) })
    }

    fn run<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T, Failure>) -> Result<T, KeyStoreError> {
        let mut conn = self.pool.get().map_err(|e| unavailable(StoreError::from(e)))?;
        f(&mut conn).map_err(|failure| match failure {
            Failure::Store(error) => unavailable(error),
            Failure::Keys(error) => error,
        })
    }

    fn transact<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T, Failure>) -> Result<T, KeyStoreError> {
        self.run(|conn| {
            conn.begin()?;
            let done = f(conn).and_then(|value| {
                conn.commit()?;
                Ok(value)
            });
            if done.is_err() {
                conn.rollback_to(0)?;
            }
            done
        })
    }
}

enum Failure {
    Store(StoreError),
    Keys(KeyStoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

fn unavailable(error: StoreError) -> KeyStoreError {
    KeyStoreError::Unavailable(Box::new(error))
}

fn corrupt(what: &str) -> Failure {
    Failure::Store(StoreError::Corrupt(what.to_owned()))
}

impl KeyStore for DatabaseKeyStore {
    fn get(&self, id: DataKeyId) -> Result<Option<KeyRecord>, KeyStoreError> {
        self.run(|conn| record(conn, id))
    }

    fn living(&self, ids: &[DataKeyId]) -> Result<Vec<DataKeyId>, KeyStoreError> {
        self.run(|conn| {
            let mut living = Vec::with_capacity(ids.len());
            for some in ids.chunks(AT_ONCE) {
                let names = some.iter().map(DataKeyId::to_string);
                let present: Vec<String> =
                    data_keys::table.filter(data_keys::id.eq_any(names)).select(data_keys::id).load(conn)?;
                for id in present {
                    living.push(id.parse().map_err(|_| corrupt("a data key without a name"))?);
                }
            }
            Ok(living)
        })
    }

    fn put(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        self.transact(|conn| match record(conn, key.id)? {
            Some(KeyRecord::Live(present)) if present == *key => Ok(()),
            Some(_) => Err(Failure::Keys(KeyStoreError::Conflict(key.id))),
            None => {
                diesel::insert_into(data_keys::table).values(row_of(key)).execute(conn)?;
                Ok(())
            }
        })
    }

    fn replace(&self, old: &WrappedDataKey, new: &WrappedDataKey) -> Result<bool, KeyStoreError> {
        self.transact(|conn| {
            let stored = data_keys::table.find(old.id.to_string()).filter(data_keys::wrapped.eq(&old.wrapped));
            let moved = diesel::update(stored)
                .set((data_keys::kek.eq(&new.kek), data_keys::wrapped.eq(&new.wrapped)))
                .execute(conn)?;
            Ok(moved == 1)
        })
    }

    fn wrapped_otherwise(
        &self,
        kek: &str,
        after: Option<DataKeyId>,
        limit: usize,
    ) -> Result<Vec<DataKeyId>, KeyStoreError> {
        self.run(|conn| {
            let mut query = data_keys::table
                .filter(data_keys::kek.ne(kek))
                .select(data_keys::id)
                .order(data_keys::id)
                .limit(i64::try_from(limit).unwrap_or(i64::MAX))
                .into_boxed();
            if let Some(after) = after {
                query = query.filter(data_keys::id.gt(after.to_string()));
            }
            let names: Vec<String> = query.load(conn)?;
            names.iter().map(|id| id.parse().map_err(|_| corrupt("a data key without a name"))).collect()
        })
    }

    fn destroy(&self, id: DataKeyId, now: DateTime<Utc>) -> Result<Tombstone, KeyStoreError> {
        let first = self.transact(|conn| {
            overwrite_what_is_deleted(conn)?;
            let tombstone = TombstoneRow { id: id.to_string(), destroyed_at: now.into() };
            each_backend!(conn, |c| diesel::insert_into(data_key_tombstones::table)
                .values(&tombstone)
                .on_conflict_do_nothing()
                .execute(c))?;
            diesel::delete(data_keys::table.find(id.to_string())).execute(conn)?;
            match record(conn, id)? {
                Some(KeyRecord::Destroyed(first)) => Ok(first),
                Some(KeyRecord::Live(_)) | None => Err(corrupt("a tombstone that was just written is not there")),
            }
        })?;
        self.run(|conn| Ok(empty_the_log(conn)?))?;
        Ok(first)
    }

    fn tombstones(&self) -> Result<Vec<Tombstone>, KeyStoreError> {
        self.run(|conn| {
            let rows: Vec<TombstoneRow> = data_key_tombstones::table.order(data_key_tombstones::id).load(conn)?;
            rows.iter().map(tombstone_of).collect()
        })
    }
}

/// Lets SQLite write zeros over deleted rows instead of leaving them in free pages. Holds for this connection.
fn overwrite_what_is_deleted(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(c) => Ok(c.batch_execute("PRAGMA secure_delete = ON")?),
        Conn::Pg(_) => Ok(()),
    }
}

/// Takes the pages before the deletion out of SQLite's log.
fn empty_the_log(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(c) => Ok(c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?),
        Conn::Pg(_) => Ok(()),
    }
}

fn record(conn: &mut Conn, id: DataKeyId) -> Result<Option<KeyRecord>, Failure> {
    let tombstone: Option<TombstoneRow> = data_key_tombstones::table.find(id.to_string()).first(conn).optional()?;
    if let Some(row) = tombstone {
        return Ok(Some(KeyRecord::Destroyed(tombstone_of(&row)?)));
    }
    let row: Option<DataKeyRow> = data_keys::table.find(id.to_string()).first(conn).optional()?;
    row.map(|row| {
        let person = row.person_id.parse().map_err(|_| corrupt("a data key without a person"))?;
        Ok(KeyRecord::Live(WrappedDataKey { id, person, kek: row.kek, wrapped: row.wrapped }))
    })
    .transpose()
}

fn tombstone_of(row: &TombstoneRow) -> Result<Tombstone, Failure> {
    let id = row.id.parse().map_err(|_| corrupt("a tombstone without a key"))?;
    Ok(Tombstone { id, destroyed_at: row.destroyed_at.utc() })
}

fn row_of(key: &WrappedDataKey) -> DataKeyRow {
    DataKeyRow {
        id: key.id.to_string(),
        person_id: key.person.to_string(),
        kek: key.kek.clone(),
        wrapped: key.wrapped.clone(),
    }
}
