//! What a lead sees of a team as a whole: how old its open flags are, and which terms end first. Counted and cut in the
//! database, however many flags there are.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryableByName, sql_query};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::FlagRow;
use super::schema::{flags, registrations};
use super::terms::OPEN;
use crate::each_backend;
use crate::ids::TeamId;
use crate::vocabulary::Stage;

/// How many open flags lie in one part of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct AgeRow {
    /// Which part, counted from 0.
    #[diesel(sql_type = BigInt)]
    pub part: i64,
    #[diesel(sql_type = BigInt)]
    pub flags: i64,
}

/// The open flags of a team by when they were raised: part 0 on or after the first day of `since`, part 1 before it and
/// on or after the second, and so on; the last part before all of them. Parts without flags are left out.
pub fn flag_count_by_age(conn: &mut Conn, team: TeamId, since: &[NaiveDate]) -> Result<Vec<AgeRow>, StoreError> {
    let parts: String =
        since.iter().enumerate().map(|(part, day)| format!(" WHEN raised_on >= '{day}' THEN {part}")).collect();
    let mark = if conn.is_postgres() { "$1" } else { "?1" };
    // Days are digits: nothing a person wrote stands in the statement.
    let statement = format!(
        "SELECT CAST(part AS BIGINT) AS part, count(*) AS flags
         FROM (SELECT CASE{parts} ELSE {last} END AS part FROM flags WHERE state <> 'closed' AND team_id = {mark}) AS aged
         GROUP BY part ORDER BY part",
        last = since.len()
    );
    each_backend!(conn, |c| Ok(sql_query(statement).bind::<Text, _>(team).load(c)?))
}

/// The open flags of a team on registrations in force whose running term ends on or before `until`, the first to end
/// first; at most `limit`.
pub fn flag_list_due(
    conn: &mut Conn,
    team: TeamId,
    today: NaiveDate,
    until: NaiveDate,
    limit: i64,
) -> Result<Vec<FlagRow>, StoreError> {
    Ok(flags::table
        .inner_join(registrations::table)
        .filter(sql::<Bool>(OPEN).and(flags::team_id.eq(team)).and(flags::due_on.le(until)))
        .filter(registrations::stage.eq(Stage::Active))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(today)))
        .select(FlagRow::as_select())
        .order((flags::due_on, flags::id))
        .limit(limit)
        .load(conn)?)
}
