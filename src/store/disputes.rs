//! Disputes about facts, and the flags each holds up.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, OptionalExtension, QueryDsl,
    Queryable, RunQueryDsl, Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::{moved, registration_find_many};
use super::rows::FlagRow;
use super::schema::{dispute_flags, disputes, duties, facts, flags, registrations};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, DisputeId, FactId, FlagId, NotificationId, PersonId, RegistrationId, TeamId};
use crate::vocabulary::{DisputeState, FlagState, Stage};

/// A dispute about a fact.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = disputes)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DisputeRow {
    pub id: DisputeId,
    pub registration_id: RegistrationId,
    pub fact_id: FactId,
    pub state: DisputeState,
    pub raised_by: AccountId,
    pub raised_on: NaiveDate,
    pub raised_at: UtcTime,
    pub reason_enc: String,
    pub due_on: Option<NaiveDate>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<UtcTime>,
    pub decision_enc: Option<String>,
    pub appealed_by: Option<AccountId>,
    pub appealed_at: Option<UtcTime>,
    pub appeal_enc: Option<String>,
    pub appeal_decided_by: Option<AccountId>,
    pub appeal_decided_at: Option<UtcTime>,
    pub appeal_decision_enc: Option<String>,
    pub version: i64,
}

/// A flag that a dispute holds up.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = dispute_flags)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DisputeFlagRow {
    pub dispute_id: DisputeId,
    pub flag_id: FlagId,
}

/// A dispute of this registration.
pub fn dispute_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: DisputeId,
) -> Result<Option<DisputeRow>, StoreError> {
    Ok(disputes::table
        .filter(disputes::id.eq(id).and(disputes::registration_id.eq(registration)))
        .select(DisputeRow::as_select())
        .first(conn)
        .optional()?)
}

/// Every dispute of a registration, the first one first.
pub fn dispute_list(conn: &mut Conn, registration: RegistrationId) -> Result<Vec<DisputeRow>, StoreError> {
    Ok(disputes::table
        .filter(disputes::registration_id.eq(registration))
        .select(DisputeRow::as_select())
        .order(disputes::id)
        .load(conn)?)
}

/// The disputes of these registrations that keep a fact from carrying a flag: undecided and upheld ones, by the fact.
pub fn dispute_list_in_the_way(
    conn: &mut Conn,
    of: &[RegistrationId],
) -> Result<HashMap<(RegistrationId, String), Vec<DisputeRow>>, StoreError> {
    let mut found: HashMap<_, Vec<DisputeRow>> = HashMap::new();
    for chunk in of.chunks(1_000) {
        let rows: Vec<DisputeRow> = disputes::table
            .filter(disputes::registration_id.eq_any(chunk))
            .filter(disputes::state.eq_any([DisputeState::Open, DisputeState::Appealed, DisputeState::Upheld]))
            .select(DisputeRow::as_select())
            .load(conn)?;
        let ids: Vec<FactId> = rows.iter().map(|row| row.fact_id).collect();
        let reports: HashMap<FactId, NotificationId> = reports_behind(conn, &ids)?.into_iter().collect();
        for row in rows {
            if let Some(report) = reports.get(&row.fact_id) {
                found.entry((row.registration_id, report.to_string())).or_default().push(row.clone());
            }
            found.entry((row.registration_id, row.fact_id.to_string())).or_default().push(row);
        }
    }
    Ok(found)
}

/// The report behind each of these facts that says that one was given: a duty that begins with a report, such as the
/// yearly one, has the report as its root and not the fact.
fn reports_behind(conn: &mut Conn, of: &[FactId]) -> Result<Vec<(FactId, NotificationId)>, StoreError> {
    Ok(facts::table
        .filter(facts::id.eq_any(of).and(facts::kind.eq("notified")))
        .select((facts::id, facts::notification_id.assume_not_null()))
        .filter(facts::notification_id.is_not_null())
        .load(conn)?)
}

/// Flags of a registration that rest on this fact and on which nothing is decided.
pub fn flag_list_resting_on(
    conn: &mut Conn,
    registration: RegistrationId,
    fact: FactId,
) -> Result<Vec<FlagRow>, StoreError> {
    let report = reports_behind(conn, &[fact])?.into_iter().map(|(_, report)| report.to_string());
    let roots: Vec<String> = report.chain([fact.to_string()]).collect();
    Ok(flags::table
        .inner_join(duties::table)
        .filter(flags::registration_id.eq(registration).and(duties::root_id.eq_any(roots)))
        .filter(flags::state.eq_any(UNDECIDED))
        .select(FlagRow::as_select())
        .order(flags::id)
        .load(conn)?)
}

/// Flags that a dispute holds up and on which nothing is decided.
pub fn flag_list_disputed(conn: &mut Conn, dispute: DisputeId) -> Result<Vec<FlagRow>, StoreError> {
    Ok(dispute_flags::table
        .inner_join(flags::table)
        .filter(dispute_flags::dispute_id.eq(dispute))
        .select(FlagRow::as_select())
        .order(flags::id)
        .load(conn)?)
}

const UNDECIDED: [FlagState; 4] =
    [FlagState::Raised, FlagState::InReview, FlagState::AwaitingEvidence, FlagState::Proposed];

/// The ids of the flags each dispute holds up.
pub fn dispute_flag_list(conn: &mut Conn, of: &[DisputeId]) -> Result<Vec<DisputeFlagRow>, StoreError> {
    Ok(dispute_flags::table
        .filter(dispute_flags::dispute_id.eq_any(of))
        .select(DisputeFlagRow::as_select())
        .order((dispute_flags::dispute_id, dispute_flags::flag_id))
        .load(conn)?)
}

/// Undecided disputes of a team's registrations that `not_by` did not raise, by their last day, with the person each
/// is about; at most `limit`.
pub fn dispute_list_waiting(
    conn: &mut Conn,
    team: TeamId,
    not_by: AccountId,
    limit: i64,
) -> Result<Vec<(DisputeRow, PersonId)>, StoreError> {
    // Asked of each waiting dispute, of which there are few, and not joined: a join may begin with all registrations of
    // the team.
    let of_team = registrations::table
        .filter(registrations::id.eq(disputes::registration_id))
        .filter(registrations::team_id.eq(team).and(registrations::stage.eq(Stage::Active)));
    let rows: Vec<DisputeRow> = disputes::table
        .filter(disputes::state.eq_any([DisputeState::Open, DisputeState::Appealed]))
        .filter(disputes::raised_by.ne(not_by))
        .filter(disputes::decided_by.is_null().or(disputes::decided_by.ne(not_by)))
        .filter(exists(of_team))
        .select(DisputeRow::as_select())
        .order((disputes::due_on, disputes::id))
        .limit(limit)
        .load(conn)?;
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.registration_id).collect();
    let persons: HashMap<RegistrationId, PersonId> =
        registration_find_many(conn, &ids)?.into_iter().map(|row| (row.id, row.person_id)).collect();
    let with_person = |row: DisputeRow| persons.get(&row.registration_id).map(|person| (row, *person));
    Ok(rows.into_iter().filter_map(with_person).collect())
}

/// What became of a dispute. Needs the version that was read.
#[derive(Debug, Clone)]
pub struct DisputeMoved(
    /// As it is to be; its version is the one that was read.
    pub DisputeRow,
);

impl Change for DisputeMoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.0;
        let current = disputes::table.filter(disputes::id.eq(row.id).and(disputes::version.eq(row.version)));
        let changed = diesel::update(current)
            .set((
                disputes::state.eq(row.state),
                disputes::due_on.eq(row.due_on),
                disputes::decided_by.eq(row.decided_by),
                disputes::decided_at.eq(row.decided_at),
                disputes::decision_enc.eq(&row.decision_enc),
                disputes::appealed_by.eq(row.appealed_by),
                disputes::appealed_at.eq(row.appealed_at),
                disputes::appeal_enc.eq(&row.appeal_enc),
                disputes::appeal_decided_by.eq(row.appeal_decided_by),
                disputes::appeal_decided_at.eq(row.appeal_decided_at),
                disputes::appeal_decision_enc.eq(&row.appeal_decision_enc),
                disputes::version.eq(row.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
