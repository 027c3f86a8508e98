//! What persons ask of the register as their right.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::schema::rights_requests;
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, RightsRequestId};
use crate::vocabulary::{RightsKind, RightsState};

/// A request.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rights_requests)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct RightsRequestRow {
    pub id: RightsRequestId,
    pub registration_id: RegistrationId,
    pub kind: RightsKind,
    pub state: RightsState,
    pub received_on: NaiveDate,
    pub due: NaiveDate,
    pub content_enc: String,
    pub version: i64,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// A request of this registration.
pub fn rights_request_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: RightsRequestId,
) -> Result<Option<RightsRequestRow>, StoreError> {
    Ok(rights_requests::table
        .filter(rights_requests::id.eq(id).and(rights_requests::registration_id.eq(registration)))
        .select(RightsRequestRow::as_select())
        .first(conn)
        .optional()?)
}

/// A page of the requests of this registration, the last first.
pub fn rights_request_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<RightsRequestId>,
    limit: i64,
) -> Result<Vec<RightsRequestRow>, StoreError> {
    let mut query = rights_requests::table
        .filter(rights_requests::registration_id.eq(registration))
        .select(RightsRequestRow::as_select())
        .order(rights_requests::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(rights_requests::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// A page of what must be decided or carried out, over all files, the first due first.
pub fn rights_request_waiting(
    conn: &mut Conn,
    after: Option<RightsRequestId>,
    limit: i64,
) -> Result<Vec<RightsRequestRow>, StoreError> {
    let waiting = [RightsState::Asked, RightsState::Granted, RightsState::PartlyGranted];
    let mut query = rights_requests::table
        .filter(rights_requests::state.eq_any(waiting))
        .select(RightsRequestRow::as_select())
        .order((rights_requests::due, rights_requests::id))
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        let found: Option<NaiveDate> =
            rights_requests::table.find(after).select(rights_requests::due).first(conn).optional()?;
        let Some(due) = found else { return Ok(Vec::new()) };
        let later = rights_requests::due.eq(due).and(rights_requests::id.gt(after));
        query = query.filter(rights_requests::due.gt(due).or(later));
    }
    Ok(query.load(conn)?)
}

/// Whether a restriction was granted to this registration and is not over.
pub fn restriction_exists(conn: &mut Conn, registration: RegistrationId) -> Result<bool, StoreError> {
    let in_force = [RightsState::Granted, RightsState::PartlyGranted, RightsState::CarriedOut];
    let granted = rights_requests::table
        .filter(rights_requests::registration_id.eq(registration))
        .filter(rights_requests::kind.eq(RightsKind::Restriction))
        .filter(rights_requests::state.eq_any(in_force));
    Ok(diesel::select(exists(granted)).get_result(conn)?)
}

/// A request as it is from now on. Its version is the one that was read.
#[derive(Debug, Clone)]
pub struct RightsRequestReplaced(pub RightsRequestRow);

impl Change for RightsRequestReplaced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.0;
        let current = rights_requests::table.find(row.id).filter(rights_requests::version.eq(row.version));
        let changed = diesel::update(current)
            .set((
                rights_requests::state.eq(row.state),
                rights_requests::due.eq(row.due),
                rights_requests::content_enc.eq(&row.content_enc),
                rights_requests::version.eq(row.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
