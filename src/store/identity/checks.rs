//! Checks of identity that let somebody have a new activation code.

use diesel::prelude::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};

use crate::clock::UtcTime;
use crate::ids::{AccountId, IdentityCheckId, RegistrationId};
use crate::store::schema::identity_checks;
use crate::store::{Conn, StoreError};
use crate::vocabulary::IdentityCheckMethod;

/// A check of identity.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = identity_checks)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct IdentityCheckRow {
    pub id: IdentityCheckId,
    pub account_id: AccountId,
    pub registration_id: Option<RegistrationId>,
    pub method: IdentityCheckMethod,
    pub evidence_enc: String,
    pub checked_by: AccountId,
    pub checked_at: UtcTime,
}

/// The checks of the holder of an account, the last first.
pub fn identity_check_list(conn: &mut Conn, account: AccountId) -> Result<Vec<IdentityCheckRow>, StoreError> {
    Ok(identity_checks::table
        .filter(identity_checks::account_id.eq(account))
        .select(IdentityCheckRow::as_select())
        .order(identity_checks::id.desc())
        .load(conn)?)
}
