//! Facts: append-only.

use diesel::dsl::max;
use diesel::prelude::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::FactRow;
use super::schema::facts;
use crate::ids::{FactId, RegistrationId};

/// A fact of this registration.
pub fn fact_find(conn: &mut Conn, registration: RegistrationId, id: FactId) -> Result<Option<FactRow>, StoreError> {
    Ok(facts::table
        .filter(facts::id.eq(id))
        .filter(facts::registration_id.eq(registration))
        .select(FactRow::as_select())
        .first(conn)
        .optional()?)
}

/// Every fact of a registration, in the order in which they were recorded.
pub fn fact_list(conn: &mut Conn, registration: RegistrationId) -> Result<Vec<FactRow>, StoreError> {
    Ok(facts::table
        .filter(facts::registration_id.eq(registration))
        .select(FactRow::as_select())
        .order(facts::seq)
        .load(conn)?)
}

/// Every fact of these registrations, of each in the order in which they were recorded.
pub fn fact_list_of_many(conn: &mut Conn, registrations: &[RegistrationId]) -> Result<Vec<FactRow>, StoreError> {
    Ok(facts::table
        .filter(facts::registration_id.eq_any(registrations))
        .select(FactRow::as_select())
        .order((facts::registration_id, facts::seq))
        .load(conn)?)
}

/// The number the next fact of a registration gets.
pub fn fact_next_seq(conn: &mut Conn, registration: RegistrationId) -> Result<i64, StoreError> {
    let last: Option<i64> =
        facts::table.filter(facts::registration_id.eq(registration)).select(max(facts::seq)).first(conn)?;
    Ok(last.unwrap_or(0) + 1)
}
