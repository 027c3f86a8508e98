//! The files of a release, in sealed pieces.

use std::collections::HashSet;

use diesel::prelude::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable};

use crate::each_backend;
use crate::ids::{ReleaseFileId, ReleaseId};
use crate::store::schema::{release_files, release_pieces};
use crate::store::{Change, Conn, StoreError};

/// Databases take so many values in one statement, and more.
const FILES_PER_STATEMENT: usize = 500;

/// A file of a release that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = release_files)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ReleaseFileRow {
    pub id: ReleaseFileId,
    pub release_id: ReleaseId,
    pub name: String,
    pub microdata: bool,
    pub bytes: i64,
    pub pieces: i64,
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = release_pieces)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ReleasePieceRow {
    pub file_id: ReleaseFileId,
    pub seq: i64,
    pub release_id: ReleaseId,
    pub sealed: Vec<u8>,
}

/// The files of a release, in the order of their names byte by byte.
pub fn release_file_list(conn: &mut Conn, release: ReleaseId) -> Result<Vec<ReleaseFileRow>, StoreError> {
    let mut files: Vec<ReleaseFileRow> =
        release_files::table.filter(release_files::release_id.eq(release)).load(conn)?;
    // Databases order texts by the language they were set up with.
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// A piece of a file.
pub fn release_piece_find(conn: &mut Conn, file: ReleaseFileId, seq: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(release_pieces::table.find((file, seq)).select(release_pieces::sealed).first(conn).optional()?)
}

/// The first pieces of these files, in no order: all there is of most files of tables.
pub fn release_piece_list(
    conn: &mut Conn,
    files: &[ReleaseFileId],
) -> Result<Vec<(ReleaseFileId, Vec<u8>)>, StoreError> {
    let mut pieces = Vec::with_capacity(files.len());
    for files in files.chunks(FILES_PER_STATEMENT) {
        let found = release_pieces::table
            .filter(release_pieces::file_id.eq_any(files))
            .filter(release_pieces::seq.eq(0))
            .select((release_pieces::file_id, release_pieces::sealed));
        pieces.extend(found.load::<(ReleaseFileId, Vec<u8>)>(conn)?);
    }
    Ok(pieces)
}

impl Change for ReleaseFileRow {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(release_files::table).values(self).execute(c))?;
        Ok(())
    }
}

/// Pieces that are kept while a release is made.
#[derive(Debug)]
pub struct PiecesKept(pub Vec<ReleasePieceRow>);

impl Change for PiecesKept {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(release_pieces::table).values(&self.0).execute(c))?;
        Ok(())
    }
}

/// The files of a release of which pieces were kept and that it does not have: of makings that did not come to their end.
pub fn release_file_list_lost(conn: &mut Conn, release: ReleaseId) -> Result<Vec<ReleaseFileId>, StoreError> {
    let kept: HashSet<ReleaseFileId> = release_file_list(conn, release)?.into_iter().map(|file| file.id).collect();
    let mut lost: Vec<ReleaseFileId> = release_pieces::table
        .filter(release_pieces::release_id.eq(release))
        .select(release_pieces::file_id)
        .distinct()
        .load(conn)?;
    lost.retain(|file| !kept.contains(file));
    Ok(lost)
}

/// All pieces of these files are dropped.
#[derive(Debug)]
pub struct PiecesDropped(pub Vec<ReleaseFileId>);

impl Change for PiecesDropped {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        for files in self.0.chunks(FILES_PER_STATEMENT) {
            diesel::delete(release_pieces::table.filter(release_pieces::file_id.eq_any(files))).execute(conn)?;
        }
        Ok(())
    }
}
