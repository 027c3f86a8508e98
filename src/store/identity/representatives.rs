//! Those who act for a registrant.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, RepresentativeId};
use crate::store::registrations::moved;
use crate::store::schema::representatives;
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{RepresentativeKind, RepresentativeScope};

/// Somebody who acts for a registrant.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = representatives)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct RepresentativeRow {
    pub id: RepresentativeId,
    pub registration_id: RegistrationId,
    pub kind: RepresentativeKind,
    pub scope: RepresentativeScope,
    pub account_id: Option<AccountId>,
    pub from_on: NaiveDate,
    pub until_on: NaiveDate,
    pub details_enc: String,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
    pub ended_by: Option<AccountId>,
    pub ended_at: Option<UtcTime>,
    pub end_reason_enc: Option<String>,
    pub version: i64,
}

/// A representative of this registration.
pub fn representative_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: RepresentativeId,
) -> Result<Option<RepresentativeRow>, StoreError> {
    Ok(representatives::table
        .filter(representatives::id.eq(id).and(representatives::registration_id.eq(registration)))
        .select(RepresentativeRow::as_select())
        .first(conn)
        .optional()?)
}

/// The representative who acts by this account.
pub fn representative_find_by_account(
    conn: &mut Conn,
    account: AccountId,
) -> Result<Option<RepresentativeRow>, StoreError> {
    Ok(representatives::table
        .filter(representatives::account_id.eq(account))
        .select(RepresentativeRow::as_select())
        .first(conn)
        .optional()?)
}

/// Everybody who acts or acted for a registrant, the last recorded first.
pub fn representative_list(
    conn: &mut Conn,
    registration: RegistrationId,
) -> Result<Vec<RepresentativeRow>, StoreError> {
    Ok(representatives::table
        .filter(representatives::registration_id.eq(registration))
        .select(RepresentativeRow::as_select())
        .order(representatives::id.desc())
        .load(conn)?)
}

/// Somebody no longer acts for a registrant. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct RepresentativeEnded {
    pub id: RepresentativeId,
    pub version: i64,
    pub ended_by: AccountId,
    pub ended_at: UtcTime,
    pub end_reason_enc: String,
}

impl Change for RepresentativeEnded {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = representatives::table.find(self.id).filter(representatives::version.eq(self.version));
        let changed = diesel::update(current)
            .set((
                representatives::ended_by.eq(self.ended_by),
                representatives::ended_at.eq(self.ended_at),
                representatives::end_reason_enc.eq(&self.end_reason_enc),
                representatives::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
