//! When officers are absent, and who stands in.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::schema::officer_absences;
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AbsenceId, AccountId};

/// A time in which an officer is absent, both days included.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = officer_absences)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AbsenceRow {
    pub id: AbsenceId,
    pub account_id: AccountId,
    pub from_on: NaiveDate,
    pub until_on: NaiveDate,
    pub cover_id: Option<AccountId>,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
    pub withdrawn_at: Option<UtcTime>,
}

/// The absence with this id.
pub fn absence_find(conn: &mut Conn, id: AbsenceId) -> Result<Option<AbsenceRow>, StoreError> {
    Ok(officer_absences::table.find(id).select(AbsenceRow::as_select()).first(conn).optional()?)
}

/// Absences that are not over on `day`, of everybody, by their first day.
pub fn absence_list_from(conn: &mut Conn, day: NaiveDate) -> Result<Vec<AbsenceRow>, StoreError> {
    Ok(officer_absences::table
        .filter(officer_absences::withdrawn_at.is_null().and(officer_absences::until_on.ge(day)))
        .select(AbsenceRow::as_select())
        .order((officer_absences::from_on, officer_absences::id))
        .load(conn)?)
}

/// Whom `account` stands in for on `day`.
pub fn absence_list_covered(conn: &mut Conn, account: AccountId, day: NaiveDate) -> Result<Vec<AccountId>, StoreError> {
    Ok(officer_absences::table
        .filter(officer_absences::withdrawn_at.is_null().and(officer_absences::until_on.ge(day)))
        .filter(officer_absences::from_on.le(day).and(officer_absences::cover_id.eq(account)))
        .select(officer_absences::account_id)
        .load(conn)?)
}

/// An absence does not take place, or is over early.
#[derive(Debug, Clone)]
pub struct AbsenceWithdrawn {
    /// The absence.
    pub id: AbsenceId,
    /// When.
    pub at: UtcTime,
}

impl Change for AbsenceWithdrawn {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let standing = officer_absences::table
            .filter(officer_absences::id.eq(self.id).and(officer_absences::withdrawn_at.is_null()));
        moved(diesel::update(standing).set(officer_absences::withdrawn_at.eq(self.at)).execute(conn)?)
    }
}
