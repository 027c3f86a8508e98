//! Bringing a database to the shape this program knows, once, under a lock; and refusing one it cannot work with.

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use super::error::StoreError;

const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Any constant: the key of the advisory lock that lets one process migrate at a time.
const LOCK: i64 = 0x7a65_6465_6e01;

/// What a migration run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Versions that were applied, in order; empty when nothing was pending.
    pub applied: Vec<String>,
}

#[derive(QueryableByName)]
struct SchemaVersion {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    compatible_from: String,
}

/// The versions compiled into this binary, oldest first.
pub fn known_versions() -> Result<Vec<String>, StoreError> {
    let migrations =
        MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(|e| StoreError::Statement(e.to_string()))?;
    let mut versions: Vec<String> = migrations.iter().map(|m| spelled(&m.name().version().to_string())).collect();
    versions.sort_unstable();
    Ok(versions)
}

/// Applies what is pending. Returns at once, without taking the lock, when nothing is.
pub fn migrate(conn: &mut Conn) -> Result<Migrated, StoreError> {
    if pending(conn)?.is_empty() {
        return Ok(Migrated { applied: Vec::new() });
    }
    let locked = conn.is_postgres();
    if locked {
        // A migration may run longer than a request, and so may the wait for another process that migrates.
        conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
        conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    }
    let result = match conn {
        Conn::Pg(c) => {
            c.run_pending_migrations(POSTGRESQL).map(|v| v.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
        Conn::Sqlite(c) => {
            c.run_pending_migrations(SQLITE).map(|v| v.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
    };
    if locked {
        conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    }
    let applied = result.map_err(|e| StoreError::Statement(format!("migration failed: {e}")))?;
    Ok(Migrated { applied: applied.iter().map(|v| spelled(v)).collect() })
}

/// Takes every migration back, newest first. For the tests of the migrations themselves.
pub fn revert_all(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Pg(c) => c.revert_all_migrations(POSTGRESQL).map(drop),
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE).map(drop),
    }
    .map_err(|e| StoreError::Statement(format!("migration could not be taken back: {e}")))
}

/// Versions this binary knows and the database has not seen.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let pending: Vec<String> = match conn {
        Conn::Pg(c) => MigrationHarness::<Pg>::pending_migrations(c, POSTGRESQL)
            .map(|ms| ms.iter().map(|m| m.name().version().to_string()).collect()),
        Conn::Sqlite(c) => MigrationHarness::<Sqlite>::pending_migrations(c, SQLITE)
            .map(|ms| ms.iter().map(|m| m.name().version().to_string()).collect()),
    }
    .map_err(|e| StoreError::Unavailable(e.to_string()))?;
    Ok(pending.iter().map(|v| spelled(v)).collect())
}

/// Refuses a database that lacks a migration, or has one that does not declare itself compatible with this binary.
/// A newer database that does is accepted: that is how two versions run side by side during an upgrade.
pub fn check_compatible(conn: &mut Conn) -> Result<(), StoreError> {
    let missing = pending(conn)?;
    if !missing.is_empty() {
        return Err(StoreError::Refused(format!(
            "the database lacks {} migration(s), from {} on; run `zedenregister migrate`",
            missing.len(),
            missing[0]
        )));
    }
    let newest_known = known_versions()?.pop().unwrap_or_default();
    let present: Vec<SchemaVersion> =
        sql_query("SELECT version, compatible_from FROM schema_versions ORDER BY version").load(conn)?;
    match present.iter().find(|m| m.version > newest_known && m.compatible_from > newest_known) {
        Some(newer) => Err(StoreError::Refused(format!(
            "the database was migrated to {} by a newer program; this one knows {newest_known} and is too old for it",
            newer.version
        ))),
        None => Ok(()),
    }
}

/// Diesel drops the hyphens of a version; ours keep them, as the folders do.
fn spelled(version: &str) -> String {
    match (version.get(..4), version.get(4..6), version.get(6..8), version.get(8..)) {
        (Some(y), Some(m), Some(d), Some(n)) if !version.contains('-') => format!("{y}-{m}-{d}-{n}"),
        _ => version.to_owned(),
    }
}
