//! What the console remembers of a session: found by the hash of the cookie, together with session and account.

use diesel::prelude::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::{AccountRow, ConsoleSessionRow, SessionRow};
use super::schema::{accounts, console_sessions, sessions};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{RegistrationId, SessionId};
use crate::vocabulary::Purpose;

/// The session behind this hash of a cookie, with its account.
pub fn console_session_find(
    conn: &mut Conn,
    hash: &str,
) -> Result<Option<(ConsoleSessionRow, SessionRow, AccountRow)>, StoreError> {
    Ok(console_sessions::table
        .inner_join(sessions::table.inner_join(accounts::table))
        .filter(console_sessions::token_hash.eq(hash))
        .select((ConsoleSessionRow::as_select(), SessionRow::as_select(), AccountRow::as_select()))
        .first(conn)
        .optional()?)
}

/// A session was used: it does not stand still.
#[derive(Debug, Clone, Copy)]
pub struct SessionTouched {
    /// The session.
    pub id: SessionId,
    /// When.
    pub at: UtcTime,
}

impl Change for SessionTouched {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::update(sessions::table.find(self.id)).set(sessions::last_used_at.eq(self.at)).execute(conn)?;
        Ok(())
    }
}

/// Something the console is to remember of a session.
#[derive(Debug, Clone)]
pub struct ConsoleSessionChanged {
    /// The session.
    pub session: SessionId,
    /// What.
    pub to: Remembered,
}

/// What the console can remember.
#[derive(Debug, Clone)]
pub enum Remembered {
    /// Why the officer looks outside the caseload; nothing when they do not.
    Purpose(Option<Purpose>),
    /// The registration a registrant chose.
    Registration(RegistrationId),
    /// The frozen list.
    Worklist(String),
}

impl Change for ConsoleSessionChanged {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = console_sessions::table.filter(console_sessions::session_id.eq(self.session));
        match &self.to {
            Remembered::Purpose(purpose) => {
                diesel::update(row).set(console_sessions::purpose.eq(*purpose)).execute(conn)?
            }
            Remembered::Registration(id) => {
                diesel::update(row).set(console_sessions::registration_id.eq(Some(*id))).execute(conn)?
            }
            Remembered::Worklist(list) => {
                diesel::update(row).set(console_sessions::worklist.eq(Some(list))).execute(conn)?
            }
        };
        Ok(())
    }
}
