//! Who was assigned to which arm of which study.

use chrono::NaiveDate;
use diesel::prelude::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{AccountId, PersonId};
use crate::store::schema::evaluation_assignments;
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{RiskBand, StudyArm};

/// An assignment; made once, never changed.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = evaluation_assignments)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AssignmentRow {
    pub person_id: PersonId,
    pub study: String,
    pub arm: StudyArm,
    pub stratum: String,
    pub cluster: Option<String>,
    pub risk_band: Option<RiskBand>,
    pub index_on: NaiveDate,
    pub assigned_on: NaiveDate,
    pub assigned_by: AccountId,
    pub recorded_at: UtcTime,
}

/// The assignment of a person in a study.
pub fn assignment_find(conn: &mut Conn, person: PersonId, study: &str) -> Result<Option<AssignmentRow>, StoreError> {
    Ok(evaluation_assignments::table.find((person, study)).select(AssignmentRow::as_select()).first(conn).optional()?)
}

/// The assignments of a person, by study.
pub fn assignment_list(conn: &mut Conn, person: PersonId) -> Result<Vec<AssignmentRow>, StoreError> {
    Ok(evaluation_assignments::table
        .filter(evaluation_assignments::person_id.eq(person))
        .select(AssignmentRow::as_select())
        .order(evaluation_assignments::study)
        .load(conn)?)
}

/// The assignments of these people in a study, as known at an instant.
pub fn assignment_list_known(
    conn: &mut Conn,
    people: &[PersonId],
    study: &str,
    known_at: UtcTime,
) -> Result<Vec<AssignmentRow>, StoreError> {
    Ok(evaluation_assignments::table
        .filter(evaluation_assignments::person_id.eq_any(people))
        .filter(evaluation_assignments::study.eq(study))
        .filter(evaluation_assignments::recorded_at.le(known_at))
        .select(AssignmentRow::as_select())
        .load(conn)?)
}

impl Change for AssignmentRow {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(evaluation_assignments::table).values(self).execute(c))?;
        Ok(())
    }
}
