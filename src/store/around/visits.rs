//! Home visits.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use diesel::sql_types::{Date, Text};
use diesel::{QueryableByName, sql_query};

use crate::access::Reach;
use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{AccountId, PersonId, RegistrationId, VisitId};
use crate::store::registrations::moved;
use crate::store::schema::{home_visits, registrations};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{Stage, VisitState};

/// A home visit, planned or made.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = home_visits)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct VisitRow {
    pub id: VisitId,
    pub registration_id: RegistrationId,
    pub officer_id: AccountId,
    pub planned_on: NaiveDate,
    pub happens_at: UtcTime,
    pub state: VisitState,
    pub purpose_enc: Option<String>,
    pub report_enc: Option<String>,
    pub planned_by: AccountId,
    pub planned_at: UtcTime,
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<UtcTime>,
    pub version: i64,
}

/// A visit of this registration.
pub fn visit_find(conn: &mut Conn, registration: RegistrationId, id: VisitId) -> Result<Option<VisitRow>, StoreError> {
    Ok(home_visits::table
        .filter(home_visits::id.eq(id).and(home_visits::registration_id.eq(registration)))
        .select(VisitRow::as_select())
        .first(conn)
        .optional()?)
}

/// Visits of a registration after `after`, the last planned first, at most `limit`.
pub fn visit_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<VisitId>,
    limit: i64,
) -> Result<Vec<VisitRow>, StoreError> {
    let mut query = home_visits::table
        .filter(home_visits::registration_id.eq(registration))
        .select(VisitRow::as_select())
        .order(home_visits::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(home_visits::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// Which open visits, over many files.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct OpenVisits {
    pub reach: Reach,
    /// Planned on or after this day.
    pub from: Option<NaiveDate>,
    /// Planned before this day.
    pub before: Option<NaiveDate>,
    /// Of files in force on this day.
    pub today: NaiveDate,
    /// Behind this one.
    pub after: Option<VisitId>,
    pub limit: i64,
}

/// Visits that are neither made nor cancelled, the earliest planned first.
pub fn visit_list_open(conn: &mut Conn, wanted: &OpenVisits) -> Result<Vec<VisitRow>, StoreError> {
    let mut query = home_visits::table
        .inner_join(registrations::table)
        .filter(home_visits::state.eq(VisitState::Planned))
        .filter(registrations::stage.eq_any([Stage::Draft, Stage::Active]))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(wanted.today)))
        .select(VisitRow::as_select())
        .order((home_visits::planned_on, home_visits::id))
        .limit(wanted.limit)
        .into_boxed();
    match &wanted.reach {
        Reach::Everything => {}
        Reach::Team(team) => query = query.filter(registrations::team_id.eq(*team)),
        Reach::Officer(officer) => query = query.filter(registrations::officer_id.eq(*officer)),
        Reach::Person(person) => query = query.filter(registrations::person_id.eq(*person)),
        Reach::Nothing(_) => return Ok(Vec::new()),
    }
    if let Some(from) = wanted.from {
        query = query.filter(home_visits::planned_on.ge(from));
    }
    if let Some(before) = wanted.before {
        query = query.filter(home_visits::planned_on.lt(before));
    }
    if let Some(id) = wanted.after {
        let Some(day) = planned_on(conn, id)? else { return Ok(Vec::new()) };
        let later = home_visits::planned_on.gt(day).or(home_visits::planned_on.eq(day).and(home_visits::id.gt(id)));
        query = query.filter(later);
    }
    Ok(query.load(conn)?)
}

/// A visit by its id.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    id: VisitId,
}

/// Visits whose day has passed and of which nobody said what came, of files in force that one of `officers` supervises, the
/// earliest planned first, with the person. All of them: there are never more than officers left lying.
pub fn visit_list_to_log(
    conn: &mut Conn,
    officers: &[AccountId],
    today: NaiveDate,
) -> Result<Vec<(VisitRow, PersonId)>, StoreError> {
    if officers.is_empty() {
        return Ok(Vec::new());
    }
    let officers: Vec<String> = officers.iter().map(|id| format!("'{id}'")).collect();
    // The few visits that wait come first, whatever SQLite believes of the number of files: it never moves a table across a
    // CROSS JOIN.
    let (mark, join) = if conn.is_postgres() { ("$", "JOIN") } else { ("?", "CROSS JOIN") };
    let statement = format!(
        "SELECT v.id FROM home_visits v {join} registrations r ON r.id = v.registration_id
         WHERE v.state = 'planned' AND v.planned_on < {mark}1 AND r.officer_id IN ({})
           AND r.stage IN ('draft', 'active') AND (r.subject_last_day IS NULL OR r.subject_last_day >= {mark}1)",
        officers.join(", ")
    );
    let found: Vec<Found> = each_backend!(conn, |c| sql_query(&statement).bind::<Date, _>(today).load(c))?;
    let ids: Vec<VisitId> = found.into_iter().map(|visit| visit.id).collect();
    Ok(home_visits::table
        .inner_join(registrations::table)
        .filter(home_visits::id.eq_any(ids))
        .select((VisitRow::as_select(), registrations::person_id))
        .order((home_visits::planned_on, home_visits::id))
        .load(conn)?)
}

fn planned_on(conn: &mut Conn, id: VisitId) -> Result<Option<NaiveDate>, StoreError> {
    Ok(home_visits::table.find(id).select(home_visits::planned_on).first(conn).optional()?)
}

/// What came of a visit. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct VisitClosed {
    pub id: VisitId,
    pub version: i64,
    pub state: VisitState,
    pub happens_at: UtcTime,
    pub report_enc: Option<String>,
    pub closed_by: AccountId,
    pub closed_at: UtcTime,
}

impl Change for VisitClosed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = home_visits::table
            .find(self.id)
            .filter(home_visits::version.eq(self.version).and(home_visits::state.eq(VisitState::Planned)));
        let changed = diesel::update(open)
            .set((
                home_visits::state.eq(self.state),
                home_visits::happens_at.eq(self.happens_at),
                home_visits::report_enc.eq(&self.report_enc),
                home_visits::closed_by.eq(self.closed_by),
                home_visits::closed_at.eq(self.closed_at),
                home_visits::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// The open visits of a file go to another officer, with the file.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct VisitsHandedOver {
    pub registration: RegistrationId,
    pub officer: AccountId,
}

impl Change for VisitsHandedOver {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = home_visits::table
            .filter(home_visits::registration_id.eq(self.registration))
            .filter(home_visits::state.eq(VisitState::Planned));
        diesel::update(open)
            .set((home_visits::officer_id.eq(self.officer), home_visits::version.eq(home_visits::version + 1)))
            .execute(conn)?;
        Ok(())
    }
}
