//! Passport proposals and warning notices, what happened to each, and the warnings that they end.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::ids::{AccountId, MeasureId, RegistrationId};
use crate::store::registrations::moved;
use crate::store::schema::{measure_events, measure_warnings, measures, registrations};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{MeasureKind, MeasureState, MeasureVariant, Regime, Stage};

/// A measure.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = measures)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct MeasureRow {
    pub id: MeasureId,
    pub registration_id: RegistrationId,
    pub kind: MeasureKind,
    pub variant: MeasureVariant,
    pub state: MeasureState,
    pub sent_on: Option<NaiveDate>,
    pub decided_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
    pub made_by: AccountId,
    pub made_at: UtcTime,
    pub version: i64,
}

/// What happened to a measure.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = measure_events)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct MeasureEventRow {
    pub measure_id: MeasureId,
    pub seq: i64,
    pub kind: String,
    pub happened_on: NaiveDate,
    pub payload_enc: String,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// That a measure is about to end.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = measure_warnings)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct MeasureWarningRow {
    pub measure_id: MeasureId,
    pub expires_on: NaiveDate,
    pub days_before: i64,
    pub raised_at: UtcTime,
}

/// A measure of a kind in this registration.
pub fn measure_find(
    conn: &mut Conn,
    registration: RegistrationId,
    kind: MeasureKind,
    id: MeasureId,
) -> Result<Option<MeasureRow>, StoreError> {
    Ok(measures::table
        .find(id)
        .filter(measures::registration_id.eq(registration).and(measures::kind.eq(kind)))
        .select(MeasureRow::as_select())
        .first(conn)
        .optional()?)
}

/// The measures of a kind in this registration, the last made first.
pub fn measure_list(
    conn: &mut Conn,
    registration: RegistrationId,
    kind: MeasureKind,
) -> Result<Vec<MeasureRow>, StoreError> {
    Ok(measures::table
        .filter(measures::registration_id.eq(registration).and(measures::kind.eq(kind)))
        .select(MeasureRow::as_select())
        .order(measures::id.desc())
        .load(conn)?)
}

/// What happened to a measure, in order.
pub fn measure_event_list(conn: &mut Conn, id: MeasureId) -> Result<Vec<MeasureEventRow>, StoreError> {
    Ok(measure_events::table
        .filter(measure_events::measure_id.eq(id))
        .select(MeasureEventRow::as_select())
        .order(measure_events::seq)
        .load(conn)?)
}

/// The warnings raised for these measures.
pub fn measure_warning_list(conn: &mut Conn, ids: &[MeasureId]) -> Result<Vec<MeasureWarningRow>, StoreError> {
    Ok(measure_warnings::table
        .filter(measure_warnings::measure_id.eq_any(ids.to_vec()))
        .select(MeasureWarningRow::as_select())
        .order((measure_warnings::measure_id, measure_warnings::expires_on, measure_warnings::days_before.desc()))
        .load(conn)?)
}

/// Measures of these kinds that are not over, in files that have not ended, after `after`, at most `limit`. `sent` leaves
/// out what never went to the authority.
pub fn measure_list_open(
    conn: &mut Conn,
    kinds: &[MeasureKind],
    sent: bool,
    after: Option<MeasureId>,
    limit: i64,
) -> Result<Vec<MeasureRow>, StoreError> {
    let open = [
        MeasureState::Draft,
        MeasureState::Requested,
        MeasureState::Active,
        MeasureState::GroundLapsed,
        MeasureState::Proposed,
        MeasureState::Issued,
    ];
    let mut query = measures::table
        .inner_join(registrations::table)
        .filter(measures::kind.eq_any(kinds.to_vec()))
        .filter(measures::state.eq_any(open))
        .filter(registrations::stage.eq(Stage::Active))
        .select(MeasureRow::as_select())
        .order(measures::id)
        .limit(limit)
        .into_boxed();
    if sent {
        query = query.filter(measures::sent_on.is_not_null());
    }
    if let Some(after) = after {
        query = query.filter(measures::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Measures of files under a regime about whose end something is to be said by `today`, at most `limit`.
pub fn measure_list_due(
    conn: &mut Conn,
    regime: Regime,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<MeasureRow>, StoreError> {
    Ok(measures::table
        .inner_join(registrations::table)
        .filter(registrations::regime.eq(regime))
        .filter(measures::next_on.le(today))
        .select(MeasureRow::as_select())
        .order((measures::next_on, measures::id))
        .limit(limit)
        .load(conn)?)
}

/// Where a measure now stands. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct MeasureMoved {
    pub id: MeasureId,
    pub version: i64,
    pub variant: MeasureVariant,
    pub state: MeasureState,
    pub sent_on: Option<NaiveDate>,
    pub decided_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
}

impl Change for MeasureMoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let changed = diesel::update(measures::table.find(self.id).filter(measures::version.eq(self.version)))
            .set((
                measures::variant.eq(self.variant),
                measures::state.eq(self.state),
                measures::sent_on.eq(self.sent_on),
                measures::decided_on.eq(self.decided_on),
                measures::expires_on.eq(self.expires_on),
                measures::next_on.eq(self.next_on),
                measures::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
