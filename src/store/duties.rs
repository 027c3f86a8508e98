//! Duties and the versions of their explanation.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::{DutyRow, DutyVersionRow};
use super::schema::{duties, duty_versions};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{DutyId, NotificationId, RegistrationId};
use crate::vocabulary::DutyOutcome;

/// Every duty of a registration, withdrawn ones too, by trigger.
pub fn duty_list(conn: &mut Conn, registration: RegistrationId) -> Result<Vec<DutyRow>, StoreError> {
    Ok(duties::table
        .filter(duties::registration_id.eq(registration))
        .select(DutyRow::as_select())
        .order((duties::trigger_on, duties::id))
        .load(conn)?)
}

/// Every duty of these registrations, in the order of registration.
pub fn duty_list_of_many(conn: &mut Conn, registrations: &[RegistrationId]) -> Result<Vec<DutyRow>, StoreError> {
    let mut rows = Vec::new();
    for chunk in registrations.chunks(1_000) {
        let found: Vec<DutyRow> = duties::table
            .filter(duties::registration_id.eq_any(chunk))
            .select(DutyRow::as_select())
            .order((duties::registration_id, duties::id))
            .load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// A duty of this registration.
pub fn duty_find(conn: &mut Conn, registration: RegistrationId, id: DutyId) -> Result<Option<DutyRow>, StoreError> {
    Ok(duties::table
        .filter(duties::id.eq(id))
        .filter(duties::registration_id.eq(registration))
        .select(DutyRow::as_select())
        .first(conn)
        .optional()?)
}

/// One version of a duty.
pub fn duty_version_find(conn: &mut Conn, duty: DutyId, version: i64) -> Result<Option<DutyVersionRow>, StoreError> {
    Ok(duty_versions::table.find((duty, version)).select(DutyVersionRow::as_select()).first(conn).optional()?)
}

/// Every version of a duty, the oldest first.
pub fn duty_version_list(conn: &mut Conn, duty: DutyId) -> Result<Vec<DutyVersionRow>, StoreError> {
    Ok(duty_versions::table
        .filter(duty_versions::duty_id.eq(duty))
        .select(DutyVersionRow::as_select())
        .order(duty_versions::version)
        .load(conn)?)
}

/// Every version of each duty of a registration, the first one first.
pub fn duty_version_list_of_file(
    conn: &mut Conn,
    registration: RegistrationId,
) -> Result<HashMap<DutyId, Vec<DutyVersionRow>>, StoreError> {
    let rows: Vec<DutyVersionRow> = duty_versions::table
        .inner_join(duties::table)
        .filter(duties::registration_id.eq(registration))
        .select(DutyVersionRow::as_select())
        .order((duty_versions::duty_id, duty_versions::version))
        .load(conn)?;
    let mut found: HashMap<DutyId, Vec<DutyVersionRow>> = HashMap::new();
    for row in rows {
        found.entry(row.duty_id).or_default().push(row);
    }
    Ok(found)
}

/// The version that stands now of each duty of a registration.
pub fn duty_version_current(
    conn: &mut Conn,
    registration: RegistrationId,
) -> Result<HashMap<DutyId, DutyVersionRow>, StoreError> {
    let rows: Vec<DutyVersionRow> = duty_versions::table
        .inner_join(duties::table)
        .filter(duties::registration_id.eq(registration))
        .filter(duty_versions::version.eq(duties::version))
        .select(DutyVersionRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.duty_id, row)).collect())
}

/// A duty as a new assessment sees it. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct DutyReplaced {
    pub id: DutyId,
    pub version: i64,
    pub trigger_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub overdue_after: Option<NaiveDate>,
    pub outcome: DutyOutcome,
    pub met_by: Option<NotificationId>,
    pub met_on: Option<NaiveDate>,
    pub steps_digest: String,
    pub updated_at: UtcTime,
}

impl Change for DutyReplaced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = duties::id.eq(self.id).and(duties::version.eq(self.version - 1));
        let changed = diesel::update(duties::table.filter(current))
            .set((
                duties::version.eq(self.version),
                duties::trigger_on.eq(self.trigger_on),
                duties::due_on.eq(self.due_on),
                duties::overdue_after.eq(self.overdue_after),
                duties::outcome.eq(self.outcome),
                duties::met_by.eq(self.met_by),
                duties::met_on.eq(self.met_on),
                duties::steps_digest.eq(&self.steps_digest),
                duties::updated_at.eq(self.updated_at),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
