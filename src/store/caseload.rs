//! Caseloads: how much every officer has, giving all of it to another in three statements, and flags that go along with
//! their file.

use chrono::NaiveDate;
use diesel::prelude::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable};
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};
use diesel::{BoolExpressionMethods, QueryableByName, sql_query};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{flags, hand_overs, registrations};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{AccountId, HandOverId, RegistrationId, TeamId};
use crate::vocabulary::{FlagState, HandOverReason, Stage};

/// A caseload that went to somebody else.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = hand_overs)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct HandOverRow {
    pub id: HandOverId,
    pub from_id: AccountId,
    pub to_id: AccountId,
    pub reason: HandOverReason,
    pub registrations: i64,
    pub flags: i64,
    pub done_by: AccountId,
    pub done_at: UtcTime,
}

/// Open flags of one owner in one state.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct LoadRow {
    #[diesel(sql_type = Text)]
    pub owner_id: AccountId,
    #[diesel(sql_type = Text)]
    pub state: FlagState,
    #[diesel(sql_type = BigInt)]
    pub flags: i64,
    #[diesel(sql_type = BigInt)]
    pub overdue: i64,
    #[diesel(sql_type = BigInt)]
    pub escalated: i64,
    #[diesel(sql_type = Nullable<Date>)]
    pub oldest: Option<NaiveDate>,
}

/// The open flags of a team by owner and state: how many, how many past their term, and since when the oldest.
pub fn load_list(conn: &mut Conn, team: TeamId, today: NaiveDate) -> Result<Vec<LoadRow>, StoreError> {
    let statement = |day: &str, team: &str| {
        format!(
            "SELECT f.owner_id, f.state, count(*) AS flags,
                    CAST(coalesce(sum(CASE WHEN f.due_on < {day} THEN 1 ELSE 0 END), 0) AS BIGINT) AS overdue,
                    count(e.flag_id) AS escalated, min(f.raised_on) AS oldest
             FROM flags f
             LEFT JOIN flag_escalations e ON e.flag_id = f.id AND e.term_step = f.term_step
             WHERE f.state <> 'closed' AND f.team_id = {team}
             GROUP BY f.owner_id, f.state ORDER BY f.owner_id, f.state"
        )
    };
    Ok(match conn {
        Conn::Pg(pg) => sql_query(statement("$1", "$2")).bind::<Date, _>(today).bind::<Text, _>(team).load(pg)?,
        Conn::Sqlite(sqlite) => {
            sql_query(statement("?1", "?2")).bind::<Date, _>(today).bind::<Text, _>(team).load(sqlite)?
        }
    })
}

/// How many registrations in force each officer of a team has.
pub fn registration_count_by_officer(conn: &mut Conn, team: TeamId) -> Result<Vec<(AccountId, i64)>, StoreError> {
    Ok(registrations::table
        .filter(registrations::team_id.eq(team).and(registrations::stage.eq(Stage::Active)))
        .group_by(registrations::officer_id)
        .select((registrations::officer_id, diesel::dsl::count_star()))
        .order(registrations::officer_id)
        .load(conn)?)
}

/// How many registrations and open flags an officer has.
pub fn caseload_count(conn: &mut Conn, officer: AccountId) -> Result<(i64, i64), StoreError> {
    let files: i64 = registrations::table
        .filter(registrations::officer_id.eq(officer))
        .filter(registrations::stage.eq_any([Stage::Draft, Stage::Active]))
        .count()
        .get_result(conn)?;
    let open: i64 = flags::table
        .filter(flags::owner_id.eq(officer).and(flags::state.ne(FlagState::Closed)))
        .count()
        .get_result(conn)?;
    Ok((files, open))
}

/// Everything of one officer goes to another: registrations in force or in preparation, and open flags with a step each.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct CaseloadHandedOver {
    pub row: HandOverRow,
    pub to_team: TeamId,
    pub on: NaiveDate,
}

impl Change for CaseloadHandedOver {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let HandOverRow { id, from_id, to_id, reason, done_by, done_at, .. } = self.row;
        let files = registrations::table
            .filter(registrations::officer_id.eq(from_id))
            .filter(registrations::stage.eq_any([Stage::Draft, Stage::Active]));
        diesel::update(files)
            .set((
                registrations::officer_id.eq(to_id),
                registrations::team_id.eq(self.to_team),
                registrations::version.eq(registrations::version + 1),
                registrations::updated_at.eq(done_at),
            ))
            .execute(conn)?;
        let flags = FlagsMoved {
            which: Moved::OwnedBy(from_id),
            owner_id: to_id,
            team_id: self.to_team,
            basis_id: id.to_string(),
            hand_over: Some(reason),
            by: done_by,
            on: self.on,
            at: done_at,
        };
        flags.apply(conn)?;
        each_backend!(conn, |c| diesel::insert_into(hand_overs::table).values(&self.row).execute(c))?;
        Ok(())
    }
}

/// Which open flags go to somebody else.
#[derive(Debug, Clone, Copy)]
pub enum Moved {
    /// Those an officer looks after.
    OwnedBy(AccountId),
    /// Those of one registration.
    OfRegistration(RegistrationId),
}

/// Open flags go to another owner and team together, each with a step that names what moved them. Terms run on; what was
/// put away is back on the list of whoever has it now.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct FlagsMoved {
    pub which: Moved,
    pub owner_id: AccountId,
    pub team_id: TeamId,
    /// The hand-over or the transfer.
    pub basis_id: String,
    pub hand_over: Option<HandOverReason>,
    pub by: AccountId,
    pub on: NaiveDate,
    pub at: UtcTime,
}

impl Change for FlagsMoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let (column, of) = match self.which {
            Moved::OwnedBy(owner) => ("owner_id", owner.to_string()),
            Moved::OfRegistration(registration) => ("registration_id", registration.to_string()),
        };
        // The steps first: they tell of the flags as they were.
        let steps = |mark: &str| {
            format!(
                "INSERT INTO flag_steps (flag_id, seq, kind, from_state, to_state, outcome, basis_id, excuse, owner_id,
                                         actor_id, taken_on, taken_at, content_enc, hand_over, due_on)
                 SELECT id, last_step + 1, 'reassigned', state, state, outcome, {mark}1, NULL, {mark}2, {mark}3, {mark}4,
                        {mark}5, NULL, {mark}6, due_on
                 FROM flags WHERE {column} = {mark}7 AND state <> 'closed'"
            )
        };
        let mark = if conn.is_postgres() { "$" } else { "?" };
        each_backend!(conn, |c| {
            sql_query(steps(mark))
                .bind::<Text, _>(&self.basis_id)
                .bind::<Text, _>(self.owner_id)
                .bind::<Text, _>(self.by)
                .bind::<Date, _>(self.on)
                .bind::<Timestamp, _>(self.at)
                .bind::<Nullable<Text>, _>(self.hand_over)
                .bind::<Text, _>(&of)
                .execute(c)
        })?;
        let moved = (
            flags::owner_id.eq(self.owner_id),
            flags::team_id.eq(self.team_id),
            flags::snoozed_until.eq(None::<NaiveDate>),
            flags::last_step.eq(flags::last_step + 1),
            flags::version.eq(flags::version + 1),
            flags::updated_at.eq(self.at),
        );
        let open = flags::table.filter(flags::state.ne(FlagState::Closed));
        match self.which {
            Moved::OwnedBy(owner) => diesel::update(open.filter(flags::owner_id.eq(owner))).set(moved).execute(conn)?,
            Moved::OfRegistration(registration) => {
                diesel::update(open.filter(flags::registration_id.eq(registration))).set(moved).execute(conn)?
            }
        };
        Ok(())
    }
}
