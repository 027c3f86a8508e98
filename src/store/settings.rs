//! Named values of the installation itself: what it is for, and what a restart must find again.

use diesel::dsl::{select, sql};
use diesel::prelude::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use diesel::sql_types::Timestamp;

use super::conn::Conn;
use super::error::StoreError;
use super::rows::SettingRow;
use super::schema::settings;
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::each_backend;

/// The value under `name`, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub fn setting_find(conn: &mut Conn, name: &str) -> Result<Option<String>, StoreError> {
    Ok(settings::table.find(name).select(settings::value).first(conn).optional()?)
}

/// What the database's own clock says; `None` where the database has no clock but ours.
///
/// # Errors
/// When the database does not answer.
pub fn database_now(conn: &mut Conn) -> Result<Option<UtcTime>, StoreError> {
    match conn {
        Conn::Pg(pg) => Ok(Some(select(sql::<Timestamp>("clock_timestamp() AT TIME ZONE 'UTC'")).get_result(pg)?)),
        Conn::Sqlite(_) => Ok(None),
    }
}

/// Puts a value under a name, over whatever was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingPut {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// When.
    pub at: UtcTime,
}

impl Change for SettingPut {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = SettingRow { name: self.name.clone(), value: self.value.clone(), updated_at: self.at };
        diesel::delete(settings::table.filter(settings::name.eq(&self.name))).execute(conn)?;
        each_backend!(conn, |c| diesel::insert_into(settings::table).values(&row).execute(c))?;
        Ok(())
    }
}
