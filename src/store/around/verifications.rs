//! Verifications of the home on file.

use chrono::NaiveDate;
use diesel::prelude::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};

use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, VerificationId, VisitId};
use crate::store::schema::address_verifications;
use crate::store::{Conn, StoreError};
use crate::vocabulary::{VerificationResult, VerificationSource};

/// That somebody lives, or does not live, where they reported to live.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = address_verifications)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct VerificationRow {
    pub id: VerificationId,
    pub registration_id: RegistrationId,
    pub source: VerificationSource,
    pub result: VerificationResult,
    pub verified_on: NaiveDate,
    pub address_enc: String,
    pub note_enc: Option<String>,
    pub visit_id: Option<VisitId>,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// Verifications of a registration after `after`, the last recorded first, at most `limit`.
pub fn verification_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<VerificationId>,
    limit: i64,
) -> Result<Vec<VerificationRow>, StoreError> {
    let mut query = address_verifications::table
        .filter(address_verifications::registration_id.eq(registration))
        .select(VerificationRow::as_select())
        .order(address_verifications::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(address_verifications::id.lt(after));
    }
    Ok(query.load(conn)?)
}
