//! With authentic leaf hashes: each entry is compared with its own, and the first that differs is explained.

use std::io;

use super::super::tree::Hash;
use super::{Finding, HashLog, StoredLeaf, VerifyError, Walk, numbering};

/// Walks the first `size` entries beside the hashes of `log`, which lead to the signed root.
pub(super) fn walk<E>(
    rows: &mut impl Iterator<Item = Result<StoredLeaf, E>>,
    size: u64,
    log: &dyn HashLog,
) -> Result<Walk, VerifyError<E>> {
    let mut walk = Walk { proven: 0, finding: None, stored_hash_wrong: None };
    let mut hashes = log.hashes();
    for number in 0..size {
        let wanted = next(&mut hashes).map_err(VerifyError::Hashes)?;
        let Some(row) = rows.next().transpose().map_err(VerifyError::Rows)? else {
            walk.finding = Some(Finding::Cut { entries: number, expected: size });
            return Ok(walk);
        };
        let found = row.leaf_hash();
        if row.index == number && found == wanted {
            if row.hash != found {
                walk.stored_hash_wrong.get_or_insert(number);
            }
            walk.proven = number + 1;
            continue;
        }
        let place = Place { number, size, wanted, after: hashes.next().transpose().map_err(VerifyError::Hashes)? };
        walk.finding = Some(place.explain(&row, found, rows, log)?);
        return Ok(walk);
    }
    Ok(walk)
}

fn next(hashes: &mut dyn Iterator<Item = io::Result<Hash>>) -> io::Result<Hash> {
    hashes.next().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))
}

/// The first place at which the log differs.
struct Place {
    number: u64,
    size: u64,
    /// The hash of the entry written here.
    wanted: Hash,
    /// That of the entry written after it.
    after: Option<Hash>,
}

impl Place {
    /// Finds out what happened, by looking for the entry that belongs here in the rest of the log, and for the entry
    /// that stands here among those that were written.
    fn explain<E>(
        &self,
        row: &StoredLeaf,
        found: Hash,
        rest: &mut impl Iterator<Item = Result<StoredLeaf, E>>,
        log: &dyn HashLog,
    ) -> Result<Finding, VerifyError<E>> {
        let mut following = None;
        let mut went_to = (found == self.wanted).then_some(row.index);
        for later in rest {
            let later = later.map_err(VerifyError::Rows)?;
            let hash = later.leaf_hash();
            following.get_or_insert(hash);
            if hash == self.wanted {
                went_to.get_or_insert(later.index);
            }
        }
        if let Some(by_number) = numbering(row.index, self.number) {
            return Ok(match (by_number, went_to) {
                (Finding::Missing { .. }, Some(found_at)) => Finding::Moved { entry: self.number, found_at },
                (Finding::Missing { first, .. }, None) => {
                    Finding::Missing { first, count: row.index.min(self.size) - first }
                }
                (other, _) => other,
            });
        }
        let came_from = self.position_of(found, log)?;
        // Whether the entry after this one stands where it was written: then nothing has shifted.
        let unshifted = following.is_some() && following == self.after;
        Ok(match (came_from, went_to) {
            (None, Some(_)) if !unshifted => Finding::Inserted { index: self.number },
            (Some(from), Some(_)) if !unshifted && from < self.number => Finding::Inserted { index: self.number },
            (Some(from), None) if !unshifted && from > self.number => {
                Finding::Missing { first: self.number, count: from - self.number }
            }
            // The entry that belongs here follows directly: a later one was put before it.
            (Some(from), Some(_)) if following == Some(self.wanted) => {
                Finding::Moved { entry: from, found_at: self.number }
            }
            (_, Some(found_at)) => Finding::Moved { entry: self.number, found_at },
            (_, None) => Finding::Altered { index: self.number },
        })
    }

    /// The number at which an entry with this hash was written.
    fn position_of<E>(&self, hash: Hash, log: &dyn HashLog) -> Result<Option<u64>, VerifyError<E>> {
        for (number, written) in (0..self.size).zip(log.hashes()) {
            if written.map_err(VerifyError::Hashes)? == hash {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}
