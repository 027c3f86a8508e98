//! The proof that an entry stands in the audit, for whoever has a signed checkpoint and not the database.

use serde::{Deserialize, Serialize};

use super::checkpoint::{Checkpoint, CheckpointError, Origin};
use super::publish::{PublishError, each_hash, unsigned};
use super::tree::{CompactRange, Hash, ProofError, inclusion_ranges, leaf_hash, verify_inclusion};
use crate::crypto::keyring::Checkpoint as CheckpointKey;
use crate::crypto::signing::Verifier;
use crate::store::Conn;
use crate::store::audit::{checkpoint_covering, checkpoint_find};
use crate::store::rows::AuditLeafRow;

/// An entry, and how it leads to the root that a checkpoint signs (RFC 9162, section 2.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inclusion {
    /// Its number; entries count from 0.
    pub index: u64,
    /// The entry to the letter, as it was hashed.
    pub entry: String,
    /// The hashes beside the way from the entry up to the root, hexadecimal.
    pub path: Vec<String>,
    /// The signed checkpoint that covers it first.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum InclusionError {
    /// The checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A hash of the path is none.
    #[error("a hash of the path is not 64 hexadecimal digits")]
    Hash,
    /// The path does not lead from the entry to the root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// The proof for an entry; `None` while no checkpoint covers it. Reads the entries between two checkpoints and no others.
///
/// # Errors
/// [`PublishError`] when what is stored does not belong together.
pub fn inclusion(conn: &mut Conn, leaf: &AuditLeafRow) -> Result<Option<Inclusion>, PublishError> {
    let Some(signed) = checkpoint_covering(conn, leaf.leaf_index)? else { return Ok(None) };
    let before = checkpoint_find(conn, signed.previous_size)?;
    let edge = before.as_ref().map_or(&[][..], |row| &row.frontier);
    let mut before = CompactRange::from_bytes(unsigned(signed.previous_size)?, edge)?;
    each_hash(conn, signed.previous_size, leaf.leaf_index, |hash| before.push(hash))?;
    let (index, size) = (unsigned(leaf.leaf_index)?, unsigned(signed.tree_size)?);
    // What lies before the entry is exactly the edge of the tree up to it, the smallest part first.
    let mut left = before.peaks().iter().rev();
    let mut path = Vec::new();
    for range in inclusion_ranges(index, size).ok_or(PublishError::Gap(index))? {
        let hash = if range.start < index {
            *left.next().ok_or(PublishError::Gap(range.start))?
        } else {
            root_of(conn, range.start, range.end)?
        };
        path.push(hex::encode(hash));
    }
    Ok(Some(Inclusion { index, entry: leaf.entry.clone(), path, checkpoint: signed.note }))
}

fn root_of(conn: &mut Conn, from: u64, until: u64) -> Result<Hash, PublishError> {
    let number = |number| i64::try_from(number).map_err(|_| PublishError::Gap(number));
    let mut range = CompactRange::new();
    each_hash(conn, number(from)?, number(until)?, |hash| range.push(hash))?;
    Ok(range.root())
}

impl Inclusion {
    /// Checks it with the published keys; answers the checkpoint that the entry lies under.
    ///
    /// # Errors
    /// [`InclusionError`].
    pub fn verify(&self, origin: &Origin, keys: &Verifier<CheckpointKey>) -> Result<Checkpoint, InclusionError> {
        let signed = Checkpoint::verify(&self.checkpoint, origin, keys)?;
        let mut path = Vec::with_capacity(self.path.len());
        for text in &self.path {
            let mut hash: Hash = [0; 32];
            hex::decode_to_slice(text, &mut hash).map_err(|_| InclusionError::Hash)?;
            path.push(hash);
        }
        verify_inclusion(&leaf_hash(self.entry.as_bytes()), self.index, signed.size, &path, &signed.root)?;
        Ok(signed)
    }
}
