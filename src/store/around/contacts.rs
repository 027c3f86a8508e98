//! The contact log: with whom there was contact, how, and what came of it.

use diesel::prelude::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};

use crate::clock::UtcTime;
use crate::ids::{AccountId, ContactId, RegistrationId};
use crate::store::schema::contact_log;
use crate::store::{Conn, StoreError};
use crate::vocabulary::{ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome};

/// A contact with or about a person.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = contact_log)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ContactRow {
    pub id: ContactId,
    pub registration_id: RegistrationId,
    pub happened_at: UtcTime,
    pub direction: ContactDirection,
    pub counterpart: ContactCounterpart,
    pub channel: ContactChannel,
    pub outcome: ContactOutcome,
    pub content_enc: String,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// Contacts of a registration after `after`, the last recorded first, at most `limit`.
pub fn contact_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<ContactId>,
    limit: i64,
) -> Result<Vec<ContactRow>, StoreError> {
    let mut query = contact_log::table
        .filter(contact_log::registration_id.eq(registration))
        .select(ContactRow::as_select())
        .order(contact_log::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(contact_log::id.lt(after));
    }
    Ok(query.load(conn)?)
}
