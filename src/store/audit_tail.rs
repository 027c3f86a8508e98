//! Appending to the audit tree: the last statements of every unit of work.
//!
//! Numbers come from one locked counter and not from a sequence, because a sequence leaves gaps and hands numbers
//! out in another order than transactions commit.

use diesel::prelude::{ExpressionMethods, Insertable, QueryDsl, RunQueryDsl};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::AuditLeafRow;
use super::schema::{audit_counter, audit_leaves};
use super::write_set::PreparedLeaf;
use crate::each_backend;

/// Gives `leaves` the next numbers, in order, and writes them. The counter stays locked until the commit.
pub(super) fn append(conn: &mut Conn, leaves: &[PreparedLeaf]) -> Result<(), StoreError> {
    if leaves.is_empty() {
        return Ok(());
    }
    let added = i64::try_from(leaves.len()).map_err(|_| StoreError::Corrupt("too many audit entries".to_owned()))?;
    diesel::update(audit_counter::table).set(audit_counter::size.eq(audit_counter::size + added)).execute(conn)?;
    let size: i64 = audit_counter::table.select(audit_counter::size).first(conn)?;
    let rows: Vec<AuditLeafRow> = leaves
        .iter()
        .zip(size - added..)
        .map(|(leaf, leaf_index)| AuditLeafRow {
            leaf_index,
            recorded_at: leaf.recorded_at,
            entry: leaf.entry.clone(),
            leaf_hash: leaf.leaf_hash.to_vec(),
            subject_hash: leaf.subject_hash.clone(),
        })
        .collect();
    for chunk in rows.chunks(2_000) {
        each_backend!(conn, |c| chunk.insert_into(audit_leaves::table).execute(c))?;
    }
    Ok(())
}
