//! Documents, and the pieces of their content.

use diesel::dsl::{exists, not};
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::ids::{AccountId, DocumentId, RegistrationId};
use crate::store::schema::{document_chunks, documents};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::{DocumentCategory, DocumentKind};

/// A document, without its content.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = documents)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DocumentRow {
    pub id: DocumentId,
    pub registration_id: RegistrationId,
    pub kind: DocumentKind,
    pub category: DocumentCategory,
    pub size: i64,
    pub chunks: i64,
    pub about_enc: String,
    pub uploaded_by: AccountId,
    pub uploaded_at: UtcTime,
}

/// A piece of the content of a document.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = document_chunks)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DocumentChunkRow {
    pub document_id: DocumentId,
    pub seq: i64,
    pub sealed: Vec<u8>,
    pub kept_at: UtcTime,
}

/// A document of this registration.
pub fn document_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: DocumentId,
) -> Result<Option<DocumentRow>, StoreError> {
    Ok(documents::table
        .filter(documents::id.eq(id).and(documents::registration_id.eq(registration)))
        .select(DocumentRow::as_select())
        .first(conn)
        .optional()?)
}

/// Documents of a registration after `after`, the last added first, at most `limit`.
pub fn document_page(
    conn: &mut Conn,
    registration: RegistrationId,
    after: Option<DocumentId>,
    limit: i64,
) -> Result<Vec<DocumentRow>, StoreError> {
    let mut query = documents::table
        .filter(documents::registration_id.eq(registration))
        .select(DocumentRow::as_select())
        .order(documents::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(documents::id.lt(after));
    }
    Ok(query.load(conn)?)
}

/// One piece of a document.
pub fn document_chunk_find(conn: &mut Conn, document: DocumentId, seq: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(document_chunks::table.find((document, seq)).select(document_chunks::sealed).first(conn).optional()?)
}

/// Names under which pieces were kept before `before` without a document that ever came of them, at most `limit`.
pub fn document_list_never_finished(
    conn: &mut Conn,
    before: UtcTime,
    limit: i64,
) -> Result<Vec<DocumentId>, StoreError> {
    let finished = documents::table.filter(documents::id.eq(document_chunks::document_id));
    Ok(document_chunks::table
        .filter(document_chunks::seq.eq(0).and(document_chunks::kept_at.lt(before)))
        .filter(not(exists(finished)))
        .select(document_chunks::document_id)
        .order((document_chunks::kept_at, document_chunks::document_id))
        .limit(limit)
        .load(conn)?)
}

/// The pieces of an upload that did not become a document are forgotten.
#[derive(Debug, Clone, Copy)]
pub struct UploadForgotten(pub DocumentId);

impl Change for UploadForgotten {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let finished = documents::table.filter(documents::id.eq(self.0));
        let pieces =
            document_chunks::table.filter(document_chunks::document_id.eq(self.0)).filter(not(exists(finished)));
        diesel::delete(pieces).execute(conn)?;
        Ok(())
    }
}
