//! Notes on a file: never changed, only corrected by a further one.

use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::ids::{AccountId, NoteId, RegistrationId};
use crate::store::schema::case_notes;
use crate::store::{Conn, StoreError};

/// A note.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_notes)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct NoteRow {
    pub id: NoteId,
    pub registration_id: RegistrationId,
    pub sensitive: bool,
    pub text_enc: String,
    pub corrects_id: Option<NoteId>,
    pub written_by: AccountId,
    pub written_at: UtcTime,
}

/// A note of this registration.
pub fn note_find(conn: &mut Conn, registration: RegistrationId, id: NoteId) -> Result<Option<NoteRow>, StoreError> {
    Ok(case_notes::table
        .filter(case_notes::id.eq(id).and(case_notes::registration_id.eq(registration)))
        .select(NoteRow::as_select())
        .first(conn)
        .optional()?)
}

/// Notes of a registration after `after`, the last written first, at most `limit`.
pub fn note_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<NoteId>,
    limit: i64,
) -> Result<Vec<NoteRow>, StoreError> {
    let mut query = case_notes::table
        .filter(case_notes::registration_id.eq(registration))
        .select(NoteRow::as_select())
        .order(case_notes::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(case_notes::id.lt(after));
    }
    Ok(query.load(conn)?)
}
