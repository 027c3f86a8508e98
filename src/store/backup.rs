//! Copying a database as a whole, and what a copy is asked before it is believed.

use std::path::Path;
use std::time::Duration;

use diesel::prelude::{ExpressionMethods, QueryDsl, RunQueryDsl};
use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use rusqlite::OpenFlags;
use rusqlite::backup::{Backup, StepResult};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{person_lookups, persons};
use super::write_set::Change;

/// How often a copy asks again for a database that somebody else holds, and how long it waits in between.
const ATTEMPTS: u32 = 600;
const PAUSE: Duration = Duration::from_millis(100);

/// Copies an SQLite database while it is in use, by its online backup. All pages are read in one go, inside one reading
/// transaction: writers are not held up, and the copy is the database of one moment.
///
/// # Errors
/// [`StoreError::Unavailable`] when it cannot be read or the copy cannot be written.
pub fn sqlite_copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let unavailable = |error: rusqlite::Error| StoreError::Unavailable(error.to_string());
    let source = rusqlite::Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(unavailable)?;
    let mut copy = rusqlite::Connection::open(to).map_err(unavailable)?;
    let backup = Backup::new(&source, &mut copy).map_err(unavailable)?;
    for _ in 0..ATTEMPTS {
        match backup.step(-1).map_err(unavailable)? {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(PAUSE),
        }
    }
    Err(StoreError::Busy)
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Whether an SQLite database is whole: its pages, its indexes and its references. Answers what is wrong first.
///
/// # Errors
/// When it cannot be asked.
pub fn sqlite_fault(conn: &mut Conn) -> Result<Option<String>, StoreError> {
    let pages: Vec<Said> =
        sql_query("SELECT integrity_check AS said FROM pragma_integrity_check LIMIT 1").load(conn)?;
    if let Some(fault) = pages.into_iter().find(|page| page.said != "ok") {
        return Ok(Some(fault.said));
    }
    let orphans: Vec<Said> = sql_query("SELECT \"table\" AS said FROM pragma_foreign_key_check LIMIT 1").load(conn)?;
    Ok(orphans.into_iter().next().map(|row| format!("a row of {} refers to nothing", row.said)))
}

/// What tells one PostgreSQL cluster from every other one.
///
/// # Errors
/// When it does not answer, or this is SQLite.
pub fn cluster_identifier(conn: &mut Conn) -> Result<String, StoreError> {
    let row: Said = sql_query("SELECT system_identifier::text AS said FROM pg_control_system()").get_result(conn)?;
    Ok(row.said)
}

/// People who were erased are not to be found by anything any more.
#[derive(Debug, Clone)]
pub struct ErasedForgotten {
    /// The names of the keys that were destroyed.
    pub keys: Vec<String>,
}

impl Change for ErasedForgotten {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        for keys in self.keys.chunks(500) {
            let erased = persons::table.filter(persons::data_key_id.eq_any(keys)).select(persons::id);
            diesel::delete(person_lookups::table.filter(person_lookups::person_id.eq_any(erased))).execute(conn)?;
        }
        Ok(())
    }
}
