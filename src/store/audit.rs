//! Reading the audit and keeping its checkpoints. Entries are written by [`super::audit_tail`] and nowhere else.

use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::{AuditCheckpointRow, AuditLeafRow};
use super::schema::{audit_checkpoints, audit_counter, audit_leaves};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::each_backend;

/// How many entries there are, by the counter that numbers them.
pub fn audit_size(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(audit_counter::table.select(audit_counter::size).first(conn)?)
}

/// Numbers and hashes of at most `limit` entries from number `from` up to, and not including, `until`.
pub fn audit_hash_list(conn: &mut Conn, from: i64, until: i64, limit: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(audit_leaves::table
        .filter(audit_leaves::leaf_index.ge(from).and(audit_leaves::leaf_index.lt(until)))
        .order(audit_leaves::leaf_index)
        .limit(limit)
        .select((audit_leaves::leaf_index, audit_leaves::leaf_hash))
        .load(conn)?)
}

/// At most `limit` entries from number `from` on, oldest first.
pub fn audit_leaf_list(conn: &mut Conn, from: i64, limit: i64) -> Result<Vec<AuditLeafRow>, StoreError> {
    Ok(audit_leaves::table
        .filter(audit_leaves::leaf_index.ge(from))
        .order(audit_leaves::leaf_index)
        .limit(limit)
        .select(AuditLeafRow::as_select())
        .load(conn)?)
}

/// At most `limit` entries before number `before` (all when `None`), newest first; those about one of `subjects` when
/// any are given.
pub fn audit_leaf_list_newest(
    conn: &mut Conn,
    subjects: Option<&[String]>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditLeafRow>, StoreError> {
    let mut query = audit_leaves::table
        .order(audit_leaves::leaf_index.desc())
        .limit(limit)
        .select(AuditLeafRow::as_select())
        .into_boxed();
    if let Some(subjects) = subjects {
        query = query.filter(audit_leaves::subject_hash.eq_any(subjects.to_vec()));
    }
    if let Some(before) = before {
        query = query.filter(audit_leaves::leaf_index.lt(before));
    }
    Ok(query.load(conn)?)
}

/// The newest checkpoint.
pub fn checkpoint_latest(conn: &mut Conn) -> Result<Option<AuditCheckpointRow>, StoreError> {
    Ok(audit_checkpoints::table
        .order(audit_checkpoints::tree_size.desc())
        .select(AuditCheckpointRow::as_select())
        .first(conn)
        .optional()?)
}

/// The earliest checkpoint that covers entry number `index`.
pub fn checkpoint_covering(conn: &mut Conn, index: i64) -> Result<Option<AuditCheckpointRow>, StoreError> {
    Ok(audit_checkpoints::table
        .filter(audit_checkpoints::tree_size.gt(index))
        .order(audit_checkpoints::tree_size)
        .select(AuditCheckpointRow::as_select())
        .first(conn)
        .optional()?)
}

/// The checkpoint of `size` entries.
pub fn checkpoint_find(conn: &mut Conn, size: i64) -> Result<Option<AuditCheckpointRow>, StoreError> {
    Ok(audit_checkpoints::table.find(size).select(AuditCheckpointRow::as_select()).first(conn).optional()?)
}

/// Keeps a checkpoint. [`StoreError::Conflict`] when another process continued from the same one first.
pub struct NewCheckpoint(pub AuditCheckpointRow);

impl Change for NewCheckpoint {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(audit_checkpoints::table).values(&self.0).execute(c))?;
        Ok(())
    }
}

/// Notes when a checkpoint was first published.
pub struct CheckpointPublished {
    /// Its size.
    pub size: i64,
    /// When.
    pub at: UtcTime,
}

impl Change for CheckpointPublished {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let unpublished = audit_checkpoints::tree_size.eq(self.size).and(audit_checkpoints::published_at.is_null());
        diesel::update(audit_checkpoints::table.filter(unpublished))
            .set(audit_checkpoints::published_at.eq(self.at))
            .execute(conn)?;
        Ok(())
    }
}

/// Every entry from the first on, in the order of their numbers, a page at a time: memory does not grow with the log.
pub struct LeafStream<'a> {
    conn: &'a mut Conn,
    page: std::vec::IntoIter<AuditLeafRow>,
    next: Option<i64>,
    page_size: i64,
}

impl<'a> LeafStream<'a> {
    /// The entries of the database behind `conn`.
    pub fn new(conn: &'a mut Conn, page_size: i64) -> Self {
        Self { conn, page: Vec::new().into_iter(), next: Some(i64::MIN), page_size }
    }

    fn fill(&mut self, from: i64) -> Result<(), StoreError> {
        let mut rows = audit_leaf_list(self.conn, from, self.page_size)?;
        self.next = None;
        if let (Some(last), true) = (rows.last().map(|row| row.leaf_index), rows.len() as i64 == self.page_size) {
            // Somebody who tampers may have removed the key that keeps numbers unique: rows with the last number of a
            // page are read again with the next page, where all of them stand together.
            let whole = rows.partition_point(|row| row.leaf_index < last);
            if whole > 0 {
                rows.truncate(whole);
                self.next = Some(last);
            } else {
                self.next = last.checked_add(1);
            }
        }
        self.page = rows.into_iter();
        Ok(())
    }
}

impl Iterator for LeafStream<'_> {
    type Item = Result<AuditLeafRow, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.page.next() {
                return Some(Ok(row));
            }
            if let Err(error) = self.fill(self.next?) {
                self.next = None;
                return Some(Err(error));
            }
        }
    }
}
