//! What is recorded beside the register, and what happened to it. One table for every kind: which steps there are and what
//! they come to is for the rules, not for the database.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::ids::{AccountId, MeasureId, RegistrationId};
use crate::store::registrations::moved;
use crate::store::schema::{measure_record_steps, measure_records};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::MeasureKind;

/// Something recorded beside the register.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = measure_records)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct MeasureRow {
    pub id: MeasureId,
    pub kind: MeasureKind,
    pub registration_id: Option<RegistrationId>,
    pub label: String,
    pub state: String,
    pub happened_on: NaiveDate,
    pub due: Option<NaiveDate>,
    pub remove_on: Option<NaiveDate>,
    pub destroy_on: Option<NaiveDate>,
    pub content_enc: Option<String>,
    pub reporter_enc: Option<String>,
    pub version: i64,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// Something that happened to it.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = measure_record_steps)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct MeasureStepRow {
    pub measure_id: MeasureId,
    pub ordinal: i64,
    pub step: String,
    pub event_enc: Option<String>,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// One of a kind.
pub fn measure_find(conn: &mut Conn, kind: MeasureKind, id: MeasureId) -> Result<Option<MeasureRow>, StoreError> {
    Ok(measure_records::table
        .filter(measure_records::id.eq(id).and(measure_records::kind.eq(kind)))
        .select(MeasureRow::as_select())
        .first(conn)
        .optional()?)
}

/// Which rows of a kind, the last recorded first.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct MeasuresWanted {
    pub kind: MeasureKind,
    pub registration: Option<RegistrationId>,
    /// Only in one of these states; in any when empty.
    pub states: Vec<String>,
    pub after: Option<MeasureId>,
    pub limit: i64,
}

/// A page of them.
pub fn measure_page(conn: &mut Conn, wanted: &MeasuresWanted) -> Result<Vec<MeasureRow>, StoreError> {
    let mut query = measure_records::table
        .filter(measure_records::kind.eq(wanted.kind))
        .select(MeasureRow::as_select())
        .order(measure_records::id.desc())
        .limit(wanted.limit)
        .into_boxed();
    if let Some(registration) = wanted.registration {
        query = query.filter(measure_records::registration_id.eq(registration));
    }
    if !wanted.states.is_empty() {
        query = query.filter(measure_records::state.eq_any(wanted.states.clone()));
    }
    if let Some(after) = wanted.after {
        query = query.filter(measure_records::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// What happened to one, in order.
pub fn measure_step_list(conn: &mut Conn, id: MeasureId) -> Result<Vec<MeasureStepRow>, StoreError> {
    Ok(measure_record_steps::table
        .filter(measure_record_steps::measure_id.eq(id))
        .select(MeasureStepRow::as_select())
        .order(measure_record_steps::ordinal)
        .load(conn)?)
}

/// Those whose time is over by a day and that were not locked or destroyed yet, at most `limit`.
pub fn measure_list_over(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<MeasureRow>, StoreError> {
    let destroyed = measure_records::destroy_on.le(today).and(measure_records::state.ne("destroyed"));
    let locked = measure_records::remove_on.le(today).and(measure_records::state.ne_all(["removed", "destroyed"]));
    Ok(measure_records::table
        .filter(measure_records::destroy_on.is_not_null())
        .filter(destroyed.or(locked))
        .select(MeasureRow::as_select())
        .order(measure_records::id)
        .limit(limit)
        .load(conn)?)
}

/// Where one stands from now on. Needs the version that was read.
#[derive(Debug, Clone)]
pub struct MeasureMoved {
    /// As it will be, with the version that was read.
    pub row: MeasureRow,
}

impl Change for MeasureMoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.row;
        let read = measure_records::table.find(row.id).filter(measure_records::version.eq(row.version));
        let changed = diesel::update(read)
            .set((
                measure_records::registration_id.eq(row.registration_id),
                measure_records::state.eq(&row.state),
                measure_records::due.eq(row.due),
                measure_records::remove_on.eq(row.remove_on),
                measure_records::destroy_on.eq(row.destroy_on),
                measure_records::content_enc.eq(&row.content_enc),
                measure_records::reporter_enc.eq(&row.reporter_enc),
                measure_records::version.eq(row.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// Nothing of what happened to it is left but that it happened.
#[derive(Debug, Clone, Copy)]
pub struct MeasureStepsDestroyed(pub MeasureId);

impl Change for MeasureStepsDestroyed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::update(measure_record_steps::table.filter(measure_record_steps::measure_id.eq(self.0)))
            .set(measure_record_steps::event_enc.eq(None::<String>))
            .execute(conn)?;
        Ok(())
    }
}
