//! What the jobs ask of the time: which pending duties and registrations have something due by a day and no row yet.
//!
//! Every question is `due on or before a day AND NOT EXISTS`, walked in pages by (date, id). The words that partial
//! indexes stand on are written into the statements and not bound, because neither database would see that a bound
//! value is the one the index was made for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, OptionalExtension, QueryDsl,
    Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::error::StoreError;
use super::rows::{DutyRow, RegistrationRow};
use super::schema::{duties, flags, job_cursors, registrations, reminders};
use super::write_set::Change;
use crate::each_backend;
use crate::ids::{DutyId, RegistrationId};
use crate::vocabulary::{DeliveryChannel, DutyKind, Regime, ReminderWindow};

/// As the indexes `duties_due` and `duties_overdue` say it.
const PENDING: &str = "duties.outcome = 'pending'";
/// As the index `registrations_next_assess` says it.
const AWAITS_A_DAY: &str = "registrations.next_assess_on IS NOT NULL";
const ACTIVE: &str = "registrations.stage = 'active'";

/// A place in a walk over (date, id); what stands there has been looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position<Id> {
    /// The date.
    pub on: NaiveDate,
    /// Among those of one date, the last that was looked at.
    pub id: Id,
}

/// Pending duties of registrations in force under `regime` whose last lenient day lies before `today` and that have no
/// flag, in the order of that day; behind `after`, at most `limit`.
pub fn duty_list_overdue(
    conn: &mut Conn,
    regime: Regime,
    today: NaiveDate,
    after: Option<Position<DutyId>>,
    limit: i64,
) -> Result<Vec<DutyRow>, StoreError> {
    let mut query = duties::table
        .inner_join(registrations::table)
        .filter(sql::<Bool>(PENDING))
        .filter(duties::overdue_after.lt(today))
        .filter(sql::<Bool>(ACTIVE).and(registrations::regime.eq(regime)).and(registrations::subject_never.eq(false)))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(today)))
        .filter(not(exists(flags::table.filter(flags::duty_id.eq(duties::id)))))
        .select(DutyRow::as_select())
        .order((duties::overdue_after, duties::id))
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query
            .filter(duties::overdue_after.ge(after.on))
            .filter(duties::overdue_after.gt(after.on).or(duties::id.gt(after.id)));
    }
    Ok(query.load(conn)?)
}

/// What a pass over reminders asks for.
#[derive(Debug, Clone)]
pub struct RemindersWanted {
    /// The set of rules.
    pub regime: Regime,
    /// The kinds of duty.
    pub kinds: Vec<DutyKind>,
    /// Which of the two reminders.
    pub window: ReminderWindow,
    /// How the persons are reached.
    pub channel: DeliveryChannel,
    /// The first strict date.
    pub from: NaiveDate,
    /// The last strict date.
    pub until: NaiveDate,
    /// The legal day.
    pub today: NaiveDate,
}

/// That the person of a registration is reached by this way. Nobody is by a call to another system.
const fn reached_by(channel: DeliveryChannel) -> &'static str {
    match channel {
        DeliveryChannel::Email => {
            "EXISTS (SELECT 1 FROM persons p WHERE p.id = registrations.person_id AND p.channel = 'email')"
        }
        DeliveryChannel::Letter => {
            "EXISTS (SELECT 1 FROM persons p WHERE p.id = registrations.person_id AND p.channel = 'letter')"
        }
        DeliveryChannel::Webhook => "1 = 0",
    }
}

/// Pending duties of registrations in force, of persons who are reached in this way, whose strict date lies between two
/// days and that have no reminder for this date and window by any way, in the order of that date; behind `after`, at most `limit`.
pub fn duty_list_unreminded(
    conn: &mut Conn,
    wanted: &RemindersWanted,
    after: Option<Position<DutyId>>,
    limit: i64,
) -> Result<Vec<DutyRow>, StoreError> {
    let reminded = reminders::table
        .filter(reminders::duty_id.eq(duties::id))
        .filter(reminders::due_on.nullable().eq(duties::due_on))
        .filter(reminders::reminder_window.eq(wanted.window));
    let mut query = duties::table
        .inner_join(registrations::table)
        .filter(sql::<Bool>(PENDING))
        .filter(sql::<Bool>(reached_by(wanted.channel)))
        .filter(duties::due_on.between(wanted.from, wanted.until))
        .filter(duties::kind.eq_any(wanted.kinds.clone()))
        .filter(sql::<Bool>(ACTIVE).and(registrations::regime.eq(wanted.regime)))
        .filter(registrations::subject_never.eq(false))
        .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(wanted.today)))
        .filter(not(exists(reminded)))
        .select(DutyRow::as_select())
        .order((duties::due_on, duties::id))
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query =
            query.filter(duties::due_on.ge(after.on)).filter(duties::due_on.gt(after.on).or(duties::id.gt(after.id)));
    }
    Ok(query.load(conn)?)
}

/// Registrations in force under `regime` whose list of duties changes by time on or before `today`, in the order of
/// that day; behind `after`, at most `limit`.
pub fn registration_list_to_advance(
    conn: &mut Conn,
    regime: Regime,
    today: NaiveDate,
    after: Option<Position<RegistrationId>>,
    limit: i64,
) -> Result<Vec<RegistrationRow>, StoreError> {
    let mut query = registrations::table
        .filter(sql::<Bool>(AWAITS_A_DAY).and(registrations::next_assess_on.le(today)))
        .filter(sql::<Bool>(ACTIVE).and(registrations::regime.eq(regime)))
        .select(RegistrationRow::as_select())
        .order((registrations::next_assess_on, registrations::id))
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query
            .filter(registrations::next_assess_on.ge(after.on))
            .filter(registrations::next_assess_on.gt(after.on).or(registrations::id.gt(after.id)));
    }
    Ok(query.load(conn)?)
}

/// Locks registrations, in the order of their ids, until the end of the unit of work, and answers the version each
/// has now. One that is gone is not in the answer. Rows elsewhere may still be written that only refer to one.
pub fn registration_lock_many(
    conn: &mut Conn,
    ids: &[RegistrationId],
) -> Result<BTreeMap<RegistrationId, i64>, StoreError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut versions = BTreeMap::new();
    for chunk in ids.chunks(1_000) {
        let query = registrations::table
            .filter(registrations::id.eq_any(chunk))
            .select((registrations::id, registrations::version))
            .order(registrations::id);
        let found: Vec<(RegistrationId, i64)> = match conn {
            Conn::Pg(pg) => query.for_no_key_update().load(pg)?,
            // The unit of work holds the one lock there is.
            Conn::Sqlite(sqlite) => query.load(sqlite)?,
        };
        versions.extend(found);
    }
    Ok(versions)
}

/// How far a walk has come.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = job_cursors)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct CursorRow {
    name: String,
    on_date: NaiveDate,
    id: String,
}

/// How far the walk called `name` has come.
pub fn cursor_find(conn: &mut Conn, name: &str) -> Result<Option<Position<DutyId>>, StoreError> {
    let row: Option<CursorRow> = job_cursors::table.find(name).select(CursorRow::as_select()).first(conn).optional()?;
    row.map(|row| {
        let id = row.id.parse().map_err(|_| StoreError::Corrupt("job_cursors.id".to_owned()))?;
        Ok(Position { on: row.on_date, id })
    })
    .transpose()
}

/// A walk has come this far.
#[derive(Debug, Clone)]
pub struct CursorMoved {
    /// The walk.
    pub name: String,
    /// The last duty that was looked at.
    pub to: Position<DutyId>,
}

impl Change for CursorMoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = CursorRow { name: self.name.clone(), on_date: self.to.on, id: self.to.id.to_string() };
        let place = (job_cursors::on_date.eq(row.on_date), job_cursors::id.eq(row.id.clone()));
        each_backend!(conn, |c| {
            diesel::insert_into(job_cursors::table)
                .values(&row)
                .on_conflict(job_cursors::name)
                .do_update()
                .set(place)
                .execute(c)
        })?;
        Ok(())
    }
}
