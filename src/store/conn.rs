//! One connection type for both databases, opened by an explicit URL and set up so that a commit is a promise.

use std::path::PathBuf;
use std::str::FromStr;

use diesel::connection::{
    AnsiTransactionManager, Connection, SimpleConnection, TransactionManager, TransactionManagerStatus,
};
use diesel::r2d2::ManageConnection;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use secrecy::{ExposeSecret, SecretString};

use super::error::StoreError;

/// The oldest SQLite that is free of the WAL corruption fixed in 3.51.3.
const SQLITE_MINIMUM: (u32, u32, u32) = (3, 51, 3);

/// A connection to either database. SQLite stands last, because it would accept any text as a file name.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL: several servers and schedulers.
    Pg(PgConnection),
    /// SQLite: one file, embedded.
    Sqlite(SqliteConnection),
}

/// Runs one expression against whichever connection this is, for statements the common backend cannot express.
#[macro_export]
macro_rules! each_backend {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::store::Conn::Pg($inner) => $body,
            $crate::store::Conn::Sqlite($inner) => $body,
        }
    };
}

type Manager = <Conn as Connection>::TransactionManager;

impl Conn {
    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Pg(_))
    }

    /// Opens a unit of work. SQLite takes its write lock here, so that waiting for it obeys the busy time-out.
    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Pg(c) => AnsiTransactionManager::begin_transaction(c)?,
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        }
        Ok(())
    }

    /// Opens a savepoint inside the unit of work.
    pub(super) fn savepoint(&mut self) -> Result<(), StoreError> {
        Ok(Manager::begin_transaction(self)?)
    }

    /// Keeps what was done since the innermost `begin` or `savepoint`.
    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        Ok(Manager::commit_transaction(self)?)
    }

    /// Undoes everything down to `depth` open levels: 0 leaves the unit of work itself, 1 keeps it and leaves every
    /// savepoint. A failed release may have closed its level already, so levels are counted and not assumed.
    pub(super) fn rollback_to(&mut self, depth: u32) -> Result<(), StoreError> {
        while self.depth()? > depth {
            Manager::rollback_transaction(self)?;
        }
        Ok(())
    }

    /// How many levels are open: the unit of work and its savepoints.
    fn depth(&mut self) -> Result<u32, StoreError> {
        match Manager::transaction_manager_status_mut(self) {
            TransactionManagerStatus::Valid(status) => Ok(status.transaction_depth().map_or(0, u32::from)),
            TransactionManagerStatus::InError => Err(StoreError::Unavailable("the transaction broke".to_owned())),
        }
    }
}

/// Which database, from a URL whose scheme must be written out: a mistyped one is refused, never opened as a file.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// `sqlite://FILE`
    Sqlite(PathBuf),
    /// `postgresql://...`; holds a password, so it is never printed.
    Postgres(SecretString),
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.contains('?') {
                return Err(StoreError::Refused(
                    "database url: sqlite:// must be followed by a file name and nothing else".to_owned(),
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgresql://") || url.starts_with("postgres://") {
            return Ok(Self::Postgres(SecretString::from(url.to_owned())));
        }
        let scheme = url.split("://").next().filter(|s| s.len() < url.len()).unwrap_or("(none)");
        Err(StoreError::Refused(format!(
            "database url: unknown scheme `{scheme}`; write sqlite://FILE or postgresql://HOST/DATABASE"
        )))
    }
}

/// Time limits of a PostgreSQL connection, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest single statement.
    pub statement_ms: u64,
    /// Longest wait for a lock.
    pub lock_ms: u64,
    /// Longest silence inside a transaction.
    pub idle_in_transaction_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { statement_ms: 5_000, lock_ms: 3_000, idle_in_transaction_ms: 10_000 }
    }
}

impl Limits {
    /// For sweeps, imports and exports, which work in bounded batches but longer than a request may.
    pub fn long_work() -> Self {
        Self { statement_ms: 120_000, lock_ms: 10_000, idle_in_transaction_ms: 60_000 }
    }
}

/// Opens connections for the pool and for the writer.
#[derive(Debug, Clone)]
pub struct ConnectionManager {
    url: DatabaseUrl,
    limits: Limits,
    application: &'static str,
}

impl ConnectionManager {
    /// A manager for `url`; `application` is what the database shows as the name of the client.
    pub fn new(url: DatabaseUrl, limits: Limits, application: &'static str) -> Self {
        Self { url, limits, application }
    }

    /// Opens and sets up one connection; refuses a database whose settings would lose acknowledged work.
    pub fn open(&self) -> Result<Conn, StoreError> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => open_sqlite(&path.to_string_lossy()),
            DatabaseUrl::Postgres(url) => open_postgres(url.expose_secret(), self.limits, self.application),
        }
    }
}

impl ManageConnection for ConnectionManager {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn, StoreError> {
        self.open()
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), StoreError> {
        sql_query("SELECT 1").execute(conn).map(drop).map_err(Into::into)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking()
            || !matches!(
                Manager::transaction_manager_status_mut(conn),
                TransactionManagerStatus::Valid(status) if status.transaction_depth().is_none()
            )
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

fn open_sqlite(path: &str) -> Result<Conn, StoreError> {
    let mut conn = SqliteConnection::establish(path)?;
    // One statement at a time and in this order: turning WAL on may itself have to wait for a lock.
    for pragma in [
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        // NORMAL loses acknowledged commits when the power fails.
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        // KiB of pages in each connection: the file system keeps the rest, once for all of them.
        "PRAGMA cache_size = -1000",
    ] {
        conn.batch_execute(pragma)?;
    }
    let version = sql_query("SELECT sqlite_version() AS value").get_result::<Setting>(&mut conn)?.value;
    let parts: Vec<u32> = version.split('.').filter_map(|p| p.parse().ok()).collect();
    match parts.as_slice() {
        [major, minor, patch, ..] if (*major, *minor, *patch) >= SQLITE_MINIMUM => Ok(Conn::Sqlite(conn)),
        _ => Err(StoreError::Refused(format!(
            "SQLite {version} can corrupt a database in WAL mode; 3.51.3 or newer is needed"
        ))),
    }
}

fn open_postgres(url: &str, limits: Limits, application: &str) -> Result<Conn, StoreError> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET application_name = '{application}'; SET statement_timeout = {}; SET lock_timeout = {}; \
         SET idle_in_transaction_session_timeout = {}; SET client_min_messages = 'warning'",
        limits.statement_ms, limits.lock_ms, limits.idle_in_transaction_ms
    ))?;
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let value =
            sql_query(format!("SELECT current_setting('{setting}') AS value")).get_result::<Setting>(&mut conn)?.value;
        if value == "off" {
            return Err(StoreError::Refused(format!(
                "PostgreSQL runs with {setting} = off and would lose acknowledged reports; set it to on"
            )));
        }
    }
    Ok(Conn::Pg(conn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_url_is_refused_and_creates_nothing() {
        for url in
            ["postgre://localhost/db", "postgresq://x", "zeden.db", "sqlite:zeden.db", "sqlite://", "mysql://x/y", ""]
        {
            let refusal = url.parse::<DatabaseUrl>().expect_err(url);
            assert!(matches!(refusal, StoreError::Refused(_)), "{url}: {refusal}");
        }
        assert!(!std::path::Path::new("zeden.db").exists());
    }
}
