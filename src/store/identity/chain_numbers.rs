//! Chain numbers a person had before the present one.

use diesel::prelude::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};

use crate::clock::UtcTime;
use crate::ids::{AccountId, FormerChainNumberId, PersonId};
use crate::store::schema::former_chain_numbers;
use crate::store::{Conn, StoreError};

/// A chain number that was replaced.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = former_chain_numbers)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct FormerChainNumberRow {
    pub id: FormerChainNumberId,
    pub person_id: PersonId,
    pub skn_enc: String,
    pub reason_enc: String,
    pub replaced_by: AccountId,
    pub replaced_at: UtcTime,
}

/// The former chain numbers of a person, the last replaced first.
pub fn former_chain_number_list(conn: &mut Conn, person: PersonId) -> Result<Vec<FormerChainNumberRow>, StoreError> {
    Ok(former_chain_numbers::table
        .filter(former_chain_numbers::person_id.eq(person))
        .select(FormerChainNumberRow::as_select())
        .order(former_chain_numbers::id.desc())
        .load(conn)?)
}
