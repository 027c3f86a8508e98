//! The Merkle tree of RFC 6962, section 2.1, without storage.
//!
//! A tree only ever grows at its right edge, so the edge is all that appending needs: [`CompactRange`] holds one hash
//! per complete subtree (at most 64), takes an entry in constant time on average, and gives the root in O(log n).
//! Proofs name the ranges of leaves whose hashes they need; the caller computes those from wherever leaves are kept.

mod proof;

use sha2::{Digest, Sha256};

pub use proof::{ProofError, consistency_ranges, inclusion_ranges, verify_consistency, verify_inclusion};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Hash of an entry: `SHA-256(0x00 || entry)`.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// Hash of a node: `SHA-256(0x01 || left || right)`. The other first byte keeps a node from passing for an entry.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Root of the tree without entries: `SHA-256("")`.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// A stored right edge that does not fit its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the right edge of a tree of {size} entries does not have {bytes} bytes")]
pub struct NotAnEdge {
    /// The size given with it.
    pub size: u64,
    /// The length found.
    pub bytes: usize,
}

/// The right edge of a tree: the roots of its complete subtrees, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    /// One per bit set in `size`, from the highest bit down.
    peaks: Vec<Hash>,
}

impl CompactRange {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of its complete subtrees, the largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds the entry with this leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut carried = leaf;
        // As adding one to a binary number: each trailing one is a complete subtree that is merged.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                carried = node_hash(&left, &carried);
            }
        }
        self.peaks.push(carried);
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// The edge as bytes to store beside the size: 32 per complete subtree.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// Reads what [`CompactRange::to_bytes`] wrote. That the hashes are right cannot be seen from them.
    ///
    /// # Errors
    /// [`NotAnEdge`] when the length does not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, NotAnEdge> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || peaks.len() as u64 != u64::from(size.count_ones()) {
            return Err(NotAnEdge { size, bytes: bytes.len() });
        }
        Ok(Self { size, peaks: peaks.to_vec() })
    }
}

impl Extend<Hash> for CompactRange {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

impl FromIterator<Hash> for CompactRange {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut range = Self::new();
        range.extend(leaves);
        range
    }
}

#[cfg(test)]
mod tests;
