//! Duties across registrations, as a page of work needs them: bounded by reach, day and number.

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::DutyRow;
use super::schema::{duties, registrations};
use crate::access::Reach;
use crate::ids::DutyId;
use crate::vocabulary::{DutyOutcome, Stage};

/// Which duties an agenda holds: those of live registrations that are not met and fall due from one day up to and
/// including another.
#[derive(Debug, Clone)]
pub struct DutiesDue {
    /// Of which registrations.
    pub reach: Reach,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// The tables and conditions of an agenda, with what is asked of them.
macro_rules! due {
    ($wanted:expr, $selection:expr) => {{
        let wanted: &DutiesDue = $wanted;
        let live = registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(wanted.from));
        let query = duties::table
            .inner_join(registrations::table)
            .filter(duties::outcome.eq(DutyOutcome::Pending))
            .filter(duties::due_on.between(wanted.from, wanted.until))
            .filter(registrations::stage.eq(Stage::Active))
            .filter(live)
            .select($selection)
            .into_boxed();
        match &wanted.reach {
            Reach::Everything => Some(query),
            Reach::Team(team) => Some(query.filter(registrations::team_id.eq(*team))),
            Reach::Officer(officer) => Some(query.filter(registrations::officer_id.eq(*officer))),
            Reach::Person(person) => Some(query.filter(registrations::person_id.eq(*person))),
            Reach::Nothing(_) => None,
        }
    }};
}

/// The duties of an agenda, the first due first, at most `limit`.
pub fn duty_list_due(conn: &mut Conn, wanted: &DutiesDue, limit: i64) -> Result<Vec<DutyRow>, StoreError> {
    let Some(query) = due!(wanted, DutyRow::as_select()) else { return Ok(Vec::new()) };
    Ok(query.order((duties::due_on, duties::id)).limit(limit).load(conn)?)
}

/// How many duties an agenda holds in all.
pub fn duty_count_due(conn: &mut Conn, wanted: &DutiesDue) -> Result<i64, StoreError> {
    let Some(query) = due!(wanted, count_star()) else { return Ok(0) };
    Ok(query.first(conn)?)
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
