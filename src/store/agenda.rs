//! Duties across registrations, as a page of work needs them: bounded by reach, day and number.

use chrono::NaiveDate;
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::DutyRow;
use super::schema::{duties, registrations};
use crate::access::Reach;
use crate::ids::DutyId;
use crate::vocabulary::{DutyOutcome, Stage};

/// Duties of live registrations that are not met and fall due from `from` up to and including `until`, the first due
/// first.
pub fn duty_list_due(
    conn: &mut Conn,
    reach: &Reach,
    from: NaiveDate,
    until: NaiveDate,
    limit: i64,
) -> Result<Vec<DutyRow>, StoreError> {
    let mut query = duties::table
        .inner_join(registrations::table)
        .filter(duties::outcome.eq(DutyOutcome::Pending))
        .filter(duties::due_on.between(from, until))
        .filter(registrations::stage.eq(Stage::Active))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(from)))
        .select(DutyRow::as_select())
        .order((duties::due_on, duties::id))
        .limit(limit)
        .into_boxed();
    match reach {
        Reach::Everything => {}
        Reach::Team(team) => query = query.filter(registrations::team_id.eq(*team)),
        Reach::Officer(officer) => query = query.filter(registrations::officer_id.eq(*officer)),
        Reach::Person(person) => query = query.filter(registrations::person_id.eq(*person)),
        Reach::Nothing(_) => return Ok(Vec::new()),
    }
    Ok(query.load(conn)?)
}

/// The duties with these ids.
pub fn duty_list_of(conn: &mut Conn, ids: &[DutyId]) -> Result<Vec<DutyRow>, StoreError> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(1_000) {
        let found: Vec<DutyRow> =
            duties::table.filter(duties::id.eq_any(chunk)).select(DutyRow::as_select()).load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}
