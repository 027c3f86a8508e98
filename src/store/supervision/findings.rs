//! What the cross-checks found, as it is kept: open, looked at, ceased.

use chrono::NaiveDate;
use diesel::dsl::{exists, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use diesel::sql_types::Bool;

use crate::access::Reach;
use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{AccountId, PersonId, RegistrationId, SupervisionFindingId, SupervisionOrderId, TeamId};
use crate::store::registrations::moved;
use crate::store::schema::{registrations, supervision_findings, supervision_orders};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{ConditionCode, FindingEnd, FindingKind, FindingState, Stage};

/// A finding.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = supervision_findings)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct FindingRow {
    pub id: SupervisionFindingId,
    pub registration_id: RegistrationId,
    pub order_id: SupervisionOrderId,
    pub kind: FindingKind,
    pub condition_code: Option<ConditionCode>,
    pub about: Option<String>,
    pub mark: String,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub steps: String,
    pub owner_id: AccountId,
    pub team_id: TeamId,
    pub state: FindingState,
    pub found_on: NaiveDate,
    pub found_at: UtcTime,
    pub reviewed_by: Option<AccountId>,
    pub reviewed_at: Option<UtcTime>,
    pub reason_enc: Option<String>,
    pub ceased_on: Option<NaiveDate>,
    pub ceased_at: Option<UtcTime>,
    pub cease_reason: Option<FindingEnd>,
    pub version: i64,
}

/// As it stands in the indexes, so that they are used.
fn is_open() -> SqlLiteral<Bool> {
    sql("supervision_findings.state = 'open'")
}

/// As it stands in the indexes, so that they are used.
fn not_ceased() -> SqlLiteral<Bool> {
    sql("supervision_findings.state <> 'ceased'")
}

/// Files to be checked behind the one named `after`, at most `limit`, in the order of their ids: those in force on a day
/// whose person has a supervision order, and those about which something is kept that has not ceased.
pub fn file_list_to_check(
    conn: &mut Conn,
    today: NaiveDate,
    after: Option<RegistrationId>,
    limit: i64,
) -> Result<Vec<RegistrationId>, StoreError> {
    let supervised =
        exists(supervision_orders::table.filter(supervision_orders::person_id.eq(registrations::person_id)));
    let kept = exists(
        supervision_findings::table
            .filter(supervision_findings::registration_id.eq(registrations::id))
            .filter(not_ceased()),
    );
    let goes_on = registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(today));
    let in_force = registrations::stage.eq(Stage::Active).and(registrations::subject_never.eq(false)).and(goes_on);
    let mut query = registrations::table
        .select(registrations::id)
        .filter(in_force.and(supervised).or(kept))
        .order(registrations::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(registrations::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// What is kept about these files and has not ceased.
pub fn finding_list_live(conn: &mut Conn, files: &[RegistrationId]) -> Result<Vec<FindingRow>, StoreError> {
    Ok(supervision_findings::table
        .filter(supervision_findings::registration_id.eq_any(files))
        .filter(not_ceased())
        .select(FindingRow::as_select())
        .order(supervision_findings::id)
        .load(conn)?)
}

/// A finding of a file.
pub fn finding_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: SupervisionFindingId,
) -> Result<Option<FindingRow>, StoreError> {
    Ok(supervision_findings::table
        .find(id)
        .filter(supervision_findings::registration_id.eq(registration))
        .select(FindingRow::as_select())
        .first(conn)
        .optional()?)
}

/// Which findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct FindingQuery {
    pub state: FindingState,
    /// The day on which the file is in force.
    pub today: NaiveDate,
    pub after: Option<SupervisionFindingId>,
    pub limit: i64,
}

/// Findings about files in force within reach, the first found first. A finding follows its file: whoever supervises it
/// sees it, and so does its owner.
pub fn finding_page(conn: &mut Conn, reach: &Reach, wanted: FindingQuery) -> Result<Vec<FindingRow>, StoreError> {
    let mut query = supervision_findings::table
        .inner_join(registrations::table)
        .filter(supervision_findings::state.eq(wanted.state))
        .filter(registrations::stage.eq(Stage::Active))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(wanted.today)))
        .select(FindingRow::as_select())
        .order(supervision_findings::id)
        .limit(wanted.limit)
        .into_boxed();
    match reach {
        Reach::Everything => {}
        Reach::Team(team) => query = query.filter(registrations::team_id.eq(*team)),
        Reach::Officer(officer) => {
            query =
                query.filter(registrations::officer_id.eq(*officer).or(supervision_findings::owner_id.eq(*officer)));
        }
        Reach::Person(person) => query = query.filter(registrations::person_id.eq(*person)),
        Reach::Nothing(_) => return Ok(Vec::new()),
    }
    if let Some(after) = wanted.after {
        query = query.filter(supervision_findings::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The findings nobody has looked at that one of `owners` is to look at, of files in force, the first found first, with
/// the person; at most `limit`.
pub fn finding_list_to_look_at(
    conn: &mut Conn,
    owners: &[AccountId],
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<(FindingRow, PersonId)>, StoreError> {
    Ok(supervision_findings::table
        .inner_join(registrations::table)
        .filter(is_open())
        .filter(supervision_findings::owner_id.eq_any(owners))
        .filter(registrations::stage.eq(Stage::Active))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(today)))
        .select((FindingRow::as_select(), registrations::person_id))
        .order(supervision_findings::id)
        .limit(limit)
        .load(conn)?)
}

/// Something that was found; [`StoreError::Conflict`] when another process found it first.
#[derive(Debug, Clone)]
pub struct FindingFound(pub FindingRow);

impl Change for FindingFound {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(supervision_findings::table).values(&self.0).execute(c))?;
        Ok(())
    }
}

/// What the job sees anew of a finding that still holds: its days, and who is to look at it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct FindingRefreshed {
    pub id: SupervisionFindingId,
    pub version: i64,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub steps: String,
    pub owner_id: AccountId,
    pub team_id: TeamId,
}

impl Change for FindingRefreshed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = supervision_findings::table.find(self.id).filter(supervision_findings::version.eq(self.version));
        let changed = diesel::update(current)
            .set((
                supervision_findings::from_on.eq(self.from_on),
                supervision_findings::until_on.eq(self.until_on),
                supervision_findings::steps.eq(&self.steps),
                supervision_findings::owner_id.eq(self.owner_id),
                supervision_findings::team_id.eq(self.team_id),
                supervision_findings::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// A finding no longer holds.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct FindingCeased {
    pub id: SupervisionFindingId,
    pub version: i64,
    pub on: NaiveDate,
    pub at: UtcTime,
    pub reason: FindingEnd,
}

impl Change for FindingCeased {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = supervision_findings::table.find(self.id).filter(supervision_findings::version.eq(self.version));
        let changed = diesel::update(current)
            .set((
                supervision_findings::state.eq(FindingState::Ceased),
                supervision_findings::ceased_on.eq(self.on),
                supervision_findings::ceased_at.eq(self.at),
                supervision_findings::cease_reason.eq(self.reason),
                supervision_findings::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// Somebody looked at a finding. Its version is the one that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct FindingReviewed {
    pub id: SupervisionFindingId,
    pub version: i64,
    pub by: AccountId,
    pub at: UtcTime,
    pub reason_enc: String,
}

impl Change for FindingReviewed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = supervision_findings::table.find(self.id).filter(supervision_findings::version.eq(self.version));
        let changed = diesel::update(current)
            .set((
                supervision_findings::state.eq(FindingState::LookedAt),
                supervision_findings::reviewed_by.eq(self.by),
                supervision_findings::reviewed_at.eq(self.at),
                supervision_findings::reason_enc.eq(&self.reason_enc),
                supervision_findings::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
